"""Free users and due iterations, and who gets which: a user waits for an iteration, never the other way round."""

from collections import Counter, deque
from typing import Any

from gevent.event import AsyncResult  # type: ignore[import-untyped]

from load.schedule import Due


class Pool:
    """Hands iterations to users in the order in which they are due, first to whoever came free last: connections stay
    warm, and users who are never needed cost nothing. `starved` counts, by persona, the iterations that found no user
    free: they are made as soon as one is, but the load wasn't what the scenario says."""

    def __init__(self) -> None:
        self.starved: Counter[str] = Counter()
        self._free: list[Any] = []
        self._waiting: deque[Due] = deque()
        self._closed = False

    def offer(self, due: Due) -> None:
        """An iteration is due now."""
        if self._free:
            self._free.pop().set(due)
        else:
            self.starved[due.persona] += 1
            self._waiting.append(due)

    def take(self) -> Due | None:
        """Waits for an iteration; None once there will be none any more."""
        if self._closed:
            return None
        if self._waiting:
            return self._waiting.popleft()
        mine = AsyncResult()
        self._free.append(mine)
        try:
            due: Due | None = mine.get()
        except BaseException:  # this user is killed while it waits
            if mine in self._free:
                self._free.remove(mine)
            raise
        return due

    def close(self) -> Counter[str]:
        """Sends all free users home; how many iterations nobody came to, by persona."""
        self._closed = True
        while self._free:
            self._free.pop().set(None)
        return Counter(due.persona for due in self._waiting)

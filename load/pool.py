"""Free users and due iterations, and who gets which: a user waits for an iteration, never the other way round."""

from collections import Counter, defaultdict, deque

from gevent.event import AsyncResult  # type: ignore[import-untyped]


class Pool:
    """Hands iterations to users, by persona, in the order in which they are due. `starved` counts the iterations that
    found no user free: they are made as soon as one is, but the load wasn't what the scenario says."""

    def __init__(self) -> None:
        self.starved: Counter[str] = Counter()
        self._free: dict[str, deque[AsyncResult]] = defaultdict(deque)
        self._late: dict[str, deque[float]] = defaultdict(deque)
        self._closed = False

    def offer(self, persona: str, due: float) -> None:
        """An iteration is due now; `due` is the time that its user will be told."""
        if self._free[persona]:
            self._free[persona].popleft().set(due)
        else:
            self.starved[persona] += 1
            self._late[persona].append(due)

    def take(self, persona: str) -> float | None:
        """Waits for an iteration of that persona; when it was due, or None once there will be none any more."""
        if self._closed:
            return None
        if self._late[persona]:
            return self._late[persona].popleft()
        mine = AsyncResult()
        self._free[persona].append(mine)
        try:
            due: float | None = mine.get()
        except BaseException:  # this user is killed while it waits
            if mine in self._free[persona]:
                self._free[persona].remove(mine)
            raise
        return due

    def close(self) -> Counter[str]:
        """Sends all free users home; how many iterations nobody came to, by persona."""
        self._closed = True
        for users in self._free.values():
            while users:
                users.popleft().set(None)
        return Counter({persona: len(dues) for persona, dues in self._late.items() if dues})

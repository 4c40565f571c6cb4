"""API keys in turn, each rested long enough that its limit of 60 calls a minute is never met."""

from collections import deque
from collections.abc import Iterable

REST = 1.05  # seconds between two uses of a key: at most 58 in any minute


class KeyRing:
    """`take` gives the key that has rested longest and how many seconds to wait before using it."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._keys = deque((key, 0.0) for key in keys)

    def take(self, now: float) -> tuple[str, float]:
        """`now` is monotonic; the key counts as used at the end of the wait."""
        key, free_at = self._keys.popleft()
        use_at = max(now, free_at)
        self._keys.append((key, use_at + REST))
        return key, use_at - now

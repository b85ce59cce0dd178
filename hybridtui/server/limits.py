"""Counting requests, as the exchange does. PURE: time is a parameter, in monotonic seconds."""

from collections import deque
from collections.abc import Mapping

MINUTE = 60.0


class RequestLimiter:
    """Allows so many requests a minute of each name, and blocks a name for a while after one too many."""

    def __init__(self, per_minute: Mapping[str, int], block: float, minute: float = MINUTE) -> None:
        """`block` and the length of a `minute` are in seconds; a name not in `per_minute` is never refused."""
        self._per_minute, self._block, self._minute = per_minute, block, minute
        self._seen: dict[str, deque[float]] = {name: deque() for name in per_minute}
        self._blocked_until: dict[str, float] = {}

    def allow(self, name: str, now: float) -> bool:
        """Count one request; False where it has to be refused."""
        seen = self._seen.get(name)
        if seen is None:
            return True
        if now < self._blocked_until.get(name, now):
            return False
        while seen and seen[0] <= now - self._minute:
            seen.popleft()
        if len(seen) >= self._per_minute[name]:
            self._blocked_until[name] = now + self._block
            seen.clear()
            return False
        seen.append(now)
        return True

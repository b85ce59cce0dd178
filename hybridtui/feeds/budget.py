"""How often something may be done in any minute. PURE: the time is a parameter."""

from collections import deque

MINUTE = 60.0


class Budget:
    """At most `limit` spendings in any 60 seconds, and none while blocked."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._spent: deque[float] = deque()
        self._blocked_until = float("-inf")

    def free_at(self, now: float, keep: int = 0) -> float:
        """The first moment, not before `now`, at which one may be spent and `keep` others are still left."""
        while self._spent and self._spent[0] <= now - MINUTE:
            self._spent.popleft()
        too_many = len(self._spent) - max(1, self.limit - keep)
        full_until = self._spent[too_many] + MINUTE if too_many >= 0 else now
        return max(now, full_until, self._blocked_until)

    def spend(self, now: float) -> None:
        """Count one."""
        self._spent.append(now)

    def refund(self) -> None:
        """The newest one was not spent after all."""
        if self._spent:
            self._spent.pop()

    def block(self, until: float) -> None:
        """Spend none before `until`."""
        self._blocked_until = max(self._blocked_until, until)

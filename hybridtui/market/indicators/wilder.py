"""Wilder's average: the mean of the first `period` values, then (previous * (period - 1) + value) / period.

Source: Wilder, New Concepts in Technical Trading Systems, 1978, where the averages of RSI and ATR are defined so.
"""


class Wilder:
    """Fed value by value."""

    def __init__(self, period: int) -> None:
        assert period > 0
        self.period = period
        self._count = 0
        self._mean = 0.0

    def peek(self, value: float) -> float | None:
        """The average if `value` came next, None until there are `period` values; nothing is taken in."""
        return self._next(value) if self._count + 1 >= self.period else None

    def update(self, value: float) -> float | None:
        """Take the next value in. Returns the average, None until there are `period` values."""
        self._mean = self._next(value)
        self._count = min(self._count + 1, self.period)
        return self._mean if self._count == self.period else None

    def _next(self, value: float) -> float:
        """The mean of what there is so far, and from `period` values on Wilder's average."""
        return self._mean + (value - self._mean) / min(self._count + 1, self.period)

"""Simple moving average: the mean of the last `period` values.

Source: Murphy, Technical Analysis of the Financial Markets, chapter 9.
"""

from collections import deque
from math import fsum


class Sma:
    """Fed value by value. The sum is taken anew each time: a running sum would drift with the rounding of its past."""

    def __init__(self, period: int) -> None:
        assert period > 0
        self.period = period
        self._before: deque[float] = deque(maxlen=period - 1)

    def peek(self, value: float) -> float | None:
        """The average if `value` came next, None until there are `period` values; nothing is taken in."""
        if len(self._before) < self.period - 1:
            return None
        return fsum([*self._before, value]) / self.period

    def update(self, value: float) -> float | None:
        """Take the next value in. Returns the average, None until there are `period` values."""
        average = self.peek(value)
        self._before.append(value)
        return average

"""Bollinger bands: the simple average of the last `period` values, and `width` standard deviations around it.

The deviation is that of the whole population (Bollinger, Bollinger on Bollinger Bands, ch. 7).
"""

from collections import deque
from math import fsum, hypot, sqrt
from typing import NamedTuple


class Bands(NamedTuple):
    """The three lines."""

    lower: float
    middle: float
    upper: float


class Bollinger:
    """Fed value by value."""

    def __init__(self, period: int = 20, width: float = 2.0) -> None:
        assert period > 0
        self.period = period
        self.width = width
        self._before: deque[float] = deque(maxlen=period - 1)

    def peek(self, value: float) -> Bands | None:
        """The bands if `value` came next, None until there are `period` values; nothing is taken in."""
        if len(self._before) < self.period - 1:
            return None
        window = [*self._before, value]
        mean = fsum(window) / self.period
        # hypot neither overflows nor loses the squares of the differences of tiny prices.
        reach = self.width * hypot(*(one - mean for one in window)) / sqrt(self.period)
        return Bands(mean - reach, mean, mean + reach)

    def update(self, value: float) -> Bands | None:
        """Take the next value in. Returns the bands, None until there are `period` values."""
        bands = self.peek(value)
        self._before.append(value)
        return bands

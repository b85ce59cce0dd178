"""Exponential moving average: previous + (value - previous) * 2 / (period + 1).

Seeded with the simple average of the first `period` values, the usual convention (Murphy, Technical Analysis of the
Financial Markets, ch. 9).
"""

from hybridtui.market.indicators.sma import Sma


class Ema:
    """Fed value by value."""

    def __init__(self, period: int) -> None:
        self.value: float | None = None
        """The newest average; None until there are `period` values."""
        self._weight = 2 / (period + 1)
        self._seed = Sma(period)

    def peek(self, value: float) -> float | None:
        """The average if `value` came next, None until there are `period` values; nothing is taken in."""
        if self.value is None:
            return self._seed.peek(value)
        return self.value + (value - self.value) * self._weight

    def update(self, value: float) -> float | None:
        """Take the next value in. Returns the average, None until there are `period` values."""
        average = self.peek(value)
        if self.value is None:
            self._seed.update(value)
        self.value = average
        return average

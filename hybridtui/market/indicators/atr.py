"""Average true range: Wilder's average of the true range, in the unit of the price.

The true range of a candle is the longest of high - low, |high - close before|, |low - close before|; of the first
candle, which has none before it, high - low (Wilder, New Concepts in Technical Trading Systems, 1978, section III).
"""

from hybridtui.market.candles import Candle
from hybridtui.market.indicators.wilder import Wilder


class Atr:
    """Fed candle by candle, oldest first."""

    def __init__(self, period: int = 14) -> None:
        self._average = Wilder(period)
        self._close: float | None = None

    def peek(self, candle: Candle) -> float | None:
        """The average if `candle` came next, None until there are `period` candles; nothing is taken in."""
        return self._average.peek(self._range(candle))

    def update(self, candle: Candle) -> float | None:
        """Take the next candle in. Returns the average, None until there are `period` candles."""
        average = self._average.update(self._range(candle))
        self._close = candle.close
        return average

    def _range(self, candle: Candle) -> float:
        """The true range."""
        if self._close is None:
            return candle.high - candle.low
        return max(candle.high, self._close) - min(candle.low, self._close)

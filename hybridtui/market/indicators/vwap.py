"""Volume-weighted average price since midnight UTC: the sum of typical price × volume over the sum of volume.

The typical price of a candle is (high + low + close) / 3 (Berkowitz, Logue and Noser, The Total Cost of Transactions on
the NYSE, Journal of Finance 43, 1988, for the average itself).
"""

from typing import NamedTuple

from hybridtui.market.candles import Candle

_DAY = 86_400_000


class _Sums(NamedTuple):
    day: int | None = None
    whole: bool = False
    """Whether the day's beginning was seen."""
    value: float = 0.0
    volume: float = 0.0

    def after(self, candle: Candle) -> "_Sums":
        """The sums with one more candle; a new day begins with none."""
        day = candle.mts // _DAY
        sums = self if day == self.day else _Sums(day, self.day is not None or candle.mts % _DAY == 0)
        typical = candle.high / 3 + candle.low / 3 + candle.close / 3
        return _Sums(day, sums.whole, sums.value + typical * candle.volume, sums.volume + candle.volume)

    def average(self) -> float | None:
        return self.value / self.volume if self.whole and self.volume > 0 else None


class Vwap:
    """Fed candle by candle, oldest first.

    A day whose beginning was not seen has no average: it is defined from the first candle of a day on that starts at
    midnight or follows a candle of an earlier day, or a moment of an earlier day since when all candles are known.
    """

    def __init__(self, known_since: int | None = None) -> None:
        """`known_since`, ms UTC, is that moment; None where there is none but the first candle."""
        self._sums = _Sums(None if known_since is None else (known_since - 1) // _DAY)

    def peek(self, candle: Candle) -> float | None:
        """The average of its day if `candle` came next, None where it is not defined; nothing is taken in."""
        return self._sums.after(candle).average()

    def update(self, candle: Candle) -> float | None:
        """Take the next candle in. Returns the average of its day so far, None while it is not defined."""
        self._sums = self._sums.after(candle)
        return self._sums.average()

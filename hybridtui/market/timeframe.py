"""Candle timeframes: their names on the wire, their lengths, and the start of the bucket that holds a moment."""

from datetime import UTC, datetime
from enum import StrEnum

_MINUTE = 60_000
_DAY = 1440 * _MINUTE


class Timeframe(StrEnum):
    """The timeframes that Bitfinex offers, shortest first; the value is the name on the wire."""

    M1 = "1m"
    M5 = "5m"
    M15 = "15m"
    M30 = "30m"
    H1 = "1h"
    H3 = "3h"
    H6 = "6h"
    H12 = "12h"
    D1 = "1D"
    W1 = "1W"
    D14 = "14D"
    MONTH = "1M"

    @property
    def length_ms(self) -> int:
        """Length of one bucket in milliseconds; for a calendar month the shortest there is, 28 days."""
        return _LENGTHS[self]

    def shifted(self, steps: int) -> "Timeframe":
        """The timeframe `steps` places longer (or shorter, where negative), stopping at the ends."""
        order = list(Timeframe)
        return order[min(max(order.index(self) + steps, 0), len(order) - 1)]

    def bucket(self, mts: int, anchor: int | None = None) -> int | None:
        """Start of the bucket that holds `mts`, both in ms UTC.

        Weeks and fortnights are counted from `anchor`, the start of any bucket that the exchange named; where it named
        none their phase is not known, and the answer is None. All others are aligned to UTC.
        """
        if self is Timeframe.MONTH:
            moment = datetime.fromtimestamp(mts / 1000, UTC)
            return int(datetime(moment.year, moment.month, 1, tzinfo=UTC).timestamp()) * 1000
        if self in (Timeframe.W1, Timeframe.D14):
            return None if anchor is None else mts - (mts - anchor) % self.length_ms
        return mts - mts % self.length_ms

    def next_bucket(self, start: int) -> int:
        """Start of the bucket after the one that starts at `start`, in ms UTC."""
        if self is not Timeframe.MONTH:
            return start + self.length_ms
        moment = datetime.fromtimestamp(start / 1000, UTC)
        year, month = (moment.year + 1, 1) if moment.month == 12 else (moment.year, moment.month + 1)
        return int(datetime(year, month, 1, tzinfo=UTC).timestamp()) * 1000


_LENGTHS = {
    Timeframe.M1: _MINUTE,
    Timeframe.M5: 5 * _MINUTE,
    Timeframe.M15: 15 * _MINUTE,
    Timeframe.M30: 30 * _MINUTE,
    Timeframe.H1: 60 * _MINUTE,
    Timeframe.H3: 180 * _MINUTE,
    Timeframe.H6: 360 * _MINUTE,
    Timeframe.H12: 720 * _MINUTE,
    Timeframe.D1: _DAY,
    Timeframe.W1: 7 * _DAY,
    Timeframe.D14: 14 * _DAY,
    Timeframe.MONTH: 28 * _DAY,
}

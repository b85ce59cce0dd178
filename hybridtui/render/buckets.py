"""The horizontal scale: candles stand where their time is, so a stretch without trades is a gap."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

from hybridtui.market.bars import joined
from hybridtui.market.candles import Candle, Candles
from hybridtui.market.timeframe import Timeframe
from hybridtui.render.chart_options import ChartOptions
from hybridtui.render.times import day_text, minute_text, moment, month_text

_MINUTE = 60_000
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_WEEK = 7 * _DAY
_MONTH = 28 * _DAY
_STEPS = (
    *(minutes * _MINUTE for minutes in (1, 2, 5, 10, 15, 30)),
    *(hours * _HOUR for hours in (1, 2, 3, 4, 6, 12)),
    *(days * _DAY for days in (1, 2, 7, 14)),
    *(months * _MONTH for months in (1, 3, 6, 12, 24, 60, 120)),
)
_UNITS = (_DAY, _WEEK, _MONTH, 12 * _MONTH)
_SEPARATOR_ROOM = 8
"""Columns between two separators, at least."""


class Buckets(NamedTuple):
    """Numbers what is drawn as one candle, one apart, and tells when it starts.

    The numbers do not depend on which candles there are, so what several candles are joined into stays the same.
    """

    timeframe: Timeframe
    anchor: int
    """The start of any bucket, ms UTC."""
    joined: int = 1
    """How many buckets of the timeframe are one here."""

    def number(self, mts: int) -> int:
        """The number of the bucket that holds `mts`, ms UTC."""
        if self.timeframe is Timeframe.MONTH:
            when = moment(mts)
            return (when.year * 12 + when.month - 1) // self.joined
        return (mts - self.anchor) // self.timeframe.length_ms // self.joined

    def start(self, index: int) -> int:
        """The start of a bucket, ms UTC."""
        index *= self.joined
        if self.timeframe is Timeframe.MONTH:
            year, month = divmod(min(max(index, 12), 9000 * 12), 12)
            return round(moment(0).replace(year=year, month=month + 1).timestamp() * 1000)
        return self.anchor + index * self.timeframe.length_ms

    def end(self, mts: int) -> int:
        """The end of the bucket that holds `mts`, both in ms UTC."""
        return self.start(self.number(mts) + 1)

    @property
    def length_ms(self) -> int:
        """About how long a bucket is."""
        return self.timeframe.length_ms * self.joined


class Window(NamedTuple):
    """The buckets on the screen and the columns they stand in."""

    buckets: Buckets
    right: int
    """The number of the last bucket shown."""
    capacity: int
    """How many buckets there is room for."""
    columns: int
    """Columns a bucket."""
    edge: int
    """The column of the last bucket's middle."""
    present: int
    """The number of the last bucket there is, `right` while the present is shown."""

    def x(self, index: int) -> int:
        """The column of a bucket's middle."""
        return self.edge - (self.right - index) * self.columns

    def middles(self, candles: Sequence[Candle]) -> list[int]:
        """The columns of the middles of these candles; the same as `x` of their numbers, and quicker."""
        buckets, columns = self.buckets, self.columns
        if buckets.timeframe is Timeframe.MONTH:
            return [self.x(buckets.number(candle.mts)) for candle in candles]
        shift, anchor = self.edge - self.right * columns, buckets.anchor
        length = buckets.length_ms
        return [(candle.mts - anchor) // length * columns + shift for candle in candles]

    def at(self, x: int) -> int:
        """The number of the bucket nearest to a column."""
        return self.right - (self.edge - x + self.columns // 2) // self.columns

    @property
    def left(self) -> int:
        """The number of the first bucket shown."""
        return self.right - self.capacity + 1

    def under(self, mts: int) -> int:
        """The number of the bucket that holds `mts`, kept on the screen."""
        return min(max(self.buckets.number(mts), self.left), self.right)

    def bars(self, candles: Candles, before: int = 0) -> list[Candle]:
        """What is drawn of the candles inside, and of `before` buckets before them, oldest first."""
        rows = candles.between(self.buckets.start(self.left - before), self.buckets.start(self.right + 1))
        return rows if self.buckets.joined == 1 else joined(rows, self.buckets.end)


def buckets_of(newest: Candle, timeframe: Timeframe, count: int = 1) -> Buckets:
    """The buckets of a timeframe, `count` of them joined into one."""
    return Buckets(timeframe, newest.mts % timeframe.length_ms, max(count, 1))


def window_of(candles: Candles, newest: Candle, width: int, options: ChartOptions) -> Window:
    """What fits into `width` columns.

    The present moves on without trades, but the newest candle is never farther than a third of the width from the
    right edge: a picture of the past is better than none.
    """
    columns = max(options.columns_per_candle, 1)
    count = max((width - 1) // columns, 1)
    buckets = buckets_of(newest, candles.timeframe, options.candles_per_column)
    last = buckets.number(newest.mts)
    present = last if options.now_ms is None else min(max(last, buckets.number(options.now_ms)), last + count // 3)
    right = present if options.right_ms is None else min(buckets.number(options.right_ms), present)
    return Window(buckets, right, count, columns, width - 2 - body_width(columns) // 2, present)


def body_width(columns: int) -> int:
    """How many columns a candle's body takes: odd, so that the wick is in its middle, and a gap is left."""
    return 1 if columns <= 3 else (columns - 2) // 2 * 2 + 1


@lru_cache(maxsize=16)
def time_marks(window: Window, utc_offset_ms: int, room: int = 11) -> list[tuple[int, str]]:
    """Bucket numbers and texts for the time axis, left to right: round times at least `room` columns apart."""
    length = window.buckets.length_ms
    step = next((step for step in _STEPS if step >= length and step * window.columns >= room * length), _STEPS[-1])
    return [(index, _mark_text(window, index, step, utc_offset_ms)) for index in _begun(window, step, utc_offset_ms)]


def separators(window: Window, utc_offset_ms: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The numbers of the buckets in which a day, a week, a month or a year begins: the finest of these that have room.

    The second list has the next coarser ones, which are in the first one too, or not where a week is cut by a month.
    """
    length = window.buckets.length_ms
    units = [unit for unit in _UNITS if unit > length and unit // length * window.columns >= _SEPARATOR_ROOM]
    fine, coarse = ([_begun(window, unit, utc_offset_ms) for unit in units] + [(), ()])[:2]
    return fine, coarse


@lru_cache(maxsize=32)
def _begun(window: Window, step: int, utc_offset_ms: int) -> tuple[int, ...]:
    """The buckets that hold the beginning of a stretch of time, from the left: the same until the window moves on."""
    key, start = _round_key(step, utc_offset_ms), window.buckets.start
    begun: list[int] = []
    before = key(start(window.left) - 1)
    for index in range(window.left, window.right + 1):
        here = key(start(index + 1) - 1)
        if here != before:
            begun.append(index)
        before = here
    return tuple(begun)


def _round_key(step: int, utc_offset_ms: int) -> Callable[[int], int]:
    """A function that changes its value where a round time begins; weeks begin on Monday."""
    if step < _MONTH:
        shift = utc_offset_ms - (4 * _DAY if step % _WEEK == 0 else 0)
        return lambda mts: (mts + shift) // step
    months = step // _MONTH

    def month_key(mts: int) -> int:
        when = moment(mts, utc_offset_ms)
        return (when.year * 12 + when.month - 1) // months

    return month_key


def _mark_text(window: Window, index: int, step: int, utc_offset_ms: int) -> str:
    """The round time in a bucket; where a bucket is a day or more, the day on which it starts."""
    last = window.buckets.start(index + 1) - 1
    if step >= _MONTH:
        return month_text(last, utc_offset_ms)
    if window.buckets.length_ms >= _DAY:
        return day_text(window.buckets.start(index), utc_offset_ms)
    shift = utc_offset_ms - (4 * _DAY if step % _WEEK == 0 else 0)
    when = (last + shift) // step * step - shift
    clock = minute_text(when, utc_offset_ms)
    return day_text(when, utc_offset_ms) if step >= _DAY or clock == "00:00" else clock

"""Which studies a chart shows, and their values on the screen."""

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple
from weakref import WeakKeyDictionary

from hybridtui.market.candles import Candle, Candles
from hybridtui.market.indicators.series import Series
from hybridtui.market.indicators.study import Place, Study, StudyKind, Values
from hybridtui.market.timeframe import Timeframe
from hybridtui.render.buckets import Window
from hybridtui.render.dots import Point, Stroke, line_key

_DAY = 86_400_000
_BEFORE_MIDNIGHT = 30
"""Candles of the day before, some of which may be without trades."""
_PERIODS = 4
_MOST = 32
"""Studies whose values are kept; parameters that were tried out once are forgotten."""


class _Computed:
    """The values of studies over the candles of one market, computed anew only where a candle changed."""

    def __init__(self) -> None:
        self.candles: list[Candle] = []
        self.unknown: tuple[tuple[int, int], ...] = ()
        self._revision = -1
        self._series: dict[Study, tuple[int, Series, Sequence[Values]]] = {}

    def look(self, candles: Candles) -> None:
        """Take the candles as they are now."""
        if candles.revision != self._revision:
            self._revision = candles.revision
            self.candles = candles.newest(len(candles))
            self.unknown = candles.unknown

    def values(self, study: Study) -> Sequence[Values]:
        """For each candle."""
        kept = self._series.pop(study, None)
        revision, series, values = (-1, Series(study), ()) if kept is None else kept
        if revision != self._revision:
            values = series.over(self.candles, self.unknown)
        self._series[study] = (self._revision, series, values)
        if len(self._series) > _MOST:
            del self._series[next(iter(self._series))]
        return values


_COMPUTED: WeakKeyDictionary[Candles, _Computed] = WeakKeyDictionary()


_STROKES = {
    StudyKind.EMA: Stroke.DASHED,
    StudyKind.VWAP: Stroke.HEAVY,
    StudyKind.BOLLINGER: Stroke.DOTTED,
}


class Shown(NamedTuple):
    """A study on the screen."""

    study: Study
    number: int
    """Its place among the studies with lines, which decides on its colour."""
    rank: int
    """Its place among those of its kind."""
    columns: list[int]
    """The columns of the candles, left to right, the first one or more left of the screen."""
    rows: Sequence[Values]
    """The values at these candles."""
    read: Values
    """The values at the crosshair, else the newest; those of the candle before where there is none."""
    gaps: frozenset[int] = frozenset()
    """The places in `rows` before which candles may be missing."""

    @property
    def key(self) -> str:
        """The style key of its line."""
        return line_key(self.number)

    @property
    def stroke(self) -> Stroke:
        """How its line is drawn."""
        return _STROKES.get(self.study.kind, Stroke.SOLID)

    def points(self, line: int = 0) -> list[Point]:
        """One of its lines, for `draw_line`, which is interrupted where candles may be missing."""
        points: list[Point] = []
        for at, (x, row) in enumerate(zip(self.columns, self.rows, strict=True)):
            if at in self.gaps:
                points.append((x, None))
            points.append((x, row[line]))
        return points


def shown_studies(candles: Candles, window: Window, studies: Sequence[Study], read_mts: int) -> list[Shown]:
    """The studies that have values, with those of the candles on the screen; `read_mts` is the bucket to read at."""
    with_lines = [study for study in studies if study.specification.lines]
    if not with_lines:
        return []
    computed = _COMPUTED.setdefault(candles, _Computed())
    computed.look(candles)
    known = computed.candles
    first = max(_index(known, window.buckets.start(window.left)) - 1, 0)
    end = _index(known, window.buckets.start(window.right + 1))
    read = _index(known, read_mts + 1) - 1
    columns = window.middles(known[first:end])
    gaps = frozenset(_index(known, until) - first for _, until in computed.unknown)
    kinds: list[StudyKind] = []
    shown = []
    for at, study in enumerate(with_lines):
        values = computed.values(study)
        nothing: Values = (None,) * study.specification.lines
        there = values[read] if read >= 0 else nothing
        shown.append(Shown(study, at, kinds.count(study.kind), columns, values[first:end], there, gaps))
        kinds.append(study.kind)
    return shown


def _index(candles: Sequence[Candle], mts: int) -> int:
    return bisect_left(candles, mts, key=lambda candle: candle.mts)


def first_needed(study: Study, left_ms: int, timeframe: Timeframe) -> int:
    """From where on candles are needed for the values of a study at `left_ms` to be what they are for good, ms UTC.

    The day's average needs its whole day and a candle before it; an average needs its period, and one that never quite
    forgets how it began needs it again and again.
    """
    if study.kind is StudyKind.VWAP:
        return left_ms - left_ms % _DAY - _BEFORE_MIDNIGHT * timeframe.length_ms
    return left_ms - round(max(study.parameters, default=0) * _PERIODS) * timeframe.length_ms


def is_placed(study: Study, place: Place) -> bool:
    """Whether a study is drawn there."""
    return study.specification.place is place


def has_volume(studies: Sequence[Study]) -> bool:
    """Whether the volume is wanted."""
    return any(study.kind is StudyKind.VOLUME for study in studies)


def has_profile(studies: Sequence[Study]) -> bool:
    """Whether the volume profile is wanted."""
    return any(study.kind is StudyKind.PROFILE for study in studies)

"""Candles of any timeframe from candles of minutes or days, newest first, no further back than somebody reads."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from hybridtui.market.timeframe import Timeframe

Bar = tuple[int, float, float, float, float, float]
"""`(mts, open, close, high, low, volume)`, in whatever units the bars came in."""

_FIRST_MONDAY = 345_600_000
"""1970-01-05: weeks are counted from a Monday, as the exchange's are."""


def bucket_of(mts: int, timeframe: Timeframe) -> int:
    """Start of the bucket that holds a moment, ms UTC."""
    start = timeframe.bucket(mts, _FIRST_MONDAY)
    assert start is not None
    return start


def merged(start: int, newest_first: Iterable[Bar]) -> Bar:
    """One bar for a non-empty run of them."""
    bars = list(newest_first)
    high, low = max(bar[3] for bar in bars), min(bar[4] for bar in bars)
    return (start, bars[-1][1], bars[0][2], high, low, sum(bar[5] for bar in bars))


def aggregated(newest_first: Iterable[Bar], timeframe: Timeframe) -> Iterator[Bar]:
    """The bars of a timeframe from shorter ones of which each lies within one bucket; newest first, lazily."""
    if timeframe is Timeframe.M1:
        yield from newest_first
        return
    for start, bars in groupby(newest_first, key=lambda bar: bucket_of(bar[0], timeframe)):
        yield merged(start, bars)


def selected(newest_first: Iterable[Bar], start: int | None, end: int | None) -> Iterator[Bar]:
    """Those of them whose mts lies within start and end, both inclusive; stops reading before the start."""
    for bar in newest_first:
        if start is not None and bar[0] < start:
            return
        if end is None or bar[0] <= end:
            yield bar

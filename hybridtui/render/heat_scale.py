"""The scales of a heatmap: which prices its rows show, and how much is hot. Both stay as they are as long as they do.

A bin is a whole number of ticks, so that no level is ever cut in two.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from hybridtui.market.liquidity import LiquidityColumn
from hybridtui.market.samples import percentile
from hybridtui.render.steps import round_step

_PLACES_MOST = 12
"""More decimals than any price has."""
_CALM = 0.15
"""The part of the height at each end that the price may enter before the picture is moved."""
_WASTE = 0.35
"""A picture that needs less than this part of its height is drawn finer."""
_BIN_STEPS = (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
"""Ticks in a bin, times a power of ten."""
_REACH = 0.75
"""The part of the usual reach of the book that has to be in the picture."""
_HOT_SHARE, _HOT_COLUMNS = 0.95, 0.6
"""Hot is what 95 of 100 bins with something in them do not exceed, in a column hotter than six of ten."""
_HOT_HELD = (0.6, 1.7)
"""What is hot stays as it is as long as it should be within these multiples of it."""
_HOT_STEPS = (1.0, 1.5, 2.0, 3.0, 5.0, 7.0, 10.0)


class HeatScale(NamedTuple):
    """The prices of the bins, and the size that is drawn hottest."""

    places: int
    """A tick is 10 to the power of minus this."""
    ticks: int
    """Ticks in a bin."""
    first: int
    """The lowest bin, as a multiple of the width of a bin."""
    bins: int
    hot: float
    """Base currency."""

    def bin_of(self, price: float) -> int:
        """The bin of a price, 0 the lowest shown; it may lie outside."""
        return round(price * 10.0**self.places) // self.ticks - self.first


def scale_of(
    columns: Sequence[LiquidityColumn | None],
    bins: int,
    places: int,
    last: float | None,
    held: HeatScale | None,
) -> HeatScale | None:
    """The scale for these columns, None where none was seen; `held` itself where it is still good."""
    seen = [column for column in columns if column is not None]
    if not seen or bins < 1:
        return None
    places = min(max(places, 0), _PLACES_MOST)
    last = seen[-1].mid if last is None else last
    if held is not None and (held.places, held.bins) != (places, bins):
        held = None
    ticks = _ticks(seen, bins, places, held)
    first = _first(seen, bins, places, ticks, last, held)
    hot = _hot(seen, HeatScale(places, ticks, first, bins, 1.0), held)
    return HeatScale(places, ticks, first, bins, hot)


@lru_cache(maxsize=4096)
def binned(column: LiquidityColumn, places: int, ticks: int, first: int, bins: int) -> tuple[float, ...]:
    """The size in each bin of a column, the lowest price first."""
    sums = [0.0] * bins
    unit = 10.0**places
    for price, size in zip(column.prices, column.sizes, strict=True):
        at = round(price * unit) // ticks - first
        if 0 <= at < bins:
            sums[at] += size
    return tuple(sums)


def _ticks(seen: Sequence[LiquidityColumn], bins: int, places: int, held: HeatScale | None) -> int:
    """Ticks in a bin, so that all trades and the usual reach of the book beside them can be seen."""
    low, high = _traded_range(seen)
    reach = sorted(min(column.mid - column.low, column.high - column.mid) for column in seen)[len(seen) // 2]
    least = _spacing(seen[-1], places)
    need = (high - low + 2 * _REACH * max(reach, 0.0)) * 10.0**places
    if held is not None and held.ticks >= least and _WASTE * held.ticks * bins <= need <= held.ticks * bins:
        return held.ticks
    return max(round(round_step(max(need / bins, least), _BIN_STEPS)), 1)


def _spacing(column: LiquidityColumn, places: int) -> float:
    """Ticks between the prices of a book that the exchange put together; 1 where it did not."""
    ordered = sorted(column.prices) if column.precision else []
    distances = [after - before for before, after in pairwise(ordered)]
    return max(min(distances, default=0.0) * 10.0**places, 1.0)


def _traded_range(seen: Sequence[LiquidityColumn]) -> tuple[float, float]:
    """Between which prices the market was."""
    mids = [column.mid for column in seen]
    return min(mids), max(mids)


def _first(
    seen: Sequence[LiquidityColumn], bins: int, places: int, ticks: int, last: float, held: HeatScale | None
) -> int:
    """The lowest bin: as it was while the last price is not near an end, else with what was traded in the middle."""
    now = round(last * 10.0**places) // ticks
    margin = int(bins * _CALM)
    if held is not None and held.ticks == ticks and held.first + margin <= now < held.first + bins - margin:
        return held.first
    low, high = _traded_range(seen)
    middle = round((low + high) / 2 * 10.0**places) // ticks
    room = max(bins // 2 - 2 * margin, 0)
    return min(max(middle, now - room), now + room) - bins // 2


def _hot(seen: Sequence[LiquidityColumn], scale: HeatScale, held: HeatScale | None) -> float:
    tops = sorted(top for column in seen if (top := _top(column, *scale[:4])) > 0)
    if not tops:
        return 1.0 if held is None else held.hot
    wanted = percentile(tops, _HOT_COLUMNS)
    if held is not None and held.ticks == scale.ticks and _HOT_HELD[0] <= wanted / held.hot <= _HOT_HELD[1]:
        return held.hot
    return round_step(wanted, _HOT_STEPS)


@lru_cache(maxsize=4096)
def _top(column: LiquidityColumn, places: int, ticks: int, first: int, bins: int) -> float:
    """What 95 of 100 bins with something in them do not exceed."""
    sizes = sorted(size for size in binned(column, places, ticks, first, bins) if size > 0)
    return percentile(sizes, _HOT_SHARE) if sizes else 0.0

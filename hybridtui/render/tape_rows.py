"""The rows of a tape: trades, the fills of one sweep put together, and the gaps between them."""

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from hybridtui.market.exact import exact
from hybridtui.market.gaps import Gap
from hybridtui.market.trades import Trade
from hybridtui.render.times import day_of

_DAYS_FROM = 3
"""Rows from which there is room to name days."""


class Print(NamedTuple):
    """One row of the tape: one trade, or the fills of one sweep, of one millisecond and one side."""

    mts: int
    price: float
    """The worst price that was paid or got; in a sweep the one it ended at."""
    amount: float
    """In base currency, + bought, - sold; the exact sum of the fills."""
    fills: int
    first: float
    """The best price; where it is not `price`, there were fills at both of them and perhaps between."""


class Day(NamedTuple):
    """One row of the tape: the trades below it, down to the next such row, are of the day of this moment, ms UTC."""

    mts: int


def prints(newest_first: Sequence[Trade], count: int, merge: bool) -> list[Print]:
    """The first `count` rows of a tape."""
    rows: list[Print] = []
    fills: list[Trade] = []
    for trade in newest_first:
        if merge and fills and _alike(fills[0], trade):
            fills.append(trade)
            continue
        if fills:
            rows.append(joined(fills))
        if len(rows) >= count:
            return rows[:count]
        fills = [trade]
    return [*rows, joined(fills)] if fills and len(rows) < count else rows


def joined(fills: Sequence[Trade]) -> Print:
    """The row of one or more fills of one side."""
    one = fills[0]
    if len(fills) == 1:
        return Print(one.mts, one.price, one.amount, 1, one.price)
    low, high = min(fill.price for fill in fills), max(fill.price for fill in fills)
    worst, best = (high, low) if one.amount > 0 else (low, high)
    return Print(one.mts, worst, volume(fills), len(fills), best)


def volume(trades: Sequence[Trade]) -> float:
    """The sum of signed amounts: the number nearest to the exact sum of the decimals that the exchange wrote."""
    return float(sum(exact(trade.amount) for trade in trades))


def rows_of(newest_first: Sequence[Trade], gaps: Sequence[Gap], count: int, merge: bool) -> list[Print | Gap]:
    """The first `count` rows of a tape with its gaps, each above the newest trade known before it."""
    rows: list[Print | Gap] = []
    start = 0
    for gap in reversed(gaps):
        end = bisect_left(newest_first, -gap.after_id, lo=start, key=lambda trade: -trade.id)
        if end == len(newest_first):
            break
        rows += [*prints(newest_first[start:end], count - len(rows), merge), gap]
        if len(rows) >= count:
            return rows[:count]
        start = end
    return [*rows, *prints(newest_first[start:], count - len(rows), merge)]


def with_days(rows: Sequence[Print | Gap], count: int, today_ms: int, utc_offset_ms: int) -> list[Print | Gap | Day]:
    """The first `count` rows with the day above the newest trade of each day that is not today.

    A time of day alone would be read as today's.
    """
    if count < _DAYS_FROM:
        return list(rows[:count])
    named: list[Print | Gap | Day] = []
    day = day_of(today_ms, utc_offset_ms)
    for row in rows:
        if isinstance(row, Print) and day_of(row.mts, utc_offset_ms) != day:
            day = day_of(row.mts, utc_offset_ms)
            named.append(Day(row.mts))
        named.append(row)
    named = named[:count]
    return named[:-1] if named and isinstance(named[-1], Day) else named


def _alike(row: Trade, trade: Trade) -> bool:
    return row.mts == trade.mts and (row.amount > 0) == (trade.amount > 0)

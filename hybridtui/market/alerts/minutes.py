"""The volume of a minute, and the average of the minutes before it, as the tape tells them."""

from collections.abc import Iterable
from decimal import Decimal

from hybridtui.market.alerts.rules import VolumeOver
from hybridtui.market.alerts.thresholds import NOISE
from hybridtui.market.exact import exact
from hybridtui.market.trades import Trade, Trades

LENGTH_MS = 60_000
LEAST_MINUTES = 5
"""An average of fewer minutes is none."""


def minute_of(mts: int) -> int:
    """The number of the minute, from 1970 on, of a moment in ms UTC."""
    return mts // LENGTH_MS


def minute_volume(tape: Trades, minute: int, until_id: int | None = None) -> float:
    """What was traded in a minute, in base currency; up to the trade of this id where one is given."""
    return sum(abs(trade.amount) for trade in _rows(tape, minute, until_id))


def average_volume(tape: Trades, minute: int, minutes: int) -> float | None:
    """The average volume of the `minutes` before a minute, those without trades too, in base currency.

    Of fewer where not so many are known from beginning to end; None where that is less than five.
    """
    count = _known_minutes(tape, minute, minutes)
    if count < LEAST_MINUTES:
        return None
    return sum(abs(trade.amount) for trade in _rows_before(tape, minute, count)) / count


def many_times(
    rule: VolumeOver, volume: float, average: float, tape: Trades, minute: int, until_id: int | None = None
) -> bool:
    """Whether the volume of a minute, as `minute_volume` counts it, is so many times the average before it, or more.

    Where the floats nearly tie, the trades are added up exactly.
    """
    over = volume - rule.times * average
    count = _known_minutes(tape, minute, rule.minutes)
    if abs(over) > NOISE * volume or count < LEAST_MINUTES:
        return over >= 0
    before = _exact_sum(_rows_before(tape, minute, count))
    return _exact_sum(_rows(tape, minute, until_id)) * count >= exact(rule.times) * before


def _known_minutes(tape: Trades, minute: int, minutes: int) -> int:
    """How many of the `minutes` before a minute are known from beginning to end."""
    covered = tape.covered_since
    return 0 if covered is None else max(minute - max(minute - minutes, minute_of(covered) + 1), 0)


def _rows(tape: Trades, minute: int, until_id: int | None) -> list[Trade]:
    rows = tape.between(minute * LENGTH_MS, (minute + 1) * LENGTH_MS)
    return [trade for trade in rows if until_id is None or trade.id <= until_id]


def _rows_before(tape: Trades, minute: int, count: int) -> list[Trade]:
    return tape.between((minute - count) * LENGTH_MS, minute * LENGTH_MS)


def _exact_sum(rows: Iterable[Trade]) -> Decimal:
    return sum((abs(exact(trade.amount)) for trade in rows), Decimal(0))

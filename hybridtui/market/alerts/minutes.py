"""The volume of a minute, and the average of the minutes before it, as the tape tells them."""

from hybridtui.market.trades import Trades

LENGTH_MS = 60_000
LEAST_MINUTES = 5
"""An average of fewer minutes is none."""


def minute_of(mts: int) -> int:
    """The number of the minute, from 1970 on, of a moment in ms UTC."""
    return mts // LENGTH_MS


def minute_volume(tape: Trades, minute: int, until_id: int | None = None) -> float:
    """What was traded in a minute, in base currency; up to the trade of this id where one is given."""
    rows = tape.between(minute * LENGTH_MS, (minute + 1) * LENGTH_MS)
    return sum(abs(trade.amount) for trade in rows if until_id is None or trade.id <= until_id)


def average_volume(tape: Trades, minute: int, minutes: int) -> float | None:
    """The average volume of the `minutes` before a minute, those without trades too, in base currency.

    Of fewer where not so many are known from beginning to end; None where that is less than five.
    """
    covered = tape.covered_since
    if covered is None:
        return None
    first = max(minute - minutes, minute_of(covered) + 1)
    if minute - first < LEAST_MINUTES:
        return None
    rows = tape.between(first * LENGTH_MS, minute * LENGTH_MS)
    return sum(abs(trade.amount) for trade in rows) / (minute - first)

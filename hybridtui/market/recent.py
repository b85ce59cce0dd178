"""The newest events of a market, kept for the report that a bug of ours leaves behind."""

from collections import deque

from hybridtui.market.events import BookSnapshotSeen, CandlesSeen, MarketEvent, TradesSeen
from hybridtui.market.quote_events import DaySeen, MarketsListed, QuotesSeen

_KEPT = 200
_ROWS = 4
"""So many rows of a listing are kept; a thousand candles explain no bug and would stay in memory."""
_ROWS_OF = {BookSnapshotSeen: "rows", TradesSeen: "trades", CandlesSeen: "candles"} | {
    QuotesSeen: "rows",
    MarketsListed: "instruments",
    DaySeen: "candles",
}


class RecentEvents:
    """The last 200 events. Noting one costs next to nothing: texts are made when they are asked for."""

    def __init__(self) -> None:
        self._events: deque[MarketEvent | str] = deque(maxlen=_KEPT)

    def __len__(self) -> int:
        return len(self._events)

    def note(self, event: MarketEvent) -> None:
        """Remember an event, the oldest is forgotten."""
        kind = type(event)
        self._events.append(_shortened(event, _ROWS_OF[kind]) if kind in _ROWS_OF else event)

    def lines(self) -> list[str]:
        """One line an event, oldest first."""
        return [event if isinstance(event, str) else repr(event) for event in self._events]


def _shortened(event: MarketEvent, field: str) -> MarketEvent | str:
    """The event, or a text about it where it has many rows."""
    rows = getattr(event, field)
    if len(rows) <= _ROWS:
        return event
    others = {name: getattr(event, name) for name in event.__struct_fields__ if name != field}
    return f"{type(event).__name__}({others}, {len(rows)} {field}, first of them {rows[:_ROWS]})"

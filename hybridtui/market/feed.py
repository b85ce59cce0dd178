"""What a source of market events looks like from above: the seam between the model and everything that does I/O."""

from collections.abc import Callable
from typing import Protocol

import msgspec

from hybridtui.market.events import MarketEvent
from hybridtui.market.instrument import Instrument
from hybridtui.market.source import Mode
from hybridtui.market.timeframe import Timeframe

BOOK_LENGTHS = (25, 100, 250)
"""Levels a side that a book can be asked for."""


class View(msgspec.Struct, frozen=True):
    """What somebody looks at, and so what has to be delivered."""

    instrument: Instrument
    timeframe: Timeframe = Timeframe.M1
    book_length: int = 25
    """Levels a side that the screen can show: 25, 100 or 250."""
    book_precision: int = 0
    """0 for the exchange's own price levels (P0); 1 to 4 for levels it puts together, to one figure less each (P1…)."""


class Interest(msgspec.Struct, frozen=True):
    """What is wanted of other markets than the one that is looked at."""

    watched: tuple[Instrument, ...] = ()
    """Their last prices; over the socket as many as it carries, the first ones before the others."""
    shown: bool = False
    """Somebody looks at the watched ones: what the socket does not deliver is asked for over REST, and their day."""
    listing: bool = False
    """Somebody looks for a market: the names and the last prices of all."""
    needed: bool = False
    """Alerts depend on the watched ones: their last prices are asked for as where they are shown, their day is not."""

    @property
    def idle(self) -> bool:
        """Whether nobody looks and no alert waits, so that nothing has to be asked."""
        return not self.shown and not self.listing and not self.needed


def book_length_for(rows: int) -> int:
    """The smallest book the exchange offers that fills `rows` rows a side."""
    return next((length for length in BOOK_LENGTHS if rows <= length), BOOK_LENGTHS[-1])


class MarketFeed(Protocol):
    """Delivers the events of one view at a time."""

    async def run(self, accept: Callable[[MarketEvent], object]) -> None:
        """Deliver events until cancelled; what the network does is an event, never an exception."""
        ...

    def select(self, view: View) -> None:
        """Look at something else; answers that belong to the old view are dropped."""
        ...

    def force(self, mode: Mode) -> None:
        """Choose the source: automatic, WebSocket only, or REST only."""
        ...

    async def refresh(self) -> None:
        """Fetch fresh snapshots now and retry a lost connection at once; returns when the answers are in."""
        ...

    def want_history(self, start_ms: int) -> None:
        """Load candles older than the oldest one delivered, back to `start_ms` (ms UTC), at leisure."""
        ...

    def watch(self, interest: Interest) -> None:
        """Deliver the last prices of other markets too: events of `market.quote_events`."""
        ...

    def instrument(self, text: str) -> Instrument:
        """The instrument a user means by `text`. Raises SymbolError where it is not the form of a pair."""
        ...

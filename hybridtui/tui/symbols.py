"""Which markets the user watches and looked at lately, and what is known of each: shared by picker and watchlist.

What is remembered is read with care: a name that can be no market is left out.
"""

from collections.abc import Iterable

import msgspec

from hybridtui.errors import SymbolError
from hybridtui.hybrid import HybridMarketData
from hybridtui.market.feed import Interest
from hybridtui.market.instrument import Instrument
from hybridtui.market.listing import Market, found, named
from hybridtui.market.source import Topic
from hybridtui.market.watchlist import RecentMarkets, Watchlist
from hybridtui.render.quote_cells import QuoteRow
from hybridtui.store.choices import Choices

_WATCHLIST, _RECENT = "watchlist", "recent_markets"


class Symbols:
    """The user's markets. Every change is remembered at once and told to the feed."""

    def __init__(self, market: HybridMarketData, choices: Choices, first: tuple[str, ...] = ()) -> None:
        """`first` are to be watched before all others, as somebody types them. Raises SymbolError."""
        self._market, self._choices = market, choices
        self._shown = self._listing = self._needed = False
        self._seen: Instrument | None = None
        if first:
            symbols = tuple(market.named(text).symbol for text in first)
            choices.put(_WATCHLIST, self.watchlist.with_first(symbols))

    # What is remembered

    @property
    def watchlist(self) -> Watchlist:
        """What is watched, in the user's order."""
        return self._choices.get(_WATCHLIST, Watchlist())

    @property
    def recent(self) -> tuple[str, ...]:
        """What was looked at lately, the newest first."""
        return self._choices.get(_RECENT, RecentMarkets()).symbols

    @property
    def watched(self) -> tuple[Instrument, ...]:
        """The watched markets, as far as they are names of markets."""
        return tuple(self._instruments(self.watchlist.symbols))

    def change(self, watchlist: Watchlist) -> None:
        """Watch these from now on."""
        self._choices.put(_WATCHLIST, watchlist)
        self.tell()

    def toggle(self, symbol: str) -> None:
        """Watch it, or watch it no more."""
        self.change(self.watchlist.toggled(symbol))

    def note(self, _topics: Topic = Topic.NONE) -> None:
        """Remember what is looked at now, unless the exchange does not know it."""
        instrument, refused = self._market.instrument, self._market.state.refused
        recent = self._choices.get(_RECENT, RecentMarkets())
        if refused is not None and refused.symbol in recent.symbols:
            kept = tuple(symbol for symbol in recent.symbols if symbol != refused.symbol)
            self._choices.put(_RECENT, RecentMarkets(kept))
        elif instrument != self._seen:
            self._seen = instrument
            self._choices.put(_RECENT, recent.looked_at(instrument.symbol))

    # What the feed is told

    def tell(self) -> None:
        """Say what is wanted."""
        self._market.watch(Interest(self.watched, self._shown, self._listing, self._needed))

    def show(self, shown: bool) -> None:
        """The watchlist is on the screen, or no longer; it begins with what other panes chose since."""
        if shown:
            self._choices.renewed(_WATCHLIST, Watchlist())
        self._shown = shown
        self.tell()

    def need(self, needed: bool) -> None:
        """Alerts depend on the watched markets, or do no longer."""
        if needed != self._needed:
            self._needed = needed
            self.tell()

    def look_for(self, listing: bool) -> None:
        """Somebody looks for a market, or no longer."""
        self._listing = listing
        self.tell()

    # What is known

    def found(self, text: str) -> list[Market]:
        """The markets that a text fits, the best first."""
        quotes = self._market.state.quotes
        known = dict(quotes.instruments)
        for instrument in self._instruments((*self.recent, *self.watchlist.symbols)):
            known.setdefault(instrument.symbol, instrument)
        return found(text, quotes, known.values(), self.recent)

    def row(self, instrument: Instrument, *, day: bool = False) -> QuoteRow:
        """What is known of a market, as a row of a list; the market that is looked at knows itself best."""
        symbol, state, now = instrument.symbol, self._market.state, self._market.clock.now()
        quotes = state.quotes
        market = named(instrument, quotes.names)
        row = QuoteRow(
            symbol,
            instrument.label,
            name=" / ".join(filter(None, (market.base_name, market.quote_name))),
            base=instrument.base,
            day=quotes.day(symbol, self._market.clock.wall_ms()) if day else (),
            refused=quotes.refused.get(symbol, ""),
            here=instrument == state.instrument,
            watched=symbol in self.watchlist,
            recent=symbol in self.recent,
        )
        if row.here and state.arrivals[Topic.TICKER].source is not None:
            return self._row_of_view(row)
        quote = quotes.get(symbol)
        if quote is None:
            return row
        return msgspec.structs.replace(
            row,
            last=quote.ticker.last,
            change_ratio=quote.ticker.change_ratio,
            volume=quote.ticker.volume,
            source=quote.source,
            fed=quote.fed(now),
            age=quote.age(now),
        )

    def _row_of_view(self, row: QuoteRow) -> QuoteRow:
        """Its last price is that of the header, as old as whoever tells it is."""
        state, last = self._market.state, self._market.state.last
        health = state.health(Topic.TICKER if last is None else last.topic, self._market.clock.now())
        return msgspec.structs.replace(
            row,
            last=None if last is None else last.price,
            change_ratio=state.ticker.change_ratio,
            volume=state.ticker.volume,
            source=health.source,
            fed=health.live,
            age=health.age,
            refused="",
        )

    def _instruments(self, symbols: Iterable[str]) -> Iterable[Instrument]:
        known = self._market.state.quotes.instruments
        for symbol in symbols:
            try:
                yield known.get(symbol) or self._market.named(symbol[1:])
            except SymbolError:
                continue

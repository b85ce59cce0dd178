"""The last prices of other markets than the one that is looked at, each with where it came from and how old it is.

A quote is *fed* while its source keeps delivering: its channel on the socket sends rows or heartbeats, or REST answers
every few seconds. Whatever is not fed is old, however young it looks.
"""

import msgspec

from hybridtui.market.candles import Candle
from hybridtui.market.instrument import Instrument
from hybridtui.market.quote_events import (
    DaySeen,
    MarketsListed,
    QuoteConfirmed,
    QuoteEvent,
    QuoteRefused,
    QuotesLost,
    QuotesMissed,
    QuotesSeen,
)
from hybridtui.market.source import Source
from hybridtui.market.ticker import Ticker

SOCKET_PATIENCE = 40.0
"""Seconds without row or heartbeat after which a channel is not believed any more; heartbeats come every 15 s."""
REST_PATIENCE = 35.0
"""Seconds after which a REST answer is old; the next one is asked for after ten."""
DAY_MS = 86_400_000


class Quote(msgspec.Struct, frozen=True):
    """One market's ticker."""

    ticker: Ticker
    source: Source
    at: float
    """When it arrived, monotonic seconds."""
    confirmed_at: float
    """When its source last showed to be alive."""
    lost: str = ""
    """Why its source delivers no more, in a few words; empty where nothing is known to be wrong."""

    def fed(self, now: float) -> bool:
        """Whether its source still delivers at the moment `now`."""
        patience = SOCKET_PATIENCE if self.source is Source.WEBSOCKET else REST_PATIENCE
        return not self.lost and self.source is not Source.CACHE and now - self.confirmed_at <= patience

    def age(self, now: float) -> float:
        """Seconds since it is known to have been right: a channel that lives and is silent has nothing new to say."""
        return max(0.0, now - (self.confirmed_at if self.source is Source.WEBSOCKET else self.at))


class Quotes:
    """What is known of other markets. `revision` grows with every change."""

    def __init__(self) -> None:
        self.revision = 0
        self.listed_at: float | None = None
        """When all markets were asked for and answered, monotonic seconds."""
        self.instruments: dict[str, Instrument] = {}
        """Every market of the exchange that is known, by symbol."""
        self.names: dict[str, str] = {}
        """What people call the currencies, by code."""
        self.refused: dict[str, str] = {}
        """Symbols that the exchange does not deliver, each with the reason."""
        self.missed = ""
        """Why the newest request for all markets was not answered; empty where it was."""
        self.names_known = False
        """Whether the exchange itself told of its markets since the start."""
        self._quotes: dict[str, Quote] = {}
        self._days: dict[str, tuple[Candle, ...]] = {}

    def __len__(self) -> int:
        return len(self._quotes)

    def take(self, event: QuoteEvent) -> None:
        """Take one event in."""
        self.revision += 1
        match event:
            case QuotesSeen():
                self._seen(event)
            case QuoteConfirmed():
                self._confirm(event)
            case QuotesLost():
                self._lose(event)
            case QuotesMissed():
                self.missed = event.reason
            case QuoteRefused():
                self.refused[event.symbol] = event.reason
            case MarketsListed():
                self._listed(event)
            case DaySeen():
                self._days[event.symbol] = tuple(sorted(event.candles, key=lambda candle: candle.mts))

    def get(self, symbol: str) -> Quote | None:
        """The newest quote of a market, None where there never was one."""
        return self._quotes.get(symbol)

    def day(self, symbol: str, now_ms: int) -> tuple[float, ...]:
        """The closing prices of the last 24 hours, oldest first; empty where they are not known."""
        return tuple(candle.close for candle in self._days.get(symbol, ()) if candle.mts >= now_ms - DAY_MS)

    def has_day(self, symbol: str) -> bool:
        """Whether candles of a day were ever delivered."""
        return symbol in self._days

    def _seen(self, event: QuotesSeen) -> None:
        """What the socket feeds REST does not replace, nor an answer that another pane shared what is younger."""
        for instrument, ticker in event.rows:
            symbol, old = instrument.symbol, self._quotes.get(instrument.symbol)
            self.instruments.setdefault(symbol, instrument)
            self.refused.pop(symbol, None)
            if event.source is not Source.WEBSOCKET and old is not None:
                fed_by_socket = old.source is Source.WEBSOCKET and old.fed(event.at)
                if fed_by_socket or old.at > event.at or event.source is Source.CACHE:
                    continue
            self._quotes[symbol] = Quote(ticker, event.source, event.at, event.at)
        if event.whole:
            self.missed = ""
            self.listed_at = event.at if self.listed_at is None else max(event.at, self.listed_at)

    def _confirm(self, event: QuoteConfirmed) -> None:
        quote = self._quotes.get(event.symbol)
        if quote is not None and quote.source is Source.WEBSOCKET and not quote.lost:
            self._quotes[event.symbol] = msgspec.structs.replace(quote, confirmed_at=event.at)

    def _lose(self, event: QuotesLost) -> None:
        for symbol in tuple(self._quotes) if event.symbols is None else event.symbols:
            quote = self._quotes.get(symbol)
            if quote is not None and quote.source is Source.WEBSOCKET and not quote.lost:
                self._quotes[symbol] = msgspec.structs.replace(quote, lost=event.reason)

    def _listed(self, event: MarketsListed) -> None:
        """What the list no longer has stays known only where it has a quote; what is remembered replaces nothing."""
        known = {instrument.symbol: instrument for instrument in event.instruments}
        if event.source is Source.CACHE:
            self.instruments = known | self.instruments
            self.names = dict(event.names) | self.names
            return
        quoted = {symbol: found for symbol, found in self.instruments.items() if symbol in self._quotes}
        self.instruments = quoted | known
        self.names |= dict(event.names)
        self.names_known = True

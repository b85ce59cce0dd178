"""What can happen to the markets that are not looked at: part of the one stream of `market.events`."""

import msgspec

from hybridtui.market.candles import Candle
from hybridtui.market.instrument import Instrument
from hybridtui.market.source import Source
from hybridtui.market.ticker import Ticker


class QuotesSeen(msgspec.Struct, frozen=True, gc=False):
    """Tickers of other markets came."""

    rows: tuple[tuple[Instrument, Ticker], ...]
    source: Source
    at: float
    whole: bool = False
    """These are all markets of the exchange."""


class QuoteConfirmed(msgspec.Struct, frozen=True, gc=False):
    """The socket's channel of another market is alive and has nothing new to say."""

    symbol: str
    at: float


class QuotesLost(msgspec.Struct, frozen=True, gc=False):
    """The socket delivers these markets no more; None means all of them."""

    symbols: tuple[str, ...] | None
    reason: str
    """In a few words."""
    at: float


class QuoteRefused(msgspec.Struct, frozen=True, gc=False):
    """The exchange does not deliver this market."""

    symbol: str
    reason: str
    at: float


class QuotesMissed(msgspec.Struct, frozen=True, gc=False):
    """All markets were asked for over REST, and there was no answer."""

    reason: str
    """In one clause."""
    at: float


class MarketsListed(msgspec.Struct, frozen=True, gc=False):
    """All markets of the exchange, and what people call the currencies."""

    instruments: tuple[Instrument, ...]
    names: tuple[tuple[str, str], ...]
    """Code and name."""
    source: Source
    at: float


class DaySeen(msgspec.Struct, frozen=True, gc=False):
    """The candles of another market's last 24 hours."""

    symbol: str
    candles: tuple[Candle, ...]
    at: float


QuoteEvent = QuotesSeen | QuoteConfirmed | QuotesLost | QuotesMissed | QuoteRefused | MarketsListed | DaySeen
QUOTE_EVENTS: tuple[type, ...] = QuoteEvent.__args__

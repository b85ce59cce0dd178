"""What can happen to a market, as frozen values in the past tense: one stream from every source to every reader.

`at` is always seconds of the monotonic clock at the moment of arrival. Books and trades share the stream with
`SourceChanged`, `Traffic` and `Notice`, so that a replay reproduces the status bar too.
"""

from enum import StrEnum

import msgspec

from hybridtui.market.book import Row
from hybridtui.market.candles import Candle
from hybridtui.market.instrument import Instrument
from hybridtui.market.quote_events import QuoteEvent
from hybridtui.market.source import LinkState, Mode, Source, Topic
from hybridtui.market.ticker import Ticker
from hybridtui.market.timeframe import Timeframe
from hybridtui.market.trades import Trade


class TickerSeen(msgspec.Struct, frozen=True, gc=False):
    """A ticker row arrived."""

    symbol: str
    ticker: Ticker
    source: Source
    at: float


class BookSnapshotSeen(msgspec.Struct, frozen=True, gc=False):
    """A whole book arrived; it replaces whatever was there."""

    symbol: str
    rows: tuple[Row, ...]
    source: Source
    at: float
    precision: int = 0
    """As in `View.book_precision`: books of different precision have nothing in common."""
    length: int = 0
    """So many levels a side were asked for, and a side with fewer is whole; 0 where that is not known."""


class BookChanged(msgspec.Struct, frozen=True, gc=False):
    """One level changed on the socket; the three numbers mean what they mean in `book.Row`."""

    symbol: str
    price: float
    count: int
    amount: float
    at: float


class BookChecked(msgspec.Struct, frozen=True, gc=False):
    """A checksum of the exchange was compared with the book; not `agreed`: do not trust the book."""

    symbol: str
    agreed: bool
    at: float


class TradesSeen(msgspec.Struct, frozen=True, gc=False):
    """Trades arrived, in any order.

    A `listing` (a WebSocket snapshot or a REST answer) misses nothing between its oldest and its newest; otherwise it
    is a trade of the stream, the next after those before it. One `of_the_past` was asked for to fill a hole: it says
    nothing about the present.
    """

    symbol: str
    trades: tuple[Trade, ...]
    listing: bool
    source: Source
    at: float
    of_the_past: bool = False


class CandlesSeen(msgspec.Struct, frozen=True, gc=False):
    """Candles of the exchange arrived, in any order; `listing` and `of_the_past` as in `TradesSeen`."""

    symbol: str
    timeframe: Timeframe
    candles: tuple[Candle, ...]
    listing: bool
    source: Source
    at: float
    of_the_past: bool = False


class OlderCandlesSeen(msgspec.Struct, frozen=True, gc=False):
    """Candles from before the oldest one known: from the oldest of these to `before` (ms UTC) there are no others."""

    symbol: str
    timeframe: Timeframe
    candles: tuple[Candle, ...]
    before: int
    source: Source
    at: float


class Progress(StrEnum):
    """How far the loading of older candles is."""

    IDLE = "idle"
    """As far as it was wanted."""
    LOADING = "loading"
    ENDED = "ended"
    """The exchange has none that are older."""
    FULL = "full"
    """There are older ones, but no more are kept in memory."""
    FAILED = "failed"


class HistoryChanged(msgspec.Struct, frozen=True, gc=False):
    """Older candles are being loaded, or no longer."""

    symbol: str
    timeframe: Timeframe
    progress: Progress
    at: float
    reason: str = ""
    """Where it failed: why, in one clause."""


class ViewChanged(msgspec.Struct, frozen=True, gc=False):
    """The user looks at another market or timeframe; what belongs to the old one is forgotten."""

    instrument: Instrument
    timeframe: Timeframe
    at: float


class SourceChanged(msgspec.Struct, frozen=True, gc=False):
    """The supervisor's whole verdict: how the data comes, and if it does not, why and what happens next."""

    state: LinkState
    mode: Mode
    at: float
    fed: Topic = Topic.NONE
    """The topics that some source keeps delivering right now."""
    reconnecting: bool = False
    """While connecting: there has been fresh data before."""
    attempt: int = 0
    """While the socket is being retried: the number of this retry, from 1."""
    retry_at: float | None = None
    """When the next connection is tried, monotonic seconds."""
    reconnects: int = 0
    """How many sockets have been lost and replaced since the start."""
    reason: str = ""
    """Why the socket is not there, in one clause; empty while all is well."""
    confirmed_at: float | None = None
    """The last moment at which what is shown was known to be right; `STALE` counts from here."""


class Traffic(msgspec.Struct, frozen=True, gc=False):
    """A measurement of the line over the last second or so."""

    messages_per_s: float
    bytes_per_s: float
    latency_ms: float | None
    """The newest round trip: ping to pong on the socket, request to answer over REST."""
    at: float
    latency_source: Source | None = None
    """Which of the two it was."""
    lag_ms: float | None = None
    """Our clock when a new frame arrived less the exchange's time on it; the skew of the clocks is in it."""
    rest_messages_per_s: float = 0.0
    """The part of `messages_per_s` that came over REST."""
    rest_bytes_per_s: float = 0.0
    budgets: tuple[tuple[str, int, int], ...] = ()
    """REST endpoints that were asked lately: name, requests left in this minute, requests allowed in any minute."""


class Severity(StrEnum):
    """How loud a notice is."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Concern(StrEnum):
    """What a notice is about, where a reader may want to count such notices."""

    RESYNC = "resync"
    """A channel could not be trusted and is subscribed anew."""
    RATE_LIMIT = "rate limit"
    """The exchange allows no more requests for a while."""


class Notice(msgspec.Struct, frozen=True, gc=False):
    """One sentence for the user: what happened and what follows from it. An empty text takes the last one back."""

    text: str
    severity: Severity
    at: float
    concern: Concern | None = None
    """For readers that count; None for a notice like any other."""


class SymbolRefused(msgspec.Struct, frozen=True, gc=False):
    """The exchange does not know the symbol; `nearest` are the most similar names of its pair list, best first."""

    symbol: str
    nearest: tuple[str, ...]
    at: float


MarketEvent = (
    TickerSeen
    | BookSnapshotSeen
    | BookChanged
    | BookChecked
    | TradesSeen
    | CandlesSeen
    | OlderCandlesSeen
    | HistoryChanged
    | ViewChanged
    | SourceChanged
    | Traffic
    | Notice
    | SymbolRefused
    | QuoteEvent
)

"""What an exchange must be able to do, without any I/O: read and write its protocol.

A `Session` is one WebSocket connection's worth of protocol; REST is a request that can be built and an answer that can
be read. Time is a parameter. The feed above owns the sockets, the supervisor decides what is to be asked.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

import msgspec

from hybridtui.market.events import MarketEvent
from hybridtui.market.feed import View
from hybridtui.market.instrument import Instrument
from hybridtui.market.source import Topic


class SessionOpened(msgspec.Struct, frozen=True):
    """The exchange greeted us. `operative` is False while it is under maintenance."""

    operative: bool
    at: float


class ChannelSynced(msgspec.Struct, frozen=True):
    """The first data frame of a subscription arrived; the market event with its content goes just before this one."""

    topic: Topic
    at: float


class ChannelLost(msgspec.Struct, frozen=True):
    """What this topic delivered is no longer to be trusted and has to be subscribed again.

    The reasons: a sequence gap (then `topic` is `Topic.DATA`: the whole socket), a checksum that did not agree, an
    acknowledgement that never came, a refused subscription.
    """

    topic: Topic
    reason: str
    at: float


class HeartbeatSeen(msgspec.Struct, frozen=True):
    """The exchange says that a channel is alive; proves nothing about its content."""

    topic: Topic
    at: float


class PongSeen(msgspec.Struct, frozen=True):
    """Our ping came back after `round_trip` seconds."""

    round_trip: float
    at: float


class RestartAnnounced(msgspec.Struct, frozen=True):
    """The exchange asks us to connect anew."""

    at: float


class MaintenanceStarted(msgspec.Struct, frozen=True):
    """The exchange stopped its engine; keep the socket and wait."""

    at: float


class MaintenanceEnded(msgspec.Struct, frozen=True):
    """The engine runs again; every channel has to be subscribed anew."""

    at: float


SessionEvent = (
    SessionOpened
    | ChannelSynced
    | ChannelLost
    | HeartbeatSeen
    | PongSeen
    | RestartAnnounced
    | MaintenanceStarted
    | MaintenanceEnded
)


class Session(Protocol):
    """One WebSocket connection, from our side of the protocol."""

    def receive(self, text: str | bytes, now: float) -> Sequence[MarketEvent | SessionEvent]:
        """Read one frame. Raises DecodeError where it has no shape of the protocol; the session goes on unharmed."""
        ...

    def outgoing(self) -> list[str]:
        """The texts to send now, in order; each is handed out once."""
        ...

    def look_at(self, view: View, now: float) -> None:
        """Subscribe what another view needs and drop what it does not; a common channel keeps running.

        The old channel of a topic stays subscribed until the new one has its snapshot where both are of one market.
        """
        ...

    def watch(self, symbols: Sequence[str], now: float) -> None:
        """Subscribe the tickers of these other markets beside the view, as many as one socket carries.

        What they do is told by the events of `market.quote_events` only; they never say anything about the view.
        """
        ...

    def resubscribe(self, topics: Topic, now: float) -> None:
        """Drop these channels and subscribe them anew, for fresh snapshots."""
        ...

    def contradicted_by(self, event: MarketEvent) -> bool:
        """Whether a REST listing (book or trades) tells of what this session should have told and did not.

        Books are compared in their best ten levels a side, trades by whether a newer one is listed.
        """
        ...

    def ping(self, now: float) -> None:
        """Ask for a pong."""
        ...

    def deadline(self) -> float | None:
        """When `tick` has to be called at the latest, None where nothing is being waited for."""
        ...

    def tick(self, now: float) -> Sequence[SessionEvent]:
        """Notice what did not happen in time: an acknowledgement or a snapshot that never came."""
        ...


class RestKind(StrEnum):
    """What can be asked over REST."""

    TICKER = "ticker"
    BOOK = "book"
    TRADES = "trades"
    CANDLES = "candles"
    PAIRS = "pairs"
    """The list of all pairs the exchange trades."""
    MARKETS = "markets"
    """The same with what people call the currencies."""
    TICKERS = "tickers"
    """The tickers of all pairs."""
    STATUS = "status"
    """Whether the platform is operative."""


class RestRequest(msgspec.Struct, frozen=True):
    """One GET: the path below the configured REST URL, its query, and what it is about."""

    kind: RestKind
    path: str
    query: tuple[tuple[str, str], ...]
    view: View
    endpoint: str
    """The name of the budget that this request is counted against."""
    of_the_past: bool = False
    """It asks for a span of time, not for the present."""

    def concerns(self, view: View) -> bool:
        """Whether the answer says anything to somebody who looks at this view now."""
        if self.kind is RestKind.STATUS:
            return True  # it is about the exchange
        same_market = self.view.instrument == view.instrument
        return same_market and (self.kind is not RestKind.CANDLES or self.view.timeframe is view.timeframe)


class PairsListed(msgspec.Struct, frozen=True):
    """The pair list of the exchange, names as on the wire without prefix (`BTCUSD`, `DUSK:USD`)."""

    pairs: tuple[str, ...]


class PlatformSeen(msgspec.Struct, frozen=True):
    """The answer to a status request."""

    operative: bool


class Exchange(Protocol):
    """One exchange's protocol."""

    name: str
    rest_url: str
    """Default base URL of its REST interface, no slash at the end."""
    ws_url: str
    """Default URL of its public WebSocket."""
    budgets: dict[str, int]
    """Requests per minute that may be made of each endpoint."""

    def instrument(self, text: str) -> Instrument:
        """The instrument a user means. Raises SymbolError, whose text says what a right symbol looks like."""
        ...

    def session(self, view: View) -> Session:
        """A fresh protocol state for a new connection; its first texts are in `outgoing()` at once."""
        ...

    def sent_ms(self, frame: bytes) -> int | None:
        """When the exchange sent a frame by its own clock, ms UTC; None where the frame does not say."""
        ...

    def request(self, kind: RestKind, view: View, span: tuple[int, int] | None = None) -> RestRequest:
        """The request that fetches a snapshot of this kind.

        With a `span`, start and end inclusive in ms UTC, the trades or candles of that time, the newest first.
        """
        ...

    def parse_rest(
        self, request: RestRequest, status: int, body: bytes, now: float
    ) -> Sequence[MarketEvent | PairsListed | PlatformSeen]:
        """Read an answer. `now` is when its content was true, monotonic seconds.

        Raises ExchangeRefusedError, RateLimitedError or MaintenanceError where the exchange says so, DecodeError where
        the body has no shape of the protocol.
        """
        ...

    def nearest(self, symbol: str, pairs: Sequence[str]) -> tuple[str, ...]:
        """The names of the pair list most like a symbol that was refused, best first, at most five."""
        ...

"""What the supervisor is told and what it commands: plain values, so that both can be logged and tested."""

import msgspec

from hybridtui.exchanges.base import RestKind, SessionEvent
from hybridtui.market.events import BookChanged, BookSnapshotSeen, CandlesSeen, TickerSeen, TradesSeen
from hybridtui.market.source import Mode, Topic

# Inputs


class Started(msgspec.Struct, frozen=True):
    """The feed begins."""


class ModeChosen(msgspec.Struct, frozen=True):
    """The user chose where data shall come from."""

    mode: Mode


class ViewChosen(msgspec.Struct, frozen=True):
    """The user looks at something else; `topics` are those that have to be delivered anew."""

    topics: Topic
    other_market: bool


class RefreshAsked(msgspec.Struct, frozen=True):
    """The user wants fresh snapshots now."""


class SymbolUnknown(msgspec.Struct, frozen=True):
    """The exchange does not know the symbol: nothing can be delivered until another is chosen."""

    symbol: str


class SocketOpened(msgspec.Struct, frozen=True):
    """The handshake of socket number `socket` succeeded."""

    socket: int


class SocketLost(msgspec.Struct, frozen=True):
    """Socket number `socket` did not open, or closed; `wait` seconds were demanded before the next try, if any."""

    socket: int
    reason: str
    wait: float | None = None


class FrameSeen(msgspec.Struct, frozen=True):
    """A frame came on the socket; `topic` is what it changed, `Topic.NONE` where it was no market data."""

    topic: Topic


FRAME_OF = {
    BookChanged: FrameSeen(Topic.BOOK),
    BookSnapshotSeen: FrameSeen(Topic.BOOK),
    TradesSeen: FrameSeen(Topic.TRADES),
    CandlesSeen: FrameSeen(Topic.CANDLES),
    TickerSeen: FrameSeen(Topic.TICKER),
}
"""What a frame brought, by the event that was read from it."""


class RestAnswered(msgspec.Struct, frozen=True):
    """A REST request was answered with data; `confirmed_at` is when its content was true.

    `contradicts` says that it tells of something that the socket should have told and did not.
    """

    kind: RestKind
    confirmed_at: float
    contradicts: bool = False


class PageEnded(msgspec.Struct, frozen=True):
    """A page of the past was answered, or could not be: neither says anything about the present."""

    kind: RestKind


class RestFailed(msgspec.Struct, frozen=True):
    """A REST request was not answered with data."""

    kind: RestKind
    reason: str
    limited: bool = False
    """The exchange counts too many requests."""
    wait: float | None = None
    """Seconds that the exchange demanded before the next request."""
    maintenance: bool = False
    postponed: bool = False
    """It was not made: other panes use up the budget."""

    @property
    def concerns_all(self) -> bool:
        """Whether it says something about the next requests too, whatever this one was for."""
        return self.limited or self.maintenance or self.postponed


class PlatformAnswered(msgspec.Struct, frozen=True):
    """The exchange said whether it is operative."""

    operative: bool


Input = (
    Started
    | ModeChosen
    | ViewChosen
    | RefreshAsked
    | SymbolUnknown
    | SocketOpened
    | SocketLost
    | FrameSeen
    | RestAnswered
    | PageEnded
    | RestFailed
    | PlatformAnswered
    | SessionEvent  # but for pongs, which are frames like any other
)

# Commands


class OpenSocket(msgspec.Struct, frozen=True):
    """Connect; whatever comes of it is told with this number."""

    socket: int


class CloseSocket(msgspec.Struct, frozen=True):
    """Close this socket; nothing it says counts any more."""

    socket: int


class Ping(msgspec.Struct, frozen=True):
    """Send a ping of the exchange's protocol."""


class Resubscribe(msgspec.Struct, frozen=True):
    """Subscribe these channels anew."""

    topics: Topic


class Fetch(msgspec.Struct, frozen=True):
    """Ask this over REST."""

    kind: RestKind


Command = OpenSocket | CloseSocket | Ping | Resubscribe | Fetch

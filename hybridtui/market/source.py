"""Where data comes from, how old it is and whether it was verified: the vocabulary of the first promise."""

from enum import Flag, StrEnum, auto

import msgspec


class Topic(Flag):
    """The parts of a market that change on their own; a set of them is one value."""

    NONE = 0
    TICKER = auto()
    BOOK = auto()
    TRADES = auto()
    CANDLES = auto()
    LINK = auto()
    """Source, state, traffic and notices: what the status bar shows."""
    MARKETS = auto()
    """The last prices of other markets, and which markets there are."""
    DATA = TICKER | BOOK | TRADES | CANDLES
    ALL = DATA | LINK | MARKETS


class Source(StrEnum):
    """Who delivered a piece of data."""

    WEBSOCKET = "websocket"
    REST = "rest"
    CACHE = "cache"


class Mode(StrEnum):
    """What the user asked for."""

    AUTO = "auto"
    WEBSOCKET = "websocket"
    REST = "rest"


class LinkState(StrEnum):
    """The supervisor's one notion of "up"; see the table in `feeds/supervisor.py`."""

    CONNECTING = "connecting"
    LIVE = "live"
    POLLING = "polling"
    STALE = "stale"
    MAINTENANCE = "maintenance"


class Health(msgspec.Struct, frozen=True):
    """The truth about one topic at one moment."""

    source: Source | None
    """Who delivered the newest piece, None where nothing has come yet."""
    age: float | None
    """Seconds since the newest piece arrived, None where nothing has come yet."""
    fed: bool
    """True while the source that delivered it keeps delivering; False means: do not trade by it."""
    verified: bool | None
    """True or False after a checksum; None where there is none to compare."""
    checks: int = 0
    """How many checksums have agreed since the snapshot."""
    verifiable: bool = False
    """True for a topic that has checksums at all: not verified (yet) then means something."""
    mixed: bool = False
    """True where older rows came over REST and newer ones over the WebSocket."""

    @property
    def live(self) -> bool:
        """Whether it is fed and more than remembered."""
        return self.fed and self.source is not Source.CACHE

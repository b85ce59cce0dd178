"""How the server behaves: the intervals seen at the real exchange, each of which a test may shorten. All in seconds."""

import msgspec


class SessionOptions(msgspec.Struct, frozen=True, kw_only=True):
    """The pace and the limits of one client's session."""

    heartbeat: float = 15.0
    """Every channel of every socket gets a heartbeat on this grid."""
    batch: float = 0.2
    """The shortest time between two batches of book changes."""
    slow_batch: float = 2.0
    """The same for a book of frequency F1."""
    checksum: float = 2.5
    """The shortest time between two checksums of a book that changes."""
    ticker: float = 10.0
    """A ticker that changed is sent this often."""
    candle: float = 15.0
    """A candle that changed is sent this often, and at once where a new bucket begins."""
    candle_again: float = 1.0
    """How long after a new bucket began the one before is sent once more."""
    update_delay: tuple[float, float] = (0.005, 0.06)
    """Bounds of the time between a trade's `te` and its `tu`."""
    update_lost: float = 0.002
    """The fraction of trades that never get their `tu`."""
    channels: int = 30
    """How many channels a socket may have."""
    idle: float = 60.0
    """A socket without subscription and without any frame of the client is cut after this time."""


class ServerOptions(msgspec.Struct, frozen=True, kw_only=True):
    """The server as a whole."""

    session: SessionOptions = SessionOptions()
    rest_limits: dict[str, int] | None = None
    """Requests per minute and endpoint name; None means that nobody counts."""
    rest_block: float = 60.0
    """How long an endpoint is blocked after too many requests."""
    handshakes_per_minute: int | None = None
    """More sockets opened within a minute than this are refused with HTTP 429; None means no limit."""
    minute: float = 60.0
    """How long the minute of these limits is, so that a test need not wait for a whole one."""
    unsent_bytes: int = 4_000_000
    """A client that lets this much pile up is dropped, so that it cannot hold up the others."""
    truth_seconds: float = 0.0
    """For how long the best levels of every book are remembered, for `had_top`; 0 keeps none."""
    seed: int | None = None
    """Seed of the channel ids and delays; None takes a fresh one."""

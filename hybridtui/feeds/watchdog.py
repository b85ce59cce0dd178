"""Is the socket still there? Silence is judged against the market's own pace. PURE.

A socket that has been silent for `pace_factor` times its usual gap (at least `pace_least`, at most `silence`) is
pinged; without a pong, or any other frame, within `pong` seconds it is dead. A healthy socket is pinged every
`ping_every` seconds too, to measure its round trip. Where nobody looked for longer than all of that, the computer
slept, and the socket is not asked any more.
"""

from enum import Enum

from hybridtui.settings import Timings

_SMOOTHING = 0.05
"""Weight of the newest gap in the moving average of gaps: about the last 40 frames count."""


class Suspicion(Enum):
    """What the watchdog wants."""

    NONE = "nothing"
    PING = "ask whether the socket is still there"
    DEAD = "the socket did not answer"
    OVERSLEPT = "nobody looked for so long that it cannot be alive"


class Watchdog:
    """Watches one socket from its opening on."""

    def __init__(self, timings: Timings, now: float) -> None:
        self.last_frame = now
        """When the newest frame of any kind came."""
        self._timings = timings
        self._gap: float | None = None
        self._pinged_at: float | None = None
        self._next_ping = now + timings.ping_every

    def frame(self, now: float, market_data: bool) -> None:
        """A frame came; only market data tells of the market's pace."""
        if market_data:
            gap = now - self.last_frame
            self._gap = gap if self._gap is None else self._gap + _SMOOTHING * (gap - self._gap)
        self.last_frame = now
        self._pinged_at = None

    @property
    def patience(self) -> float:
        """Seconds of silence after which the socket is asked."""
        if self._gap is None:
            return self._timings.silence
        usual = max(self._timings.pace_least, self._timings.pace_factor * self._gap)
        return min(usual, self._timings.silence)

    def deadline(self) -> float:
        """When `tick` has something to say at the latest."""
        if self._pinged_at is not None:
            return self._pinged_at + self._timings.pong
        return min(self.last_frame + self.patience, self._next_ping)

    def tick(self, now: float) -> Suspicion:
        """Judge the silence at the moment `now`."""
        if now < self.deadline():
            return Suspicion.NONE
        if self._pinged_at is not None:
            return Suspicion.DEAD
        if now >= self.last_frame + self._timings.silence + self._timings.pong:
            return Suspicion.OVERSLEPT
        self._pinged_at = now
        self._next_ping = now + self._timings.ping_every
        return Suspicion.PING

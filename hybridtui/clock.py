"""The only place that reads a clock. Everything that thinks takes the time as a parameter."""

import time
from typing import Protocol


class Clock(Protocol):
    """What tells the time: two readings, because ages and dates are not the same thing."""

    def now(self) -> float:
        """Seconds on a clock that never jumps; only differences mean anything."""
        ...

    def wall_ms(self) -> int:
        """Milliseconds since 1970 in UTC, as the exchange counts them; may jump when the system clock is set."""
        ...


class SystemClock:
    """The clock of this computer."""

    def now(self) -> float:
        """Seconds of the monotonic clock."""
        return time.monotonic()

    def wall_ms(self) -> int:
        """Milliseconds since 1970, UTC."""
        return time.time_ns() // 1_000_000

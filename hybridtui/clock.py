"""The only place that reads a clock. Everything that thinks takes the time as a parameter."""

import time
from typing import Protocol

_CLOCK: int = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""Goes on while the computer sleeps, which Linux's usual monotonic clock does not: what was last heard before that is
hours old afterwards."""


class Clock(Protocol):
    """What tells the time: two readings, because ages and dates are not the same thing."""

    def now(self) -> float:
        """Seconds on a clock that is never set and counts sleep; only differences mean anything."""
        ...

    def wall_ms(self) -> int:
        """Milliseconds since 1970 in UTC, as the exchange counts them; may jump when the system clock is set."""
        ...


class SystemClock:
    """The clock of this computer."""

    def now(self) -> float:
        """Seconds of the monotonic clock that counts sleep."""
        return time.clock_gettime(_CLOCK)

    def wall_ms(self) -> int:
        """Milliseconds since 1970, UTC."""
        return time.time_ns() // 1_000_000

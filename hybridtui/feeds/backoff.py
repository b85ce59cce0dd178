"""How long to wait before the next connection: at once, then doubling up to a cap, jittered, for ever. PURE."""

from random import Random

from hybridtui.settings import Timings


class Backoff:
    """The waits between tries; market data, not the mere connection, takes it back to the start."""

    def __init__(self, timings: Timings, random: Random) -> None:
        self.attempt = 0
        """The number of the try that the last wait was for; 0 while all is well."""
        self._timings = timings
        self._random = random

    def next_wait(self) -> float:
        """Seconds to wait before the next try."""
        self.attempt += 1
        if self.attempt == 1:
            return 0.0
        steps = min(self.attempt - 2, 16)
        wait = min(self._timings.retry_first * 2.0**steps, self._timings.retry_cap)
        return wait * (1 + self._random.uniform(-self._timings.jitter, self._timings.jitter))

    def reset(self) -> None:
        """Data came: the next loss is retried at once."""
        self.attempt = 0

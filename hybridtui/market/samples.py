"""Measurements in a bounded window: percentiles, and the difference between two clocks. PURE."""

from collections import deque
from collections.abc import Iterable, Sequence
from math import ceil

import msgspec

WINDOW = 3600
"""Samples that are kept, the newest; one a second makes an hour."""
SKEW_WINDOW = 300
"""Samples whose least tells the skew: few enough to follow a clock that is set, many enough to meet a quick frame."""


class Summary(msgspec.Struct, frozen=True):
    """Percentiles of the samples in the window, in their unit."""

    count: int
    p50: float
    p95: float
    p99: float
    most: float


class Samples:
    """The newest samples."""

    def __init__(self, window: int = WINDOW) -> None:
        self.values: deque[float] = deque(maxlen=window)
        self.least: float | None = None
        """The least of all there ever were."""

    def add(self, value: float) -> None:
        """Take one sample in."""
        self.values.append(value)
        self.least = value if self.least is None else min(self.least, value)

    def summary(self) -> Summary | None:
        """The percentiles; None where there is no sample."""
        return summarise(self.values)


class Skew:
    """How far our clock is ahead of another, told by when that says it sent something and when we say it arrived.

    The way takes some time at least, so the least difference is nearest to the truth; half of the quickest round trip
    is taken off it, as in Cristian's algorithm (F. Cristian, Probabilistic clock synchronization, 1989). The error is
    at most that half.
    """

    def __init__(self) -> None:
        self._recent: deque[float] = deque(maxlen=SKEW_WINDOW)

    def add(self, lag_ms: float) -> None:
        """Our time of arrival less their time of sending."""
        self._recent.append(lag_ms)

    def estimate(self, round_trip_ms: float | None) -> float | None:
        """Milliseconds by which our clock is ahead; None while nothing is known of one of the two numbers."""
        if not self._recent or round_trip_ms is None:
            return None
        return min(self._recent) - round_trip_ms / 2

    def corrected(self, round_trip_ms: float | None, lags_ms: Iterable[float] | None = None) -> list[float]:
        """How long each took, ms, the newest ones where none are given; empty while the skew is not known."""
        skew = self.estimate(round_trip_ms)
        return [] if skew is None else [max(0.0, lag - skew) for lag in (self._recent if lags_ms is None else lags_ms)]


def summarise(values: Iterable[float]) -> Summary | None:
    """The percentiles of some values, None where there are none."""
    ordered = sorted(values)
    if not ordered:
        return None
    p50, p95, p99 = (percentile(ordered, share) for share in (0.5, 0.95, 0.99))
    return Summary(len(ordered), p50, p95, p99, ordered[-1])


def percentile(ordered: Sequence[float], share: float) -> float:
    """The nearest-rank percentile of ascending values: the least one that `share` of them do not exceed."""
    return ordered[max(ceil(share * len(ordered)) - 1, 0)]

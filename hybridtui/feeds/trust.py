"""Whose word counts: a topic that is wrong twice in a row takes a new socket, flapping sockets must settle. PURE."""

from collections import deque

from hybridtui.market.source import Topic
from hybridtui.settings import Timings

_WINDOW = 30.0
"""A second loss of trust in a topic within so many seconds counts as in a row."""
_FLAPPING = 3
"""So many sockets lost within a minute are too many to believe the next one at once."""
_MINUTE = 60.0


class Trust:
    """What the current socket has done to deserve ours."""

    def __init__(self, timings: Timings) -> None:
        self._timings = timings
        self._distrusted_at: dict[Topic, float] = {}
        self._losses: deque[float] = deque(maxlen=_FLAPPING)
        self._delivered_at: float | None = None

    def disappointed(self, topics: Topic, now: float) -> bool:
        """These topics were wrong; True where one of them was so a moment ago already."""
        again = any(now - self._distrusted_at.get(topic, float("-inf")) < _WINDOW for topic in topics)
        self._distrusted_at |= dict.fromkeys(topics, now)
        if again:
            self._distrusted_at.clear()
        return again

    def lost(self, now: float) -> None:
        """A socket that had delivered was lost."""
        if self._delivered_at is not None:
            self._losses.append(now)
        self._delivered_at = None

    def delivered(self, now: float) -> None:
        """The socket delivered a snapshot."""
        if self._delivered_at is None:
            self._delivered_at = now

    def settled_at(self, now: float) -> float:
        """From when on the socket may be called live: at once, but later where sockets came and went lately."""
        if self._delivered_at is None:
            return now
        flapping = len(self._losses) == _FLAPPING and self._losses[0] > self._delivered_at - _MINUTE
        return self._delivered_at + (self._timings.settle if flapping else 0.0)

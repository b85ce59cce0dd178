"""How much comes in, how long a round trip takes, and how late frames are. PURE."""

from collections import deque
from collections.abc import Callable, Mapping

from hybridtui.market.events import Traffic
from hybridtui.market.source import Source

_PERIOD = 1.0
_MINUTE = 60.0
_NOTHING = ((0.0, 0.0, 0.0, 0.0), None, None, ())
_SMOOTHING = 0.5
"""Weight of the newest second, so that the numbers can be read."""


class TrafficMeter:
    """Counts messages and bytes and speaks up once a second, but only when there is something new to say."""

    def __init__(
        self, budgets: Mapping[str, int] | None = None, sent_ms: Callable[[bytes], int | None] | None = None
    ) -> None:
        """`budgets` are requests per minute and endpoint; `sent_ms` reads the exchange's time, ms UTC, off a frame."""
        self.due_at = 0.0
        """When `tick` measures next."""
        self._began: float | None = None
        self._messages = self._bytes = self._rest_messages = self._rest_bytes = 0
        self._rates = (0.0, 0.0, 0.0, 0.0)
        self._latency: float | None = None
        self._latency_source: Source | None = None
        self._told: object = None
        self._budgets = budgets or {}
        self._sent_ms = sent_ms
        self._asked: dict[str, deque[float]] = {}
        self._newest: tuple[bytes, float] | None = None

    def received(self, size: int) -> None:
        """A message of so many bytes came."""
        self._messages += 1
        self._bytes += size

    def frame(self, frame: bytes, now: float) -> None:
        """A frame of the socket came; of those of a second the newest tells how late frames are."""
        self._messages += 1
        self._bytes += len(frame)
        self._newest = frame, now

    def answered(self, size: int, round_trip: float, endpoint: str = "", now: float = 0.0) -> None:
        """A REST answer of so many bytes came after so many seconds; it was counted against this endpoint's budget."""
        self.received(size)
        self._rest_messages += 1
        self._rest_bytes += size
        self.latency(round_trip, Source.REST)
        if endpoint in self._budgets:
            self._asked.setdefault(endpoint, deque()).append(now)

    def latency(self, round_trip: float, source: Source = Source.WEBSOCKET) -> None:
        """A round trip took so many seconds."""
        self._latency, self._latency_source = round_trip * 1000, source

    def tick(self, now: float, wall_ms: int = 0) -> Traffic | None:
        """The measurement that is due, or None where it is not, or nothing changed; `wall_ms` is our date, ms UTC."""
        if now < self.due_at:
            return None
        began, self._began, self.due_at = self._began, now, now + _PERIOD
        if began is None or now <= began:
            return None
        seconds = now - began
        counts = (self._messages, self._bytes, self._rest_messages, self._rest_bytes)
        self._messages = self._bytes = self._rest_messages = self._rest_bytes = 0
        messages, size, rest_messages, rest_size = (
            _smoothed(old, count / seconds) for old, count in zip(self._rates, counts, strict=True)
        )
        self._rates = messages, size, rest_messages, rest_size
        lag, left = self._lag(now, wall_ms), self._left(now)
        reading = (self._rates, self._latency, lag, left)
        if reading == self._told or (self._told is None and reading == _NOTHING):
            return None
        self._told = reading
        return Traffic(
            messages, size, self._latency, now, self._latency_source, lag, rest_messages, rest_size, budgets=left
        )

    def _lag(self, now: float, wall_ms: int) -> float | None:
        """Our date when the newest frame came less the exchange's on it; None where there was no frame since."""
        newest, self._newest = self._newest, None
        if newest is None or self._sent_ms is None:
            return None
        sent = self._sent_ms(newest[0])
        return None if sent is None else wall_ms - (now - newest[1]) * 1000 - sent

    def _left(self, now: float) -> tuple[tuple[str, int, int], ...]:
        """What is left of the budgets that were ever used."""
        for times in self._asked.values():
            while times and times[0] <= now - _MINUTE:
                times.popleft()
        return tuple(
            (name, max(0, self._budgets[name] - len(times)), self._budgets[name]) for name, times in self._asked.items()
        )


def _smoothed(old: float, new: float) -> float:
    """The moving average; what can no longer be read as anything is zero, so that an idle line falls silent."""
    average = old + _SMOOTHING * (new - old)
    return average if average >= 0.05 else 0.0

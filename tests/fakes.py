"""Fakes of time and of faults; everything else in the tests is real."""

import os


class ManualClock:
    """A clock.Clock that moves only when told to."""

    def __init__(self, now: float = 1000.0, wall_ms: int = 1_790_134_380_000) -> None:
        self._now = now
        self._wall_ms = wall_ms

    def now(self) -> float:
        """Seconds; only differences mean anything."""
        return self._now

    def wall_ms(self) -> int:
        """Milliseconds since 1970, UTC."""
        return self._wall_ms

    def advance(self, seconds: float) -> None:
        """Let time pass. It never runs back."""
        assert seconds >= 0
        self._now += seconds
        self._wall_ms += round(seconds * 1000)

    def set_wall_ms(self, wall_ms: int) -> None:
        """Set the date, as a user or a time server may, without any time passing."""
        self._wall_ms = wall_ms


class FullDisk:
    """A file that takes so many bytes and then no more."""

    def __init__(self, room: int = 0) -> None:
        self.room = room
        self.written = bytearray()

    def write(self, data: bytes) -> int:
        """Take the data, or raise the error of a full disk."""
        if len(self.written) + len(data) > self.room:
            raise OSError(28, os.strerror(28))
        self.written += data
        return len(data)

    def flush(self) -> None:
        """Nothing is kept back."""

    def close(self) -> None:
        """Nothing to give back."""

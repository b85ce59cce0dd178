"""The recorder: keeps a copy of everything that came from the exchange, verbatim, with the moment it came.

One JSON object a line, see `recording.py`. Lines are gathered in memory and written a few times a minute, so that a
frame costs about a microsecond; what was written can be read even where the program was killed later. A disk that does
not take it ends the recording, never the feed.
"""

import gzip
import os
from pathlib import Path
from typing import BinaryIO, cast

import msgspec

from hybridtui.clock import Clock
from hybridtui.errors import SettingsError
from hybridtui.feeds.recording import Entry, Kind

FLUSH_S = 3.0
"""Lines wait at most about this long before they are written."""
FLUSH_BYTES = 64 * 1024
"""... and are written at once where they are this many."""


class Recorder:
    """Writes one new file, compressed where its name ends in `.gz`; readable by its owner only.

    Raises SettingsError where the file exists already or cannot be made.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        self.path = path
        self.failure: str | None = None
        """One sentence where the recording had to end early."""
        self._clock = clock
        self._encode = msgspec.json.Encoder().encode
        self._buffer = bytearray()
        self._flushed_at: float | None = None
        try:
            descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            raise SettingsError(f"The recording {path} exists already; choose another name.") from None
        except OSError as error:
            raise SettingsError(f"The recording {path} cannot be written ({error.strerror}).") from error
        raw = cast(BinaryIO, os.fdopen(descriptor, "wb", buffering=0))
        self._raw: BinaryIO | None = raw
        """None once the recording has ended."""
        self._file = raw
        if path.suffix == ".gz":
            self._file = cast(BinaryIO, gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=3))

    def opened(self, now: float) -> None:
        """A socket opened at `now`, monotonic seconds."""
        self._add(Entry(Kind.OPEN, now, self._clock.wall_ms()))

    def closed(self, reason: str, now: float) -> None:
        """The socket was lost or closed."""
        self._add(Entry(Kind.CLOSE, now, self._clock.wall_ms(), reason))

    def received(self, text: bytes, now: float) -> None:
        """A frame of the socket came."""
        self._add(Entry(Kind.RECV, now, self._clock.wall_ms(), text.decode("utf-8", "backslashreplace")))

    def answered(self, path: str, status: int, body: bytes, now: float) -> None:
        """A REST request was answered."""
        data = body.decode("utf-8", "backslashreplace")
        self._add(Entry(Kind.REST, now, self._clock.wall_ms(), data, path, status))

    def close(self) -> None:
        """Write what is left and close the file."""
        self._write()
        if self._raw is None:
            return
        try:
            if self._file is not self._raw:
                self._file.close()
        except OSError as error:
            self._fail(error)
        self._release()

    def _add(self, entry: Entry) -> None:
        if self._raw is None:
            return
        self._buffer += self._encode(entry)
        self._buffer += b"\n"
        if self._flushed_at is None:
            self._flushed_at = entry.at
        if len(self._buffer) >= FLUSH_BYTES or entry.at - self._flushed_at >= FLUSH_S:
            self._flushed_at = entry.at
            self._write()

    def _write(self) -> None:
        if self._raw is None or not self._buffer:
            return
        try:
            self._file.write(self._buffer)
            self._file.flush()
        except OSError as error:
            self._fail(error)
        self._buffer.clear()

    def _fail(self, error: OSError) -> None:
        self.failure = f"The recording {self.path} ended early ({error.strerror}); what it holds can be replayed."
        self._release()

    def _release(self) -> None:
        """Give the file back; nothing is written from here on."""
        if self._raw is not None:
            self._raw.close()
        self._raw = None

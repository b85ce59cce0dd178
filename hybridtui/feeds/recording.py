"""Recordings on the disk: one JSON value a line, gzipped or not.

Three kinds of lines are understood, and told apart line by line:

* our own: `{"t": "recv", "at": 12.5, "wall_ms": 1790134380000, "data": "<the frame, verbatim>"}`, where `t` is `recv`,
  `rest` (with `path` and `status`), `open` or `close` (with the reason as `data`) and `at` counts monotonic seconds;
* other recorders' objects of the same form with the moment in `ts`, also seconds;
* raw frames without any moment. A clock file beside the recording (`name.clock.csv` to `name.jsonl.gz`: number of the
  frame from 0, ms) tells some of them, what lies between is interpolated; without it 50 frames are taken for a second.
"""

import csv
import gzip
import zlib
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path

import msgspec

from hybridtui.errors import SettingsError

RAW_RATE = 50.0
"""Frames a second of a raw recording that has no clock."""


class Kind(StrEnum):
    """What a line tells of."""

    RECV = "recv"
    REST = "rest"
    OPEN = "open"
    CLOSE = "close"


class Entry(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One thing that came from the exchange."""

    t: Kind
    at: float
    """Monotonic seconds; only differences mean anything."""
    wall_ms: int = 0
    """The same moment in ms UTC, 0 where it is not known."""
    data: str = ""
    """The frame or the body, verbatim; the reason of a `close`."""
    path: str = ""
    """Of a REST request."""
    status: int = 0
    """Of a REST answer."""


class _Line(msgspec.Struct):
    """Any line that is an object with a type, whoever wrote it."""

    t: str
    at: float | None = None
    ts: float | None = None
    wall_ms: int = 0
    data: str = ""
    path: str = ""
    status: int = 0


_line = msgspec.json.Decoder(_Line)
_KINDS = {kind.value: kind for kind in Kind} | {"connect": Kind.OPEN, "disconnect": Kind.CLOSE}


class FrameClock:
    """The moments of raw frames, by their number."""

    def __init__(self, points: Sequence[tuple[int, float]]) -> None:
        """`points` are (number of the frame, seconds), numbers strictly growing."""
        self._points = points
        self._segment = 0

    def at(self, number: int) -> float:
        """The moment of a frame in seconds; numbers must be asked in growing order. Never runs back."""
        points = self._points
        if len(points) < 2:
            return (points[0][1] if points else 0.0) + number / RAW_RATE
        while self._segment < len(points) - 2 and number >= points[self._segment + 1][0]:
            self._segment += 1
        (low, start), (high, end) = points[self._segment], points[self._segment + 1]
        return start + (end - start) * (number - low) / (high - low)


def read_clock(path: Path) -> FrameClock:
    """The clock file at `path`, where there is one. Raises SettingsError where it cannot be understood."""
    if not path.exists():
        return FrameClock(())
    try:
        with path.open(newline="") as file:
            rows = [(int(number), int(mts) / 1000) for number, mts in list(csv.reader(file))[1:]]
    except (OSError, ValueError) as error:
        raise SettingsError(f"The clock {path} of the recording cannot be read ({error}).") from error
    points: list[tuple[int, float]] = []
    for number, at in rows:
        if not points or (number > points[-1][0] and at >= points[-1][1]):
            points.append((number, at))
    return FrameClock(points)


def clock_path(path: Path) -> Path:
    """Where the clock of a raw recording is looked for."""
    return path.with_name(path.name.removesuffix(".gz").removesuffix(".jsonl") + ".clock.csv")


def read_recording(path: Path, clock: FrameClock) -> Iterator[Entry]:
    """The entries of a recording in order; one that was cut off ends where it ends.

    Raises SettingsError where the file cannot be read.
    """
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            for number, line in enumerate(file):
                entry = _entry(line, number, clock)
                if entry is not None:
                    yield entry
    except EOFError:
        return
    except (OSError, zlib.error) as error:
        raise SettingsError(f"The recording {path} cannot be read ({error}).") from error


def _entry(line: bytes, number: int, clock: FrameClock) -> Entry | None:
    """What one line tells; None where it is empty or tells of nothing that came."""
    text = line.strip()
    if not text:
        return None
    if text.startswith(b'{"t"'):
        try:
            return _told(_line.decode(text))
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None
    return Entry(Kind.RECV, clock.at(number), data=text.decode("utf-8", "backslashreplace"))


def _told(line: _Line) -> Entry | None:
    at = line.at if line.at is not None else line.ts
    kind = _KINDS.get(line.t)
    if at is None or kind is None:
        return None
    return Entry(kind, at, line.wall_ms, line.data, line.path, line.status)

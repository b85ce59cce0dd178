"""What the program remembers of the user's choices by itself: a small JSON file in the state directory.

Each part of the program keeps a struct of its own under a name of its own. What cannot be read is the default: what is
remembered is a convenience, never a reason not to start. Files appear whole or not at all, readable by their owner
only, so a kill while writing leaves the old ones.

Panes side by side share the files. Whoever writes reads first, behind a lock, and changes only what is another choice
than the one it began with; what the others chose meanwhile stays.
"""

import fcntl
import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import msgspec

from hybridtui.store.merging import merged

Choice = TypeVar("Choice", bound=msgspec.Struct)
Join = Callable[[Choice, Choice, Choice], Choice]
"""What two processes made of the first, put together: the second is ours, the third theirs."""

_TRIES, _PAUSE = 500, 0.004
"""How often, and after how many seconds, is looked whether another process lets go: it needs a thousandth of one, but
the system may not let it run for some tenths. Longer only a stopped process holds on."""
_log = logging.getLogger(__name__)


class Choices:
    """Remembers structs by name, each in its own file: panes side by side overwrite no more than they mean to."""

    def __init__(self, directory: Path | None = None) -> None:
        """With None everything is remembered until the end of the program, and nothing longer."""
        self._directory = directory
        self._kept: dict[str, msgspec.Struct] = {}
        self._known: dict[str, msgspec.Struct] = {}
        """What whoever asks knows: what was put or got last. A change is a change of this."""
        self._signatures: dict[str, tuple[int, ...]] = {}
        """Of the files as they were read or written."""
        self._failed = False

    def get(self, name: str, default: Choice) -> Choice:
        """What is remembered under this name, of the type of `default`; `default` itself where that is nothing."""
        kept = self._kept.get(name)
        if not isinstance(kept, type(default)):
            kept = self._read(name, type(default)) or default
            self._kept[name] = kept
        self._known[name] = kept
        return kept

    def renewed(self, name: str, default: Choice) -> Choice:
        """As `get`, with what other processes chose since."""
        if self._directory is not None and not self._failed and name in self._kept:
            signature = _signature(self._path(self._directory, name))
            if signature and signature != self._signatures.get(name):
                self._kept[name] = self._read(name, type(default)) or self._kept[name]
        return self.get(name, default)

    def put(self, name: str, choice: Choice, join: Join[Choice] = merged) -> None:
        """Remember this under the name, with what other processes chose since: `join` puts it together.

        A disk that does not take it is said once, in the log.
        """
        known, kept = self._known.get(name), self._kept.get(name)
        self._known[name] = choice
        if choice in (known, kept):
            return
        self._kept[name] = choice
        if self._directory is None or self._failed:
            return
        try:
            with _alone(self._directory):
                self._kept[name] = choice = self._joined(name, known, choice, join)
                _write_whole(self._path(self._directory, name), msgspec.json.format(msgspec.json.encode(choice)))
                self._signatures[name] = _signature(self._path(self._directory, name))
        except OSError as error:
            self._failed = True
            _log.warning("choices cannot be remembered: %s", error)

    def _joined(self, name: str, known: msgspec.Struct | None, choice: Choice, join: Join[Choice]) -> Choice:
        """The choice with what the file has, where that is not what this process knows."""
        theirs = self._read(name, type(choice)) if isinstance(known, type(choice)) else None
        if theirs is None or theirs in (known, choice):
            return choice
        assert isinstance(known, type(choice))
        return join(known, choice, theirs)

    def _read(self, name: str, kind: type[Choice]) -> Choice | None:
        """What the file says; None where there is none, or none that can be read."""
        if self._directory is None:
            return None
        path = self._path(self._directory, name)
        self._signatures[name] = _signature(path)
        try:
            return msgspec.json.decode(path.read_bytes(), type=kind)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            _log.warning("what was remembered as %s cannot be read, so the default is used: %s", name, error)
            return None

    @staticmethod
    def _path(directory: Path, name: str) -> Path:
        assert name.isidentifier(), f"{name!r} names a file"
        return directory / f"{name}.json"


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """Keep other processes from writing there; whoever does not let go is waited for only so long. Raises OSError."""
    _make(directory)
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for _ in range(_TRIES):
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                time.sleep(_PAUSE)
            except OSError:  # a file system that has no locks
                break
        yield
    finally:
        os.close(handle)


def _make(directory: Path) -> None:
    """Make the directory, and what it lies in, for their owner only where they are missing. Raises OSError."""
    if not directory.is_dir():
        _make(directory.parent)
        directory.mkdir(mode=0o700, exist_ok=True)


def _signature(path: Path) -> tuple[int, ...]:
    """Changes whenever the file does; empty where there is none."""
    try:
        status = path.stat()
    except OSError:
        return ()
    return (status.st_mtime_ns, status.st_size, status.st_ino)


def _write_whole(path: Path, content: bytes) -> None:
    """Replace the file in one step. Raises OSError."""
    _make(path.parent)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(unfinished, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    unfinished.replace(path)
    for left in path.parent.glob(f".{path.name}.*"):
        if not _lives(left.suffix[1:]):
            left.unlink(missing_ok=True)


def _lives(pid: str) -> bool:
    """Whether a process has this number, which may still be writing; its file is left alone in case of doubt."""
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, OverflowError):
        return False
    except (PermissionError, ValueError):
        return True
    return True

"""The report that a bug of ours leaves behind: a file only its owner can read, of public data, without secrets."""

import os
import platform
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from traceback import format_exception

from hybridtui import __version__
from hybridtui.render.lines import sanitise

_KEPT = 10
"""Older reports are deleted."""
_PACKAGES = ("textual", "rich", "websockets", "httpx", "plotext", "msgspec", "click", "platformdirs")


def crash_folder() -> Path:
    """Where this user's reports are kept."""
    from platformdirs import user_log_path

    return user_log_path("hybridtui", appauthor=False)


def write_report(
    folder: Path, error: BaseException, events: Sequence[str], size: tuple[int, int], wall_ms: int
) -> Path | None:
    """Write a report of `error` at the moment `wall_ms` (ms UTC). Returns its path, None where it cannot be written.

    `events` are the last ones, oldest first; `size` is the terminal's in columns and rows.
    """
    when = datetime.fromtimestamp(wall_ms / 1000, UTC)
    path = folder / f"crash-{when:%Y%m%d-%H%M%S}-{os.getpid()}.log"
    text = "\n".join(sanitise(line) for line in _lines(error, events, size, when))
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
            file.write(text + "\n")
    except OSError:
        return None
    with suppress(OSError):
        for old in sorted(folder.glob("crash-*.log"))[:-_KEPT]:
            old.unlink()
    return path


def _lines(error: BaseException, events: Sequence[str], size: tuple[int, int], when: datetime) -> list[str]:
    trace = "".join(format_exception(error)).rstrip("\n").split("\n")
    return [
        f"hybridtui {__version__} ended because of a bug of its own at {when:%Y-%m-%d %H:%M:%S} UTC.",
        f"Python {platform.python_version()} on {platform.platform()}",
        " ".join(f"{name} {_version(name)}" for name in _PACKAGES),
        f"terminal {os.environ.get('TERM', '?')} {os.environ.get('COLORTERM', '')} {size[0]}×{size[1]}",
        "",
        *trace,
        "",
        f"The last {len(events)} events, oldest first:",
        *events,
    ]


def _version(name: str) -> str:
    from importlib.metadata import PackageNotFoundError, version  # only a crash pays for this import

    try:
        return version(name)
    except PackageNotFoundError:
        return "?"

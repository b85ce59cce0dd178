"""The markets of an exchange as they were last listed, so that one can be found without a network too."""

import logging
import os
from pathlib import Path
from zlib import crc32

import msgspec

from hybridtui.market.instrument import Instrument
from hybridtui.market.quote_events import MarketsListed
from hybridtui.market.source import Source

_LARGEST = 4_000_000
_log = logging.getLogger(__name__)


class _Kept(msgspec.Struct, frozen=True):
    instruments: tuple[Instrument, ...]
    names: tuple[tuple[str, str], ...]


def save_markets(directory: Path, url: str, listed: MarketsListed) -> None:
    """Remember the markets of the exchange at `url`; a disk that does not take them is said in the log."""
    path = _path(directory, url)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(unfinished, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
            file.write(msgspec.json.encode(_Kept(listed.instruments, listed.names)))
        unfinished.replace(path)
    except OSError as error:
        _log.warning("the list of markets cannot be remembered: %s", error)


def load_markets(directory: Path, url: str, now: float) -> MarketsListed | None:
    """What is remembered of the exchange at `url`; None where that is nothing that can be read."""
    try:
        with _path(directory, url).open("rb") as file:
            kept = msgspec.json.decode(file.read(_LARGEST), type=_Kept)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        _log.warning("the remembered list of markets cannot be read: %s", error)
        return None
    printable = tuple((code, name) for code, name in kept.names if (code + name).isprintable())
    instruments = tuple(each for each in kept.instruments if (each.symbol + each.base + each.quote).isprintable())
    return MarketsListed(instruments, printable, Source.CACHE, now)


def _path(directory: Path, url: str) -> Path:
    return directory / f"markets-{crc32(url.encode(errors='surrogateescape')):08x}.json"

"""The screen as it was last seen, as text with colours, so that a start can show it before anything else is loaded.

Reading must be quick and must trust nobody: this module imports nothing but what the interpreter has loaded anyway, and
a file with anything in it but printable text and the colour codes of `_coloured` is no picture.
"""

import os
from time import localtime, strftime
from zlib import crc32

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = "pictures"
KEPT = 64
"""How many pictures are kept; the ones seen longest ago go first."""
_HEAD = "hybridtui picture 1"
_LARGEST = 2_000_000
"""Bytes; a larger file is no picture of ours."""
_LATEST = 32_503_680_000_000
"""The year 3000, ms UTC; later than that no clock is right, and some cannot be written."""
_CODE = frozenset("0123456789;")


class Picture:
    """A terminal full of market at one moment."""

    __slots__ = ("colours", "header", "rows", "saved_at", "size", "state", "title")

    def __init__(
        self,
        *,
        saved_at: int,
        size: tuple[int, int],
        colours: str,
        title: str,
        state: str,
        header: list[str],
        rows: list[str],
    ) -> None:
        self.saved_at = saved_at
        """When its newest data arrived, ms UTC by this computer's clock."""
        self.size = size
        """Width and height of the terminal, in cells."""
        self.colours = colours
        """The terminal it was drawn for, as `terminal_colours` tells it."""
        self.title = title
        """The colour code of the first row."""
        self.state = state
        """The colour code of the words that say how things stand."""
        self.header = header
        """The parts of the first row: market, price, and what else there is room for."""
        self.rows = rows
        """The rows below the first one, colour codes among the text."""


def terminal_colours(environment: "Mapping[str, str]") -> str:
    """What decides how colours are written to this terminal; a picture for another one is shown without them."""
    names = ("TERM", "COLORTERM", "NO_COLOR", "FORCE_COLOR", "TEXTUAL_COLOR_SYSTEM")
    return " ".join(f"{environment.get(name, '')!r}" for name in names)


def save_picture(directory: str, url: str, name: str, timeframe: str, picture: Picture) -> None:
    """Keep the picture of a market that users call `name`. Raises OSError where it cannot be written.

    The file appears whole or not at all, so a reader never meets half of one, and only its owner can read it.
    """
    folder = os.path.join(directory, FOLDER)
    os.makedirs(folder, mode=0o700, exist_ok=True)
    file_name = _file_name(url, name, timeframe, picture.size)
    unfinished = os.path.join(folder, f".{file_name}.{os.getpid()}")
    width, height = picture.size
    facts = [url, timeframe, str(picture.saved_at), f"{width} {height}", picture.colours, picture.title, picture.state]
    lines = [_HEAD, *facts, str(len(picture.header)), *picture.header, *picture.rows]
    with os.fdopen(os.open(unfinished, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write("\n".join(lines))
    os.replace(unfinished, os.path.join(folder, file_name))
    _forget_the_oldest(folder)


def load_picture(directory: str, url: str, name: str, timeframe: str, size: tuple[int, int]) -> Picture | None:
    """The picture of this market for a terminal of this size, else the newest for another; None where there is none."""
    folder = os.path.join(directory, FOLDER)
    wanted = _file_name(url, name, timeframe, size)
    return _read(os.path.join(folder, wanted), url, timeframe) or next(
        (
            picture
            for path in _newest_first(folder, wanted[: wanted.rindex(".")] + ".")
            if (picture := _read(path, url, timeframe)) is not None
        ),
        None,
    )


def squeezed(name: str) -> str:
    """The letters and digits of a market's name: `btc/usd`, `BTCUSD` and `tBTCUSD` are one."""
    letters = "".join(char for char in name if char.isascii() and char.isalnum())
    return letters[1:] if letters[:1] == "t" and letters[1:].isupper() else letters.upper()


def age_words(saved_at: int, wall_ms: int) -> list[str]:
    """Ways to say how old a picture is, the longest first."""
    seconds = (wall_ms - saved_at) // 1000
    saved, now = localtime(saved_at / 1000), localtime(wall_ms / 1000)
    day = "" if saved[:3] == now[:3] else "%-d %b " if saved.tm_year == now.tm_year else "%-d %b %Y "
    moment = strftime(f"{day}%H:%M:%S", saved)
    units = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))
    count, unit = next(((seconds // length, unit) for length, unit in units if seconds >= length), (0, "s"))
    exact = f"CACHED {moment}"
    return [f"{exact} ({count} {unit} ago)", exact, "CACHED"] if seconds >= 0 else [exact, "CACHED"]


def _file_name(url: str, name: str, timeframe: str, size: tuple[int, int]) -> str:
    market = "".join(char for char in f"{squeezed(name)}-{timeframe}" if char.isalnum() or char == "-")
    exchange = crc32(url.encode(errors="surrogateescape"))
    return f"{market}-{exchange:08x}.{size[0]}x{size[1]}"


def _newest_first(folder: str, prefix: str = "") -> list[str]:
    """The paths of the files whose names begin so."""
    try:
        with os.scandir(folder) as entries:
            found = [(entry.stat().st_mtime, entry.path) for entry in entries if entry.name.startswith(prefix)]
    except OSError:
        return []
    return [path for _, path in sorted(found, reverse=True)]


def _forget_the_oldest(folder: str) -> None:
    for path in _newest_first(folder)[KEPT:]:
        try:
            os.unlink(path)
        except FileNotFoundError:
            continue  # another process was quicker


def _read(path: str, url: str, timeframe: str) -> Picture | None:
    """The picture in a file, None where there is none that could be ours."""
    try:
        with open(path, "rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError:
        return None
    if len(content) > _LARGEST:
        return None
    try:
        return _understood(content.decode().split("\n"), url, timeframe)
    except (ValueError, IndexError):
        return None


def _understood(lines: list[str], url: str, timeframe: str) -> Picture:
    """The picture that these lines are. Raises ValueError or IndexError where they are none."""
    head, its_url, its_timeframe, saved_at, size, colours, title, state, parts, *rest = lines
    width, height = map(int, size.split(" "))
    header, rows = rest[: int(parts)], rest[int(parts) :]
    codes = _coloured(title) and _coloured(state) and not without_colours(title + state)
    if (head, its_url, its_timeframe) != (_HEAD, url, timeframe) or len(rows) != height - 1 or not codes:
        raise ValueError("not this picture")
    if not 0 <= int(saved_at) < _LATEST:
        raise ValueError("not a time")
    if len(header) < 2 or not all(part.isprintable() for part in header) or not all(map(_coloured, rows)):
        raise ValueError("not text and colours")
    return Picture(
        saved_at=int(saved_at),
        size=(width, height),
        colours=colours,
        title=title,
        state=state,
        header=header,
        rows=rows,
    )


def _coloured(row: str) -> bool:
    """Whether there is nothing in it but printable text and colour codes, ESC [ numbers m."""
    text, *rest = row.split("\x1b[")
    if not text.isprintable():
        return False
    for piece in rest:
        code, end, text = piece.partition("m")
        if not end or not _CODE.issuperset(code) or not text.isprintable():
            return False
    return True


def without_colours(row: str) -> str:
    """The text of a row that `load_picture` has read."""
    text, *rest = row.split("\x1b[")
    return text + "".join(piece.partition("m")[2] for piece in rest)

"""The first picture: the screen as it was last seen, on the terminal before anything heavy is imported.

Whoever starts the program waits for Python, not for the network or the screen's toolkit. So this module imports next to
nothing, understands only the plainest command lines (a doubtful one gets no picture, the command line proper says what
is wrong with it), and gives the terminal back whatever happens before the screen takes it over.
"""

import os
import signal
import sys
import termios
import time

from hybridtui.store.picture import Picture, age_words, load_picture, terminal_colours, without_colours

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import FrameType
    from typing import Any

SYMBOL, TIMEFRAME, REST_URL = "BTCUSD", "1m", "https://api-pub.bitfinex.com/v2"
"""What is shown where nothing is said; a test keeps these equal to the settings."""
OPTIONS = frozenset(
    {"--timeframe", "--mode", "--rest-url", "--ws-url", "--fps", "--log-file", "--theme", "--layout", "--layouts"}
)
"""The options of the screen that take a value and do not ask for the demo."""
FLAGS = frozenset(
    {
        "--mouse",
        "--no-mouse",
        "--title",
        "--no-title",
        "--swap-colours",
        "--no-swap-colours",
        "--transparent",
        "--no-transparent",
    }
)
"""The options that take no value and change nothing in what is remembered."""
SETTINGS = frozenset({"symbol", "timeframe", "rest_url", "ascii"})
"""What the settings file may say about the picture."""
STARTING = " ○ Starting · remembered, not live"
"""What the status bar says until there is one."""
_ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[H\x1b[2J"
"""The alternate screen, no cursor, no wrapping, empty."""
_LEAVE = b"\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l"
_TOGETHER, _DONE = "\x1b[?2026h", "\x1b[?2026l"
"""Synchronized output: a terminal that knows it shows what is between as one."""
_FAINT, _PLAIN = "\x1b[2m", "\x1b[0m"
_DEADLY = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
_LARGEST_SETTINGS = 100_000
"""Characters; a longer settings file is left to the parser."""
_LARGEST_CHOICE = 1000
"""Characters; as many are enough for a symbol and a timeframe."""
_NARROWEST = 20
"""Columns; a price and the word that it is old need as many."""


class FirstPaint:
    """A terminal that may have a picture on it; leaving its context gives the terminal back as it was."""

    def __init__(self) -> None:
        self.shown = False
        """Whether the terminal is on the alternate screen because of us."""
        self._attributes: list[Any] | None = None
        self._handlers: dict[int, Callable[[int, FrameType | None], Any] | int | None] = {}

    def show(self, picture: str) -> None:
        """Paint this on the alternate screen. What is typed meanwhile is not echoed into the picture."""
        self._attributes = termios.tcgetattr(0)
        quiet = termios.tcgetattr(0)
        quiet[3] &= ~termios.ECHO
        for number in _DEADLY:
            self._handlers[number] = signal.signal(number, self._die)
        # Stopped here, the shell would stand on the alternate screen.
        self._handlers[signal.SIGTSTP] = signal.signal(signal.SIGTSTP, signal.SIG_IGN)
        self.shown = True
        termios.tcsetattr(0, termios.TCSANOW, quiet)
        _write((_TOGETHER + _ENTER + picture + _DONE).encode())

    def take_over(self) -> None:
        """The screen's toolkit is about to draw on the alternate screen, and will leave it: nothing is left to us."""
        self.shown = False
        self._give_back()

    def restore(self) -> None:
        """Leave the alternate screen, unless that is not for us to do (any more)."""
        if self.shown:
            self.shown = False
            self._give_back()
            _write(_LEAVE)

    def _give_back(self) -> None:
        if self._attributes is not None:
            termios.tcsetattr(0, termios.TCSANOW, self._attributes)
            self._attributes = None
        for number, handler in self._handlers.items():
            if signal.getsignal(number) in (self._die, signal.SIG_IGN):
                signal.signal(number, handler)
        self._handlers.clear()

    def _die(self, number: int, _frame: object) -> None:
        """Told to end while still importing."""
        self.restore()
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    def __enter__(self) -> "FirstPaint":
        return self

    def __exit__(self, *_: object) -> None:
        self.restore()


def first_paint(arguments: "list[str]", environment: "Mapping[str, str]") -> FirstPaint:
    """Show what was last seen of the market that this command line asks for, if it is remembered."""
    painted = FirstPaint()
    wanted = _wanted(arguments, environment)
    size = _terminal_size(environment)
    if wanted is None or size is None or size[0] < _NARROWEST:
        return painted
    picture = load_picture(cache_directory(environment), *wanted, size)
    if picture is not None:
        try:
            painted.show(render_picture(picture, size, terminal_colours(environment), time.time_ns() // 1_000_000))
        except (OSError, termios.error):
            painted.restore()
    return painted


def cache_directory(environment: "Mapping[str, str]") -> str:
    """The user's cache directory of this program, as platformdirs names it."""
    return _directory(environment, "XDG_CACHE_HOME", "~/.cache", "~/Library/Caches")


def _directory(environment: "Mapping[str, str]", variable: str, usual: str, on_a_mac: str) -> str:
    """A directory of this program: below what the variable says, else below the usual one."""
    base = environment.get(variable, "").strip() or os.path.expanduser(usual)
    return os.path.join(os.path.expanduser(on_a_mac) if sys.platform == "darwin" else base, "hybridtui")


def render_picture(picture: Picture, size: "tuple[int, int]", colours: str, wall_ms: int) -> str:
    """The picture as the terminal wants it, dim, and marked with its time and age.

    For a terminal of another size only the first row is right; the rest of the screen stays empty.
    """
    width, height = size
    fitting = picture.size == size
    coloured = picture.colours == colours
    title, state = (picture.title, picture.state) if coloured else (_FAINT, "")
    rows = picture.rows if fitting else [""] * (height - 2) + [STARTING[:width].ljust(width)] * (height > 1)
    if not coloured or not fitting:
        rows = [_FAINT + without_colours(row) for row in rows]
    header = _header(picture.header, age_words(picture.saved_at, wall_ms), width, title, state)
    return "".join(f"\x1b[{number};1H{row}{_PLAIN}" for number, row in enumerate([header, *rows], 1))


def _header(parts: "list[str]", ages: "list[str]", width: int, title: str, state: str) -> str:
    """The first row. Market and price come first, then the longest age that fits, then what else there is room for."""
    age = next((age for age in ages if len("".join(parts[:2])) + len(age) + 2 <= width), ages[-1])
    room = width - len(age) - 1
    text = ""
    for part in parts if len("".join(parts[:2])) < room else parts[1:2]:
        if len(text + part) >= room:
            break
        text += part
    return f"{title}{text.ljust(room)}{_PLAIN}{state}{age}{_PLAIN}{title} "


def _wanted(arguments: "list[str]", environment: "Mapping[str, str]") -> "tuple[str, str, str] | None":
    """URL, symbol and timeframe that a plain command line asks for; None where it is anything but plain."""
    if environment.get("HYBRIDTUI_DEMO"):
        return None
    values = {}
    rest = list(arguments)
    while rest:
        name, equals, value = rest.pop(0).partition("=")
        if name in FLAGS and not equals:
            continue
        if not name.startswith("-"):
            name, value = "symbol", name + equals + value
        elif not equals and rest:
            value = rest.pop(0)
        if name in values or (name not in OPTIONS and name != "symbol"):
            return None
        values[name] = value
    settings = plain_settings(settings_path(environment))
    if settings is None or settings.get("ascii", "false") != "false" or environment.get("HYBRIDTUI_ASCII"):
        return None
    url = values.get("--rest-url") or environment.get("HYBRIDTUI_REST_URL") or settings.get("rest_url", REST_URL)
    symbol = values.get("symbol") or environment.get("HYBRIDTUI_SYMBOL") or settings.get("symbol")
    timeframe = values.get("--timeframe") or environment.get("HYBRIDTUI_TIMEFRAME") or settings.get("timeframe")
    if not (symbol and timeframe):
        last = last_market(state_directory(environment))
        symbol, timeframe = symbol or last.get("symbol") or SYMBOL, timeframe or last.get("timeframe") or TIMEFRAME
    return url.rstrip("/"), symbol, timeframe


def state_directory(environment: "Mapping[str, str]") -> str:
    """Where the program remembers what was chosen on the screen, as platformdirs names it."""
    return _directory(environment, "XDG_STATE_HOME", "~/.local/state", "~/Library/Application Support")


def last_market(directory: str) -> "dict[str, str]":
    """`symbol` and `timeframe` as they were looked at last; what is not written as we write it is left out."""
    try:
        with open(os.path.join(directory, "last_market.json"), encoding="utf-8") as file:
            lines = file.read(_LARGEST_CHOICE).split("\n")
    except (OSError, ValueError):
        return {}
    found = {}
    for line in lines:
        name, _, value = line.strip().removesuffix(",").partition(": ")
        if value[:1] == value[-1:] == '"' and "\\" not in value and '"' not in value[1:-1]:
            found[name.strip('"')] = value[1:-1]
    return found


def settings_path(environment: "Mapping[str, str]") -> str:
    """The user's settings file, as platformdirs names its directory."""
    directory = _directory(environment, "XDG_CONFIG_HOME", "~/.config", "~/Library/Application Support")
    return os.path.join(directory, "settings.toml")


def plain_settings(path: str) -> "dict[str, str] | None":
    """What the settings file says about the picture, where it is written in the plainest way; None where it is not.

    A parser of TOML takes longer to import than the picture to show.
    """
    try:
        with open(path, encoding="utf-8-sig") as file:
            text = file.read(_LARGEST_SETTINGS + 1)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        return None
    if len(text) > _LARGEST_SETTINGS or '"""' in text or "'''" in text:
        return None
    found: dict[str, str] = {}
    for line in text.split("\n"):
        name, equals, value = line.partition("=")
        name = name.strip().strip("\"'").rpartition(".")[2].strip("\"'")
        if equals and name in SETTINGS and not line.lstrip().startswith("#"):
            plain = _plain_value(value.strip())
            if plain is None or name in found:
                return None
            found[name] = plain
    return found


def _plain_value(text: str) -> "str | None":
    """A text in quotes without escapes, or a bare word; None where it is anything else."""
    if text[:1] in ("'", '"'):
        value, quote, rest = text[1:].partition(text[0])
        return value if quote and "\\" not in value and rest.strip()[:1] in ("", "#") else None
    value = text.partition("#")[0].strip()
    return value if value in ("true", "false") else None


def _terminal_size(environment: "Mapping[str, str]") -> "tuple[int, int] | None":
    """Columns and rows; None where there is no terminal that can be painted."""
    if environment.get("TERM", "dumb") == "dumb" or not (os.isatty(0) and os.isatty(1)):
        return None
    size = os.get_terminal_size(1)
    return (size.columns, size.lines) if size.columns > 0 and size.lines > 0 else None


def _write(data: bytes) -> None:
    while data:
        data = data[os.write(1, data) :]

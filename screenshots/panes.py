"""Draw the picture of a terminal multiplexer: five panes of different sizes, each with a view of the demo exchange.

    python -m screenshots.panes [FOLDER]

Needs tmux, and for the PNG file what `draw.py` needs. Nothing in it is arranged: it is what tmux has on its screen.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from io import StringIO
from pathlib import Path

from rich.ansi import AnsiDecoder
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from hybridtui.demo.process import start_demo
from hybridtui.demo.run import DemoSettings
from screenshots.draw import portable

SIZE = (180, 52)
PATIENCE_S = 60.0
WATCHED_S = 30.0
"""How long the market is watched before the picture is taken."""
_BORDER = "#2a313c"
THEME = TerminalTheme((13, 16, 22), (200, 205, 212), [(13, 16, 22), *[(120, 126, 136)] * 7], [(200, 205, 212)] * 8)
PROGRAM = f"{sys.executable} -m hybridtui"


class Tmux:
    """A tmux of its own, with its own socket and without anybody's configuration."""

    def __init__(self, folder: str) -> None:
        self._socket = str(Path(folder) / "tmux")
        self._environment = {
            **{name: value for name, value in os.environ.items() if name != "TMUX"},
            "XDG_STATE_HOME": folder,
            "XDG_CONFIG_HOME": folder,
            "XDG_CACHE_HOME": folder,
            "COLORTERM": "truecolor",
            "LANG": "C.UTF-8",
        }

    def __call__(self, *command: str) -> str:
        """Run a command of tmux. Returns what it prints."""
        whole = ["tmux", "-u", "-f", os.devnull, "-S", self._socket, *command]
        done = subprocess.run(whole, env=self._environment, capture_output=True, text=True, check=True)  # noqa: S603
        return done.stdout.rstrip("\n")

    def pane(self, command: str, *where: str) -> str:
        """Open a pane. Returns its id."""
        return self("split-window", "-d", "-P", "-F", "#{pane_id}", *where, command)


def open_panes(tmux: Tmux, urls: str) -> None:
    """A wide pane with everything, beside it the book over the tape and a chart, below it a low pane and one row."""
    width, height = map(str, SIZE)
    tmux("new-session", "-d", "-x", width, "-y", height, f"{PROGRAM} BTCUSD {urls}")
    tmux("set", "-g", "status", "off")
    (main,) = tmux("list-panes", "-F", "#{pane_id}").split()
    right = tmux.pane(f"{PROGRAM} BTCUSD {urls} --layout book/tape", "-t", main, "-h", "-l", "44")
    tmux.pane(f"{PROGRAM} BTCUSD {urls} --layout chart --timeframe 5m", "-t", right, "-v", "-l", "16")
    tmux.pane(f"{PROGRAM} BTCUSD {urls}", "-t", main, "-v", "-l", "1")
    tmux.pane(f"{PROGRAM} BTCUSD {urls} --layout 'heatmap|tape' --theme nord", "-t", main, "-v", "-l", "13")


def captured(tmux: Tmux) -> Text:
    """What stands on the screen of tmux, with its borders."""
    width, height = SIZE
    rows: list[dict[int, Text]] = [{} for _ in range(height)]
    form = "#{pane_id} #{pane_left} #{pane_top} #{pane_width} #{pane_height}"
    for pane in tmux("list-panes", "-F", form).split("\n"):
        name, *numbers = pane.split()
        left, top, wide, high = map(int, numbers)
        # Styles go on from one line to the next.
        lines = list(AnsiDecoder().decode(tmux("capture-pane", "-e", "-p", "-N", "-t", name)))
        for y in range(high):
            line = lines[y] if y < len(lines) else Text("")
            line.truncate(wide, pad=True)
            rows[top + y][left] = line
            if left + wide < width:
                rows[top + y][left + wide] = Text("│", _BORDER)
        if top + high < height:
            rows[top + high][left] = Text("─" * wide, _BORDER)
    return Text("\n").join(_joined(row) for row in rows)


def _joined(parts: dict[int, Text]) -> Text:
    """Parts of a row, by the column where they begin, with blanks between."""
    row = Text("", end="")
    for left, part in sorted(parts.items()):
        row.append(" " * (left - len(row)))
        row.append_text(part)
    return row


def wait_until_live(tmux: Tmux) -> None:
    """Raises RuntimeError where a pane does not get there."""
    until = time.monotonic() + PATIENCE_S
    for pane in tmux("list-panes", "-F", "#{pane_id}").split():
        while "●" not in tmux("capture-pane", "-p", "-t", pane):
            if time.monotonic() > until:
                raise RuntimeError(f"a pane shows no live market:\n{tmux('capture-pane', '-p', '-t', pane)}")
            time.sleep(0.2)


def draw(folder: Path) -> Path:
    """The picture. Returns the SVG file."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as own, start_demo(DemoSettings(seed=1)) as exchange:
        tmux = Tmux(own)
        try:
            open_panes(tmux, f"--rest-url {exchange.rest_url} --ws-url {exchange.ws_url}")
            wait_until_live(tmux)
            time.sleep(WATCHED_S)
            text = captured(tmux)
        finally:
            tmux("kill-server")
    console = Console(record=True, width=SIZE[0], file=StringIO(), color_system="truecolor")
    console.print(text, no_wrap=True, overflow="crop")
    file = folder / "panes.svg"
    file.write_text(portable(console.export_svg(title="tmux: five panes", theme=THEME)), encoding="utf-8")
    converter = shutil.which("rsvg-convert")
    if converter is not None:
        subprocess.run([converter, "-o", file.with_suffix(".png"), file], check=True)  # noqa: S603
    return file


if __name__ == "__main__":
    print(draw(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent))

"""Draw the pictures of the README: the real app on the demo exchange, at each size, as SVG and PNG.

    python screenshots/draw.py [FOLDER]

PNG files need `rsvg-convert` (Debian: librsvg2-bin) and a monospaced font with block characters (fonts-dejavu-core).
"""

import asyncio
import html
import os
import re
import shutil
import sys
from pathlib import Path
from typing import NamedTuple

from hybridtui.clock import SystemClock
from hybridtui.demo.market import DemoMarket
from hybridtui.market.source import LinkState
from hybridtui.server.socket import ExchangeServer, serve
from hybridtui.settings import Settings
from hybridtui.tui.app import HybridApp
from hybridtui.wiring import market_of

SIZES = {"200x50": (200, 50), "120x40": (120, 40), "80x24": (80, 24), "40x12": (40, 12)}
_CELL = 12.2
"""Width of a character in the pictures that Rich draws."""
SETTLED_S = 7.0
"""Seconds after the last key: a deeper book has had its first checksum by then."""
WATCHED_S = 12.0
"""How long the market is watched before the picture is taken, so that tape and checksums have something to show."""


class Shot(NamedTuple):
    """What is to be seen on a picture."""

    size: tuple[int, int]
    keys: tuple[str, ...] = ()
    watched_s: float = WATCHED_S


SHOTS = {
    **{name: Shot(size) for name, size in SIZES.items()},
    "heikin-ashi": Shot(SIZES["120x40"], ("c",)),
    "area": Shot(SIZES["120x40"], ("c", "c", "c")),
    "crosshair": Shot(SIZES["120x40"], ("x", *["left"] * 9, "space", *["left"] * 12)),
    "heatmap": Shot((160, 44), ("h",), 90.0),
    "depth": Shot(SIZES["120x40"], ("d",)),
    "cost": Shot(SIZES["120x40"], ("b", "t", "1", "0", "enter")),
    "help": Shot(SIZES["80x24"], ("question_mark",)),
    "stale": Shot(SIZES["120x40"], ("p",)),
    "connection": Shot(SIZES["80x24"], ("m",)),
}


async def draw(exchange: ExchangeServer, name: str, shot: Shot, folder: Path) -> Path:
    """One picture. Returns the SVG file."""
    size, keys, watched_s = shot
    settings = Settings(symbol="BTCUSD", rest_url=exchange.rest_url, ws_url=exchange.ws_url)
    app = HybridApp(market_of(settings))
    async with app.run_test(size=size) as pilot:
        while app.market.link.state is not LinkState.LIVE:
            await pilot.pause(0.1)
        await pilot.pause(watched_s)
        await pilot.press(*keys)
        if "p" in keys:
            exchange.refuse_rest = (502, b"<html>bad gateway</html>")
            await pilot.pause(8)
        await pilot.pause(SETTLED_S)
        picture = app.export_screenshot(title="hybridtui BTCUSD")
        exchange.refuse_rest = None
    file = folder / f"{name}.svg"
    file.write_text(portable(picture), encoding="utf-8")
    return file


def portable(picture: str) -> str:
    """The picture with fonts of the computer that shows it, never of the network, and each word in its own place.

    Programs that draw SVG differ in what they do with blanks at the ends of a text, and few fonts have braille dots as
    wide as their other characters.
    """
    picture = re.sub(r"@font-face \{.*?\}", "", picture, flags=re.DOTALL)
    picture = picture.replace("Fira Code", "DejaVu Sans Mono")
    return re.sub(
        r'<text class="([^"]*)" x="([\d.]+)" y="([\d.]+)" textLength="[\d.]+"([^>]*)>([^<]*)</text>', _words, picture
    )


def _words(text: re.Match[str]) -> str:
    style, x, y, rest, content = text.groups()
    words = re.finditer(r"[\u2800-\u28ff]|[^\xa0\u2800-\u28ff]+", html.unescape(content))
    return "".join(
        f'<text class="{style}" x="{float(x) + word.start() * _CELL:g}" y="{y}" '
        f'textLength="{len(word[0]) * _CELL:g}"{rest}>{html.escape(word[0])}</text>'
        for word in words
    )


async def draw_all(folder: Path) -> None:
    """All pictures, one after the other; where there is the tool, also as PNG."""
    os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}  # of the terminal that is drawn
    async with serve(DemoMarket(SystemClock().wall_ms(), seed=1)) as exchange:
        for name, shot in SHOTS.items():
            file = await draw(exchange, name, shot, folder)
            converter = shutil.which("rsvg-convert")
            if converter is not None:
                process = await asyncio.create_subprocess_exec(converter, "-o", file.with_suffix(".png"), file)
                await process.wait()
            print(file)


if __name__ == "__main__":
    asyncio.run(draw_all(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent))

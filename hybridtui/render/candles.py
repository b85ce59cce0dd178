"""Candles and volume in cells of two halves: a wick is a light line, a body a heavy one, or a block where it is wide.

A cell shows any combination of nothing, wick and body in its two halves, which doubles the vertical precision.
"""

from collections.abc import Sequence
from functools import lru_cache

from hybridtui.market.candles import Candle
from hybridtui.render.blocks import LEVELS
from hybridtui.render.buckets import Window, body_width
from hybridtui.render.canvas import Canvas
from hybridtui.render.scale import Scale

_THIN = {
    "ww": "│", "bb": "┃", "wb": "╽", "bw": "╿", " b": "╻", "b ": "╹", " w": "╷", "w ": "╵", "  ": " ",
}  # fmt: skip
_WIDE = {**_THIN, "bb": "█", "wb": "▄", "bw": "▀", " b": "▄", "b ": "▀"}
"""The same with a body of blocks; where it meets the wick in one cell the wick yields."""
_HOLLOW = {"bb": "║"}
_WIDE_HOLLOW = {"bb": "▒"}
"""Bodies of rising candles where there is no colour to tell them from falling ones."""
UP, DOWN, VOLUME_UP, VOLUME_DOWN = "u", "d", "U", "D"
"""Style keys."""


def draw_hollow_candles(canvas: Canvas, candles: Sequence[Candle], window: Window, scale: Scale) -> None:
    """As `draw_candles`, and the bodies of rising candles are hollow."""
    draw_candles(canvas, candles, window, scale, hollow=True)


def draw_candles(
    canvas: Canvas, candles: Sequence[Candle], window: Window, scale: Scale, *, hollow: bool = False
) -> None:
    """Draw the candles into the top `scale.rows` rows."""
    wide = body_width(window.columns) // 2
    falling = _WIDE if wide else _THIN
    rising = falling | (_WIDE_HOLLOW if wide else _HOLLOW) if hollow else falling
    reach, most, chars, keys = scale.reach(), 2 * scale.rows, canvas.chars, canvas.keys
    for x, candle in zip(window.middles(candles), candles, strict=True):
        if not 0 <= x < canvas.width:
            continue
        key, glyphs, top, bottom = UP, rising, reach(candle.close), reach(candle.open)
        if candle.close < candle.open:
            key, glyphs, top, bottom = DOWN, falling, bottom, top
        first, pairs = _pairs(reach(candle.high), top, bottom, reach(candle.low), most)
        for row, pair in enumerate(pairs, first):
            chars[row][x] = glyphs[pair]
            keys[row][x] = key
            if wide and "b" in pair:
                side = glyphs[pair.replace("w", " ")]
                for aside in range(1, wide + 1):
                    canvas.put(x - aside, row, side, key)
                    canvas.put(x + aside, row, side, key)


@lru_cache(maxsize=4096)
def _pairs(high: int, top: int, bottom: int, low: int, most: int) -> tuple[int, tuple[str, ...]]:
    """The first row of a candle, and for each row whether its halves are empty, wick or body.

    What is above or below the scale, which has `most` half cells, is cut off. Most candles are the same in the next
    picture, so the answer is remembered.
    """
    high, low = min(high, top), max(low, bottom)
    halves = "w" * (top - high) + "b" * (bottom - top + 1) + "w" * (low - bottom)
    if high < 0:
        high, halves = 0, halves[1:]
    if low >= most:
        halves = halves[:-1]
    halves = " " * (high % 2) + halves
    halves += " " * (len(halves) % 2)
    return high // 2, tuple(halves[at : at + 2] for at in range(0, len(halves), 2))


def draw_volume(canvas: Canvas, candles: Sequence[Candle], window: Window, rows: range) -> float:
    """Draw volume bars into these rows, in eighths of a cell. Returns the volume of the highest bar."""
    largest = max(candle.volume for candle in candles)
    if largest <= 0 or not rows:
        return 0.0
    wide, full = body_width(window.columns) // 2, len(rows) * 8 / largest
    heights, keys = [0] * canvas.width, [" "] * canvas.width
    for x, candle in zip(window.middles(candles), candles, strict=True):
        if candle.volume > 0:
            key = VOLUME_DOWN if candle.close < candle.open else VOLUME_UP
            for column in range(max(x - wide, 0), min(x + wide + 1, canvas.width)):
                heights[column], keys[column] = round(candle.volume * full) or 1, key
    for row, below in zip(reversed(rows), range(0, len(rows) * 8, 8), strict=True):
        glyphs = LEVELS[0] * below + LEVELS + LEVELS[8] * (8 * len(rows) - 8 - below)
        canvas.chars[row] = [glyphs[height] for height in heights]
        canvas.keys[row] = [key if height > below else " " for height, key in zip(heights, keys, strict=True)]
    return largest

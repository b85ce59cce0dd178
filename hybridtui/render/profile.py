"""Volume by price: how much was traded at which height of the chart, as faint bars from the right edge.

A candle tells of a range and a volume, not of which price had how much of it: its volume is spread evenly over the half
cells that it covers, the usual approximation (Steidlmayer and Koy, Markets and Market Logic, 1986, for the profile).
"""

from collections.abc import Sequence
from math import isfinite

from hybridtui.market.candles import Candle
from hybridtui.render.canvas import Canvas
from hybridtui.render.lines import Size
from hybridtui.render.numbers import price_text
from hybridtui.render.overlays import Legend
from hybridtui.render.scale import Scale

PROFILE, CONTROL, CONTROL_NAME = "w", "W", "v"
"""Style keys: the bars, that of the point of control, and its legend."""
_SHARE, _MOST_COLUMNS = 6, 24
"""The longest bar takes one of so many columns of the plot, and no more than so many."""
_FAR = 1e6


def volume_by_row(candles: Sequence[Candle], scale: Scale) -> list[float]:
    """The volume traded in the price range of each row; what was traded outside of the scale is in none."""
    halves = [0.0] * (2 * scale.rows)
    for candle in candles:
        top, bottom = _half(scale, candle.high), _half(scale, candle.low)
        share = candle.volume / (bottom - top + 1)
        for half in range(max(top, 0), min(bottom + 1, len(halves))):
            halves[half] += share
    return [upper + lower for upper, lower in zip(halves[::2], halves[1::2], strict=True)]


def _half(scale: Scale, price: float) -> int:
    """As `Scale.half`, but not kept inside the scale."""
    return int(min(max(scale.share(price) * (2 * scale.rows - 1) + 0.5, -_FAR), _FAR) // 1)


def draw_profile(canvas: Canvas, candles: Sequence[Candle], scale: Scale, plot: Size, places: int) -> Legend:
    """Draw the bars below whatever is drawn already. Returns the legend: the price that most was traded at."""
    volumes = volume_by_row(candles, scale)
    largest = max(volumes, default=0.0)
    if not 0 < largest < float("inf") or not all(map(isfinite, volumes)):
        return Legend("▐ POC –", CONTROL_NAME, "▐ POC")
    control = volumes.index(largest)
    longest = max(min(plot.width // _SHARE, _MOST_COLUMNS), 1)
    for row, volume in enumerate(volumes):
        halves = round(volume / largest * longest * 2)
        bar = "▐" * (halves % 2) + "█" * (halves // 2)
        _draw_bar(canvas, plot.width - len(bar), row, bar, CONTROL if row == control else PROFILE)
    return Legend(f"▐ POC {price_text(scale.price(control), places)}", CONTROL_NAME, "▐ POC")


def _draw_bar(canvas: Canvas, x: int, row: int, bar: str, key: str) -> None:
    """Below everything but the line of the last price, which would hide a whole row."""
    for at, char in enumerate(bar, x):
        if canvas.chars[row][at] in " ┈":
            canvas.put(at, row, char, key)

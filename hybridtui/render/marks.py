"""What lies over a chart at the user's wish: the crosshair, what is measured with it, and what is not on the screen."""

from bisect import bisect_right
from collections.abc import Iterable
from typing import NamedTuple

from hybridtui.market.candles import Candle, Candles
from hybridtui.render.axes import AXIS, CROSS, LINE, POINTER, TAG, tag_text
from hybridtui.render.buckets import Window
from hybridtui.render.canvas import Canvas
from hybridtui.render.chart_options import ChartOptions
from hybridtui.render.lines import Size
from hybridtui.render.scale import Scale


class Crosshair(NamedTuple):
    """Where the crosshair is."""

    bucket: int
    """The number of the bucket under it, on the screen."""
    candle: Candle | None
    """What is drawn there, None for a gap."""
    price: float | None
    """Its height: where the mouse holds it, else the last close up to there; None before the first candle shown."""


def crosshair_of(window: Window, shown: list[Candle], options: ChartOptions) -> Crosshair | None:
    """Where the crosshair is, None where there is none."""
    if options.cursor_ms is None:
        return None
    index, number = window.under(options.cursor_ms), window.buckets.number
    before = bisect_right(shown, index, key=lambda candle: number(candle.mts)) - 1
    last = shown[before] if before >= 0 else None
    candle = last if last is not None and number(last.mts) == index else None
    price = options.cursor_price if options.cursor_price is not None else None if last is None else last.close
    return Crosshair(index, candle, price)


def draw_crosshair(canvas: Canvas, window: Window, crosshair: Crosshair, scale: Scale, rows: int, width: int) -> None:
    """A line through one bucket over `rows` rows, and one through its price, behind everything else."""
    if crosshair.price is not None and scale.low <= crosshair.price <= scale.high:
        canvas.write_below(0, scale.row(crosshair.price), "╌" * width, CROSS)
    for row in range(rows):
        canvas.put_below(window.x(crosshair.bucket), row, "│", CROSS)


def draw_alerts(canvas: Canvas, scale: Scale, prices: Iterable[float], width: int) -> None:
    """A line with an exclamation mark at every price that an alert waits for, behind everything else."""
    for price in prices:
        if scale.low <= price <= scale.high:
            canvas.write_below(0, scale.row(price), f"!{'╌' * (width - 1)}"[:width], TAG)


def draw_pointer_price(canvas: Canvas, x: int, scale: Scale, places: int, price: float) -> None:
    """The price of the crosshair on the axis, over whatever is there."""
    if scale.low <= price <= scale.high:
        text = tag_text(shown_price(price, places), places, scale)
        canvas.write(x, scale.row(price), f"▸{text.rjust(canvas.width - x - 3)}  "[: canvas.width - x], POINTER)


def shown_price(price: float, places: int) -> float:
    """The price at the height of a mouse, which means no more decimals than the axis has."""
    return float(f"{price:.{places}f}")


def draw_measure(canvas: Canvas, window: Window, scale: Scale, start: tuple[int, float], end: Crosshair) -> None:
    """A mark where measuring began, and the two sides of the rectangle that is measured."""
    if end.price is None:
        return
    x, row = window.x(window.buckets.number(start[0])), scale.row(start[1])
    to, to_row = window.x(end.bucket), scale.row(end.price)
    step = 1 if to >= x else -1
    for at in range(min(max(x + step, 0), canvas.width), min(max(to, 0), canvas.width), step):
        canvas.put_below(at, row, "─", TAG)
    for at in range(min(row, to_row) + 1, max(row, to_row)):
        canvas.put_below(to, at, "│", TAG)
    canvas.put(x, row, "◆", TAG)


def draw_signs(canvas: Canvas, candles: Candles, window: Window, plot: Size, history: str) -> None:
    """How many candles are newer than what is shown, and what there is to say of the time before the oldest one."""
    start = window.buckets.start
    if window.right < window.present and (newer := candles.count(start(window.right + 1), start(window.present + 1))):
        text = f" ▸ {newer:,} newer "
        if len(text) <= plot.width:
            canvas.write(plot.width - len(text), 0, text, TAG)
    oldest = candles.first
    if history and oldest is not None and window.buckets.number(oldest.mts) > window.left:
        text = f" {history} "
        room = window.x(window.buckets.number(oldest.mts)) - window.columns // 2 - 1
        row = plot.height // 2
        inside = len(text) <= room
        if inside:
            canvas.write((room - len(text)) // 2, row, text, AXIS)
        elif len(text) <= plot.width:
            canvas.write(0, 0, text, AXIS)
        for at in range(0 if inside else 1, plot.height):
            canvas.put_below(room, at, "▏", LINE)

"""Line and area charts, and what plotext draws: the only place that imports it, and only when it is first needed.

Lines and areas are drawn natively: one frame by plotext takes 17 ms at 200x50, and more where prices jump, ten times as
long as here. Axes, volume and tags are drawn by `render.pane` around them, as for candles.

plotext keeps one global figure. It is set up, built and cleared within one call, so nothing is left behind and nothing
grows.
"""

from collections.abc import Callable, Sequence
from math import ceil
from typing import Any

import msgspec
from rich.segment import Segment

from hybridtui.market.candles import Candle, Candles
from hybridtui.render.axes import LINE
from hybridtui.render.braille import BLANK, DOTS_DOWN, Curve, curve_through, draw_curve, fill_below
from hybridtui.render.buckets import Window
from hybridtui.render.candles import DOWN, UP, VOLUME_DOWN, VOLUME_UP
from hybridtui.render.canvas import Canvas
from hybridtui.render.chart_options import ChartKind, ChartOptions
from hybridtui.render.lines import Line, Size, fill, sentence, spread_out
from hybridtui.render.palette import Palette
from hybridtui.render.pane import draw_pane
from hybridtui.render.scale import Scale, clamp

_MOST_BARS = 24
"""Bars of a histogram; more would be mostly empty."""
_ABSURD = 1e15
"""What is greater, or no number, is no measurement and is not counted."""


def render_plot(candles: Candles, size: Size, options: ChartOptions, palette: Palette) -> list[Line]:
    """The chart of the closes as a line or an area, exactly `size`; green where the last is not below the first."""
    ground = _paint_ground if options.kind is ChartKind.AREA else None
    return draw_pane(candles, size, options, palette, _paint_line, ground)


def _paint_line(canvas: Canvas, shown: Sequence[Candle], window: Window, scale: Scale) -> None:
    curve = _curve_of(shown, window, scale, canvas.width)
    draw_curve(canvas, curve, scale.rows, UP if shown[-1].close >= shown[0].close else DOWN)


def _paint_ground(canvas: Canvas, shown: Sequence[Candle], window: Window, scale: Scale) -> None:
    curve = _curve_of(shown, window, scale, canvas.width)
    fill_below(canvas, curve, scale.rows, VOLUME_UP if shown[-1].close >= shown[0].close else VOLUME_DOWN, LINE)


def _curve_of(shown: Sequence[Candle], window: Window, scale: Scale, width: int) -> Curve:
    """The closes; what is far outside of a chosen range is brought nearer, where it is not seen either."""
    dots = DOTS_DOWN * scale.rows - 1
    points = []
    for candle in shown:
        share = scale.share(clamp(candle.close))
        points.append((window.x(window.buckets.number(candle.mts)), round(min(max(share, -3.0), 4.0) * dots)))
    return curve_through(points, width)


class HistogramOptions(msgspec.Struct, frozen=True):
    """How values are counted."""

    unit: str = "ms"
    tail: float = 0.01
    """The share of the largest values that the last bar holds together, so that one outlier does not flatten all."""


def render_histogram(values: Sequence[float], size: Size, options: HistogramOptions, palette: Palette) -> list[Line]:
    """How often values occur, with the least and the greatest below the bars, exactly `size`."""
    ordered = sorted(value for value in values if abs(value) < _ABSURD)
    if not ordered:
        return sentence("no sample yet", size, palette.muted)
    if size.width < 4 or size.height < 2:
        return fill([], size, palette.text)
    width, rows = size.width, size.height - 1
    low = ordered[0]
    high = max(ordered[ceil((1 - options.tail) * len(ordered)) - 1], low)
    counts = [0] * min(width, _MOST_BARS)
    for value in ordered:
        share = (min(value, high) - low) / (high - low) if high > low else 0.5
        counts[min(int(share * len(counts)), len(counts) - 1)] += 1
    lines: list[Line] = [[Segment(row, palette.accent)] for row in _bars_text(counts, Size(width, rows))]
    beyond = "≥ " if ordered[-1] > high else ""
    left, right = f"{low:,.0f} {options.unit}", f"{beyond}{high:,.0f} {options.unit}"
    label = spread_out([Segment(left, palette.muted)], [Segment(right, palette.muted)], width, palette.text)
    return fill([*lines, label], size, palette.text)


def _bars_text(counts: Sequence[int], size: Size) -> list[str]:
    """Bars of equal width from the bottom; the highest reaches the top. The row of ticks below them is left out."""

    def bars(figure: Any) -> None:
        figure.bar(list(range(len(counts))), list(counts), width=1.0, marker="sd")
        figure.yfrequency(0)
        figure.xlim(-0.5, len(counts) - 0.5)
        figure.ylim(0, max(counts))

    width, rows = max(size.width, 2), max(size.height, 1)
    return [line[: size.width] for line in _drawn(bars, Size(width, rows + 1))[:rows]]


def curve_text(points: Sequence[tuple[float, float]], size: Size) -> list[str]:
    """Points joined to a curve in braille dots, both numbers from 0 (left, bottom) to 1; blanks elsewhere.

    Both are brought inside, and a rectangle of one cell is widened, so that plotext is never asked to divide by an
    empty range.
    """
    inside = [(min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0)) for x, y in points]

    def curve(figure: Any) -> None:
        figure.xticks([])
        figure.yticks([])
        figure.xlim(0, 1)
        figure.ylim(0, 1)
        figure.plot([x for x, _ in inside], [y for _, y in inside], marker="braille")

    lines = _drawn(curve, Size(max(size.width, 2), max(size.height, 2)))
    return [line.replace(chr(BLANK), " ")[: size.width] for line in lines[: size.height]]


def _drawn(draw: Callable[[Any], None], size: Size) -> list[str]:
    """What plotext makes of a drawing without a frame, as text.

    It must not be asked for more than it can do: it reports errors by printing. Its one figure belongs to the module,
    so it is cleared before and after.
    """
    import plotext

    plotext.clear_figure()
    try:
        plotext.theme("clear")
        plotext.limit_size(False, False)
        plotext.plot_size(*size)
        plotext.frame(False)
        draw(plotext)
        text: str = plotext.uncolorize(plotext.build())
    finally:
        plotext.clear_figure()
    return text.split("\n")

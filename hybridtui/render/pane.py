"""The frame that every kind of price chart shares: where plot, volume and axes go, and what is drawn around the prices.

A kind of chart is a painter: it draws the prices into the plot, and nothing else.
"""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style

from hybridtui.market.bars import heikin_ashi
from hybridtui.market.candles import Candle, Candles
from hybridtui.market.indicators.study import Place, Study
from hybridtui.render.axes import (
    ASK,
    AXIS,
    BID,
    COUNTDOWN,
    CROSS,
    LINE,
    OLD_LINE,
    OLD_TAG,
    POINTER,
    TAG,
    axis_width,
    draw_price_axis,
    draw_quotes,
    draw_separators,
    draw_time_axis,
    draw_unknown,
)
from hybridtui.render.buckets import Window, window_of
from hybridtui.render.candles import DOWN, UP, VOLUME_DOWN, VOLUME_UP, draw_volume
from hybridtui.render.canvas import Canvas
from hybridtui.render.chart_options import ChartKind, ChartOptions
from hybridtui.render.lines import Line, Size, fit, sentence
from hybridtui.render.lower import Pane, draw_lower, lower_legends, lower_panes
from hybridtui.render.marks import (
    Crosshair,
    crosshair_of,
    draw_alerts,
    draw_crosshair,
    draw_measure,
    draw_pointer_price,
    draw_signs,
)
from hybridtui.render.numbers import compact, usual_decimals
from hybridtui.render.overlays import Legend, draw_overlays, fitting
from hybridtui.render.palette import Palette, dimmed, faint, subdued
from hybridtui.render.profile import draw_profile
from hybridtui.render.scale import Scale, scale_for, scale_of
from hybridtui.render.studies import Shown, has_profile, has_volume, is_placed, shown_studies
from hybridtui.render.study_styles import study_styles
from hybridtui.render.times import countdown_text

Painter = Callable[[Canvas, Sequence[Candle], Window, Scale], None]
"""Draws prices into the top `scale.rows` rows of a canvas."""

_PLOT_LEAST = 12
"""A narrower plot gets no price axis."""
_TIMES_FROM = 4
_VOLUME_FROM = 10
_LEGEND_FROM = 6
"""Heights from which there is a time axis, a volume pane, a row that names the indicators."""
_WARM_UP = 64
"""Bars before the screen that Heikin-Ashi is computed from: after these the first one's choice of an open is gone."""


class Layout(NamedTuple):
    """How a chart's rectangle is divided."""

    plot: Size
    """Prices only."""
    axis: int
    """Columns of the price axis, 0 for none."""
    volume: int
    """Rows of the volume pane."""
    lower: tuple[Pane, ...]
    """The panes of studies below the volume."""
    times: int
    """Rows of the time axis, 0 or 1."""


def layout_of(size: Size, axis: int, studies: Sequence[Study]) -> Layout:
    """Divide the rectangle; what there is no room for gets nothing."""
    times = 1 if size.height >= _TIMES_FROM else 0
    volume = max(2, size.height // 6) if has_volume(studies) and size.height >= _VOLUME_FROM else 0
    lower = lower_panes(studies, size.height, volume=volume, times=times)
    axis = axis if size.width - axis >= _PLOT_LEAST else 0
    plot = size.height - times - volume - sum(pane.rows for pane in lower)
    return Layout(Size(size.width - axis, plot), axis, volume, lower, times)


class View(NamedTuple):
    """A chart's stretch of time and everything that follows from it."""

    layout: Layout
    window: Window
    shown: list[Candle]
    """The candles inside, joined where several are in a column, oldest first; at least one."""
    drawn: list[Candle]
    """What stands for them on the screen: themselves, or the Heikin-Ashi bars made of them."""
    scale: Scale
    places: int
    """Decimals of a price."""
    last: float | None
    """The last price, None while the present is scrolled away."""

    @property
    def height(self) -> int:
        """The rows of plot, panes and axis: all but those above the plot."""
        return self.above_times + self.layout.times

    @property
    def above_times(self) -> int:
        """The rows of plot and panes."""
        return self.layout.plot.height + self.layout.volume + sum(pane.rows for pane in self.layout.lower)


def view_of(candles: Candles, size: Size, options: ChartOptions) -> View | None:
    """What a chart of this size shows, None where there is no candle in its time."""
    size = _without_legend(size, options)
    newest = candles.last
    if newest is None:
        return None
    last = options.last_price if options.last_price is not None else newest.close
    wide = window_of(candles, newest, size.width, options)
    bars = wide.bars(candles, _WARM_UP if options.kind is ChartKind.HEIKIN_ASHI else 0)
    drawn = heikin_ashi(bars) if options.kind is ChartKind.HEIKIN_ASHI else bars
    current = last if wide.right == wide.present else None
    first = _first(bars, wide)
    if first == len(bars):
        return None
    places = usual_decimals((candle.close for candle in bars[first:]), options.price_decimals)
    rows = layout_of(size, 0, options.studies).plot.height
    scale = _scale(bars[first], drawn[first:], current, rows, options)
    layout = layout_of(size, axis_width(scale, places, last), options.studies)
    window = window_of(candles, newest, layout.plot.width, options)
    first = _first(bars, window)
    if first == len(bars):
        return None
    scale = _scale(bars[first], drawn[first:], current, rows, options)
    return View(layout, window, bars[first:], drawn[first:], scale, places, current)


def _first(bars: Sequence[Candle], window: Window) -> int:
    """The place of the first bar that is not left of a window."""
    return bisect_left(bars, window.buckets.start(window.left), key=lambda bar: bar.mts)


def _scale(first: Candle, drawn: Sequence[Candle], last: float | None, rows: int, options: ChartOptions) -> Scale:
    """The scale that shows what is drawn and the last price, or the range that was chosen."""
    if options.price_range is not None:
        return scale_of(options.price_range, rows, options.scale, first.close)
    ends = _closes(drawn) if options.kind in (ChartKind.LINE, ChartKind.AREA) else _ends(drawn)
    return scale_for([*ends, *([] if last is None else [last])], rows, options.scale, first.close)


def draw_pane(
    candles: Candles,
    size: Size,
    options: ChartOptions,
    palette: Palette,
    paint: Painter,
    ground: Painter | None = None,
) -> list[Line]:
    """The chart, exactly `size`, its prices drawn by `paint`, and by `ground` what lies behind everything else."""
    if options.dimmed:
        palette = dimmed(palette)
    view = view_of(candles, size, options)
    if view is None:
        there = "no candles at this time" if len(candles) else "no candles so far"
        return sentence(there if candles.known else options.message, size, palette.muted)
    canvas = Canvas(*_without_legend(size, options))
    paint(canvas, view.drawn, view.window, view.scale)
    draw_unknown(canvas, candles.unknown, view.window, view.layout.plot)
    crosshair = crosshair_of(view.window, view.shown, options)
    shown = _shown(candles, view, options, crosshair)
    legends = _draw_studies(canvas, shown, view)
    _draw_around(canvas, view, options, crosshair)
    if has_profile(options.studies):
        legends.append(draw_profile(canvas, view.shown, view.scale, view.layout.plot, view.places))
    draw_signs(canvas, candles, view.window, view.layout.plot, options.history)
    if ground is not None:
        ground(canvas, view.drawn, view.window, view.scale)
    styles = _styles(palette, old=options.dimmed) | study_styles(shown, palette, old=options.dimmed)
    head = [_legend_line(legends, size.width, styles)] if canvas.height < size.height else []
    return head + canvas.lines(styles)


def _without_legend(size: Size, options: ChartOptions) -> Size:
    """The rectangle below the row that names the studies, all but those that are named below the prices."""
    if size.height < _LEGEND_FROM:
        return size
    panes = len(layout_of(size, 0, options.studies).lower) + has_volume(options.studies)
    above = sum(not is_placed(study, Place.BELOW) for study in options.studies)
    return Size(size.width, size.height - (above + panes < len(options.studies) or above > 0))


def _legend_line(legends: Sequence[Legend], width: int, styles: Mapping[str, Style]) -> Line:
    """As many legends as there is room for."""
    line = [Segment(f" {each.text} ", styles[each.key]) for each in fitting(legends, width)]
    return fit(line, width, styles[" "])


def _shown(candles: Candles, view: View, options: ChartOptions, crosshair: Crosshair | None) -> list[Shown]:
    """The studies with their values on the screen, and at the crosshair or at the right edge."""
    index = view.window.right if crosshair is None else crosshair.bucket
    return shown_studies(candles, view.window, options.studies, view.window.buckets.start(index + 1) - 1)


def _draw_studies(canvas: Canvas, shown: Sequence[Shown], view: View) -> list[Legend]:
    """Draw what has lines over and below the prices. Returns what the row above the chart says of them."""
    plot, axis, _, lower, _ = view.layout
    legends = draw_overlays(canvas, shown, view.scale, view.places)
    draw_lower(canvas, lower, shown, plot.width, axis, view.places)
    return legends + lower_legends(lower, shown, view.places)


def _draw_around(canvas: Canvas, view: View, options: ChartOptions, crosshair: Crosshair | None) -> None:
    """Volume, crosshair, axes and separators."""
    plot, axis, volume, _, times = view.layout
    largest = draw_volume(canvas, view.shown, view.window, range(plot.height, plot.height + volume))
    if crosshair is not None:
        if options.measure_from is not None:
            draw_measure(canvas, view.window, view.scale, options.measure_from, crosshair)
        draw_crosshair(canvas, view.window, crosshair, view.scale, view.above_times, plot.width)
    draw_alerts(canvas, view.scale, options.alerts, plot.width)
    if axis:
        countdown = _countdown(view.window, options)
        old = options.last_old
        draw_price_axis(canvas, plot.width, view.scale, view.places, view.last, countdown, old=old)
        if view.last is not None:
            draw_quotes(canvas, plot.width - 1, view.scale, options.bid, options.ask)
        if crosshair is not None and crosshair.price is not None:
            draw_pointer_price(canvas, plot.width, view.scale, view.places, crosshair.price)
        if volume and largest > 0:
            canvas.write(plot.width, plot.height, _volume_label(largest, axis - 2).rjust(axis - 2), AXIS)
    draw_separators(canvas, view.window, view.above_times, options.utc_offset_ms)
    if times:
        index = None if crosshair is None else crosshair.bucket
        draw_time_axis(canvas, view.window, plot.width, options.utc_offset_ms, index, options.zone if axis else "")


def _volume_label(largest: float, room: int) -> str:
    """`V 62.4`: it stands among prices and must not be taken for one."""
    text = compact(largest)
    return f"V {text}" if len(text) + 2 <= room else text


def _countdown(window: Window, options: ChartOptions) -> str:
    """The time left of the current bucket, empty where the present is not known or not on the screen."""
    if options.now_ms is None or window.buckets.number(options.now_ms) != window.right:
        return ""
    return countdown_text((window.buckets.start(window.right + 1) - options.now_ms) / 1000)


def _styles(palette: Palette, *, old: bool) -> dict[str, Style]:
    """The style of every key that is drawn with, but those of studies; an `old` palette is subdued already."""
    tag, line = (style if old else subdued(style) for style in (palette.accent, palette.muted))
    return {
        " ": palette.text,
        UP: palette.up,
        DOWN: palette.down,
        VOLUME_UP: faint(palette.up, 0.4),
        VOLUME_DOWN: faint(palette.down, 0.4),
        AXIS: palette.muted,
        COUNTDOWN: palette.muted,
        LINE: faint(palette.muted, 0.7),
        TAG: palette.accent,
        OLD_TAG: tag,
        OLD_LINE: faint(line, 0.7),
        POINTER: palette.text,
        CROSS: faint(palette.text, 0.55),
        BID: palette.up,
        ASK: palette.down,
    }


def _closes(bars: Sequence[Candle]) -> list[float]:
    """The lowest and the highest close."""
    closes = [bar.close for bar in bars]
    return [min(closes), max(closes)] if closes else []


def _ends(shown: Sequence[Candle]) -> list[float]:
    """The lowest and the highest price."""
    return [min([candle.low for candle in shown]), max([candle.high for candle in shown])] if shown else []

"""The price chart: candles and Heikin-Ashi bars drawn natively, lines and areas by `render.plot`."""

from hybridtui.market.candles import Candle, Candles
from hybridtui.render.candles import draw_candles, draw_hollow_candles
from hybridtui.render.chart_options import ChartKind as ChartKind
from hybridtui.render.chart_options import ChartOptions as ChartOptions
from hybridtui.render.chart_options import ScaleKind as ScaleKind
from hybridtui.render.lines import Line, Size
from hybridtui.render.marks import Crosshair, crosshair_of, shown_price
from hybridtui.render.palette import Palette
from hybridtui.render.pane import View, draw_pane, view_of
from hybridtui.render.plot import render_plot


def render_chart(candles: Candles, size: Size, options: ChartOptions, palette: Palette) -> list[Line]:
    """The chart, exactly `size`."""
    if options.kind in (ChartKind.CANDLES, ChartKind.HEIKIN_ASHI):
        colourless = palette.up.color == palette.down.color
        return draw_pane(candles, size, options, palette, draw_hollow_candles if colourless else draw_candles)
    return render_plot(candles, size, options, palette)


def candle_under_cursor(candles: Candles, size: Size, options: ChartOptions) -> Candle | None:
    """The candle that the crosshair is on, None where that is a gap; the last one shown where there is no crosshair.

    It is the market's candle (of several in a column, all together), also where a Heikin-Ashi bar stands for it.
    """
    view, crosshair = _view_and_crosshair(candles, size, options)
    if crosshair is not None:
        return crosshair.candle
    return None if view is None else view.shown[-1]


def price_under_cursor(candles: Candles, size: Size, options: ChartOptions) -> float | None:
    """The price that is read at the crosshair; None where there is none.

    It is the close of its candle, or in a gap the close before it, with all its digits; where a mouse holds it, the
    price at that height with the digits of the axis: a row of cells tells no more.
    """
    view, crosshair = _view_and_crosshair(candles, size, options)
    if view is None or crosshair is None or crosshair.price is None:
        return None
    return crosshair.price if options.cursor_price is None else shown_price(crosshair.price, view.places)


def _view_and_crosshair(candles: Candles, size: Size, options: ChartOptions) -> tuple[View | None, Crosshair | None]:
    """What a chart shows and where its crosshair is, None each where there is none."""
    view = view_of(candles, size, options)
    return view, None if view is None else crosshair_of(view.window, view.shown, options)


def place_at(candles: Candles, size: Size, options: ChartOptions, x: int, y: int) -> tuple[int, float | None] | None:
    """The moment (ms UTC) and the price at a cell of the chart; no price below the plot, None beside it."""
    view = view_of(candles, size, options)
    if view is None or not 0 <= x < view.layout.plot.width:
        return None
    index = min(max(view.window.at(x), view.window.left), view.window.right)
    row = y - (size.height - view.height)
    price = view.scale.price(row) if 0 <= row < view.scale.rows else None
    return view.window.buckets.start(index), price

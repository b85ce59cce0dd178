"""Moving about in a chart: what pan, zoom and crosshair do to the options it is drawn with."""

from collections.abc import Sequence
from math import exp, log

from msgspec.structs import replace

from hybridtui.market.candles import Candles
from hybridtui.render.buckets import Window, window_of
from hybridtui.render.chart_options import ChartOptions
from hybridtui.render.lines import Size
from hybridtui.render.pane import view_of
from hybridtui.render.scale import clamp
from hybridtui.render.studies import first_needed

ZOOMS: Sequence[tuple[int, int]] = (
    *((1, joined) for joined in (16, 12, 8, 6, 4, 3, 2)),
    *((columns, 1) for columns in range(1, 9)),
)
"""Columns a candle and candles a column, from far to near."""
ZOOM = ZOOMS.index((2, 1))
"""What a chart begins with."""
_FAR = 100.0
"""A greater step of a logarithmic scale leads to no price."""


def zoomed(options: ChartOptions, zoom: int) -> ChartOptions:
    """The same picture at another place of `ZOOMS`."""
    columns, joined = ZOOMS[min(max(zoom, 0), len(ZOOMS) - 1)]
    return replace(options, columns_per_candle=columns, candles_per_column=joined)


def window_in(candles: Candles, size: Size, options: ChartOptions) -> Window | None:
    """The stretch of time on the screen, None where there are no candles at all."""
    if candles.last is None:
        return None
    view = view_of(candles, size, options)
    return view.window if view is not None else window_of(candles, candles.last, size.width, options)


def panned(candles: Candles, size: Size, options: ChartOptions, steps: int) -> int | None:
    """`right_ms` after a move by `steps` buckets, back in time where negative; None where the present is reached."""
    window = window_in(candles, size, options)
    return None if window is None else _right_ms(candles, window, window.right + steps)


def third(candles: Candles, size: Size, options: ChartOptions) -> int:
    """How many buckets a comfortable step is: a third of what is seen, so that the eye keeps its place."""
    window = window_in(candles, size, options)
    return 1 if window is None else max(window.capacity // 3, 1)


def oldest(candles: Candles, size: Size, options: ChartOptions) -> int | None:
    """`right_ms` of the picture that begins with the oldest candle."""
    window, first = window_in(candles, size, options), candles.first
    if window is None or first is None:
        return None
    return _right_ms(candles, window, window.buckets.number(first.mts) + window.capacity - 1)


def history_wanted(candles: Candles, size: Size, options: ChartOptions) -> int | None:
    """From where on older candles are wanted, ms UTC; None where they are there.

    What is wanted is a screenful before what is shown, and what the studies need.
    """
    newest, first = candles.last, candles.first
    if newest is None or first is None:
        return None
    window = window_of(candles, newest, size.width, options)
    left = window.buckets.start(window.left)
    needed = [first_needed(study, left, candles.timeframe) for study in options.studies]
    wanted = min([window.buckets.start(window.left - window.capacity), *needed])
    return wanted if wanted < first.mts else None


def rescaled(candles: Candles, size: Size, options: ChartOptions, zoom: int, focus_ms: int | None) -> int | None:
    """`right_ms` after zooming, such that `focus_ms` (None: the middle) stays where it is on the screen.

    A picture that follows the present goes on following it.
    """
    before = window_in(candles, size, options)
    after = window_in(candles, size, replace(zoomed(options, zoom), right_ms=None))
    if before is None or after is None or options.right_ms is None:
        return None
    if focus_ms is None:
        focus_ms = before.buckets.start((before.left + before.right) // 2)
    right_of_focus = (before.edge - before.x(before.buckets.number(focus_ms))) // after.columns
    return _right_ms(candles, after, after.buckets.number(focus_ms) + right_of_focus)


def crosshair_moved(candles: Candles, size: Size, options: ChartOptions, steps: int) -> tuple[int | None, int | None]:
    """`cursor_ms` and `right_ms` after a move by `steps` buckets; at an edge the picture goes along.

    Where there was no crosshair it begins at the newest candle on the screen.
    """
    window = window_in(candles, size, options)
    if window is None:
        return None, options.right_ms
    first, newest = candles.first, candles.last
    assert first is not None
    assert newest is not None
    number, start = window.buckets.number, window.buckets.start
    if options.cursor_ms is None:
        at = min(number(newest.mts), window.right) + steps
    else:
        at = window.under(options.cursor_ms) + steps
    at = min(max(at, number(first.mts)), window.present)
    beyond = min(at - window.left, 0) + max(at - window.right, 0)
    right_ms = _right_ms(candles, window, window.right + beyond) if beyond else options.right_ms
    return start(at), right_ms


def _right_ms(candles: Candles, window: Window, right: int) -> int | None:
    """A bucket as the last one on the screen, but not so far back that there would be little on the left half of it."""
    first = candles.first
    if first is not None:
        right = max(right, window.buckets.number(first.mts) + window.capacity // 2)
    return None if right >= window.present else window.buckets.start(right)


def range_shown(candles: Candles, size: Size, options: ChartOptions) -> tuple[float, float] | None:
    """The lowest and the highest price of the picture."""
    view = view_of(candles, size, options)
    return None if view is None else (view.scale.low, view.scale.high)


def range_moved(candles: Candles, size: Size, options: ChartOptions, rows: float) -> tuple[float, float] | None:
    """The range of prices after the picture was pulled down by so many rows."""
    view = view_of(candles, size, options)
    if view is None:
        return None
    scale = view.scale
    part = rows / max(scale.rows, 1)
    if scale.logarithmic:
        factor = exp(max(min((log(scale.high) - log(scale.low)) * part, _FAR), -_FAR))
        return clamp(scale.low * factor), clamp(scale.high * factor)
    shift = (scale.high - scale.low) * part
    return clamp(scale.low + shift), clamp(scale.high + shift)

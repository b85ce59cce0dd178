"""The depth curve: how much can be sold and bought down to which price, drawn by plotext around the mid.

Both sides have the same scales, so that they can be compared by eye. A curve ends where the book that is known ends.
"""

from collections.abc import Mapping, Sequence
from math import isfinite

import msgspec
from rich.style import Style

from hybridtui.market.book import Book, Level
from hybridtui.market.samples import percentile
from hybridtui.render.canvas import Canvas
from hybridtui.render.lines import Line, Size, sentence
from hybridtui.render.numbers import amount_text, compact, decimals, price_text
from hybridtui.render.palette import Palette, dimmed, faint
from hybridtui.render.steps import round_step

_BID, _ASK, _BID_BELOW, _ASK_BELOW, _AXIS, _MID, _LINE = "b", "s", "d", "u", "a", "m", "l"
"""Style keys."""
_BELOW = "⣿"
_STEPS = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
"""The ends of the scales are round, so that they do not move with every change of the book."""
_INSIDE = 0.98
"""The part of the levels that is shown: a level far away does not flatten the rest."""
_AXIS_FROM, _TIMES_FROM = 30, 4
_LABELS_APART = 4
_LABEL_MOST, _PLOT_LEAST = 16, 12
"""Characters of a sum on the axis that is not said in short, and the width of a plot that has an axis."""

Point = tuple[float, float]


class DepthOptions(msgspec.Struct, frozen=True):
    """How the depth curve is drawn."""

    price_decimals: int = 0
    """Show at least so many decimals, even where the prices at hand have fewer."""
    base: str = ""
    """The currency of the amounts."""
    dimmed: bool = False
    """Old data: the whole picture in subdued colours."""
    message: str = "no order book yet"
    """What to say while no book is known."""


def render_depth(book: Book, size: Size, options: DepthOptions, palette: Palette) -> list[Line]:
    """The curve, exactly `size`."""
    if options.dimmed:
        palette = dimmed(palette)
    if not book.known:
        return sentence(options.message, size, palette.muted)
    mid, bids, asks = book.mid, book.bids(), book.asks()
    if mid is None:
        missing = "bids" if asks else "asks" if bids else "bids and no asks"
        return sentence(f"the book has no {missing}", size, palette.muted)
    far = _reach(mid, [*bids, *asks])
    curves = [_climb(side, mid, far) for side in (bids, asks)]
    most = max(curve[-1][1] for curve in curves)
    if not (isfinite(far) and isfinite(most) and most > 0 and isfinite(mid) and far + abs(mid) > abs(mid)):
        return sentence("the book cannot be drawn", size, palette.muted)
    return _picture(curves, mid, far, round_step(most, _STEPS), size, options).lines(_styles(palette))


def _reach(mid: float, levels: Sequence[Level]) -> float:
    """How far from the mid the picture reaches; infinite where that cannot be computed with."""
    distance = percentile(sorted(abs(level.price - mid) for level in levels), _INSIDE)
    return round_step(distance, _STEPS) if 1e-290 < distance < 1e290 else float("inf")


def _climb(levels: Sequence[Level], mid: float, far: float) -> list[Point]:
    """The steps of a side from the mid outwards: (distance, sum of the sizes so far)."""
    points, total = [(0.0, 0.0)], 0.0
    for level in levels:
        distance = max(abs(level.price - mid), points[-1][0])
        if distance > far:
            return [*points, (far, total)]
        points.append((distance, total))
        total += level.size
        points.append((distance, total))
    return points


def _picture(
    curves: Sequence[Sequence[Point]], mid: float, far: float, most: float, size: Size, options: DepthOptions
) -> Canvas:
    """Curves, axes and labels; the mid is in the middle of the plot."""
    canvas = Canvas(*size)
    labels = _size_labels(most, size.height)
    axis = max(len(text) for _, text in labels) + 1
    axis = axis if size.width >= max(_AXIS_FROM, axis + _PLOT_LEAST) else 0
    plot = Size(size.width - axis, size.height - (1 if size.height >= _TIMES_FROM else 0))
    middle = plot.width // 2
    half = Size(plot.width - middle - 1, plot.height)
    if half.width > 0:
        _draw_side(canvas, [(d / far, t / most) for d, t in curves[1]], middle + 1, half, _ASK, _ASK_BELOW)
    if middle > 0:
        bids = Size(middle, plot.height)
        _draw_side(canvas, [(1 - d / far, t / most) for d, t in curves[0]], 0, bids, _BID, _BID_BELOW)
    for row in range(plot.height):
        canvas.put(middle, row, "│", _LINE)
    if axis:
        for share, text in labels:
            canvas.write(plot.width, round((1 - share) * (plot.height - 1)), text.rjust(axis), _AXIS)
        _write_totals(canvas, curves, plot, middle, options)
    if plot.height < size.height:
        _write_prices(canvas, plot, mid, far, options)
    return canvas


def _draw_side(canvas: Canvas, points: Sequence[Point], left: int, size: Size, key: str, below: str) -> None:
    """One curve, and the ground below it."""
    from hybridtui.render.plot import curve_text

    rows = curve_text(points, size)
    for x in range(size.width):
        begun = False
        for y in range(size.height):
            glyph = rows[y][x] if y < len(rows) and x < len(rows[y]) else " "
            if glyph != " ":
                canvas.put(left + x, y, glyph, key)
                begun = True
            elif begun:
                canvas.put(left + x, y, _BELOW, below)


def _size_labels(most: float, height: int) -> list[tuple[float, str]]:
    """Parts of the height and the sums there: the top, and the half where there is room for it."""
    shares = (1.0, 0.75, 0.5, 0.25) if height >= 4 * _LABELS_APART else (1.0, 0.5) if height >= 6 else (1.0,)
    places = max(decimals(float(f"{most * share:.6g}")) for share in shares)
    texts = [price_text(most * share, min(places, 8)) for share in shares]
    if max(map(len, texts)) > _LABEL_MOST:
        texts = [compact(most * share) for share in shares]
    return list(zip(shares, texts, strict=True))


def _write_totals(
    canvas: Canvas, curves: Sequence[Sequence[Point]], plot: Size, middle: int, options: DepthOptions
) -> None:
    """How much there is on each side of the picture, at the top beside the mid, where the curves are low."""
    unit = f" {options.base}" if options.base else ""
    bids, asks = (
        f"{name} {amount_text(curve[-1][1], 2)}{unit}" for name, curve in zip(("bids", "asks"), curves, strict=True)
    )
    if len(bids) + 2 <= middle:
        canvas.write(middle - len(bids) - 1, 0, bids, _BID)
    if len(asks) + 2 <= plot.width - middle - 1:
        canvas.write(middle + 2, 0, asks, _ASK)


def _write_prices(canvas: Canvas, plot: Size, mid: float, far: float, options: DepthOptions) -> None:
    """The mid in the middle, and round prices to both sides of it as far as they do not touch."""
    middle, places = plot.width // 2, options.price_decimals
    text = price_text(mid, max(places, min(decimals(mid), places + 1)))
    if len(text) > plot.width:
        return
    start = min(max(middle - len(text) // 2, 0), plot.width - len(text))
    canvas.write(start, plot.height, text, _MID)
    taken = [range(start - 2, start + len(text) + 2)]
    step = round_step(max(2 * far / max(plot.width / (len(text) + 6), 1), 10.0**-places))
    first = -int(-(mid - far) // step)
    for number in range(first, min(int((mid + far) // step), first + plot.width) + 1):
        label = price_text(number * step, places)
        x = round(middle + (number * step - mid) / far * middle) - len(label) // 2
        cells = range(x, x + len(label))
        if (
            x >= 0
            and cells.stop <= plot.width
            and not any(t.start < cells.stop and cells.start < t.stop for t in taken)
        ):
            canvas.write(x, plot.height, label, _AXIS)
            taken.append(range(x - 2, cells.stop + 2))


def _styles(palette: Palette) -> Mapping[str, Style]:
    return {
        " ": palette.text,
        _BID: palette.up,
        _ASK: palette.down,
        _BID_BELOW: faint(palette.up, 0.28),
        _ASK_BELOW: faint(palette.down, 0.28),
        _AXIS: palette.muted,
        _MID: palette.bright,
        _LINE: faint(palette.muted, 0.7),
    }

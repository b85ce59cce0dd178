"""Studies below the prices: a pane each, with a rule that names it and tells its values, and a scale of its own."""

from collections.abc import Callable, Sequence
from math import floor, log10
from typing import NamedTuple

from hybridtui.market.indicators.study import Place, Study, StudyKind
from hybridtui.render.axes import AXIS, LINE
from hybridtui.render.candles import VOLUME_DOWN, VOLUME_UP
from hybridtui.render.canvas import Canvas
from hybridtui.render.dots import Stroke, draw_line, line_key
from hybridtui.render.numbers import price_text
from hybridtui.render.overlays import UNDEFINED, Legend
from hybridtui.render.scale import Scale, scale_for
from hybridtui.render.studies import Shown, is_placed

SIGNAL = line_key(20)
"""Style key of the signal line of a MACD."""
_FEWEST, _MOST = 4, 7
"""Rows of a pane with its rule."""
_PRICES_KEEP = 8
"""Rows that the prices keep at least, and they keep half of the height."""
_RSI_MARKS = (30.0, 70.0)
_RSI_ENDS = (20.0, 80.0)
"""The scale of an RSI reaches so far at least: all of 0 to 100 would leave most of a low pane empty."""
_DIGITS = 4
"""Significant digits of a value that has more decimals than prices have."""
_MOST_DECIMALS = 12


class Pane(NamedTuple):
    """One pane and where it is."""

    study: Study
    top: int
    """Its first row, which is its rule."""
    rows: int


def lower_panes(studies: Sequence[Study], height: int, *, volume: int = 0, times: int = 0) -> tuple[Pane, ...]:
    """The panes that fit into a chart `height` rows high, from above, with the rows of volume and time axis in it.

    The first ones chosen stay where not all fit.
    """
    wanted = [study for study in studies if is_placed(study, Place.BELOW) and study.specification.lines]
    free = height - volume - times - max(_PRICES_KEEP, height // 2)
    count = min(len(wanted), max(free, 0) // _FEWEST)
    if not count:
        return ()
    rows = min(free // count, max(height // 7, _FEWEST), _MOST)
    top = height - times - count * rows
    return tuple(Pane(study, top + at * rows, rows) for at, study in enumerate(wanted[:count]))


def draw_lower(
    canvas: Canvas, panes: Sequence[Pane], shown: Sequence[Shown], plot: int, axis: int, places: int
) -> None:
    """Draw the panes; `plot` and `axis` are the widths in columns."""
    by_study = {each.study: each for each in shown}
    for pane in panes:
        each = by_study[pane.study]
        scale = _scale(each, pane.rows - 1)
        _DRAW[pane.study.kind](canvas, each, scale, pane.top + 1)
        _draw_rule(canvas, pane.top, plot, _readings(each, places))
        for row, text in _labels(each, scale, places) if axis else ():
            if len(text) <= axis - 2:
                canvas.write(plot, pane.top + 1 + row, text.rjust(axis - 2), AXIS)


def lower_legends(panes: Sequence[Pane], shown: Sequence[Shown], places: int) -> list[Legend]:
    """What a study below the prices says above them where there is no room for its pane."""
    drawn = {pane.study for pane in panes}
    missing = [each for each in shown if is_placed(each.study, Place.BELOW) and each.study not in drawn]
    said = [(each, _readings(each, places)) for each in missing]
    return [Legend(" ".join(each.text for each in parts), shown.key, parts[0].text) for shown, parts in said]


def _draw_rule(canvas: Canvas, row: int, plot: int, readings: Sequence[Legend]) -> None:
    """A thin rule with as many of the readings in it as there is room for, over whatever is there."""
    canvas.write(0, row, "─" * plot, LINE)
    x = 1
    for text, key, _ in readings:
        if x + len(text) + 2 >= plot:
            break
        canvas.write(x, row, f" {text} ", key)
        x += len(text) + 1


def _values(shown: Shown) -> list[float]:
    return [value for row in shown.rows for value in row if value is not None]


def _scale(shown: Shown, rows: int) -> Scale:
    values = _values(shown)
    if shown.study.kind is StudyKind.RSI:
        return Scale(min((*values, _RSI_ENDS[0])), max((*values, _RSI_ENDS[1])), rows)
    if shown.study.kind is StudyKind.MACD:
        reach = max((abs(value) for value in values), default=0.0)
        return scale_for([-reach, reach], rows) if reach else Scale(-1.0, 1.0, rows)
    return scale_for([min(values), max(values)], rows) if values else Scale(0.0, 1.0, rows)


def _draw_rsi(canvas: Canvas, shown: Shown, scale: Scale, top: int) -> None:
    draw_line(canvas, shown.points(), scale, shown.key, top=top)
    last = max(shown.columns, default=-1)
    for mark in _RSI_MARKS:
        canvas.write_below(0, top + scale.row(mark), "┈" * (last + 1), LINE)


def _draw_macd(canvas: Canvas, shown: Shown, scale: Scale, top: int) -> None:
    """Line and signal over the bars of their difference."""
    draw_line(canvas, shown.points(0), scale, shown.key, top=top)
    draw_line(canvas, shown.points(1), scale, SIGNAL, Stroke.DOTTED, top)
    for x, row in zip(shown.columns, shown.rows, strict=True):
        if row[2] is not None:
            _bar(canvas, x, row[2], scale, top)


def _bar(canvas: Canvas, x: int, value: float, scale: Scale, top: int) -> None:
    """A bar from zero in half cells; none where it is shorter than that."""
    zero = scale.rows
    reach = min(round(abs(value) / scale.high * zero), zero)
    key = VOLUME_UP if value >= 0 else VOLUME_DOWN
    halves = range(zero - reach, zero) if value >= 0 else range(zero, zero + reach)
    for row in {half // 2 for half in halves}:
        upper, lower = 2 * row in halves, 2 * row + 1 in halves
        canvas.put_below(x, top + row, "█" if upper and lower else "▀" if upper else "▄", key)


def _draw_atr(canvas: Canvas, shown: Shown, scale: Scale, top: int) -> None:
    draw_line(canvas, shown.points(), scale, shown.key, top=top)


_DRAW: dict[StudyKind, Callable[[Canvas, Shown, Scale, int], None]] = {
    StudyKind.RSI: _draw_rsi,
    StudyKind.MACD: _draw_macd,
    StudyKind.ATR: _draw_atr,
}


def _labels(shown: Shown, scale: Scale, places: int) -> list[tuple[int, str]]:
    """Rows of the pane and what stands on the axis beside them."""
    if shown.study.kind is StudyKind.RSI:
        return [(scale.row(mark), f"{mark:.0f}") for mark in _RSI_MARKS]
    values = _values(shown)
    if not values:
        return []
    if shown.study.kind is StudyKind.MACD:
        reach = max(map(abs, values))
        return [(0, figure(reach, places)), (scale.rows - 1, figure(-reach, places))] if reach else []
    return [(scale.row(value), figure(value, places)) for value in dict.fromkeys((min(values), max(values)))]


def _readings(shown: Shown, places: int) -> list[Legend]:
    """The name and the values, a dash for one that is not defined; each in the colour of its line."""
    name, (value, *others) = shown.study.name, shown.read
    if shown.study.kind is StudyKind.RSI:
        return [Legend(f"{name} {UNDEFINED if value is None else f'{value:.1f}'}", shown.key)]
    parts = zip(("signal", "hist"), others, (SIGNAL, AXIS), strict=False)
    return [
        Legend(f"{name} {_one(value, places)}", shown.key),
        *(Legend(f"{part} {_one(other, places)}", key) for part, other, key in parts),
    ]


def _one(value: float | None, places: int) -> str:
    return UNDEFINED if value is None else figure(value, places)


def figure(value: float, places: int) -> str:
    """A price difference with the decimals of a price, or as many as four digits need where it is less than those."""
    if value:
        places = min(max(places, _DIGITS - 1 - floor(log10(abs(value)))), _MOST_DECIMALS)
    return price_text(value, places)

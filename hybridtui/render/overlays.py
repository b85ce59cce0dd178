"""Studies over the prices: lines of dots where no candle stands, told apart by stroke and colour, and a legend."""

from collections.abc import Sequence
from typing import NamedTuple

from hybridtui.market.indicators.study import Place, StudyKind, Values
from hybridtui.render.canvas import Canvas
from hybridtui.render.dots import draw_line
from hybridtui.render.numbers import price_text
from hybridtui.render.scale import Scale
from hybridtui.render.studies import Shown, is_placed


class Legend(NamedTuple):
    """What stands above the chart or in a rule below it."""

    text: str
    key: str
    """Its style."""
    short: str = ""
    """What can be said where there is less room."""


UNDEFINED = "–"


def draw_overlays(canvas: Canvas, shown: Sequence[Shown], scale: Scale, places: int) -> list[Legend]:
    """Draw the lines of those studies that belong over the prices. Returns their legends."""
    legends = []
    for each in shown:
        if is_placed(each.study, Place.OVER):
            for line in range(each.study.specification.lines):
                draw_line(canvas, each.points(line), scale, each.key, each.stroke)
            name = f"{each.stroke} {each.study.name}"
            legends.append(Legend(f"{name} {_reading(each, places)}{_beyond(each, scale)}", each.key, name))
    return legends


def _beyond(shown: Shown, scale: Scale) -> str:
    """An arrow to where a line is that is read outside of the scale, and so is not seen there."""
    values = [value for value in shown.read if value is not None]
    if not values:
        return ""
    return " ↑" if min(values) > scale.high else " ↓" if max(values) < scale.low else ""


def _reading(shown: Shown, places: int) -> str:
    """The value, or of bands the lower and the upper one; a dash where it is not defined."""
    values: Values = shown.read[::2] if shown.study.kind is StudyKind.BOLLINGER else shown.read
    if None in values:
        return UNDEFINED
    return " ".join(price_text(value, places) for value in values if value is not None)


def fitting(legends: Sequence[Legend], width: int) -> list[Legend]:
    """Those that there is room for with a blank at each side; the last ones are the first to be said in short."""
    said = list(legends)
    for at in range(len(said) - 1, -1, -1):
        if sum(len(each.text) + 2 for each in said) > width and said[at].short:
            said[at] = Legend(said[at].short, said[at].key)
    while said and sum(len(each.text) + 2 for each in said) > width:
        said.pop()
    return said

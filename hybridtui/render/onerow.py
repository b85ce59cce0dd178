"""The whole market in one row, for a thin pane of a terminal multiplexer."""

from collections.abc import Sequence

from rich.cells import cell_len
from rich.segment import Segment

from hybridtui.render.blocks import sparkline
from hybridtui.render.header import HeaderView, render_header
from hybridtui.render.lines import Line, spread_out
from hybridtui.render.numbers import age_text
from hybridtui.render.palette import Palette, on_ground

_SPARK = 12
_SPARK_FROM = 72
"""The width from which there is room for the sparkline and the age."""


def render_one_row(view: HeaderView, closes: Sequence[float], age: float | None, width: int, palette: Palette) -> Line:
    """The header with a sparkline of the newest `closes` and the age of the data, in seconds; exactly `width` cells."""
    if width < _SPARK_FROM:
        return render_header(view, width, palette, alone=True)
    spark = f" {sparkline(closes, _SPARK)} " if closes else ""
    seconds = "" if age is None else f"{age_text(age)} "
    header = render_header(view, width - cell_len(spark) - cell_len(seconds), palette, alone=True)
    tail: Line = [Segment(seconds, palette.title_muted), Segment(spark, on_ground(palette.accent, palette.title))]
    return spread_out(header, [segment for segment in tail if segment.text], width, palette.title)

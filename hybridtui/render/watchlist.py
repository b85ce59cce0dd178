"""The watched markets, one a line: last price, change, the day as a curve, and how far each can be believed."""

from collections.abc import Sequence
from textwrap import wrap

import msgspec
from rich.segment import Segment

from hybridtui.render.blocks import sparkline
from hybridtui.render.lines import Line, fit, sanitise
from hybridtui.render.palette import Palette
from hybridtui.render.pointed import marked
from hybridtui.render.quote_cells import (
    QuoteRow,
    change_segment,
    change_text,
    columns_that_fit,
    last_text,
    left_aligned,
    price_cells,
    right_aligned,
    styled,
    truth_mark,
    truth_text,
    widest,
)

_DAY_LEAST, _DAY_MOST = 10, 50
HEADINGS = 1
"""Lines above the first market."""


class WatchView(msgspec.Struct, frozen=True):
    """What the watchlist says."""

    rows: tuple[QuoteRow, ...] = ()
    pointer: int = 0
    """The number of the row that keys speak to."""
    notes: tuple[str, ...] = ()
    """Sentences below the rows."""


def render_watchlist(view: WatchView, width: int, palette: Palette) -> list[Line]:
    """A heading, the rows and the notes, each line exactly `width` cells."""
    widths = {
        "label": widest(["market", *(sanitise(row.label) for row in view.rows)], 0),
        "last": widest(["last", *map(last_text, view.rows)]),
        "change": widest(["24 h", *map(change_text, view.rows)]),
        "truth": widest(["source", *map(truth_text, view.rows)]),
        "day": _DAY_LEAST + 2,
    }
    columns = columns_that_fit(widths, ("label", "last", "change", "truth", "day"), width - 3)
    if "day" in columns:
        used = sum(widths[name] for name in columns - {"day"})
        widths["day"] = min(width - 3 - used, _DAY_MOST + 2)
    lines = [_heading(widths, columns, palette)] if view.rows else []
    lines += [_row(row, at == view.pointer, widths, columns, palette) for at, row in enumerate(view.rows)]
    return [fit(line, width, palette.text) for line in (*lines, *_notes(view.notes, width, palette))]


def _heading(widths: dict[str, int], columns: set[str], palette: Palette) -> Line:
    text = "   " + left_aligned("market", widths["label"])
    text += right_aligned("last", widths["last"]) if "last" in columns else ""
    text += right_aligned("24 h", widths["change"]) if "change" in columns else ""
    text += "  " + left_aligned("day", widths["day"] - 2) if "day" in columns else ""
    text += "  source" if "truth" in columns else ""
    return [Segment(text, palette.muted)]


def _row(row: QuoteRow, pointed: bool, widths: dict[str, int], columns: set[str], palette: Palette) -> Line:
    """`▸● BTC/USD  64,213  ▲ +0.80%  ▂▃▅▆▅▇  WS 3s`."""
    colours = styled(row, palette)
    name = palette.bright if pointed or row.here else palette.text
    line: Line = [
        Segment(truth_mark(row), palette.up if row.fed else palette.down),
        Segment(">" if row.here else " ", palette.accent),
        Segment(left_aligned(sanitise(row.label), widths["label"]), name),
    ]
    line += price_cells(row, widths, columns, colours)
    if "day" in columns:
        curve = left_aligned(sparkline(_curve(row, widths["day"] - 2), widths["day"] - 2), widths["day"] - 2)
        line += [Segment("  ", palette.text), change_segment(curve, row, colours)]
    if "truth" in columns:
        line.append(Segment("  " + truth_text(row), palette.muted if row.fed else palette.text))
    return marked(line, pointed, palette)


def _curve(row: QuoteRow, width: int) -> Sequence[float]:
    """The day up to the last price, thinned out evenly where there is less room than prices."""
    prices = row.day if row.last is None or not row.day else (*row.day, row.last)
    if len(prices) <= width or width < 2:
        return prices
    return [prices[round(at * (len(prices) - 1) / (width - 1))] for at in range(width)]


def _notes(notes: Sequence[str], width: int, palette: Palette) -> list[Line]:
    wrapped = [part for note in notes for part in wrap(sanitise(note), max(width - 2, 1))]
    return [[]] * bool(wrapped) + [[Segment(f" {part}", palette.muted)] for part in wrapped]

"""The cells of a market in a list: its last price, where it is going, and whether that can be believed.

No number is ever cut: a column that does not fit is left out.
"""

from collections.abc import Collection, Mapping, Sequence

import msgspec
from rich.cells import cell_len, set_cell_size
from rich.segment import Segment

from hybridtui.market.source import Source
from hybridtui.render.lines import Line, sanitise
from hybridtui.render.numbers import age_text, compact, percent_text, price_text
from hybridtui.render.palette import Palette, dimmed


class QuoteRow(msgspec.Struct, frozen=True):
    """One market of a list. A None is not known and not shown."""

    symbol: str
    label: str
    """`BTC/USD`."""
    name: str = ""
    """What people call its currencies."""
    base: str = ""
    """The currency that volumes are counted in."""
    last: float | None = None
    change_ratio: float | None = None
    """Over 24 h, as a fraction."""
    volume: float | None = None
    """Over 24 h, in base currency."""
    day: tuple[float, ...] = ()
    """Prices of the last 24 h, oldest first."""
    source: Source | None = None
    """Who delivered it."""
    fed: bool = False
    """True while that source keeps delivering."""
    age: float | None = None
    """Seconds since it was known to be right."""
    refused: str = ""
    """Why the exchange does not deliver it, in a few words."""
    here: bool = False
    """It is the market that is looked at."""
    watched: bool = False
    recent: bool = False


def last_text(row: QuoteRow) -> str:
    """The last price with all its digits."""
    return "–" if row.last is None else price_text(row.last)


def change_text(row: QuoteRow) -> str:
    """Direction and per cent over 24 h."""
    if row.change_ratio is None:
        return ""
    sign = "▲" if row.change_ratio > 0 else "▼" if row.change_ratio < 0 else "·"
    return f"{sign} {percent_text(row.change_ratio)}"


def volume_text(row: QuoteRow) -> str:
    """The volume, rounded; where the row is old, how old."""
    if row.volume is None:
        return ""
    return f"{compact(row.volume)} {sanitise(row.base)}" if row.fed else f"old {age_text(row.age or 0.0)}"


def truth_mark(row: QuoteRow) -> str:
    """One sign for where the row comes from: ● the socket, ◐ REST, ○ nobody any more, or not yet."""
    if not row.fed:
        return "○"
    return "●" if row.source is Source.WEBSOCKET else "◐"


def truth_text(row: QuoteRow) -> str:
    """The same in words, with its age."""
    if row.refused:
        return sanitise(row.refused)
    if row.age is None or row.source is None:
        return "waiting"
    if row.source is Source.CACHE:
        return f"CACHED {age_text(row.age)}"
    name = "REST" if row.source is Source.REST else "WS"
    return f"{name} {age_text(row.age)}" if row.fed else f"STALE {age_text(row.age)}"


def styled(row: QuoteRow, palette: Palette) -> Palette:
    """The colours for a row: subdued where it is old."""
    return palette if row.fed or row.last is None else dimmed(palette)


def change_segment(text: str, row: QuoteRow, palette: Palette) -> Segment:
    """The change in its colour."""
    ratio = row.change_ratio or 0.0
    return Segment(text, palette.up if ratio > 0 else palette.down if ratio < 0 else palette.text)


def price_cells(row: QuoteRow, widths: Mapping[str, int], columns: Collection[str], palette: Palette) -> Line:
    """The last price and the change, as far as these are among the columns; `palette` is the row's own."""
    cells: Line = []
    if "last" in columns:
        style = palette.bright if row.here else palette.text
        cells.append(Segment(right_aligned(last_text(row), widths["last"]), style))
    if "change" in columns:
        cells.append(change_segment(right_aligned(change_text(row), widths["change"]), row, palette))
    return cells


def columns_that_fit(widths: Mapping[str, int], importance: Sequence[str], room: int) -> set[str]:
    """The names of the columns to show: the important ones first, as long as they fit."""
    shown = set()
    for name in importance:
        if not widths[name]:
            continue
        if widths[name] > room:
            break
        room -= widths[name]
        shown.add(name)
    return shown


def widest(texts: Sequence[str], gap: int = 2) -> int:
    """The cells of a column of these texts with a gap before it; 0 where all are empty."""
    most = max(map(cell_len, texts), default=0)
    return most + gap if most else 0


def right_aligned(text: str, width: int) -> str:
    """The text at the right end of so many cells."""
    return " " * (width - cell_len(text)) + text


def left_aligned(text: str, width: int) -> str:
    """The text at the left end of so many cells, cut where it is longer."""
    return set_cell_size(text, max(width, 0))

"""The summary below the order book: mid and micro-price, and what lies within 0.1, 0.5 and 1 % of the mid."""

from decimal import Decimal

from rich.segment import Segment

from hybridtui.market.balance import Nearby, microprice, nearby
from hybridtui.market.book import Book
from hybridtui.render.book_spread import ticks_text
from hybridtui.render.lines import Line
from hybridtui.render.numbers import amount_text, compact, price_text
from hybridtui.render.palette import Palette

BANDS = (Decimal("0.001"), Decimal("0.005"), Decimal("0.01"))
_LABEL = 6
_CELL_MOST = 14
_TABLE_ROWS = 4


def summary_lines(book: Book, share: float | None, places: int, width: int, rows: int, palette: Palette) -> list[Line]:
    """As much of it as `rows` rows have room for; `places` are the decimals of the market's prices."""
    if rows <= 0 or book.mid is None:
        return []
    near = list(zip(BANDS, nearby(book, BANDS), strict=True))
    lines = [_middle(book, share, places, width, palette)]
    return lines + (_table(near, width, palette) if rows >= _TABLE_ROWS else [_one_row(near, width, palette)])


def _middle(book: Book, share: float | None, places: int, width: int, palette: Palette) -> Line:
    """Mid, micro-price, spread in ticks and the bids' share, as many as there is room for."""
    micro = None if book.precision else microprice(book)
    about = "≈ " if book.precision else ""
    parts = [("mid", f"{about}{price_text(book.mid or 0.0, places + 1)}")]
    parts += [("micro", price_text(micro, places + 1))] if micro is not None else []
    ticks = ticks_text(book, places).split()
    parts += [("spread", " ".join(ticks))] if ticks else []
    parts += [("bids", f"{share:.0%}")] if share is not None else []
    line: Line = []
    for name, value in parts:
        if sum(len(segment.text) for segment in line) + len(name) + len(value) + 3 > width:
            break
        line += [Segment(f" {name} ", palette.muted), Segment(f"{value} ", palette.text)]
    return line


def _one_row(near: list[tuple[Decimal, tuple[Nearby, Nearby]]], width: int, palette: Palette) -> Line:
    """`±0.1% 12.5/9.11`, rounded, for as many bands as there is room for."""
    line: Line = []
    for band, (bids, asks) in near:
        name, value = f" {_band_text(band)} ", f"{_short(bids)}/{_short(asks)} "
        if sum(len(segment.text) for segment in line) + len(name) + len(value) > width:
            break
        line += [Segment(name, palette.muted), Segment(value, palette.text)]
    return line


def _table(near: list[tuple[Decimal, tuple[Nearby, Nearby]]], width: int, palette: Palette) -> list[Line]:
    """A row of bands, one of bids and one of asks, cut to what there is room for."""
    cell = min((width - _LABEL - 1) // len(near), _CELL_MOST) if near else 0
    if cell < len(">=0.001"):
        return [_one_row(near, width, palette)]
    head = " " * _LABEL + "".join(f"{_band_text(band):>{cell}}" for band, _ in near)
    lines: list[Line] = [[Segment(head, palette.muted)]]
    for at, (name, style) in enumerate((("bids", palette.up), ("asks", palette.down))):
        values = "".join(f"{_exact(both[at], cell - 1):>{cell}}" for _, both in near)
        lines.append([Segment(f" {name:<{_LABEL - 1}}", style), Segment(values, palette.text)])
    return lines


def _band_text(band: Decimal) -> str:
    return f"±{(band * 100).normalize():f}%"


def _short(side: Nearby) -> str:
    return f"{'' if side.complete else '≥'}{compact(float(side.size)) if side.size else '0'}"


def _exact(side: Nearby, width: int) -> str:
    """All decimals there is room for, cut; in short where not even the whole part fits."""
    least = "" if side.complete else "≥"
    text = least + amount_text(side.size, 4, width - len(least))
    return text if len(text) <= width else _short(side)

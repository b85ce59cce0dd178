"""The row between bids and asks: the spread and the balance of the two sides."""

from rich.segment import Segment
from rich.style import Style

from hybridtui.market.book import Book
from hybridtui.market.exact import exact
from hybridtui.market.grouping import tick_of
from hybridtui.render.lines import Line, fit
from hybridtui.render.numbers import price_text
from hybridtui.render.palette import Palette

_TICKS_FROM = 52
"""The width from which the spread is told in ticks too."""
_BALANCE_CELLS = 10


def spread_line(book: Book, share: float | None, places: int, width: int, palette: Palette) -> Line:
    """The spread in quote currency, basis points and ticks, and where there is room the balance of both sides.

    `share` is the bids' part of the visible size, `places` are the decimals of the market's prices.
    """
    text, style = _spread_text(book, places, width, palette)
    line = [Segment("── "[max(0, len(text) + 4 - width) :], palette.muted), Segment(text, style)]
    used = len(line[0].text) + len(text)
    balance = _balance(share, width - used - 6, palette)
    rule = max(width - used - sum(len(segment.text) for segment in balance) - 3, 0)
    line += [Segment(" " + "─" * rule, palette.muted), *balance, Segment("──", palette.muted)]
    return fit(line, width, palette.muted)


def ticks_text(book: Book, places: int) -> str:
    """The spread in ticks, `5 ticks`; empty where there is none or the book does not have the market's own prices."""
    bid, ask = book.best_bid, book.best_ask
    if bid is None or ask is None or book.precision or book.crossed:
        return ""
    ticks = (exact(ask.price) - exact(bid.price)) / tick_of(ask.price, places)
    text = f"{ticks:,.0f}" if ticks == ticks.to_integral_value() else f"{ticks:,.1f}"
    return f"{text} tick" if text == "1" else f"{text} ticks"


def _spread_text(book: Book, places: int, width: int, palette: Palette) -> tuple[str, Style]:
    spread, points = book.spread, book.spread_bp
    if spread is None:
        return ("no bids" if book.best_bid is None else "no asks"), palette.text
    text = price_text(spread, places)
    if book.crossed:
        return f"crossed {text}", palette.down
    least = "≤ " if book.precision else ""  # levels put together: bids went down and asks up
    text = f"{least}{text}"
    longer = f"{text} · {least}{points:,.2f} bp" if points is not None else text
    ticks = ticks_text(book, places)
    if ticks and width >= _TICKS_FROM and len(ticks) < 12:
        longer += f" · {ticks}"
    return (longer if len(longer) <= width else text), palette.text


def _balance(share: float | None, room: int, palette: Palette) -> Line:
    """How the visible size is divided between bids and asks; without words where there is less room."""
    if share is None or room < _BALANCE_CELLS + 2:
        return []
    filled = min(max(round(share * _BALANCE_CELLS), 0), _BALANCE_CELLS)
    cells = [Segment("▓" * filled, palette.up), Segment("░" * (_BALANCE_CELLS - filled), palette.down)]
    if room < _BALANCE_CELLS + 10:
        return [Segment(" ", palette.muted), *cells, Segment(" ", palette.muted)]
    return [Segment(" bid ", palette.muted), *cells, Segment(" ask ", palette.muted)]

"""The tape: the newest trades, newest first; below them who pressed in the last minute, and the cumulative delta.

Where the tape was interrupted a row says so, between the trades known before and what was filled in or came after.
"""

from collections.abc import Sequence
from math import ceil, sqrt
from statistics import median
from typing import NamedTuple

import msgspec
from rich.segment import Segment
from rich.style import Style

from hybridtui.market.gaps import Gap
from hybridtui.market.trades import Trade, Trades
from hybridtui.render.lines import Line, Size, fill, sentence
from hybridtui.render.numbers import amount_text, price_cell, price_decimals, price_text, usual_decimals
from hybridtui.render.palette import Palette, dimmed, on_ground
from hybridtui.render.steps import round_step
from hybridtui.render.tape_rows import Day, Print, rows_of, with_days
from hybridtui.render.tape_summary import SUMMARY_ROWS, SUMMARY_WIDTH, summary
from hybridtui.render.times import clock_text, date_text

_AMOUNT = 9
_LARGE_FACTOR = 10
"""A trade this many times the median is large, up to the next round number."""
_LARGE_STEPS = (1.0, 1.5, 2.0, 3.0, 5.0, 7.0, 10.0)
_RECENT = 500
"""How many of the newest trades say what is usual."""
_SUMMARY_FROM = 12
"""The height from which there is room for the summary."""
_MARK = 2
"""Room for ` ◆`, which is kept before the hour."""
_MARKS = 7
"""Room for ` ◆ ×12`, which is kept before the best price of a sweep gets a column."""


class TapeOptions(msgspec.Struct, frozen=True):
    """How the tape is drawn."""

    now_ms: int = 0
    """The present, ms UTC, for the last minute; `tape_summary.settled` lets a picture be reused."""
    utc_offset_ms: int = 0
    """What to add to UTC for the times shown."""
    today_ms: int | None = None
    """A moment of today, ms UTC: the days of other trades are named; None names none."""
    price_decimals: int = 0
    """Show at least so many decimals, even where the prices at hand have fewer."""
    amount_decimals: int = 4
    """Show at most so many decimals of an amount."""
    merge: bool = True
    """Show the fills of one sweep, of one millisecond and side, as one row with their number, `×3`."""
    large: float | None = None
    """Mark amounts from this size on with ◆; None takes ten times the median of the trades at hand, rounded up."""
    summary: bool = True
    """Show the share of buys and the cumulative volume delta below where there is room."""
    dimmed: bool = False
    """Old data: the whole picture in subdued colours."""
    message: str = "no trades yet"
    """What to say while no trade is known."""


class _Columns(NamedTuple):
    time: int
    first: int
    """The best price of a sweep, 0 where there is no room for it."""
    price: int
    size: int
    places: int
    """Decimals of an ordinary price."""
    most: int
    """Decimals of the longest price shown."""
    size_places: int
    margin: int
    marks: int
    """What is left for ◆ and ×3."""


def render_tape(trades: Trades, size: Size, options: TapeOptions, palette: Palette) -> list[Line]:
    """The tape, exactly `size`."""
    if options.dimmed:
        palette = dimmed(palette)
    recent = trades.newest(_RECENT)
    if not recent:
        return sentence("no trades so far" if trades.known else options.message, size, palette.muted)
    below: list[Line] = []
    if _has_summary(size, options):
        below = summary(trades.covered()[-_RECENT:], options.now_ms, size.width, palette)
    rows = _rows(trades, recent, size.height - len(below), options)
    columns = _columns(recent, [row for row in rows if isinstance(row, Print)], size.width, options)
    large = large_from(trades) if options.large is None else options.large
    lines: list[Line] = []
    before = ""
    for row in rows:
        match row:
            case Gap():
                lines.append(_gap_line(row, size.width, palette))
            case Day():
                lines.append(_day_line(row, size.width, options, palette))
                before = ""
            case Print():
                time = clock_text(row.mts, options.utc_offset_ms)
                lines.append(_line(row, time, before, columns, large, palette))
                before = time
    lines += [[] for _ in range(size.height - len(lines) - len(below))]
    return fill(lines + below, size, palette.text)


def print_at(trades: Trades, size: Size, options: TapeOptions, y: int) -> Print | None:
    """The trade, or the sweep, in a row of the tape; None where there is a gap, the summary, or nothing."""
    recent = trades.newest(_RECENT)
    below = SUMMARY_ROWS if _has_summary(size, options) else 0
    rows = _rows(trades, recent, size.height - below, options) if recent else []
    row = rows[y] if 0 <= y < len(rows) else None
    return row if isinstance(row, Print) else None


def _rows(trades: Trades, recent: Sequence[Trade], count: int, options: TapeOptions) -> Sequence[Print | Gap | Day]:
    rows = rows_of(recent, trades.gaps, count, options.merge)
    return rows if options.today_ms is None else with_days(rows, count, options.today_ms, options.utc_offset_ms)


def _has_summary(size: Size, options: TapeOptions) -> bool:
    return options.summary and size.height >= _SUMMARY_FROM and size.width >= SUMMARY_WIDTH


def large_from(trades: Trades) -> float:
    """The size from which a trade is large by itself: ten times the median, up to a round number that stays a while."""
    recent = trades.newest(_RECENT)
    usual = median(abs(trade.amount) for trade in recent) if recent else 0.0
    return round_step(_LARGE_FACTOR * usual, _LARGE_STEPS) if 1e-280 < usual < 1e280 else _LARGE_FACTOR * usual


def _gap_line(gap: Gap, width: int, palette: Palette) -> Line:
    """`— 43 s missed, 12 trades filled —`, in as many words as there is room for; never half of one."""
    time = _missed_text(gap.seconds)
    trades = "trade" if gap.filled == 1 else "trades"
    if gap.closed:
        wordings = (
            f"{time} missed, {gap.filled} {trades} filled",
            f"{time} · {gap.filled} filled",
            f"+{gap.filled}",
            "",
        )
    elif gap.filled:
        wordings = (f"{time} missed, {gap.filled} {trades} filled, more unknown", f"{time} · more unknown", "gap", "")
    else:
        wordings = (f"{time} missed, trades unknown", f"{time} · unknown", "gap", "")
    text = next(words for words in wordings if not words or len(words) + 4 <= width)
    text = f"— {text} —" if text else "—" * width
    return [Segment(text.center(width), palette.muted if gap.closed else palette.accent)]


def _day_line(row: Day, width: int, options: TapeOptions, palette: Palette) -> Line:
    """`— 26 Nov —`."""
    assert options.today_ms is not None
    day = date_text(row.mts, options.today_ms, options.utc_offset_ms)
    text = f"— {day} —" if len(day) + 4 <= width else day
    return [Segment(text.center(width), palette.muted)]


def _missed_text(seconds: float) -> str:
    """A length of time, `43 s`, `12 min` or `3 h`, rounded up: less was not missed."""
    for length, unit in ((3600, "h"), (60, "min")):
        if seconds > 2 * length:
            return f"{ceil(seconds / length)} {unit}"
    return f"{ceil(seconds)} s"


def _columns(recent: Sequence[Trade], rows: Sequence[Print], width: int, options: TapeOptions) -> _Columns:
    """Fit time, price and size into `width`; where there is no room the hour goes first, then the time, the size."""
    places = usual_decimals((trade.price for trade in recent), options.price_decimals)
    most = price_decimals((price for row in rows for price in (row.price, row.first)), places)
    price = max(len(price_text(edge.price, most)) for edge in (min(recent, key=_price), max(recent, key=_price)))
    whole = len(f"{max(abs(row.amount) for row in rows):,.0f}") if rows else 1
    size = max(_AMOUNT, whole)
    size_places = min(options.amount_decimals, max(size - whole - 1, 0))
    spare = width - price - 2
    size = size if spare > size else max(spare - 1, 0) if spare > whole else 0
    spare -= size + 1 if size else 0
    time = 9 if spare >= 9 + _MARK else 6 if spare >= 6 else 0
    margin = 1 if spare > time else 0
    spare -= time + margin
    first = price + 1 if spare >= price + 1 + _MARKS else 0
    return _Columns(time, first, price, size, places, most, size_places, margin, spare - first)


def _price(trade: Trade) -> float:
    return trade.price


def _line(row: Print, time: str, before: str, columns: _Columns, large: float, palette: Palette) -> Line:
    """Time, direction, price, size and a mark. The hour is shown where it is not that of the row above.

    A sweep over several prices shows the worst, after an arrow; the best stands before it where there is room.
    """
    bought, swept = row.amount > 0, row.first != row.price
    color = palette.up if bought else palette.down
    line: Line = [Segment(" " * columns.margin, palette.text)]
    if columns.time:
        shown = time if columns.time == 9 and time[:3] != before[:3] else time[3:]
        line.append(Segment(shown.rjust(columns.time - 1) + " ", palette.muted))
    if columns.first:
        first = price_cell(row.first, columns.places, columns.most).rstrip() + "→" if swept else ""
        line.append(Segment(first.rjust(columns.first), palette.muted))
    arrow = ("▲" if bought else "▼") + ("→" if swept and not columns.first else " ")
    is_large = abs(row.amount) >= large > 0
    style = color + Style(bold=True) if is_large else color
    line.append(Segment(f"{arrow}{price_cell(row.price, columns.places, columns.most):>{columns.price}}", style))
    right: Line = []
    if columns.size:
        text = amount_text(abs(row.amount), columns.size_places, columns.size)
        kept = text.rstrip("0").rstrip(".") if "." in text and not text.startswith("<") else text
        shown = kept.rjust(columns.size + 1 - len(text) + len(kept))
        right += [
            Segment(shown, palette.bright if is_large else palette.text),
            Segment(text[len(kept) :], palette.muted),
        ]
    right += _marks(row, columns.marks, is_large, palette)
    ground = palette.bid_bar if bought else palette.ask_bar
    return line + _on_bar(right, columns, sqrt(min(abs(row.amount) / large, 1.0)) if large > 0 else 0.0, ground)


def _marks(row: Print, room: int, large: bool, palette: Palette) -> Line:
    """What is remarkable about a row, as far as there is room: half a number would be a wrong one. Fills the room."""
    line: Line = []
    left = room
    if large and left >= 2:
        line.append(Segment(" ◆", palette.accent))
        left -= 2
    times = f" ×{row.fills}"
    if row.fills > 1 and left >= len(times):
        line.append(Segment(times, palette.muted))
        left -= len(times)
    return [*line, Segment(" " * left, palette.text)]


def _on_bar(line: Line, columns: _Columns, share: float, ground: Style) -> Line:
    """The bar of a size: so much of the line, from the left, on another ground. A large trade fills it."""
    width = max(columns.size and columns.size + 1, 0) + columns.marks
    left = round(share * (width - 1)) + 1 if share > 0 and columns.size else 1
    drawn: Line = [Segment(" ", line[0].style)] if line[0].text[:1] == " " else []
    rest = [Segment(line[0].text[len(drawn) :], line[0].style), *line[1:]]
    left -= len(drawn)
    for text, style, _ in rest:
        inside, outside = text[: max(left, 0)], text[max(left, 0) :]
        if inside and style is not None:
            drawn.append(Segment(inside, on_ground(style, ground) + Style(bold=style.bold)))
        if outside:
            drawn.append(Segment(outside, style))
        left -= len(text)
    return drawn

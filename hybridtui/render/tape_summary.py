"""Below the tape: who pressed in the last minute, and the cumulative volume delta as far as no trade is missing."""

from collections.abc import Sequence
from itertools import accumulate

from rich.segment import Segment

from hybridtui.market.trades import Trade, Trades
from hybridtui.render.blocks import sparkline
from hybridtui.render.lines import Line
from hybridtui.render.numbers import compact
from hybridtui.render.palette import Palette
from hybridtui.render.tape_rows import volume

SUMMARY_WIDTH = 24
"""The width from which there is room for it."""
SUMMARY_ROWS = 2
_MINUTE = 60_000
_WIDEST = 40
"""Cells of a bar or a sparkline at most."""
_VALUE = 11


def summary(covered: Sequence[Trade], now_ms: int, width: int, palette: Palette) -> list[Line]:
    """`SUMMARY_ROWS` about trades without a hole between them, oldest first, at least one."""
    cells = min(width - _VALUE - 7, _WIDEST)
    return [_pressure(covered, now_ms, cells, palette), _delta(covered, cells, palette)]


def settled(trades: Trades, now_ms: int) -> int:
    """A moment with the same trades in its last minute as now, ms UTC: it stays until a trade enters or leaves."""
    minute = trades.since(now_ms - _MINUTE + 1)
    if minute:
        return minute[0].mts + _MINUTE - 1
    return 0 if trades.last is None else trades.last.mts + _MINUTE


def _pressure(covered: Sequence[Trade], now_ms: int, cells: int, palette: Palette) -> Line:
    """The part that takers bought of all that was traded in the last minute, or in as much of it as is known."""
    now = max(now_ms, covered[-1].mts)
    since = now - _MINUTE
    minute = [trade for trade in covered if trade.mts > since]
    bought = volume([trade for trade in minute if trade.amount > 0])
    sold = -volume([trade for trade in minute if trade.amount < 0])
    if bought + sold <= 0:
        return [Segment(" no trade for a minute", palette.muted)]
    share = bought / (bought + sold)
    filled = min(max(round(share * cells), 0), cells)
    seconds = 60 if covered[0].mts <= since else max((covered[-1].mts - covered[0].mts) // 1000, 1)
    return [
        Segment(f" buy {share * 100:3.0f} %".ljust(_VALUE), palette.text),
        Segment("▓" * filled, palette.up),
        Segment("░" * (cells - filled), palette.down),
        Segment(f" {seconds} s", palette.muted),
    ]


def _delta(covered: Sequence[Trade], cells: int, palette: Palette) -> Line:
    """What takers bought less what they sold, added up; the sparkline goes from the oldest trade to the newest."""
    deltas = [0.0, *accumulate(trade.amount for trade in covered)]
    shown = [deltas[at * (len(deltas) - 1) // max(cells - 1, 1)] for at in range(cells)]
    total = volume(covered)
    sign = "+" if total > 0 else "-" if total < 0 else ""
    minutes = (covered[-1].mts - covered[0].mts) / _MINUTE
    span = f"{minutes:.0f} min" if minutes >= 1.5 else f"{minutes * 60:.0f} s"
    return [
        Segment(f" CVD {sign}{compact(abs(total))}".ljust(_VALUE), palette.text),
        Segment(sparkline(shown, cells), palette.up if total >= 0 else palette.down),
        Segment(f" {span}" if len(span) < 7 else "", palette.muted),
    ]

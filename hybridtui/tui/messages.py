"""What widgets tell those above them: intent goes up as a message, data comes down by topic.

A widget only reads the model. What follows from what it tells, the screen or the app decides.
"""

from decimal import Decimal

from textual.message import Message

from hybridtui.render.chart_options import ChartKind


class BookRowsShown(Message):
    """The order book has room for so many rows on each side, each for prices of one `step`; None for single levels."""

    def __init__(self, rows: int, step: Decimal | None = None) -> None:
        super().__init__()
        self.rows = rows
        self.step = step


class ChartKindChosen(Message):
    """The chart is drawn in another way from now on."""

    def __init__(self, kind: ChartKind) -> None:
        super().__init__()
        self.kind = kind


class ZoneSwitched(Message):
    """Times are shown in another time zone from now on."""


class HistoryWanted(Message):
    """The chart has room for candles older than those known, from `start_ms` (ms UTC) on."""

    def __init__(self, start_ms: int) -> None:
        super().__init__()
        self.start_ms = start_ms


class Touched(Message):
    """Another panel has the focus, or a mode of one has begun or ended: other keys matter."""

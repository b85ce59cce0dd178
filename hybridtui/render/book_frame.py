"""Where everything of the order book stands. It depends on the size and on nothing that the market does."""

from typing import NamedTuple

from hybridtui.render.lines import Size

HEADING_FROM = 8
"""The height from which the columns are named."""
_FOOT = ((26, 4), (16, 2))
"""From which height on there are how many rows of summary at the bottom."""
_READ_OUT = 2
"""Rows of the read-out where there is no summary that it can take the place of."""


class Frame(NamedTuple):
    """Rows count from 0 at the top; `rows` below are those of one side."""

    width: int
    height: int
    side_by_side: bool
    heading: int
    """Its row, -1 where there is none."""
    spread: int
    """Its row, -1 where there is none."""
    asks_at: int
    """The topmost row of the asks."""
    asks: int
    """How many rows they have."""
    bids_at: int
    bids: int
    foot: int
    """Rows at the bottom for the summary or the read-out."""
    covered: int
    """How many of these lie over the outermost rows of the sides."""

    @property
    def half(self) -> int:
        """The width of one side where they stand side by side."""
        return (self.width - 1) // 2

    def clamped(self, cursor: int) -> int:
        """The cursor on the nearest row that can be seen."""
        asks = self.asks - (self.covered if self.side_by_side else 0)
        return max(-max(self.bids - self.covered, 1), min(cursor, max(asks, 1)))

    def row_of(self, cursor: int) -> int:
        """The row of the screen that the cursor means."""
        if cursor < 0:
            return self.bids_at - cursor - 1
        return self.asks_at + (cursor - 1 if self.side_by_side else self.asks - cursor)

    def cursor_at(self, x: int, y: int) -> int | None:
        """The cursor for a cell, None where no price stands."""
        if y >= self.height - self.foot:
            return None
        asks, bids = y - self.asks_at, y - self.bids_at
        if 0 <= asks < self.asks and (not self.side_by_side or x > self.half):
            return asks + 1 if self.side_by_side else self.asks - asks
        return -bids - 1 if 0 <= bids < self.bids else None


def frame(size: Size, *, side_by_side: bool = False, reading: bool = False) -> Frame:
    """The frame of a book of this size; with `reading` something is read out at the bottom."""
    width, height = size
    foot = next((rows for least, rows in _FOOT if height >= least), 0)
    heading = height - foot >= HEADING_FROM
    if side_by_side:
        spread = 0 if height > 1 else -1
        top = heading + (height > 1)
        asks = bids = height - foot - top
        heading_at, asks_at, bids_at = (1 if heading else -1), top, top
    else:
        rest = height - foot - heading
        asks = max(height - 1, 0) if height <= 2 else (rest - 1) // 2
        spread = heading + asks if height > 2 else -1
        bids_at = heading + asks + (height > 2)
        bids = height - foot - bids_at if height > 1 else 1
        heading_at, asks_at = (0 if heading else -1), int(heading)
    covered = min(_READ_OUT, bids - 1) if reading and not foot and bids > 1 and height > 3 else 0
    return Frame(width, height, side_by_side, heading_at, spread, asks_at, asks, bids_at, bids, foot + covered, covered)

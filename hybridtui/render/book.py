"""The order book as a ladder: asks above, the spread in the middle, bids below; or both sides next to each other.

Where things are depends on the size and on the magnitude of the numbers, not on the numbers: while data flows the
spread row, the columns and the decimal points stay where they are.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from rich.segment import Segment

from hybridtui.market.balance import wall_from
from hybridtui.market.book import Book, Row
from hybridtui.market.cost import cost_of
from hybridtui.render.book_columns import Columns, columns_of, heading, mirrored_heading
from hybridtui.render.book_cost import read_out
from hybridtui.render.book_frame import Frame, frame
from hybridtui.render.book_options import BarsBy as BarsBy
from hybridtui.render.book_options import BookOptions as BookOptions
from hybridtui.render.book_options import Target as Target
from hybridtui.render.book_rows import Look, half_lines, side_lines
from hybridtui.render.book_spread import spread_line
from hybridtui.render.book_summary import summary_lines
from hybridtui.render.ladder import Ladder, bid_share, ladder
from hybridtui.render.lines import Line, Size, fill, fit, sentence
from hybridtui.render.numbers import price_decimals, price_text
from hybridtui.render.palette import Palette, dimmed


def spread_row(height: int, *, side_by_side: bool = False) -> int:
    """The row of the spread in a ladder of this height; it depends on nothing else."""
    return frame(Size(1, height), side_by_side=side_by_side).spread


def visible(book: Book, size: Size, options: BookOptions) -> Ladder:
    """The rungs that there is room for."""
    place = frame(size, side_by_side=options.side_by_side)
    return ladder(book, place.asks, place.bids, options.step)


def render_book(
    book: Book, size: Size, options: BookOptions, palette: Palette, shown: Ladder | None = None
) -> list[Line]:
    """The ladder, exactly `size`, its spread in row `spread_row(size.height)`.

    `shown` is what `visible` gives for these, where it is at hand.
    """
    if options.dimmed:
        palette = dimmed(palette)
    if not book.known:
        return sentence(options.message, size, palette.muted)
    rows = book.rows()
    if not rows:
        return sentence("the book is empty", size, palette.muted)
    if size.height == 1:
        return fill([_touch(book, options.price_decimals, palette)], size, palette.text)
    place = frame(size, side_by_side=options.side_by_side, reading=options.reading)
    shown = visible(book, size, options) if shown is None else shown
    places = price_decimals((row[0] for row in rows), options.price_decimals)
    scene = _Scene(book, rows, shown, place, places, options, palette)
    # While a side has run out the prices are known nevertheless: what is read out stays readable.
    picture = fill(_side_by_side(scene) if options.side_by_side else _stacked(scene), size, palette.text)
    foot = _foot(scene)
    return picture[: size.height - len(foot)] + foot


class _Scene(NamedTuple):
    """All that a picture is drawn from."""

    book: Book
    rows: Sequence[Row]
    """The whole book."""
    shown: Ladder
    place: Frame
    places: int
    """The decimals of the market's own prices."""
    options: BookOptions
    palette: Palette

    @property
    def spread(self) -> Line:
        """The row between the sides, or above them."""
        return spread_line(self.book, bid_share(self.shown), self.places, self.place.width, self.palette)


def _stacked(scene: _Scene) -> list[Line]:
    place, shown, options = scene.place, scene.shown, scene.options
    columns = columns_of(place.width, scene.rows, scene.places, options)
    asks = side_lines(shown.asks, _look(scene, columns, asks=True))
    bids = side_lines(shown.bids, _look(scene, columns, asks=False))
    lines = [heading(columns, options, scene.palette)] if place.heading >= 0 else []
    lines += [[] for _ in range(place.asks - len(asks))] + asks[::-1]
    return [*lines, scene.spread, *bids] if place.spread >= 0 else lines + bids


def _side_by_side(scene: _Scene) -> list[Line]:
    place, shown, palette = scene.place, scene.shown, scene.palette
    columns = columns_of(place.half, scene.rows, scene.places, scene.options, with_bars=False)
    lines = [scene.spread] if place.spread >= 0 else []
    parting = Segment(" ", palette.text)
    if place.heading >= 0:
        left = mirrored_heading(columns, palette)
        indent = Segment(" " * max(place.half - len(left[0].text), 0), palette.muted)
        lines.append([indent, *left, parting, *heading(columns, scene.options, palette)])
    bids = half_lines(shown.bids, place.half, _look(scene, columns, asks=False))
    asks = half_lines(shown.asks, place.width - place.half - 1, _look(scene, columns, asks=True))
    for at in range(max(len(bids), len(asks))):
        bid = fit(bids[at] if at < len(bids) else [], place.half, palette.text)
        lines.append([*bid, parting, *(asks[at] if at < len(asks) else [])])
    return lines


def _look(scene: _Scene, columns: Columns, *, asks: bool) -> Look:
    """What the rows of one side have in common."""
    shown, options = scene.shown, scene.options
    swept, ends = _swept(scene, asks=asks)
    sizes = shown.sizes
    if options.bars is BarsBy.SIZE:
        largest = max(sizes, default=Decimal(0))
    else:
        largest = max((rungs[-1].total for rungs in shown if rungs), default=Decimal(0))
    return Look(asks, columns, largest, wall_from(sizes), swept, ends, options, scene.palette)


def _swept(scene: _Scene, *, asks: bool) -> tuple[int, bool]:
    """How many rungs of a side are read out, and whether all that is read out can be seen."""
    target, cursor = scene.options.target, scene.options.cursor
    if target is None:
        on_side = cursor is not None and (cursor > 0) == asks
        return (abs(scene.place.clamped(cursor)), True) if cursor is not None and on_side else (0, False)
    if not (target.buy if asks else target.sell):
        return 0, False
    worst = cost_of(scene.book.asks() if asks else scene.book.bids(), target.size).worst
    if worst is None:
        return 0, False
    side = scene.shown.asks if asks else scene.shown.bids
    before = sum(1 for rung in side if (rung.price < worst if asks else rung.price > worst))
    return min(before + 1, len(side)), before < len(side)


def _foot(scene: _Scene) -> list[Line]:
    """The read-out, or else the summary: exactly as many rows as the frame has for it."""
    book, place, options, palette = scene.book, scene.place, scene.options, scene.palette
    if options.reading:
        cursor = None if options.cursor is None else place.clamped(options.cursor)
        texts = read_out(book, scene.shown, cursor, options, scene.places, place.width - 1, place.foot)
        lines: list[Line] = [[Segment(f" {text}", palette.text)] for text in texts]
    else:
        lines = summary_lines(book, bid_share(scene.shown), scene.places, place.width, place.foot, palette)
    return fill(lines, Size(place.width, place.foot), palette.text)


def _touch(book: Book, places: int, palette: Palette) -> Line:
    """Best bid and best ask, where there is a single row."""
    bid, ask = book.best_bid, book.best_ask
    places = price_decimals((level.price for level in (bid, ask) if level), places)
    return [
        Segment(price_text(bid.price, places) if bid else "no bids", palette.up),
        Segment(" / ", palette.muted),
        Segment(price_text(ask.price, places) if ask else "no asks", palette.down),
    ]

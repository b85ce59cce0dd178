"""The edges of a chart: prices and the last-price tag at the right, times below."""

from collections.abc import Sequence
from functools import lru_cache

from hybridtui.render.buckets import Window, separators, time_marks
from hybridtui.render.canvas import Canvas
from hybridtui.render.lines import Size
from hybridtui.render.numbers import decimals, percent_text, price_text
from hybridtui.render.scale import Scale
from hybridtui.render.times import day_text, minute_text

AXIS, TAG, LINE, COUNTDOWN, POINTER = "a", "t", "l", "c", "p"
"""Style keys."""
BID, ASK, CROSS = "i", "k", "x"
OLD_TAG, OLD_LINE = "o", "O"
"""Those of a last price that nothing delivers any more."""
_TAG_MARK = " ◀"
_ROOM, _ROOM_NARROW, _NARROW = 11, 8, 40
"""How many columns two times are apart at least, and the width of a plot below which they are closer."""
_MOST_DECIMALS = 12


@lru_cache(maxsize=16)
def tick_texts(scale: Scale, places: int) -> list[tuple[int, str]]:
    """Rows and texts of the round prices or per cents of a scale, with as many decimals as tell them apart.

    A scale lasts for many pictures, and is asked for its labels twice in each.
    """
    needed = min(max(decimals(float(f"{scale.step() * (1 if scale.base is None else 100):.0e}")), 0), _MOST_DECIMALS)
    if scale.base is not None:
        return [(scale.row(tick), _percent(tick, scale.base, needed)) for tick in scale.ticks()]
    places = max(places, needed)
    return [(scale.row(tick), price_text(tick, places)) for tick in scale.ticks()]


def _percent(price: float, base: float, places: int) -> str:
    text = f"{(price / base - 1) * 100:+,.{places}f}%"
    return text if text.strip("+-0.%") else text[1:]


def axis_width(scale: Scale, places: int, last: float) -> int:
    """The columns that the price axis needs for this scale, and for the last price with its tag."""
    widest = max((len(text) for _, text in tick_texts(scale, places)), default=0)
    return max(widest, len(tag_text(last, places, scale))) + 1 + len(_TAG_MARK)


def tag_text(price: float, places: int, scale: Scale) -> str:
    """A price: with the decimals of the axis, or with all its own where it has more; per cent where the labels are."""
    if scale.base is not None:
        return percent_text(price / scale.base - 1)
    return price_text(price, max(places, decimals(price)))


def tag_mark(glyph: str, *, old: bool) -> str:
    """What follows the last price on an axis: `◀`, and a question mark for a price that nothing delivers any more."""
    return f"{'?' if old else ' '}{glyph}"


def draw_price_axis(
    canvas: Canvas, x: int, scale: Scale, places: int, last: float | None, countdown: str, *, old: bool = False
) -> None:
    """Round prices from column `x` on, the last price with its tag and a dotted line to it; an `old` one is doubted.

    The countdown is below the tag, at the bottom above it. A last price outside of a chosen range is told of at the
    edge beyond which it is.
    """
    width = canvas.width - x - len(_TAG_MARK)
    taken: set[int] = set()
    if last is not None:
        tag = scale.row(last)
        below = tag + 1 if tag + 1 < scale.rows else tag - 1
        taken = {tag, below} if countdown else {tag}
        inside = scale.low <= last <= scale.high
        if inside:
            canvas.write_below(0, tag, "┈" * x, OLD_LINE if old else LINE)
        mark = tag_mark("◀" if inside else "▲" if last > scale.high else "▼", old=old)
        canvas.write(x, tag, tag_text(last, places, scale).rjust(width) + mark, OLD_TAG if old else TAG)
        if countdown and below >= 0:
            canvas.write(x, below, countdown.rjust(width), COUNTDOWN)
    for row, text in tick_texts(scale, places):
        if row not in taken and len(text) <= width:
            canvas.write(x, row, text.rjust(width), AXIS)


def draw_quotes(canvas: Canvas, x: int, scale: Scale, bid: float | None, ask: float | None) -> None:
    """A tick for the best bid and one for the best ask beside it, exact to half a cell."""
    for at, price, key in ((x, bid, BID), (x + 1, ask, ASK)):
        if price is not None and scale.low <= price <= scale.high:
            half = scale.half(price)
            canvas.put(at, half // 2, "▄" if half % 2 else "▀", key)


def draw_time_axis(
    canvas: Canvas, window: Window, width: int, utc_offset_ms: int, cursor: int | None, zone: str
) -> None:
    """Round times centred below their columns in the last row, the time of the crosshair's bucket `cursor`, the zone.

    Where two would touch, the crosshair's stays, then the earlier one. The zone stands below the prices.
    """
    taken = range(0)
    if cursor is not None:
        text = cursor_text(window, cursor, utc_offset_ms)
        x = min(max(window.x(cursor) - len(text) // 2, 0), max(width - len(text), 0))
        canvas.write(x, canvas.height - 1, text, POINTER)
        taken = range(x - 1, x + len(text) + 1)
    free = 0
    for index, text in time_marks(window, utc_offset_ms, _ROOM if width >= _NARROW else _ROOM_NARROW):
        x = max(window.x(index) - len(text) // 2, 0)
        end = x + len(text)
        if x >= free and end <= width and (end <= taken.start or x >= taken.stop):
            canvas.write(x, canvas.height - 1, text, AXIS)
            free = end + 2
    room = canvas.width - width - len(_TAG_MARK)
    if zone and len(zone) <= room:
        canvas.write(width, canvas.height - 1, zone.rjust(room), AXIS)


def cursor_text(window: Window, index: int, utc_offset_ms: int) -> str:
    """When a bucket starts: the time, the day, or both where it is another day than the newest on the screen."""
    start, newest = window.buckets.start(index), window.buckets.start(window.present)
    day = day_text(start, utc_offset_ms)
    if window.buckets.length_ms >= 86_400_000:
        return day
    clock = minute_text(start, utc_offset_ms)
    return clock if day == day_text(newest, utc_offset_ms) else f"{day} {clock}"


def draw_separators(canvas: Canvas, window: Window, rows: int, utc_offset_ms: int) -> None:
    """Dotted lines where days begin, and denser ones where weeks do; of longer candles weeks and months, and so on."""
    fine, coarse = separators(window, utc_offset_ms)
    for index in fine:
        x, (glyph, key) = window.x(index) - window.columns // 2, ("┊", AXIS) if index in coarse else ("┊", LINE)
        if window.columns == 1:
            x -= 1
        for row in range(rows):
            canvas.put_below(x, row, glyph, key)


def draw_unknown(canvas: Canvas, spans: Sequence[tuple[int, int]], window: Window, plot: Size) -> None:
    """A hatched foot below the time of which nothing is known: an empty stretch without it had no trades."""
    for start, end in spans:
        first, last = window.buckets.number(start), window.buckets.number(end - 1)
        left = window.x(max(first, window.left)) - window.columns // 2
        right = window.x(min(last, window.right)) + (window.columns + 1) // 2
        for x in range(max(left, 0), min(right, plot.width)):
            canvas.put_below(x, plot.height - 1, "░", AXIS)

"""The liquidity heatmap: the book over time, each cell two prices high, the traded price drawn over it.

Time goes to the right, a column for each stretch; prices go up. The warmer a colour the more stood there; the scale is
in the corner. Where the book did not reach nothing is known, and the ground is shown. Hatched is the time in which
there was no live book. Without colours to mix, glyphs from `░` to `█` say the same, one price to a cell.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from math import sqrt
from typing import NamedTuple, TypeGuard

import msgspec
from rich.color_triplet import ColorTriplet
from rich.segment import Segment
from rich.style import Style

from hybridtui.market.liquidity import PRICE_MOST, LiquidityColumn, LiquidityHistory
from hybridtui.render.axes import tag_mark
from hybridtui.render.blocks import horizontal_bar
from hybridtui.render.heat_colours import SHADES, background, halves, has_ramp, ramp, signs
from hybridtui.render.heat_roll import RollingMaps
from hybridtui.render.heat_scale import HeatScale, binned, scale_of
from hybridtui.render.lines import Line, Size, fit, sentence, width_of
from hybridtui.render.numbers import decimals, price_text
from hybridtui.render.palette import Palette, dimmed, faint, subdued
from hybridtui.render.steps import round_step
from hybridtui.render.times import clock_text

_UNKNOWN, _TRADED, _PRICE, _GAP, _BEFORE, _BOUGHT, _SOLD = range(SHADES + 1, SHADES + 8)
"""What a half cell shows where it is not a shade from 0 to `SHADES`."""
_GLYPHS = " ░▒▓█"
_MAPS = RollingMaps()
_PLOT_LEAST = 12
_TIMES_FROM = 4
_PROFILE_FROM, _PROFILE = 64, 9
"""The width from which the book as it stands is drawn beside the map, and how wide that is."""
_TAG_MARK = " ◀"
_LABEL_ROWS = 4
_TIME_ROOM = 13
_TIME_STEPS_S = (5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400)


class HeatOptions(msgspec.Struct, frozen=True):
    """How the heatmap is drawn."""

    now_ms: int
    """The present, ms UTC: the newest column is that of this moment."""
    interval_s: int = 1
    """The time of one column, one of `INTERVALS_S`."""
    back: int = 0
    """How many columns the right edge lies back in time."""
    utc_offset_ms: int = 0
    """What to add to UTC for the times on the axis."""
    price_decimals: int = 0
    """The decimals of the prices; a tick is the last of them."""
    last_price: float | None = None
    last_old: bool = False
    """Nothing delivers the last price any more."""
    held: HeatScale | None = None
    """The scale of the picture before, which is kept as long as it is good."""
    large: float | None = None
    """Mark trades from this size on; None marks none."""
    glyphs: bool = False
    """Draw with glyphs also where the palette has colours that can be mixed."""
    dimmed: bool = False
    """Old data: the whole picture in subdued colours."""
    message: str = "the heatmap begins with the first live book"


class _Layout(NamedTuple):
    """How the rectangle is divided, in cells."""

    plot: Size
    profile: int
    axis: int
    times: int


def render_heatmap(history: LiquidityHistory, size: Size, options: HeatOptions, palette: Palette) -> list[Line]:
    """The heatmap, exactly `size`."""
    layout, colours = _layout(size, options), palette
    palette = dimmed(palette) if options.dimmed else palette
    columns = _columns(history, layout.plot.width, options)
    scale = scale_of(
        columns, _bins(layout.plot, options, colours), options.price_decimals, _last(options), options.held
    )
    if scale is None:
        empty = history.oldest_mts(options.interval_s) is None
        return sentence(options.message if empty else "no live book in this time", size, palette.muted)
    rows = _map(history, columns, scale, options, colours)
    profile = _profile(columns[-1], scale, layout, palette)
    axis = _axis(scale, layout, options, palette)
    side = layout.profile + layout.axis
    lines = [[*row, *_beside(bar, label, side, palette)] for row, bar, label in zip(rows, profile, axis, strict=True)]
    if layout.times:
        lines.append(_bottom(scale, layout, options, colours))
    return lines


def heat_scale(history: LiquidityHistory, size: Size, options: HeatOptions, palette: Palette) -> HeatScale | None:
    """The scale that a picture of this size has, to be held for the next one."""
    plot = _layout(size, options).plot
    columns = _columns(history, plot.width, options)
    return scale_of(columns, _bins(plot, options, palette), options.price_decimals, _last(options), options.held)


def _layout(size: Size, options: HeatOptions) -> _Layout:
    price = options.last_price if _sane(options.last_price) else 0.0
    axis = min(len(price_text(price, options.price_decimals)), 24) + 1 + len(_TAG_MARK)
    profile = _PROFILE if size.width >= _PROFILE_FROM else 0
    axis = max(axis, len(_tag_text(price, options.price_decimals)) + 1 + len(_TAG_MARK) - profile)
    if size.width - axis - profile < _PLOT_LEAST:
        axis = profile = 0
    times = 1 if size.height >= _TIMES_FROM else 0
    return _Layout(Size(size.width - axis - profile, size.height - times), profile, axis, times)


def _tag_text(price: float, places: int) -> str:
    """The last price with all its decimals, of which a trade against a hidden order has more than the book."""
    return price_text(price, max(places, decimals(price)))


def _columns(history: LiquidityHistory, count: int, options: HeatOptions) -> list[LiquidityColumn | None]:
    until = options.now_ms - max(options.back, 0) * options.interval_s * 1000
    return history.columns(options.interval_s, until, count)


def _last(options: HeatOptions) -> float | None:
    """The price that has to be in the picture; in the past it is the one of that time."""
    return options.last_price if options.back <= 0 and _sane(options.last_price) else None


def _sane(price: float | None) -> TypeGuard[float]:
    """Whether this is a price that can be put on a grid of exact steps."""
    return price is not None and 0 < price < PRICE_MOST


def _plain(options: HeatOptions, palette: Palette) -> bool:
    return options.glyphs or not has_ramp(palette)


def _bins(plot: Size, options: HeatOptions, palette: Palette) -> int:
    return plot.height * (1 if _plain(options, palette) else 2)


# What each cell shows


def _map(
    history: LiquidityHistory,
    columns: Sequence[LiquidityColumn | None],
    scale: HeatScale,
    options: HeatOptions,
    palette: Palette,
) -> list[Line]:
    """The rows of the map. They change by a column now and then, so what stays is not drawn again."""
    plain, old, large = _plain(options, palette), options.dimmed, options.large
    earlier = _columns(history, len(columns) + 1, options)[0]
    shown = _with_gaps(columns, history.oldest_mts(options.interval_s) or 0, options)

    def codes(number: int) -> bytes:
        """What the bins of a column show, the lowest price first."""
        column, before = shown[number], shown[number - 1] if number else earlier
        if isinstance(column, int):
            return bytes([column]) * scale.bins
        return _with_price(column, scale, before.last if isinstance(before, LiquidityColumn) else None, large)

    def draw() -> list[Line]:
        drawn = list(zip(*map(codes, range(len(shown))), strict=True))[::-1]
        return _glyph_rows(drawn, palette, old) if plain else _colour_rows(drawn, palette, old)

    def cells(number: int) -> list[tuple[str, Style]]:
        above = codes(number)[::-1]
        if plain:
            return [_glyphs(palette, old)[code] for code in above]
        return [_cell(*pair, palette, old) for pair in zip(above[::2], above[1::2], strict=True)]

    return _MAPS.get((id(history), scale, large, options.interval_s, palette, plain, old), shown, draw, cells)


def _with_gaps(
    columns: Sequence[LiquidityColumn | None], oldest_mts: int, options: HeatOptions
) -> tuple[LiquidityColumn | int, ...]:
    """The columns; where there is none, the code of an outage, or of the time before the history."""
    length = options.interval_s * 1000
    last = options.now_ms // length - max(options.back, 0)
    early = oldest_mts // length - (last - len(columns) + 1)
    return tuple(
        column if column is not None else _BEFORE if number < early else _GAP for number, column in enumerate(columns)
    )


@lru_cache(maxsize=2048)
def _with_price(column: LiquidityColumn, scale: HeatScale, before: float | None, large: float | None) -> bytes:
    """The shades of a column, and over them the line of the price, joined to where it was before."""
    if column.last is None:
        return _shades(column, scale)
    cells = bytearray(_shades(column, scale))
    price, traded = scale.bin_of(column.last), column.traded
    ends = [price] if traded is None else [price, scale.bin_of(traded.low), scale.bin_of(traded.high)]
    low, high = min(ends), max(ends)
    if before is not None:
        past = scale.bin_of(before)
        low, high = min(low, past + 1), max(high, past - 1)
    for at in range(max(low, 0), min(high, scale.bins - 1) + 1):
        cells[at] = _PRICE
    if 0 <= price < scale.bins:
        cells[price] = _PRICE if traded is None else _TRADED
    if traded is not None and large is not None and abs(traded.largest) >= large:
        at = scale.bin_of(traded.largest_price)
        if 0 <= at < scale.bins:
            cells[at] = _BOUGHT if traded.largest > 0 else _SOLD
    return bytes(cells)


def _shades(column: LiquidityColumn, scale: HeatScale) -> bytes:
    """The shade of each bin by the square root of its size, so that a whale does not flatten the rest."""
    reach = range(scale.bin_of(column.low), scale.bin_of(column.high) + 1)
    factor = SHADES * SHADES / scale.hot
    sizes = binned(column, *scale[:4])
    return bytes(
        (min(int(sqrt(size * factor) + 0.5), SHADES) or 1 if size > 0 else 0) if at in reach else _UNKNOWN
        for at, size in enumerate(sizes)
    )


# From what is shown to lines


def _colour_rows(codes: Sequence[tuple[int, ...]], palette: Palette, old: bool) -> list[Line]:
    """Two bins to a row, the upper and the lower half of its cells."""
    cells = _cells(palette, old)
    lines = []
    for upper, lower in zip(codes[::2], codes[1::2], strict=True):
        line = []
        for pair, run in groupby(zip(upper, lower, strict=True)):
            glyph, style = cells.get(pair) or _cell(*pair, palette, old)
            line.append(Segment(glyph * len(list(run)), style))
        lines.append(line)
    return lines


@lru_cache(maxsize=8)
def _cells(palette: Palette, old: bool) -> dict[tuple[int, int], tuple[str, Style]]:  # noqa: ARG001 - the key
    """The glyph and the style of every pair of halves that was drawn so far, of which there are about a thousand."""
    return {}


def _cell(upper: int, lower: int, palette: Palette, old: bool) -> tuple[str, Style]:
    cells = _cells(palette, old)
    cell = cells.get((upper, lower))
    if cell is None:
        cell = cells[upper, lower] = _new_cell(upper, lower, palette, old)
    return cell


def _new_cell(upper: int, lower: int, palette: Palette, old: bool) -> tuple[str, Style]:
    shown = dimmed(palette) if old else palette
    for mark, glyph, style in ((_BOUGHT, "▲", shown.up), (_SOLD, "▼", shown.down)):
        if mark in (upper, lower):
            return glyph, style + Style(bold=True)
    if _GAP in (upper, lower):
        return "╱", faint(shown.muted, 0.55)
    colours = _colours(palette, old)
    if upper == lower:
        return " ", background(colours[upper])
    return "▀", halves(colours[upper], colours[lower])


def _colours(palette: Palette, old: bool) -> list[ColorTriplet]:
    """The colour of every code of a half cell."""
    ground, traded, price = signs(palette, old)
    return [*ramp(palette, old), ground, traded, price, ground, ground]


def _glyph_rows(codes: Sequence[tuple[int, ...]], palette: Palette, old: bool) -> list[Line]:
    """One bin to a row, glyphs of growing density."""
    glyphs = _glyphs(palette, old)
    return [[Segment(glyphs[code][0] * len(list(run)), glyphs[code][1]) for code, run in groupby(row)] for row in codes]


@lru_cache(maxsize=8)
def _glyphs(palette: Palette, old: bool) -> dict[int, tuple[str, Style]]:
    """The glyph and the style of every code."""
    shown = dimmed(palette) if old else palette
    glyphs = {shade: (_GLYPHS[-(-shade * 4 // SHADES)], shown.accent) for shade in range(SHADES + 1)}
    return glyphs | {
        _UNKNOWN: ("·", faint(shown.muted, 0.6)),
        _TRADED: ("━", shown.bright),
        _PRICE: ("─", shown.text),
        _GAP: ("╱", shown.muted),
        _BEFORE: (" ", shown.text),
        _BOUGHT: ("▲", shown.up),
        _SOLD: ("▼", shown.down),
    }


# Around the map


def _profile(column: LiquidityColumn | None, scale: HeatScale, layout: _Layout, palette: Palette) -> list[Line]:
    """The newest column as bars, bids and asks in their colours; nothing where it was not seen."""
    height, width = layout.plot.height, layout.profile
    if not width or column is None:
        return [[] for _ in range(height)]
    per_row = scale.bins // height
    sizes = binned(column, *scale[:4])[::-1]
    middle = scale.bins - 1 - scale.bin_of(column.mid)
    lines: list[Line] = []
    for row in range(height):
        size = sum(sizes[row * per_row : (row + 1) * per_row])
        share = sqrt(min(size / (scale.hot * per_row), 1.0))
        bar = horizontal_bar(max(round(share * (width - 1) * 8), 1) if size > 0 else 0)
        style = palette.down if (row + 0.5) * per_row < middle + 0.5 else palette.up
        lines.append(fit([Segment(" ", palette.text), Segment(bar, faint(style, 0.62))], width, palette.text))
    return lines


def _axis(scale: HeatScale, layout: _Layout, options: HeatOptions, palette: Palette) -> list[Line]:
    """Round prices, and the last price with its tag; where that is wider than the axis it covers a part of the bars."""
    width, height = layout.axis - len(_TAG_MARK), layout.plot.height
    if not layout.axis:
        return [[] for _ in range(height)]
    labels = {row: [Segment(price.rjust(width), palette.muted)] for row, price in _round_prices(scale, height)}
    last = _last(options)
    if last is not None and 0 <= (at := scale.bin_of(last)) < scale.bins:
        text = f" {_tag_text(last, scale.places)}".rjust(width) + tag_mark("◀", old=options.last_old)
        style = subdued(palette.bright) if options.last_old and not options.dimmed else palette.bright
        labels[(scale.bins - 1 - at) * height // scale.bins] = [Segment(text, style)]
    return [_padded(labels.get(row, []), layout.axis, palette.text) for row in range(height)]


def _padded(line: Line, width: int, style: Style) -> Line:
    """At least so wide."""
    return line if width_of(line) > width else fit(line, width, style)


def _beside(bar: Line, label: Line, width: int, palette: Palette) -> Line:
    """Bar and label, exactly `width` cells; the label is never cut."""
    return [*fit(bar, width - width_of(label), palette.text), *label]


def _round_prices(scale: HeatScale, height: int) -> Iterator[tuple[int, str]]:
    """Rows and the round prices in them, about every fourth row."""
    step = round(round_step(max(scale.ticks * scale.bins / height * _LABEL_ROWS, 1.0)))
    first, end = scale.first * scale.ticks, (scale.first + scale.bins) * scale.ticks
    for tick in range(-(-first // step) * step, end, step):
        bin_number = tick // scale.ticks - scale.first
        yield (scale.bins - 1 - bin_number) * height // scale.bins, price_text(tick / 10**scale.places, scale.places)


def _bottom(scale: HeatScale, layout: _Layout, options: HeatOptions, palette: Palette) -> Line:
    """Times below the map, in the corner what the warmest colour means."""
    shown = dimmed(palette) if options.dimmed else palette
    line = fit([Segment(_times(layout.plot.width, options), shown.muted)], layout.plot.width, shown.text)
    corner = layout.profile + layout.axis
    text = f" ≥{price_text(scale.hot)}"
    if corner < len(text) + 6:
        return [*line, *fit([Segment(text, shown.muted)] if corner >= len(text) else [], corner, shown.text)]
    cells = corner - len(text) - 2
    if _plain(options, palette):
        bar = [Segment("".join(_GLYPHS[1 + at * 4 // cells] for at in range(cells)), shown.accent)]
    else:
        colours = ramp(palette, options.dimmed)
        bar = [Segment(" ", background(colours[round((at + 0.5) / cells * SHADES)])) for at in range(cells)]
    return [*line, *fit([Segment(" ", shown.text), *bar, Segment(text, shown.muted)], corner, shown.text)]


def _times(width: int, options: HeatOptions) -> str:
    """Round times, each centred below its column."""
    interval = options.interval_s
    step = next((s for s in _TIME_STEPS_S if s >= _TIME_ROOM * interval), _TIME_STEPS_S[-1])
    last = options.now_ms // 1000 // interval - max(options.back, 0)
    offset = options.utc_offset_ms // 1000
    cells = [" "] * width
    for x in range(width):
        second = (last - width + 1 + x) * interval
        if (second + offset) % step < interval:
            text = clock_text(second * 1000, options.utc_offset_ms)[: 8 if step % 60 else 5]
            start = x - len(text) // 2
            if start >= 0 and start + len(text) <= width:
                cells[start : start + len(text)] = text
    return "".join(cells)

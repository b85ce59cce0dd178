"""The heatmap: what is where, what is said of what is not known, and scales that stay."""

from collections.abc import Sequence
from math import sin
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.style import Style

from hybridtui.market.book import Book, Row
from hybridtui.market.liquidity import INTERVALS_S, LiquidityHistory
from hybridtui.market.trades import Trade, Trades
from hybridtui.render import heatmap
from hybridtui.render.heat_colours import SHADES, has_ramp, ramp
from hybridtui.render.heat_roll import RollingMaps
from hybridtui.render.heat_scale import HeatScale, scale_of
from hybridtui.render.heatmap import HeatOptions, heat_scale, render_heatmap
from hybridtui.render.lines import Line, Size, plain
from hybridtui.render.palette import Palette, subdued

START = 1_542_024_000_000
PALETTE = Palette()


def book_at(mid: float, wall: float = 50.0, levels: int = 20, unit: float = 1.0) -> Book:
    book = Book()
    rows = [(mid - sign * (0.5 + at), 1, sign * (1.0 + at % 3) * unit) for sign in (1, -1) for at in range(levels)]
    book.replace([*rows, (mid - 5.5, 9, wall)])
    return book


def history(*mids: float | None, wall: float = 50.0) -> LiquidityHistory:
    """A second for each mid; None is an outage. Every second a trade at the best ask of the mid."""
    made, trades = LiquidityHistory(), Trades()
    for second, mid in enumerate(mids):
        if mid is not None:
            trades.add(Trade(second, START + second * 1000, 1.0 if second % 7 else 40.0, mid + 0.5))
            made.sample(START + second * 1000, book_at(mid, wall), trades)
    return made


def options(second: int, **more: object) -> HeatOptions:
    chosen = {"last_price": 100.5, "price_decimals": 1, "glyphs": True} | more
    return HeatOptions(now_ms=START + second * 1000, **chosen)  # type: ignore[arg-type]


def text(made: LiquidityHistory, size: Size, chosen: HeatOptions) -> list[str]:
    return plain(render_heatmap(made, size, chosen, PALETTE)).split("\n")


def row_of(rows: Sequence[str], sign: str) -> int:
    return next(at for at, row in enumerate(rows) if sign in row)


def test_the_newest_is_at_the_right_and_the_wall_where_it_stood() -> None:
    made = history(*[100.0] * 10)
    rows = text(made, Size(40, 20), options(9))
    price = row_of(rows, "◀")
    assert "100.5 ◀" in rows[price]
    wall = row_of(rows, "██████████")
    assert price < wall <= price + 7
    assert rows[wall].startswith(" " * 22 + "██████████"), "before the first look there is nothing"
    assert rows[price].count("━") == 9
    assert rows[price].count("─") == 1, "when nobody had looked before, nothing is known to be traded just then"


def test_a_last_price_that_nothing_delivers_is_dim_and_doubted() -> None:
    made = history(*[100.0] * 10)
    rows = render_heatmap(made, Size(40, 20), options(9, last_old=True), PALETTE)
    assert next(style for line in rows for text, style, _ in line if "100.5?◀" in text) == subdued(PALETTE.bright)
    rows = render_heatmap(made, Size(40, 20), options(9, last_old=True, dimmed=True), PALETTE)
    assert next(style for line in rows for text, style, _ in line if "100.5?◀" in text) == subdued(PALETTE.bright)


def test_an_outage_is_hatched_from_top_to_bottom() -> None:
    rows = text(history(100.0, 100.0, None, None, 100.0), Size(40, 20), options(4))
    plot = [row[:32] for row in rows[:-1]]
    assert all(row[29:31] == "╱╱" for row in plot)
    assert sum(row.count("╱") for row in plot) == 2 * len(plot)
    later = text(history(100.0), Size(40, 20), options(3))
    assert all(row[29:32] == "╱╱╱" for row in later[:-1]), "it grows while there is no live book"


def test_where_the_book_did_not_reach_nothing_is_known() -> None:
    rows = text(history(*[100.0] * 9, 120.0), Size(40, 40), options(9, last_price=120.5))
    above = row_of(rows, "◀") - 3
    assert rows[above][22:31] == "·" * 9
    assert rows[above][31] in "░▒▓█"


def test_what_is_no_longer_kept_is_no_outage() -> None:
    made = history(*[100.0] * 500)
    rows = text(made, Size(500, 10), options(499))
    assert "╱" not in "".join(rows)


def test_large_trades_are_marked_with_their_side() -> None:
    made = history(*[100.0] * 9)
    assert "".join(text(made, Size(40, 20), options(8))).count("▲") == 0
    assert "".join(text(made, Size(40, 20), options(8, large=40.0))).count("▲") == 1
    trades = Trades()
    made = LiquidityHistory()
    for second in range(3):
        trades.add(Trade(second, START + second * 1000, -9.0, 99.5))
        made.sample(START + second * 1000, book_at(100.0), trades)
    assert "".join(text(made, Size(40, 20), options(2, large=9.0))).count("▼") == 2


@pytest.mark.parametrize("interval", INTERVALS_S)
def test_times_stand_below_their_columns(interval: int) -> None:
    made = history(*[100.0] * 200)
    bottom = text(made, Size(120, 20), options(199, interval_s=interval))[-1]
    labels = bottom[:103].split()
    assert 2 <= len(labels) <= 9
    assert len({len(label) for label in labels}) == 1
    if interval == 1:
        x = bottom.index("12:03:00") + 4
        assert 103 - 1 - x == 199 - 180


def test_a_large_size_in_the_corner_has_all_its_digits() -> None:
    made = LiquidityHistory()
    made.sample(START, book_at(100.0, unit=10_000_000.0), Trades())
    assert text(made, Size(80, 20), options(0))[-1].rstrip().endswith("≥50,000,000")


def test_prices_are_round_and_aligned() -> None:
    rows = text(history(*[100.0] * 30), Size(60, 30), options(29))
    labels = [row[52:].rstrip(" ◀") for row in rows[:-1] if row[52:].strip()]
    assert len(labels) >= 4
    assert {label.index(".") for label in labels} == {labels[0].index(".")}


def test_the_scale_says_what_is_hottest() -> None:
    rows = text(history(*[100.0] * 30), Size(80, 30), options(29))
    assert rows[-1].rstrip().endswith("≥3") or rows[-1].rstrip().endswith("≥5")


def test_a_whale_does_not_flatten_the_rest() -> None:
    calm, whale = history(*[100.0] * 30, wall=50.0), history(*[100.0] * 30, wall=5000.0)
    assert text(calm, Size(60, 30), options(29)) == text(whale, Size(60, 30), options(29))


def test_the_scale_stays_while_it_is_good() -> None:
    held, seen = None, set()
    mids = [100.0 + (at % 5) / 2 for at in range(60)]
    made = LiquidityHistory()
    for second, mid in enumerate(mids):
        made.sample(START + second * 1000, book_at(mid), Trades())
        held = heat_scale(made, Size(60, 30), options(second, last_price=mid, held=held), PALETTE)
        seen.add(held)
    assert len(seen) == 1
    moved = heat_scale(made, Size(60, 30), options(59, last_price=139.0, held=held), PALETTE)
    assert moved is not None
    assert 0 <= moved.bin_of(139.0) < moved.bins
    assert moved != held


def test_no_level_is_cut_in_two() -> None:
    scale = HeatScale(places=1, ticks=5, first=12_000, bins=10, hot=1.0)
    assert [scale.bin_of(price) for price in (6000.0, 6000.4, 6000.5, 5999.9, 6004.9, 6005.0)] == [0, 0, 1, -1, 9, 10]


def test_a_book_that_was_put_together_has_no_stripes() -> None:
    book = Book()
    book.replace(
        [(1000.0 - 10 * at, 1, 5.0) for at in range(10)] + [(1010.0 + 10 * at, 1, -5.0) for at in range(10)], 1
    )
    made = LiquidityHistory()
    made.sample(START, book, Trades())
    scale = scale_of(made.columns(1, START, 1), 100, 0, 1005.0, None)
    assert scale is not None
    assert scale.ticks == 10


def test_two_prices_share_a_cell_in_true_colour() -> None:
    made = history(*[100.0] * 10)
    glyphs, colours = (heat_scale(made, Size(40, 21), options(9, glyphs=glyphs), PALETTE) for glyphs in (True, False))
    assert glyphs is not None
    assert colours is not None
    assert (glyphs.bins, colours.bins) == (20, 40)
    lines = render_heatmap(made, Size(40, 21), options(9, glyphs=False), PALETTE)
    assert "▀" in plain(lines)
    hottest = ramp(PALETTE, False)[SHADES]
    assert any(hottest in colours_of(line) for line in lines[:-1])
    assert not any(hottest in colours_of(line) for line in render_dimmed(made)[:-1])


def colours_of(line: Line) -> set[object]:
    styles = [style for _, style, _ in line if style is not None]
    return {color.get_truecolor() for style in styles for color in (style.color, style.bgcolor) if color is not None}


def render_dimmed(made: LiquidityHistory) -> list[Line]:
    return render_heatmap(made, Size(40, 21), options(9, glyphs=False, dimmed=True), PALETTE)


def test_without_colours_to_mix_there_are_glyphs() -> None:
    bare = Palette(**{name: Style() for name in Palette.__struct_fields__})
    assert has_ramp(PALETTE)
    assert not has_ramp(bare)
    made = history(*[100.0] * 10)
    assert "█" in plain(render_heatmap(made, Size(40, 20), options(9, glyphs=False), bare))


def test_what_is_not_there_is_said() -> None:
    assert "begins with the first live book" in "".join(text(LiquidityHistory(), Size(60, 9), options(0)))
    made = history(100.0)
    assert "no live book in this time" in "".join(text(made, Size(60, 9), options(400)))


def test_the_past_can_be_looked_at() -> None:
    made = history(*[100.0] * 60, *[110.0] * 10)
    rows = text(made, Size(40, 20), options(69, back=30, last_price=110.5))
    assert "◀" not in "".join(rows)
    assert "12:00:30" in rows[-1]


prices = st.floats(allow_nan=False, allow_infinity=False) | st.floats(1e-8, 1e6)
levels = st.lists(st.tuples(prices, st.integers(1, 9), prices), max_size=15)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 90), levels, st.integers(0, 2)), max_size=12),
    st.builds(Size, st.integers(1, 220), st.integers(1, 60)) | st.builds(Size, st.integers(1, 40), st.integers(1, 9)),
    st.builds(
        HeatOptions,
        now_ms=st.integers(START, START + 100_000) | st.integers(-(10**13), 10**13),
        interval_s=st.sampled_from(INTERVALS_S),
        back=st.integers(-2, 600),
        utc_offset_ms=st.sampled_from([0, 3_600_000, -34_200_000]),
        price_decimals=st.integers(0, 8),
        last_price=st.none() | prices,
        last_old=st.booleans(),
        large=st.none() | st.floats(0, 10),
        glyphs=st.booleans(),
        dimmed=st.booleans(),
        held=st.none()
        | st.builds(
            HeatScale,
            st.integers(0, 8),
            st.integers(1, 500),
            st.integers(-9, 10**6),
            st.integers(1, 120),
            st.floats(1e-6, 1e9),
        ),
    ),
)
def test_any_history_at_any_size(steps: list[tuple[int, list[Row], int]], size: Size, chosen: HeatOptions) -> None:
    made, trades = LiquidityHistory(), Trades()
    for number, (second, listed, precision) in enumerate(sorted(steps, key=lambda step: step[0])):
        book = Book()
        book.replace(listed, precision)
        trades.add(Trade(number, START + second * 1000, 1.0 - number % 3, listed[0][0] if listed else 1.0))
        made.sample(START + second * 1000, book, trades)
    for palette in (PALETTE, Palette(**{name: Style() for name in Palette.__struct_fields__})):
        lines = render_heatmap(made, size, chosen, palette)
        assert [sum(len(each) for each, *_ in line) for line in lines] == [size.width] * size.height


def cells(lines: Sequence[Line]) -> list[list[tuple[str, Style | None]]]:
    return [[(char, style) for each, style, _ in line for char in each] for line in lines]


@pytest.mark.parametrize("interval", [1, 5])
@pytest.mark.parametrize("glyphs", [True, False])
def test_a_map_that_moved_is_the_same_as_one_drawn_anew(interval: int, glyphs: bool) -> None:
    chance = Random(interval)
    mids = [None if 40 <= at < 47 else 100.0 + round(6 * sin(at / 9)) for at in range(120)]
    moved, trades = LiquidityHistory(), Trades()
    held: HeatScale | None = None
    for second, mid in enumerate(mids):
        if mid is not None:
            trades.add(Trade(second, START + second * 1000, chance.choice((-40.0, 1.0)), mid + chance.choice((-1, 1))))
            moved.sample(START + second * 1000, book_at(mid, chance.uniform(1, 60)), trades)
        if chance.random() < 0.3:
            continue
        chosen = options(second, glyphs=glyphs, interval_s=interval, large=30.0, last_price=100.0, held=held)
        held = heat_scale(moved, Size(50, 20), chosen, PALETTE)
        picture = render_heatmap(moved, Size(50, 20), chosen, PALETTE)
        anew = heatmap._MAPS
        heatmap._MAPS = RollingMaps()
        try:
            assert cells(picture) == cells(render_heatmap(moved, Size(50, 20), chosen, PALETTE))
        finally:
            heatmap._MAPS = anew


@pytest.mark.parametrize("width", [40, 80])
def test_the_last_price_keeps_all_its_digits(width: int) -> None:
    made = history(*[100.0] * 30)
    rows = text(made, Size(width, 20), options(29, last_price=100.98426485))
    assert [row.endswith(" 100.98426485 ◀") for row in rows].count(True) == 1

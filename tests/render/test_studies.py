"""Lines of dots, panes below the prices, volume by price and the list: what each of them shows, cell by cell."""

import gc
from itertools import pairwise
from math import cos, sin
from weakref import ref

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybridtui.market.candles import Candle, Candles
from hybridtui.market.indicators.series import Series
from hybridtui.market.indicators.study import Study, StudyKind, default_study
from hybridtui.market.timeframe import Timeframe
from hybridtui.render.buckets import window_of
from hybridtui.render.canvas import Canvas
from hybridtui.render.chart import ChartKind, ChartOptions, render_chart
from hybridtui.render.dots import Stroke, draw_line, line_key
from hybridtui.render.lines import Size, plain
from hybridtui.render.lower import figure, lower_panes
from hybridtui.render.moves import history_wanted
from hybridtui.render.palette import Palette
from hybridtui.render.profile import draw_profile, volume_by_row
from hybridtui.render.scale import Scale
from hybridtui.render.studies import first_needed, shown_studies

PALETTE = Palette()
MINUTE = 60_000
SMA, EMA, VWAP, BOLLINGER, VOLUME, RSI, MACD, ATR, PROFILE = map(default_study, StudyKind)
BELOW = (VOLUME, RSI, MACD, ATR)


def candles(count: int = 120, step: float = 1.0, start: float = 100.0) -> Candles:
    """Minutes that rise by a step each."""
    made = Candles(Timeframe.M1)
    made.merge(
        Candle(at * MINUTE, price, price + step / 2, price + step, price - step, 1.0 + at % 3)
        for at, price in enumerate(start + at * step for at in range(count))
    )  # fmt: skip
    return made


def swinging() -> Candles:
    """Minutes that rise and fall."""
    made, closes = Candles(Timeframe.M1), [100 + 20 * sin(at / 7) + 5 * cos(at / 2) for at in range(120)]
    made.merge(Candle(at * MINUTE, close, close, close, close, 1.0) for at, close in enumerate(closes))
    return made


def text_of(market: Candles, size: Size, *studies: Study, **options: object) -> list[str]:
    chosen = ChartOptions(studies=studies, **options)  # type: ignore[arg-type]
    return plain(render_chart(market, size, chosen, PALETTE)).split("\n")


def dots(canvas: Canvas) -> list[str]:
    return ["".join(row) for row in canvas.chars]


# Lines


def test_a_line_joins_its_points() -> None:
    canvas = Canvas(4, 2)
    draw_line(canvas, [(0, 2.0), (3, 0.0)], Scale(0.0, 2.0, 2), "α")
    assert dots(canvas) == ["⠑⢄  ", "  ⠑⠄"]


def test_a_line_hides_nothing() -> None:
    canvas = Canvas(5, 1)
    canvas.put(2, 0, "┃", "u")
    draw_line(canvas, [(0, 1.0), (4, 1.0)], Scale(0.0, 2.0, 1), "α")
    assert canvas.chars[0][2] == "┃"
    assert canvas.keys[0] == ["α", "α", "u", "α", "α"]


def test_an_undefined_value_interrupts_a_line() -> None:
    canvas = Canvas(7, 1)
    draw_line(canvas, [(0, 1.0), (2, 1.0), (3, None), (4, 1.0), (6, 1.0)], Scale(0.0, 2.0, 1), "α")
    assert [char == " " for char in canvas.chars[0]] == [False, False, False, True, False, False, False]


def test_what_is_outside_of_the_scale_is_left_out() -> None:
    canvas = Canvas(9, 3)
    draw_line(canvas, [(0, 10.0), (8, -10.0)], Scale(0.0, 2.0, 3), "α")
    assert canvas.chars[0][0] == canvas.chars[2][8] == " "
    assert any(char != " " for row in canvas.chars for char in row)


def test_lines_that_meet_share_their_cells() -> None:
    canvas = Canvas(3, 1)
    draw_line(canvas, [(0, 2.0), (2, 2.0)], Scale(0.0, 2.0, 1), line_key(0))
    above = canvas.chars[0][1]
    draw_line(canvas, [(0, 0.0), (2, 0.0)], Scale(0.0, 2.0, 1), line_key(1))
    assert ord(canvas.chars[0][1]) & ord(above) == ord(above) != ord(canvas.chars[0][1])
    assert canvas.keys[0][1] == line_key(0)


def test_strokes_can_be_told_apart_without_colour() -> None:
    drawn = set()
    for stroke in Stroke:
        canvas = Canvas(12, 2)
        draw_line(canvas, [(0, 1.0), (11, 1.0)], Scale(0.0, 2.0, 2), "α", stroke)
        drawn.add("\n".join(dots(canvas)))
    assert len(drawn) == len(Stroke)


@given(st.lists(st.tuples(st.integers(-3, 40), st.none() | st.floats(allow_nan=False, allow_infinity=False))))
def test_any_line_is_drawn(points: list[tuple[int, float | None]]) -> None:
    canvas = Canvas(20, 5)
    for logarithmic in (False, True):
        draw_line(canvas, sorted(points, key=lambda point: point[0]), Scale(1.0, 2.0, 4, logarithmic), "α", top=1)
    assert canvas.chars[0] == [" "] * 20


# Over the prices


def test_nothing_is_drawn_before_it_is_defined() -> None:
    market = candles(30)
    plain_rows, rows = text_of(market, Size(100, 20)), text_of(market, Size(100, 21), SMA)[1:]
    new = {x for before, after in zip(plain_rows, rows, strict=True) for x in range(100) if before[x] != after[x]}
    first = min(x for row in plain_rows for x, char in enumerate(row) if char in "┃╽╿│╻╹╷╵")
    assert min(new) >= first + 2 * 19
    assert "SMA 20 –" in text_of(candles(19), Size(100, 21), SMA)[0]


def test_no_candle_is_hidden() -> None:
    market = candles(60, 0.1)
    without, over = (
        text_of(market, Size(100, 20)),
        text_of(market, Size(100, 21), SMA, EMA, BOLLINGER, VWAP, PROFILE)[1:],
    )
    for before, after in zip(without, over, strict=True):
        assert all(char in (" ", "┈", after[x]) for x, char in enumerate(before[:85]))


def test_the_legend_names_every_line_with_a_sample_of_it() -> None:
    head = text_of(candles(), Size(140, 30), SMA, EMA, VWAP, BOLLINGER, PROFILE)[0]
    for sample in ("── SMA 20 210", "╌╌ EMA 20 210", "━━ VWAP 1", "┈┈ BB 20 2 1", "▐ POC "):
        assert sample in head


def test_a_line_beyond_the_scale_is_pointed_to() -> None:
    market, slow = candles(), Study(StudyKind.SMA, (100,))
    assert "SMA 100 170.0 ↓" in text_of(market, Size(30, 30), slow)[0]
    assert "SMA 100 170.0 ↑" in text_of(market, Size(30, 30), slow, price_range=(100.0, 150.0))[0]
    assert "SMA 100 170.0  " in text_of(market, Size(30, 30), slow, price_range=(100.0, 250.0))[0]


def test_where_there_is_less_room_the_last_values_go_first() -> None:
    head = text_of(candles(), Size(50, 30), SMA, EMA, VWAP, PROFILE)[0]
    assert head.rstrip().split("  ") == [" ── SMA 20 210.0", "╌╌ EMA 20 210.0", "━━ VWAP", "▐ POC"]


def test_two_averages_of_a_kind_are_two_lines() -> None:
    market = candles()
    two = ChartOptions(studies=(Study(StudyKind.SMA, (5,)), Study(StudyKind.SMA, (50,))))
    head = render_chart(market, Size(140, 30), two, PALETTE)[0]
    assert "SMA 5 217" in plain([head])
    assert "SMA 50 195" in plain([head])
    styles = {segment.text.split()[2]: segment.style for segment in head if "SMA" in segment.text}
    assert styles["5"] != styles["50"]


def test_an_average_is_of_true_closes_also_below_heikin_ashi_bars() -> None:
    market = candles()
    heads = {text_of(market, Size(100, 20), SMA, kind=kind)[0] for kind in ChartKind}
    assert len(heads) == 1


def test_candles_joined_into_one_column_keep_the_values_of_the_last() -> None:
    market = candles(400)
    joined = text_of(market, Size(60, 20), SMA, candles_per_column=4, columns_per_candle=1)
    assert joined[0].split()[3] == text_of(market, Size(60, 20), SMA)[0].split()[3]


# Below the prices


@pytest.mark.parametrize("height", range(1, 80))
def test_the_prices_keep_half_of_the_height(height: int) -> None:
    panes = lower_panes(BELOW, height, volume=height // 6, times=1)
    assert sum(pane.rows for pane in panes) <= max(height - height // 6 - 1 - max(8, height // 2), 0)
    assert all(before.top + before.rows == after.top for before, after in pairwise(panes))
    assert not panes or panes[-1].top + panes[-1].rows == height - 1


def test_panes_have_names_values_and_scales() -> None:
    rows = text_of(candles(), Size(100, 50), *BELOW)
    rules = [row for row in rows if row.startswith("─ ")]
    assert len(rules) == 3
    assert "─ RSI 14 100.0 ─" in rules[0]
    assert "─ MACD 12 26 9 7.0" in rules[1]
    assert "signal 7.0" in rules[1]
    assert "─ ATR 14 2.0" in rules[2]
    assert any(row.rstrip().endswith(" 70") for row in rows)
    assert any(row.rstrip().endswith(" 30") for row in rows)


def test_what_has_no_room_is_said_above_the_prices() -> None:
    head = text_of(candles(), Size(100, 14), *BELOW)[0]
    assert "RSI 14 100.0" in head
    assert "MACD 12 26 9 7.0" in head
    assert "ATR 14 2.0" in head


def test_a_pane_that_fits_needs_no_row_above_the_prices() -> None:
    assert "RSI" not in text_of(candles(), Size(100, 40), VOLUME, RSI)[0]


def test_the_axis_stays_as_wide_as_prices_need() -> None:
    market, size = candles(start=64_000.0), Size(100, 50)
    bare, full = text_of(market, size, VOLUME), text_of(market, size, *BELOW)
    tags = [next(row for row in rows if "◀" in row) for rows in (bare, full)]
    assert len({tag.index("64,119") for tag in tags}) == 1


def test_values_are_read_at_the_crosshair() -> None:
    market = swinging()
    values = Series(RSI).over(market.newest(120))
    for number, options in ((119, {}), (90, {"cursor_ms": 90 * MINUTE}), (100, {"right_ms": 100 * MINUTE})):
        (value,) = values[number]
        assert value is not None
        assert any(f"─ RSI 14 {value:.1f} ─" in row for row in text_of(market, Size(100, 50), RSI, **options))


def test_a_falling_market_has_bars_below_zero() -> None:
    rows = text_of(swinging(), Size(120, 60), MACD)
    rule = next(at for at, row in enumerate(rows) if "MACD" in row)
    upper, lower = rows[rule + 1 : rule + 4], rows[rule + 4 : rule + 7]
    assert any("▄" in row for row in upper)
    assert not any("▀" in row for row in upper)
    assert any("▀" in row for row in lower)
    assert not any("▄" in row for row in lower)


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (12.3456, 0, "12.35"),
        (12345.6, 0, "12,346"),
        (0.0, 2, "0.00"),
        (-0.000123456, 1, "-0.0001235"),
        (1e-20, 0, "0.000000000000"),
    ],
)
def test_a_difference_has_four_digits_or_those_of_prices(value: float, places: int, text: str) -> None:
    assert figure(value, places) == text


# Beside the prices


def test_volume_is_spread_over_the_range_of_its_candle() -> None:
    scale = Scale(0.0, 7.0, 4)
    assert volume_by_row([Candle(0, 7.0, 0.0, 7.0, 0.0, 8.0)], scale) == [2.0, 2.0, 2.0, 2.0]
    assert volume_by_row([Candle(0, 7.0, 7.0, 7.0, 7.0, 8.0)], scale) == [8.0, 0.0, 0.0, 0.0]
    assert volume_by_row([Candle(0, 14.0, 14.0, 14.0, 14.0, 8.0)], scale) == [0.0] * 4
    half_outside = volume_by_row([Candle(0, 0.0, 7.0, 14.0, 0.0, 15.0)], scale)
    assert half_outside == [2.0, 2.0, 2.0, 2.0]


def test_the_longest_bar_is_the_point_of_control() -> None:
    canvas, scale = Canvas(24, 4), Scale(0.0, 7.0, 4)
    traded = [Candle(0, 6.0, 6.0, 6.0, 6.0, 4.0), Candle(1, 2.5, 2.5, 2.5, 2.5, 8.0)]
    text, *_ = draw_profile(canvas, traded, scale, Size(24, 4), 1)
    lengths = ["".join(row).count("█") for row in canvas.chars]
    assert lengths == [2, 0, 4, 0]
    assert text == f"▐ POC {scale.price(2):.1f}"
    assert canvas.keys[2][-1] != canvas.keys[0][-1]


def test_no_volume_has_no_profile() -> None:
    canvas = Canvas(24, 4)
    text, *_ = draw_profile(canvas, [Candle(0, 1.0, 1.0, 1.0, 1.0, 0.0)], Scale(0.0, 7.0, 4), Size(24, 4), 1)
    assert text == "▐ POC –"
    assert dots(canvas) == [" " * 24] * 4


# Costs


def test_a_change_of_the_newest_candle_computes_one_value_a_study(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Series] = []
    birth = Series.__init__

    def counted(self: Series, study: Study) -> None:
        birth(self, study)
        made.append(self)

    monkeypatch.setattr(Series, "__init__", counted)
    market, size = candles(), Size(200, 50)
    text_of(market, size, SMA, MACD, VOLUME)
    assert [series.computed for series in made] == [120, 120]
    text_of(market, size, SMA, MACD, VOLUME, columns_per_candle=3)
    assert [series.computed for series in made] == [120, 120], "another view computes nothing"
    market.merge([Candle(119 * MINUTE, 219.0, 230.0, 230.0, 218.0, 100.0)])
    head = text_of(market, size, SMA, MACD, VOLUME)[0]
    assert [series.computed for series in made] == [121, 121]
    assert "SMA 20 210.5" in head, "the last close is 230, and was 220"


def test_values_are_forgotten_with_their_candles() -> None:
    market = candles()
    text_of(market, Size(100, 30), SMA)
    gone = ref(market)
    del market
    gc.collect()
    assert gone() is None


def test_studies_of_two_markets_are_apart() -> None:
    one, other = candles(), candles(start=1_000.0)
    for _ in range(2):
        assert "SMA 20 210" in text_of(one, Size(100, 30), SMA)[0]
        assert "SMA 20 1,110" in text_of(other, Size(100, 30), SMA)[0]


# Holes


def with_a_hole(*, filled: bool = False) -> Candles:
    """A day until 22:00, and the next one from 08:00 on; nobody knows of the night unless it is `filled`."""
    made = Candles(Timeframe.M1)
    runs = [(0, 22 * 60), (32 * 60, 240)] + ([(22 * 60, 10 * 60)] if filled else [])
    for first, count in runs:
        minutes = range(first, first + count)
        made.merge([Candle(at * MINUTE, 100.0, 100.0, 100.0, 100.0, 1.0) for at in minutes], listing=True)
    return made


def test_nothing_is_averaged_across_a_hole_and_its_filling_is_taken_up() -> None:
    market, size = with_a_hole(), Size(200, 40)
    long = Study(StudyKind.SMA, (300,))
    head = text_of(market, size, VWAP, long, SMA, RSI)[0]
    assert "VWAP –" in head
    assert "SMA 300 –" in head
    assert "SMA 20 100" in head
    market.merge(with_a_hole(filled=True).newest(100_000), listing=True)
    assert market.unknown == ()
    head = text_of(market, size, VWAP, long, SMA)[0]
    assert "VWAP 100" in head
    assert "SMA 300 100" in head


def test_no_line_is_drawn_across_a_hole() -> None:
    one = Study(StudyKind.SMA, (1,))
    market = Candles(Timeframe.M1)
    for first in (0, 40):
        row = [Candle(at * MINUTE, 100.0, 100.0, 101.0, 90.0, 1.0) for at in range(first, first + 20)]
        market.merge(row, listing=True)
    newest = market.last
    assert newest is not None
    window = window_of(market, newest, 80, ChartOptions(columns_per_candle=1))
    [shown] = shown_studies(market, window, [one], 59 * MINUTE)
    assert [value is None for _, value in shown.points()] == [False] * 20 + [True] + [False] * 20


# What is needed


def test_a_study_needs_what_it_is_computed_from() -> None:
    left = 3 * 86_400_000 + 5 * MINUTE
    assert first_needed(VOLUME, left, Timeframe.M1) == left
    assert first_needed(SMA, left, Timeframe.M1) == left - 80 * MINUTE
    assert first_needed(MACD, left, Timeframe.M5) == left - 4 * 26 * 5 * MINUTE
    assert first_needed(VWAP, left, Timeframe.M1) < 3 * 86_400_000


def test_older_candles_are_wanted_for_the_studies_too() -> None:
    market = Candles(Timeframe.M1)
    noon = 10 * 86_400_000 + 720 * MINUTE
    market.merge(Candle(noon + at * MINUTE, 1.0, 1.0, 1.0, 1.0, 1.0) for at in range(300))
    for studies, wanted in (
        ((VOLUME,), False),
        ((SMA,), False),
        ((VWAP,), True),
        ((Study(StudyKind.EMA, (200,)),), True),
    ):
        assert (history_wanted(market, Size(100, 30), ChartOptions(studies=studies)) is not None) is wanted

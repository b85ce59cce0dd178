import subprocess
import sys
from itertools import pairwise

import msgspec
import pytest
from msgspec.structs import replace
from rich.style import Style

from hybridtui.market.candles import Candle, Candles
from hybridtui.market.indicators.study import StudyKind, default_study
from hybridtui.market.timeframe import Timeframe
from hybridtui.render.buckets import time_marks, window_of
from hybridtui.render.canvas import Canvas
from hybridtui.render.chart import (
    ChartKind,
    ChartOptions,
    ScaleKind,
    candle_under_cursor,
    place_at,
    price_under_cursor,
    render_chart,
)
from hybridtui.render.lines import Size, plain
from hybridtui.render.palette import Palette, subdued
from hybridtui.render.readout import candle_details, fitting, measure_details
from hybridtui.render.scale import Scale, nice_step, scale_for

PALETTE = Palette()
MINUTE = 60_000
EVERY = tuple(default_study(kind) for kind in StudyKind)
SMA, RSI, VWAP = (default_study(kind) for kind in (StudyKind.SMA, StudyKind.RSI, StudyKind.VWAP))


def candles_of(*rows: tuple[int, float, float, float, float], timeframe: Timeframe = Timeframe.M1) -> Candles:
    """Rows of (minute, open, high, low, close)."""
    candles = Candles(timeframe)
    candles.merge(Candle(minute * MINUTE, o, c, h, low, 1.0) for minute, o, h, low, c in rows)
    return candles


RISING = candles_of(*[(minute, 100.0 + minute, 103.0 + minute, 99.0 + minute, 102.0 + minute) for minute in range(30)])


def text_of(candles: Candles, width: int, height: int, **options: object) -> list[str]:
    chosen = ChartOptions(**options)  # type: ignore[arg-type]
    return plain(render_chart(candles, Size(width, height), chosen, PALETTE)).split("\n")


def test_a_candle_is_drawn_in_half_cells() -> None:
    canvas_rows = text_of(candles_of((0, 10.0, 18.0, 2.0, 14.0)), 3, 3, studies=())
    column = "".join(row[1] for row in canvas_rows)
    assert column[0] in "╷│╽"
    assert column[1] in "┃╽╿"
    assert column[2] in "╵│╿"


def test_a_doji_keeps_a_body() -> None:
    rows = text_of(candles_of((0, 10.0, 10.0, 10.0, 10.0)), 3, 3)
    assert any(glyph in "".join(rows) for glyph in "╻╹")


def test_minutes_without_trades_are_gaps() -> None:
    rows = text_of(candles_of((0, 1.0, 2.0, 1.0, 2.0), (5, 1.0, 2.0, 1.0, 2.0)), 12, 3, columns_per_candle=1)
    filled = [x for x in range(12) if any(row[x] in "┃╻╹│╽╿" for row in rows)]
    assert filled == [5, 10]


def test_the_last_price_is_on_the_axis_with_all_its_digits() -> None:
    rows = text_of(RISING, 60, 20, last_price=120.16475986)
    (tag,) = [row for row in rows if "◀" in row]
    assert "120.16475986 ◀" in tag
    assert "┈" in tag


def style_at(options: ChartOptions, word: str) -> Style | None:
    return next(
        style
        for line in render_chart(RISING, Size(60, 20), options, PALETTE)
        for text, style, _ in line
        if word in text
    )


def test_a_last_price_that_nothing_delivers_is_dim_and_doubted() -> None:
    for last_price, mark in ((120.0, "120?◀"), (500.0, "500?▲"), (1.0, "1?▼")):
        options = {"last_price": last_price, "price_range": (90.0, 140.0), "last_old": True}
        assert any(row.endswith(mark) for row in text_of(RISING, 60, 20, **options))
    old = ChartOptions(last_price=120.0, last_old=True)
    assert style_at(old, "120?◀") == subdued(PALETTE.accent)
    assert style_at(old, "┈") != style_at(replace(old, last_old=False), "┈")
    assert style_at(replace(old, dimmed=True), "120?◀") == subdued(PALETTE.accent), "dim, and not twice"


def test_the_axis_has_round_prices() -> None:
    labels = [float(row.split()[-1]) for row in text_of(RISING, 60, 20) if row.split() and row.split()[-1].isdigit()]
    assert len(labels) >= 2
    assert all(label % 5 == 0 for label in labels if label > 50)


def test_the_time_left_is_below_the_tag() -> None:
    rows = text_of(RISING, 60, 20, now_ms=29 * MINUTE + 37_000)
    tag = next(at for at, row in enumerate(rows) if "◀" in row)
    assert rows[tag + 1].split()[-1] == "00:23"


def test_times_are_round_and_local() -> None:
    assert "00:20" in text_of(RISING, 60, 20)[-1]
    assert "01:20" in text_of(RISING, 60, 20, utc_offset_ms=3_600_000)[-1]


def test_months_are_one_apart() -> None:
    candles = candles_of((0, 1, 2, 1, 2), (31 * 1440, 1, 2, 1, 2), (59 * 1440, 1, 2, 1, 2), timeframe=Timeframe.MONTH)
    newest = candles.last
    assert newest is not None
    window = window_of(candles, newest, 30, ChartOptions(columns_per_candle=1))
    xs = [window.x(window.buckets.number(candle.mts)) for candle in window.bars(candles)]
    assert xs == [26, 27, 28]
    assert [text for _, text in time_marks(window, 0)][-1:] == ["Jan 1970"]


def test_the_present_moves_on_but_never_leaves_the_candles_behind() -> None:
    newest = RISING.last
    assert newest is not None
    for minutes, behind in ((1, 1), (5, 5), (10_000, 13)):
        window = window_of(RISING, newest, 41, ChartOptions(columns_per_candle=1, now_ms=newest.mts + minutes * MINUTE))
        assert window.right - window.buckets.number(newest.mts) == behind


def test_the_crosshair_finds_its_candle() -> None:
    size = Size(60, 20)
    place = place_at(RISING, size, ChartOptions(), 30, 4)
    assert place is not None
    options = ChartOptions(cursor_ms=place[0], cursor_price=place[1])
    candle = candle_under_cursor(RISING, size, options)
    assert candle is not None
    assert candle.mts == place[0]
    rows = text_of(RISING, 60, 20, cursor_ms=place[0], cursor_price=place[1])
    assert rows[0][30] == "│"
    assert rows[4].count("╌") > 20
    assert "▸" in rows[4]
    assert place_at(RISING, size, ChartOptions(), 59, 4) is None
    below = place_at(RISING, size, ChartOptions(), 30, 18)
    assert below is not None
    assert below[1] is None


def test_in_a_gap_the_crosshair_is_at_the_last_price_before_it() -> None:
    gappy = Candles(Timeframe.M1)
    gappy.merge(Candle(minute * MINUTE, 10.0, close, 20.0, 5.0, 1.0) for minute, close in ((10, 12.0), (14, 18.0)))
    size, options = Size(60, 20), ChartOptions(cursor_ms=12 * MINUTE)
    assert candle_under_cursor(gappy, size, options) is None
    assert price_under_cursor(gappy, size, options) == 12.0
    assert sum("╌" in row for row in text_of(gappy, 60, 20, cursor_ms=12 * MINUTE)) == 1
    assert price_under_cursor(gappy, size, ChartOptions(cursor_ms=14 * MINUTE)) == 18.0
    assert price_under_cursor(gappy, size, ChartOptions(cursor_ms=9 * MINUTE)) is None
    assert price_under_cursor(gappy, size, ChartOptions()) is None


def test_the_height_of_a_mouse_is_read_as_the_axis_shows_it_and_a_close_as_it_is() -> None:
    closes = (101.0, 102.0, 103.16475986, 102.0)
    hidden = candles_of(*[(minute, 100.0, 104.0, 99.0, close) for minute, close in enumerate(closes)])
    size = Size(60, 20)
    held = ChartOptions(cursor_ms=2 * MINUTE, cursor_price=101.487654)
    assert price_under_cursor(hidden, size, held) == 101.0
    assert price_under_cursor(hidden, size, ChartOptions(cursor_ms=2 * MINUTE)) == 103.16475986


def test_the_crosshair_stays_on_the_screen() -> None:
    rows = text_of(RISING, 60, 20, cursor_ms=-10_000 * MINUTE)
    assert rows[0].index("│") <= 2
    assert place_at(RISING, Size(60, 20), ChartOptions(), 0, 0) is not None


def test_indicators_are_read_at_the_crosshair() -> None:
    now = text_of(RISING, 100, 20, studies=(SMA,))[0]
    then = text_of(RISING, 100, 20, studies=(SMA,), cursor_ms=24 * MINUTE)[0]
    assert now.split()[1:4] == ["SMA", "20", "122"]
    assert then.split()[1:4] == ["SMA", "20", "116"]


def test_candle_details() -> None:
    assert candle_details(Candle(0, 64201.0, 64213.0, 64220.0, 64198.5, 3.84)) == (
        "O 64,201  H 64,220  L 64,198.5  C 64,213  +0.02%  V 3.84"
    )


def test_a_title_says_what_there_is_room_for() -> None:
    details = candle_details(Candle(0, 64201.0, 64213.0, 64220.0, 64198.0, 3.84), 1)
    assert fitting("1m candles", details, 90, read=False) == f"1m candles  {details}"
    assert fitting("1m candles", details, 70, read=False) == f"1m candles  {details.removesuffix('  V 3.84')}"
    assert fitting("1m candles", details, 40, read=False) == "1m candles  C 64,213.0  +0.02%"
    assert fitting("1m candles", details, 66, read=True) == details
    assert fitting("1m candles", details, 20, read=True) == "C 64,213.0  +0.02%"
    measured = measure_details(RISING, (0, 100.0), (5 * MINUTE, 103.5), ChartOptions())
    assert measured == "Δ +3.5  +3.50%  5 bars  5m"
    assert fitting("1m candles", measured, 20, read=True) == measured


def test_measuring_back_in_time_and_over_joined_candles() -> None:
    options = ChartOptions(candles_per_column=4)
    assert measure_details(RISING, (90 * MINUTE, 0.00000712), (0, 0.00000623), options) == (
        "Δ -0.00000089  -12.50%  -22 bars  -1h 30m"
    )


def test_what_is_not_there_is_said() -> None:
    assert "loading 5m candles" in "".join(text_of(Candles(Timeframe.M5), 40, 5, message="loading 5m candles …"))
    assert "no candles so far" in "".join(text_of(candles_of(), 40, 5))
    assert "no candles at this time" in "".join(text_of(RISING, 40, 5, right_ms=-5000 * MINUTE))


def test_indicators_are_named_with_their_values() -> None:
    head = text_of(RISING, 100, 12, studies=(SMA, RSI, VWAP))[0]
    assert "SMA 20 122" in head
    assert "RSI 14 100.0" in head, "there is no room for its pane"
    assert "VWAP 1" in head
    assert "SMA 20 –" in text_of(candles_of((0, 1, 2, 1, 2)), 100, 20, studies=(SMA,))[0]


def test_an_area_is_filled_below_its_line() -> None:
    line = "".join(text_of(RISING, 60, 20, kind=ChartKind.LINE, studies=()))
    area = text_of(RISING, 60, 20, kind=ChartKind.AREA, studies=())
    assert any("\u2800" < char <= "\u28ff" for char in line)
    assert "\u28ff" * 20 in area[-2]
    assert "".join(area).count("\u28ff") > line.count("\u28ff")


def test_scale_ends_are_round_and_hold_all_prices() -> None:
    scale = scale_for([64_198.0, 64_620.0], 20)
    assert scale.low < 64_198 < 64_620 < scale.high
    assert scale_for([64_199.0, 64_619.0], 20) == scale
    assert scale.ticks() == [64_200, 64_300, 64_400, 64_500, 64_600]
    assert [nice_step(least) for least in (0.9, 1.1, 3, 7, 0.00003)] == [1, 2, 5, 10, 0.00005]
    assert Scale(0.0, 1.0, 4).half(0.0) == 7
    assert Scale(0.0, 1.0, 4).half(1.0) == 0


def test_a_canvas_loses_what_is_outside_and_joins_runs() -> None:
    canvas = Canvas(5, 1)
    canvas.write(-2, 0, "abcd", "x")
    canvas.put(9, 0, "z", "x")
    canvas.put_below(0, 0, "q", "y")
    (line,) = canvas.lines({"x": Style(bold=True), " ": Style(), "y": Style()})
    assert [segment.text for segment in line] == ["cd   "]


def test_plotext_is_loaded_with_the_first_line_chart_only() -> None:
    code = "import sys, hybridtui.render.chart; sys.exit('plotext' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_old_chart_is_subdued_as_a_whole() -> None:
    def styles(dimmed: bool) -> set[Style | None]:
        options = ChartOptions(studies=EVERY, cursor_ms=26 * MINUTE, dimmed=dimmed)
        lines = render_chart(RISING, Size(100, 30), options, PALETTE)
        return {segment.style for line in lines for segment in line if segment.text.strip()}

    assert not styles(dimmed=True) & styles(dimmed=False)


def test_a_logarithmic_scale_gives_equal_ratios_equal_heights() -> None:
    scale = scale_for([1.0, 10_000.0], 40, ScaleKind.LOG)
    heights = [scale.half(10.0**power) for power in range(5)]
    assert {before - after for before, after in pairwise(heights)} <= {18, 19}
    assert [tick for tick in scale.ticks() if tick in (1, 10, 100, 1000, 10_000)] == [1, 10, 100, 1000, 10_000]
    for row in range(40):
        assert scale.row(scale.price(row)) == row


def test_per_cents_are_counted_from_the_first_close() -> None:
    rows = text_of(RISING, 100, 20, scale=ScaleKind.PERCENT)
    (tag,) = [row for row in rows if "◀" in row]
    assert tag.split()[-2] == "+28.43%"
    assert any(row.split()[-1] == "0%" for row in rows if row.split())


def test_new_candles_do_not_move_the_past() -> None:
    longer = Candles(Timeframe.M1)
    longer.merge([*RISING.newest(99), Candle(30 * MINUTE, 131.0, 132.0, 133.0, 130.0, 1.0)])
    for joined in (1, 3):
        options = {"right_ms": 20 * MINUTE, "candles_per_column": joined, "columns_per_candle": 1}
        before, after = text_of(RISING, 20, 20, **options), text_of(longer, 20, 20, **options)
        assert before[1:] == after[1:]


def test_the_bid_and_the_ask_stand_at_the_right_edge() -> None:
    rows = text_of(RISING, 60, 20, bid=110.0, ask=125.0)
    assert sum("▄" in row[45:56] or "▀" in row[45:56] for row in rows[:15]) == 2


def test_heikin_ashi_changes_neither_the_last_price_nor_the_volume() -> None:
    plain_rows, smooth = text_of(RISING, 60, 20), text_of(RISING, 60, 20, kind=ChartKind.HEIKIN_ASHI)
    assert next(row for row in plain_rows if "◀" in row).split()[-2:] == ["131", "◀"]
    assert next(row for row in smooth if "◀" in row).split()[-2:] == ["131", "◀"]
    assert plain_rows[-4:] == smooth[-4:]
    assert plain_rows[:-4] != smooth[:-4]


@pytest.mark.parametrize(("columns", "full", "hollow"), [(2, "┃", "║"), (6, "█", "▒")])
def test_without_colours_a_rising_body_is_hollow(columns: int, full: str, hollow: str) -> None:
    both = candles_of((0, 10.0, 90.0, 10.0, 90.0), (1, 90.0, 90.0, 10.0, 10.0))
    options = ChartOptions(columns_per_candle=columns, studies=())
    plain_palette = msgspec.structs.replace(PALETTE, up=Style(bold=True), down=Style())
    coloured = plain(render_chart(both, Size(30, 9), options, PALETTE))
    colourless = plain(render_chart(both, Size(30, 9), options, plain_palette))
    assert full in coloured
    assert hollow not in coloured
    rows = [row for row in colourless.split("\n") if hollow in row and full in row]
    assert rows
    assert all(row.index(hollow) < row.index(full) for row in rows)

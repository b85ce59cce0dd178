from rich.segment import Segment
from rich.style import Style

from hybridtui.render.blocks import horizontal_bar, sparkline
from hybridtui.render.cache import LineCache
from hybridtui.render.lines import Line, Size, beside, blank, fit, plain, sanitise, sentence, spread_out, width_of
from hybridtui.render.palette import Palette, bar, dimmed, faint
from hybridtui.render.times import clock_text, countdown_text, day_text, month_text, past_text, shortened

STYLE = Style()


def test_control_characters_go() -> None:
    assert sanitise("a\x1b[31mb\nc\td\u202e") == "a[31mbcd"
    assert sanitise("BTC/USD ×1") == "BTC/USD ×1"


def test_lines_are_fitted_by_cells() -> None:
    line: Line = [Segment("日本", STYLE), Segment("abc", STYLE)]
    assert plain([fit(line, 10, STYLE)]) == "日本abc   "
    assert plain([fit(line, 5, STYLE)]) == "日本a"
    assert plain([fit(line, 3, STYLE)]) == "日 "
    assert width_of(fit(line, 1, STYLE)) == 1
    assert blank(0, STYLE) == []


def test_the_right_part_goes_where_there_is_no_room() -> None:
    left, right = [Segment("left", STYLE)], [Segment("right", STYLE)]
    assert plain([spread_out(left, right, 12, STYLE)]) == "left   right"
    assert plain([spread_out(left, right, 8, STYLE)]) == "left    "


def test_a_sentence_is_in_the_middle() -> None:
    assert plain(sentence("hi", Size(6, 3), STYLE)) == "      \n  hi  \n      "
    assert plain(sentence("too long", Size(3, 1), STYLE)) == "too"


def test_blocks_are_joined_side_by_side() -> None:
    assert plain(beside([sentence("a", Size(1, 1), STYLE), sentence("b", Size(3, 1), STYLE)])) == "a b "


def test_bars_and_sparklines() -> None:
    assert [horizontal_bar(eighths) for eighths in (0, 1, 8, 12)] == ["", "▏", "█", "█▌"]
    assert sparkline([1, 2, 3, 4, 5, 6, 7, 8], 8) == "▁▂▃▄▅▆▇█"
    assert sparkline([5, 5], 8) == "▄▄"
    assert sparkline([], 8) == ""


def test_times() -> None:
    noon = 1_542_024_000_000
    assert clock_text(noon + 5_250) == "12:00:05"
    assert clock_text(noon, -34_200_000) == "02:30:00"
    assert (day_text(noon), month_text(noon)) == ("12 Nov", "Nov 2018")
    assert [countdown_text(seconds) for seconds in (-1, 23.9, 7509, 273_600)] == ["00:00", "00:23", "2:05:09", "3d 04h"]


def test_a_moment_of_another_day_has_its_day() -> None:
    noon, hour = 1_542_024_000_000, 3_600_000
    assert past_text(noon, noon + 11 * hour) == "12:00:00"
    assert past_text(noon, noon + 12 * hour) == "12 Nov 12:00:00"
    assert past_text(noon, noon - 24 * hour) == "12 Nov 12:00:00", "clocks are set, too"
    assert past_text(noon, noon + 60 * 24 * hour) == "12 Nov 2018 12:00:00"
    assert past_text(noon) == "12 Nov 12:00:00", "nobody knows when it is read"


def test_of_a_moment_the_day_matters_most() -> None:
    assert shortened("12 Nov 2018 12:00:00") == ["12 Nov 2018 12:00:00", "12 Nov 2018 12:00", "12 Nov 2018"]
    assert shortened("12:00:00") == ["12:00:00"]
    assert shortened("") == [""]


def test_old_data_is_subdued_but_how_things_stand_is_not() -> None:
    palette = Palette()
    old = dimmed(palette)
    assert old.stale == palette.stale
    assert old.bright != palette.bright
    assert old.bright.bgcolor == palette.bright.bgcolor
    assert faint(Style(color="red"), 0.5).dim
    assert bar(palette.bid_bar, palette.text).color == palette.bid_bar.bgcolor


def test_a_picture_is_drawn_once_for_one_key() -> None:
    cache = LineCache()
    pictures = [cache.get(("book", revision), lambda: [[Segment(".", STYLE)]]) for revision in (1, 1, 2, 2)]
    assert cache.drawn == 2
    assert pictures[0] is pictures[1]
    assert pictures[1] is not pictures[2]
    cache.clear()
    cache.get(("book", 2), list)
    assert cache.drawn == 3

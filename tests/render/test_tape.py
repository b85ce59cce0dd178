from hybridtui.market.trades import Trade, Trades
from hybridtui.render.lines import Size, plain
from hybridtui.render.palette import Palette
from hybridtui.render.tape import TapeOptions, large_from, print_at, render_tape
from hybridtui.render.tape_rows import prints, volume
from hybridtui.render.tape_summary import settled

HOUR = 3_600_000


def tape_of(*rows: tuple[int, float, float]) -> Trades:
    """Rows of (ms, amount, price), oldest first."""
    trades = Trades()
    trades.merge([Trade(at, mts, amount, price) for at, (mts, amount, price) in enumerate(rows, 1)])
    return trades


TAPE = tape_of((HOUR - 1, 2.5, 6443.0), (HOUR, -0.044, 6443.1), (HOUR + 1900, 0.1, 6443.1), (HOUR + 1900, 0.21, 6443.1))


def text_of(trades: Trades, width: int, height: int, options: TapeOptions | None = None) -> list[str]:
    return plain(render_tape(trades, Size(width, height), options or TapeOptions(), Palette())).split("\n")


def test_newest_first_with_the_hour_where_it_changes() -> None:
    assert [row.split() for row in text_of(TAPE, 40, 3)] == [
        ["01:00:01", "▲", "6,443.1", "0.3100", "×2"],
        ["00:00", "▼", "6,443.1", "0.0440"],
        ["00:59:59", "▲", "6,443.0", "2.5000", "◆"],
    ]
    assert text_of(TAPE, 40, 3, TapeOptions(utc_offset_ms=HOUR))[0].startswith(" 02:00:01")


def test_fills_are_put_together_only_where_they_are_alike() -> None:
    newest_first = TAPE.newest(9)
    assert [row.fills for row in prints(newest_first, 9, merge=True)] == [2, 1, 1]
    assert len(prints(newest_first, 9, merge=True)) == 3
    assert len(prints(newest_first, 9, merge=False)) == 4
    assert len(prints(newest_first, 2, merge=False)) == 2


def test_no_digit_of_a_price_is_lost_and_the_points_are_aligned() -> None:
    rows = text_of(tape_of((0, 1.0, 6456.1), (1000, 1.0, 6456.2), (2000, 1.0, 6456.16475986)), 40, 3)
    assert "6,456.16475986" in rows[0]
    assert rows[1].index("6,456.2") == rows[0].index("6,456.1")


def test_large_trades_are_marked() -> None:
    marked = text_of(TAPE, 40, 3, TapeOptions(large=0.3))
    assert ["◆" in row for row in marked] == [True, False, True]


def test_half_a_mark_is_never_shown() -> None:
    assert text_of(TAPE, 32, 1)[0].endswith("×2")
    assert "×" not in text_of(TAPE, 31, 1)[0]


def test_columns_go_as_the_width_shrinks() -> None:
    assert text_of(TAPE, 26, 3)[1].split() == ["00:00", "▼", "6,443.1", "0.0440"]
    assert text_of(TAPE, 20, 3)[1].split() == ["▼", "6,443.1", "0.0440"]
    assert text_of(TAPE, 9, 3)[1].split() == ["▼", "6,443.1"]


def test_the_fills_of_a_sweep_are_one_row_with_the_best_and_the_worst_price() -> None:
    trades = tape_of(
        (0, -1.0, 99.5), (5, 0.1, 100.0), (5, 0.2, 100.5), (5, 0.3, 102.0), (6, -1.0, 99.0), (6, -1.0, 98.0)
    )
    sold, bought, before = prints(trades.newest(9), 9, merge=True)
    assert (bought.first, bought.price, bought.amount, bought.fills) == (100.0, 102.0, 0.6, 3)
    assert (sold.first, sold.price, sold.amount, sold.fills) == (99.0, 98.0, -2.0, 2)
    assert (before.first, before.price, before.fills) == (99.5, 99.5, 1)
    wide, narrow = (text_of(trades, width, 3, TapeOptions(price_decimals=1)) for width in (44, 34))
    assert wide[1].split() == ["00:00", "100.0→▲", "102.0", "0.6000", "×3"]
    assert narrow[1].split() == ["00:00", "▲→102.0", "0.6000", "×3"]
    assert "→" not in wide[2] + narrow[2]
    assert wide[1].index("102.0") == wide[2].index("99.5") - 1


def test_both_sides_of_one_millisecond_are_two_rows() -> None:
    assert len(prints(tape_of((5, 1.0, 1.0), (5, -1.0, 1.0)).newest(9), 9, merge=True)) == 2


def test_amounts_are_added_up_exactly() -> None:
    trades = tape_of(*((5, 0.1, 100.0) for _ in range(3)), *((5, 0.00000001, 100.0) for _ in range(7)))
    assert sum(trade.amount for trade in trades.newest(99)) != 0.30000007
    assert volume(trades.newest(99)) == prints(trades.newest(99), 1, merge=True)[0].amount == 0.30000007
    assert "0.3000" in text_of(tape_of(*((5, 0.1, 100.0) for _ in range(3))), 40, 1)[0]


def test_what_is_large_by_itself_is_a_round_number_that_stays() -> None:
    assert large_from(tape_of(*((at, 0.013, 1.0) for at in range(9)))) == 0.15
    assert large_from(tape_of(*((at, 0.0149, 1.0) for at in range(9)))) == 0.15
    assert large_from(Trades()) == 0.0


def test_a_bar_behind_the_size_grows_with_it() -> None:
    lines = render_tape(
        tape_of((0, 0.1, 1.0), (1, 1.0, 1.0), (2, 4.0, 1.0)), Size(40, 3), TapeOptions(large=4.0), Palette()
    )
    ground = Palette().bid_bar.bgcolor
    bars = [sum(len(text) for text, style, _ in line if style and style.bgcolor == ground) for line in lines]
    assert bars[0] > bars[1] > bars[2] >= 1


def test_the_last_minute_weighs_buys_against_sells() -> None:
    trades = tape_of((0, 9.0, 1.0), (50_000, 3.0, 1.0), (70_000, -1.0, 1.0))
    rows = text_of(trades, 40, 12, TapeOptions(now_ms=100_000))
    assert rows[-2].startswith(" buy  75 % ▓")
    assert rows[-2].rstrip().endswith("░ 60 s")
    assert (rows[-2].count("▓"), rows[-2].count("░")) == (16, 6)
    assert text_of(trades, 40, 12, TapeOptions(now_ms=125_000))[-2].startswith(" buy   0 % ░")
    assert text_of(trades, 40, 12, TapeOptions(now_ms=170_000))[-2].startswith(" no trade for a minute")
    young = text_of(tape_of((0, 1.0, 1.0), (34_000, 1.0, 1.0)), 40, 12, TapeOptions(now_ms=36_000))
    assert young[-2].rstrip().endswith("34 s"), "more is not known"


def test_the_last_minute_changes_only_with_its_trades() -> None:
    trades = tape_of((0, 9.0, 1.0), (50_000, 3.0, 1.0), (70_000, -1.0, 1.0))
    assert settled(Trades(), 5) == 0
    moments = [settled(trades, now) for now in range(70_000, 200_000, 100)]
    assert len(set(moments)) == 3
    for now in range(70_000, 200_000, 5_000):
        shown, exact = (text_of(trades, 40, 12, TapeOptions(now_ms=at)) for at in (settled(trades, now), now))
        assert shown == exact


def test_the_delta_is_that_of_trades_without_a_hole() -> None:
    rows = text_of(tape_of((0, 3.0, 1.0), (120_000, -1.25, 1.0)), 40, 12)
    assert rows[-1].startswith(" CVD +1.75 ")
    assert rows[-1].rstrip().endswith("2 min")
    trades = tape_of((0, 3.0, 1.0))
    trades.merge([Trade(9, 5000, -0.5, 100.0), Trade(10, 6000, -0.25, 100.0)])
    assert text_of(trades, 40, 12)[-1].startswith(" CVD -0.75 "), "what was missed cannot be counted"
    assert "CVD" not in "".join(text_of(TAPE, 40, 12, TapeOptions(summary=False)))


def test_what_is_not_there_is_said() -> None:
    known = Trades()
    known.merge([])
    assert "no trades yet" in "".join(text_of(Trades(), 30, 3))
    assert "no trades so far" in "".join(text_of(known, 30, 3))


def interrupted(reaches_back: bool) -> Trades:
    trades = tape_of((0, 1.0, 100.0), (1000, 1.0, 100.0))
    trades.interrupt(7.0)
    first = 2 if reaches_back else 5
    trades.merge([Trade(number, number * 1000, 1.0, 101.0) for number in range(first, 8)], at=50.0)
    return trades


def test_an_outage_is_marked_where_it_was() -> None:
    rows = text_of(interrupted(True), 40, 9)
    assert rows[5].strip() == "— 43 s missed, 5 trades filled —"
    assert all("101" in row for row in rows[:5])
    assert "100" in rows[6]


def test_what_is_still_missing_is_marked() -> None:
    assert text_of(interrupted(False), 60, 9)[3].strip() == "— 43 s missed, 3 trades filled, more unknown —"
    assert text_of(interrupted(False), 24, 9)[3].strip() == "— 43 s · more unknown —"
    trades = tape_of((0, 1.0, 100.0))
    trades.merge([Trade(9, 5000, 1.0, 100.0)])
    assert text_of(trades, 60, 9)[1].strip() == "— 5 s missed, 1 trade filled, more unknown —"


def test_a_mark_too_long_is_said_in_fewer_words() -> None:
    trades = interrupted(True)
    for width, words in (
        (32, "— 43 s missed, 5 trades filled —"),
        (31, "— 43 s · 5 filled —"),
        (18, "— +5 —"),
        (5, "—————"),
    ):
        assert text_of(trades, width, 9)[5].strip() == words


def test_trades_of_both_sides_of_an_outage_are_not_one_row() -> None:
    trades = tape_of((0, 1.0, 100.0))
    trades.interrupt(0.0)
    trades.merge([Trade(1, 0, 1.0, 100.0), Trade(2, 0, 1.0, 100.0)], at=9.0)
    assert [len(row.split()) for row in text_of(trades, 40, 3)] == [4, 8, 4]


DAYS = tape_of(
    (-400 * 24 * HOUR, 1.0, 6443.0), (-30 * HOUR, 1.0, 6443.0), (-2 * HOUR, -1.0, 6443.1), (HOUR, 0.1, 6443.1)
)
NOW = TapeOptions(today_ms=3 * HOUR)


def test_trades_of_another_day_say_so() -> None:
    assert [row.split() for row in text_of(DAYS, 40, 8, NOW)] == [
        ["01:00:00", "▲", "6,443.1", "0.1000"],
        ["—", "31", "Dec", "1969", "—"],
        ["22:00:00", "▼", "6,443.1", "1.0000"],
        ["—", "30", "Dec", "1969", "—"],
        ["18:00:00", "▲", "6,443", "1.0000"],
        ["—", "27", "Nov", "1968", "—"],
        ["00:00:00", "▲", "6,443", "1.0000"],
        [],
    ]
    eastward = text_of(DAYS, 40, 5, TapeOptions(today_ms=3 * HOUR, utc_offset_ms=3 * HOUR))
    assert [row.split()[0] for row in eastward[:3]] == ["04:00:00", "01:00:00", "—"], "the day is the reader's own"


def test_the_first_row_names_the_day_where_nothing_was_traded_today() -> None:
    tomorrow = TapeOptions(today_ms=30 * HOUR)
    assert text_of(DAYS, 40, 3, tomorrow)[0].split() == ["—", "1", "Jan", "—"]
    assert text_of(DAYS, 10, 3, tomorrow)[0].split() == ["—", "1", "Jan", "—"]
    assert text_of(DAYS, 40, 3, tomorrow)[-1].split() == [], "no day without a trade below it"


def test_the_row_under_the_mouse_is_the_one_that_is_shown() -> None:
    found = [print_at(DAYS, Size(40, 8), NOW, y) for y in range(8)]
    assert [None if row is None else row.mts for row in found] == [
        HOUR, None, -2 * HOUR, None, -30 * HOUR, None, -400 * 24 * HOUR, None
    ]  # fmt: skip

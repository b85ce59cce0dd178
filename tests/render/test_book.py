from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybridtui.market.book import Book
from hybridtui.render.book import BarsBy, BookOptions, Target, render_book, spread_row
from hybridtui.render.book_frame import frame
from hybridtui.render.book_options import target_from, target_text
from hybridtui.render.ladder import Ladder, bar_eighths, bid_share, ladder
from hybridtui.render.lines import Size, plain
from hybridtui.render.palette import Palette

PALETTE = Palette()


def book_of(*rows: tuple[float, int, float], precision: int = 0, length: int = 0) -> Book:
    book = Book()
    book.replace(rows, precision, length)
    return book


BOOK = book_of((64210, 1, 0.72), (64209, 1, 0.05), (64215, 2, -0.4), (64217, 1, -1.5), (64220.5, 1, -0.00001))
DEEP = book_of(
    *((999.0 - at, 1, 90.0 if at == 4 else 1.0 + at) for at in range(8)),
    *((1001.0 + at, 1, -1.0 - at) for at in range(8)),
    length=8,
)


def text_of(book: Book, width: int, height: int, options: BookOptions | None = None) -> list[str]:
    return plain(render_book(book, Size(width, height), options or BookOptions(), PALETTE)).split("\n")


def test_best_prices_meet_at_the_spread() -> None:
    rows = text_of(BOOK, 50, 11)
    middle = spread_row(11)
    assert "5.0 · 0.78 bp" in rows[middle]
    assert rows[middle - 1].split()[:3] == ["64,215.0", "0.4000", "0.4000"]
    assert rows[middle - 2].split()[:3] == ["64,217.0", "1.5000", "1.9000"]
    assert rows[middle + 1].split()[:3] == ["64,210.0", "0.7200", "0.7200"]
    assert rows[middle + 2].split()[:3] == ["64,209.0", "0.0500", "0.7700"]


def test_dust_is_not_shown_as_zero() -> None:
    assert "<0.0001" in text_of(BOOK, 50, 11)[spread_row(11) - 3]


def test_the_spread_row_and_the_columns_stay_while_the_book_changes() -> None:
    before = text_of(BOOK, 50, 20)
    changed = book_of((64210, 1, 899.25), *[(64216.0 + level, 1, -3.25) for level in range(30)], (64215.5, 1, -1.0))
    after = text_of(changed, 50, 20)
    for rows in (before, after):
        assert "bp" in rows[spread_row(20)]
        assert rows[0] == before[0]
        touch = rows[spread_row(20) + 1]
        assert touch.index(".") == before[spread_row(20) + 1].index(".")
        assert touch.rindex(".") == before[spread_row(20) + 1].rindex(".")


def test_columns_go_as_the_width_shrinks() -> None:
    heading = {width: text_of(BOOK, width, 9)[0].split() for width in (50, 30, 20, 10)}
    assert heading == {
        50: ["price", "size", "total", "count", "by", "total"],
        30: ["price", "size", "total"],
        20: ["price", "size"],
        10: ["price"],
    }
    assert "█" in "".join(text_of(BOOK, 50, 9))
    assert "█" not in "".join(text_of(BOOK, 30, 9))


def test_what_is_not_there_is_said() -> None:
    assert "no order book yet" in "".join(text_of(Book(), 40, 5))
    assert "the book is empty" in "".join(text_of(book_of(), 40, 5))
    assert "no asks" in text_of(book_of((1.0, 1, 1.0)), 40, 5)[spread_row(5)]
    assert "no bids" in text_of(book_of((1.0, 1, -1.0)), 40, 5)[spread_row(5)]
    assert "crossed -1" in text_of(book_of((2.0, 1, 1.0), (1.0, 1, -1.0)), 40, 5)[spread_row(5)]


def test_one_row_is_the_touch() -> None:
    assert text_of(BOOK, 30, 1)[0].rstrip() == "64,210 / 64,215"


def test_groups_never_promise_a_better_price() -> None:
    rows = text_of(BOOK, 50, 5, BookOptions(step=Decimal(5)))
    assert rows[1].split()[:3] == ["64,215", "0.4000", "0.4000"]
    assert rows[0].split()[:3] == ["64,220", "1.5000", "1.9000"]
    assert rows[3].split()[:3] == ["64,210", "0.7200", "0.7200"]
    assert rows[4].split()[:3] == ["64,205", "0.0500", "0.7700+"], "what the book does not hold in full is marked"
    whole = book_of(*BOOK.rows(), length=25)
    assert text_of(whole, 50, 5, BookOptions(step=Decimal(5)))[4].split()[2] == "0.7700"


def test_ungrouped_levels_are_never_partial() -> None:
    assert "+" not in "".join(text_of(BOOK, 50, 20))


def test_a_whale_does_not_flatten_the_bars() -> None:
    assert bar_eighths(Decimal(100), Decimal(100), 10) == 80
    assert bar_eighths(Decimal(1), Decimal(100), 10) == 8
    assert bar_eighths(Decimal("1e-9"), Decimal(100), 10) == 1
    assert bar_eighths(Decimal(0), Decimal(0), 10) == 0


def test_the_bars_show_the_total_or_the_size() -> None:
    by_total, by_size = (text_of(DEEP, 50, 20, BookOptions(bars=by)) for by in BarsBy)
    assert "by total" in by_total[0]
    assert "by size" in by_size[0]
    lengths = [[row.count("█") for row in rows[spread_row(20) + 1 : 18]] for rows in (by_total, by_size)]
    assert lengths[0] == sorted(lengths[0])
    assert lengths[1] != sorted(lengths[1])


def test_the_balance_is_the_share_of_the_bids() -> None:
    shown = ladder(book_of((1.0, 1, 3.0), (2.0, 1, -1.0)), 9, 9, None)
    assert bid_share(shown) == 0.75
    assert bid_share(Ladder((), ())) is None
    assert "▓" * 3 + "░" * 7 in text_of(BOOK, 50, 9)[spread_row(9)]


def test_totals_are_exact() -> None:
    book = book_of(*((100.0 - at, 1, 0.1) for at in range(30)), (101.0, 1, -123_456_789.12345678))
    tenths = book_of(*book.rows()[:30])
    totals = [row.split()[2] for row in text_of(tenths, 60, 15) if row.strip().startswith("9")]
    assert totals[:5] == [f"{at / 10:.4f}" for at in range(2, 7)]
    assert ladder(book, 3, 30, None).bids[-1].total == 3
    assert ladder(book, 3, 30, None).asks[0].total == Decimal("123456789.12345678")


def test_a_wall_has_a_sign() -> None:
    rows = text_of(DEEP, 50, 20)
    walls = [row for row in rows if "◆" in row]
    assert len(walls) == 1
    assert "◆90.0000" in walls[0]
    assert "◆" not in "".join(text_of(BOOK, 50, 20)), "among so few nothing is unusual"


def test_a_flash_is_bright_and_says_the_same() -> None:
    size, place = Size(50, 11), spread_row(11)
    calm = render_book(BOOK, size, BookOptions(), PALETTE)
    flash = render_book(BOOK, size, BookOptions(flashing=frozenset({(True, 64215.0)})), PALETTE)
    assert plain(flash) == plain(calm)
    assert [at for at in range(11) if flash[at] != calm[at]] == [place - 1]
    assert PALETTE.bright in {segment.style for segment in flash[place - 1]}


def test_the_spread_is_told_in_ticks_and_bounded_where_prices_were_put_together() -> None:
    tenths = book_of((100.1, 1, 1.0), (100.4, 1, -1.0))
    assert "0.3 · 29.93 bp · 3 ticks" in text_of(tenths, 60, 9)[spread_row(9)]
    coarse = book_of((100.0, 1, 1.0), (110.0, 1, -1.0), precision=1)
    assert "≤ 10 · ≤ 952.38 bp ─" in text_of(coarse, 60, 9)[spread_row(9)]


def test_the_summary_says_where_the_book_ends() -> None:
    rows = text_of(DEEP, 60, 30)
    assert rows[26].split() == ["mid", "1,000.0", "micro", "1,000.0", "spread", "2", "ticks", "bids", "77%"]
    assert rows[27].split() == ["±0.1%", "±0.5%", "±1%"]
    assert rows[28].split() == ["bids", "1.0000", "100.0000", "≥121.0000"]
    assert "bids" not in "".join(text_of(DEEP, 60, 10)), "nothing at the cost of the levels"


def test_the_cursor_reads_out_the_cost_of_trading_down_to_its_row() -> None:
    options = BookOptions(cursor=2, base="BTC", quote="USD")
    rows = text_of(BOOK, 60, 11, options)
    place = spread_row(11)
    assert rows[place - 2][0] == "▸"
    assert rows[place - 1][0] == "│"
    assert rows[place + 1][0] == " "
    assert rows[9].strip() == "buy to 64,217.0: 1.9 BTC for 122,011.5 USD"
    assert rows[10].strip() == "avg 64,216.58 · 0.64 bp from the mid"
    assert [row[:30] for row in rows[:9]] == [
        (row[0] if at not in (place - 1, place - 2) else rows[at][0]) + row[1:30]
        for at, row in enumerate(text_of(BOOK, 60, 11)[:9])
    ], "nothing moves"
    rows = text_of(BOOK, 60, 11, BookOptions(cursor=-99))
    assert "nothing stands on this row" in rows[9]


def test_a_size_reads_out_both_sides() -> None:
    rows = text_of(BOOK, 60, 11, BookOptions(target=Target(Decimal("0.75"))))
    assert rows[9].strip() == "buy 0.75 → avg 64,215.93, 0.53 bp, worst 64,217.0"
    assert rows[10].strip() == "sell 0.75 → avg 64,209.96, 0.40 bp, worst 64,209.0"
    place = spread_row(11)
    assert [rows[at][0] for at in range(place - 2, place + 3)] == ["▸", "│", "─", "│", "▸"]
    rows = text_of(BOOK, 60, 11, BookOptions(target=Target(Decimal(50), buy=False)))
    assert rows[9].strip() == "sell 50: this book has only 0.77, to 64,209.0"
    whole = book_of(*BOOK.rows(), length=25)
    rows = text_of(whole, 60, 11, BookOptions(target=Target(Decimal(50), sell=False)))
    assert rows[9].strip() == "buy 50: the market has only 1.90001, to 64,220.5"


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("25", Target(Decimal(25))),
        (" +1,000.5 ", Target(Decimal("1000.5"), sell=False)),
        ("-0.00000001", Target(Decimal("0.00000001"), buy=False)),
        *((wrong, None) for wrong in ("", "0", "-", "+-5", "1e5", "NaN", "5" * 30, "1.2.3", "²", "abc", "--1", ".")),
        *((wrong, None) for wrong in ("0,5", "-0,5", "+1.000,5", "1,00", "0,500")),
    ],
)
def test_a_typed_size_is_read_strictly(text: str, target: Target | None) -> None:
    assert target_from(text) == target
    if target is not None:
        assert target_from(target_text(target)) == target


def test_side_by_side_the_best_are_at_the_top() -> None:
    rows = text_of(BOOK, 60, 7, BookOptions(side_by_side=True))
    assert "5.0 · 0.78 bp" in rows[0]
    assert rows[1].split() == ["0.7200", "64,210.0", "64,215.0", "0.4000"]
    assert rows[2].split() == ["0.0500", "64,209.0", "64,217.0", "1.5000"]
    assert text_of(BOOK, 70, 7, BookOptions(side_by_side=True))[2].split()[:3] == ["0.7700", "0.0500", "64,209.0"]
    styles = {
        segment.style.bgcolor
        for segment in render_book(BOOK, Size(60, 7), BookOptions(side_by_side=True), PALETTE)[1]
        if segment.style
    }
    assert {PALETTE.bid_bar.bgcolor, PALETTE.ask_bar.bgcolor} <= styles


@given(st.integers(1, 120), st.integers(1, 70), st.booleans(), st.integers(-80, 80).filter(bool), st.integers(0, 119))
def test_a_row_that_is_clicked_is_the_row_of_its_cursor(
    width: int, height: int, sides: bool, cursor: int, x: int
) -> None:
    place = frame(Size(width, height), side_by_side=sides, reading=True)
    at = place.clamped(cursor)
    row = place.row_of(at)
    if height > 2:
        assert 0 <= row < height - place.foot
        column = 0 if at < 0 else width - 1
        if not sides or width > 2:
            assert place.cursor_at(column, row) == at
    for y in range(height):
        clicked = place.cursor_at(x, y)
        if clicked is not None:
            assert place.row_of(clicked) == y
            assert place.clamped(clicked) == clicked or height <= 3


def test_old_data_is_subdued_and_says_the_same() -> None:
    size = Size(50, 11)
    fresh = render_book(BOOK, size, BookOptions(), PALETTE)
    old = render_book(BOOK, size, BookOptions(dimmed=True), PALETTE)
    assert plain(fresh) == plain(old)
    assert {segment.style for line in fresh for segment in line} != {segment.style for line in old for segment in line}

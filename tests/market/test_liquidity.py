"""The history of the book: means that are means, gaps that stay gaps, and a size that is bounded."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hybridtui.market.book import Book, Row
from hybridtui.market.liquidity import CAPACITY, INTERVALS_S, LEVELS_MOST, LiquidityColumn, LiquidityHistory, merged
from hybridtui.market.trades import Trade, Trades

START = 1_542_024_000_000


def book_of(*rows: Row) -> Book:
    book = Book()
    book.replace(rows)
    return book


def pairs(column: LiquidityColumn | None) -> dict[float, float]:
    assert column is not None
    return dict(zip(column.prices, column.sizes, strict=True))


SMALL = book_of((100.0, 1, 2.0), (99.0, 1, 4.0), (101.0, 2, -1.0))
OTHER = book_of((100.0, 1, 4.0), (102.0, 1, -3.0))


def history(*seconds: tuple[int, Book]) -> LiquidityHistory:
    made = LiquidityHistory()
    for second, book in seconds:
        made.sample(START + second * 1000, book, Trades())
    return made


def test_a_second_is_the_book_as_it_stood() -> None:
    [column] = history((0, SMALL)).columns(1, START, 1)
    assert pairs(column) == {100.0: 2.0, 99.0: 4.0, 101.0: 1.0}
    assert column is not None
    assert (column.low, column.high, column.bid, column.ask, column.mid) == (99.0, 101.0, 100.0, 101.0, 100.5)
    assert column.last is None
    assert column.traded is None


def test_a_wider_column_is_the_mean_of_what_was_seen() -> None:
    made = history((0, SMALL), (1, OTHER), (2, SMALL), (3, SMALL), (5, OTHER))
    [first, second] = made.columns(5, START + 5000, 2)
    assert pairs(first) == {100.0: 10 / 4, 99.0: 3.0, 101.0: 0.75, 102.0: 0.75}
    assert first is not None
    assert (first.samples, first.low, first.high, first.ask) == (4, 99.0, 102.0, 101.0)
    assert pairs(second) == {100.0: 4.0, 102.0: 3.0}


def test_books_of_different_precision_are_never_put_together() -> None:
    coarse = Book()
    coarse.replace([(90.0, 1, 8.0), (110.0, 1, -8.0)], precision=1)
    made = history((0, SMALL), (1, SMALL), (2, coarse))
    [column] = made.columns(60, START, 1)
    assert pairs(column) == {90.0: 8.0, 110.0: 8.0}
    assert column is not None
    assert (column.precision, column.samples) == (1, 1)


def test_the_newest_column_grows() -> None:
    made = history((0, SMALL))
    assert pairs(made.columns(60, START, 1)[0])[100.0] == 2.0
    made.sample(START + 1000, OTHER, Trades())
    assert pairs(made.columns(60, START, 1)[0])[100.0] == 3.0


def test_a_book_that_does_not_change_is_kept_once_and_counts_every_second() -> None:
    made = history(*((second, SMALL) for second in range(3)), (3, OTHER), (4, SMALL))
    first, second, _, other, again = made.columns(1, START + 4000, 5)
    assert first is not None
    assert second is not None
    assert other is not None
    assert again is not None
    assert first.prices is second.prices
    assert first.mts != second.mts
    assert pairs(other) != pairs(first) == pairs(again)
    mean = pairs(made.columns(5, START, 1)[0])
    for price in pairs(first).keys() | pairs(other).keys():
        total = 4 * pairs(first).get(price, 0.0) + pairs(other).get(price, 0.0)
        assert mean[price] == pytest.approx(total / 5)


def test_where_nobody_looked_there_is_no_column() -> None:
    made = history((0, SMALL), (3, SMALL))
    assert [column is not None for column in made.columns(1, START + 4000, 6)] == [
        False,
        True,
        False,
        False,
        True,
        False,
    ]


def test_more_than_once_a_second_changes_nothing() -> None:
    made = history((0, SMALL), (0, OTHER))
    assert made.revision == 1
    assert pairs(made.columns(1, START, 1)[0])[100.0] == 2.0


def test_a_clock_that_is_set_back_begins_anew() -> None:
    made = history((0, SMALL), (100, SMALL), (95, SMALL))
    assert made.revision == 2, "a clock that is corrected by seconds waits"
    made.sample(START - 3_600_000, OTHER, Trades())
    assert made.oldest_mts(1) == START - 3_600_000
    assert made.columns(1, START, 1) == [None]


def test_half_a_book_is_none() -> None:
    assert history((0, book_of((100.0, 1, 1.0)))).revision == 0
    assert history((0, book_of())).revision == 0
    assert history().oldest_mts(1) is None


def test_trades_go_into_the_column_of_their_second() -> None:
    made, trades = history(), Trades()
    trades.merge([Trade(1, START - 9000, 5.0, 100.0)])
    made.sample(START, SMALL, trades)
    [first] = made.columns(1, START, 1)
    assert first is not None
    assert (first.last, first.traded) == (100.0, None), "what was traded before anybody looked is not of this second"
    for number, amount, price in ((2, 0.5, 100.5), (3, -2.0, 99.5), (4, 0.25, 100.0)):
        trades.add(Trade(number, START + 400, amount, price))
    made.sample(START + 1000, SMALL, trades)
    [second] = made.columns(1, START + 1000, 1)
    assert second is not None
    assert second.traded == (99.5, 100.5, 0.75, 2.0, -2.0, 99.5)
    made.sample(START + 2000, SMALL, trades)
    [wide] = made.columns(10, START, 1)
    assert wide is not None
    assert wide.traded == second.traded


def test_a_tape_that_is_not_delivered_has_no_price() -> None:
    made, trades = history(), Trades()
    trades.merge([Trade(1, START - 9000, 5.0, 100.0)])
    made.sample(START, SMALL, trades)
    made.sample(START + 1000, SMALL, trades, fed=False)
    made.sample(START + 2000, SMALL, trades)
    assert [None if column is None else column.last for column in made.columns(1, START + 2000, 3)] == [
        100.0,
        None,
        100.0,
    ]


def test_trades_that_were_filled_in_later_are_of_no_column() -> None:
    made, trades = history(), Trades()
    trades.merge([Trade(1, START, 5.0, 100.0)])
    made.sample(START, SMALL, trades)
    made.sample(START + 60_000, SMALL, trades)
    trades.merge([Trade(number, START + number * 1000, 1.0, 100.0) for number in range(1, 61)])
    made.sample(START + 61_000, SMALL, trades)
    [column] = made.columns(1, START + 61_000, 1)
    assert column is not None
    assert column.traded is not None
    assert column.traded.bought <= 2.0
    made.sample(START + 90_000, SMALL, trades)
    trades.add(Trade(99, START + 85_000, 1.0, 100.0))
    made.sample(START + 99_000, SMALL, trades)
    assert made.columns(1, START + 99_000, 1)[0].traded is None  # type: ignore[union-attr]


def test_memory_is_bounded() -> None:
    made = LiquidityHistory()
    for second in range(CAPACITY * 12):
        made.sample(START + second * 1000, SMALL, Trades())
    assert len(made) <= CAPACITY * len(INTERVALS_S)
    assert made.oldest_mts(1) == START + CAPACITY * 11 * 1000
    assert made.oldest_mts(60) == START
    assert sum(column is not None for column in made.columns(1, START + (CAPACITY * 12 - 1) * 1000, 10_000)) == CAPACITY
    many = [
        LiquidityColumn(0, 1, [float(price + shift) for price in range(1, 600)], [1.0 + shift] * 599, 1, 9, 4, 5, None)
        for shift in (0, 1000)
    ]
    column = merged(0, many)
    assert len(column.prices) == LEVELS_MOST
    assert min(column.sizes) == 0.5
    assert sum(size == 500.5 for size in column.sizes) == 599


prices = st.floats(allow_nan=False, allow_infinity=False) | st.floats(1e-8, 1e6)
rows = st.tuples(prices, st.integers(1, 9), prices)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(-20, 400), st.lists(rows, max_size=12)), max_size=20))
def test_any_book_at_any_time(steps: list[tuple[int, list[Row]]]) -> None:
    made, trades = LiquidityHistory(), Trades()
    for number, (second, listed) in enumerate(steps):
        trades.add(Trade(number, START + second * 1000, 1.0, listed[0][0] if listed else 1.0))
        made.sample(START + second * 1000, book_of(*listed), trades)
    for interval in INTERVALS_S:
        for column in made.columns(interval, START + 400_000, 500):
            if column is not None:
                assert column.mts % (interval * 1000) == 0
                assert all(math.isfinite(number) and number >= 0 for number in (*column.prices, *column.sizes))
                assert column.low <= column.mid <= column.high or column.bid >= column.ask


@pytest.mark.parametrize("interval", INTERVALS_S)
def test_the_mean_is_that_of_a_slow_reference(interval: int) -> None:
    books = [book_of((100.0, 1, 1.0 + at % 7), (100.0 + 1 + at % 3, 1, -0.5 * (1 + at % 5))) for at in range(120)]
    made = history(*enumerate(books))
    for column in made.columns(interval, START + 119_000, 120 // interval):
        assert column is not None
        first = (column.mts - START) // 1000
        shown = [row for book in books[first : first + interval] for row in book.rows()]
        for price, size in pairs(column).items():
            expected = sum(abs(amount) for at, _, amount in shown if at == price) / interval
            assert size == pytest.approx(expected, rel=1e-6)

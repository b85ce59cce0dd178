"""Groups of price levels agree with a slow reference in exact fractions; the book asked for reaches far enough."""

from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hybridtui.market.book import Book, Level
from hybridtui.market.grouping import (
    BookShape,
    book_needed,
    coarser,
    finer,
    grid,
    group_price,
    grouped,
    is_whole,
    spacing,
    step_from,
    step_text,
    tick_of,
)

steps = st.builds(lambda factor, power: Decimal(factor).scaleb(power), st.sampled_from([1, 2, 5]), st.integers(-8, 4))
sizes = st.integers(1, 10**15).map(lambda units: units / 10**8)


@st.composite
def sides(draw: st.DrawFn) -> tuple[list[Level], bool]:
    """One side of a book, best first."""
    power = draw(st.integers(-8, 1))
    prices = draw(st.sets(st.integers(1, 99_999), max_size=60))
    asks = draw(st.booleans())
    floats = sorted((float(f"{price}e{power}") for price in prices), reverse=not asks)
    return [Level(price, draw(st.integers(1, 9)), draw(sizes)) for price in floats], asks


@settings(deadline=None, max_examples=150)
@given(sides(), steps, st.booleans())
def test_groups_are_those_of_the_reference(side: tuple[list[Level], bool], step: Decimal, whole: bool) -> None:
    levels, asks = side
    sums: defaultdict[Fraction, Fraction] = defaultdict(Fraction)
    counts: defaultdict[Fraction, int] = defaultdict(int)
    rounding = ceil if asks else floor
    for level in levels:
        place = rounding(Fraction(repr(level.price)) / Fraction(step)) * Fraction(step)
        sums[place] += Fraction(repr(level.size))
        counts[place] += level.count
    groups = grouped(levels, step, asks=asks, whole=whole)
    assert [Fraction(repr(group.price)) for group in groups] == sorted(sums, reverse=not asks)
    assert [Fraction(group.size) for group in groups] == [sums[place] for place in sorted(sums, reverse=not asks)]
    assert [group.orders for group in groups] == [counts[place] for place in sorted(sums, reverse=not asks)]
    assert not any(group.partial for group in groups[:-1])
    if groups:
        reached = Fraction(repr(levels[-1].price)) == Fraction(repr(groups[-1].price))
        assert groups[-1].partial == (not whole and not reached)


@settings(deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False), steps, st.booleans())
def test_any_price_has_a_group(price: float, step: Decimal, asks: bool) -> None:
    place = group_price(price, step, asks)
    assert place >= price or not asks
    assert place <= price or asks


def test_steps_go_up_and_down_the_same_way() -> None:
    seen: list[Decimal] = []
    step: Decimal | None = None
    for _ in range(20):
        step = coarser(step, Decimal(1), 64_210.0)
        assert step is not None
        seen.append(step)
    assert [int(each) for each in seen[:12]] == [2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000]
    assert seen[-1] == 10_000, "no coarser than one figure of the price"
    back: list[Decimal | None] = []
    while step is not None:
        step = finer(step, Decimal(1))
        back.append(step)
    assert back == [*reversed(seen[:11]), None]


def test_the_steps_of_a_tiny_price_are_exact() -> None:
    tick = tick_of(0.00000712, 8)
    step = coarser(None, tick, 0.00000712)
    assert step is not None
    assert step_text(step) == "0.00000002"
    assert step_text(coarser(step, tick, 0.00000712) or Decimal(0)) == "0.00000005"
    assert group_price(0.00000713, step, asks=True) == 0.00000714
    assert group_price(0.00000713, step, asks=False) == 0.00000712


def test_a_tick_is_that_of_the_decimals_or_of_five_figures() -> None:
    assert tick_of(64_210.0, 0) == 1
    assert tick_of(6443.1, 1) == Decimal("0.1")
    assert tick_of(123_450.0, 0) == 10
    assert [int(grid(64_210.0, precision)) for precision in range(5)] == [1, 10, 100, 1000, 10_000]


@pytest.mark.parametrize("text", ["", "0", "3", "-5", "1e3", "NaN", "5" * 60, "0.0", "1.2", "²"])
def test_what_is_no_step_is_not_believed(text: str) -> None:
    assert step_from(text) is None


@given(steps)
def test_a_step_survives_being_remembered(step: Decimal) -> None:
    assert step_from(step_text(step)) == step


def test_the_longest_book_of_the_exchanges_own_levels_is_taken_first() -> None:
    assert book_needed(None, 20, 64_210.0, None) == BookShape(0, 25)
    assert book_needed(Decimal(2), 20, 64_210.0, None) == BookShape(0, 100)
    assert book_needed(Decimal(10), 20, 64_210.0, None) == BookShape(0, 250)
    assert book_needed(Decimal(50), 20, 64_210.0, 5.0) == BookShape(0, 250), "this book is thin, so it reaches far"
    assert book_needed(Decimal(50), 20, 64_210.0, None) == BookShape(1, 250)
    assert book_needed(Decimal(500), 20, 64_210.0, None) == BookShape(2, 250)
    assert book_needed(Decimal(10_000), 20, 64_210.0, None) == BookShape(3, 250)
    assert book_needed(Decimal("0.00000005"), 20, 0.00007712, 1e-8) == BookShape(0, 250)
    assert book_needed(Decimal(5), 20, None, None) == BookShape(0, 25), "nothing is known yet"


@settings(deadline=None)
@given(steps, st.integers(1, 60), st.floats(1e-7, 1e6))
def test_a_book_that_was_put_together_fits_the_step(step: Decimal, rows: int, price: float) -> None:
    shape = book_needed(step, rows, price, None)
    if shape.precision:
        width = grid(price, shape.precision)
        assert step % width == 0
        if shape.length < 250:
            assert width * shape.length >= step * rows


def test_spacing_is_that_of_the_denser_side() -> None:
    book = Book()
    assert spacing(book) is None
    book.replace([(100.0, 1, 1.0), (98.0, 1, 1.0), (101.0, 1, -1.0), (111.0, 1, -1.0)], length=2)
    assert spacing(book) == 2.0
    book.replace(book.rows(), length=25)
    assert spacing(book) == float("inf"), "both sides are whole"
    assert is_whole(book.bids(), book)
    book.replace(book.rows(), precision=1, length=2)
    assert spacing(book) is None

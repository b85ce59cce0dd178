"""The micro-price, what lies near the mid, and walls."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from hybridtui.market.balance import microprice, nearby, wall_from
from hybridtui.market.book import Book


def book_of(*rows: tuple[float, int, float], length: int = 2) -> Book:
    book = Book()
    book.replace(rows, length=length)
    return book


def test_the_microprice_leans_to_the_side_that_has_less() -> None:
    assert microprice(book_of((100.0, 1, 3.0), (101.0, 1, -1.0))) == 100.75
    assert microprice(book_of((100.0, 1, 1.0), (101.0, 1, -1.0))) == 100.5
    assert microprice(book_of((100.0, 1, 1.0))) is None


def test_what_lies_near_the_mid() -> None:
    book = book_of((99.0, 1, 1.5), (98.0, 1, 2.0), (101.0, 1, -0.5), (103.0, 1, -4.0))
    assert nearby(book, [Decimal("0.01")]) == [((Decimal("1.5"), True), (Decimal("0.5"), True))]
    assert nearby(book, [Decimal("0.02")]) == [((Decimal("3.5"), False), (Decimal("0.5"), True))]
    assert nearby(book, [Decimal("0.03")]) == [((Decimal("3.5"), False), (Decimal("4.5"), False))]
    whole = book_of(*book.rows(), length=25)
    assert nearby(whole, [Decimal("0.03")]) == [((Decimal("3.5"), True), (Decimal("4.5"), True))]
    assert nearby(book_of((99.0, 1, 1.0)), [Decimal("0.01")]) == []


@settings(deadline=None)
@given(
    st.lists(st.integers(1, 400), min_size=1, unique=True),
    st.lists(st.integers(1, 400), min_size=1, unique=True),
    st.integers(1, 100),
)
def test_near_the_mid_agrees_with_a_plain_sum(below: list[int], above: list[int], tenths: int) -> None:
    book = book_of(*((1000.0 - at, 1, at / 8) for at in below), *((1000.0 + at, 1, -at / 8) for at in above))
    assert book.mid is not None
    share = Decimal(tenths) / 1000
    _, near, _ = nearby(book, [share / 2, share, share * 2])
    reach = Decimal(book.mid) * share
    assert near[0].size == sum(Decimal(at) / 8 for at in below if Decimal(book.mid) - 1000 + at <= reach)
    assert near[1].size == sum(Decimal(at) / 8 for at in above if 1000 + at - Decimal(book.mid) <= reach)


def test_a_wall_is_far_above_the_median() -> None:
    assert wall_from([Decimal(1)] * 5 + [Decimal(40)]) == 5
    assert wall_from([Decimal(1)] * 5) is None

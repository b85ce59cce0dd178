"""The book against a slow reference: a dictionary of exact decimals per side, sorted anew for every question."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybridtui.market.book import Book, Level, Row

PRICES = ["0.00000712", "0.00000713", "2e-8", "6443", "6443.1", "6443.2", "6450", "64210", "100000"]
AMOUNTS = ["2.8e-7", "0.0125", "1", "19.05904172", "1000000"]

Text = tuple[str, int, str]


class ReferenceBook:
    """What a book means, without any thought of speed."""

    def __init__(self) -> None:
        self.sides: dict[int, dict[Decimal, tuple[int, Decimal]]] = {1: {}, -1: {}}

    def change(self, price: str, count: int, amount: str) -> None:
        exact, size = Decimal(price), Decimal(amount)
        for sign, side in self.sides.items():
            if count > 0 and size * sign > 0:
                side[exact] = (count, abs(size))
            elif count == 0 and size * sign >= 0:
                side.pop(exact, None)

    def levels(self, sign: int) -> list[Level]:
        side = sorted(self.sides[sign].items(), reverse=sign > 0)
        return [Level(float(price), count, float(size)) for price, (count, size) in side]


signed = st.builds(lambda sign, amount: sign + amount, st.sampled_from(["", "-"]), st.sampled_from(AMOUNTS))
deltas = st.lists(
    st.tuples(st.sampled_from(PRICES), st.integers(0, 3), st.one_of(signed, st.just("0"), st.just("1"), st.just("-1"))),
    max_size=60,
)


def numbers(text: Text) -> Row:
    price, count, amount = text
    return float(price), count, float(amount)


@given(deltas, st.integers(0, 12))
def test_any_deltas_give_the_reference_book(texts: list[Text], depth: int) -> None:
    book, reference = Book(), ReferenceBook()
    for text in texts:
        book.change(*numbers(text))
        reference.change(*text)
    bids, asks = reference.levels(1), reference.levels(-1)
    assert book.bids() == bids
    assert book.asks() == asks
    assert book.bids(depth) == bids[:depth]
    assert book.asks(depth) == asks[:depth]
    assert book.best_bid == (bids[0] if bids else None)
    assert book.best_ask == (asks[0] if asks else None)
    assert book.rows() == [
        *((level.price, level.count, level.size) for level in bids),
        *((level.price, level.count, -level.size) for level in asks),
    ]
    assert book.crossed == bool(bids and asks and bids[0].price >= asks[0].price)


@given(deltas, deltas)
def test_a_snapshot_of_a_book_is_that_book_whatever_was_there_before(before: list[Text], after: list[Text]) -> None:
    source, target = Book(), Book()
    for text in after:
        source.change(*numbers(text))
    for text in before:
        target.change(*numbers(text))
    target.replace(source.rows())
    assert target.rows() == source.rows()


@given(deltas)
def test_every_change_has_its_own_revision(texts: list[Text]) -> None:
    book = Book()
    revisions = [book.revision]
    for text in texts:
        book.change(*numbers(text))
        revisions.append(book.revision)
    assert len(set(revisions)) == len(revisions)


def test_an_empty_book_is_known_only_after_a_snapshot() -> None:
    book = Book()
    assert not book.known
    assert (book.best_bid, book.best_ask, book.spread, book.mid, book.spread_bp) == (None,) * 5
    assert not book.crossed
    book.replace([])
    assert book.known


def test_a_delete_touches_its_own_side_only() -> None:
    book = Book()
    book.replace([(100.0, 1, 2.0), (100.0, 1, -3.0)])
    book.change(100.0, 0, 1)
    assert book.rows() == [(100.0, 1, -3.0)]


def test_a_delete_without_a_side_clears_both() -> None:
    book = Book()
    book.replace([(100.0, 1, 2.0), (100.0, 1, -3.0)])
    book.change(100.0, 0, 0)
    assert book.rows() == []


def test_a_level_of_amount_zero_is_none() -> None:
    book = Book()
    book.change(100.0, 1, 0.0)
    assert book.rows() == []
    book.replace([(100.0, 1, 0.0)])
    assert book.rows() == []


def test_deleting_what_is_not_there_changes_nothing() -> None:
    book = Book()
    book.replace([(99.0, 1, 2.0), (101.0, 1, -3.0)])
    book.change(98.0, 0, 1)
    book.change(99.0, 0, -1)
    assert book.rows() == [(99.0, 1, 2.0), (101.0, 1, -3.0)]


def test_spread_and_mid() -> None:
    book = Book()
    book.replace([(64210.0, 3, 0.72), (64209.0, 1, 0.05), (64215.0, 2, -0.4)])
    assert book.spread == 5
    assert book.mid == 64212.5
    assert book.spread_bp == pytest.approx(5 / 64212.5 * 10_000)
    book.change(64216.0, 1, 1.0)
    assert book.crossed
    assert book.spread == -1


def test_the_mid_of_absurd_prices_is_a_number() -> None:
    book = Book()
    book.replace([(-1.7e308, 1, 1.0), (-1.6e308, 1, -1.0)])
    assert book.mid == pytest.approx(-1.65e308)

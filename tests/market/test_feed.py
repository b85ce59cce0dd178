"""The book that is asked for fills the screen and is one that the exchange offers."""

from hypothesis import given
from hypothesis import strategies as st

from hybridtui.market.feed import book_length_for


@given(st.integers(0, 250))
def test_the_book_fills_the_rows_and_is_the_smallest_that_does(rows: int) -> None:
    length = book_length_for(rows)
    assert length in (25, 100, 250)
    assert length >= rows
    assert all(smaller < rows for smaller in (25, 100) if smaller < length)


def test_a_screen_taller_than_any_book_gets_the_longest() -> None:
    assert book_length_for(1000) == 250

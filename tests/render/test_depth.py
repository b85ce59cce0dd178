"""The depth curve against a slow sum of the book, and what is said where there is none."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hybridtui.market.book import Book, Row
from hybridtui.render.depth import DepthOptions, render_depth
from hybridtui.render.lines import Size, plain
from hybridtui.render.palette import Palette


def book_of(*rows: Row) -> Book:
    book = Book()
    book.replace(rows)
    return book


def ladder(levels: int = 25, size: float = 2.0) -> Book:
    return book_of(*[(100.0 - sign * (0.5 + at), 1, sign * size) for sign in (1, -1) for at in range(levels)])


def text(book: Book, width: int = 80, height: int = 20, **options: object) -> list[str]:
    chosen = DepthOptions(price_decimals=1, base="BTC", **options)  # type: ignore[arg-type]
    return plain(render_depth(book, Size(width, height), chosen, Palette())).split("\n")


def top(rows: list[str], x: int) -> int:
    """The first row below the totals in which the curve or the ground below it is seen."""
    return next((at for at, row in enumerate(rows[1:-1], 1) if 0x2800 < ord(row[x]) < 0x2900), len(rows) - 1)


def test_both_sides_rise_from_the_mid_and_are_alike() -> None:
    rows = text(ladder())
    middle = rows[5].index("│")
    assert {row[middle] for row in rows[:-1]} == {"│"}
    heights = [top(rows, x) for x in range(middle + 2, middle + 30)]
    assert heights == sorted(heights, reverse=True)
    mirrored = [top(rows, 2 * middle - x) for x in range(middle + 2, middle + 30)]
    assert all(abs(one - other) <= 1 for one, other in zip(heights, mirrored, strict=True))


def test_the_height_is_the_sum_of_the_sizes() -> None:
    rows = text(ladder(), height=21)
    middle = rows[5].index("│")
    half = middle + middle // 2
    assert [row.split()[-1] for row in rows[:-1] if row[-1].isdigit()] == ["50.0", "37.5", "25.0", "12.5"]
    assert 8 <= top(rows, half) <= 12, "half way out half of it"


def labels_of(size: float, width: int = 80) -> list[str]:
    rows = text(ladder(size=size), width, 21)
    return [row.split()[-1] for row in rows[:-1] if row[-1].isalnum()]


def test_a_sum_too_long_for_the_axis_is_said_in_short_and_never_cut() -> None:
    assert labels_of(4e10) == ["1.0T", "750G", "500G", "250G"]
    assert labels_of(4e9) == ["100,000,000,000", "75,000,000,000", "50,000,000,000", "25,000,000,000"]
    assert labels_of(4e270) == [], "no number at all rather than a part of one"


def test_the_totals_are_those_of_the_picture() -> None:
    rows = text(ladder(25, 2.0))
    assert "bids 50.00 BTC │ asks 50.00 BTC" in rows[0]


def test_prices_are_round_and_the_mid_is_in_the_middle() -> None:
    rows = text(ladder())
    labels = rows[-1].split()
    assert labels[len(labels) // 2] == "100.0"
    assert abs(rows[-1].index("100.0") + 2 - rows[0].index("│")) <= 1
    assert len(labels) >= 5
    assert all(float(label) % 5 == 0 for label in labels)


def test_a_level_far_away_does_not_flatten_the_rest() -> None:
    book = ladder()
    near = text(book)
    book.change(1.0, 1, 0.001)
    assert text(book)[-1] == near[-1]


def test_what_is_not_there_is_said() -> None:
    assert "no order book yet" in "".join(text(Book()))
    assert "the book has no asks" in "".join(text(book_of((1.0, 1, 1.0))))
    assert "the book has no bids" in "".join(text(book_of((1.0, 1, -1.0))))
    assert "the book has no bids and no asks" in "".join(text(book_of()))


@pytest.mark.parametrize("size", [(80, 20), (20, 5), (8, 3), (3, 2), (1, 1)])
def test_tiny_prices_and_tiny_places(size: tuple[int, int]) -> None:
    book = book_of((7e-8, 1, 1e6), (6e-8, 1, 1e6), (8e-8, 1, -1e6))
    lines = render_depth(book, Size(*size), DepthOptions(price_decimals=8), Palette())
    assert [sum(len(each) for each, *_ in line) for line in lines] == [size[0]] * size[1]


prices = st.floats(allow_nan=False, allow_infinity=False) | st.floats(1e-8, 1e6)
rows_ = st.tuples(prices, st.integers(1, 9), prices)


@settings(max_examples=60, deadline=None)
@given(st.lists(rows_, max_size=30), st.integers(1, 160), st.integers(1, 50), st.booleans(), st.integers(0, 8))
def test_any_book_at_any_size(listed: list[Row], width: int, height: int, dimmed: bool, places: int) -> None:
    options = DepthOptions(price_decimals=places, base="BTC", dimmed=dimmed)
    lines = render_depth(book_of(*listed), Size(width, height), options, Palette())
    assert [sum(len(each) for each, *_ in line) for line in lines] == [width] * height

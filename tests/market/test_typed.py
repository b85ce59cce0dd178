"""A number that somebody typed is what they meant or it is refused: no comma makes it ten times as much."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybridtui.market.typed import comma_complaint, typed_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("25", "25"),
        ("0.5", "0.5"),
        (".5", "0.5"),
        ("5.", "5"),
        (" 64,500 ", "64500"),
        ("64,500.25", "64500.25"),
        ("1,234,567", "1234567"),
        ("64_500", "64500"),
        ("0.00000712", "0.00000712"),
        *((wrong, None) for wrong in ("", ".", "-5", "+5", "1e5", "nan", "inf", "²", "١", "1.2.3", "1 000", "0x1f")),
        *((wrong, None) for wrong in ("0,5", "2,5", "0,500", "12,34", "1,5000", "1234,567", "1,234,56", "1,,000")),
        *((wrong, None) for wrong in (",500", "5,", "1,234_567", "1_0", "_1", "1.5,000", "1.500,5", "64,500,")),
    ],
)
def test_what_is_a_number(text: str, number: str | None) -> None:
    assert typed_number(text) == (None if number is None else Decimal(number))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0,5", "0,5 is not a number here; write 0.5"),
        ("0,500", "0,500 is not a number here; write 0.500"),
        ("12,34", "12,34 is not a number here; write 12.34"),
        (",5", ",5 is not a number here; write 0.5"),
        ("1.234,5", "1.234,5 is not a number here; write 1234.5"),
        ("1,2,3", "1,2,3 is not a number here; a comma parts thousands only, as in 64,500"),
        ("5,", "5, is not a number here; a comma parts thousands only, as in 64,500"),
        *((text, "") for text in ("", "5", "64,500", "x", "a,b", "1.2.3", "-", "²,5")),
    ],
)
def test_what_is_wrong_with_a_comma(text: str, said: str) -> None:
    assert comma_complaint(text) == said


numbers = st.decimals(0, 10**12, allow_nan=False, places=8)


@given(numbers)
def test_a_number_is_read_as_it_is_shown(number: Decimal) -> None:
    assert typed_number(f"{number:f}") == typed_number(f"{number:,f}") == number
    assert typed_number(f"{number:,f}".replace(",", "_")) == number


@given(st.text("0123456789.,_", max_size=12))
def test_a_text_with_a_comma_is_a_number_with_thousands_or_has_a_complaint(text: str) -> None:
    number = typed_number(text)
    if "," in text:
        assert (number is None) == bool(comma_complaint(text))
    if number is not None and "," in text:
        assert number >= 1000
        whole, _, rest = text.partition(".")
        assert f"{int(number):,}" == whole
        assert "," not in rest


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_what_is_to_be_written_instead_is_a_number(whole: int, rest: int) -> None:
    text = f"{whole},{rest}"
    if typed_number(text) is None:
        assert typed_number(comma_complaint(text).rpartition(" ")[2]) == Decimal(f"{whole}.{rest}")

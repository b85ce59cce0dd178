from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybridtui.render.numbers import (
    age_text,
    amount_text,
    compact,
    decimals,
    percent_text,
    price_cell,
    price_decimals,
    price_text,
    rate_text,
    signed,
    usual_decimals,
)


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [(64213.0, 0, "64,213"), (6443.1, 1, "6,443.1"), (7e-7, 7, "0.0000007"), (0.00000712, 8, "0.00000712"),
     (0.0, 0, "0"),     (1e22, 0, "10,000,000,000,000,000,000,000"), (-2.5, 1, "-2.5")],
)  # fmt: skip
def test_a_price_keeps_the_digits_of_the_exchange(value: float, places: int, text: str) -> None:
    assert decimals(value) == places
    assert price_text(value) == text


@given(st.integers(1, 10**15 - 1), st.integers(0, 12))
def test_a_price_text_is_the_price(digits: int, places: int) -> None:
    exact = Decimal(digits).scaleb(-places)
    text = price_text(float(exact))
    assert "e" not in text
    assert Decimal(text.replace(",", "")) == exact


def test_a_column_needs_the_decimals_of_its_longest_price() -> None:
    assert price_decimals([6443.0, 6443.1]) == 1
    assert price_decimals([6443.0], least=2) == 2
    assert price_decimals([]) == 0
    assert usual_decimals([6456.1, 6456.2, 6456.16475986]) == 1


def test_a_price_with_more_digits_than_the_column_stays_on_the_point() -> None:
    cells = [price_cell(price, 1, 8) for price in (6456.2, 6456.0, 6456.16475986)]
    assert cells == ["6,456.2       ", "6,456.0       ", "6,456.16475986"]
    assert {len(price_cell(price, 0, 2)) for price in (64213.0, 64213.25)} == {9}


@pytest.mark.parametrize(
    ("value", "places", "width", "text"),
    [(1.2, 4, None, "1.2000"), (5.26056135, 4, None, "5.2605"), (5.26056135, None, None, "5.26056135"),
     (0.00005, 4, None, "<0.0001"), (-0.00005, 4, None, ">-0.0001"), (0.0, 4, None, "0.0000"), (0.3, 0, None, "<1"),
     (1234.56789, 4, 7, "1,234.5"), (1234567.8, 4, 3, "1,234,567"), (0.29999999999999999, 8, None, "0.30000000")],
)  # fmt: skip
def test_an_amount_is_cut_and_never_to_zero(value: float, places: int | None, width: int | None, text: str) -> None:
    if places is not None and decimals(value) < places and width is None:
        assert amount_text(value, places) == text
    assert amount_text(value, places, width) == text


@given(st.floats(1e-8, 1e9), st.integers(0, 8))
def test_an_amount_never_shows_more_than_there_is(value: float, places: int) -> None:
    text = amount_text(value, places).replace(",", "")
    if text.startswith("<"):
        assert value < float(text[1:])
    else:
        assert Decimal(text) <= Decimal(f"{value:.8f}")
        assert float(text) > 0


def test_compact_texts_are_short() -> None:
    assert [compact(value) for value in (0.012, 3.84, 37.24, 834.1, 1234.0, 99_960.0, 3.4e6, 2e9)] == [
        "0.012", "3.84", "37.2", "834", "1.2k", "100k", "3.4M", "2.0G",
    ]  # fmt: skip


@given(st.floats(0, 9e14))
def test_compact_is_never_wider_than_five(value: float) -> None:
    assert len(compact(value)) <= 5


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-1, "0.0s"),
        (0.19, "0.1s"),
        (0.99, "0.9s"),
        (4.9, "4s"),
        (59.9, "59s"),
        (60, "1m"),
        (7199, "1h"),
        (90_000, "1d"),
    ],
)
def test_an_age_is_never_younger_than_shown(seconds: float, text: str) -> None:
    assert age_text(seconds) == text


def test_signs_per_cent_and_rates() -> None:
    assert [signed(value) for value in (512.5, -3.0, 0.0)] == ["+512.5", "-3", "0"]
    assert [percent_text(ratio) for ratio in (0.008, -0.0123, 0.0)] == ["+0.80%", "-1.23%", "0.00%"]
    assert [rate_text(rate) for rate in (320, 1900, 2_400_000)] == ["320 B/s", "1.9 KB/s", "2.4 MB/s"]

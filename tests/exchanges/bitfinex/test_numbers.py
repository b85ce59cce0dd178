"""The exchange's own checksums are the proof that numbers are written as it writes them."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybridtui.exchanges.bitfinex.numbers import checksum, js_number
from hybridtui.exchanges.bitfinex.replica import Replica
from hybridtui.market.book import Row

VECTORS: list[tuple[list[Row], int]] = [
    ([(101.5, 2, 0.25), (101, 1, 3), (102, 1, -0.5), (102.5, 4, -7.125)], 1186656595),
    ([(0.0000012, 1, 5000), (7e-7, 2, 0.5), (0.0000013, 1, -1200.5), (0.000002, 1, -3e-7)], -1098668376),
    ([(50, 1, 1), (49, 1, 2), (48, 1, 3), (51, 1, -4)], 741917506),
    ([(60000, 3, 1000000), (70000, 1, -20000000)], -1952503473),
    ([(10, 1, 1)], 969898763),
    ([], 0),
]


@pytest.mark.parametrize(("rows", "value"), VECTORS)
def test_the_documented_vectors(rows: list[Row], value: int) -> None:
    assert Replica(rows, 25).checksum() == value


def test_orders_are_hashed_by_id_as_levels_are_by_price() -> None:
    text = "11:2:44:-1e-7:22:1.5:55:-2:33:4"
    assert checksum(text.split(":")) == -1771502461


def test_books_with_checksums_of_the_exchange(read_lines: Callable[[str], list[str]]) -> None:
    books = json.loads("\n".join(read_lines("checksum-frames.json")))
    assert len(books) == 3
    for book in books:
        replica = Replica([], 250)
        for frame in book["frames"]:
            for row in frame if isinstance(frame[0], list) else [frame]:
                replica.change(*row)
        assert replica.checksum() == book["cs"], book["name"]


def test_book_states_with_checksums_of_the_exchange(read_lines: Callable[[str], list[str]]) -> None:
    states: list[dict[str, Any]] = json.loads("\n".join(read_lines("checksum-book-states.json")))
    levels = [state for state in states if state["kind"] == "P"]
    assert len(levels) == 2
    for state in levels:
        bids = [(float(price), 1, float(amount)) for price, amount in state["bids"]]
        asks = [(float(price), 1, -float(amount)) for price, amount in state["asks"]]
        assert Replica([*bids, *asks], 250).checksum() == state["crc32_signed"]
    for state in states:
        parts = [js_number(float(part)) for part in state["string"].split(":")]
        assert checksum(parts) == state["crc32_signed"]


FINITE = st.floats(allow_nan=False, allow_infinity=False)


@given(FINITE)
def test_every_number_is_read_back_as_it_was(value: float) -> None:
    text = js_number(value)
    assert float(text) == value
    assert float(json.loads(text)) == value


@given(st.floats(min_value=1e-6, max_value=1e20))
def test_ordinary_numbers_have_no_exponent(value: float) -> None:
    assert "e" not in js_number(value)


CHANGES = st.lists(
    st.tuples(
        st.sampled_from([0.0000012, 7e-7, 1, 2, 3.5, 6443.1, 100000]),
        st.integers(0, 3),
        st.sampled_from([1, -1, 0.25, -3e-7, 1000000]),
    ),
    max_size=60,
)


@given(CHANGES)
def test_cached_texts_give_the_same_checksum_as_fresh_ones(rows: list[Row]) -> None:
    replica = Replica([], 250)
    plain: dict[tuple[bool, float], float] = {}
    for price, count, amount in rows:
        replica.change(price, count, amount)
        plain.pop((amount > 0, price), None)
        if count:
            plain[amount > 0, price] = amount
        replica.checksum()
    bids = sorted(((p, a) for (bid, p), a in plain.items() if bid), reverse=True)
    asks = sorted((p, a) for (bid, p), a in plain.items() if not bid)
    parts = []
    for place in range(25):
        for side in (bids, asks):
            parts += [js_number(number) for number in side[place]] if place < len(side) else []
    assert replica.checksum() == checksum(parts)

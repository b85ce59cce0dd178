from collections.abc import Callable

import pytest

from hybridtui.errors import DecodeError
from hybridtui.exchanges.bitfinex import payloads
from hybridtui.market.candles import Candle
from hybridtui.market.ticker import Ticker
from hybridtui.market.trades import Trade


def test_a_ticker_may_have_nulls_and_new_fields_at_the_end() -> None:
    row = [64210, 11.25073001, None, None, -512.5, 0.00804612, 64213, 834.11907425, 64590, 63105, None, "new"]
    assert payloads.read_ticker(row) == Ticker(
        64210, 11.25073001, None, None, -512.5, 0.00804612, 64213, 834.11907425, 64590, 63105
    )
    assert payloads.read_ticker(row[:10]) == payloads.read_ticker(row)


def test_trades_books_and_candles_are_read_in_the_order_of_the_list() -> None:
    assert payloads.read_trades([[2, 20, -0.5, 7e-7], [1, 10, 3, 4, "new"]]) == (
        Trade(2, 20, -0.5, 7e-7),
        Trade(1, 10, 3.0, 4.0),
    )
    assert payloads.read_book([[64210, 3, 0.72], [64215, 0, -1]]) == ((64210.0, 3, 0.72), (64215.0, 0, -1.0))
    assert payloads.read_candles([[60000, 1, 2, 3, 0.5, 4.25]]) == (Candle(60000, 1.0, 2.0, 3.0, 0.5, 4.25),)
    assert [payloads.read_trades([]), payloads.read_book([]), payloads.read_candles([])] == [(), (), ()]


GOOD: dict[Callable[[object], object], list[object]] = {
    payloads.read_trade: [1, 1790134414850, -0.5, 101.5],
    payloads.read_book_row: [101.5, 2, 0.25],
    payloads.read_candle: [1790134380000, 101, 102, 103, 100, 3.5],
    payloads.read_ticker: [1, 2, 3, 4, 5, 0.6, 7, 8, 9, 10],
}
BAD = [True, "1", [], {}, float("nan"), float("inf"), -float("inf"), 10**400, 1e300]


@pytest.mark.parametrize("reader", GOOD)
@pytest.mark.parametrize("bad", BAD, ids=repr)
def test_one_bad_field_spoils_the_row(reader: Callable[[object], object], bad: object) -> None:
    row = GOOD[reader]
    reader(row)
    for index in range(len(row)):
        with pytest.raises(DecodeError):
            reader([*row[:index], bad, *row[index + 1 :]])
    with pytest.raises(DecodeError):
        reader(row[:-1])


@pytest.mark.parametrize(
    ("reader", "row"),
    [
        (payloads.read_trade, [1, 2, 0, 4]),
        (payloads.read_trade, [1, 2, 3, -4]),
        (payloads.read_trade, [1, 2, 3, 0]),
        (payloads.read_trade, [-1, 2, 3, 4]),
        (payloads.read_trade, [1, 10**15, 3, 4]),
        (payloads.read_book_row, [-1, 1, 1]),
        (payloads.read_book_row, [1, -1, 1]),
        (payloads.read_book_row, [1, 1.5, 1]),
        (payloads.read_book_row, [1, 1, 0]),
        (payloads.read_candle, [0, 1, 1, 1, 2, 1]),
        (payloads.read_candle, [0, 1, 1, 2, 1, -1]),
        (payloads.read_candle, [0, None, 1, 2, 1, 1]),
    ],
)
def test_numbers_that_cannot_be_are_refused(reader: Callable[[object], object], row: list[object]) -> None:
    with pytest.raises(DecodeError):
        reader(row)


def test_texts_from_the_network_lose_what_is_not_for_eyes() -> None:
    assert payloads.plain_text("a\x1b[31mb\x00c\r\nd\u202e") == "a[31mbcd"
    assert len(payloads.plain_text("x" * 10_000)) == 200
    assert payloads.plain_text(None) == ""
    assert payloads.plain_text(["\x1b"]) == "['\\x1b']"


def test_pair_lists_are_joined_without_repeats_and_without_junk() -> None:
    assert payloads.read_pairs([["BTCUSD", "DUSK:USD"], ["BTCF0:USTF0", "BTCUSD", "\x1b[2J"]]) == (
        "BTCUSD",
        "DUSK:USD",
        "BTCF0:USTF0",
    )

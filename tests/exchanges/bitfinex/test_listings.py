"""All markets at once: what is understood, and what is left out."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybridtui.errors import DecodeError
from hybridtui.exchanges.base import RestKind
from hybridtui.exchanges.bitfinex.listings import instrument_of
from hybridtui.exchanges.bitfinex.rest import build, parse
from hybridtui.exchanges.bitfinex.spelling import Spelling
from hybridtui.exchanges.bitfinex.symbols import parse as pair
from hybridtui.market.feed import View
from hybridtui.market.instrument import Instrument
from hybridtui.market.quote_events import MarketsListed, QuotesSeen
from hybridtui.market.source import Source

ROW = [64210, 11.2, 64215, 9.8, 512.5, 0.008, 64213, 834.1, 64590, 63105, 1356998400000]


def answer(kind: RestKind, content: object) -> Any:
    (event,) = parse(build(kind, View(pair("BTCUSD")), Spelling()), 200, json.dumps(content).encode(), 7.0)
    return event


def test_tickers_of_all_pairs() -> None:
    seen = answer(
        RestKind.TICKERS,
        [["tBTCUSD", *ROW], ["fUSD", *range(16)], ["tDUSK:USD", *[None] * 10], ["tBTCF0:USTF0", *ROW[:10]]],
    )
    assert isinstance(seen, QuotesSeen)
    assert (seen.source, seen.at, seen.whole) == (Source.REST, 7.0, True)
    assert [instrument for instrument, _ in seen.rows] == [
        Instrument("tBTCUSD", "BTC", "USD"),
        Instrument("tDUSK:USD", "DUSK", "USD"),
        Instrument("tBTCF0:USTF0", "BTCF0", "USTF0"),
    ]
    assert seen.rows[0][1].last == 64213.0
    assert seen.rows[1][1].last is None


@pytest.mark.parametrize("bad", [[], [7], ["tBTCUSD"], ["tBTCUSD", "x", *ROW[1:]], ["t\x1b[31m", *ROW], ["tBTC", *ROW]])
def test_a_row_that_makes_no_sense_costs_no_other(bad: list[object]) -> None:
    seen = answer(RestKind.TICKERS, [bad, ["tETHUSD", *ROW]])
    assert [instrument.symbol for instrument, _ in seen.rows] == ["tETHUSD"]


@pytest.mark.parametrize("content", [[[7]], [["tBTCUSD", -1, *ROW[1:]]], [1, 2], {"a": 1}])
def test_nothing_readable_is_an_error(content: object) -> None:
    with pytest.raises(Exception, match=r".") as caught:
        answer(RestKind.TICKERS, content)
    assert isinstance(caught.value, DecodeError) or content == {"a": 1}


def test_markets_and_what_people_call_the_currencies() -> None:
    listed = answer(
        RestKind.MARKETS,
        [
            ["BTCUSD", "DUSK:USD", "AAABBB", "we/ird"],
            ["BTCF0:USTF0"],
            [["UST", "USDt"], ["DSH", "DASH"], ["BTC"], 7],
            [["UST", "Tether USDt"], ["BTC", "Bit\x1b[31mcoin\n"], ["x y", "no"], ["ETH", "\x07"]],
        ],
    )
    assert isinstance(listed, MarketsListed)
    assert [instrument.symbol for instrument in listed.instruments] == [
        "tBTCUSD",
        "tDUSK:USD",
        "tAAABBB",
        "tBTCF0:USTF0",
    ]
    names = dict(listed.names)
    assert names == {"UST": "Tether USDt", "DSH": "DASH", "BTC": "Bit[31mcoin"}
    assert all(name.isprintable() for name in names.values())


@pytest.mark.parametrize("content", [[], [[], []], [["BTCUSD"], None, [], []]])
def test_another_shape_is_an_error(content: object) -> None:
    with pytest.raises(DecodeError):
        answer(RestKind.MARKETS, content)


def test_maps_that_the_exchange_does_not_have_are_missed_only() -> None:
    assert answer(RestKind.MARKETS, [["BTCUSD"], [], None, None]).names == ()


@given(st.text(max_size=20))
def test_only_names_of_the_wire_are_instruments(text: str) -> None:
    found = instrument_of(text)
    assert found is None or (found.symbol == text and found.base and found.quote and text.isascii())

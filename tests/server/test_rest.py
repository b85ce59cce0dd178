"""REST answers: shapes, order and the exchange's error bodies."""

import json
from typing import Any

import pytest

from hybridtui.demo.market import DemoMarket
from hybridtui.server.rest import answer, endpoint

START = 1_790_134_414_850
MARKET = DemoMarket(START)


def get(path: str, **query: str) -> Any:
    found = answer(f"/v2/{path}", query, MARKET)
    assert (found.status, found.content_type) == (200, "application/json; charset=utf-8")
    return json.loads(found.body)


def test_status_follows_the_switch() -> None:
    assert get("platform/status") == [1]
    assert answer("/v2/platform/status", {}, MARKET, operative=False).body == b"[0]"
    assert json.loads(answer("/v2/book/tBTCUSD/P0", {}, MARKET, operative=False).body) == [
        "error",
        20060,
        "maintenance",
    ]


def test_tickers_name_their_symbol_and_leave_out_the_unknown() -> None:
    row = get("ticker/tBTCUSD")
    assert len(row) == 10
    assert row[0] < row[2]
    assert row[9] <= row[6] <= row[8]
    assert get("tickers", symbols="tBTCUSD,tNOPE") == [["tBTCUSD", *row]]
    assert [found[0] for found in get("tickers", symbols="ALL")] == list(MARKET.symbols)
    assert get("tickers", symbols="tNOPE") == []


def test_a_book_lists_bids_then_asks_in_javascript_numbers() -> None:
    rows = get("book/tXRPBTC/P0", len="100")
    assert [row[2] > 0 for row in rows] == [True] * 100 + [False] * 100
    assert rows[0][0] < rows[100][0]
    assert b"e-06" not in answer("/v2/book/tXRPBTC/P0", {}, MARKET).body
    assert len(get("book/tDUSK%3AUSD/P2", len="1")) == 2


def test_trades_obey_limit_span_and_sort() -> None:
    rows = get("trades/tBTCUSD/hist", limit="50")
    assert len(rows) == 50
    assert rows == sorted(rows, reverse=True)
    start, end = rows[-1][1], rows[10][1]
    inside = get("trades/tBTCUSD/hist", limit="1000", start=str(start), end=str(end), sort="1")
    assert inside == sorted(row for row in inside if start <= row[1] <= end)
    assert rows[20] in inside
    assert rows[0] not in inside


def test_candles_obey_limit_span_and_sort() -> None:
    rows = get("candles/trade:5m:tETHUSD/hist", limit="300")
    assert len(rows) == 300
    assert all(low <= min(first, last) <= max(first, last) <= high for _, first, last, high, low, _ in rows)
    assert [row[0] for row in rows] == sorted((row[0] for row in rows), reverse=True)
    part = get("candles/trade:5m:tETHUSD/hist", limit="3", start=str(rows[9][0]), sort="1")
    assert part == [rows[9], rows[8], rows[7]]
    assert get("candles/trade:5m:tETHUSD/last") == rows[0]
    assert get("candles/trade:5m:tETHUSD/hist", end="1000") == []


def test_conf_has_one_element_for_each_name() -> None:
    pairs, futures, names = get("conf/pub:list:pair:exchange,pub:list:pair:futures,pub:map:currency:sym")
    assert pairs == ["BTCUSD", "ETHUSD", "XRPBTC", "DUSK:USD"]
    assert futures == ["BTCF0:USTF0"]
    assert ["USTF0", "USDt"] in names


@pytest.mark.parametrize(
    ("path", "query", "message"),
    [
        ("ticker/tNOPE", {}, "symbol: invalid"),
        ("book/tbtcusd/P0", {}, "symbol: invalid"),
        ("book/tBTCUSD/P9", {}, "prec: invalid"),
        ("book/tBTCUSD/P0", {"len": "7"}, "len: invalid"),
        ("candles/trade:2m:tBTCUSD/hist", {}, "time_interval: invalid"),
        ("trades/tBTCUSD/hist", {"limit": "10001"}, "limit: invalid"),
        ("candles/trade:1m:tBTCUSD/hist", {"limit": "-1"}, "limit: invalid"),
    ],
)
def test_wrong_parameters_are_refused_in_the_exchanges_words(path: str, query: dict[str, str], message: str) -> None:
    found = answer(f"/v2/{path}", query, MARKET)
    assert (found.status, json.loads(found.body)) == (500, ["error", 10020, message])


@pytest.mark.parametrize("path", ["/v2/nope", "/", "/v2", "/v2/book", "/v2/trades/tBTCUSD", "/v2/<script>"])
def test_an_unknown_path_is_a_page(path: str) -> None:
    found = answer(path, {}, MARKET)
    assert (found.status, found.content_type) == (404, "text/html; charset=utf-8")
    assert b"Cannot GET /api/" in found.body
    assert b"<script>" not in found.body


def test_endpoints_have_the_names_of_their_budgets() -> None:
    assert endpoint("/v2/platform/status") == "status"
    assert endpoint("/v2/candles/trade:1m:tBTCUSD/hist") == "candles"
    assert endpoint("/v2/nope") == "unknown"

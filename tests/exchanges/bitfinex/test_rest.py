"""Requests as they are documented, and every answer and error that has been seen."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybridtui.errors import (
    DecodeError,
    ExchangeError,
    ExchangeRefusedError,
    MaintenanceError,
    RateLimitedError,
    SymbolUnknownError,
)
from hybridtui.exchanges.base import PairsListed, PlatformSeen, RestKind
from hybridtui.exchanges.bitfinex import constants
from hybridtui.exchanges.bitfinex.rest import build, parse
from hybridtui.exchanges.bitfinex.spelling import Spelling
from hybridtui.exchanges.bitfinex.symbols import parse as pair
from hybridtui.market.events import BookSnapshotSeen, CandlesSeen, TickerSeen, TradesSeen
from hybridtui.market.feed import View
from hybridtui.market.source import Source
from hybridtui.market.timeframe import Timeframe

VIEW = View(pair("DUSK:USD"), Timeframe.H3, 100)
KINDS = list(RestKind)


@pytest.mark.parametrize(
    ("kind", "path", "query"),
    [
        (RestKind.TICKER, "/ticker/tDUSK:USD", ()),
        (RestKind.BOOK, "/book/tDUSK:USD/P0", (("len", "100"),)),
        (RestKind.TRADES, "/trades/tDUSK:USD/hist", (("limit", "250"),)),
        (RestKind.CANDLES, "/candles/trade:3h:tDUSK:USD/hist", (("limit", "1000"),)),
        (RestKind.PAIRS, "/conf/pub:list:pair:exchange,pub:list:pair:futures", ()),
        (
            RestKind.MARKETS,
            "/conf/pub:list:pair:exchange,pub:list:pair:futures,pub:map:currency:sym,pub:map:currency:label",
            (),
        ),
        (RestKind.TICKERS, "/tickers", (("symbols", "ALL"),)),
        (RestKind.STATUS, "/platform/status", ()),
    ],
)
def test_requests(kind: RestKind, path: str, query: tuple[tuple[str, str], ...]) -> None:
    request = build(kind, VIEW, Spelling())
    assert (request.kind, request.path, request.query, request.view) == (kind, path, query, VIEW)
    assert request.endpoint in constants.BUDGETS


def answer(kind: RestKind, content: object, status: int = 200) -> Any:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    (event,) = parse(build(kind, VIEW, Spelling()), status, body, 7.0)
    return event


def test_answers_become_the_events_of_the_market() -> None:
    ticker = answer(RestKind.TICKER, [1, 2, 3, 4, 5, 0.6, 7, 8, 9, 1, 1356998400000])
    assert (type(ticker), ticker.symbol, ticker.source, ticker.at) == (TickerSeen, "tDUSK:USD", Source.REST, 7.0)
    book = answer(RestKind.BOOK, [[64210, 3, 0.72], [64215, 2, -0.4]])
    assert (type(book), book.rows) == (BookSnapshotSeen, ((64210.0, 3, 0.72), (64215.0, 2, -0.4)))
    trades = answer(RestKind.TRADES, [[2, 20, -0.0125, 64213], [1, 10, 1, 64214]])
    assert (type(trades), trades.listing, len(trades.trades)) == (TradesSeen, True, 2)
    candles = answer(RestKind.CANDLES, [[1790134380000, 64201, 64213, 64220, 64198, 3.84410012]])
    assert (type(candles), candles.timeframe, candles.candles[0].close) == (CandlesSeen, Timeframe.H3, 64213.0)
    assert answer(RestKind.PAIRS, [["BTCUSD", "DUSK:USD"], ["BTCF0:USTF0"]]) == PairsListed(
        ("BTCUSD", "DUSK:USD", "BTCF0:USTF0")
    )
    assert answer(RestKind.STATUS, [1]) == PlatformSeen(True)
    assert answer(RestKind.STATUS, [0]) == PlatformSeen(False)


@pytest.mark.parametrize("kind", [RestKind.BOOK, RestKind.TRADES, RestKind.CANDLES])
def test_an_empty_list_is_an_answer(kind: RestKind) -> None:
    assert answer(kind, [])


ERRORS = [
    (429, ["error", 11010, "ratelimit: error"], RateLimitedError, "limits"),
    (429, {"error": "ERR_RATE_LIMIT"}, RateLimitedError, "limits"),
    (429, b"<html>Too many</html>", RateLimitedError, "limits"),
    (200, {"error": "ERR_RATE_LIMIT"}, RateLimitedError, "limits"),
    (500, ["error", 11010, "ratelimit: error"], RateLimitedError, "limits"),
    (500, ["error", 20060, "maintenance"], MaintenanceError, "maintenance"),
    (200, ["error", 20060, "maintenance"], MaintenanceError, "maintenance"),
    (500, ["error", 10020, "symbol: invalid"], SymbolUnknownError, "symbol DUSK/USD"),
    (200, ["error", 10020, "symbol: invalid"], SymbolUnknownError, "symbol DUSK/USD"),
    (500, ["error", 10020, "len: invalid"], ExchangeRefusedError, "len: invalid"),
    (500, ["error", 10001, "x\x1b[2J"], ExchangeRefusedError, "10001"),
    (500, ["error", None, "something"], ExchangeRefusedError, "something"),
    (500, ["error"], ExchangeRefusedError, "500"),
    (503, {"code": 503, "error": "temporarily_unavailable"}, ExchangeRefusedError, "temporarily_unavailable"),
    (520, b"<html>cloud</html>", ExchangeRefusedError, "520"),
    (502, b"", ExchangeRefusedError, "502"),
    (404, b"<html>Cannot GET /api/v2/nope</html>", ExchangeRefusedError, "404"),
    (301, b"", ExchangeRefusedError, "301"),
    (500, [[64210, 3, 0.72]], ExchangeRefusedError, "500"),
    (200, b"<html>hello</html>", DecodeError, "JSON"),
    (200, b"[[64210,3,0.72],[642", DecodeError, "JSON"),
    (200, b"\xff\xfe", DecodeError, "JSON"),
    (200, b"[" * 100_000, DecodeError, "JSON"),
    (200, [[64210, 3]], DecodeError, "shape"),
    (200, [[64210, "3", 0.72]], DecodeError, "shape"),
    (200, None, DecodeError, "shape"),
]


@pytest.mark.parametrize(("status", "body", "kind", "part"), ERRORS)
def test_every_error_is_one_clear_sentence(status: int, body: object, kind: type[ExchangeError], part: str) -> None:
    with pytest.raises(ExchangeError) as caught:
        answer(RestKind.BOOK, body, status)
    message = str(caught.value)
    assert type(caught.value) is kind
    assert part in message
    assert message.isprintable()
    assert message.endswith(".")


def test_a_refusal_keeps_its_code() -> None:
    with pytest.raises(ExchangeRefusedError) as caught:
        answer(RestKind.TICKER, ["error", 10020, "symbol: invalid"], 500)
    assert caught.value.code == constants.ERROR_PARAMETERS
    with pytest.raises(ExchangeRefusedError) as caught:
        answer(RestKind.TICKER, ["error", None, "?"], 500)
    assert caught.value.code is None


@pytest.mark.parametrize("content", [[], [2], [True], ["1"], {}, 1, [[1]]])
def test_a_status_is_0_or_1(content: object) -> None:
    with pytest.raises(ExchangeError):
        answer(RestKind.STATUS, content)


def test_errors_that_were_seen(read_lines: Callable[[str], list[str]]) -> None:
    raised = 0
    for line in read_lines("rest-errors-seen.jsonl"):
        seen = json.loads(line)
        if seen["body"] == []:
            assert answer(RestKind.CANDLES, []).candles == ()
            continue
        with pytest.raises((ExchangeRefusedError, RateLimitedError, MaintenanceError)):
            answer(RestKind.BOOK, seen["body"], seen["status"] or 500)
        raised += 1
    assert raised == 9


def test_bodies_that_were_seen(read_lines: Callable[[str], list[str]]) -> None:
    for name, levels in (("rest-book-P0.json", 25), ("rest-book-P2-len100.json", 100)):
        rows = answer(RestKind.BOOK, "\n".join(read_lines(name)).encode()).rows
        assert len(rows) <= 2 * levels
        bids = [price for price, _, amount in rows if amount > 0]
        asks = [price for price, _, amount in rows if amount < 0]
        assert bids == sorted(bids, reverse=True)
        assert asks == sorted(asks)
        assert bids[0] < asks[0]
    tickers = json.loads("\n".join(read_lines("rest-tickers-ALL.json")))
    trading = [row for row in tickers if row[0].startswith("t")]
    assert len(trading) > 100
    for row in trading:
        assert answer(RestKind.TICKER, row[1:]).ticker.last == row[7]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just("error"),
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.sampled_from(["error", "code", "x"]), inner),
    max_leaves=20,
)


@given(
    st.sampled_from(KINDS), st.integers(100, 599), st.binary(max_size=60) | JSON.map(lambda v: json.dumps(v).encode())
)
def test_any_answer_is_events_or_an_error_of_the_exchange(kind: RestKind, status: int, body: bytes) -> None:
    try:
        events = parse(build(kind, VIEW, Spelling()), status, body, 1.0)
    except ExchangeError:
        return
    assert len(events) == 1
    assert 200 <= status < 300


@pytest.mark.parametrize("kind", [RestKind.TRADES, RestKind.CANDLES])
def test_a_stretch_of_time_can_be_asked_for(kind: RestKind) -> None:
    plain, span = build(kind, VIEW, Spelling()), build(kind, VIEW, Spelling(), (1000, 2000))
    assert span.path == plain.path
    assert dict(span.query) == {"limit": "2000", "start": "1000", "end": "2000"}

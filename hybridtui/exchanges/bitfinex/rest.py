"""REST: which path answers which question, and what an answer says.

An answer is an error where its status is not 2xx *or* its body begins with `"error"`, whatever the other says: both
occur alone. Bodies of errors come as `["error", code, text]`, as objects, as HTML of a gateway, or cut off in the
middle; all of them become one sentence.
"""

from collections.abc import Sequence
from typing import NoReturn

import msgspec

from hybridtui.errors import (
    DecodeError,
    ExchangeRefusedError,
    MaintenanceError,
    RateLimitedError,
    SymbolUnknownError,
)
from hybridtui.exchanges.base import PairsListed, PlatformSeen, RestKind, RestRequest
from hybridtui.exchanges.bitfinex import constants
from hybridtui.exchanges.bitfinex.frames import UNREADABLE, integer
from hybridtui.exchanges.bitfinex.listings import read_markets, read_tickers
from hybridtui.exchanges.bitfinex.payloads import (
    plain_text,
    read_book,
    read_candles,
    read_pairs,
    read_ticker,
    read_trades,
)
from hybridtui.exchanges.bitfinex.spelling import Spelling
from hybridtui.market.events import BookSnapshotSeen, CandlesSeen, MarketEvent, TickerSeen, TradesSeen
from hybridtui.market.feed import View
from hybridtui.market.source import Source

Answer = MarketEvent | PairsListed | PlatformSeen

TRADES_LIMIT = 250
CANDLES_LIMIT = 1000
PAGE_LIMIT = 2000
"""Rows of a page of history, so that few requests fill a long hole; the exchange allows 10,000."""

_ABOUT_THE_SYMBOL = (constants.ERROR_PARAMETERS, constants.ERROR_SUBSCRIBE, constants.ERROR_UNKNOWN_PAIR)
"""Codes of errors whose text may say that the symbol is the trouble."""


def build(kind: RestKind, view: View, spelling: Spelling, span: tuple[int, int] | None = None) -> RestRequest:
    """The request for a snapshot of this kind of what `view` looks at, or for its trades or candles of a `span`."""
    symbol = view.instrument.symbol
    path, query, endpoint = {
        RestKind.TICKER: (f"/ticker/{symbol}", (), "ticker"),
        RestKind.BOOK: (
            f"/book/{symbol}/{constants.PRECISIONS[view.book_precision]}",
            (("len", str(view.book_length)),),
            "book",
        ),
        RestKind.TRADES: (f"/trades/{symbol}/hist", (("limit", str(TRADES_LIMIT)),), "trades"),
        RestKind.CANDLES: (
            f"/candles/trade:{spelling.of(view.timeframe)}:{symbol}/hist",
            (("limit", str(CANDLES_LIMIT)),),
            "candles",
        ),
        RestKind.PAIRS: (f"/conf/{','.join(constants.PAIR_LISTS)}", (), "conf"),
        RestKind.MARKETS: (f"/conf/{','.join(constants.PAIR_LISTS + constants.NAME_MAPS)}", (), "conf"),
        RestKind.TICKERS: ("/tickers", (("symbols", "ALL"),), "tickers"),
        RestKind.STATUS: ("/platform/status", (), "status"),
    }[kind]
    if span is not None:
        assert kind in (RestKind.TRADES, RestKind.CANDLES)
        query = (("limit", str(PAGE_LIMIT)), ("start", str(span[0])), ("end", str(span[1])))
    return RestRequest(kind, path, query, view, endpoint, of_the_past=span is not None)


def parse(request: RestRequest, status: int, body: bytes, now: float) -> Sequence[Answer]:
    """Read an answer; the errors are those of `exchanges.base.Exchange.parse_rest`."""
    try:
        content = msgspec.json.decode(body)
    except UNREADABLE as error:
        if not 200 <= status < 300:
            _refuse(request, status, None, "")
        raise DecodeError(
            f"Bitfinex answered the {request.kind} request with something that is not JSON; it will be asked again."
        ) from error
    failure = _failure(content)
    if failure is not None or not 200 <= status < 300:
        _refuse(request, status, *(failure or (None, "")))
    return [_read(request, content, now)]


def _read(request: RestRequest, content: object, now: float) -> Answer:
    """The content of an answer that is no error."""
    symbol, source, past = request.view.instrument.symbol, Source.REST, request.of_the_past
    match request.kind:
        case RestKind.TICKER:
            return TickerSeen(symbol, read_ticker(content), source, now)
        case RestKind.BOOK:
            view = request.view
            return BookSnapshotSeen(symbol, read_book(content), source, now, view.book_precision, view.book_length)
        case RestKind.TRADES:
            return TradesSeen(symbol, read_trades(content), True, source, now, of_the_past=past)
        case RestKind.CANDLES:
            candles = read_candles(content)
            return CandlesSeen(symbol, request.view.timeframe, candles, True, source, now, of_the_past=past)
        case RestKind.PAIRS:
            return PairsListed(read_pairs(content))
        case RestKind.MARKETS:
            return read_markets(content, now)
        case RestKind.TICKERS:
            return read_tickers(content, now)
        case RestKind.STATUS:
            return _platform(content)


def _platform(content: object) -> PlatformSeen:
    operative = integer(content[0]) if isinstance(content, list) and content else None
    if operative not in (0, 1):
        raise DecodeError("Bitfinex answered the status request with neither 0 nor 1.")
    return PlatformSeen(operative == 1)


def _failure(content: object) -> tuple[int | None, str] | None:
    """Code and text of a body that is an error, None where it is none."""
    if isinstance(content, list) and content and content[0] == "error":
        code = integer(content[1]) if len(content) > 1 else None
        return code, plain_text(content[2]) if len(content) > 2 else ""
    if isinstance(content, dict):
        text = content.get("message") or content.get("error_description") or content.get("error")
        return integer(content.get("code")), plain_text(text)
    return None


def _refuse(request: RestRequest, status: int, code: int | None, text: str) -> NoReturn:
    """Raise what code, status and text together mean."""
    label = request.view.instrument.label
    if status == 429 or code == constants.ERROR_RATE_LIMIT or text == "ERR_RATE_LIMIT":
        raise RateLimitedError("Bitfinex limits our REST requests; they pause until it allows them again.")
    if code == constants.ERROR_MAINTENANCE:
        raise MaintenanceError("Bitfinex is under maintenance; the last data stays until it returns.")
    if code in _ABOUT_THE_SYMBOL and "symbol" in text:
        raise SymbolUnknownError(f"Bitfinex does not know the symbol {label}; choose another pair.", code)
    if status == 404:
        raise ExchangeRefusedError(f"Bitfinex has nothing at {request.path} (HTTP 404); check the REST address.", code)
    what = f": {text}" if text else ""
    number = f"error {code}" if code is not None else f"HTTP {status}"
    raise ExchangeRefusedError(
        f"Bitfinex did not answer the {request.kind} request ({number}{what}); it will be asked again.", code
    )

"""The REST half, PURE: a path and its query in, an answer out; nothing is sent and no clock is read."""

from collections.abc import Callable, Mapping
from html import escape
from http import HTTPStatus
from urllib.parse import unquote

import msgspec

from hybridtui.server.configuration import configuration
from hybridtui.server.levels import LENGTHS, PRECISIONS, flat, window
from hybridtui.server.market import CandleQuery, Market, TradeQuery
from hybridtui.server.subscription import read_timeframe
from hybridtui.server.wire import encode

JSON = "application/json; charset=utf-8"
HTML = "text/html; charset=utf-8"
_ROWS_MOST = 10_000
_TRADES_DEFAULT = 125
_CANDLES_DEFAULT = 100

Query = Mapping[str, str]


class Answer(msgspec.Struct, frozen=True):
    """What goes back to the client."""

    status: int
    content_type: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()
    """More than the usual ones."""
    missing: int = 0
    """How many bytes the announced length is longer than the body."""

    @property
    def phrase(self) -> str:
        """The words that go with the status; a gateway's own numbers (520 ...) have none."""
        try:
            return HTTPStatus(self.status).phrase
        except ValueError:
            return "Unknown"


class _RefusedError(Exception):
    """A parameter is wrong; the text is the exchange's."""


def refusal(code: int, message: str, status: int = 500) -> Answer:
    """An error in the exchange's form."""
    return Answer(status, JSON, encode(["error", code, message]).encode())


def endpoint(path: str) -> str:
    """The name under which requests for a path are counted: status, ticker, tickers, trades, book, candles or conf.

    A path that this server does not know is `unknown`.
    """
    parts = _parts(path)
    name = "status" if parts[:2] == ["platform", "status"] else parts[0] if parts else ""
    return name if name in _SECTIONS else "unknown"


def answer(path: str, query: Query, market: Market, *, operative: bool = True) -> Answer:
    """The answer to a GET of `path`, which begins with `/v2/`. The market has been advanced to the present already."""
    section = _SECTIONS.get(endpoint(path))
    parts = _parts(path)
    if section is None:
        return _not_found(path)
    if endpoint(path) == "status":
        return Answer(200, JSON, b"[1]" if operative else b"[0]")
    if not operative and endpoint(path) == "book":
        return refusal(20060, "maintenance")
    try:
        content = section(parts[1:], query, market)
    except _RefusedError as refused:
        return refusal(10020, str(refused))
    return _not_found(path) if content is None else Answer(200, JSON, encode(content).encode())


def _parts(path: str) -> list[str]:
    """What follows `/v2/`, piece by piece; empty for any other path."""
    pieces = [unquote(piece) for piece in path.strip("/").split("/")]
    return pieces[1:] if pieces[0] == "v2" else []


def _not_found(path: str) -> Answer:
    """The page of an unknown path, as the web server behind the exchange writes it."""
    text = f"<!DOCTYPE html><html><body><pre>Cannot GET /api{escape(path)}</pre></body></html>\n"
    return Answer(404, HTML, text.encode())


def _status(parts: list[str], query: Query, market: Market) -> object:  # noqa: ARG001 - one signature for all sections
    return [1] if len(parts) == 1 else None


def _ticker(parts: list[str], query: Query, market: Market) -> object:  # noqa: ARG001
    return market.ticker(_symbol(parts[0], market)) if len(parts) == 1 else None


def _tickers(parts: list[str], query: Query, market: Market) -> object:
    if parts:
        return None
    asked = query.get("symbols", "").split(",")
    chosen = market.symbols if asked == ["ALL"] else [symbol for symbol in asked if symbol in market.symbols]
    return [[symbol, *market.ticker(symbol)] for symbol in chosen]


def _trades(parts: list[str], query: Query, market: Market) -> object:
    if len(parts) != 2 or parts[1] != "hist":
        return None
    symbol = _symbol(parts[0], market)
    start, end, oldest_first = _span(query)
    limit = _limit(query, _TRADES_DEFAULT)
    return market.trades(symbol, TradeQuery(limit=limit, start=start, end=end, oldest_first=oldest_first))


def _book(parts: list[str], query: Query, market: Market) -> object:
    if len(parts) != 2:
        return None
    symbol, length = _symbol(parts[0], market), query.get("len", "25")
    if parts[1] not in PRECISIONS:
        raise _RefusedError("prec: invalid")
    if length not in LENGTHS:
        raise _RefusedError("len: invalid")
    return flat(window(market.book(symbol), parts[1], int(length)))


def _candles(parts: list[str], query: Query, market: Market) -> object:
    if len(parts) != 2 or parts[1] not in ("hist", "last"):
        return None
    key = parts[0].split(":", 2)
    if len(key) != 3 or key[0] != "trade":
        raise _RefusedError("key: invalid")
    timeframe = read_timeframe(key[1])
    if timeframe is None:
        raise _RefusedError("time_interval: invalid")
    symbol = _symbol(key[2], market)
    if parts[1] == "last":
        rows = market.candles(symbol, CandleQuery(timeframe=timeframe, limit=1))
        return rows[0] if rows else []
    start, end, oldest_first = _span(query)
    wanted = CandleQuery(
        timeframe=timeframe,
        limit=_limit(query, _CANDLES_DEFAULT),
        start=start,
        end=end,
        oldest_first=oldest_first,
    )
    return market.candles(symbol, wanted)


def _conf(parts: list[str], query: Query, market: Market) -> object:  # noqa: ARG001
    if len(parts) != 1:
        return None
    return [configuration(name, market.symbols) for name in parts[0].split(",")]


def _symbol(text: str, market: Market) -> str:
    if text not in market.symbols:
        raise _RefusedError("symbol: invalid")
    return text


def _span(query: Query) -> tuple[int | None, int | None, bool]:
    """Start and end in ms, None where absent, and whether the oldest come first."""
    start = _whole(query, "start") if "start" in query else None
    end = _whole(query, "end") if "end" in query else None
    sort = query.get("sort", "-1")
    if sort not in ("1", "-1"):
        raise _RefusedError("sort: invalid")
    return start, end, sort == "1"


def _limit(query: Query, default: int) -> int:
    limit = _whole(query, "limit") if "limit" in query else default
    if not 1 <= limit <= _ROWS_MOST:
        raise _RefusedError("limit: invalid")
    return limit


def _whole(query: Query, name: str) -> int:
    """A whole number of at most 15 digits, which any date in ms fits."""
    text = query[name]
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise _RefusedError(f"{name}: invalid")
    return int(text)


_SECTIONS: dict[str, Callable[[list[str], Query, Market], object]] = {
    "status": _status,
    "ticker": _ticker,
    "tickers": _tickers,
    "trades": _trades,
    "book": _book,
    "candles": _candles,
    "conf": _conf,
}

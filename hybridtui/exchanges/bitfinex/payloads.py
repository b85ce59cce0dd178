"""Rows of the exchange, read into what we know of a market: the same over REST and over the WebSocket.

Every reader takes what a JSON decoder made of the row, checks all of it, and raises `DecodeError` where it does not
have the promised shape. Rows may have grown at the end; what follows the fields known here is ignored. Prices and
amounts beyond `LARGEST` are refused, so that nothing computed from them can overflow.
"""

from typing import Annotated, TypeVar

import msgspec

from hybridtui.errors import DecodeError
from hybridtui.market.book import Row
from hybridtui.market.candles import Candle
from hybridtui.market.ticker import Ticker
from hybridtui.market.trades import Trade

LARGEST = 1e18
SMALLEST = 1e-18
_LATEST = 253_370_764_799_999
"""The last millisecond of the year 9998: the calendar ends a year later, and what follows a date has to be in it."""

Price = Annotated[float, msgspec.Meta(ge=SMALLEST, le=LARGEST)]
Amount = Annotated[float, msgspec.Meta(ge=-LARGEST, le=LARGEST)]
Volume = Annotated[float, msgspec.Meta(ge=0, le=LARGEST)]
Count = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
Id = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
Milliseconds = Annotated[int, msgspec.Meta(ge=0, le=_LATEST)]


class BookRow(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """`[PRICE, COUNT, AMOUNT]`."""

    price: Price
    count: Count
    amount: Amount


class _TradeRow(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """`[ID, MTS, AMOUNT, PRICE]`."""

    id: Id
    mts: Milliseconds
    amount: Amount
    price: Price


class _CandleRow(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """`[MTS, OPEN, CLOSE, HIGH, LOW, VOLUME]`."""

    mts: Milliseconds
    open: Price
    close: Price
    high: Price
    low: Price
    volume: Volume


class _TickerRow(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """Ten fields in the order of `Ticker`, each of which can be null."""

    bid: Price | None
    bid_size: Volume | None
    ask: Price | None
    ask_size: Volume | None
    change: Amount | None
    change_ratio: Amount | None
    last: Price | None
    volume: Volume | None
    high: Price | None
    low: Price | None


_Shape = TypeVar("_Shape")


def read_ticker(row: object) -> Ticker:
    """A ticker row of a trading pair, ten fields or more."""
    return Ticker(*msgspec.structs.astuple(shaped(row, _TickerRow)))


def read_trade(row: object) -> Trade:
    """One trade."""
    return _trade(shaped(row, _TradeRow))


def read_trades(rows: object) -> tuple[Trade, ...]:
    """A list of trades, in the order of the list."""
    return tuple(_trade(row) for row in shaped(rows, list[_TradeRow]))


def read_book_row(row: object) -> Row:
    """One level of a book, set or deleted."""
    return _level(shaped(row, BookRow))


def read_book(rows: object) -> tuple[Row, ...]:
    """A list of levels, in the order of the list."""
    return tuple(_level(row) for row in shaped(rows, list[BookRow]))


def read_candle(row: object) -> Candle:
    """One candle."""
    return _candle(shaped(row, _CandleRow))


def read_candles(rows: object) -> tuple[Candle, ...]:
    """A list of candles, in the order of the list."""
    return tuple(_candle(row) for row in shaped(rows, list[_CandleRow]))


def read_pairs(lists: object) -> tuple[str, ...]:
    """The answer to a request for pair lists: a list of lists of names, joined in order, each name once."""
    names = (name for names in shaped(lists, list[list[str]]) for name in names)
    return tuple(dict.fromkeys(name for name in names if name.isascii() and name.isprintable() and len(name) <= 40))


def plain_text(value: object, limit: int = 200) -> str:
    """A text from the network that may be shown: without control characters and of bounded length."""
    text = value if isinstance(value, str) else "" if value is None else str(value)[: 2 * limit]
    text = "".join(character for character in text[: 2 * limit] if character.isprintable()).strip()
    return text if len(text) <= limit else text[: limit - 1] + "…"


def is_listing(payload: object) -> bool:
    """True for a list of rows, as snapshots are (it may be empty); False for a single flat row and anything else."""
    return isinstance(payload, list) and (not payload or isinstance(payload[0], list))


def shaped(value: object, shape: type[_Shape]) -> _Shape:
    """The value as this type. Raises DecodeError where it is something else."""
    try:
        return msgspec.convert(value, shape)
    except (msgspec.ValidationError, OverflowError, RecursionError) as error:
        raise DecodeError(f"The exchange sent a row of an unknown shape: {error}.") from error


def _trade(row: _TradeRow) -> Trade:
    if row.amount == 0:
        raise DecodeError("The exchange sent a trade of nothing: its amount is 0.")
    return Trade(row.id, row.mts, row.amount, row.price)


def _level(row: BookRow) -> Row:
    if row.count and row.amount == 0:
        raise DecodeError("The exchange sent a book level of nothing: its amount is 0.")
    return row.price, row.count, row.amount


def _candle(row: _CandleRow) -> Candle:
    if row.high < row.low:
        raise DecodeError("The exchange sent a candle whose high is below its low.")
    return Candle(row.mts, row.open, row.close, row.high, row.low, row.volume)

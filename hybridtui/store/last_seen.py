"""The market as it was last seen, so that the next start paints at once: marked as remembered, never as live."""

from typing import Any

import msgspec

from hybridtui.market.book import Row
from hybridtui.market.candles import Candle
from hybridtui.market.ticker import Ticker
from hybridtui.market.timeframe import Timeframe
from hybridtui.market.trades import Trade
from hybridtui.store.database import Database

VIEWS_KEPT = 200
"""How many markets and timeframes are remembered; the ones seen longest ago go first."""


class LastSeen(msgspec.Struct, frozen=True):
    """One market and timeframe at one moment."""

    saved_at: int
    """When, ms UTC by this computer's clock."""
    ticker: Ticker = Ticker()
    book: tuple[Row, ...] = ()
    trades: tuple[Trade, ...] = ()
    """Without a hole between the oldest and the newest (`Trades.covered`), so that they can be shown as a listing."""
    candles: tuple[Candle, ...] = ()


_ticker = msgspec.msgpack.Decoder(Ticker)
_book = msgspec.msgpack.Decoder(tuple[Row, ...])
_trades = msgspec.msgpack.Decoder(tuple[Trade, ...])
_candles = msgspec.msgpack.Decoder(tuple[Candle, ...])


def save(database: Database, url: str, symbol: str, timeframe: Timeframe, seen: LastSeen) -> None:
    """Remember a market of the exchange at `url`, unless another process has seen it later.

    Raises StoreError where it cannot be written.
    """
    parts = (seen.ticker, seen.book, seen.trades, seen.candles)
    with database.transaction() as transaction:
        transaction.execute(
            "INSERT INTO last_seen (url, symbol, timeframe, saved_at, ticker, book, trades, candles)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET saved_at = excluded.saved_at,"
            " ticker = excluded.ticker, book = excluded.book, trades = excluded.trades, candles = excluded.candles"
            " WHERE excluded.saved_at >= saved_at",
            (url, symbol, timeframe.value, seen.saved_at, *(msgspec.msgpack.encode(part) for part in parts)),
        )
        transaction.execute(
            "DELETE FROM last_seen WHERE (url, symbol, timeframe) IN"
            " (SELECT url, symbol, timeframe FROM last_seen ORDER BY saved_at DESC LIMIT -1 OFFSET ?)",
            (VIEWS_KEPT,),
        )


def load(database: Database, url: str, symbol: str, timeframe: Timeframe) -> LastSeen | None:
    """What was last seen of a market, None where it never was or can no longer be understood.

    Raises StoreError where the file cannot be read.
    """
    rows = database.rows(
        "SELECT saved_at, ticker, book, trades, candles FROM last_seen WHERE url = ? AND symbol = ? AND timeframe = ?",
        (url, symbol, timeframe.value),
    )
    return _last_seen(rows[0]) if rows else None


def _last_seen(row: tuple[Any, ...]) -> LastSeen | None:
    saved_at, ticker, book, trades, candles = row
    try:
        return LastSeen(
            saved_at, _ticker.decode(ticker), _book.decode(book), _trades.decode(trades), _candles.decode(candles)
        )
    except msgspec.DecodeError:
        return None

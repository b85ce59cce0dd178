"""What is remembered of a market, as the events and the state that the model knows."""

from collections.abc import Callable
from pathlib import Path

from hybridtui.clock import Clock
from hybridtui.market.candles import Candle, Candles
from hybridtui.market.events import BookSnapshotSeen, CandlesSeen, MarketEvent, Notice, Severity, TickerSeen, TradesSeen
from hybridtui.market.quote_events import MarketsListed
from hybridtui.market.source import Source
from hybridtui.market.state import MarketState
from hybridtui.market.timeframe import Timeframe
from hybridtui.store.database import Database, open_database
from hybridtui.store.last_seen import LastSeen, load, save
from hybridtui.store.markets import load_markets, save_markets

_TRADES_KEPT = 500
_CANDLES_KEPT = 1000


def _after_holes(candles: Candles) -> tuple[Candle, ...]:
    """The newest candles of which none is missing in between: as a listing they will be told."""
    since = candles.unknown[-1][1] if candles.unknown else 0
    return tuple(candle for candle in candles.newest(_CANDLES_KEPT) if candle.mts >= since)


class Memory:
    """Remembers the markets of one exchange in a directory. Raises StoreError where the file fails later on."""

    def __init__(self, directory: Path, url: str, clock: Clock) -> None:
        self._directory = directory
        self._url = url
        self._clock = clock
        self._database: Database | None = None

    def open(self) -> Notice | None:
        """Open the file. Returns what the user should know about it, None where all is well."""
        opened = open_database(self._directory, self._clock.wall_ms())
        self._database = opened.database
        return Notice(opened.notice, Severity.WARNING, self._clock.now()) if opened.notice else None

    @property
    def database(self) -> Database:
        """The open file."""
        assert self._database is not None
        return self._database

    def recall(self, symbol: str, timeframe: Timeframe) -> list[MarketEvent]:
        """The market as it was last seen; `at` is when that was."""
        assert self._database is not None
        seen = load(self._database, self._url, symbol, timeframe)
        if seen is None:
            return []
        at = self._clock.now() - (self._clock.wall_ms() - seen.saved_at) / 1000
        source = Source.CACHE
        # A book that the exchange put together to coarser prices is not remembered: it would pass for its own levels.
        book = [BookSnapshotSeen(symbol, seen.book, source, at)] if seen.book else []
        return [
            TickerSeen(symbol, seen.ticker, source, at),
            *book,
            TradesSeen(symbol, seen.trades, listing=True, source=source, at=at),
            CandlesSeen(symbol, timeframe, seen.candles, listing=True, source=source, at=at),
        ]

    def recall_markets(self) -> MarketsListed | None:
        """All markets as they were last listed, None where they never were."""
        return load_markets(self._directory, self._url, self._clock.now())

    def keep_markets(self, listed: MarketsListed) -> None:
        """Remember all markets. Any thread may call."""
        save_markets(self._directory, self._url, listed)

    def keep(self, state: MarketState) -> Callable[[], None] | None:
        """Copy what is known now. Returns the work of writing it, which any thread may do; None where all is old."""
        newest = state.newest_arrival()
        fresh = all(arrival.source not in (None, Source.CACHE) for arrival in state.arrivals.values())
        if newest is None or not fresh or state.candles.timeframe is not state.timeframe:
            return None
        saved_at = self._clock.wall_ms() - int((self._clock.now() - newest) * 1000)
        seen = LastSeen(
            saved_at,
            state.ticker,
            () if state.book.precision else tuple(state.book.rows()),
            tuple(state.trades.covered()[-_TRADES_KEPT:]),
            _after_holes(state.candles),
        )
        database, symbol, timeframe = self._database, state.instrument.symbol, state.timeframe
        assert database is not None
        return lambda: save(database, self._url, symbol, timeframe, seen)

    def close(self) -> None:
        """Close the file."""
        if self._database is not None:
            self._database.close()

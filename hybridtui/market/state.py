"""All that is known of one market: `apply(event)` changes it and says which topic to draw again."""

from collections.abc import Callable
from typing import Any

import msgspec

from hybridtui.market.book import Book
from hybridtui.market.candles import Candles
from hybridtui.market.events import (
    BookChanged,
    BookChecked,
    BookSnapshotSeen,
    CandlesSeen,
    HistoryChanged,
    MarketEvent,
    Notice,
    OlderCandlesSeen,
    SourceChanged,
    SymbolRefused,
    TickerSeen,
    TradesSeen,
    Traffic,
    ViewChanged,
)
from hybridtui.market.instrument import Instrument
from hybridtui.market.last_price import LastPrice, last_price
from hybridtui.market.quote_events import QUOTE_EVENTS, QuoteEvent, QuotesLost, QuotesSeen
from hybridtui.market.quotes import Quotes
from hybridtui.market.source import Health, LinkState, Mode, Source, Topic
from hybridtui.market.ticker import Ticker
from hybridtui.market.timeframe import Timeframe
from hybridtui.market.trades import Trades

_BOOK = Topic.BOOK
"""A plain name: a look into an enumeration costs as much as the change of a level."""


class Arrival(msgspec.Struct):
    """When and from where a topic was last delivered."""

    source: Source | None = None
    at: float | None = None
    verified: bool | None = None
    checks: int = 0
    sources: frozenset[Source] = frozenset()
    """Every source that contributed to what is shown."""
    lost_at: float | None = None
    """When it ceased to be delivered the last time, monotonic seconds."""


class MarketState:
    """Ticker, book, trades, candles and the link of one view."""

    def __init__(self, instrument: Instrument, timeframe: Timeframe) -> None:
        self.link = SourceChanged(LinkState.CONNECTING, Mode.AUTO, at=0.0)
        self.traffic: Traffic | None = None
        self.notice: Notice | None = None
        self.refused: SymbolRefused | None = None
        self.notices = 0
        """How many notices there have been."""
        self._apply: dict[type, Callable[[Any], Topic]] = {
            TickerSeen: self._ticker_seen,
            BookSnapshotSeen: self._book_snapshot_seen,
            BookChanged: self._book_changed,
            BookChecked: self._book_checked,
            TradesSeen: self._trades_seen,
            CandlesSeen: self._candles_seen,
            OlderCandlesSeen: self._older_candles_seen,
            HistoryChanged: self._history_changed,
            ViewChanged: self._view_changed,
            SourceChanged: self._source_changed,
            Traffic: self._traffic_measured,
            Notice: self._notice_given,
            SymbolRefused: self._symbol_refused,
            **dict.fromkeys(QUOTE_EVENTS, self._quotes_changed),
        }
        self.quotes = Quotes()
        """Of all markets; they outlive changes of the view."""
        self._look_at(instrument, timeframe)

    def _look_at(self, instrument: Instrument, timeframe: Timeframe) -> None:
        self.instrument = instrument
        self.timeframe = timeframe
        """The timeframe asked for; `candles.timeframe` lags behind it until the first answer."""
        self.ticker = Ticker()
        self.book = Book()
        self.trades = Trades()
        self.candles = Candles(timeframe)
        self.history: HistoryChanged | None = None
        """How far the loading of older candles is; None where none were wanted."""
        self.arrivals = {topic: Arrival() for topic in Topic.DATA}
        self._book_arrival = self.arrivals[Topic.BOOK]
        self.refused = None

    def apply(self, event: MarketEvent) -> Topic:
        """Take one event in. Returns the topics that changed, `Topic.NONE` where it belongs to another view."""
        if type(event) is BookChanged:  # nearly all events are: spare them the way over the table
            return self._book_changed(event)
        return self._apply[type(event)](event)

    def health(self, topic: Topic, now: float) -> Health:
        """The truth about one topic of `Topic.DATA` at the moment `now`, monotonic seconds."""
        arrival = self.arrivals[topic]
        return Health(
            source=arrival.source,
            age=None if arrival.at is None else max(0.0, now - arrival.at),
            fed=arrival.source is not None and topic in self.link.fed,
            verified=arrival.verified,
            checks=arrival.checks,
            verifiable=topic is Topic.BOOK,
            mixed=len(arrival.sources - {Source.CACHE}) > 1,
        )

    def newest_arrival(self) -> float | None:
        """When the newest market data of any topic came, monotonic seconds."""
        return max((arrival.at for arrival in self.arrivals.values() if arrival.at is not None), default=None)

    @property
    def last(self) -> LastPrice | None:
        """The last price, who tells it and whether anything delivers it; None where none is known."""
        trade, candle = self.trades.last, self.candles.last
        told = {
            Topic.TRADES: None if trade is None else trade.price,
            Topic.TICKER: self.ticker.last,
            Topic.CANDLES: None if candle is None else candle.close,
        }
        return last_price(self._told(topic, price) for topic, price in told.items() if price is not None)

    def _told(self, topic: Topic, price: float) -> LastPrice:
        arrival = self.arrivals[topic]
        assert arrival.at is not None, "what is known has arrived"
        fed = arrival.source is not Source.CACHE and topic in self.link.fed
        until = arrival.at if arrival.lost_at is None else max(arrival.at, arrival.lost_at)
        return LastPrice(price, topic, fed, arrival.at, until)

    @property
    def last_price(self) -> float | None:
        """The price alone, however old."""
        last = self.last
        return None if last is None else last.price

    @property
    def touch(self) -> tuple[float | None, float | None]:
        """The best bid and the best ask.

        A book whose levels the exchange put together does not have them; the ticker does.
        """
        if self.book.precision:
            return self.ticker.bid, self.ticker.ask
        bid, ask = self.book.best_bid, self.book.best_ask
        return None if bid is None else bid.price, None if ask is None else ask.price

    def _outdated(self, topic: Topic, source: Source) -> bool:
        """Whether this is remembered data for a topic that something came for already: it never replaces that."""
        return source is Source.CACHE and self.arrivals[topic].source is not None

    def _replaces_remembered(self, topic: Topic, source: Source) -> bool:
        """Whether this is the first fresh data: between it and what was remembered an unknown time is missing."""
        if source is Source.CACHE or self.arrivals[topic].source is not Source.CACHE:
            return False
        self.arrivals[topic] = Arrival()
        return True

    def _arrived(self, topic: Topic, source: Source, at: float, *, of_the_past: bool = False) -> None:
        arrival = self.arrivals[topic]
        if not of_the_past:
            arrival.source, arrival.at = source, at
        if source not in arrival.sources:
            arrival.sources |= {source}

    def _ticker_seen(self, event: TickerSeen) -> Topic:
        if event.symbol != self.instrument.symbol or self._outdated(Topic.TICKER, event.source):
            return Topic.NONE
        self.ticker = event.ticker
        self._arrived(Topic.TICKER, event.source, event.at)
        self.quotes.take(QuotesSeen(((self.instrument, event.ticker),), event.source, event.at))
        return Topic.TICKER

    def _book_snapshot_seen(self, event: BookSnapshotSeen) -> Topic:
        if event.symbol != self.instrument.symbol or self._outdated(Topic.BOOK, event.source):
            return Topic.NONE
        self.book.replace(event.rows, event.precision, event.length)
        self._book_arrival = Arrival(event.source, event.at, sources=frozenset({event.source}))
        self.arrivals[Topic.BOOK] = self._book_arrival
        return Topic.BOOK

    def _book_changed(self, event: BookChanged) -> Topic:
        if event.symbol != self.instrument.symbol:
            return Topic.NONE
        self.book.change(event.price, event.count, event.amount)
        self._book_arrival.at = event.at
        return _BOOK

    def _book_checked(self, event: BookChecked) -> Topic:
        if event.symbol != self.instrument.symbol:
            return Topic.NONE
        arrival = self.arrivals[Topic.BOOK]
        arrival.verified = event.agreed
        arrival.checks = arrival.checks + 1 if event.agreed else 0
        return Topic.BOOK

    def _trades_seen(self, event: TradesSeen) -> Topic:
        if event.symbol != self.instrument.symbol or self._outdated(Topic.TRADES, event.source):
            return Topic.NONE
        past = event.of_the_past
        if not past and self._replaces_remembered(Topic.TRADES, event.source):
            self.trades = Trades()
        if event.listing or self.trades.interrupted:
            new = self.trades.merge(event.trades, None if past else event.at)
        else:
            new = [trade for trade in event.trades if self.trades.add(trade)]
        self._arrived(Topic.TRADES, event.source, event.at, of_the_past=past)
        if not new:
            return Topic.TRADES if event.listing else Topic.NONE
        if self.candles.known:
            self.candles.follow(self.trades, new)
            self._arrived(Topic.CANDLES, event.source, event.at, of_the_past=past)
            return Topic.TRADES | Topic.CANDLES
        return Topic.TRADES

    def _candles_seen(self, event: CandlesSeen) -> Topic:
        if event.symbol != self.instrument.symbol or event.timeframe is not self.timeframe:
            return Topic.NONE
        other = self.candles.timeframe is not event.timeframe
        if not other and self._outdated(Topic.CANDLES, event.source):
            return Topic.NONE
        past = event.of_the_past
        if other or (not past and self._replaces_remembered(Topic.CANDLES, event.source)):
            self.candles = Candles(event.timeframe)
            self.history = None
            self.arrivals[Topic.CANDLES] = Arrival()
        first = not self.candles.known
        self.candles.merge(event.candles, event.listing)
        self._arrived(Topic.CANDLES, event.source, event.at, of_the_past=past)
        self._follow_known_trades(first)
        return Topic.CANDLES

    def _older_candles_seen(self, event: OlderCandlesSeen) -> Topic:
        """The past is added to; how fresh the present is does not depend on it."""
        first = self.candles.first
        if not self._is_of_the_candles(event.symbol, event.timeframe) or first is None or event.before < first.mts:
            return Topic.NONE
        self.candles.prepend(event.candles)
        return Topic.CANDLES

    def _history_changed(self, event: HistoryChanged) -> Topic:
        if not self._is_of_the_candles(event.symbol, event.timeframe):
            return Topic.NONE
        self.history = event
        return Topic.CANDLES

    def _is_of_the_candles(self, symbol: str, timeframe: Timeframe) -> bool:
        return symbol == self.instrument.symbol and timeframe is self.candles.timeframe

    def _follow_known_trades(self, first: bool) -> None:
        """Let the trades that came before the candles reach into them.

        After the first answer these are all trades; later only the newest bucket may have been set back, where the
        exchange's candle is older than the newest trade and not all trades of the bucket are known. A tape that is only
        remembered or no longer delivered is older than the candle, and left alone until it is delivered again.
        """
        if self.trades.interrupted or self.arrivals[Topic.TRADES].source is Source.CACHE:
            return
        newest, covered = self.candles.last, self.trades.covered_since
        if first:
            self.candles.follow(self.trades, [] if newest is None else self.trades.since(newest.mts))
        elif newest is not None and covered is not None and newest.mts <= covered:
            self.candles.follow(self.trades, self.trades.newest(1))

    def _view_changed(self, event: ViewChanged) -> Topic:
        if event.instrument != self.instrument:
            self.quotes.take(QuotesLost((self.instrument.symbol,), "no longer looked at", event.at))
            self._look_at(event.instrument, event.timeframe)
        self.timeframe = event.timeframe
        return Topic.ALL

    def _source_changed(self, event: SourceChanged) -> Topic:
        if Topic.TRADES in self.link.fed and Topic.TRADES not in event.fed:
            self.trades.interrupt(event.at if event.confirmed_at is None else min(event.at, event.confirmed_at))
        if event.state is LinkState.MAINTENANCE:
            self.quotes.take(QuotesLost(None, "maintenance", event.at))
        for topic in self.link.fed & ~event.fed & Topic.DATA:
            self.arrivals[topic].lost_at = event.at
        self.link = event
        return Topic.ALL

    def _traffic_measured(self, event: Traffic) -> Topic:
        self.traffic = event
        return Topic.LINK

    def _notice_given(self, event: Notice) -> Topic:
        self.notice = event if event.text else None
        self.notices += bool(event.text)
        return Topic.LINK

    def _quotes_changed(self, event: QuoteEvent) -> Topic:
        self.quotes.take(event)
        return Topic.MARKETS

    def _symbol_refused(self, event: SymbolRefused) -> Topic:
        if event.symbol != self.instrument.symbol:
            return Topic.NONE
        self.refused = event
        return Topic.ALL

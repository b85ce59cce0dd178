"""HybridMarketData: one market as a reactive model. No Textual, no transport: it is told events and tells of changes.

Messages come at the market's rate, readers are told at the eye's rate: `accept` takes an event in about a microsecond
and remembers which topic changed; `flush` tells the subscribers, at once for the first change after a pause and from
then on at most `fps` times a second.

    async with hybridtui.open_market("BTCUSD") as market:
        async for changed in market.changes(Topic.BOOK):
            print(market.data_source, market.orderbook.best_bid)
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from decimal import Decimal
from types import TracebackType
from typing import Self

from hybridtui.clock import Clock, SystemClock
from hybridtui.errors import SettingsError
from hybridtui.market.book import Book
from hybridtui.market.candles import Candles
from hybridtui.market.events import BookChanged, MarketEvent, Severity, SourceChanged, ViewChanged
from hybridtui.market.feed import Interest, MarketFeed, View, book_length_for
from hybridtui.market.grouping import BookShape, book_needed, spacing
from hybridtui.market.instrument import Instrument
from hybridtui.market.journal import Journal
from hybridtui.market.liquidity import LiquidityHistory
from hybridtui.market.recent import RecentEvents
from hybridtui.market.source import Health, LinkState, Mode, Source, Topic
from hybridtui.market.state import MarketState
from hybridtui.market.ticker import Ticker
from hybridtui.market.timeframe import Timeframe
from hybridtui.market.trades import Trades

Listener = Callable[[Topic], object]


_URGENT = Topic.BOOK | Topic.TRADES | Topic.TICKER
"""What the eye waits for; the rest has the leisure of its panels, so it tells nothing of how late the screen is."""
_BATCH = 0.005
"""Seconds that a change waits for its fellows: a batch of book changes is many frames, and half of it is no book."""


class HybridMarketData:
    """What is known of one market, how it is known, and the choice of its source.

    An asynchronous context manager: data flows between entering and leaving. All methods belong to the thread of the
    event loop.
    """

    def __init__(self, feed: MarketFeed, view: View, clock: Clock | None = None, fps: int = 20) -> None:
        self.view = view
        self.state = MarketState(view.instrument, view.timeframe)
        """Everything known, for readers that draw; nobody but this model changes it."""
        self.journal = Journal()
        """The story of the connection since the start, and its statistics; it outlives changes of the view."""
        self.liquidity = LiquidityHistory()
        """The order book of this market over time, looked at once a second, whatever is on the screen."""
        self.clock: Clock = clock or SystemClock()
        self.failure: BaseException | None = None
        """The bug of ours that ended the feed, if one did; leaving the context raises it."""
        self.recent = RecentEvents()
        """The last events, for the report of a crash."""
        self.observer: Callable[[MarketEvent], object] | None = None
        """Told of every event at the market's rate, as soon as the state has taken it in; so it has to be quick."""
        self.leaving: Callable[[], object] | None = None
        """Called before another market or timeframe is looked at, while the state is still that of the old one."""
        self._feed = feed
        self._book_rows: tuple[int, Decimal | None] = (0, None)
        self._least_length = 0
        """Levels a side that are wanted, whatever the rows."""
        self._spacing: float | None = None
        """Of the newest book of the exchange's own levels, see `grouping.spacing`."""
        self.use_fps(fps)
        self._listeners: dict[int, tuple[Topic, Listener]] = {}
        self._next_listener = 0
        self._pending = Topic.NONE
        self._newest = Topic.NONE
        """What the newest event changed, since the last flush."""
        self._flushed_at = float("-inf")
        self._unshown_since: float | None = None
        """When the first change came that may not be on the screen yet."""
        self._scheduled: asyncio.Handle | None = None
        self._sampling: asyncio.Handle | None = None
        self._task: asyncio.Task[None] | None = None

    # What is known

    @property
    def instrument(self) -> Instrument:
        """The market that is looked at."""
        return self.state.instrument

    @property
    def timeframe(self) -> Timeframe:
        """The timeframe asked for; `candles.timeframe` is that of the candles at hand."""
        return self.state.timeframe

    @property
    def ticker(self) -> Ticker:
        """The 24 hour summary; up to 15 s old."""
        return self.state.ticker

    @property
    def orderbook(self) -> Book:
        """The order book."""
        return self.state.book

    @property
    def trades(self) -> Trades:
        """The tape, every trade once."""
        return self.state.trades

    @property
    def candles(self) -> Candles:
        """The candles of the exchange, kept up to date with trades."""
        return self.state.candles

    # How it is known

    @property
    def link(self) -> SourceChanged:
        """The supervisor's verdict: state, mode, retries and reason."""
        return self.state.link

    @property
    def connected(self) -> bool:
        """True while a source keeps delivering."""
        return self.link.state in (LinkState.LIVE, LinkState.POLLING)

    @property
    def connecting(self) -> bool:
        """True while nothing fresh has come yet, or not again yet."""
        return self.link.state is LinkState.CONNECTING

    @property
    def data_source(self) -> Source | None:
        """Who delivered the book that is shown: `"websocket"`, `"rest"` or `"cache"`.

        Before there is a book, who delivered the newest of the rest; None before anything came.
        """
        arrivals = self.state.arrivals
        newest = max(arrivals.values(), key=lambda arrival: float("-inf") if arrival.at is None else arrival.at)
        return arrivals[Topic.BOOK].source or newest.source

    @property
    def health(self) -> Mapping[Topic, Health]:
        """Source, age and verification of ticker, book, trades and candles at this moment."""
        now = self.clock.now()
        return {topic: self.state.health(topic, now) for topic in Topic.DATA}

    @property
    def error(self) -> str | None:
        """What is wrong at the moment, in one sentence; None while all is well."""
        if self.link.reason:
            return self.link.reason
        notice = self.state.notice
        return notice.text if notice is not None and notice.severity is not Severity.INFO else None

    # What is asked for

    async def refresh(self) -> None:
        """Fetch fresh snapshots now and retry a lost connection at once; returns when the answers are in."""
        await self._feed.refresh()

    def force_websocket(self) -> None:
        """Take data from the WebSocket only; never poll."""
        self._feed.force(Mode.WEBSOCKET)

    def force_rest(self) -> None:
        """Take data over REST only; the socket is closed."""
        self._feed.force(Mode.REST)

    def auto(self) -> None:
        """Take data from the WebSocket and poll over REST while there is none."""
        self._feed.force(Mode.AUTO)

    def select(self, symbol: str | None = None, timeframe: str | None = None) -> None:
        """Look at another market or timeframe; what is None stays.

        Raises SymbolError or SettingsError, and changes nothing, where a name is not the form of a pair or timeframe.
        """
        instrument = self.view.instrument if symbol is None else self._feed.instrument(symbol)
        try:
            chosen = self.view.timeframe if timeframe is None else Timeframe(timeframe)
        except ValueError:
            names = " ".join(Timeframe)
            raise SettingsError(f"There is no timeframe {timeframe!r}; choose one of {names}.") from None
        precision = self.view.book_precision
        if instrument != self.view.instrument:
            precision, self._spacing, self._book_rows = 0, None, (self._book_rows[0], None)
        self._look_at(View(instrument, chosen, self.view.book_length, precision))

    def use_fps(self, fps: int) -> None:
        """Tell listeners at most so many times a second."""
        self._interval = 1 / fps

    def named(self, text: str) -> Instrument:
        """The instrument that a user means. Raises SymbolError where it is not the form of a pair."""
        return self._feed.instrument(text)

    def watch(self, interest: Interest) -> None:
        """Care for the last prices of other markets too; what is known of them is in `state.quotes`."""
        self._feed.watch(interest)

    def show_book_rows(self, rows: int, step: Decimal | None = None) -> None:
        """Say how many rows a side can be seen and how many units of the quote currency each stands for.

        Enough of the book is subscribed to fill them: longer, or where that is not enough, put together by the
        exchange. None means the exchange's own levels. To be said again when the market has moved.
        """
        book, view, same = self.orderbook, self.view, (rows, step) == self._book_rows
        self._book_rows = (rows, step)
        measured = spacing(book)
        self._spacing = self._spacing if measured is None else measured
        needed = book_needed(step, rows, None if book.best_ask is None else book.best_ask.price, self._spacing)
        now = BookShape(view.book_precision, view.book_length)
        if same or (step is None and not view.book_precision):
            needed = max(now, needed)  # what was enough stays: a change has its price
        length = max(needed.length, self._least_length)
        if (needed.precision, length) != now:
            self._look_at(View(view.instrument, view.timeframe, length, needed.precision))

    def deepen_book(self, rows: int) -> None:
        """Say that so many levels a side are wanted from now on, however few rows are shown."""
        self._least_length, view = max(book_length_for(rows), self._least_length), self.view
        if view.book_length < self._least_length:
            self._look_at(View(view.instrument, view.timeframe, self._least_length, view.book_precision))

    def want_history(self, start_ms: int) -> None:
        """Say that candles from `start_ms` (ms UTC) on can be seen, so that older ones are loaded."""
        self._feed.want_history(start_ms)

    def _look_at(self, view: View) -> None:
        if view == self.view:
            return
        if view.instrument != self.view.instrument:
            self.liquidity = LiquidityHistory()
        if (view.instrument, view.timeframe) != (self.view.instrument, self.view.timeframe):
            if self.leaving is not None:
                self.leaving()
            self.accept(ViewChanged(view.instrument, view.timeframe, self.clock.now()))
        self.view = view
        self._feed.select(view)

    # Telling of changes

    def subscribe(self, topics: Topic, callback: Listener) -> Callable[[], None]:
        """Call `callback` with the set of those `topics` that changed, at most `fps` times a second.

        Returns a function that ends the subscription.
        """
        key = self._next_listener
        self._next_listener += 1
        self._listeners[key] = (topics, callback)

        def unsubscribe() -> None:
            self._listeners.pop(key, None)

        return unsubscribe

    async def changes(self, topics: Topic = Topic.ALL) -> AsyncIterator[Topic]:
        """The sets of topics that changed, as they change; what changes between two steps is joined into one.

        Ends by raising what broke the feed, should a bug do so.
        """
        changed = asyncio.Event()
        pending = Topic.NONE

        def remember(which: Topic) -> None:
            nonlocal pending
            pending |= which & topics
            changed.set()

        unsubscribe = self.subscribe(topics | Topic.LINK, remember)
        try:
            while True:
                await changed.wait()
                changed.clear()
                if self.failure is not None:
                    raise self.failure
                seen, pending = pending, Topic.NONE
                if seen:
                    yield seen
        finally:
            unsubscribe()

    def accept(self, event: MarketEvent) -> None:
        """Take one event of the feed in."""
        self.recent.note(event)
        topics = self.state.apply(event)
        if type(event) is not BookChanged and topics:
            self.journal.take(event, self.clock.now())
        if self.observer is not None:
            self.observer(event)
        if topics is self._newest:
            return  # a burst of one topic, the usual case, costs no set arithmetic
        if topics:
            self._newest = topics
            self._pending |= topics
            if self._scheduled is None:
                self._schedule()

    def flush(self, now: float) -> Topic:
        """Tell the subscribers what changed since the last time. Returns the topics told of."""
        topics, self._pending, self._newest = self._pending, Topic.NONE, Topic.NONE
        self._flushed_at = now
        if topics:
            for wanted, callback in list(self._listeners.values()):
                if topics & wanted:
                    callback(topics & wanted)
        return topics

    def shown(self, *, in_time: bool = True) -> None:
        """What was told of has reached whoever reads it: a terminal, say; the journal learns how long that took.

        Not where it came late for a good reason: nobody was looking.
        """
        since = self._unshown_since
        if since is not None and self._flushed_at >= since:
            self._unshown_since = None
            if in_time:
                self.journal.shown((self.clock.now() - since) * 1000)

    def _schedule(self) -> None:
        """Flush soon: when the batch is in after a pause, else when the frame is over."""
        loop, now = asyncio.get_running_loop(), self.clock.now()
        if self._unshown_since is None and self._pending & _URGENT:
            self._unshown_since = now
        wait = self._flushed_at + self._interval - now
        self._scheduled = loop.call_later(max(wait, _BATCH), self._flush_now)

    def _flush_now(self) -> None:
        self._scheduled = None
        self.flush(self.clock.now())

    # The history of the book

    def sample(self) -> None:
        """Look at the book for its history, where it is live: fed by its source and not known to be wrong."""
        now = self.clock.now()
        book, tape = self.state.health(Topic.BOOK, now), self.state.health(Topic.TRADES, now)
        if book.live and book.verified is not False:
            self.liquidity.sample(self.clock.wall_ms(), self.state.book, self.state.trades, fed=tape.live)

    def _keep_sampling(self) -> None:
        """Once a second, in the middle of a second of the wall clock: a little late or early is the same second."""
        wait = 1.0 - (self.clock.wall_ms() - 500) % 1000 / 1000
        self._sampling = asyncio.get_running_loop().call_later(wait, self._keep_sampling)
        self.sample()

    # The life of the feed

    async def __aenter__(self) -> Self:
        self._task = asyncio.get_running_loop().create_task(self._feed.run(self.accept), name="market feed")
        self._task.add_done_callback(self._feed_ended)
        self._keep_sampling()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        assert self._task is not None
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        if self._scheduled is not None:
            self._scheduled.cancel()
            self._scheduled = None
        if self._sampling is not None:
            self._sampling.cancel()
        if self.failure is not None and error is None:
            raise self.failure

    def _feed_ended(self, task: asyncio.Task[None]) -> None:
        """The boundary for bugs of ours in the feed: remembered, and told to whoever listens to the link."""
        if not task.cancelled() and (failure := task.exception()) is not None:
            self.failure = failure
            self._pending |= Topic.LINK
            self.flush(self.clock.now())

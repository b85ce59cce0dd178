"""The one place, besides the command line, that puts a feed behind a model.

What is heavy (httpx, websockets) is imported in a thread beside the first paint, and the market as it was last seen is
told to the model before the network answers.
"""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import msgspec

from hybridtui import __version__
from hybridtui.clock import Clock, SystemClock
from hybridtui.errors import SettingsError, StoreError
from hybridtui.exchanges.base import Exchange
from hybridtui.exchanges.registry import exchange as exchange_named
from hybridtui.hybrid import HybridMarketData
from hybridtui.market.events import MarketEvent, Notice, Severity, SourceChanged, SymbolRefused
from hybridtui.market.feed import Interest, MarketFeed, View
from hybridtui.market.instrument import Instrument
from hybridtui.market.quote_events import MarketsListed
from hybridtui.market.source import Mode, Source
from hybridtui.market.state import MarketState
from hybridtui.market.timeframe import Timeframe
from hybridtui.settings import Settings
from hybridtui.store.candles import CandleArchive
from hybridtui.store.memory import Memory
from hybridtui.store.sharing import SharedBudgets

_KEEP_EVERY = 5.0
"""Seconds between two writings of what was last seen."""
_log = logging.getLogger("hybridtui")


def open_market(
    symbol: str = "BTCUSD",
    timeframe: str = "1m",
    mode: str = "auto",
    *,
    settings: Settings | None = None,
    rest_url: str | None = None,
    ws_url: str | None = None,
    cache: Path | None = None,
    recording: Path | None = None,
) -> HybridMarketData:
    """A market of Bitfinex, to be entered with `async with`.

    `cache` is a directory in which the last seen market is remembered, `recording` a file that takes a copy of
    everything that comes in; neither is used where None. Raises SymbolError or SettingsError where a name cannot be
    meant.
    """
    base = settings or Settings()
    chosen = msgspec.structs.replace(
        base,
        symbol=symbol,
        timeframe=timeframe,
        mode=mode,
        rest_url=rest_url or base.rest_url,
        ws_url=ws_url or base.ws_url,
    )
    return market_of(chosen, cache, recording)


def replay_market(path: Path, symbol: str = "BTCUSD", timeframe: str = "1m", speed: float = 1.0) -> HybridMarketData:
    """A market as a recording tells it, `speed` times as fast as it was, or as fast as it can where 0.

    Raises SymbolError or SettingsError where a name cannot be meant or the file cannot be read.
    """
    from hybridtui.feeds.replay import ReplayFeed

    exchange, clock = exchange_named(), SystemClock()
    view = View(exchange.instrument(symbol), timeframe_named(timeframe))
    return HybridMarketData(ReplayFeed(exchange, view, path, clock=clock, speed=speed), view, clock)


def market_of(
    settings: Settings, cache: Path | None = None, recording: Path | None = None, *, recall: bool = False
) -> HybridMarketData:
    """The market that the settings describe; with `recall` it knows what was last seen before it is entered.

    Recalling reads the disk. Raises SymbolError or SettingsError.
    """
    exchange, clock = exchange_named(), SystemClock()
    view = View(exchange.instrument(settings.symbol), timeframe_named(settings.timeframe))
    if settings.mode not in list(Mode):
        raise SettingsError(f"There is no mode {settings.mode!r}; choose one of {' '.join(Mode)}.")
    memory = Memory(cache, settings.rest_url, clock) if cache is not None else None
    feed = WiredFeed(exchange, view, settings, clock, memory, recording)
    market = HybridMarketData(feed, view, clock, settings.fps)
    feed.remember(market.state)
    market.leaving = feed.keep_soon
    if recall:
        feed.recall_at_once(market.state)
    return market


def timeframe_named(name: str) -> Timeframe:
    """The timeframe of this name. Raises SettingsError where there is none."""
    try:
        return Timeframe(name)
    except ValueError:
        raise SettingsError(f"There is no timeframe {name!r}; choose one of {' '.join(Timeframe)}.") from None


def import_feed() -> None:
    """Import the live feed; safe to call from any thread, as early as one likes."""
    import hybridtui.feeds.live  # noqa: F401


def import_rest(rest_url: str) -> None:
    """Import what is heavy about it, where it will be needed at once; safe to call from any thread."""
    import_feed()
    from hybridtui.feeds.rest import certificates

    certificates(rest_url)


class WiredFeed:
    """The live feed with its late imports, its memory and its log."""

    def __init__(
        self,
        exchange: Exchange,
        view: View,
        settings: Settings,
        clock: Clock,
        memory: Memory | None,
        recording: Path | None,
    ) -> None:
        self._exchange = exchange
        self._view = view
        self._mode = Mode(settings.mode)
        self._settings = settings
        self._clock = clock
        self._memory = memory
        self._recording = recording
        self._opened = False
        self._notice: Notice | None = None
        self._state: MarketState | None = None
        self._live: MarketFeed | None = None
        self._interest = Interest()
        self._listed = False
        """Whether the remembered list of markets was told."""
        self._accept: Callable[[MarketEvent], object] | None = None
        self._writing: set[asyncio.Task[None]] = set()

    def remember(self, state: MarketState) -> None:
        """Keep this state, once there is a memory."""
        self._state = state

    def recall_at_once(self, state: MarketState) -> None:
        """Tell this state what was last seen, before anybody listens to it."""
        if self._memory is None:
            return
        self._notice = self._memory.open()
        self._opened = True
        try:
            for event in self._memory.recall(self._view.instrument.symbol, self._view.timeframe):
                state.apply(event)
        except StoreError as error:
            self._notice = Notice(str(error), Severity.WARNING, self._clock.now())

    async def run(self, accept: Callable[[MarketEvent], object]) -> None:
        """Deliver events until cancelled: the remembered ones first."""

        story = _Story()

        def accept_and_log(event: MarketEvent) -> None:
            story.tell(event)
            accept(event)
            if isinstance(event, MarketsListed) and event.source is not Source.CACHE:
                self._keep_markets(event)

        self._accept = accept_and_log
        if self._memory is None:
            await self._run_live(accept_and_log)
            return
        if not self._opened:
            self._notice = await asyncio.to_thread(self._memory.open)
            self._recall()
        if self._notice is not None:
            accept_and_log(self._notice)
        keeper = asyncio.create_task(self._keep(), name="keep last seen")
        try:
            await self._run_live(accept_and_log)
        finally:
            keeper.cancel()
            await asyncio.gather(keeper, *self._writing, return_exceptions=True)
            self._keep_now()
            self._memory.close()

    async def _run_live(self, accept: Callable[[MarketEvent], object]) -> None:
        await asyncio.to_thread(import_feed)
        from hybridtui.feeds.live import LiveFeed
        from hybridtui.feeds.record import Recorder
        from hybridtui.feeds.sharing import sharing_for

        settings = self._settings
        recorder = Recorder(self._recording, self._clock) if self._recording is not None else None
        self._live = live = LiveFeed(
            self._exchange,
            self._view,
            self._mode,
            rest_url=settings.rest_url,
            ws_url=settings.ws_url,
            clock=self._clock,
            timings=settings.timings,
            user_agent=f"hybridtui/{__version__}",
            tee=recorder,
            state=self._state,
            sharing=sharing_for(settings.rest_url, self._clock, self._shared()),
            archive=None if self._memory is None else CandleArchive(self._memory.database, settings.rest_url),
        )
        live.watch(self._interest)
        try:
            await live.run(accept)
        finally:
            if recorder is not None:
                recorder.close()

    def select(self, view: View) -> None:
        """Look at something else; what is remembered of it comes first."""
        self._view = view
        _log.info("looking at %s %s", view.instrument.symbol, view.timeframe)
        if self._memory is not None and self._accept is not None:
            self._recall()
        if self._live is not None:
            self._live.select(view)

    def force(self, mode: Mode) -> None:
        """Choose the source."""
        self._mode = mode
        if self._live is not None:
            self._live.force(mode)

    async def refresh(self) -> None:
        """Fetch fresh snapshots now."""
        if self._live is not None:
            await self._live.refresh()

    def want_history(self, start_ms: int) -> None:
        """Load older candles."""
        if self._live is not None:
            self._live.want_history(start_ms)

    def watch(self, interest: Interest) -> None:
        """Deliver the last prices of other markets too; for who looks for one, those remembered come first."""
        if interest.listing and not self._listed and self._memory is not None and self._accept is not None:
            remembered, self._listed = self._memory.recall_markets(), True
            if remembered is not None:
                self._accept(remembered)
        self._interest = interest
        if self._live is not None:
            self._live.watch(interest)

    def instrument(self, text: str) -> Instrument:
        """The instrument a user means. Raises SymbolError."""
        return self._exchange.instrument(text)

    # Memory

    def _shared(self) -> SharedBudgets | None:
        """What is shared with other panes, None where there is no file to share it through."""
        if self._memory is None or self._memory.database.path is None:
            return None
        return SharedBudgets(self._memory.database, self._settings.rest_url, self._clock)

    def _recall(self) -> None:
        assert self._memory is not None
        assert self._accept is not None
        try:
            for event in self._memory.recall(self._view.instrument.symbol, self._view.timeframe):
                self._accept(event)
        except StoreError as error:
            self._accept(Notice(str(error), Severity.WARNING, self._clock.now()))

    def _keep_markets(self, listed: MarketsListed) -> None:
        """Write them in a thread, which ends by itself: nobody waits for it."""
        if self._memory is not None:
            Thread(target=self._memory.keep_markets, args=[listed], name="keep the markets").start()

    async def _keep(self) -> None:
        """Write what was last seen every few seconds, in a thread."""
        assert self._memory is not None
        while self._state is not None:
            await asyncio.sleep(_KEEP_EVERY)
            write = self._memory.keep(self._state)
            if write is not None:
                await self._write(write)

    def keep_soon(self) -> None:
        """Remember what is known now: something else is looked at next, which is recalled before this is written."""
        if self._memory is None or self._state is None or self._accept is None:
            return
        write = self._memory.keep(self._state)
        if write is not None:
            writing = asyncio.create_task(self._write(write), name="keep what is left")
            self._writing.add(writing)
            writing.add_done_callback(self._writing.discard)

    async def _write(self, write: Callable[[], None]) -> None:
        """Write in a thread; a disk that does not take it is a notice."""
        try:
            await asyncio.to_thread(write)
        except StoreError as error:
            assert self._accept is not None
            self._accept(Notice(str(error), Severity.WARNING, self._clock.now()))

    def _keep_now(self) -> None:
        if self._memory is None or self._state is None or self._accept is None:
            return
        write = self._memory.keep(self._state)
        if write is not None:
            try:
                write()
            except StoreError as error:
                _log.warning("%s", error)


class _Story:
    """Writes the events that tell a story into the log; market data is not among them."""

    def __init__(self) -> None:
        self._last = ""
        self._notice_logged_at = float("-inf")

    def tell(self, event: MarketEvent) -> None:
        """Write a line where this event is worth one."""
        match event:
            case SourceChanged():
                line = f"{event.state} ({event.mode}) {event.reason}".rstrip()
                if line != self._last:
                    self._last = line
                    _log.info("%s", line)
            case Notice() if event.text and self._is_news(event):
                _log.warning("%s", event.text)
            case SymbolRefused():
                _log.warning("the exchange does not know %s; nearest: %s", event.symbol, ", ".join(event.nearest))

    def _is_news(self, notice: Notice) -> bool:
        """A burst of nonsense is one line, not thousands: at most one a second."""
        if notice.at < self._notice_logged_at + 1.0:
            return False
        self._notice_logged_at = notice.at
        return True

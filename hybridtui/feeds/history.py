"""Candles older than those known: asked for one page at a time, from the archive where it has them, else over REST.

A page ends where the oldest candle known begins and is cut at its older side, so nothing is left out between the two.
What the network told is kept in the archive together with the span of time that it tells all of.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, TypeVar

from hybridtui.clock import Clock
from hybridtui.errors import ExchangeError, StoreError, TransportError
from hybridtui.exchanges.base import Exchange, RestKind, RestRequest
from hybridtui.feeds.budget import Budget
from hybridtui.market.candles import Candle
from hybridtui.market.events import CandlesSeen, HistoryChanged, MarketEvent, OlderCandlesSeen, Progress
from hybridtui.market.feed import View
from hybridtui.market.source import Source, Topic
from hybridtui.market.state import MarketState
from hybridtui.market.timeframe import Timeframe

T = TypeVar("T")

_PAGE = 2000
"""Candles that the archive is asked for at once."""
_SHARE = 0.5
"""The part of the budget of candles that the past may take; the rest is for the present."""


class Archive(Protocol):
    """Keeps candles of one exchange and the spans of time of which it has all. Every method may raise StoreError."""

    def before(self, symbol: str, timeframe: Timeframe, end: int, count: int) -> list[Candle]:
        """The newest `count` candles that start before `end` (ms UTC), as far as none is missing, oldest first."""
        ...

    def told_until(self, symbol: str, timeframe: Timeframe, end: int) -> int:
        """The end of the newest span, all before `end`, of which it has all candles; 0 where there is none."""
        ...

    def keep(self, symbol: str, timeframe: Timeframe, candles: Sequence[Candle], start: int, end: int) -> None:
        """Keep all candles that there are with start <= mts < end."""
        ...


class NoArchive:
    """An `Archive` that keeps nothing."""

    def before(self, symbol: str, timeframe: Timeframe, end: int, count: int) -> list[Candle]:  # noqa: ARG002
        """Nothing."""
        return []

    def told_until(self, symbol: str, timeframe: Timeframe, end: int) -> int:  # noqa: ARG002
        """Nothing."""
        return 0

    def keep(self, symbol: str, timeframe: Timeframe, candles: Sequence[Candle], start: int, end: int) -> None:
        """Forget them."""


Ask = Callable[[RestRequest], Awaitable[Sequence[object]]]
"""Sends a request and gives back what the answer tells; raises TransportError or ExchangeError."""


class History:
    """What is wanted of the past, and the one task that loads it."""

    def __init__(self, exchange: Exchange, state: MarketState | None, clock: Clock, archive: Archive | None) -> None:
        """Without a state there is nothing to add to, so nothing is loaded."""
        self._exchange, self._state, self._clock = exchange, state, clock
        self._archive = archive or NoArchive()
        self._budget = Budget(max(int(exchange.budgets[RestKind.CANDLES.value] * _SHARE), 1))
        self._began_ms = clock.wall_ms()
        self._wanted = float("inf")
        self._ended: set[tuple[str, Timeframe]] = set()
        """Where the exchange has nothing older."""
        self._archived: set[tuple[str, Timeframe]] = set()
        self._task: asyncio.Task[None] | None = None

    def want(
        self,
        start_ms: int,
        view: View,
        ask: Ask,
        accept: Callable[[MarketEvent], object],
        tasks: asyncio.TaskGroup,
    ) -> None:
        """Load what is older than the oldest candle of this view, back to `start_ms` (ms UTC), if that is not known."""
        self._wanted = min(self._wanted, start_ms)
        if self._state is not None and (self._task is None or self._task.done()):
            self._task = tasks.create_task(self._load(self._state, view, ask, accept), name="history")

    def forget(self) -> None:
        """Another view: nothing is wanted any more."""
        self._wanted = float("inf")
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _load(self, state: MarketState, view: View, ask: Ask, accept: Callable[[MarketEvent], object]) -> None:
        def tell(progress: Progress, reason: str = "") -> None:
            accept(HistoryChanged(view.instrument.symbol, view.timeframe, progress, self._clock.now(), reason))

        while (before := self._missing(state, view)) is not None:
            if (view.instrument.symbol, view.timeframe) in self._ended:
                tell(Progress.ENDED)
                return
            if state.candles.full:
                tell(Progress.FULL)
                return
            tell(Progress.LOADING)
            try:
                event = await self._page(state, view, before, ask)
            except (TransportError, ExchangeError) as error:
                tell(Progress.FAILED, str(error))
                return
            if event is not None:
                accept(event)
                assert self._missing(state, view) != before, "the state takes what the feed delivers"
        self._wanted = float("inf")
        tell(Progress.IDLE)

    def _missing(self, state: MarketState, view: View) -> int | None:
        """The start of the oldest candle, where older ones are wanted."""
        candles = state.candles
        if candles.first is None or candles.timeframe is not view.timeframe or state.instrument != view.instrument:
            return None
        return candles.first.mts if candles.first.mts > self._wanted else None

    async def _page(self, state: MarketState, view: View, before: int, ask: Ask) -> OlderCandlesSeen | None:
        """The candles just before `before`; None where there are none in what could be asked for at once."""
        symbol, timeframe = view.instrument.symbol, view.timeframe
        await self._keep_listed(state, view)
        rows: list[Candle] = await self._stored(lambda: self._archive.before(symbol, timeframe, before, _PAGE), [])
        if rows:
            return OlderCandlesSeen(symbol, timeframe, tuple(rows), before, Source.CACHE, self._clock.now())
        since = await self._stored(lambda: self._archive.told_until(symbol, timeframe, before), 0)
        now = self._clock.now()
        await asyncio.sleep(self._budget.free_at(now) - now)
        self._budget.spend(self._clock.now())
        answer = await ask(self._exchange.request(RestKind.CANDLES, view, (since, before - 1)))
        listed = [row for event in answer if isinstance(event, CandlesSeen) for row in event.candles]
        older = sorted((row for row in listed if since <= row.mts < before), key=lambda row: row.mts)
        if not older and not since:
            self._ended.add((symbol, timeframe))
            return None
        start = older[0].mts if older else since
        await self._stored(lambda: self._archive.keep(symbol, timeframe, older, start, before), None)
        if not older:
            return None
        return OlderCandlesSeen(symbol, timeframe, tuple(older), before, Source.REST, self._clock.now())

    async def _keep_listed(self, state: MarketState, view: View) -> None:
        """Once for each view: what the exchange listed of the time before this program began is complete and final.

        Not what is merely remembered: where a hole was in it is not known any more.
        """
        key = (view.instrument.symbol, view.timeframe)
        first = state.candles.first
        if key in self._archived or first is None or state.arrivals[Topic.CANDLES].source in (None, Source.CACHE):
            return
        self._archived.add(key)
        start = first.mts
        end = min([span[0] for span in state.candles.unknown], default=self._began_ms)
        rows = state.candles.between(start, min(end, self._began_ms))[:-2]
        if rows:
            until = view.timeframe.next_bucket(rows[-1].mts)
            await self._stored(lambda: self._archive.keep(*key, rows, start, until), None)

    async def _stored(self, work: Callable[[], T], otherwise: T) -> T:
        """What the archive does, in a thread; an archive that fails is as good as none from then on."""
        try:
            return await asyncio.to_thread(work)
        except StoreError:
            self._archive = NoArchive()
            return otherwise

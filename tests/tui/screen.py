"""Running the app without a terminal, and reading what stands on its screen."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import NamedTuple

from textual._context import visible_screen_stack
from textual.pilot import Pilot

from hybridtui.hybrid import HybridMarketData
from hybridtui.market.events import MarketEvent
from hybridtui.market.feed import View
from hybridtui.tui.app import AppOptions, HybridApp
from tests.tui import scripted
from tests.waiting import PATIENCE


class TestClock:
    """A clock that stands still until it is moved."""

    __test__ = False

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def now(self) -> float:
        return self.seconds

    def wall_ms(self) -> int:
        return 1_700_000_000_000 + round((self.seconds - 1_000.0) * 1000)


class Running(NamedTuple):
    app: HybridApp
    feed: scripted.ScriptedFeed
    model: HybridMarketData
    clock: TestClock
    pilot: Pilot[None]

    async def emit(self, *events: MarketEvent) -> None:
        """Let the feed deliver, and let everything that follows happen."""
        self.feed.emit(*events)
        await self.pilot.pause()

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not condition():
                await self.pilot.pause(0.01)

    def text(self) -> str:
        return screen_text(self.app)


def screen_text(app: HybridApp) -> str:
    """What stands on the screen, one row a line, also what is seen behind a question or a list."""
    visible_screen_stack.set(app._background_screens)
    return "\n".join("".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips())


@asynccontextmanager
async def running(
    *events: MarketEvent,
    size: tuple[int, int] = (120, 40),
    options: AppOptions | None = None,
    bare: bool = False,
    toasts: bool = False,
) -> AsyncIterator[Running]:
    """The app with a live market, or with just these events where `bare`."""
    clock = TestClock()
    start = () if bare else scripted.market(clock.now(), clock.wall_ms())
    feed = scripted.ScriptedFeed(*start, *events)
    model = HybridMarketData(feed, View(scripted.BTC), clock)
    app = HybridApp(model, options)
    async with app.run_test(size=size, notifications=toasts) as pilot:
        run = Running(app, feed, model, clock, pilot)
        await run.until(lambda: feed.running)
        await pilot.pause()
        yield run

"""Somebody resizes the terminal and presses whatever there is, while data flows: nothing raises, and what stands on
the terminal in the end is what a fresh draw would put there."""

import inspect
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any

import pyte
import pytest
from rich.console import RenderableType
from textual._compositor import CompositorUpdate
from textual.geometry import Size
from textual.screen import Screen

from hybridtui.hybrid import HybridMarketData
from hybridtui.market.feed import View
from hybridtui.render.lines import Size as Cells
from hybridtui.render.lines import plain
from hybridtui.tui.app import HybridApp
from hybridtui.tui.keys import KEYS
from tests.tui import scripted
from tests.tui.screen import Running, TestClock, screen_text

UNTOUCHED = {"quit", "interrupt", "commands"}
"""The monkey is to stay; and of Textual's own commands one writes files."""
PRESSED = [name for key in KEYS if key.id not in UNTOUCHED for name in key.key.split(",")]
PRESSED += ["escape", "escape", "enter", "tab", "backspace", "0", "7", "full_stop", "k"]
SIZES = [(200, 50), (120, 40), (80, 24), (40, 12), (40, 24), (30, 12), (100, 1), (1, 1)]


class ShownApp(HybridApp):
    """Writes what it would write to a terminal to one that is only thought of."""

    CSS_PATH = str(Path(inspect.getfile(HybridApp)).with_name("app.tcss"))

    def __init__(self, market: HybridMarketData, size: tuple[int, int]) -> None:
        super().__init__(market)
        self.terminal = pyte.Screen(*size)
        self._stream = pyte.Stream(self.terminal)

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        super()._display(screen, renderable)
        update: object = renderable
        if isinstance(update, CompositorUpdate) and not self._batch_count:
            self._stream.feed(update.render_segments(self.console))


class Monkey:
    """Does anything, by a seed."""

    def __init__(self, run: Running, app: ShownApp, seed: int) -> None:
        self.run, self.app, self.random, self.step = run, app, Random(seed), 0
        self.done: list[object] = []

    async def resize(self) -> None:
        """Another size, one of those that matter as often as any other."""
        any_size = (self.random.randint(1, 220), self.random.randint(1, 60))
        await self.resize_to(self.random.choice([*SIZES, *[any_size] * len(SIZES)]))

    async def resize_to(self, size: tuple[int, int]) -> None:
        """This size."""
        self.done.append(size)
        self.app.terminal.resize(lines=size[1], columns=size[0])
        await self.run.pilot.resize_terminal(*size)

    async def press(self) -> None:
        """Any key."""
        key = self.random.choice(PRESSED)
        self.done.append(key)
        await self.run.pilot.press(key)

    async def point(self) -> None:
        """The mouse moves or clicks anywhere."""
        width, height = self.app.size
        at = (self.random.randrange(width), self.random.randrange(height))
        self.done.append(at)
        await (self.run.pilot.click if self.random.random() < 0.5 else self.run.pilot.hover)(offset=at)

    def trade(self) -> None:
        """The market goes on."""
        self.run.clock.seconds += self.random.choice([0.0, 0.05, 0.3])
        for _ in range(self.random.randrange(4)):
            self.step += 1
            self.run.feed.emit(*scripted.deltas(self.step, self.run.clock.now(), self.run.clock.wall_ms()))
        self.run.model.sample()

    async def go_home(self) -> None:
        """Back to the market."""
        while self.app.screen is not self.app.market_screen:
            await self.run.pilot.press("escape")

    async def check(self) -> None:
        """The terminal shows what there is to show; where that is the market, it is a fresh draw."""
        try:
            await self.run.until(lambda: self._shown() == screen_text(self.app).split("\n"))
            if self.app.screen is self.app.market_screen:
                await self.run.until(lambda: self._shown() == fresh(self.app))
        except TimeoutError:
            market = self.app.screen is self.app.market_screen
            expected = fresh(self.app) if market else screen_text(self.app).split("\n")
            pytest.fail(f"after {self.done[-12:]}\n" + _difference(self._shown(), expected))

    def _shown(self) -> list[str]:
        return list(self.app.terminal.display)


def fresh(app: HybridApp) -> list[str]:
    """The market as its renderers draw it now."""
    size, screen = app.size, app.market_screen
    rows = [[" "] * size.width for _ in range(size.height)]
    for name, place in screen.board.places.places(Size(*size)).items():
        part = next(part for part in screen.parts if part.id == name)
        for y, line in enumerate(part.lines(Cells(*place.size)), place.y):
            rows[y][place.x : place.right] = plain([line])
    return ["".join(row) for row in rows]


def _difference(shown: list[str], expected: list[str]) -> str:
    pairs = zip(shown, expected, strict=False)
    rows = [f"{at:3} is  {one}|\n    not {two}|" for at, (one, two) in enumerate(pairs) if one != two]
    return "\n".join([f"{len(shown)} rows, {len(expected)} expected", *rows])


@asynccontextmanager
async def monkey(seed: int) -> AsyncIterator[Monkey]:
    clock = TestClock()
    feed = scripted.ScriptedFeed(*scripted.market(clock.now(), clock.wall_ms()))
    model = HybridMarketData(feed, View(scripted.BTC), clock)
    app = ShownApp(model, SIZES[1])
    async with app.run_test(size=SIZES[1]) as pilot:
        run = Running(app, feed, model, clock, pilot)
        await run.until(lambda: feed.running)
        yield Monkey(run, app, seed)


async def resized(seed: int, times: int) -> None:
    async with monkey(seed) as one:
        for _ in range(times):
            await one.resize()
            one.trade()
            await one.check()


async def pressed(seed: int, times: int) -> None:
    async with monkey(seed) as one:
        for at in range(times):
            await one.random.choice([one.press, one.press, one.press, one.point])()
            one.trade()
            if at % 40 == 39:
                await one.resize()
            if at % 10 == 9:
                await one.check()
        await one.go_home()
        await one.check()


async def test_any_sizes_one_after_the_other_while_data_flows() -> None:
    await resized(seed=1, times=25)


async def test_back_at_the_first_size_it_is_a_fresh_draw_again() -> None:
    async with monkey(seed=1) as one:
        for size in ((83, 10), (40, 12), SIZES[1]):
            await one.resize_to(size)
            one.trade()
            await one.check()


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow)])
async def test_any_keys_while_data_flows(seed: int) -> None:
    await pressed(seed, times=60)


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_two_hundred_sizes() -> None:
    await resized(seed=7, times=200)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", range(11, 15))
async def test_a_minute_of_keys(seed: int) -> None:
    await pressed(seed, times=600)

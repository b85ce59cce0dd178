"""What a frame of the order book costs in Textual: from ten changed levels to the text for the terminal."""

import asyncio
import random
import time
from collections.abc import Callable
from decimal import Decimal
from typing import cast

from textual._compositor import CompositorUpdate

from benchmarks.table import Row, median, percentile, show
from hybridtui.hybrid import HybridMarketData
from hybridtui.market.book import Book
from hybridtui.market.feed import MarketFeed, View
from hybridtui.market.instrument import Instrument
from hybridtui.render.book_options import Target
from hybridtui.tui.app import HybridApp
from hybridtui.tui.widgets.order_book import BookChoices, OrderBook

ROUNDS = 150
_BATCH = 10
"""Levels changed between two frames; the exchange sends such a batch five times a second."""
_LEVELS = 250
_SIZES = ((200, 50), (120, 40), (80, 24))
_LIMIT = "<= 5 ms"


class SilentFeed:
    """Delivers nothing: what is measured is the screen."""

    async def run(self, _accept: object) -> None:
        """Never end."""
        await asyncio.Event().wait()

    def __getattr__(self, name: str) -> Callable[..., None]:
        """Whatever else is asked of it, it does nothing."""
        return lambda *_: None


def fill(book: Book, chance: random.Random) -> None:
    """A long book around 64,000."""
    rows = (
        (64_000.0 - sign * level, chance.randint(1, 9), sign * round(chance.uniform(0.001, 5), 8))
        for sign in (1, -1)
        for level in range(1, _LEVELS + 1)
    )
    book.replace(rows, length=_LEVELS)


async def frames(size: tuple[int, int], chosen: BookChoices, target: Target | None = None) -> list[float]:
    """Milliseconds of each frame."""
    chance = random.Random(2)
    model = HybridMarketData(cast("MarketFeed", SilentFeed()), View(Instrument("tBTCUSD", "BTC", "USD")))
    app = HybridApp(model)
    times = []
    async with app.run_test(size=size) as pilot:
        panel = app.market_screen.book
        panel.steps, panel.side_by_side, panel.target = dict(chosen.steps), chosen.side_by_side, target
        fill(model.orderbook, chance)
        while not panel.on_screen or not panel.draws:
            await pilot.pause(0.01)
            panel.draw()
        for _ in range(ROUNDS):
            for _ in range(_BATCH):
                sign, level = chance.choice((1, -1)), chance.randint(1, 12)
                model.orderbook.change(64_000.0 - sign * level, 1, sign * round(chance.uniform(0.001, 5), 8))
            times.append(_frame(app, panel))
            await asyncio.sleep(0)
    return times


def _frame(app: HybridApp, panel: OrderBook) -> float:
    began = time.thread_time()
    panel.draw()
    compositor = app.screen._compositor  # noqa: SLF001 - what Textual does once a frame, without its timer
    compositor.update_widgets({panel})
    update: object = compositor.render_update()
    if isinstance(update, CompositorUpdate):  # nothing where what changed cannot be seen
        update.render_segments(app.console)
    return (time.thread_time() - began) * 1000


def main() -> None:
    """Draw the book again and again."""
    kinds: dict[str, tuple[BookChoices, Target | None]] = {
        "levels": (BookChoices(), None),
        "in steps of 10": (BookChoices({"tBTCUSD": "10"}), None),
        "side by side": (BookChoices(side_by_side=True), None),
        "with a size read out": (BookChoices(), Target(Decimal(25))),
    }
    rows: list[Row] = []
    for width, height in _SIZES:
        for name, (chosen, target) in kinds.items():
            times = asyncio.run(frames((width, height), chosen, target))
            result = f"median {median(times):.2f} ms, p99 {percentile(times, 0.99):.2f} ms"
            rows.append((f"order book, {name}, on {width}x{height}", result, _LIMIT))
    show(f"The order book through Textual, {_LEVELS} levels a side, {_BATCH} changed, {ROUNDS} frames each", rows)


if __name__ == "__main__":
    main()

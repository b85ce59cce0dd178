"""What the history of the book costs: a look at it once a second, and the pictures made from it."""

import random
import time
from collections.abc import Callable

from benchmarks.render import PALETTE, ROUNDS, START
from benchmarks.table import Row, median, percentile, show
from hybridtui.market.book import Book
from hybridtui.market.liquidity import CAPACITY, INTERVALS_S, LiquidityHistory
from hybridtui.market.trades import Trade, Trades
from hybridtui.render.depth import DepthOptions, render_depth
from hybridtui.render.heat_scale import HeatScale
from hybridtui.render.heatmap import HeatOptions, heat_scale, render_heatmap
from hybridtui.render.lines import Size


class Market:
    """A price that wanders and a book of so many levels a side around it; a few levels change every second."""

    def __init__(self, levels: int) -> None:
        self.chance, self.levels = random.Random(4), levels
        self.history, self.trades, self.book = LiquidityHistory(), Trades(), Book()
        self.second, self.mid = 0, 64_000
        self._size = {price: self._some() for price in range(60_000, 68_000)}

    def step(self) -> None:
        """A second passes; what it costs to look at the book is that of `look`."""
        self.second += 1
        self.mid += self.chance.choice((-1, 0, 0, 1))
        for _ in range(20):
            self._size[self.mid + self.chance.randint(-self.levels, self.levels)] = self._some()
        sides = ((sign, self.mid - sign * at) for sign in (1, -1) for at in range(1, self.levels + 1))
        self.book.replace((float(price), 1, sign * self._size[price]) for sign, price in sides)
        self.trades.add(Trade(self.second, self.now_ms, 0.1, float(self.mid)))

    def look(self) -> None:
        """Take the sample of this second."""
        self.history.sample(self.now_ms, self.book, self.trades)

    @property
    def now_ms(self) -> int:
        """The present."""
        return START + self.second * 1000

    def _some(self) -> float:
        return round(self.chance.lognormvariate(0, 1.2), 4)


def main() -> None:
    """Sampling, a frame with a new column each time, a frame where only the price is new, and the depth curve."""
    market = Market(100)
    looks = _times(market.step, market.look, CAPACITY)
    rows = [_row("a look at a book of 100 levels a side, once a second", looks, "< 1 ms")]
    rows.append(_row("heatmap, 126x47 (a screen of 200x50), a new column", _frames(market, Size(126, 47)), "<= 5 ms"))
    rows.append(_row("heatmap, 200x50, a new column", _frames(market, Size(200, 50)), "<= 5 ms"))
    rows.append(_row("heatmap, 200x50, a new price only", _frames(market, Size(200, 50), still=True), ""))
    depth = _times(lambda: None, lambda: render_depth(market.book, Size(126, 47), DepthOptions(base="BTC"), PALETTE))
    rows.append(_row("depth curve by plotext, 126x47, at most every 0.5 s", depth, ""))
    show(f"Heatmap, {len(INTERVALS_S)} widths of columns, {ROUNDS} pictures each", rows)


def _frames(market: Market, size: Size, *, still: bool = False) -> list[float]:
    held: HeatScale | None = None

    def step() -> None:
        if not still:
            market.step()
            market.look()

    def draw() -> None:
        nonlocal held
        price = float(market.mid + (market.chance.random() if still else 0))
        options = HeatOptions(market.now_ms, last_price=price, held=held, large=5.0)
        held = heat_scale(market.history, size, options, PALETTE)
        render_heatmap(market.history, size, options, PALETTE)

    return _times(step, draw)


def _times(step: Callable[[], object], act: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    times = []
    for _ in range(rounds + 3):
        step()
        began = time.perf_counter()
        act()
        times.append((time.perf_counter() - began) * 1000)
    return times[3:]


def _row(name: str, times: list[float], target: str) -> Row:
    return (name, f"median {median(times):.2f} ms, p99 {percentile(times, 0.99):.2f} ms", target)


if __name__ == "__main__":
    main()

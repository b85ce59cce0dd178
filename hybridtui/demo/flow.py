"""The crowd of the demo exchange: orders, cancels and market orders at random moments, drawn towards the wanted price.

Arrivals are a Poisson process. Most orders come near the touch, some deep in the book; sizes cluster on round numbers,
with an occasional whale or sweep. All of it follows from the generator that it is given.
"""

from math import ceil, exp, floor
from random import Random

from hybridtui.demo.instruments import UNIT, Listing
from hybridtui.demo.matching import Engine, Fill
from hybridtui.demo.path import Path

_ROUND_SIZES = (0.001, 0.002, 0.005, 0.01, 0.01, 0.02, 0.05, 0.1, 0.1, 0.25, 0.5, 1.0)
_DEEP = 420
"""Ticks from the wanted price to the deepest order."""
_SWEPT = 12
"""Ticks beyond the touch that a market order may reach."""
_LEVELS = 280
"""Fewer price levels a side than this are filled up."""
_ORDERS = 1100
"""How many orders rest, more or less."""


class Crowd:
    """Acts on one engine."""

    def __init__(self, listing: Listing, engine: Engine, path: Path, random: Random) -> None:
        self._listing, self._engine, self._path, self._random = listing, engine, path, random
        self._unrest = listing.level * listing.daily / 1440**0.5
        """How far the wanted price moves in a minute, in ticks."""
        self.trading = True
        """False: nobody takes, and no order comes that could trade at once."""

    def settle(self, mts: int) -> None:
        """Fill an empty book around the wanted price."""
        fair, random = self._path.at(mts), self._random
        for buys in (True, False):
            for distance in range(_DEEP):
                if random.random() < 0.82:
                    for _ in range(random.choice((1, 1, 2))):
                        self._engine.limit(buys, self._tick(buys, fair, distance), self._size())

    def act(self, mts: float) -> list[Fill]:
        """Let one event happen at a moment (ms UTC); return what was traded."""
        fair, chance = self._path.at(int(mts)), self._random.random()
        if chance < self._listing.takes:
            return self._take(fair) if self.trading else []
        if chance < self._listing.takes + 0.46 * len(self._engine) / _ORDERS:
            self._cancel(fair)
            return []
        return self._place(fair)

    def _take(self, fair: float) -> list[Fill]:
        """A market order, more likely in the direction of the wanted price; even a sweep takes only a few levels."""
        bid, ask = self._engine.best(True), self._engine.best(False)
        lean = 0.0 if bid is None or ask is None else fair - (bid + ask) / 2
        pull = max(-30.0, min(30.0, lean / (1.0 + self._unrest * 0.1)))
        buys = self._random.random() < 1 / (1 + exp(-pull))
        sweep = 25 if self._random.random() < 0.03 else 1
        best = ask if buys else bid
        reach = _SWEPT if buys else -_SWEPT
        return [] if best is None else self._engine.market(buys, self._size() * sweep, best + reach)

    def _cancel(self, fair: float) -> None:
        """Take back an order that the wanted price has left behind, else one at random, else one too deep."""
        engine, random = self._engine, self._random
        if not len(engine):
            return
        for buys in (True, False):
            best = engine.best(buys)
            if best is not None and (best > fair if buys else best < fair) and random.random() < 0.6:
                engine.cancel(engine.oldest_at(buys, best))
                return
        number = engine.order_at(random.randrange(len(engine)))
        for buys in (True, False):
            side = engine.ticks[buys]
            if side and len(side) > _LEVELS and abs(side[0 if buys else -1] - fair) > _DEEP * 1.3:
                number = engine.oldest_at(buys, side[0 if buys else -1])
        engine.cancel(number)

    def _place(self, fair: float) -> list[Fill]:
        """A limit order; one in twenty of those that could trade at once does."""
        random, engine = self._random, self._engine
        thin = [buys for buys in (True, False) if len(engine.ticks[buys]) < _LEVELS]
        buys = random.choice(thin) if thin and random.random() < 0.6 else random.random() < 0.5
        if buys in thin or random.random() < 0.4:
            distance = random.randrange(_DEEP)
        else:
            distance = int(random.expovariate(1.0) * (2.0 + self._unrest * 0.2))
        tick, opposite = self._tick(buys, fair, distance), engine.best(not buys)
        if opposite is not None and (random.random() < 0.95 or not self.trading):
            tick = min(tick, opposite - 1) if buys else max(tick, opposite + 1)
        return engine.limit(buys, tick, self._size())

    def _tick(self, buys: bool, fair: float, distance: int) -> int:
        return max(1, floor(fair) - distance if buys else ceil(fair + 1e-9) + distance)

    def _size(self) -> int:
        """An amount in 1e-8: a round number or a lognormal one, rarely thirty times as much."""
        random, scale = self._random, self._listing.size * UNIT
        amount = random.choice(_ROUND_SIZES) if random.random() < 0.55 else random.lognormvariate(-3.2, 1.3)
        whale = 30 if random.random() < 0.008 else 1
        return max(1000, round(amount * scale)) * whale

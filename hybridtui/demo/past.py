"""The minutes before the demo began, and the trades they are made of: computed when somebody asks, a day at a time."""

from random import Random

from hybridtui.demo.instruments import UNIT, Listing
from hybridtui.demo.path import DAY, MINUTE, Path

Minute = tuple[int, int, int, int, int, int]
"""`(mts, open, close, high, low, volume)` with prices in ticks and the volume in 1e-8."""
PastTrade = tuple[int, int, int, int]
"""`(id, mts, amount, tick)`, the amount in 1e-8 with the taker's sign."""
IDS_A_MINUTE = 512
"""Trade ids follow the clock at this rate, so that they grow over restarts too."""


class Past:
    """The history of one market up to the minute in which the demo began."""

    def __init__(self, listing: Listing, path: Path, end: int) -> None:
        """`end` is the start of the first minute that is not past, ms UTC."""
        self._listing, self._path, self._end = listing, path, end
        self._days: dict[int, list[Minute]] = {}

    def day(self, day: int) -> list[Minute]:
        """The candles of a day since 1970 that lie before the end, oldest first; minutes without trades are missing."""
        known = self._days.get(day)
        if known is None:
            known = self._days[day] = self._make(day)
        return known

    def trades(self, minute: Minute) -> list[PastTrade]:
        """The trades of a minute, oldest first; their candle is the minute."""
        mts, first, last, high, low, volume = minute
        random = self._path.random(f"trades {mts}")
        count = min(random.randint(4, 16), volume)
        inner = [random.randint(low, high) for _ in range(count - 4)]
        turns = [high, low] if last < first else [low, high]
        ticks = [first, *turns[:1], *inner, *turns[1:], last]
        times = sorted(random.randrange(MINUTE) for _ in ticks)
        parts = _shares(random, volume, len(ticks))
        base, trades, before = mts // MINUTE * IDS_A_MINUTE, [], first
        for place, (tick, moment, part) in enumerate(zip(ticks, times, parts, strict=True)):
            bought = tick > before or (tick == before and random.random() < 0.5)
            trades.append((base + place * 20 + random.randrange(20), mts + moment, part if bought else -part, tick))
            before = tick
        return trades

    def _make(self, day: int) -> list[Minute]:
        path, random = self._path.minutes(day), self._path.random(f"minutes {day}")
        rows: list[Minute] = []
        last = round(path[0])
        for place in range(1440):
            mts = day * DAY + place * MINUTE
            if mts >= self._end:
                break
            if random.random() < self._listing.sparse:
                continue
            first, last = last, round(path[place + 1])
            rows.append((mts, first, last, *self._reach(random, first, last), self._volume(random, last - first)))
        return rows

    def _reach(self, random: Random, first: int, last: int) -> tuple[int, int]:
        """High and low: a little beyond open and close."""
        scale = self._listing.level * self._listing.daily / 1440**0.5 * 0.4
        above, below = (int(random.expovariate(1.0) * scale) for _ in range(2))
        return max(first, last) + above, min(first, last) - below

    def _volume(self, random: Random, moved: int) -> int:
        """Lognormal, and more where the price moved far."""
        listing = self._listing
        unrest = 1.0 + abs(moved) / (listing.level * listing.daily / 1440**0.5)
        rate = listing.events * listing.takes * 60 * 0.15
        return max(1000, int(random.lognormvariate(-0.3, 0.8) * unrest * rate * listing.size * UNIT))


def _shares(random: Random, total: int, count: int) -> list[int]:
    """`total` in `count` positive parts of uneven size."""
    weights = [random.expovariate(1.0) + 0.01 for _ in range(count)]
    scale = (total - count) / sum(weights)
    parts = [1 + int(weight * scale) for weight in weights]
    parts[-1] += total - sum(parts)
    return parts

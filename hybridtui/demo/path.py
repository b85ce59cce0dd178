"""Where the price of a demo market would like to be: a path through all time, fixed by the seed.

Days are anchored by a slow wave that stays within a few percent of the level (drift that always comes back); the
minutes between two anchors are a Brownian bridge. Any day can be computed alone, so the past costs nothing until
somebody looks at it.
"""

from math import exp
from random import Random

from hybridtui.demo.instruments import Listing

MINUTE = 60_000
DAY = 1440 * MINUTE


class Path:
    """The wanted price of one market at any moment."""

    def __init__(self, listing: Listing, seed: int) -> None:
        self._listing, self._seed = listing, seed
        self._days: dict[int, list[float]] = {}

    def at(self, mts: int) -> float:
        """The wanted price at a moment (ms UTC), in ticks and fractions of them."""
        minutes = self.minutes(mts // DAY)
        minute, rest = divmod(mts % DAY, MINUTE)
        return minutes[minute] + (minutes[minute + 1] - minutes[minute]) * rest / MINUTE

    def minutes(self, day: int) -> list[float]:
        """The wanted prices at the 1441 minute boundaries of a day since 1970, both midnights included, in ticks."""
        known = self._days.get(day)
        if known is None:
            known = self._days[day] = self._bridge(day)
        return known

    def _bridge(self, day: int) -> list[float]:
        """A Brownian bridge between the two midnights (random walk less its own linear drift)."""
        random, step = self.random(f"bridge {day}"), self._listing.level * self._listing.daily / 1440**0.5
        gauss, place, walk = random.gauss, 0.0, [0.0]
        for _ in range(1440):
            place += gauss(0.0, step)
            walk.append(place)
        start, end = self._anchor(day), self._anchor(day + 1)
        slope = (end - start - place) / 1440
        return [start + step + slope * minute for minute, step in enumerate(walk)]

    def _anchor(self, day: int) -> float:
        """The price at a midnight: value noise (interpolated random values) of three periods around the level."""
        wave = sum(self._noise(day, period) for period in (3, 8, 21))
        return self._listing.level * exp(wave * self._listing.daily)

    def _noise(self, day: int, period: int) -> float:
        """A number between -1 and 1 that changes smoothly over `period` days."""
        place, rest = divmod(day, period)
        ends = [self.random(f"anchor {period} {place + step}").uniform(-1.0, 1.0) for step in (0, 1)]
        share = rest / period
        smooth = share * share * (3 - 2 * share)
        return ends[0] + (ends[1] - ends[0]) * smooth

    def random(self, purpose: str) -> Random:
        """A generator of its own for each purpose, the same for the same seed."""
        return Random(f"{self._seed} {self._listing.symbol} {purpose}")

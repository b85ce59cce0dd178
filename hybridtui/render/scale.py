"""The vertical scale: prices to half cells and back, and round numbers to label it with."""

from collections.abc import Callable, Iterable
from itertools import pairwise
from math import ceil, expm1, floor, log, log10
from typing import NamedTuple

from hybridtui.render.chart_options import ScaleKind

_CLAMP = 1e250
"""Far beyond any price, and far enough from overflow to subtract and divide without care."""
_TINY = 1e-250
_GAP = 4
"""Rows between two labels, about."""


class Scale(NamedTuple):
    """`rows` cells, each of two halves, for the prices from `low` to `high`; half 0 is the upper half of the first row.

    Linear, or logarithmic where both ends are above zero and `logarithmic` is true.
    """

    low: float
    high: float
    rows: int
    logarithmic: bool = False
    base: float | None = None
    """What is 0 %, where the labels are per cent."""

    def share(self, price: float) -> float:
        """How far down a price is: 0 at the upper end, 1 at the lower; outside of that for a price outside."""
        if self.logarithmic:
            return (log(self.high) - log(price)) / (log(self.high) - log(self.low)) if price > 0 else 2.0
        return (self.high - price) / (self.high - self.low)

    def half(self, price: float) -> int:
        """The half cell of a price, kept inside the scale."""
        last = 2 * self.rows - 1
        share = self.share(price) if self.logarithmic else (self.high - price) / (self.high - self.low)
        place = share * last
        if 0 <= place <= last:
            return int(place + 0.5)
        return 0 if place < 0 else last

    def reach(self) -> Callable[[float], int]:
        """As a function for many prices: like `half`, but -1 above the scale, and below it the number of half cells."""
        low, high, below = self.low, self.high, 2 * self.rows
        if self.logarithmic:
            return lambda price: self.half(price) if low <= price <= high else -1 if price > high else below
        span, last = high - low, below - 1

        def reached(price: float) -> int:
            if low <= price <= high:
                return int((high - price) / span * last + 0.5)
            return -1 if price > high else below

        return reached

    def row(self, price: float) -> int:
        """The cell of a price, kept inside the scale."""
        return self.half(price) // 2

    def price(self, row: int) -> float:
        """The price in the middle of a row."""
        last = max(2 * self.rows - 1, 1)
        share = (2 * row + 0.5) / last
        if self.logarithmic:
            return float(self.high * (self.low / self.high) ** share)
        return self.high - (self.high - self.low) * share

    def ticks(self, gap: int = _GAP) -> list[float]:
        """Round prices (or prices of round per cents) inside the scale, ascending, about every `gap` rows."""
        if self.logarithmic:
            return self._log_ticks(gap)
        if self.base is not None:
            low, high = self.low / self.base - 1, self.high / self.base - 1
            return [self.base * (1 + tick) for tick in _round_ticks(low, high, self.rows, gap)]
        return _round_ticks(self.low, self.high, self.rows, gap)

    def step(self, gap: int = _GAP) -> float:
        """How far apart ticks are: prices, or fractions of the base; on a logarithmic scale the least distance."""
        if self.logarithmic:
            ticks = self.ticks(gap)
            apart = [after - before for before, after in pairwise(ticks)]
            return min(apart, default=self.high - self.low)
        return nice_step((self.high - self.low) / (self.base or 1.0) / max(self.rows / gap, 1))

    def _log_ticks(self, gap: int) -> list[float]:
        """From the lower end in round steps that are never much less than `gap` rows high."""
        room = (log10(self.high) - log10(self.low)) * gap / max(self.rows, 1)
        if room >= 1:
            every = ceil(room * 0.75)
            first = ceil(log10(self.low) / every) * every
            return [float(f"1e{power}") for power in range(first, floor(log10(self.high)) + 1, every)]
        if log10(self.high) - log10(self.low) >= 1:
            digits = (1, 2, 5) if room <= 0.34 else (1, 3) if room <= 0.5 else (1,)
            powers = range(floor(log10(self.low)), ceil(log10(self.high)) + 1)
            round_numbers = (float(f"{digit}e{power}") for power in powers for digit in digits)
            return [tick for tick in round_numbers if self.low <= tick <= self.high]
        growth = expm1(room * log(10))
        if growth < 1e-9:
            return _round_ticks(self.low, self.high, self.rows, gap)
        ticks: list[float] = []
        at = self.low
        while len(ticks) <= self.rows:
            step = nice_step(at * growth)
            tick = (floor(at / step) + 1) * step
            if tick < at * (1 + growth * 0.7):
                tick += step
            if not at < tick <= self.high:
                break
            ticks.append(tick)
            at = tick
        return ticks


def _round_ticks(low: float, high: float, rows: int, gap: int) -> list[float]:
    step = nice_step((high - low) / max(rows / gap, 1))
    first = floor(low / step) + 1
    count = int((high - first * step) / step) + 1
    return [(first + at) * step for at in range(min(max(count, 0), rows + 1))] if step > 0 else []


def clamp(price: float) -> float:
    """The price within what can be computed with."""
    return min(max(price, -_CLAMP), _CLAMP)


def nice_step(least: float) -> float:
    """The smallest of 1, 2, 5 times a power of ten that is not below `least`."""
    if least < 1e-290:
        return 1e-290
    exponent = floor(log10(least))
    for digit in (1, 2, 5, 10):
        step = float(f"{digit}e{exponent}")
        if step >= least:
            return step
    return float(f"1e{exponent + 1}")


def scale_for(prices: Iterable[float], rows: int, kind: ScaleKind = ScaleKind.LINEAR, base: float = 0.0) -> Scale:
    """The scale that shows all these prices with a little air; `base` is 0 % where the labels are per cent.

    Its ends are moved outwards to round numbers, so that it does not change with every tick of the price.
    """
    shown = [clamp(price) for price in prices]
    low, high = min(shown, default=0.0), max(shown, default=1.0)
    zero = _zero(kind, base, low, high)
    least = max(abs(low), abs(high)) * 1e-12
    if high - low <= least:
        air = max(abs(high) * 1e-4, 1e-280)
        return Scale(low - air, high + air, rows, False, zero)
    if kind is ScaleKind.LOG and low > _TINY:
        lower, upper = _rounded(log10(low), log10(high))
        return Scale(10.0**lower, 10.0**upper, rows, True)
    return Scale(*_rounded(low, high), rows, False, zero)


def scale_of(price_range: tuple[float, float], rows: int, kind: ScaleKind, base: float = 0.0) -> Scale:
    """The scale from the one price to the other, as somebody chose them; a range that is none is widened."""
    low, high = sorted(map(clamp, price_range))
    if high - low <= max(abs(low), abs(high)) * 1e-12:
        return scale_for([low, high], rows, kind, base)
    return Scale(low, high, rows, kind is ScaleKind.LOG and low > _TINY, _zero(kind, base, low, high))


def _zero(kind: ScaleKind, base: float, low: float, high: float) -> float | None:
    """What is 0 %, None where that is not wanted or per cent of it would be no numbers that anybody can read."""
    if kind is not ScaleKind.PERCENT or base <= _TINY or max(abs(low), abs(high)) / clamp(base) > 1e9:
        return None
    return clamp(base)


def _rounded(low: float, high: float) -> tuple[float, float]:
    step = nice_step((high - low) / 50)
    return (floor(low / step) - 1) * step, (1 - floor(-high / step)) * step

"""The values of a study over all candles known, kept up to date with as little computing as possible.

The newest candle changes with every trade: its values are looked up without taking it in, so nothing older is computed
again. Where an older candle changed, computing goes on from the last state that was kept before it.

Nothing is computed across a hole: after a span of which nobody knows whether there were trades every indicator begins
as if nothing had been before, and within it there is no value.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy
from math import isfinite
from typing import Protocol

from hybridtui.market.candles import Candle
from hybridtui.market.indicators.atr import Atr
from hybridtui.market.indicators.bollinger import Bollinger
from hybridtui.market.indicators.ema import Ema
from hybridtui.market.indicators.macd import Macd
from hybridtui.market.indicators.rsi import Rsi
from hybridtui.market.indicators.sma import Sma
from hybridtui.market.indicators.study import Study, StudyKind, Values
from hybridtui.market.indicators.vwap import Vwap

_STRIDE = 64
"""Candles between two states that are kept."""
_MOST = 1e250
"""Prices beyond are cut to it: sums and differences of them cannot overflow."""

Answer = float | Values | None
Span = tuple[int, int]
"""start <= mts < end, ms UTC."""


class _OfValues(Protocol):
    def peek(self, value: float, /) -> Answer: ...
    def update(self, value: float, /) -> Answer: ...


class _OfCandles(Protocol):
    def peek(self, candle: Candle, /) -> Answer: ...
    def update(self, candle: Candle, /) -> Answer: ...


class _OfCloses:
    """Feeds an indicator of values with closes."""

    def __init__(self, indicator: _OfValues) -> None:
        self._indicator = indicator

    def peek(self, candle: Candle) -> Answer:
        return self._indicator.peek(_cut(candle.close))

    def update(self, candle: Candle) -> Answer:
        return self._indicator.update(_cut(candle.close))


def _cut(price: float) -> float:
    return min(max(price, -_MOST), _MOST)


_INDICATORS: dict[StudyKind, Callable[[tuple[float, ...], int | None], _OfCandles]] = {
    StudyKind.SMA: lambda chosen, _: _OfCloses(Sma(int(chosen[0]))),
    StudyKind.EMA: lambda chosen, _: _OfCloses(Ema(int(chosen[0]))),
    StudyKind.VWAP: lambda _, known_since: Vwap(known_since),
    StudyKind.BOLLINGER: lambda chosen, _: _OfCloses(Bollinger(int(chosen[0]), chosen[1])),
    StudyKind.RSI: lambda chosen, _: _OfCloses(Rsi(int(chosen[0]))),
    StudyKind.MACD: lambda chosen, _: _OfCloses(Macd(*map(int, chosen))),
    StudyKind.ATR: lambda chosen, _: Atr(int(chosen[0])),
}
"""By the chosen parameters, and since when all candles are known, ms UTC, where that is not the first candle."""


class Series:
    """The values of one study over one growing run of candles."""

    def __init__(self, study: Study) -> None:
        assert study.kind in _INDICATORS, f"{study.kind} has no values"
        self.study = study
        self.computed = 0
        """How many times the values at a candle were computed."""
        self._undefined: Values = (None,) * study.specification.lines
        self._taken: list[Candle] = []
        """The candles that were taken in: all but the newest."""
        self._values: list[Values] = []
        """Their values, and those of the newest candle."""
        self._unknown: list[Span] = []
        self._indicator = self._fresh()
        self._kept: list[tuple[int, _OfCandles]] = []
        """Older states, oldest first, each with the number of candles that it had taken in."""

    def over(self, candles: Sequence[Candle], unknown: Iterable[Span] = ()) -> Sequence[Values]:
        """The values at each of these candles, oldest first; good until the next call.

        `unknown` are the spans of which candles may be missing, oldest first and apart from each other.
        """
        closed = list(candles[:-1])
        self._drop_older_than(candles[0].mts if candles else 0)
        same = min(_common(self._taken, closed), self._know(unknown, candles))
        if same < len(self._taken):
            self._return_to(same)
        del self._values[len(self._taken) :]
        for candle in closed[len(self._taken) :]:
            self._take(candle)
        for candle in candles[-1:]:
            indicator = self._next(candle)
            self._values.append(self._undefined if indicator is None else self._row(indicator.peek(candle)))
        return self._values

    def _know(self, unknown: Iterable[Span], candles: Sequence[Candle]) -> int:
        """Take the holes as they are now. Returns how many of the candles that were taken in none of it concerns."""
        first = candles[0].mts if candles else 0
        now = [span for span in unknown if span[1] > first]
        changed = {span for span in self._unknown if span[1] > first} ^ {*now}
        self._unknown = now
        since = min((start for start, _ in changed), default=None)
        return len(self._taken) if since is None else bisect_left(self._taken, since, key=lambda candle: candle.mts)

    def _next(self, candle: Candle) -> _OfCandles | None:
        """What this candle is fed to: another indicator after a hole; None within one."""
        if not self._unknown:
            return self._indicator
        since = _known_since(self._unknown, candle.mts)
        if since is None:
            return None
        if self._taken and _known_since(self._unknown, self._taken[-1].mts) == since:
            return self._indicator
        return self._fresh(since or None)

    def _take(self, candle: Candle) -> None:
        if self._taken and len(self._taken) % _STRIDE == 0:
            self._kept = [*self._kept[-1:], (len(self._taken), deepcopy(self._indicator))]
        indicator = self._next(candle)
        if indicator is None:
            self._values.append(self._undefined)
        else:
            self._indicator = indicator
            self._values.append(self._row(indicator.update(candle)))
        self._taken.append(candle)

    def _row(self, answer: Answer) -> Values:
        self.computed += 1
        if answer is None:
            return self._undefined
        row = answer if isinstance(answer, tuple) else (answer,)
        return tuple(value if value is not None and isfinite(value) else None for value in row)

    def _return_to(self, count: int) -> None:
        """Go back to the newest state with no more than `count` candles taken in."""
        while self._kept and self._kept[-1][0] > count:
            self._kept.pop()
        count, self._indicator = self._kept.pop() if self._kept else (0, self._fresh())
        del self._taken[count:]

    def _drop_older_than(self, mts: int) -> None:
        """Candles that are known no more are not computed without: what they left in the newer values stays."""
        gone = bisect_left(self._taken, mts, key=lambda candle: candle.mts)
        del self._taken[:gone]
        del self._values[:gone]
        self._kept = [(count - gone, state) for count, state in self._kept if count > gone]
        if gone and not self._taken:
            self._indicator = self._fresh()

    def _fresh(self, known_since: int | None = None) -> _OfCandles:
        return _INDICATORS[self.study.kind](self.study.parameters, known_since)


def _known_since(unknown: Sequence[Span], mts: int) -> int | None:
    """The end of the newest hole before a moment, 0 where there is none; None where the moment is in a hole."""
    at = bisect_right(unknown, mts, key=lambda span: span[0])
    if not at:
        return 0
    end = unknown[at - 1][1]
    return end if end <= mts else None


def _common(old: Sequence[Candle], new: Sequence[Candle]) -> int:
    """How many candles at the beginning are the same."""
    if new[: len(old)] == old:
        return len(old)
    pairs = enumerate(zip(old, new, strict=False))
    return next((at for at, (one, other) in pairs if one != other), min(len(old), len(new)))

"""Moving average convergence divergence: fast EMA - slow EMA, its own EMA as signal, and the difference of the two.

Source: Appel, Technical Analysis: Power Tools for Active Investors, 2005, chapter 8. Each average is seeded with the
simple average of its first values, the signal's with those of the line, so the line is defined before the signal is.
"""

from typing import NamedTuple

from hybridtui.market.indicators.ema import Ema


class MacdLines(NamedTuple):
    """All in the unit of the price."""

    line: float
    signal: float | None
    """None until there are enough values of the line."""
    histogram: float | None
    """Line less signal."""


class Macd:
    """Fed value by value."""

    def __init__(self, fast: int = 12, slow: int = 26, signal: int = 9) -> None:
        assert 0 < fast < slow, "the fast average is the shorter one"
        self._fast = Ema(fast)
        self._slow = Ema(slow)
        self._signal = Ema(signal)

    def peek(self, value: float) -> MacdLines | None:
        """The lines if `value` came next, None until there are `slow` values; nothing is taken in."""
        fast, slow = self._fast.peek(value), self._slow.peek(value)
        if fast is None or slow is None:
            return None
        return _lines(fast - slow, self._signal.peek(fast - slow))

    def update(self, value: float) -> MacdLines | None:
        """Take the next value in. Returns the lines, None until there are `slow` values."""
        fast, slow = self._fast.update(value), self._slow.update(value)
        if fast is None or slow is None:
            return None
        return _lines(fast - slow, self._signal.update(fast - slow))


def _lines(line: float, signal: float | None) -> MacdLines:
    return MacdLines(line, signal, None if signal is None else line - signal)

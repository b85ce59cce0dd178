"""The lowest and the highest price of the last so many seconds, in constant time a trade.

Two queues keep only what can still become an extreme (D. Lemire, Streaming maximum-minimum filter using no more than
three comparisons per element, 2006).
"""

from collections import deque
from typing import NamedTuple


class Extremes(NamedTuple):
    """Of the prices of a window, its ends included."""

    low: float
    high: float


class Window:
    """Prices go in one after the other."""

    def __init__(self, seconds: float) -> None:
        self._length = round(seconds * 1000)
        self._lows: deque[tuple[int, float]] = deque()
        self._highs: deque[tuple[int, float]] = deque()

    def add(self, mts: int, price: float) -> Extremes:
        """The extremes of the window that ends with this price, which was paid at `mts` ms."""
        start = mts - self._length
        lows, highs = self._lows, self._highs
        while lows and lows[-1][1] >= price:
            lows.pop()
        while highs and highs[-1][1] <= price:
            highs.pop()
        lows.append((mts, price))
        highs.append((mts, price))
        while lows[0][0] < start:
            lows.popleft()
        while highs[0][0] < start:
            highs.popleft()
        return Extremes(lows[0][1], highs[0][1])

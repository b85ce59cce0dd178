"""Relative strength index: 100 - 100 / (1 + average gain / average loss), 0 to 100.

The averages are Wilder's: the mean of the first `period` changes, then (previous * (period - 1) + change) / period
(Wilder, New Concepts in Technical Trading Systems, 1978, section VI).
"""

from hybridtui.market.indicators.wilder import Wilder


class Rsi:
    """Fed value by value."""

    def __init__(self, period: int = 14) -> None:
        self._last: float | None = None
        self._gain = Wilder(period)
        self._loss = Wilder(period)

    def peek(self, value: float) -> float | None:
        """The index if `value` came next, None until there are `period` changes; nothing is taken in."""
        if self._last is None:
            return None
        change = value - self._last
        return _index(self._gain.peek(max(change, 0.0)), self._loss.peek(max(-change, 0.0)))

    def update(self, value: float) -> float | None:
        """Take the next value in. Returns the index, None until there are `period` changes.

        Where nothing fell it is 100; where nothing moved at all it is 50, neither strong nor weak.
        """
        last, self._last = self._last, value
        if last is None:
            return None
        change = value - last
        return _index(self._gain.update(max(change, 0.0)), self._loss.update(max(-change, 0.0)))


def _index(gain: float | None, loss: float | None) -> float | None:
    """The index of two averages, written so that no average loss needs no division by zero."""
    if gain is None or loss is None:
        return None
    return 100 * gain / (gain + loss) if gain + loss > 0 else 50.0

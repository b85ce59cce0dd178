"""What was true: the best three levels that each book had, and when, so that a test can tell a lie. PURE."""

from collections import deque
from collections.abc import Iterable, Sequence

from hybridtui.server.levels import flat, window
from hybridtui.server.market import BookRow, Market

TOP = 3
Level = tuple[float, float]
"""Price and size, the size always positive."""
Top = tuple[tuple[Level, ...], tuple[Level, ...]]
"""Bids and asks, at most three each, best first."""


def top_of(rows: Sequence[BookRow]) -> Top:
    """The best three levels a side of a whole book, as a book of precision P0 shows them."""
    levels = [(price, abs(amount)) for price, _, amount in flat(window(rows, "P0", TOP))]
    bids = sum(1 for row in rows if row[2] > 0)
    return tuple(levels[: min(bids, TOP)]), tuple(levels[min(bids, TOP) :])


class BookLog:
    """The tops of all books of the last `seconds`."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._tops: dict[str, deque[tuple[float, Top]]] = {}

    def note(self, symbol: str, rows: Sequence[BookRow], now: float) -> None:
        """Take note of the book as it is from now on."""
        tops, top = self._tops.setdefault(symbol, deque()), top_of(rows)
        if not tops or tops[-1][1] != top:
            tops.append((now, top))
        while len(tops) > 1 and tops[1][0] <= now - self._seconds:
            tops.popleft()

    def tops(self, symbol: str, now: float, within: float) -> list[Top]:
        """Every top that held at any moment of the last `within` seconds, oldest first; each held until the next."""
        found: list[Top] = []
        until = now
        for since, top in reversed(self._tops.get(symbol, ())):
            if until < now - within:
                break
            if since <= now:
                found.append(top)
            until = since
        return found[::-1]


def same(shown: Top, true: Top, tolerance: float) -> bool:
    """True where prices are equal and sizes differ by no more than `tolerance`."""
    return all(
        len(ours) == len(theirs)
        and all(a[0] == b[0] and abs(a[1] - b[1]) <= tolerance for a, b in zip(ours, theirs, strict=True))
        for ours, theirs in zip(shown, true, strict=True)
    )


class Witness:
    """The server as those see it who want to know whether a screen told the truth."""

    def __init__(self, seconds: float) -> None:
        self._truth_seconds = seconds
        self._book_log = BookLog(seconds)

    def tops(self, symbol: str, now: float, within: float = 1.5) -> list[Top]:
        """The best three levels a side that a book had at any moment of the last `within` seconds, oldest first.

        `now` is in monotonic seconds. Needs `ServerOptions.truth_seconds`, at least as long as `now - within` is ago.
        """
        assert self._truth_seconds > 0, "set ServerOptions.truth_seconds"
        return self._book_log.tops(symbol, now, within)

    def had_top(self, symbol: str, levels: Top, now: float, within: float = 1.5, *, tolerance: float = 1e-9) -> bool:
        """Whether a book had these best levels at any moment of the last `within` seconds; sizes within `tolerance`."""
        return any(same(levels, top, tolerance) for top in self.tops(symbol, now, within))

    def _note_truth(self, market: Market, symbols: Iterable[str], now: float) -> None:
        if self._truth_seconds > 0:
            for symbol in symbols:
                self._book_log.note(symbol, market.book(symbol), now)

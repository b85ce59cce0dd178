"""What was missed and can still be asked for: which page of older trades or candles to fetch next. PURE.

What is missing is read off the model, which knows it anyway; what was asked for is remembered here. A page ends where
the hole ends and is cut at its older side, so the hole shrinks towards the past with every answer.
"""

from collections import deque
from collections.abc import Callable

import msgspec

from hybridtui.exchanges.base import RestKind
from hybridtui.feeds.polling import TOPIC_OF
from hybridtui.market.source import LinkState
from hybridtui.market.state import MarketState

_PAGES = 4
"""How many pages are asked for a hole, at most: more trades than these would not be kept."""
_AGAIN = 10.0
"""Seconds after which a page is asked for once more, where the answer changed nothing."""
_PAUSE = 20.0
"""Seconds between two pages while REST has to feed the screen as well."""
_REMEMBERED = 256


class Page(msgspec.Struct, frozen=True):
    """One request: everything of this kind from `start` to `end`, both inclusive, ms UTC."""

    kind: RestKind
    hole: int
    """What the hole is known by: the older end, which stays where it is."""
    start: int
    end: int

    @property
    def span(self) -> tuple[int, int]:
        """Start and end."""
        return self.start, self.end


class Backfill:
    """The pages asked for so far, and the next one; without a state there is nothing to fill."""

    def __init__(self, state: MarketState | None) -> None:
        self._state = state
        self._asked: deque[tuple[float, Page]] = deque(maxlen=_REMEMBERED)

    def next_page(self, now: float, spares: Callable[[RestKind, float], bool]) -> Page | None:
        """The page to ask for at the moment `now`, monotonic seconds; None where there is none.

        `spares` says whether the budget spares a request; if it does, the page counts as asked.
        """
        page = None if self._state is None else self._wanted(self._state, now)
        if page is None or not spares(page.kind, now):
            return None
        self._asked.append((now, page))
        return page

    def _wanted(self, state: MarketState, now: float) -> Page | None:
        if state.link.state is not LinkState.LIVE and self._asked and now < self._asked[-1][0] + _PAUSE:
            return None
        for page in (_missing_trades(state), _missing_candles(state)):
            if page is not None and TOPIC_OF[page.kind] in state.link.fed and self._worthwhile(page, now):
                return page
        return None

    def _worthwhile(self, page: Page, now: float) -> bool:
        before = [(at, other) for at, other in self._asked if (other.kind, other.hole) == (page.kind, page.hole)]
        return len(before) < _PAGES and not any(other == page and now < at + _AGAIN for at, other in before)


def _missing_trades(state: MarketState) -> Page | None:
    """The newest hole of the tape, from the last trade known before it to the first one after it."""
    gap = next((gap for gap in reversed(state.trades.gaps) if not gap.closed), None)
    if gap is None:
        return None
    after, before = state.trades.find(gap.after_id), state.trades.find(gap.before_id)
    if after is None or before is None:
        return None
    return Page(RestKind.TRADES, gap.after_id, after.mts, before.mts)


def _missing_candles(state: MarketState) -> Page | None:
    """The newest stretch that no listing told of, with the candles on both sides of it: their presence proves it."""
    if not state.candles.unknown or state.candles.timeframe is not state.timeframe:
        return None
    start, end = state.candles.unknown[-1]
    return Page(RestKind.CANDLES, start, start - 2 * state.timeframe.length_ms, end)

"""How many decimals the prices of a market have: only ever more, so that columns do not jump.

The book tells, because its prices lie on the market's grid. A trade against a hidden order, and a high or low that it
made, may have many more; such a price is shown with all of them, and the others are not padded to match.
"""

from hybridtui.hybrid import HybridMarketData
from hybridtui.render.numbers import decimals


class Precision:
    """The most decimals seen in a price of the market that is looked at."""

    def __init__(self, market: HybridMarketData) -> None:
        self._market = market
        self._symbol = ""
        self._most = 0

    @property
    def decimals(self) -> int:
        """The decimals that every price is shown with at least."""
        state = self._market.state
        if state.instrument.symbol != self._symbol:
            self._symbol, self._most = state.instrument.symbol, 0
        best = (state.book.best_bid, state.book.best_ask)
        self._most = max(self._most, *(decimals(level.price) for level in best if level is not None), 0)
        return self._most

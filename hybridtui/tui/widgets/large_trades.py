"""From which size a trade is worth a mark: chosen by the user for a symbol and remembered, else by itself."""

from collections.abc import Mapping
from math import isfinite

import msgspec

from hybridtui.hybrid import HybridMarketData
from hybridtui.market.typed import comma_complaint, typed_number
from hybridtui.render.tape import large_from
from hybridtui.store.choices import Choices


class LargeChoice(msgspec.Struct, frozen=True):
    """What is remembered."""

    sizes: Mapping[str, float] = {}
    """By symbol, in base currency."""


class LargeTrades:
    """The threshold of the market that is looked at; tape and heatmap mark by the same one."""

    def __init__(self, market: HybridMarketData, choices: Choices) -> None:
        self._market = market
        self._choices = choices

    @property
    def chosen(self) -> float | None:
        """What the user chose for this symbol; None where it tunes itself."""
        return self._choices.get("large_trades", LargeChoice()).sizes.get(self._market.instrument.symbol)

    @property
    def size(self) -> float:
        """A trade of this size or more is large, base currency; 0 while nothing is known."""
        return large_from(self._market.trades) if self.chosen is None else self.chosen

    def choose(self, text: str) -> None:
        """Take what was typed, which has no `complaint`: a size, or nothing for one that tunes itself."""
        symbol = self._market.instrument.symbol
        sizes = dict(self._choices.get("large_trades", LargeChoice()).sizes)
        sizes.pop(symbol, None)
        if (size := typed_number(text)) is not None:
            sizes[symbol] = float(size)
        self._choices.put("large_trades", LargeChoice(sizes))


def complaint(text: str) -> str:
    """What is wrong with a size that was typed, in a few words; nothing where it can be taken."""
    if not text.strip():
        return ""
    size = typed_number(text)
    if size is None or not isfinite(size):
        return comma_complaint(text) or "a number, please, as 2.5"
    return "" if float(size) else "more than nothing, please"

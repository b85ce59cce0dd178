"""Which rows of the order book changed just now. Time is a parameter; nothing here asks to be drawn again."""

from collections.abc import Hashable
from decimal import Decimal

from hybridtui.render.ladder import Ladder

FLASH_S = 0.3
"""How long a row that changed is bright."""

RowKey = tuple[bool, float]
"""Whether it is an ask, and its price."""


class Flashes:
    """Compares each picture of the ladder with the one before it."""

    def __init__(self) -> None:
        self._identity: Hashable = None
        self._sizes: dict[RowKey, Decimal] = {}
        self._since: dict[RowKey, float] = {}

    def look(self, identity: Hashable, shown: Ladder, now: float) -> frozenset[RowKey]:
        """The rows that changed less than `FLASH_S` ago; none where this ladder is another one than before.

        `identity` names the ladder: its market, source and steps. A price that only came into view did not change.
        """
        before, sizes = self._sizes, _sizes(shown)
        self._sizes = sizes
        if identity != self._identity or not before:
            self._identity = identity
            self._since.clear()
            return frozenset()
        for row, size in sizes.items():
            if before.get(row) != size and (row in before or _within(row, before)):
                self._since[row] = now
        self._since = {row: at for row, at in self._since.items() if row in sizes and now - at < FLASH_S}
        return frozenset(self._since)

    def clear(self) -> None:
        """Their time is over."""
        self._since.clear()


def _sizes(shown: Ladder) -> dict[RowKey, Decimal]:
    return {(asks, rung.price): rung.size for asks, side in ((True, shown.asks), (False, shown.bids)) for rung in side}


def _within(row: RowKey, before: dict[RowKey, Decimal]) -> bool:
    """Whether a new row stands better than the worst that could be seen on its side before."""
    asks, price = row
    prices = [other for side, other in before if side == asks]
    return bool(prices) and (price < max(prices) if asks else price > min(prices))

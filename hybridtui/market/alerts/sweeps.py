"""The running sum of trades that one order made: neighbours on the tape, of one millisecond and one side."""

from decimal import Decimal

from hybridtui.market.exact import exact
from hybridtui.market.trades import Trade


class Sweep:
    """The sweep that the newest trade belongs to; one trade alone is one too."""

    __slots__ = ("_sum", "first_id", "first_price", "mts", "price", "side")

    def __init__(self) -> None:
        self.mts = 0
        self.side = 0.0
        """The signed amount of the newest trade: its sign is the side."""
        self.first_id = 0
        self.first_price = 0.0
        self.price = 0.0
        """Of the newest trade."""
        self._sum = Decimal(0)

    @property
    def size(self) -> float:
        """In base currency."""
        return float(self._sum)

    def add(self, trade: Trade) -> None:
        """Take the next trade in."""
        if trade.mts != self.mts or (trade.amount > 0) != (self.side > 0):
            self.mts, self.first_id, self.first_price, self._sum = trade.mts, trade.id, trade.price, Decimal(0)
        self.side, self.price = trade.amount, trade.price
        self._sum += abs(exact(trade.amount))

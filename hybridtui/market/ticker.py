"""The 24 hour summary of a market. It can be 15 s old: never take a price to trade by from it."""

import msgspec


class Ticker(msgspec.Struct, frozen=True):
    """One ticker row; a field is None where the exchange sent null (illiquid or expired pairs)."""

    bid: float | None = None
    bid_size: float | None = None
    """Sum over the 25 best bids in base currency, not the size at the touch."""
    ask: float | None = None
    ask_size: float | None = None
    """Sum over the 25 best asks in base currency."""
    change: float | None = None
    """Change of the last price over 24 h, in quote currency."""
    change_ratio: float | None = None
    """The same as a fraction: 0.008 is 0.8 %."""
    last: float | None = None
    volume: float | None = None
    """Traded over 24 h, in base currency."""
    high: float | None = None
    low: float | None = None

    @property
    def open(self) -> float | None:
        """The price 24 h before this row: last minus change."""
        if self.last is None or self.change is None:
            return None
        return self.last - self.change

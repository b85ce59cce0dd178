"""The markets that the user keeps an eye on, and those looked at lately: ordered names without doubles."""

import msgspec

MOST = 100
"""So many markets can be watched."""
RECENT = 12
"""So many are remembered as looked at lately."""
LAST_MARKET = "last_market"
"""The name under which a `LastMarket` is remembered."""


class Watchlist(msgspec.Struct, frozen=True):
    """Symbols as on the wire, in the user's order."""

    symbols: tuple[str, ...] = ()

    def __contains__(self, symbol: str) -> bool:
        return symbol in self.symbols

    def with_first(self, symbols: tuple[str, ...]) -> "Watchlist":
        """These first, in their order, then all others."""
        return Watchlist(tuple(dict.fromkeys((*symbols, *self.symbols)))[:MOST])

    def added(self, symbol: str) -> "Watchlist":
        """With this one at the end; a full list stays as it is."""
        return self if len(self.symbols) >= MOST else Watchlist(tuple(dict.fromkeys((*self.symbols, symbol))))

    def removed(self, symbol: str) -> "Watchlist":
        """Without this one."""
        return Watchlist(tuple(each for each in self.symbols if each != symbol))

    def toggled(self, symbol: str) -> "Watchlist":
        """Without it where it was there, else with it."""
        return self.removed(symbol) if symbol in self else self.added(symbol)

    def moved(self, symbol: str, steps: int) -> "Watchlist":
        """With this one so many places further down, up where negative, not beyond an end."""
        if symbol not in self:
            return self
        others = list(self.removed(symbol).symbols)
        others.insert(min(max(self.symbols.index(symbol) + steps, 0), len(others)), symbol)
        return Watchlist(tuple(others))


class RecentMarkets(msgspec.Struct, frozen=True):
    """What was looked at lately, the newest first."""

    symbols: tuple[str, ...] = ()

    def looked_at(self, symbol: str) -> "RecentMarkets":
        """With this one as the newest."""
        return RecentMarkets(tuple(dict.fromkeys((symbol, *self.symbols)))[:RECENT])


class LastMarket(msgspec.Struct, frozen=True):
    """What was looked at last, as somebody types it."""

    symbol: str = ""
    timeframe: str = ""

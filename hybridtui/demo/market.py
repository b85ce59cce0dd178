"""The demo exchange: several synthetic markets behind the seam of the server, the same for the same seed and start."""

from collections.abc import Sequence

from hybridtui.demo.instruments import LISTINGS, Listing
from hybridtui.demo.venue import Venue
from hybridtui.server.market import BookRow, CandleQuery, CandleRow, Change, TickerRow, TradeQuery, TradeRow


class DemoMarket:
    """A `hybridtui.server.market.Market` that is made up, except that its orders really match."""

    def __init__(
        self,
        start_ms: int,
        *,
        seed: int = 1,
        rate: float = 1.0,
        days: int = 60,
        listings: Sequence[Listing] = LISTINGS,
    ) -> None:
        """Begin at `start_ms` (UTC) with `days` of history; `rate` multiplies how much happens."""
        self._venues = {
            listing.symbol: Venue(listing, place, start_ms, seed=seed, rate=rate, days=days)
            for place, listing in enumerate(listings)
        }
        self._now = start_ms
        self.trading = True
        """False: orders come and go, none is executed."""
        self.advance(start_ms)

    @property
    def symbols(self) -> Sequence[str]:
        """All symbols with prefix."""
        return tuple(self._venues)

    @property
    def now_ms(self) -> int:
        """The moment it was advanced to, ms UTC."""
        return self._now

    def advance(self, now_ms: int) -> list[Change]:
        """Let everything happen that happens until `now_ms`."""
        self._now = max(self._now, now_ms)
        for venue in self._venues.values():
            venue.trading = self.trading
        return [change for venue in self._venues.values() if (change := venue.advance(self._now)) is not None]

    def skip(self, now_ms: int) -> None:
        """Let the time until `now_ms` pass without anything happening in it."""
        self._now = max(self._now, now_ms)
        for venue in self._venues.values():
            venue.skip(self._now)

    def next_ms(self) -> int | None:
        """When the next order comes, ms UTC."""
        return int(min(venue.next_ms for venue in self._venues.values())) + 1

    def book(self, symbol: str) -> Sequence[BookRow]:
        """All levels of one market."""
        return self._venues[symbol].book()

    def trades(self, symbol: str, query: TradeQuery) -> list[TradeRow]:
        """Trades of one market."""
        return self._venues[symbol].trades(query)

    def candles(self, symbol: str, query: CandleQuery) -> list[CandleRow]:
        """Candles of one market."""
        return self._venues[symbol].candles(query)

    def ticker(self, symbol: str) -> TickerRow:
        """The last 24 hours of one market."""
        return self._venues[symbol].ticker(self._now)

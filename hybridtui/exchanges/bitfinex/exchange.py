"""Bitfinex, put together: the protocol class that the feeds are given."""

from collections.abc import Sequence

from hybridtui.errors import ExchangeRefusedError
from hybridtui.exchanges.base import PairsListed, PlatformSeen, RestKind, RestRequest
from hybridtui.exchanges.bitfinex import constants, rest, symbols
from hybridtui.exchanges.bitfinex.frames import sent_ms
from hybridtui.exchanges.bitfinex.session import BitfinexSession
from hybridtui.exchanges.bitfinex.spelling import Spelling
from hybridtui.market.events import MarketEvent
from hybridtui.market.feed import View
from hybridtui.market.instrument import Instrument


class Bitfinex:
    """The `Exchange` protocol spoken by Bitfinex."""

    def __init__(self) -> None:
        self.name: str = constants.NAME
        self.rest_url: str = constants.REST_URL
        self.ws_url: str = constants.WS_URL
        self.budgets: dict[str, int] = dict(constants.BUDGETS)
        self._spelling = Spelling()

    def instrument(self, text: str) -> Instrument:
        """The pair a user means. Raises SymbolError."""
        return symbols.parse(text)

    def session(self, view: View) -> BitfinexSession:
        """A fresh session for a new connection."""
        return BitfinexSession(view, spelling=self._spelling)

    def sent_ms(self, frame: bytes) -> int | None:
        """The server's time at the end of an array frame."""
        return sent_ms(frame)

    def request(self, kind: RestKind, view: View, span: tuple[int, int] | None = None) -> RestRequest:
        """The request that fetches a snapshot of this kind, or the trades or candles of a stretch of time."""
        return rest.build(kind, view, self._spelling, span)

    def parse_rest(
        self, request: RestRequest, status: int, body: bytes, now: float
    ) -> Sequence[MarketEvent | PairsListed | PlatformSeen]:
        """Read an answer; raises as `exchanges.base.Exchange.parse_rest` says."""
        try:
            return rest.parse(request, status, body, now)
        except ExchangeRefusedError as error:
            if request.kind is RestKind.CANDLES and "time_interval" in str(error):
                self._spelling.refused(request.view.timeframe)
            raise

    def nearest(self, symbol: str, pairs: Sequence[str]) -> tuple[str, ...]:
        """The names most like a refused symbol, best first, at most five."""
        return symbols.nearest(symbol, pairs)

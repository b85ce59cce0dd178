"""Can an answer of REST be believed? Caches on the way give old ones, and a broken exchange empty ones. PURE."""

from hybridtui.exchanges.base import PairsListed, PlatformSeen
from hybridtui.market.events import BookSnapshotSeen, MarketEvent, TradesSeen
from hybridtui.market.state import MarketState

_TOLERATED_MS = 10_000
"""An answer and the socket may be so far apart without anything being wrong; edge caches hold answers for seconds."""


def doubt(answer: MarketEvent | PairsListed | PlatformSeen, state: MarketState) -> str:
    """Why an answer cannot be true, in one clause; nothing where it can."""
    match answer:
        case TradesSeen(symbol=state.instrument.symbol) if _ends_before(answer, state):
            return "the REST answers are older than what is known already"
        case BookSnapshotSeen(symbol=state.instrument.symbol, rows=()) if _quoted(state):
            return "REST gives an empty book while the ticker has prices"
        case _:
            return ""


def _ends_before(listing: TradesSeen, state: MarketState) -> bool:
    """Whether a list of trades ends clearly before the newest trade that is known."""
    known = state.trades.last
    if not listing.trades or known is None:
        return False
    newest = max(listing.trades, key=lambda trade: trade.id)
    return newest.id < known.id and newest.mts < known.mts - _TOLERATED_MS


def _quoted(state: MarketState) -> bool:
    """Whether the ticker names a best bid or ask, so that there must be a book."""
    return bool(state.ticker.bid or state.ticker.ask)

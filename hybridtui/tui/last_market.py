"""Remembers what is looked at, for the next start that names no market."""

from hybridtui.hybrid import HybridMarketData
from hybridtui.market.source import Source, Topic
from hybridtui.market.watchlist import LAST_MARKET, LastMarket
from hybridtui.store.choices import Choices


class LastMarketKeeper:
    """Remembers symbol and timeframe as soon as they are chosen; of panes side by side the newest choice stays."""

    def __init__(self, market: HybridMarketData, choices: Choices) -> None:
        self._market, self._choices = market, choices
        self._good = LastMarket()
        """What the exchange has answered for, for where it does not know what was chosen then."""

    def start(self) -> None:
        """Remember what is looked at now and from now on."""
        self._market.subscribe(Topic.LINK, self._note)
        self._note()

    def _note(self, _topics: Topic = Topic.NONE) -> None:
        state = self._market.state
        here = LastMarket(state.instrument.symbol[1:], state.timeframe.value)
        if any(arrival.source not in (None, Source.CACHE) for arrival in state.arrivals.values()):
            self._good = here
        self._choices.put(LAST_MARKET, here if state.refused is None else self._good, _ours)


def _ours(_before: LastMarket, ours: LastMarket, _theirs: LastMarket) -> LastMarket:
    """The newest choice as a whole: the timeframe of one pane says nothing about the market of another."""
    return ours

"""What the program remembers of the last time, where neither command line, environment nor file say anything."""

from collections.abc import Mapping

from hybridtui.cli.places import state_directory
from hybridtui.errors import SymbolError
from hybridtui.market.timeframe import Timeframe
from hybridtui.market.watchlist import LAST_MARKET, LastMarket


def remembered_market() -> Mapping[str, str]:
    """The settings `symbol` and `timeframe` as they were looked at last, as far as they can be meant."""
    from hybridtui.exchanges.registry import exchange
    from hybridtui.store.choices import Choices

    last = Choices(state_directory()).get(LAST_MARKET, LastMarket())
    found = {}
    try:
        exchange().instrument(last.symbol)
        found["symbol"] = last.symbol
    except SymbolError:
        pass
    if last.timeframe in {*Timeframe}:
        found["timeframe"] = last.timeframe
    return found

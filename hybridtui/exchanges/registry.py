"""Which exchanges there are, by name."""

from hybridtui.errors import SettingsError
from hybridtui.exchanges.base import Exchange
from hybridtui.exchanges.bitfinex.exchange import Bitfinex

_EXCHANGES = {"bitfinex": Bitfinex}


def exchange(name: str = "bitfinex") -> Exchange:
    """The exchange of this name, whatever its case. Raises SettingsError where there is none."""
    try:
        return _EXCHANGES[name.lower()]()
    except KeyError:
        raise SettingsError(f"There is no exchange named {name}; choose one of: {', '.join(_EXCHANGES)}.") from None

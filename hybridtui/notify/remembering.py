"""Where the alerts of every market are remembered: shared by all panes of a user, none of which loses another's."""

import re

from hybridtui.market.alerts.joining import joined
from hybridtui.market.alerts.rules import AlertList
from hybridtui.store.choices import Choices


class Remembered:
    """The alerts by market, as this process and the others left them."""

    def __init__(self, choices: Choices) -> None:
        self._choices = choices

    def get(self, symbol: str) -> AlertList:
        """The alerts of a market."""
        return self._choices.get(choices_name(symbol), AlertList())

    def renewed(self, symbol: str) -> AlertList:
        """The alerts of a market, with what other processes changed since."""
        return self._choices.renewed(choices_name(symbol), AlertList())

    def put(self, symbol: str, alerts: AlertList) -> AlertList:
        """Remember these. Returns them with what other processes changed since."""
        self._choices.put(choices_name(symbol), alerts, joined)
        return self.get(symbol)


def choices_name(symbol: str) -> str:
    """The name under which the alerts of a market are remembered."""
    return "alerts_" + re.sub(r"\W", "_", symbol, flags=re.ASCII)

"""How the exchange spells a week: `1W` in its documents, `7D` in most clients. What it refuses is respelt."""

from hybridtui.market.timeframe import Timeframe


class Spelling:
    """The spelling in use; shared by the REST requests and the sessions of one exchange, so that both learn."""

    def __init__(self) -> None:
        self._week, self._other_week = Timeframe.W1.value, "7D"

    def of(self, timeframe: Timeframe) -> str:
        """The name on the wire."""
        return self._week if timeframe is Timeframe.W1 else timeframe.value

    def refused(self, timeframe: Timeframe | None) -> None:
        """The exchange does not take the name of this timeframe: use its other one, if it has one, from now on."""
        if timeframe is Timeframe.W1:
            self._week, self._other_week = self._other_week, self._week

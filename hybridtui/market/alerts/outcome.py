"""What comes of judging: an alert fired, or some could not be judged for a while."""

import msgspec

from hybridtui.market.alerts.rules import Alert
from hybridtui.market.instrument import Instrument


class Fired(msgspec.Struct, frozen=True):
    """What an alert waits for has happened."""

    alert: Alert
    """As it is after it fired."""
    text: str
    """What happened, one clause; may hold text of the network, so it is not to be trusted with a terminal."""
    at: float
    """When it was noticed, monotonic seconds."""
    mts: int | None = None
    """When it happened by the exchange's clock, ms UTC, where a trade says so."""
    value: float | None = None
    """The number that decided: a price, basis points, a size, a multiple of the average."""
    late: bool = False
    """True where it was learned of after an outage, from trades that were filled in."""
    market: Instrument | None = None
    """Whose alert it is; None where there is only one market."""


class Unjudged(msgspec.Struct, frozen=True):
    """For some time nothing that could be trusted came, and now it does again."""

    alerts: tuple[Alert, ...]
    """Those that were waiting."""
    seconds: float
    at: float
    market: Instrument | None = None
    """Whose alerts they are; None where there is only one market."""

    @property
    def text(self) -> str:
        """One clause."""
        seconds = int(self.seconds)
        span = f"{seconds} s" if seconds < 120 else f"{seconds // 60} min {seconds % 60} s"
        return f"could not be judged for {span}"


Outcome = Fired | Unjudged
NOTHING: tuple[Outcome, ...] = ()
"""What comes of nearly all events."""

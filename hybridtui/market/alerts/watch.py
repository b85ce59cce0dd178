"""One alert at work: whether it holds already, for how long it is quiet, and what it says when it fires."""

from collections.abc import Callable, Mapping

from msgspec.structs import replace

from hybridtui.market.alerts.outcome import Fired
from hybridtui.market.alerts.rules import Alert, AlertList

Tell = Callable[[Fired], object]
"""Takes what fired."""


class Watch:
    """An alert and what is known of it between two looks.

    Some alerts wait for something that happens (a trade, a price crossed): while quiet it passes unheard. The others
    wait for something to become so, and fire once for as long as it is; what became so while quiet, and still is when
    that is over, fires then.
    """

    __slots__ = ("_epoch_ms", "_tell", "alert", "holds", "quiet_until", "since_id", "told")

    def __init__(self, alert: Alert, now: float, epoch_ms: float, tell: Tell) -> None:
        self.alert = alert
        self.holds = False
        """Whether it was so at the last look, and has been told."""
        self.since_id = 0
        """The newest trade when the alert was made: older ones are not its concern."""
        self.told: object = None
        """What was told last and grows on, so that it is told once."""
        self.quiet_until = float("-inf")
        self._epoch_ms = epoch_ms
        self._tell = tell
        if alert.repeat is not None and alert.fired_ms is not None:
            left = alert.repeat - (epoch_ms + now * 1000 - alert.fired_ms) / 1000
            self.quiet_until = now + min(max(left, 0.0), alert.repeat)

    def ready(self, now: float) -> bool:
        """Whether it may fire."""
        return now >= self.quiet_until and not self.alert.spent

    def became(self, true: bool, now: float) -> bool:
        """Whether to fire: it is so, and it was not."""
        if not true:
            self.holds = False
            return False
        if self.holds or not self.ready(now):
            return False
        self.holds = True
        return True

    def fire(
        self, text: str, now: float, *, mts: int | None = None, value: float | None = None, late: bool = False
    ) -> None:
        """Tell, and be quiet for the cool-down, or for good."""
        alert = self.alert
        self.alert = replace(
            alert,
            spent=alert.repeat is None,
            fired=alert.fired + 1,
            fired_ms=round(self._epoch_ms + now * 1000),
        )
        self.quiet_until = float("inf") if alert.repeat is None else now + alert.repeat
        self._tell(Fired(self.alert, text, now, mts, value, late))


def watches_of(
    alerts: AlertList, known: Mapping[int, Watch], now: float, epoch_ms: float, tell: Tell
) -> dict[int, Watch]:
    """The armed alerts at work, by id; one that is as it was goes on where it was."""
    watches: dict[int, Watch] = {}
    for alert in alerts.alerts:
        if alert.armed:
            old = known.get(alert.id)
            watches[alert.id] = old if old is not None and old.alert == alert else Watch(alert, now, epoch_ms, tell)
    return watches

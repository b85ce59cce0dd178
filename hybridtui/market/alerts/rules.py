"""What can be watched for: one frozen value for each kind of alert, with its bounds.

"Over" a size, a spread, a move or a volume means at least so much; over a price means above it, as it is written.
"""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from hybridtui.market.source import Topic

DAY = 86_400.0
LEAST = 1e-12
"""The least price, size, per cent or spread."""
MOST = 1e15
REPEAT_LEAST = 1.0
"""Seconds; the shortest cool-down."""
REPEAT_MOST = 7 * DAY
MOST_ALERTS = 100
"""Alerts of one market."""
USUAL_MINUTES = 20
"""The minutes that an average volume is taken over, where nothing else is said."""

Price = Annotated[float, Meta(ge=LEAST, le=MOST)]
Amount = Annotated[float, Meta(ge=LEAST, le=MOST)]
Percent = Annotated[float, Meta(ge=LEAST, le=1000)]


class Direction(StrEnum):
    """Which way a price goes."""

    UP = "up"
    DOWN = "down"
    EITHER = "either"


class Side(StrEnum):
    """Who was the taker of a trade, or where in the book a level stands."""

    ANY = "any"
    BUY = "buy"
    """Takers that bought; in the book, the bids."""
    SELL = "sell"
    """Takers that sold; in the book, the asks."""


class PriceCross(msgspec.Struct, frozen=True, tag_field="kind", tag="price"):
    """A trade beyond the price, where the one before it was not yet beyond."""

    direction: Direction
    price: Price


class PriceMove(msgspec.Struct, frozen=True, tag_field="kind", tag="move"):
    """A trade that far from the lowest or highest price of the time before it."""

    percent: Percent
    seconds: Annotated[float, Meta(ge=1, le=DAY)]
    direction: Direction = Direction.EITHER


class SpreadOver(msgspec.Struct, frozen=True, tag_field="kind", tag="spread"):
    """Best bid and best ask that far apart."""

    bp: Annotated[float, Meta(ge=LEAST, le=10_000)]
    """Hundredths of a per cent of the mid."""


class WallNear(msgspec.Struct, frozen=True, tag_field="kind", tag="wall"):
    """A level of at least that size, that near to the mid."""

    size: Amount
    percent: Annotated[float, Meta(ge=LEAST, le=100)]
    side: Side = Side.ANY


class TradeOver(msgspec.Struct, frozen=True, tag_field="kind", tag="trade"):
    """One trade of at least that size."""

    size: Amount
    side: Side = Side.ANY


class SweepOver(msgspec.Struct, frozen=True, tag_field="kind", tag="sweep"):
    """Trades one after the other, of one millisecond and one side, that add up to at least that size."""

    size: Amount
    side: Side = Side.ANY


class VolumeOver(msgspec.Struct, frozen=True, tag_field="kind", tag="volume"):
    """A minute in which at least so many times the average of the minutes before it was traded."""

    times: Annotated[float, Meta(ge=1, le=10_000)]
    minutes: Annotated[int, Meta(ge=5, le=240)] = USUAL_MINUTES


class DataStale(msgspec.Struct, frozen=True, tag_field="kind", tag="stale"):
    """No source answers any more: what is known is old."""


class ConnectionLost(msgspec.Struct, frozen=True, tag_field="kind", tag="lost"):
    """The socket is not there, though it is wanted."""


Rule = PriceCross | PriceMove | SpreadOver | WallNear | TradeOver | SweepOver | VolumeOver | DataStale | ConnectionLost


def needed(rule: Rule) -> Topic:
    """The part of the market that a rule is judged by; none for those about the connection."""
    if isinstance(rule, SpreadOver | WallNear):
        return Topic.BOOK
    return Topic.NONE if isinstance(rule, DataStale | ConnectionLost) else Topic.TRADES


class Alert(msgspec.Struct, frozen=True, omit_defaults=True):
    """One alert of one market, as it is remembered."""

    id: Annotated[int, Meta(ge=1)]
    """Names the alert for good among those of its market."""
    rule: Rule
    repeat: Annotated[float, Meta(ge=REPEAT_LEAST, le=REPEAT_MOST)] | None = None
    """Seconds for which it is quiet after it fired; None where it fires once."""
    on: bool = True
    """False while the user does not want to hear of it."""
    spent: bool = False
    """True where it was to fire once, and did."""
    fired: int = 0
    """How often it has fired."""
    fired_ms: int | None = None
    """When it fired last, ms UTC."""

    @property
    def armed(self) -> bool:
        """Whether it can fire."""
        return self.on and not self.spent


class AlertList(msgspec.Struct, frozen=True, omit_defaults=True):
    """The alerts of one market, in the order in which they were made."""

    alerts: Annotated[tuple[Alert, ...], Meta(max_length=MOST_ALERTS)] = ()
    made: int = 0
    """How many were ever made: ids are never used again."""

    def added(self, rule: Rule, repeat: float | None) -> "AlertList":
        """The list with one more. Raises ValueError, with a sentence, where it is full."""
        if len(self.alerts) >= MOST_ALERTS:
            raise ValueError(f"There are {MOST_ALERTS} alerts already; delete one first.")
        number = max([self.made, *(alert.id for alert in self.alerts)]) + 1
        return AlertList((*self.alerts, Alert(number, rule, repeat)), number)

    def without(self, number: int) -> "AlertList":
        """The list without one of them."""
        return AlertList(tuple(alert for alert in self.alerts if alert.id != number), self.made)

    def changed(self, alert: Alert) -> "AlertList":
        """The list with the alert of the same id replaced; as it is where there is none."""
        return AlertList(tuple(alert if old.id == alert.id else old for old in self.alerts), self.made)

    def find(self, number: int) -> Alert | None:
        """The alert of this id."""
        return next((alert for alert in self.alerts if alert.id == number), None)


def price_levels(alerts: AlertList) -> tuple[float, ...]:
    """The prices that armed alerts wait for, ascending, each once: lines for a chart."""
    rules = [alert.rule for alert in alerts.alerts if alert.armed]
    return tuple(sorted({rule.price for rule in rules if isinstance(rule, PriceCross)}))

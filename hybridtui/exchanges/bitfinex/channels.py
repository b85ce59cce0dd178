"""The channels of one socket: what each was asked for, and what its data frames mean.

A channel knows nothing of the socket or of its fellows. `take` reads one frame completely before it changes anything,
so that a malformed frame leaves the channel as it was.
"""

from typing import ClassVar

import msgspec

from hybridtui.errors import DecodeError
from hybridtui.exchanges.base import ChannelLost, HeartbeatSeen
from hybridtui.exchanges.bitfinex import constants, payloads
from hybridtui.exchanges.bitfinex.frames import Frame, integer
from hybridtui.exchanges.bitfinex.replica import Replica
from hybridtui.exchanges.bitfinex.spelling import Spelling
from hybridtui.market.book import Row
from hybridtui.market.events import (
    BookChanged,
    BookChecked,
    BookSnapshotSeen,
    CandlesSeen,
    MarketEvent,
    TickerSeen,
    TradesSeen,
)
from hybridtui.market.feed import View
from hybridtui.market.source import Source, Topic
from hybridtui.market.timeframe import Timeframe
from hybridtui.market.trades import Trade

Events = list[MarketEvent | ChannelLost]

CROSSED_PATIENCE = 5.0
"""Seconds that a book may be crossed; a checksum, which can agree with it, comes about every 2.5 s."""
_COMPARED = 10
"""Levels a side in which a REST book is compared with the channel's."""


class Subscription(msgspec.Struct, frozen=True):
    """What a channel is asked for; equal subscriptions are the same channel to the exchange."""

    topic: Topic
    symbol: str
    timeframe: Timeframe | None = None
    length: int | None = None
    precision: int = 0
    interval: str = ""
    """The timeframe as it is spelt on the wire."""
    watched: bool = False
    """It is of another market than the view's, for its last price only."""

    @property
    def channel(self) -> str:
        """The channel's name on the wire, which is also what it is called to people."""
        return str(self.topic.name).lower()

    @property
    def fields(self) -> dict[str, str]:
        """The fields of the request besides the event."""
        if self.topic is Topic.CANDLES:
            return {"channel": self.channel, "key": f"trade:{self.interval}:{self.symbol}"}
        fields = {"channel": self.channel, "symbol": self.symbol}
        if self.topic is Topic.BOOK:
            fields |= {
                "prec": constants.PRECISIONS[self.precision],
                "freq": constants.FREQUENCY,
                "len": str(self.length),
            }
        return fields

    def echoed_by(self, event: dict[str, object]) -> bool:
        """True where an event repeats this request. Precision, frequency and length may be left out of it."""
        if any(name not in event for name in self.fields if name in ("channel", "symbol", "key")):
            return False
        return not self.contradicted_by(event)

    def contradicted_by(self, event: dict[str, object]) -> bool:
        """True where an event repeats another request; what it leaves out says nothing."""
        return any(_normal(event[name]) != _normal(value) for name, value in self.fields.items() if name in event)


def _normal(value: object) -> str:
    """A field as text, timeframes in one spelling."""
    text = str(value) if isinstance(value, (str, int)) else ""
    parts = text.split(":")
    if len(parts) > 1 and parts[0] == "trade":
        parts[1] = constants.TIMEFRAME_SPELLINGS.get(parts[1], parts[1])
    return ":".join(parts)


def subscriptions(view: View, spelling: Spelling) -> dict[Topic, Subscription]:
    """What a view needs, in the order in which it is asked for."""
    symbol = view.instrument.symbol
    return {
        Topic.TICKER: Subscription(Topic.TICKER, symbol),
        Topic.TRADES: Subscription(Topic.TRADES, symbol),
        Topic.BOOK: Subscription(Topic.BOOK, symbol, length=view.book_length, precision=view.book_precision),
        Topic.CANDLES: Subscription(
            Topic.CANDLES, symbol, timeframe=view.timeframe, interval=spelling.of(view.timeframe)
        ),
    }


class Channel:
    """One subscription from asking to end."""

    snapshot_only: ClassVar[bool] = True
    """True where a frame that could not be read is made good by the next one."""

    def __init__(self, subscription: Subscription, sub_id: str) -> None:
        self.subscription = subscription
        self.topic = subscription.topic
        self.symbol = subscription.symbol
        self.sub_id = sub_id
        self.chan_id: int | None = None
        """The exchange's number, once it is known."""
        self.asked = True
        """True while an answer to the request may still come."""
        self.synced = False
        """True from the first data frame on."""
        self.lost = False
        """True once it was reported lost; it is reported once, and then waits to be subscribed anew."""
        self.waiting_since: float | None = None
        """When the acknowledgement, or after it the first data, began to be waited for."""

    def take(self, frame: Frame, now: float) -> Events:
        """The events of one data frame, heartbeats aside. Raises DecodeError and stays as it was."""
        raise NotImplementedError

    def contradicted_by(self, event: MarketEvent) -> bool:  # noqa: ARG002
        """Whether a REST answer shows that this channel kept something back; only some channels can tell."""
        return False

    def heartbeat(self, now: float) -> MarketEvent | HeartbeatSeen:
        """The exchange says that the channel is alive."""
        return HeartbeatSeen(self.topic, now)

    def lose(self, reason: str, now: float) -> ChannelLost:
        """Report the loss."""
        self.lost = True
        return ChannelLost(self.topic, reason, now)

    def ended(self, reason: str, now: float) -> MarketEvent | ChannelLost:
        """Report that the exchange ended the subscription."""
        return self.lose(reason, now)


class TickerChannel(Channel):
    """Every frame is the whole ticker."""

    def take(self, frame: Frame, now: float) -> Events:
        """The ticker."""
        if frame.tag is not None:
            return []
        ticker = payloads.read_ticker(frame.payload)
        self.synced = True
        return [TickerSeen(self.symbol, ticker, Source.WEBSOCKET, now)]


class CandlesChannel(Channel):
    """A list of candles first, single ones after it."""

    def take(self, frame: Frame, now: float) -> Events:
        """The candles of a list, or one candle."""
        if frame.tag is not None:
            return []
        timeframe = self.subscription.timeframe
        assert timeframe is not None
        listing = payloads.is_listing(frame.payload)
        read = payloads.read_candles(frame.payload) if listing else (payloads.read_candle(frame.payload),)
        self.synced = True
        return [CandlesSeen(self.symbol, timeframe, read, listing, Source.WEBSOCKET, now)]


class SeenTrades:
    """The trades that a socket has delivered lately, so that each is passed on once."""

    def __init__(self, capacity: int = 4096) -> None:
        self.capacity = capacity
        self.newest = 0
        """The greatest id; ids grow with time."""
        self._trades: dict[int, Trade] = {}

    def add(self, trade: Trade) -> bool:
        """Remember a trade; False where exactly this one is known."""
        if self._trades.get(trade.id) == trade:
            return False
        self._trades[trade.id] = trade
        self.newest = max(self.newest, trade.id)
        if len(self._trades) > self.capacity:
            del self._trades[next(iter(self._trades))]
        return True


class TradesChannel(Channel):
    """A list of trades first; then each trade as `te`, and mostly once more as `tu`, in another order."""

    snapshot_only = False

    def __init__(self, subscription: Subscription, sub_id: str, seen: SeenTrades) -> None:
        super().__init__(subscription, sub_id)
        self.seen = seen

    def contradicted_by(self, event: MarketEvent) -> bool:
        """True where a trade is listed that is newer than all that came."""
        if not isinstance(event, TradesSeen) or event.symbol != self.symbol:
            return False
        return any(trade.id > self.seen.newest for trade in event.trades)

    def take(self, frame: Frame, now: float) -> Events:
        """The trades of a list, or one trade that was not passed on before."""
        if frame.tag in ("te", "tu"):
            trade = payloads.read_trade(frame.payload)
            if not self.seen.add(trade):
                return []
            return [TradesSeen(self.symbol, (trade,), False, Source.WEBSOCKET, now)]
        if frame.tag is not None:
            return []
        trades = payloads.read_trades(frame.payload)
        for trade in reversed(trades):
            self.seen.add(trade)
        self.synced = True
        return [TradesSeen(self.symbol, trades, True, Source.WEBSOCKET, now)]


class BookChannel(Channel):
    """The whole book first, then one level a frame, and a checksum every few seconds."""

    snapshot_only = False

    def __init__(self, subscription: Subscription, sub_id: str) -> None:
        super().__init__(subscription, sub_id)
        self.replica = Replica((), self._length)
        self.crossed_since: float | None = None
        """Since when the best bid is not below the best ask; between two frames of a batch that is nothing to mind."""

    @property
    def _length(self) -> int:
        assert self.subscription.length is not None
        return self.subscription.length

    def contradicted_by(self, event: MarketEvent) -> bool:
        """True where the best levels differ."""
        if not isinstance(event, BookSnapshotSeen) or event.symbol != self.symbol:
            return False
        if event.precision != self.subscription.precision:
            return False  # one of them was asked for before the user chose otherwise: they cannot be compared
        return Replica(event.rows, self._length).best(_COMPARED) != self.replica.best(_COMPARED)

    def take(self, frame: Frame, now: float) -> Events:
        """A book, its changes, or the result of a checksum."""
        if frame.tag == "cs":
            return self._check(integer(frame.payload), now)
        if frame.tag is not None:
            return []
        if not self.synced:
            return self._begin(frame.payload, now)
        if payloads.is_listing(frame.payload):
            rows = payloads.read_book(frame.payload)
        else:
            rows = (payloads.read_book_row(frame.payload),)
        return [event for row in rows for event in self.change(*row, now)]

    def change(self, price: float, count: int, amount: float, now: float) -> tuple[BookChanged | ChannelLost, ...]:
        """Apply one row that was checked already: the hot path of the whole program."""
        replica = self.replica
        if replica.change(price, count, amount) or self.crossed_since is not None:
            self._look_for_cross(now)
        event = BookChanged(self.symbol, price, count, amount, now)
        if replica.outgrown and not self.lost:
            return event, self.lose(f"the book holds more than the {self._length} levels asked for", now)
        return (event,)

    def _look_for_cross(self, now: float) -> None:
        """Only a new level can cross the book, and only a change end it."""
        if not self.replica.crossed:
            self.crossed_since = None
        elif self.crossed_since is None:
            self.crossed_since = now

    def _begin(self, payload: object, now: float) -> Events:
        if not payloads.is_listing(payload):
            raise DecodeError("The exchange sent a change of the book before the book.")
        rows: tuple[Row, ...] = payloads.read_book(payload)
        replica = Replica(rows, self._length)
        if replica.outgrown:
            raise DecodeError(f"The exchange sent a book of {len(rows)} levels; {self._length} a side were asked for.")
        self.replica = replica
        self.synced = True
        return [BookSnapshotSeen(self.symbol, rows, Source.WEBSOCKET, now, self.subscription.precision, self._length)]

    def stays_crossed(self, now: float) -> bool:
        """Whether the book has been crossed for longer than a batch, or a checksum, can explain."""
        return self.crossed_since is not None and not self.lost and now >= self.crossed_since + CROSSED_PATIENCE

    def _check(self, expected: int | None, now: float) -> Events:
        """Compare a checksum. After one that did not agree nothing is compared until there is a new snapshot."""
        if expected is None:
            raise DecodeError("The exchange sent a checksum that is not a number.")
        if not self.synced or self.lost:
            return []
        if self.replica.checksum() == expected:
            self.crossed_since = None  # if it is crossed, then at the exchange too
            return [BookChecked(self.symbol, True, now)]
        return [BookChecked(self.symbol, False, now), self.lose("the checksum of the book did not agree", now)]

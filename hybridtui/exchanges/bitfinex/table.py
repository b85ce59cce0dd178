"""The channels of one socket together: which are wanted, which are on their way, which are to be dropped.

Never more than `MAX_CHANNELS` are asked for or granted at the same time, those included that were dropped before their
answer came. What finds no room is held back until an answer makes some; the view comes before what is only watched.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import chain

from hybridtui.exchanges.bitfinex import constants
from hybridtui.exchanges.bitfinex.channels import (
    BookChannel,
    CandlesChannel,
    Channel,
    SeenTrades,
    Subscription,
    TickerChannel,
    TradesChannel,
    subscriptions,
)
from hybridtui.exchanges.bitfinex.spelling import Spelling
from hybridtui.exchanges.bitfinex.watched import WATCHED_MOST, WatchedTicker, watched_ticker
from hybridtui.market.feed import View
from hybridtui.market.source import Topic

_ABANDONED = 64
"""How many withdrawn requests are remembered; an exchange that never answers must not fill the memory."""
_GIVEN = 1024
"""How many ids are remembered: more than can be waiting for an answer."""


class ChannelTable:
    """For each topic the channel that delivers, and where one is on its way, the channel that will take over.

    `send` is called with every request, in order.
    """

    def __init__(self, send: Callable[[dict[str, object]], None], spelling: Spelling) -> None:
        self._send = send
        self._spelling = spelling
        self._view: View | None = None
        self._wanted: dict[Topic, Subscription] = {}
        self.current: dict[Topic, Channel] = {}
        self.successors: dict[Topic, Channel] = {}
        self.watched: dict[str, Channel] = {}
        """The tickers of other markets, by symbol."""
        self._watch: tuple[str, ...] = ()
        self._watch_most = WATCHED_MOST
        self._held: list[Channel] = []
        """Not asked for yet, for want of room."""
        self._abandoned: list[Channel] = []
        """Dropped before they had a number to unsubscribe by."""
        self._by_id: dict[int, Channel] = {}
        self._given: deque[str] = deque(maxlen=_GIVEN)
        """The newest ids of ours."""
        self._asked = 0
        self._seen: dict[str, SeenTrades] = {}

    def look_at(self, view: View, now: float | None) -> None:
        """Ask for what the view needs and is not there, drop what it does not need; see `session.py` for the rules."""
        self._view, self._wanted = view, subscriptions(view, self._spelling)
        for topic, wanted in self._wanted.items():
            self._drop_unwanted(topic, wanted)
        self._drop_watched()
        for topic, wanted in self._wanted.items():
            current = self.current.get(topic)
            if current is None:
                self.current[topic] = self._open(wanted, now)
            elif current.subscription != wanted and topic not in self.successors:
                self.successors[topic] = self._open(wanted, now)
        self._open_watched(now)

    def watch(self, symbols: Sequence[str], now: float | None) -> None:
        """Ask for the tickers of these markets, the first ones where there are too many; the view has its own."""
        self._watch = tuple(symbols)
        self._drop_watched()
        self._open_watched(now)

    def shed(self, channel: Channel) -> tuple[str, ...]:
        """The exchange has no room for a channel: watch fewer. Returns the symbols that are watched no more."""
        before = tuple(self.watched)
        granted = sum(each.chan_id is not None for each in self.watched.values())
        self._watch_most = min(self._watch_most, granted if channel.subscription.watched else granted - len(Topic.DATA))
        self._watch_most = max(self._watch_most, 0)
        self._drop_watched()
        return tuple(symbol for symbol in before if symbol not in self.watched)

    def _watchable(self) -> tuple[str, ...]:
        looked_at = "" if self._view is None else self._view.instrument.symbol
        return tuple(symbol for symbol in self._watch if symbol != looked_at)[: self._watch_most]

    def _drop_watched(self) -> None:
        for symbol in set(self.watched).difference(self._watchable()):
            self._drop(self.watched.pop(symbol))

    def _open_watched(self, now: float | None) -> None:
        for symbol in self._watchable():
            if symbol not in self.watched:
                self.watched[symbol] = self._open(watched_ticker(symbol), now)
        self._release()

    def _drop_unwanted(self, topic: Topic, wanted: Subscription) -> None:
        successor, current = self.successors.get(topic), self.current.get(topic)
        if successor is not None and successor.subscription != wanted:
            self._drop(self.successors.pop(topic))
            if current is not None and current.subscription == wanted and topic is Topic.CANDLES:
                # Back before the other one came: the old one owes no snapshot, and without one nobody is told that it
                # is in charge of candles that may be the other's by now, over REST.
                self._drop(self.current.pop(topic))
                return
        if current is None or current.subscription == wanted:
            return
        if current.symbol != wanted.symbol or not current.synced:
            self._drop(self.current.pop(topic))
            if topic in self.successors:
                self.current[topic] = self.successors.pop(topic)

    def resubscribe(self, topics: Topic, now: float) -> None:
        """Drop the channels of these topics and ask for them anew; with all of them what is watched, too."""
        if self._view is not None:
            self._wanted = subscriptions(self._view, self._spelling)
        chosen = [topic for topic in self._wanted if topic in topics]
        for topic in chosen:
            if topic in self.successors:
                self._drop(self.successors.pop(topic))
            self._drop(self.current.pop(topic))
        for topic in chosen:
            self.current[topic] = self._open(self._wanted[topic], now)
        if Topic.DATA in topics:
            while self.watched:
                self._drop(self.watched.popitem()[1])
        self._open_watched(now)

    def promote(self, channel: Channel) -> None:
        """Let a channel that has its first data take over from its predecessor, if it has one."""
        if self.successors.get(channel.topic) is channel:
            self._drop(self.current[channel.topic])
            self.current[channel.topic] = self.successors.pop(channel.topic)
            self._release()

    def find(self, chan_id: int) -> Channel | None:
        """The channel that the exchange knows by this number."""
        return self._by_id.get(chan_id)

    def asked_for(self, event: dict[str, object]) -> Channel | None:
        """The channel whose request an event answers: by our id if it carries one, else by what it repeats.

        Whatever it repeats has to be what was asked for: in a recording other requests may have had the same ids.
        An id that is not known any more answers nobody: what it was asked for may have been asked for anew since.
        """
        asked = chain(self, self.watched.values(), self._abandoned)
        open_requests = [channel for channel in asked if channel.chan_id is None and channel not in self._held]
        if event.get("subId") in self._given:
            mine = [channel for channel in open_requests if channel.sub_id == event["subId"]]
            return next((channel for channel in mine if not channel.subscription.contradicted_by(event)), None)
        return next((channel for channel in open_requests if channel.subscription.echoed_by(event)), None)

    def acknowledge(self, channel: Channel, chan_id: int, now: float) -> None:
        """Give a channel its number; one that is no longer wanted is unsubscribed by it."""
        channel.asked = False
        if channel in self._abandoned:
            self._abandoned.remove(channel)
            self._send({"event": "unsubscribe", "chanId": chan_id})
            self._release()
            return
        channel.chan_id, channel.waiting_since = chan_id, now
        self._by_id[chan_id] = channel

    def refuse(self, channel: Channel) -> bool:
        """Note that no number will come; False where the channel is no longer wanted anyway."""
        channel.asked = False
        abandoned = channel in self._abandoned
        if abandoned:
            self._abandoned.remove(channel)
        self._release()
        return not abandoned

    def forget(self, channel: Channel) -> None:
        """Take a number back that the exchange declared invalid."""
        if channel.chan_id is not None:
            self._by_id.pop(channel.chan_id, None)
            channel.chan_id = None

    def waiting(self) -> list[Channel]:
        """The channels whose acknowledgement or first data is still to come."""
        return [c for c in self if not c.synced and not c.lost and c.waiting_since is not None]

    def wait_from(self, now: float) -> None:
        """Begin anew to wait for all that has not come yet."""
        for channel in self:
            channel.waiting_since = now

    @property
    def book(self) -> BookChannel | None:
        """The book channel that delivers, once it has its snapshot."""
        channel = self.current.get(Topic.BOOK)
        return channel if isinstance(channel, BookChannel) and channel.synced else None

    def __iter__(self) -> Iterator[Channel]:
        return chain(self.current.values(), self.successors.values())

    def _open(self, wanted: Subscription, now: float | None) -> Channel:
        """Ask for a channel; a request that was withdrawn but not answered is taken up again."""
        channel = next((each for each in self._abandoned if each.subscription.fields == wanted.fields), None)
        if channel is None:
            channel = self._make(wanted, self._new_id(wanted))
        else:
            self._abandoned.remove(channel)
            on_its_way = not channel.lost
            channel = channel if channel.subscription == wanted else self._make(wanted, channel.sub_id)
            channel.asked, channel.waiting_since, channel.lost = on_its_way, now, False
            if on_its_way:
                return channel
        channel.asked, channel.waiting_since = False, now
        if self._used() < constants.MAX_CHANNELS:
            self._ask(channel)
        else:
            self._held.append(channel)
        return channel

    def _new_id(self, wanted: Subscription) -> str:
        self._asked += 1
        self._given.append(f"{wanted.channel}-{self._asked}")
        return self._given[-1]

    def _ask(self, channel: Channel) -> None:
        channel.asked = True
        self._send({"event": "subscribe", **channel.subscription.fields, "subId": channel.sub_id})

    def _used(self) -> int:
        """How many channels the exchange counts at the most: granted ones, and requests without an answer yet."""
        waiting = sum(each.chan_id is None and each.asked for each in chain(self, self.watched.values()))
        return len(self._by_id) + waiting + len(self._abandoned)

    def _release(self) -> None:
        """Ask for what was held back, as far as there is room: the view first."""
        while self._held and self._used() < constants.MAX_CHANNELS:
            channel = min(self._held, key=lambda each: each.subscription.watched)
            self._held.remove(channel)
            self._ask(channel)

    def _make(self, wanted: Subscription, sub_id: str) -> Channel:
        if wanted.watched:
            return WatchedTicker(wanted, sub_id)
        match wanted.topic:
            case Topic.TICKER:
                return TickerChannel(wanted, sub_id)
            case Topic.BOOK:
                return BookChannel(wanted, sub_id)
            case Topic.CANDLES:
                return CandlesChannel(wanted, sub_id)
            case _:
                if wanted.symbol not in self._seen:
                    self._seen = {wanted.symbol: SeenTrades()}
                return TradesChannel(wanted, sub_id, self._seen[wanted.symbol])

    def _drop(self, channel: Channel) -> None:
        if channel in self._held:
            self._held.remove(channel)
        elif channel.chan_id is not None:
            self._send({"event": "unsubscribe", "chanId": channel.chan_id})
            self.forget(channel)
        elif channel.asked:
            self._abandoned = [*self._abandoned[-_ABANDONED + 1 :], channel]

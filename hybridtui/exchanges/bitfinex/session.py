"""One WebSocket connection to Bitfinex, from our side: texts in, events out; requests to send in `outgoing()`.

Theory of operation
===================

**Asking.** The flags (`conf`) and the four subscriptions of the view go out at once; the exchange may greet us before
or after. Every subscription carries an id of ours (`subId`), which answers repeat with what was asked for, and both
have to agree; where an answer carries no id of ours, it is matched by what it echoes. Answers come in any order and up
to 13 s late. A subscription is a `Channel` (see `channels.py`), which lives through *asked*, *acknowledged* (it has
the exchange's number) and *synced* (its first data came, reported by `ChannelSynced` right after them). What takes
longer than `ack_timeout` is reported once as `ChannelLost`; what happens then is the supervisor's decision, and
`resubscribe` carries it out.

**Reading.** Arrays are data, objects are events. Nearly all arrays are one changed level of the book, so `receive`
tries that shape first, with a decoder that checks as it reads. Everything else is decoded as what it is. A text
without any shape of the protocol raises `DecodeError` and changes nothing; but a book or a tape that misses a frame
is no longer complete, so the channel that the frame was for is reported as lost at the next `tick`, which is due at
once.

**Counting.** With `SEQ_ALL` one counter numbers all array frames of the socket: all channels, heartbeats, checksums.
A number that is not the next one is `ChannelLost` for everything. Where the flag was not granted frames carry no
numbers, and then nothing is counted: the layout is read off each frame.

**Checking.** The book channel keeps a replica of exactly what it was sent, and compares it with each checksum of the
exchange. Without the flag there are no checksums, and the book stays unverified.

**Changing the view.** `look_at` keeps the channels that both views need. Another market drops the old channels at
once. Within one market (another timeframe, a longer book) the old channel of a topic goes on until its successor has
its first data, and is dropped in that step, so that the screen never lacks what it had. After unsubscribing, frames
of the old number may still arrive; numbers that are not known are ignored, as are early heartbeats. A channel dropped
before it was acknowledged has no number to unsubscribe by: it is remembered, and unsubscribed when its
acknowledgement comes.

**Watching.** Beside the view's four channels there are tickers of other markets, as many as the exchange surely allows
on one socket. They are told by events of their own (`market.quote_events`); whatever happens to them is no loss to the
view, and where the exchange has no room for a channel of the view, some of them are given up.
"""

from collections.abc import Callable, Sequence

import msgspec

from hybridtui.errors import DecodeError
from hybridtui.exchanges.base import (
    ChannelLost,
    ChannelSynced,
    MaintenanceEnded,
    MaintenanceStarted,
    PongSeen,
    RestartAnnounced,
    SessionEvent,
    SessionOpened,
)
from hybridtui.exchanges.bitfinex import constants
from hybridtui.exchanges.bitfinex.channels import CROSSED_PATIENCE, BookChannel, Channel
from hybridtui.exchanges.bitfinex.counter import FrameCounter
from hybridtui.exchanges.bitfinex.frames import UNREADABLE, Frame, decode, decode_delta, integer
from hybridtui.exchanges.bitfinex.payloads import plain_text
from hybridtui.exchanges.bitfinex.spelling import Spelling
from hybridtui.exchanges.bitfinex.table import ChannelTable
from hybridtui.exchanges.bitfinex.watched import TOO_MANY, WatchedTicker
from hybridtui.market.events import MarketEvent, Notice, Severity, SymbolRefused
from hybridtui.market.feed import View
from hybridtui.market.quote_events import QuotesLost
from hybridtui.market.source import Topic

Event = MarketEvent | SessionEvent


class BitfinexSession:
    """The `Session` protocol for Bitfinex."""

    def __init__(
        self, view: View, ack_timeout: float = constants.ACK_TIMEOUT, spelling: Spelling | None = None
    ) -> None:
        self._ack_timeout = ack_timeout
        self._spelling = spelling or Spelling()
        self._out: list[str] = []
        self._counter = FrameCounter()
        self._pings: dict[int, float] = {}
        """When each ping was sent, by its number; the oldest first."""
        self._pinged = 0
        self._channels = ChannelTable(self._send, self._spelling)
        self._heard = False
        """Waiting for answers begins with the first frame: until then the socket may not even be open."""
        self._paused = False
        """True during maintenance, when nothing is to be expected."""
        self._foreign = False
        """The exchange greeted us in another version of the protocol: what it says would be misread."""
        self._owed: list[SessionEvent] = []
        """Losses noticed while a DecodeError was raised; the next `tick` hands them out."""
        self._owed_at = 0.0
        self._refused: set[str] = set()
        self._book: BookChannel | None = None
        self._book_id = -1
        self._handlers: dict[str, Callable[[dict[str, object], float], list[Event]]] = {
            "info": self._info,
            "conf": self._conf,
            "subscribed": self._subscribed,
            "unsubscribed": self._unsubscribed,
            "error": self._error,
            "pong": self._pong,
        }
        self._send({"event": "conf", "flags": constants.FLAGS})
        self._channels.look_at(view, None)

    # What the feed calls.

    def receive(self, text: str | bytes, now: float) -> Sequence[Event]:
        """Read one frame. Raises DecodeError where it has no shape of the protocol; the session goes on unharmed."""
        try:
            delta = decode_delta(text)
        except UNREADABLE:
            return self._receive_any(text, now)
        row, book, counter = delta.row, self._book, self._counter
        price, count, amount, first = row.price, row.count, row.amount, delta.first
        if delta.channel != self._book_id or book is None or (count and not amount):
            return self._receive_any(text, now)
        if first == counter.next:
            counter.next = first + 1
        elif first:
            return self._receive_any(text, now)
        return book.change(price, count, amount, now)

    def outgoing(self) -> list[str]:
        """The texts to send now, in order; each is handed out once."""
        texts, self._out = self._out, []
        return texts

    def look_at(self, view: View, now: float) -> None:
        """Subscribe what another view needs and drop what it does not."""
        self._refused.clear()
        self._channels.look_at(view, now if self._heard else None)
        self._route()

    def watch(self, symbols: Sequence[str], now: float) -> None:
        """Subscribe the tickers of other markets, as many as one socket carries."""
        self._channels.watch(symbols, now if self._heard else None)

    def resubscribe(self, topics: Topic, now: float) -> None:
        """Drop these channels and subscribe them anew, for fresh snapshots."""
        self._refused.clear()
        self._channels.resubscribe(topics, now)
        self._route()

    def contradicted_by(self, event: MarketEvent) -> bool:
        """Whether a REST book or list of trades tells of what this session should have told and did not."""
        return any(channel.synced and channel.contradicted_by(event) for channel in self._channels)

    def ping(self, now: float) -> None:
        """Ask for a pong."""
        self._pinged += 1
        self._pings[self._pinged] = now
        if len(self._pings) > 16:
            del self._pings[next(iter(self._pings))]
        self._send({"event": "ping", "cid": self._pinged})

    def deadline(self) -> float | None:
        """When `tick` has to be called at the latest, None where nothing is being waited for."""
        times = [self._owed_at] if self._owed else []
        if self._heard and not self._paused:
            times += [(channel.waiting_since or 0.0) + self._ack_timeout for channel in self._channels.waiting()]
        if self._book is not None and self._book.crossed_since is not None and not self._book.lost:
            times.append(self._book.crossed_since + CROSSED_PATIENCE)
        return min(times, default=None)

    def tick(self, now: float) -> Sequence[SessionEvent]:
        """Notice what did not happen in time."""
        events, self._owed = self._owed, []
        if self._book is not None and self._book.stays_crossed(now):
            events.append(self._book.lose("the book stayed crossed", now))
        if not self._heard or self._paused:
            return events
        for channel in self._channels.waiting():
            if now >= (channel.waiting_since or 0.0) + self._ack_timeout:
                what = "subscribed" if channel.chan_id is None else "filled"
                name = channel.subscription.channel
                events.append(channel.lose(f"the {name} channel was not {what} within {self._ack_timeout:g} s", now))
        return events

    # Arrays: the data of channels.

    def _receive_any(self, text: str | bytes, now: float) -> list[Event]:
        """Any frame but a change of the book that is simply next."""
        content = decode(text)
        if self._foreign:
            return []
        if not self._heard:
            self._heard = True
            self._channels.wait_from(now)
        return self._data(content, now) if isinstance(content, Frame) else self._event(content, now)

    def _data(self, frame: Frame, now: float) -> list[Event]:
        gap = self._counter.count(frame.sequence)
        events: list[Event] = [] if gap is None else [ChannelLost(Topic.DATA, gap, now)]
        channel = self._channels.find(frame.channel)
        if channel is None:
            return events
        if frame.tag == "hb":
            return [*events, channel.heartbeat(now)]
        try:
            return events + self._content(channel, frame, now, gapless=gap is None)
        except DecodeError:
            self._owe(channel, gap, now)
            raise

    def _content(self, channel: Channel, frame: Frame, now: float, *, gapless: bool) -> list[Event]:
        """What a frame of a known channel says; the first one that has data puts the channel in charge.

        After a gap all channels are lost and subscribed anew, this one too, whatever it has just begun with.
        """
        was_synced = channel.synced
        events: list[Event] = list(channel.take(frame, now))
        if channel.synced and not was_synced:
            channel.lost = False
            self._channels.promote(channel)
            self._route()
            events += [ChannelSynced(channel.topic, now)] if channel.topic and gapless else []
        return events

    def _owe(self, channel: Channel, gap: str | None, now: float) -> None:
        """Remember for `tick` what a frame that cannot be read means for its channel."""
        self._owed_at = now
        if gap is not None:
            self._owed.append(ChannelLost(Topic.DATA, gap, now))
        if channel.synced and not channel.lost and not channel.snapshot_only:
            self._owed.append(channel.lose("one of its frames could not be read", now))

    def _route(self) -> None:
        """Point the hot path at the book that delivers now."""
        book = self._channels.book
        self._book = book
        self._book_id = -1 if book is None or book.chan_id is None else book.chan_id

    # Objects: events.

    def _event(self, event: dict[str, object], now: float) -> list[Event]:
        name = event.get("event")
        if not isinstance(name, str):
            raise DecodeError("The exchange sent an object that is not an event.")
        handler = self._handlers.get(name)
        return [] if handler is None else handler(event, now)

    def _info(self, event: dict[str, object], now: float) -> list[Event]:
        """A greeting, or one of the codes that announce what the server is about to do."""
        if "version" in event:
            return [self._greeting(event, now)]
        code = _number(event.get("code"))
        if code == constants.INFO_RESTART:
            return [RestartAnnounced(now)]
        if code == constants.INFO_MAINTENANCE_STARTED:
            self._paused = True
            return [MaintenanceStarted(now)]
        if code == constants.INFO_MAINTENANCE_ENDED:
            self._resume(now)
            return [MaintenanceEnded(now)]
        text = plain_text(event.get("msg"))
        return [Notice(f"Bitfinex says: {text}", Severity.INFO, now)] if text else []

    def _greeting(self, event: dict[str, object], now: float) -> SessionOpened:
        version, platform = _number(event["version"]), event.get("platform", {})
        self._foreign = version != constants.VERSION
        if self._foreign:
            raise DecodeError(
                f"The exchange speaks another version of its protocol than {constants.VERSION}; update this program."
            )
        if not isinstance(platform, dict):
            raise DecodeError("The exchange greeted us without saying whether it is operative.")
        operative = _number(platform.get("status", 1)) != 0
        if operative:
            self._resume(now)
        else:
            self._paused = True
        return SessionOpened(operative, now)

    def _resume(self, now: float) -> None:
        """Expect answers (again)."""
        self._paused = False
        self._channels.wait_from(now)

    def _conf(self, event: dict[str, object], now: float) -> list[Event]:
        """The flags were granted or not; what was granted shows in the frames."""
        if event.get("status") == "OK":
            return []
        text = "Bitfinex did not grant sequence numbers and checksums; the book stays unverified."
        return [Notice(text, Severity.INFO, now)]

    def _subscribed(self, event: dict[str, object], now: float) -> list[Event]:
        self._adopt(self._channels.asked_for(event), _channel_number(event), now)
        return []

    def _adopt(self, channel: Channel | None, chan_id: int, now: float) -> None:
        """Note the exchange's number of a channel; a number that another channel has already is not believed."""
        if self._channels.find(chan_id) is not None or channel is None:
            return
        self._channels.acknowledge(channel, chan_id, now)
        self._route()

    def _unsubscribed(self, event: dict[str, object], now: float) -> list[Event]:
        """Ours are forgotten when they are asked to end, so a channel that is still known was ended by the exchange."""
        channel = self._channels.find(_channel_number(event))
        if channel is None or event.get("status", "OK") != "OK":
            return []
        self._channels.forget(channel)
        self._route()
        return [channel.ended("the exchange ended the subscription", now)]

    def _error(self, event: dict[str, object], now: float) -> list[Event]:
        code, text = _number(event.get("code")), plain_text(event.get("msg"))
        channel = self._channels.asked_for(event) if "channel" in event or "subId" in event else None
        if code == constants.ERROR_DUPLICATE:
            if integer(event.get("chanId")) is not None:
                self._adopt(channel, _channel_number(event), now)
            return []
        if code in (constants.ERROR_UNSUBSCRIBE, constants.ERROR_NOT_SUBSCRIBED):
            return []
        if channel is None:
            return self._complaint(code, text, now)
        if not self._channels.refuse(channel):
            return []
        shed = self._channels.shed(channel) if code == constants.ERROR_CHANNEL_LIMIT else ()
        events: list[Event] = [QuotesLost(shed, TOO_MANY, now)] if shed else []
        if isinstance(channel, WatchedTicker):
            return [*events, channel.refused(code, text, now)]
        if code == constants.ERROR_UNKNOWN_PAIR or (code == constants.ERROR_SUBSCRIBE and text.startswith("symbol")):
            return self._refuse_symbol(channel.symbol, now)
        self._spelling.refused(channel.subscription.timeframe)
        why = f"the exchange refused the {channel.subscription.channel} channel: {text} ({code})"
        return [*events, channel.lose(why, now)]

    def _complaint(self, code: int | None, text: str, now: float) -> list[Event]:
        """An error that belongs to no subscription of ours."""
        if code == constants.ERROR_CONF:
            return self._conf({}, now)
        return [Notice(f"Bitfinex reports an error: {text or 'no text'} ({code}).", Severity.WARNING, now)]

    def _refuse_symbol(self, symbol: str, now: float) -> list[Event]:
        """Say once that the exchange does not know a symbol, and expect nothing more of it."""
        for channel in self._channels:
            channel.lost = channel.lost or (channel.symbol == symbol and not channel.synced)
        if symbol in self._refused:
            return []
        self._refused.add(symbol)
        return [SymbolRefused(symbol, (), now)]

    def _pong(self, event: dict[str, object], now: float) -> list[Event]:
        """The pong to the ping of this number, or to the oldest one where it carries none."""
        number = integer(event["cid"]) if "cid" in event else next(iter(self._pings), None)
        if number is None or number not in self._pings:
            return []
        sent = self._pings[number]
        self._pings = {later: at for later, at in self._pings.items() if later > number}
        return [PongSeen(max(0.0, now - sent), now)]

    def _send(self, request: dict[str, object]) -> None:
        self._out.append(msgspec.json.encode(request).decode())


def _number(value: object) -> int | None:
    """A code, which old servers write as text."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 20:
        return int(value)
    return integer(value)


def _channel_number(event: dict[str, object]) -> int:
    number = integer(event.get("chanId"))
    if number is None or number < 0:
        raise DecodeError("The exchange named a channel without its number.")
    return number

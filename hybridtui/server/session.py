"""One client's WebSocket session from the server's side. PURE: texts in, texts out, time is a parameter.

The market is moved by whoever owns it; `notice` tells the session what happened, and `tick` lets it send what has
become due. Channel ids are random and belong to this session alone. Times are monotonic seconds; only the TIMESTAMP
flag shows the market's own date.
"""

from collections.abc import Callable, Iterable
from itertools import cycle, islice
from random import Random

import msgspec

from hybridtui.server.channels import BookChannel, Channel, Frame, open_channel
from hybridtui.server.faults import Faults
from hybridtui.server.garbage import garbage
from hybridtui.server.market import Change, Market
from hybridtui.server.opened import OpenedChannel
from hybridtui.server.options import SessionOptions
from hybridtui.server.subscription import SUBSCRIBE_FAILED, SubscribeRefusedError, Subscription, read_subscription
from hybridtui.server.wire import encode

TIMESTAMP = 32_768
SEQUENCE = 65_536
CHECKSUM = 131_072
BULK = 536_870_912

STOPPING = 20_051
MAINTENANCE_STARTED = 20_060
MAINTENANCE_ENDED = 20_061
_ANNOUNCEMENTS = {
    STOPPING: "Stopping. Please try to reconnect",
    MAINTENANCE_STARTED: "Entering in Maintenance mode. Please pause any activity",
    MAINTENANCE_ENDED: "Resync from the Trading Engine ended",
}

_Request = dict[str, object]
_ONE_MOMENT = 0.25
"""Seconds within which requests came together."""


class ServerSession:
    """The protocol state of one connection; its greeting is in `outgoing()` at once."""

    def __init__(
        self,
        market: Market,
        random: Random,
        now: float,
        *,
        options: SessionOptions = SessionOptions(),  # noqa: B008
        epoch: float | None = None,
        operative: bool = True,
        faults: Faults | None = None,
    ) -> None:
        """`epoch` is the moment from which the heartbeat grid counts, common to all sessions of a server."""
        self._faults = Faults() if faults is None else faults
        self._market, self._random, self._options = market, random, options
        self._out: list[str] = []
        self._channels: dict[int, OpenedChannel] = {}
        self._late: list[tuple[float, _Request]] = []
        self._flags = self._sequence = 0
        self._losing, self._losing_topic = 0, ""
        self._heard = False
        self._opened = now
        self._epoch = now if epoch is None else epoch
        self._next_heartbeat = self._heartbeat_after(now)
        self._say({"event": "info", "version": 2, "serverId": _uuid(random), "platform": {"status": int(operative)}})

    @property
    def subscriptions(self) -> list[Subscription]:
        """What the client is subscribed to now."""
        return [opened.what for opened in self._channels.values()]

    def expired(self, now: float) -> bool:
        """True where the client neither subscribed nor said anything for too long: the exchange cuts such a socket."""
        return not self._heard and not self._channels and now >= self._opened + self._options.idle

    def outgoing(self) -> list[str]:
        """The texts to send now, in order; each is handed out once."""
        texts, self._out = self._out, []
        return texts

    def receive(self, text: str | bytes, now: float) -> None:
        """Read what the client sent; what is no JSON object is ignored, as the exchange does."""
        self._heard = True
        try:
            request = msgspec.json.decode(text, type=dict[str, object])
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return
        answers: dict[object, Callable[[_Request, float], None]] = {
            "subscribe": self._subscribe,
            "unsubscribe": self._unsubscribe,
            "conf": self._configure,
            "ping": self._pong,
        }
        event = request.get("event")
        answer = answers.get(event) if isinstance(event, str) else None
        if answer is None:
            name = event if isinstance(event, (str, int)) else "undefined"
            self._say({"event": "error", "msg": f"event: invalid ({name})", "code": 10000})
        else:
            answer(request, now)

    def notice(self, changes: Iterable[Change], now: float) -> None:
        """Take note of what happened in the market."""
        for change in changes:
            for number, opened in self._channels.items():
                if opened.what.symbol == change.symbol:
                    self._send_all(number, opened.notice(change, now))

    def deadline(self) -> float:
        """When `tick` has to be called at the latest."""
        waiting = [due for opened in self._channels.values() if (due := opened.deadline()) is not None]
        waiting += [due for due, _ in self._late]
        if not self._heard and not self._channels:
            waiting.append(self._opened + self._options.idle)
        return min([*waiting, self._next_heartbeat])

    def tick(self, now: float) -> None:
        """Send what has become due."""
        self._catch_up(now)
        for number, opened in self._channels.items():
            self._send_all(number, opened.tick(now))
        if now >= self._next_heartbeat:
            self._next_heartbeat = self._heartbeat_after(now)
            for number in self._channels:
                self._send(number, "hb")

    def announce(self, code: int) -> None:
        """Say STOPPING, MAINTENANCE_STARTED or MAINTENANCE_ENDED."""
        self._say({"event": "info", "code": code, "msg": _ANNOUNCEMENTS[code]})

    def lose_next_frame(self, count: int = 1, topic: str = "") -> None:
        """Let the next array frames get lost on the way: numbered, they count as sent, but are not handed out.

        `topic` is the channel (ticker, trades, book, candles) whose frames are meant; empty means any.
        """
        self._losing, self._losing_topic = count, topic

    def corrupt_level(self, place: int) -> None:
        """Send the bid at a place (0 is the best) of every book with a wrong amount, until its price leaves."""
        for number, opened in self._channels.items():
            self._send_all(number, opened.corrupt(place))

    def owe_checksums(self) -> None:
        """Send a checksum of every book soon, even where nothing changes."""
        for opened in self._channels.values():
            if isinstance(opened.channel, BookChannel):
                opened.channel.owe_checksum()

    def repeat(self, frames: int) -> None:
        """Send so many frames at once, all of which repeat what is known; none where there is no channel."""
        known = [(number, frame) for number, opened in self._channels.items() for frame in opened.repetition()]
        for number, frame in islice(cycle(known), frames):
            self._send(number, *frame)

    def talk_nonsense(self) -> None:
        """Send texts that are not of the protocol."""
        self._out += garbage(self._channels)

    def inject(self, text: str) -> None:
        """Send a text that the protocol does not know of."""
        self._out.append(text)

    def _subscribe(self, request: _Request, now: float) -> None:
        if "late-acks" in self._faults:
            self._late.append((now + self._faults.number("late-acks", "delay"), request))
        else:
            self._take_up(request, now)

    def _catch_up(self, now: float) -> None:
        """Answer the subscriptions that were left lying, those of one moment in the wrong order."""
        if "late-acks" in self._faults and not any(due <= now for due, _ in self._late):
            return
        ready = [entry for entry in self._late if "late-acks" not in self._faults or entry[0] <= now + _ONE_MOMENT]
        self._late = [entry for entry in self._late if entry not in ready]
        for _, request in reversed(ready):
            self._take_up(request, now)

    def _take_up(self, request: _Request, now: float) -> None:
        try:
            wanted = read_subscription(request, self._market.symbols)
        except SubscribeRefusedError as refusal:
            self._refuse(request, str(refusal), SUBSCRIBE_FAILED)
            return
        if wanted is None:
            return
        known = next((number for number, opened in self._channels.items() if opened.what == wanted), None)
        capped = "channel-cap" in self._faults
        cap = self._faults.number("channel-cap", "channels") if capped else self._options.channels
        if known is not None:
            self._refuse(request, "subscribe: dup", 10301, chanId=known)
        elif len(self._channels) >= cap:
            self._refuse(request, "subscribe: limit", 10305)
        else:
            self._open(wanted, request, now)

    def _open(self, wanted: Subscription, request: _Request, now: float) -> None:
        """Acknowledge, and send the snapshot right after it."""
        number = self._fresh_number()
        channel = open_channel(self._market, wanted, self._options, self._random)
        opened = OpenedChannel(wanted, channel, self._faults, now)
        self._set_flags(channel)
        if "early-heartbeats" in self._faults:
            self._send(number, "hb")
        self._channels[number] = opened
        if "dup" in self._faults:
            self._refuse(request, "subscribe: dup", 10301, chanId=number)
        answer: dict[str, object] = {"event": "subscribed", "channel": wanted.channel, "chanId": number}
        answer |= wanted.acknowledgement()
        if isinstance(identity := request.get("subId"), (str, int, float)):
            answer["subId"] = identity
        if wanted.key is None:
            answer["pair"] = wanted.symbol[1:]
        self._say(answer)
        self._send_all(number, opened.tick(now))

    def _refuse(self, request: _Request, message: str, code: int, **more: object) -> None:
        """An error event echoes what was asked; `pair` is the symbol less its first character, whatever that is."""
        echo = {
            key: value
            for key, value in request.items()
            if key != "event"
            and isinstance(value, (str, int, float))  # echoed nesting would let a client grow its answer
        }
        pair = {"pair": symbol[1:]} if isinstance(symbol := request.get("symbol"), str) else {}
        self._say({**echo, "event": "error", "msg": message, "code": code, **more, **pair})

    def _unsubscribe(self, request: _Request, now: float) -> None:  # noqa: ARG002 - one signature for all answers
        number = request.get("chanId")
        if isinstance(number, int) and self._channels.pop(number, None) is not None:
            self._say({"event": "unsubscribed", "status": "OK", "chanId": number})
        else:
            echo = {"chanId": number} if isinstance(number, (str, int, float)) else {}
            self._say({"event": "error", **echo, "msg": "unsubscribe: invalid", "code": 10400})

    def _configure(self, request: _Request, now: float) -> None:  # noqa: ARG002
        """Replace the flags; numbers and dates as texts are refused, because no frame here would obey them."""
        refused = "no-flags" in self._faults
        if refused and self._faults.text("no-flags", "how") == "ignored":
            return
        flags = request.get("flags", 0)
        text = isinstance(flags, str)
        if isinstance(flags, str) and flags.isascii() and flags.isdigit() and len(flags) < 16:
            flags = int(flags)
        if refused or not isinstance(flags, int) or flags & ~(TIMESTAMP | SEQUENCE | CHECKSUM | BULK):
            self._say({"event": "error", "msg": "conf: invalid", "code": 10050})
            return
        self._flags = flags
        for opened in self._channels.values():
            self._set_flags(opened.channel)
        self._say({"event": "conf", "status": "OK"} if text else {"event": "conf", "status": "OK", "flags": flags})

    def _set_flags(self, channel: Channel) -> None:
        if isinstance(channel, BookChannel):
            channel.checksums = bool(self._flags & CHECKSUM)
            channel.bulk = bool(self._flags & BULK)

    def _pong(self, request: _Request, now: float) -> None:  # noqa: ARG002
        answer: dict[str, object] = {"event": "pong", "ts": self._market.now_ms}
        if isinstance(identity := request.get("cid"), (str, int, float)):
            answer["cid"] = identity
        self._say(answer)

    def _say(self, event: dict[str, object]) -> None:
        self._out.append(encode(event))

    def _send_all(self, number: int, frames: Iterable[Frame]) -> None:
        for frame in frames:
            self._send(number, *frame)

    def _send(self, number: int, *content: object) -> None:
        """An array frame, with what the flags append: first the sequence number, then the time."""
        frame: list[object] = [number, *content]
        if self._flags & SEQUENCE:
            self._sequence += 1
            frame.append(self._sequence)
        if self._flags & TIMESTAMP:
            frame.append(self._market.now_ms)
        if self._losing and self._losing_topic in ("", self._topic(number)):
            self._losing -= 1
        else:
            self._out.append(encode(frame))

    def _topic(self, number: int) -> str:
        opened = self._channels.get(number)
        return "" if opened is None else opened.what.channel

    def _fresh_number(self) -> int:
        while (number := self._random.randrange(1_000, 1_000_000)) in self._channels:
            pass
        return number

    def _heartbeat_after(self, now: float) -> float:
        every = self._options.heartbeat
        return self._epoch + ((now - self._epoch) // every + 1) * every


def _uuid(random: Random) -> str:
    """A random identifier in the form of RFC 9562, version 4."""
    bits = f"{random.getrandbits(128):032x}"
    return f"{bits[:8]}-{bits[8:12]}-4{bits[13:16]}-a{bits[17:20]}-{bits[20:]}"

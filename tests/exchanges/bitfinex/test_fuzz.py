"""Mutated real frames: nothing crashes, and no book that is not the exchange's is ever called verified.

The exchange keeps its own book, as text, from the frames as they were sent; the session gets some of them mutated. What
the session reports lost is subscribed anew, as the supervisor would. Whenever it says that a checksum agreed, the best
25 levels of the model have to be the exchange's: price and amount, which is what a checksum covers.
"""

import json
import re
from collections.abc import Callable
from heapq import nlargest, nsmallest
from random import Random
from zlib import crc32

import pytest

from hybridtui.demo.market import DemoMarket
from hybridtui.errors import DecodeError
from hybridtui.exchanges.base import ChannelLost, SessionEvent
from hybridtui.exchanges.bitfinex.session import BitfinexSession
from hybridtui.exchanges.bitfinex.symbols import parse
from hybridtui.market.events import BookChecked, SymbolRefused
from hybridtui.market.feed import View
from hybridtui.market.source import Topic
from hybridtui.market.state import MarketState
from hybridtui.market.timeframe import Timeframe
from hybridtui.server.session import ServerSession

ReadLines = Callable[[str], list[str]]
VIEW = View(parse("BTCUSD"), Timeframe.M1, 100)
LEVEL = re.compile(r"\[([^,\[\]]+),(\d+),([^,\[\]]+)\]")
TICKER = "[6442,20,6443,30,-12.5,-0.002,6443,1500,6500,6400]"
CANDLES = "[[1542045900000,6443,6444,6445,6442,12.5],[1542045840000,6441,6443,6445,6440,3]]"
OTHERS = (
    '{"event":"info","version":2,"platform":{"status":1}}',
    '{"event":"info","code":20051,"msg":"Stopping"}',
    '{"event":"error","msg":"symbol: invalid","code":10300,"channel":"book","symbol":"tBTCUSD"}',
    '{"event":"subscribed","channel":"book","chanId":17,"symbol":"tBTCUSD","prec":"P0","freq":"F0","len":"100"}',
    '{"event":"unsubscribed","status":"OK","chanId":1038}',
    '{"event":"pong","ts":1542045947738,"cid":1}',
    '{"event":"conf","status":"OK","flags":229376}',
)
EXTREMES = (
    "1e999",
    "-0",
    "0",
    "NaN",
    "null",
    "true",
    '"7"',
    "1e308",
    "-1",
    "9" * 400,
    "1e-320",
    "[]",
    "{}",
    "99999999999999999",
)
SESSION_EVENTS = SessionEvent.__args__


class Exchange:
    """The true book, kept as the texts that were sent."""

    def __init__(self) -> None:
        self.bids: dict[str, str] = {}
        self.asks: dict[str, str] = {}
        self.trades = "[]"

    def happen(self, channel: str, content: str) -> None:
        if channel == "trades" and content.startswith("[["):
            self.trades = content
        if channel != "book":
            return
        if content.startswith("[["):
            self.bids, self.asks = {}, {}
        for price, count, amount in LEVEL.findall(content):
            side = self.asks if amount.startswith("-") else self.bids
            if count == "0":
                side.pop(price, None)
            else:
                side[price] = amount

    def best(self) -> tuple[list[str], list[str]]:
        """The prices of the best 25 levels of both sides."""
        return nlargest(25, self.bids, key=float), nsmallest(25, self.asks, key=float)

    def levels(self) -> list[tuple[float, float]]:
        bids, asks = self.best()
        both = [(price, self.bids[price]) for price in bids] + [(price, self.asks[price]) for price in asks]
        return [(float(price), float(amount)) for price, amount in both]

    def checksum(self) -> int:
        """CRC-32 of the best levels, bid and ask alternating; both sides have at least 25."""
        bids, asks = self.best()
        pairs = zip(bids, asks, strict=True)
        text = ":".join(f"{bid}:{self.bids[bid]}:{ask}:{self.asks[ask]}" for bid, ask in pairs)
        value = crc32(text.encode())
        return value - (1 << 32) if value >= 1 << 31 else value

    def snapshot(self) -> str:
        rows = [*self.bids.items(), *self.asks.items()]
        return f"[{','.join(f'[{price},1,{amount}]' for price, amount in rows)}]"


def mutated(text: str, random: Random, other: str) -> str | bytes:
    """The frame with something wrong."""
    at = int(random.random() * len(text))
    match int(random.random() * 10):
        case 0 | 1:
            digits = [spot for spot, char in enumerate(text) if char.isdigit()]
            spot = random.choice(digits)
            return text[:spot] + random.choice("0123456789") + text[spot + 1 :]
        case 2:
            return text[:at]
        case 3:
            return text[:at] + text[at + 1 + int(random.random() * 6) :]
        case 4:
            return text[:at] + random.choice('[]{},:"-.e0x\x00\x1b\ud7ff') + text[at:]
        case 5:
            numbers = [*re.finditer(r"-?[\d.]+", text)]
            chosen = random.choice(numbers)
            return text[: chosen.start()] + random.choice(EXTREMES) + text[chosen.end() :]
        case 6:
            return text[:at] + other[int(random.random() * len(other)) :]
        case 7:
            return other
        case 8:
            raw = bytearray(text.encode())
            raw[at % len(raw)] ^= 1 << int(random.random() * 8)
            return bytes(raw)
        case _:
            return random.choice(OTHERS)


class Fuzz:
    """The exchange, the damaged line, the session and the model behind it."""

    def __init__(self, frames: list[tuple[str, str]], seed: int) -> None:
        self.frames, self.random = frames, Random(seed)
        self.state = MarketState(VIEW.instrument, VIEW.timeframe)
        self.now, self.next_id, self.at = 0.0, 1000, 0
        self.mutants = self.verified = self.caught = 0
        self.before = OTHERS[0]
        self.exchange = Exchange()
        while not self.exchange.bids:
            self.advance()
        self.connect()

    def connect(self) -> None:
        self.session = BitfinexSession(VIEW)
        self.channels: dict[str, int] = {}
        self.sequence = 0
        self.lost, self.dead = Topic.NONE, False
        self.hear('{"event":"info","version":2,"serverId":"x","platform":{"status":1}}')
        self.serve()

    def serve(self) -> None:
        """Answer what the session asks for; the true state is what a snapshot tells."""
        for text in self.session.outgoing():
            request = json.loads(text)
            if request["event"] == "subscribe":
                self.next_id += 1
                self.channels[request["channel"]] = self.next_id
                self.hear(json.dumps({**request, "event": "subscribed", "chanId": self.next_id}))
                contents = {"ticker": TICKER, "candles": CANDLES, "trades": self.exchange.trades}
                self.hear(self.frame(request["channel"], contents.get(request["channel"]) or self.exchange.snapshot()))

    def frame(self, channel: str, content: str) -> str:
        self.sequence += 1
        return f"[{self.channels.get(channel, 7)},{content},{self.sequence},1790134414850]"

    def hear(self, text: str | bytes) -> None:
        """One frame at the session, and what follows from it."""
        self.now += 0.02
        try:
            events = self.session.receive(text, self.now)
        except DecodeError:
            events = self.session.tick(self.now)
        for event in events:
            if isinstance(event, ChannelLost):
                self.lost |= event.topic
            elif isinstance(event, SESSION_EVENTS):
                self.dead |= type(event).__name__ in ("RestartAnnounced", "MaintenanceStarted", "SessionOpened")
            else:
                self.state.apply(event)  # type: ignore[arg-type]
                self.dead |= isinstance(event, SymbolRefused)
                if isinstance(event, BookChecked):
                    self.check(event.agreed)

    def check(self, agreed: bool) -> None:
        if not agreed:
            self.caught += 1
            return
        self.verified += 1
        book = self.state.book
        mine = [(level.price, level.size) for level in book.bids(25)]
        mine += [(level.price, -level.size) for level in book.asks(25)]
        assert mine == self.exchange.levels(), "a wrong book was called verified"

    def advance(self) -> tuple[str, str]:
        """The next thing that happens at the exchange; after the last one all begins anew."""
        if self.at == len(self.frames):
            self.at = 0
        channel, content = self.frames[self.at]
        self.at += 1
        self.exchange.happen(channel, content)
        return channel, content

    def run(self, count: int) -> None:
        """Damage `count` frames, in bursts between stretches of sound ones that end with a checksum."""
        random = self.random
        while self.mutants < count:
            self.dead |= self.at == len(self.frames)
            for _ in range(1 + int(random.random() * 30)):
                text = self.frame(*self.advance())
                self.hear(mutated(text, random, self.before))
                self.before = text
                self.mutants += 1
            self.mend()
            for _ in range(int(random.random() * 40)):
                if self.at < len(self.frames) and not self.lost:
                    self.hear(self.frame(*self.advance()))
            self.hear(self.frame("book", f'"cs",{self.exchange.checksum()}'))
            self.mend()

    def mend(self) -> None:
        """What the supervisor would do."""
        for event in self.session.tick(self.now):
            self.lost |= event.topic if isinstance(event, ChannelLost) else Topic.NONE
        if self.dead:
            self.connect()
        elif self.lost:
            topics, self.lost = self.lost, Topic.NONE
            self.session.resubscribe(topics, self.now)
            self.serve()
        self.dead = False


def recorded(read_lines: ReadLines) -> list[tuple[str, str]]:
    """Two hours of the real exchange: channel and content of every frame."""
    names: dict[str, str] = {}
    frames = []
    for line in read_lines("btcusd-2018-11-12-two-hours.jsonl.gz"):
        if line.startswith("["):
            number, _, content = line[1:-1].partition(",")
            frames.append((names[number], content))
        elif (event := json.loads(line))["event"] == "subscribed":
            names[str(event["chanId"])] = event["channel"]
    return frames


def made_up(seconds: int = 120) -> list[tuple[str, str]]:
    """The demo exchange: the same, without a recording."""
    market, start = DemoMarket(1_790_134_380_000, seed=5, rate=20.0, days=1), 1_790_134_380_000
    session = ServerSession(market, Random(5), 0.0)
    for request in ({"channel": "trades"}, {"channel": "book", "prec": "P0", "freq": "F0", "len": "100"}):
        session.receive(json.dumps({"event": "subscribe", "symbol": "tBTCUSD", **request}), 0.0)
    names: dict[str, str] = {}
    frames = []
    for step in range(seconds * 10):
        now = step / 10
        session.notice(market.advance(start + step * 100), now)
        session.tick(now)
        for line in session.outgoing():
            if line.startswith("["):
                number, _, content = line[1:-1].partition(",")
                frames.append((names[number], content))
            elif (event := json.loads(line))["event"] == "subscribed":
                names[str(event["chanId"])] = event["channel"]
    return frames


def assert_harmless(frames: list[tuple[str, str]], count: int) -> None:
    fuzz = Fuzz(frames, seed=count)
    fuzz.run(count)
    assert fuzz.mutants >= count
    assert fuzz.verified > count / 100, "checksums have to agree most of the time, else nothing is proved"
    assert fuzz.caught > count / 2000, "some damage has to reach a checksum, else nothing is proved"


def test_ten_thousand_damaged_frames(read_lines: ReadLines) -> None:
    assert_harmless(recorded(read_lines), 10_000)


def test_damaged_frames_of_the_demo_exchange() -> None:
    assert_harmless(made_up(60), 5_000)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_million_damaged_frames(request: pytest.FixtureRequest) -> None:
    try:
        frames = recorded(request.getfixturevalue("read_lines"))
    except pytest.skip.Exception:
        frames = made_up(1200)
    assert_harmless(frames, 1_000_000)

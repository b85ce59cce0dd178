"""Every fault of the table on the wire: it does what it says, it ends, and a healed exchange is healthy."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from hybridtui.clock import SystemClock
from hybridtui.demo.instruments import LISTINGS
from hybridtui.demo.market import DemoMarket
from hybridtui.errors import SettingsError
from hybridtui.exchanges.bitfinex.numbers import checksum, js_number
from hybridtui.market.book import Book
from hybridtui.server.faults import FAULTS
from hybridtui.server.options import ServerOptions, SessionOptions
from hybridtui.server.socket import ExchangeServer, serve
from tests.together import Together
from tests.waiting import until

FAST = ServerOptions(
    session=SessionOptions(batch=0.04, heartbeat=0.15, checksum=0.1, ticker=0.2, candle=0.2, update_lost=0.0),
    truth_seconds=10.0,
)
SUBSCRIPTIONS = {
    "ticker": {"symbol": "tBTCUSD"},
    "trades": {"symbol": "tBTCUSD"},
    "book": {"symbol": "tBTCUSD", "prec": "P0", "len": "25"},
    "candles": {"key": "trade:1m:tBTCUSD"},
}
FLAGS = 65_536 + 131_072


together = Together()


@asynccontextmanager
async def opened() -> AsyncIterator[ExchangeServer]:
    market = DemoMarket(time.time_ns() // 1_000_000, rate=8, days=3, listings=LISTINGS[:1])
    async with serve(market, options=FAST) as server:
        yield server


@pytest.fixture
async def exchange() -> AsyncIterator[ExchangeServer]:
    async with opened() as server:
        yield server


class Client:
    """A careful client: keeps the book, the numbers of the frames and everything that was said."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.events: list[dict[str, Any]] = []
        self.strange: list[Any] = []
        self.topics: dict[int, str] = {}
        self.frames: list[tuple[str, list[Any]]] = []
        """Topic and frame of all arrays, the topic empty where it is not known (yet)."""
        self.numbers: list[int] = []
        self.checks: list[bool] = []
        self.book = Book()

    async def say(self, event: str, **fields: object) -> None:
        await self.socket.send(json.dumps({"event": event, **fields}))

    async def subscribe(self, *topics: str, flags: int = FLAGS) -> None:
        if flags:
            await self.say("conf", flags=flags)
        for topic in topics or SUBSCRIPTIONS:
            await self.say("subscribe", channel=topic, **SUBSCRIPTIONS[topic])

    async def until(self, condition: Callable[[], object], within: float = 30.0) -> None:
        """Read until the condition holds."""
        async with asyncio.timeout(within):
            while not condition():
                self.take(await self.socket.recv())

    async def silent(self, seconds: float) -> bool:
        """True where nothing at all comes."""
        try:
            async with asyncio.timeout(seconds):
                self.take(await self.socket.recv())
        except TimeoutError:
            return True
        return False

    async def for_a_while(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                while True:
                    self.take(await self.socket.recv())
        except TimeoutError:
            pass

    def take(self, text: str | bytes) -> None:
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            self.strange.append(text)
            return
        if isinstance(found, dict):
            self.events.append(found)
            if found.get("event") == "subscribed" and isinstance(found.get("chanId"), int):
                self.topics[found["chanId"]] = found["channel"]
        elif isinstance(found, list) and len(found) > 2 and isinstance(found[0], int) and isinstance(found[-1], int):
            topic = self.topics.get(found[0], "")
            self.frames.append((topic, found))
            self.numbers.append(found[-1])
            if topic == "book":
                self.apply(found[1:-1])
        else:
            self.strange.append(found)

    def apply(self, content: list[Any]) -> None:
        if content[0] == "cs":
            parts: list[str] = []
            bids, asks = self.book.bids(25), self.book.asks(25)
            for place in range(max(len(bids), len(asks))):
                parts += [x for one in bids[place : place + 1] for x in (js_number(one.price), js_number(one.size))]
                parts += [x for one in asks[place : place + 1] for x in (js_number(one.price), js_number(-one.size))]
            self.checks.append(checksum(parts) == content[1])
        elif isinstance(content[0], list) and (not content[0] or isinstance(content[0][0], list)):
            self.book.replace([tuple(row) for row in content[0]])
        elif isinstance(content[0], list):
            price, number, amount = content[0]
            self.book.change(float(price), int(number), float(amount))

    def data(self, topic: str) -> list[list[Any]]:
        """The frames of a topic that are no heartbeats."""
        return [frame for known, frame in self.frames if known == topic and frame[1] != "hb"]

    def codes(self) -> list[Any]:
        return [event.get("code") for event in self.events]

    def forget(self) -> None:
        self.events.clear()
        self.frames.clear()
        self.strange.clear()
        self.checks.clear()
        self.numbers.clear()

    def in_sequence(self) -> bool:
        return all(b == a + 1 for a, b in zip(self.numbers, self.numbers[1:], strict=False))


@asynccontextmanager
async def client(exchange: ExchangeServer) -> AsyncIterator[Client]:
    async with connect(exchange.ws_url, max_size=2**21, close_timeout=0.2) as socket:
        yield Client(socket)


@asynccontextmanager
async def subscribed(exchange: ExchangeServer, *topics: str) -> AsyncIterator[Client]:
    """A client that has the snapshots of all its channels."""
    async with client(exchange) as one:
        await one.subscribe(*topics)
        await one.until(lambda: all(one.data(topic) for topic in topics or SUBSCRIPTIONS))
        yield one


async def healthy(exchange: ExchangeServer) -> None:
    """Fails where anything of the exchange is not as it should be."""
    assert exchange.faults.active == []
    async with subscribed(exchange) as one, httpx.AsyncClient(base_url=exchange.rest_url) as rest:
        await one.until(lambda: len(one.checks) > 1 and len(one.data("trades")) > 1)
        assert all(one.checks)
        assert one.in_sequence()
        assert not one.strange
        assert one.numbers[0] == 1
        assert {event["event"] for event in one.events} == {"info", "conf", "subscribed"}
        best_bid, best_ask = one.book.bids(1)[0], one.book.asks(1)[0]
        assert best_bid.price < best_ask.price
        assert (await rest.get("/platform/status")).json() == [1]
        rows = (await rest.get("/book/tBTCUSD/P0")).json()
        assert len(rows) == 50
        assert exchange.had_top("tBTCUSD", top(rows), SystemClock().now())


def top(rows: list[list[Any]]) -> Any:
    return tuple(tuple((row[0], abs(row[2])) for row in rows if (row[2] > 0) is buys)[:3] for buys in (True, False))


@pytest.mark.parametrize("name", FAULTS)
@together
async def test_it_ends_by_itself_or_is_healed_and_leaves_a_healthy_exchange(name: str) -> None:
    async with opened() as exchange:
        async with subscribed(exchange) as one:
            exchange.inject(name, seconds=0.1)
            assert exchange.faults.active == [name]
            with suppress(ConnectionClosed):
                await one.until(lambda: not exchange.faults.active)
            await until(lambda: not exchange.faults.active)
        exchange.inject(name)
        assert exchange.faults.active == ([name] if FAULTS[name].lasts else [])
        exchange.heal()
        await reachable(exchange)
        await healthy(exchange)


async def reachable(exchange: ExchangeServer) -> None:
    async with asyncio.timeout(30), httpx.AsyncClient() as rest:
        while True:
            try:
                await rest.get(f"{exchange.rest_url}/platform/status")
            except httpx.TransportError:  # refused, or accepted by the system and reset when the port was shut
                await asyncio.sleep(0.01)
            else:
                return


async def test_what_is_unknown_is_refused_with_the_nearest_names(exchange: ExchangeServer) -> None:
    with pytest.raises(SettingsError, match="did you mean freeze"):
        exchange.inject("frezze")
    with pytest.raises(SettingsError, match="no parameter 'speed'; it has: delay, per_second"):
        exchange.inject("slow-socket", speed=1.0)
    with pytest.raises(SettingsError, match="choose one of: book, trades"):
        exchange.inject("silent-channel", topic="status")
    with pytest.raises(SettingsError, match=r"There is no fault named 'xyzzy'; .*--list-faults"):
        exchange.end("xyzzy")


@pytest.mark.parametrize(
    ("name", "parameters", "code"), [("close", {}, 1001), ("close", {"code": 1000.0}, 1000), ("reset", {}, 1006)]
)
async def test_close_and_reset(exchange: ExchangeServer, name: str, parameters: Any, code: int) -> None:
    async with subscribed(exchange) as one:
        exchange.inject(name, **parameters)
        with pytest.raises(ConnectionClosed):
            await one.until(lambda: False)
        assert one.socket.close_code == code


async def test_what_acts_once_acts_again_and_again_for_as_long_as_it_is_told_to(exchange: ExchangeServer) -> None:
    exchange.inject("reset", seconds=60.0, every=0.05)
    for _ in range(3):
        async with client(exchange) as one:
            with pytest.raises(ConnectionClosed):
                await one.until(lambda: False)
    exchange.end("reset")
    await healthy(exchange)


async def test_freeze_answers_no_ping_of_the_transport_either(exchange: ExchangeServer) -> None:
    async with subscribed(exchange) as old:
        exchange.inject("freeze", new=False)
        await old.for_a_while(0.1)
        pong = asyncio.ensure_future(await old.socket.ping())
        assert await old.silent(0.4)
        assert not pong.done()
        async with subscribed(exchange):
            pass  # only the old one is frozen
        exchange.end("freeze")
        await old.until(lambda: pong.done() and old.checks and len(old.data("trades")) > 1)
        assert old.in_sequence()
        assert all(old.checks)


async def test_what_was_held_for_a_client_that_left_is_not_sent(
    exchange: ExchangeServer, caplog: pytest.LogCaptureFixture
) -> None:
    async with subscribed(exchange) as one:
        exchange.inject("freeze", new=False)
        await one.for_a_while(0.5)
        one.socket.transport.abort()
        await asyncio.sleep(0.3)  # what piles up meanwhile is what may be sent
        exchange.end("freeze")
        await until(lambda: not exchange.open_sockets)
    assert "socket.send" not in caplog.text


async def test_freeze_holds_new_sockets_too(exchange: ExchangeServer) -> None:
    exchange.inject("freeze")
    async with client(exchange) as one:
        assert await one.silent(0.3)
        exchange.end("freeze")
        await one.until(lambda: one.events)


async def test_heartbeats_only(exchange: ExchangeServer) -> None:
    async with subscribed(exchange) as one:
        exchange.inject("heartbeats-only")
        await one.for_a_while(0.2)
        one.forget()
        await one.say("ping", cid=1)
        await one.for_a_while(0.6)
        assert len(one.frames) >= 8
        assert all(frame[1] == "hb" for _, frame in one.frames)
        assert [event["event"] for event in one.events] == ["pong"]
        exchange.end("heartbeats-only")
        await one.until(lambda: one.checks and len(one.data("trades")) > 1)
        assert all(one.checks)
        assert one.in_sequence()


async def test_no_snapshot_comes_from_an_exchange_that_only_beats(exchange: ExchangeServer) -> None:
    exchange.inject("heartbeats-only")
    async with client(exchange) as one:
        await one.subscribe()
        await one.until(lambda: sum(frame[1] == "hb" for _, frame in one.frames) >= 4)
        assert len(one.topics) == 4
        assert not any(one.data(topic) for topic in SUBSCRIPTIONS)
        exchange.end("heartbeats-only")
        await one.until(lambda: all(one.data(topic) for topic in SUBSCRIPTIONS) and one.checks)
        assert all(one.checks)


async def test_one_channel_is_silent(exchange: ExchangeServer) -> None:
    async with subscribed(exchange) as one:
        exchange.inject("silent-channel", topic="book")
        await one.for_a_while(0.1)
        one.forget()
        await one.until(lambda: one.data("trades") and one.data("ticker") and ("book", "hb") in beats(one))
        assert not one.data("book")
        exchange.end("silent-channel")
        await one.until(lambda: one.checks)
        assert all(one.checks)


def beats(one: Client) -> list[tuple[str, Any]]:
    return [(topic, frame[1]) for topic, frame in one.frames if frame[1] == "hb"]


async def test_nobody_listens_then_somebody_on_the_same_port(exchange: ExchangeServer) -> None:
    port = exchange.port
    async with subscribed(exchange) as one:
        exchange.inject("refuse-connect")
        with pytest.raises(ConnectionClosed):
            await one.until(lambda: False)
    with pytest.raises(OSError, match=r"Connect|refused|failed"):
        await asyncio.open_connection("127.0.0.1", port)
    exchange.end("refuse-connect")
    await reachable(exchange)
    assert exchange.port == port
    await healthy(exchange)


@pytest.mark.parametrize("status", [429, 503])
async def test_handshakes_are_refused(exchange: ExchangeServer, status: int) -> None:
    exchange.inject(f"refuse-{status}")
    with pytest.raises(InvalidStatus) as refused:
        await connect(exchange.ws_url).__aenter__()
    assert refused.value.response.status_code == status


async def test_frames_are_lost(exchange: ExchangeServer) -> None:
    async with subscribed(exchange) as one:
        exchange.inject("lost-frame", count=3.0)
        await one.until(lambda: not one.in_sequence())
        gaps = [b - a for a, b in zip(one.numbers, one.numbers[1:], strict=False)]
        assert max(gaps) == 4
    async with subscribed(exchange, "book", "trades") as one:
        exchange.inject("lost-frame", topic="book")
        await one.until(lambda: one.checks and not one.in_sequence())


async def test_a_corrupted_level_disagrees_with_the_checksum(exchange: ExchangeServer) -> None:
    async with subscribed(exchange, "book") as one:
        await one.until(lambda: one.checks)
        exchange.inject("corrupt-level", place=12.0)
        await one.until(lambda: False in one.checks)
        one.forget()
        await one.say("unsubscribe", chanId=next(iter(one.topics)))
        await one.subscribe("book")
        await one.until(lambda: "unsubscribed" in [event["event"] for event in one.events] and len(one.topics) > 1)
        one.checks.clear()
        await one.until(lambda: len(one.checks) > 2)
        assert all(one.checks)


async def test_the_best_level_is_corrupted_even_where_nothing_happens(exchange: ExchangeServer) -> None:
    exchange.inject("flat-market")
    async with subscribed(exchange, "book") as one:
        exchange.inject("corrupt-level", place=0.0)
        await one.until(lambda: one.checks)
        assert one.checks == [False]
        true = exchange.tops("tBTCUSD", SystemClock().now())[-1]
        shown = tuple(tuple((x.price, x.size) for x in side) for side in (one.book.bids(3), one.book.asks(3)))
        assert not exchange.had_top("tBTCUSD", shown, SystemClock().now())  # type: ignore[arg-type]
        assert shown[0][1:] == true[0][1:]


async def test_wrong_checksums(exchange: ExchangeServer) -> None:
    async with subscribed(exchange, "book") as one:
        await one.until(lambda: one.checks)
        exchange.inject("wrong-checksum")
        await one.until(lambda: one.checks[-3:] == [False] * 3)
        exchange.end("wrong-checksum")
        await one.until(lambda: one.checks[-3:] == [True] * 3)


async def test_garbage_and_a_huge_frame(exchange: ExchangeServer) -> None:
    async with subscribed(exchange) as one:
        one.forget()
        exchange.inject("garbage")
        exchange.inject("huge-frame", bytes=500_000.0)
        await one.until(lambda: len(one.events) and len(str(one.events[-1].get("msg"))) > 400_000)
        assert len(one.strange) > 30
        exchange.heal()
        await healthy(exchange)


async def test_acknowledgements_come_late_and_the_last_first(exchange: ExchangeServer) -> None:
    exchange.inject("late-acks", delay=0.3)
    async with client(exchange) as one:
        begun = time.monotonic()
        await one.subscribe()
        await one.until(lambda: len(one.topics) == 4)
        assert time.monotonic() - begun >= 0.3
        assert list(one.topics.values()) == list(SUBSCRIPTIONS)[::-1]
        await one.until(lambda: all(one.data(topic) for topic in SUBSCRIPTIONS))


async def test_a_heartbeat_comes_before_the_acknowledgement(exchange: ExchangeServer) -> None:
    exchange.inject("early-heartbeats")
    async with client(exchange) as one:
        await one.subscribe("book")
        await one.until(lambda: one.data("book"))
        assert one.frames[0] == ("", [next(iter(one.topics)), "hb", 1])


async def test_dup_comes_before_the_acknowledgement(exchange: ExchangeServer) -> None:
    exchange.inject("dup")
    async with client(exchange) as one:
        await one.subscribe("book")
        await one.until(lambda: one.data("book"))
        dup, ack = one.events[-2:]
        assert (dup["event"], dup["code"], dup["msg"]) == ("error", 10301, "subscribe: dup")
        assert dup["chanId"] == ack["chanId"]


async def test_only_two_channels(exchange: ExchangeServer) -> None:
    exchange.inject("channel-cap")
    async with client(exchange) as one:
        await one.subscribe()
        await one.until(lambda: one.codes().count(10305) == 2)
        assert len(one.topics) == 2


@pytest.mark.parametrize("how", ["refused", "ignored"])
async def test_flags_are_not_accepted(exchange: ExchangeServer, how: str) -> None:
    exchange.inject("no-flags", how=how)
    async with client(exchange) as one:
        await one.subscribe("book")
        await one.until(lambda: one.topics)
        await one.for_a_while(0.3)
        assert (10050 in one.codes()) is (how == "refused")
        assert "conf" not in [event["event"] for event in one.events]
        assert len(one.strange) > 2, "frames without numbers"


async def test_faults_of_subscribing_cut_the_open_sockets_so_that_they_are_met(exchange: ExchangeServer) -> None:
    async with subscribed(exchange) as one:
        exchange.inject("dup")
        with pytest.raises(ConnectionClosed):
            await one.until(lambda: False)
    async with subscribed(exchange) as one:
        exchange.inject("dup", cut=False)
        await one.until(lambda: len(one.checks) > 1)


async def test_a_restart_is_told_then_done(exchange: ExchangeServer) -> None:
    async with subscribed(exchange) as one:
        exchange.inject("restart", delay=0.1)
        with pytest.raises(ConnectionClosed):
            await one.until(lambda: False)
        assert one.codes()[-1] == 20051
        assert one.socket.close_code == 1012


async def test_maintenance_is_told_or_not(exchange: ExchangeServer) -> None:
    async with subscribed(exchange) as one, httpx.AsyncClient(base_url=exchange.rest_url) as rest:
        exchange.inject("maintenance")
        await one.until(lambda: 20060 in one.codes())
        exchange.end("maintenance")
        await one.until(lambda: 20061 in one.codes())
        one.forget()
        exchange.inject("maintenance-silent")
        await one.for_a_while(0.2)
        one.forget()
        await one.for_a_while(0.4)
        assert not one.data("book")
        assert not one.events
        assert (await rest.get("/platform/status")).json() == [0]
        assert (await rest.get("/book/tBTCUSD/P0")).json() == ["error", 20060, "maintenance"]
        async with client(exchange) as new:
            await new.until(lambda: new.events)
            assert new.events[0]["platform"] == {"status": 0}


async def test_a_slow_socket_delivers_everything_in_order(exchange: ExchangeServer) -> None:
    async with subscribed(exchange) as one:
        exchange.inject("slow-socket", delay=0.4, per_second=15.0)
        await one.for_a_while(0.1)
        assert await one.silent(0.2)
        await one.until(lambda: one.data("trades"))
        one.forget()
        await one.for_a_while(0.5)
        assert 1 <= len(one.frames) <= 12
        exchange.end("slow-socket")
        await one.until(lambda: len(one.checks) > 1)
        assert one.in_sequence()
        assert all(one.checks)


async def test_a_burst_repeats_what_is_known(exchange: ExchangeServer) -> None:
    async with subscribed(exchange) as one:
        one.forget()
        exchange.inject("burst", frames=4000.0)
        await one.until(lambda: len(one.frames) >= 4000 and one.checks)
        assert one.in_sequence()
        assert all(one.checks)


REST: list[tuple[str, Callable[[httpx.Response], bool]]] = [
    ("rest-429", lambda r: r.status_code == 429 and r.json()[1] == 11010 and "retry-after" not in r.headers),
    ("rest-429-retry-after", lambda r: r.status_code == 429 and r.headers["retry-after"] == "5"),
    ("rest-429-object", lambda r: r.status_code == 429 and r.json() == {"error": "ERR_RATE_LIMIT"}),
    ("rest-500", lambda r: r.status_code == 500 and r.json()[0] == "error"),
    ("rest-502-html", lambda r: r.status_code == 502 and "text/html" in r.headers["content-type"]),
    ("rest-404", lambda r: r.status_code == 404 and "Cannot GET" in r.text),
    ("rest-maintenance", lambda r: r.status_code == 500 and r.json() == ["error", 20060, "maintenance"]),
]


@pytest.mark.parametrize(("name", "right"), REST, ids=[name for name, _ in REST])
async def test_rest_refuses(exchange: ExchangeServer, name: str, right: Callable[[httpx.Response], bool]) -> None:
    async with httpx.AsyncClient(base_url=exchange.rest_url) as rest:
        exchange.inject(name)
        found = await rest.get("/book/tBTCUSD/P0")
        assert right(found), found.text
        exchange.end(name)
        exchange.inject(name, endpoint="book")
        assert right(await rest.get("/book/tBTCUSD/P0"))
        assert (await rest.get("/ticker/tBTCUSD")).status_code == 200


async def test_rest_is_late_until_the_fault_ends(exchange: ExchangeServer) -> None:
    async with httpx.AsyncClient(base_url=exchange.rest_url) as rest:
        exchange.inject("rest-timeout")
        with pytest.raises(httpx.ReadTimeout):
            await rest.get("/book/tBTCUSD/P0", timeout=httpx.Timeout(30.0, read=0.2))
        waiting = asyncio.create_task(rest.get("/book/tBTCUSD/P0"))
        await until(lambda: exchange.requests["book"] == 2)
        assert not waiting.done()
        exchange.end("rest-timeout")
        assert (await waiting).status_code == 200


async def test_rest_breaks_off(exchange: ExchangeServer) -> None:
    async with httpx.AsyncClient(base_url=exchange.rest_url) as rest:
        exchange.inject("rest-truncated")
        found = await rest.get("/book/tBTCUSD/P0")
        with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
            found.json()
        exchange.inject("rest-truncated", how="line")
        with pytest.raises(httpx.RemoteProtocolError):
            await rest.get("/book/tBTCUSD/P0")


async def test_rest_has_other_shapes(exchange: ExchangeServer) -> None:
    async with httpx.AsyncClient(base_url=exchange.rest_url) as rest:
        exchange.inject("rest-wrong-shape")
        found = {(await rest.get("/book/tBTCUSD/P0")).text for _ in range(8)}
        assert len(found) == 8


async def test_rest_repeats_an_old_answer_until_it_is_too_old(exchange: ExchangeServer) -> None:
    async with httpx.AsyncClient(base_url=exchange.rest_url) as rest:
        exchange.inject("rest-stale", age=0.6)
        first = await rest.get("/book/tBTCUSD/P0")
        again = await rest.get("/book/tBTCUSD/P0")
        assert again.text == first.text
        assert again.headers["age"] == "0"
        answers = [(await rest.get("/book/tBTCUSD/P0")).text]
        async with asyncio.timeout(30):
            while answers[-1] == first.text:
                answers.append((await rest.get("/book/tBTCUSD/P0")).text)


async def test_the_clock_is_wrong(exchange: ExchangeServer) -> None:
    exchange.inject("clock-skew", skew=-120.0)
    async with subscribed(exchange) as one, httpx.AsyncClient(base_url=exchange.rest_url) as rest:
        await one.say("ping", cid=1)
        await one.until(lambda: "pong" in [event["event"] for event in one.events])
        assert -122 < one.events[-1]["ts"] / 1000 - time.time() < -118
        await one.until(lambda: len(one.data("trades")) > 1)
        assert -125 < one.data("trades")[-1][2][1] / 1000 - time.time() < -118
        found = await rest.get("/candles/trade:1m:tBTCUSD/hist")
        assert -122 < parsedate_to_datetime(found.headers["date"]).timestamp() - time.time() < -117
        assert -190 < found.json()[0][0] / 1000 - time.time() < -115


BOOKS: list[tuple[str, dict[str, Any], Callable[[Book], bool]]] = [
    ("crossed-book", {}, lambda book: book.bids(1)[0].price >= book.asks(1)[0].price),
    ("one-sided-book", {}, lambda book: len(book.bids(25)) == 25 and not book.asks(1)),
    ("one-sided-book", {"side": "bids"}, lambda book: len(book.asks(25)) == 25 and not book.bids(1)),
    ("empty-book", {}, lambda book: not book.bids(1) and not book.asks(1)),
]


@pytest.mark.parametrize(("name", "parameters", "right"), BOOKS)
async def test_the_book_is_odd(
    exchange: ExchangeServer, name: str, parameters: dict[str, Any], right: Callable[[Book], bool]
) -> None:
    async with subscribed(exchange, "book") as one:
        exchange.inject(name, **parameters)
        await one.until(lambda: right(one.book))
        one.checks.clear()
        await one.until(lambda: one.checks)
        assert right(one.book)
        assert all(one.checks)
        async with subscribed(exchange) as new:
            assert right(new.book)
            await new.until(lambda: new.data("ticker"))
        exchange.end(name)
        await one.until(lambda: len(one.book.bids(25)) == len(one.book.asks(25)) == 25)
        one.checks.clear()
        await one.until(lambda: one.checks)
        assert all(one.checks)


async def test_a_flat_market_and_one_without_trades(exchange: ExchangeServer) -> None:
    async with subscribed(exchange) as one, httpx.AsyncClient(base_url=exchange.rest_url) as rest:
        exchange.inject("flat-market")
        await one.for_a_while(0.4)
        before = (await rest.get("/book/tBTCUSD/P0")).json(), (await rest.get("/trades/tBTCUSD/hist")).json()
        one.forget()
        await one.for_a_while(0.5)
        assert not one.data("book")
        assert (await rest.get("/book/tBTCUSD/P0")).json() == before[0]
        exchange.end("flat-market")
        exchange.inject("no-trades")
        await one.until(lambda: len(one.data("book")) > 60)
        assert (await rest.get("/trades/tBTCUSD/hist")).json() == before[1], "nothing was executed meanwhile"
        exchange.end("no-trades")
        await one.until(lambda: one.data("trades"))
        assert one.in_sequence()


async def test_had_top_knows_what_was_shown_and_for_how_long(exchange: ExchangeServer) -> None:
    async with httpx.AsyncClient(base_url=exchange.rest_url) as rest:
        old = top((await rest.get("/book/tBTCUSD/P0")).json())
        assert exchange.had_top("tBTCUSD", old, SystemClock().now())
        wrong = (((old[0][0][0], old[0][0][1] + 1.0), *old[0][1:]), old[1])
        assert not exchange.had_top("tBTCUSD", wrong, SystemClock().now())
        await until(lambda: not exchange.had_top("tBTCUSD", old, SystemClock().now(), within=0.2))
        assert exchange.had_top("tBTCUSD", old, SystemClock().now(), within=10.0)

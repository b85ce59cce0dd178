"""The server socket, from the outside: real connections on the loopback."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from hybridtui.demo.market import DemoMarket
from hybridtui.server.options import ServerOptions, SessionOptions
from hybridtui.server.socket import ExchangeServer, serve

FAST = ServerOptions(session=SessionOptions(batch=0.05, heartbeat=0.3))


@pytest.fixture
async def exchange() -> AsyncIterator[ExchangeServer]:
    async with serve(DemoMarket(time.time_ns() // 1_000_000, rate=3), options=FAST) as server:
        yield server


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 - any condition of any object
            await asyncio.sleep(0.01)


async def say(socket: ClientConnection, event: str, **fields: object) -> None:
    await socket.send(json.dumps({"event": event, **fields}))


async def heard(socket: ClientConnection, wanted: Callable[[Any], bool]) -> Any:
    async with asyncio.timeout(30):
        while True:
            frame = json.loads(await socket.recv())
            if wanted(frame):
                return frame


def is_event(name: str) -> Callable[[Any], bool]:
    return lambda frame: isinstance(frame, dict) and frame["event"] == name


async def test_rest_and_websocket_share_one_port(exchange: ExchangeServer) -> None:
    async with httpx.AsyncClient(base_url=exchange.rest_url) as client:
        for _ in range(3):  # the connection is not kept, and the client copes
            found = await client.get("/book/tBTCUSD/P0", params={"len": "25"})
            assert (found.status_code, len(found.json())) == (200, 50)
        assert (await client.get("/nope")).status_code == 404
    assert exchange.requests == {"book": 3, "unknown": 1}
    assert [name for _, name in exchange.request_log] == ["book"] * 3 + ["unknown"]
    async with connect(exchange.ws_url) as socket:
        assert json.loads(await socket.recv())["event"] == "info"
        assert socket.protocol.extensions == []
        await say(socket, "subscribe", channel="book", symbol="tBTCUSD")
        ack = await heard(socket, is_event("subscribed"))
        assert [(what.channel, what.symbol) for what in exchange.subscriptions] == [("book", "tBTCUSD")]
        await heard(socket, lambda frame: frame == [ack["chanId"], "hb"])
        await heard(socket, lambda frame: isinstance(frame, list) and isinstance(frame[1], list))
        assert (exchange.open_sockets, exchange.sockets_opened) == (1, 1)
    await until(lambda: exchange.open_sockets == 0)


async def test_sockets_are_cut_or_closed(exchange: ExchangeServer) -> None:
    async with connect(exchange.ws_url) as cut:
        await cut.recv()
        await exchange.cut_sockets()
        await cut.wait_closed()
        assert cut.close_code == 1006
    async with connect(exchange.ws_url) as closed:
        await closed.recv()
        await exchange.close_sockets(1012)
        await closed.wait_closed()
        assert closed.close_code == 1012
    assert exchange.open_sockets == 0


async def test_a_frozen_socket_says_nothing_and_goes_on_afterwards(exchange: ExchangeServer) -> None:
    async with connect(exchange.ws_url) as socket:
        await socket.recv()
        exchange.freeze = True
        await say(socket, "ping", cid=1)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await socket.recv()
        exchange.freeze = False
        assert (await heard(socket, is_event("pong")))["cid"] == 1


async def test_handshakes_and_requests_are_refused(exchange: ExchangeServer) -> None:
    exchange.refuse_sockets = 503
    with pytest.raises(InvalidStatus) as refused:
        await connect(exchange.ws_url).__aenter__()
    assert refused.value.response.status_code == 503
    exchange.refuse_sockets = None
    exchange.refuse_rest = (502, b"<html>Bad gateway</html>")
    async with httpx.AsyncClient(base_url=exchange.rest_url) as client:
        found = await client.get("/platform/status")
        assert (found.status_code, found.content) == exchange.refuse_rest
        exchange.refuse_rest = None
        exchange.rest_delay = 30.0
        with pytest.raises(httpx.ReadTimeout):
            await client.get("/platform/status", timeout=httpx.Timeout(30.0, read=0.2))


async def test_maintenance_is_announced(exchange: ExchangeServer) -> None:
    async with connect(exchange.ws_url) as socket, httpx.AsyncClient(base_url=exchange.rest_url) as client:
        await socket.recv()
        await exchange.set_operative(False)
        assert (await heard(socket, is_event("info")))["code"] == 20060
        assert (await client.get("/platform/status")).json() == [0]
        await exchange.set_operative(True)
        assert (await heard(socket, is_event("info")))["code"] == 20061


async def test_a_lost_frame_and_garbage(exchange: ExchangeServer) -> None:
    async with connect(exchange.ws_url) as socket:
        await say(socket, "conf", flags=65536)
        await say(socket, "subscribe", channel="ticker", symbol="tBTCUSD")
        first = await heard(socket, lambda frame: isinstance(frame, list))
        exchange.drop_next_frame()
        exchange.broadcast_raw('["garbage"]')
        await heard(socket, lambda frame: frame == ["garbage"])
        after = await heard(socket, lambda frame: isinstance(frame, list))
        assert (first[-1], after[-1]) == (1, 3)


async def test_too_many_requests_or_handshakes_are_limited() -> None:
    options = ServerOptions(rest_limits={"book": 1}, handshakes_per_minute=1)
    async with serve(DemoMarket(time.time_ns() // 1_000_000), options=options) as exchange:
        async with httpx.AsyncClient(base_url=exchange.rest_url) as client:
            statuses = [(await client.get("/book/tBTCUSD/P0")).status_code for _ in range(2)]
            assert statuses == [200, 429]
            assert (await client.get("/book/tBTCUSD/P0")).json() == ["error", 11010, "ratelimit: error"]
        async with connect(exchange.ws_url):
            with pytest.raises(InvalidStatus, match="429"):
                await connect(exchange.ws_url).__aenter__()


async def test_a_client_that_does_not_read_is_dropped_and_the_others_are_served() -> None:
    options = ServerOptions(unsent_bytes=100_000)
    async with serve(DemoMarket(time.time_ns() // 1_000_000), options=options) as exchange:
        _, slow = await asyncio.open_connection("127.0.0.1", exchange.port)
        slow.write(
            f"GET /ws/2 HTTP/1.1\r\nHost: 127.0.0.1:{exchange.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        await until(lambda: exchange.open_sockets == 1)
        slow.transport.pause_reading()  # type: ignore[attr-defined]
        for _ in range(400):
            exchange.broadcast_raw("x" * 50_000)
        await until(lambda: exchange.open_sockets == 0)
        slow.transport.abort()
        async with connect(exchange.ws_url) as socket:
            assert json.loads(await socket.recv())["event"] == "info"

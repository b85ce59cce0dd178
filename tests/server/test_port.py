"""The port of the server: shut, it refuses; open again, it is the same one; and nobody is lost in between."""

import asyncio
import gc
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.asyncio.server import Server, ServerConnection
from websockets.asyncio.server import serve as serve_websockets

from hybridtui.server.port import Port


async def _echo(connection: ServerConnection) -> None:
    async for text in connection:
        await connection.send(text)


def _listening() -> Callable[[int], Awaitable[Server]]:
    async def listen(number: int) -> Server:
        return await serve_websockets(_echo, "127.0.0.1", number)

    return listen


@asynccontextmanager
async def opened() -> AsyncIterator[Port]:
    port = Port(_listening(), 0)
    await port.turn(True)
    yield port
    await port.close()


async def test_shut_it_refuses_and_what_is_connected_goes_on() -> None:
    async with opened() as port:
        address = f"ws://127.0.0.1:{port.number}"
        async with connect(address) as before:
            await port.turn(False)
            await port.turn(False)
            with pytest.raises(ConnectionRefusedError):
                await asyncio.open_connection("127.0.0.1", port.number)
            await before.send("still here")
            assert await before.recv() == "still here"
            number = port.number
            await port.turn(True)
            await port.turn(True)
            assert port.number == number
            async with connect(address) as after:
                await after.send("back")
                assert await after.recv() == "back"


@pytest.mark.parametrize("turns", range(12))
async def test_whoever_is_half_way_in_is_not_leaked(turns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """`turns` of the loop after somebody began to connect it is shut, at whatever point of the accepting that is."""
    leaked: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", leaked.append)
    errors: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: errors.append(context))
    async with opened() as port:
        coming = asyncio.ensure_future(asyncio.open_connection("127.0.0.1", port.number))
        for _ in range(turns):
            await asyncio.sleep(0)
        await port.turn(False)
        await asyncio.wait([coming])
        if coming.exception() is None:
            coming.result()[1].close()
        await port.turn(True)
    del coming
    gc.collect()
    assert not leaked
    assert not errors

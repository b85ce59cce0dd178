"""The port that a server listens on: opened, shut and opened again while its connections go on."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from socket import socket
from typing import Protocol


class Listener(Protocol):
    """What accepts the connections of a port: the server of the websockets library."""

    @property
    def sockets(self) -> Iterable[socket]:
        """What it listens on; nothing once it is closed."""
        ...

    def is_serving(self) -> bool:
        """Whether it accepts connections."""
        ...

    def close(self, close_connections: bool = True) -> None:
        """Begin to close."""
        ...

    async def wait_closed(self) -> None:
        """Return when it is closed and its connections are."""
        ...


class Port:
    """One TCP port of one address."""

    def __init__(self, listen: Callable[[int], Awaitable[Listener]], number: int) -> None:
        """`listen` begins to accept connections; 0 is any free port."""
        self.number = number
        """The number of the port, the real one once it was opened."""
        self._listen = listen
        self._listeners: list[Listener] = []
        self._turn = asyncio.Lock()

    async def turn(self, wanted: bool) -> None:
        """Open it, or shut it; what is connected already goes on. Raises OSError where it is taken."""
        async with self._turn:
            if wanted and not self._is_open:
                self._listeners.append(await self._listen(self.number))
                self.number = next(iter(self._listeners[-1].sockets)).getsockname()[1]
            elif not wanted and self._is_open:
                await self._accept_nobody()
                self._listeners[-1].close(close_connections=False)
                await asyncio.sleep(0)  # it gives the port up in the loop's next turn

    async def close(self) -> None:
        """Shut it for good; returns when all connections are closed, which is not done here."""
        await self.turn(False)
        for listener in self._listeners:
            listener.close()
            await listener.wait_closed()

    @property
    def _is_open(self) -> bool:
        return bool(self._listeners) and self._listeners[-1].is_serving()

    async def _accept_nobody(self) -> None:
        """Let in who is being accepted at this moment: closed in between, asyncio would leak the connection.

        See issue 109564 of CPython: a closed server has forgotten its sockets, and a connection that was accepted in
        the loop's last turn fails on that, open.
        """
        for listening in self._listeners[-1].sockets:
            asyncio.get_running_loop().remove_reader(listening)
        await asyncio.sleep(0)

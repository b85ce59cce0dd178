"""The only client socket: texts in, texts out; the websockets library stays in here."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidProxy, InvalidStatus, InvalidURI

from hybridtui.errors import TransportError
from hybridtui.feeds.network import SocketRefusedError, connect_failure, is_loopback, proxy_failure, seconds

_LARGEST_FRAME = 8 * 1024 * 1024
_FRAMES_A_TURN = 256
"""After so many frames in a row the other tasks get a turn, so that a flood never starves the screen."""


class Socket:
    """An open connection."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection

    async def send(self, texts: Iterable[str]) -> None:
        """Send these in order. A socket that is gone is found out by `frames`, not here."""
        try:
            for text in texts:
                await self._connection.send(text)
        except ConnectionClosed:
            return

    async def frames(self) -> AsyncIterator[bytes]:
        """The data frames as they come. Raises TransportError when the socket closes."""
        count = 0
        try:
            while True:
                yield await self._connection.recv(decode=False)
                count += 1
                if count % _FRAMES_A_TURN == 0:
                    await asyncio.sleep(0)
        except ConnectionClosed as closed:
            raise TransportError(_closure(closed)) from closed


class _Connect(connect):
    """A connection attempt that follows no redirection: that would lead to a host that nobody configured."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


@asynccontextmanager
async def open_socket(url: str, patience: float, user_agent: str, blocked: float = 60.0) -> AsyncIterator[Socket]:
    """Connect within `patience` seconds; leaving the context closes. Raises TransportError or SocketRefusedError.

    `blocked` is for how many seconds an address that connected too often is taken to be blocked, where the exchange
    does not say.
    """
    connecting = _Connect(
        url,
        compression=None,
        max_size=_LARGEST_FRAME,
        max_queue=1024,
        ping_interval=None,
        open_timeout=patience,
        close_timeout=0.3,
        user_agent_header=user_agent,
        proxy=None if is_loopback(url) else True,
    )
    try:
        connection = await connecting
    except InvalidStatus as refusal:
        raise _refused(refusal, blocked) from refusal
    except TimeoutError as error:
        raise TransportError("the handshake was not answered in time") from error
    except (OSError, EOFError) as error:
        raise TransportError(connect_failure(error)) from error
    except (InvalidProxy, ImportError) as error:
        raise TransportError(proxy_failure(error)) from error
    except (InvalidHandshake, InvalidURI) as error:
        raise TransportError(f"the handshake failed ({type(error).__name__})") from error
    try:
        yield Socket(connection)
    finally:
        await connection.close()


def _refused(refusal: InvalidStatus, blocked: float) -> SocketRefusedError:
    status = refusal.response.status_code
    named = seconds(refusal.response.headers.get("Retry-After", ""))
    wait = named if named is not None else blocked if status == 429 else None
    meaning = {429: "too many connections", 503: "unavailable", 408: "time-out"}.get(status, "refused")
    return SocketRefusedError(f"the handshake was answered with {status} ({meaning})", wait)


def _closure(closed: ConnectionClosed) -> str:
    """Why a socket closed, in one clause. 1006 stands for: without a word (RFC 6455, section 7.1.5)."""
    code = 1006 if closed.rcvd is None else closed.rcvd.code
    return f"socket closed by the exchange ({code})"

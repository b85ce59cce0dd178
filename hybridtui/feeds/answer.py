"""What a REST request brought, and what can be asked: apart from the library that speaks HTTP, which costs much."""

import asyncio
from importlib import import_module
from types import TracebackType
from typing import Protocol, Self

import msgspec

_REST = "hybridtui.feeds.rest"


class Answer(msgspec.Struct, frozen=True):
    """What came back, whatever its status."""

    status: int
    body: bytes
    age: float
    """Seconds that the body lay in a cache on the way, 0 where nobody says so."""
    retry_after: float | None
    """Seconds that a refusal asked us to wait, None where it named none."""
    shared: bool = False
    """Another pane asked."""
    date_ms: int | None = None
    """When the exchange answered by its own clock, ms UTC in whole seconds; None where it does not say."""


class Client(Protocol):
    """Something that asks over REST."""

    async def get(self, path: str, query: tuple[tuple[str, str], ...], now_ms: int) -> Answer:
        """One GET, see `feeds.rest`. Raises TransportError."""
        ...

    async def aclose(self) -> None:
        """Close all connections."""
        ...


class LateClient:
    """The client of `feeds.rest`, imported when it is needed: where other panes have the answers it may never be."""

    def __init__(self, base_url: str, timeout: float, user_agent: str) -> None:
        self._arguments = (base_url, timeout, user_agent)
        self._client: Client | None = None
        self._making = asyncio.Lock()

    async def get(self, path: str, query: tuple[tuple[str, str], ...], now_ms: int) -> Answer:
        """One GET, see `feeds.rest`. Raises TransportError."""
        async with self._making:
            if self._client is None:
                self._client = await asyncio.to_thread(self._make)
        return await self._client.get(path, query, now_ms)

    def _make(self) -> Client:
        client: Client = import_module(_REST).RestClient(*self._arguments)
        return client

    async def aclose(self) -> None:
        """Close all connections."""
        if self._client is not None:
            await self._client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

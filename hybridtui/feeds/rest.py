"""The only place that speaks HTTP. A path and a query in, a status and a body out; httpx stays in here.

Only the configured host is asked: redirections are answers like any other, not followed. TLS is verified.

Importing this is most of what the feed costs at the start, so it is done in a thread beside the screen, and includes
what httpx would import at the first request, in the event loop.
"""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from functools import cache
from importlib import import_module
from ssl import SSLContext
from typing import Any, Self
from urllib.parse import urlsplit

from hybridtui.errors import TransportError
from hybridtui.feeds.answer import Answer
from hybridtui.feeds.network import LONGEST_WAIT, connect_failure, is_loopback, proxy_failure, seconds

# httpx does without its command line where that cannot be imported: it would bring a highlighter of source code.
_modules: dict[str, Any] = sys.modules
_modules.setdefault("httpx._main", None)
import httpx  # noqa: E402

if _modules["httpx._main"] is None:
    del _modules["httpx._main"]  # whoever else wants it may have it

for _late in ("httpcore", "anyio", "anyio._backends._asyncio"):
    import_module(_late)

_LARGEST_BODY = 16 * 1024 * 1024


class RestClient:
    """An HTTP client for one base URL; connections are kept and shared."""

    def __init__(self, base_url: str, timeout: float, user_agent: str) -> None:
        """Raises TransportError where the environment names a proxy that cannot be used."""
        self._base_url, self._timeout = base_url.rstrip("/"), timeout
        with _mapped_proxy():
            self._client = httpx.AsyncClient(
                timeout=timeout,
                headers={"user-agent": user_agent, "accept": "application/json"},
                follow_redirects=False,
                verify=certificates(base_url) or False,
                trust_env=not is_loopback(base_url),
            )

    async def get(self, path: str, query: tuple[tuple[str, str], ...], now_ms: int) -> Answer:
        """One GET. `now_ms` (ms UTC) makes the address unique, because caches on the way hold answers for seconds.

        Raises TransportError, whose text says in one clause what the network did, also where the answer is not
        complete in time, however steadily it trickles.
        """
        with _mapped():
            params = httpx.QueryParams([*query, ("_", str(now_ms))])
            async with (
                asyncio.timeout(self._timeout),
                self._client.stream("GET", self._base_url + path, params=params) as response,
            ):
                body = bytearray()
                async for chunk in response.aiter_bytes():
                    body += chunk
                    if len(body) > _LARGEST_BODY:
                        raise TransportError(f"the answer to {path} is larger than any the exchange should send")
                age, wait = _age(response), _retry_after(response, now_ms)
                return Answer(response.status_code, bytes(body), age, wait, date_ms=_date_ms(response))

    async def aclose(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


@cache
def certificates(base_url: str) -> SSLContext | None:
    """Whom to believe, None where there is no TLS. Reading all authorities takes some 40 ms, so it is done once."""
    plain = urlsplit(base_url).scheme == "http" and is_loopback(base_url)
    return None if plain else httpx.create_ssl_context()


@contextmanager
def _mapped() -> Iterator[None]:
    """The one place where httpx's exceptions become ours."""
    try:
        yield
    except (httpx.TimeoutException, TimeoutError) as error:
        raise TransportError("no answer in time") from error
    except httpx.ConnectError as error:
        raise TransportError(connect_failure(error)) from error
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
        raise TransportError(f"the connection broke ({type(error).__name__})") from error


@contextmanager
def _mapped_proxy() -> Iterator[None]:
    """httpx looks at the proxies when a client is made, and says so with whatever comes to hand."""
    try:
        yield
    except (ImportError, ValueError, httpx.InvalidURL) as error:
        raise TransportError(proxy_failure(error)) from error


def _age(response: httpx.Response) -> float:
    """The `Age` header (RFC 9111, section 5.1) in seconds, 0 where it is absent or nonsense."""
    return seconds(response.headers.get("age", "")) or 0.0


def _date_ms(response: httpx.Response) -> int | None:
    """The `Date` header (RFC 9110, section 6.6.1)."""
    try:
        return round(parsedate_to_datetime(response.headers.get("date", "")).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None


def _retry_after(response: httpx.Response, now_ms: int) -> float | None:
    """The `Retry-After` header (RFC 9110, section 10.2.3): seconds, or a date that is turned into them."""
    text = response.headers.get("retry-after", "")
    try:
        counted = seconds(text)
        wait = parsedate_to_datetime(text).timestamp() - now_ms / 1000 if counted is None else counted
        return min(max(0.0, wait), LONGEST_WAIT)
    except (ValueError, OverflowError):
        return None

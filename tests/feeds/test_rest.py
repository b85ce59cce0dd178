"""The HTTP client against a server that answers whatever it is told to."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from hybridtui.errors import TransportError
from hybridtui.feeds.answer import LateClient
from hybridtui.feeds.network import LONGEST_WAIT, proxy_failure
from hybridtui.feeds.rest import RestClient

NOW_MS = 1_790_134_380_000
HUGE = "9" * 400


@asynccontextmanager
async def answering(*headers: str, body: bytes = b"[]", pause: float = 0.0) -> AsyncIterator[str]:
    """A server that sends these headers and the body, `pause` seconds before each byte; gives its base URL."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = "\r\n".join(["HTTP/1.1 200 OK", f"Content-Length: {len(body)}", "Connection: close", *headers, "", ""])
        writer.write(head.encode())
        try:
            for byte in body:
                await asyncio.sleep(pause)
                writer.write(bytes([byte]))
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v2"


@pytest.mark.parametrize(
    ("header", "age", "retry_after", "dated"),
    [
        ("Age: 4", 4.0, None, False),
        (f"Age: {HUGE}", LONGEST_WAIT, None, False),
        ("Age: -1", 0.0, None, False),
        ("Retry-After: 7", 0.0, 7.0, False),
        (f"Retry-After: {HUGE}", 0.0, LONGEST_WAIT, False),
        ("Retry-After: Mon, 01 Jan 99999999999999999999 00:00:00 GMT", 0.0, None, False),
        ("Retry-After: Fri, 01 Jan 2100 00:00:00 GMT", 0.0, LONGEST_WAIT, False),
        ("Date: Wed, 23 Sep 2026 03:33:00 GMT", 0.0, None, True),
        ("Date: Mon, 01 Jan 99999999999999999999 00:00:00 GMT", 0.0, None, False),
        ("Date: soon", 0.0, None, False),
    ],
)
async def test_headers_are_read_or_passed_over(header: str, age: float, retry_after: float | None, dated: bool) -> None:
    async with answering(header) as url, LateClient(url, 10.0, "test") as client:
        answer = await client.get("/book", (), NOW_MS)
    assert (answer.status, answer.body, answer.age, answer.retry_after) == (200, b"[]", age, retry_after)
    assert (answer.date_ms is not None) is dated


async def test_an_answer_that_trickles_is_given_up_in_time() -> None:
    """No wait for a byte is long; the whole is."""
    async with answering(body=b"[" + b" " * 500 + b"]", pause=0.02) as url, RestClient(url, 0.3, "test") as client:
        with pytest.raises(TransportError, match="no answer in time"):
            await client.get("/book", (), NOW_MS)


@pytest.mark.parametrize(
    "proxy",
    ["socks5://127.0.0.1:9", "socks4://127.0.0.1:9", "host:port", "http://127.0.0.1:no", "ftp://me:secret@127.0.0.1:9"],
)
async def test_a_proxy_that_cannot_be_used_is_said_and_no_crash(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    async with LateClient("https://exchange.test/v2", 1.0, "test") as client:
        with pytest.raises(TransportError, match="the proxy that the environment names cannot be used") as refused:
            await client.get("/book", (), NOW_MS)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("text", ["http://me:secret@proxy.test isn't a valid proxy", "me:secret@host: no scheme"])
def test_what_is_said_of_a_proxy_has_no_password(text: str) -> None:
    said = proxy_failure(ValueError(text))
    assert "secret" not in said
    assert said.startswith("the proxy that the environment names cannot be used (")

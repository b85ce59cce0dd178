"""TLS is verified: a certificate that nobody vouches for is refused, over REST and on the socket, and said so."""

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from hybridtui.errors import TransportError
from hybridtui.feeds.rest import RestClient
from hybridtui.feeds.websocket import open_socket

OPENSSL = shutil.which("openssl")


@asynccontextmanager
async def impostor(folder: Path) -> AsyncIterator[tuple[int, list[bytes]]]:
    """A server with a certificate of its own making; gives its port and what was told to it after the handshake."""
    assert OPENSSL is not None
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    command = [OPENSSL, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    command += ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate)]
    await asyncio.to_thread(subprocess.run, command, check=True, capture_output=True, timeout=60)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    told: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        told.append(await reader.read(1))
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1], told


@pytest.mark.skipif(OPENSSL is None, reason="needs the openssl program to make a certificate")
async def test_an_unknown_certificate_is_refused_before_anything_is_said(tmp_path: Path) -> None:
    async with impostor(tmp_path) as (port, told):
        async with RestClient(f"https://localhost:{port}/v2", 5.0, "test") as client:
            with pytest.raises(TransportError, match="certificate could not be verified"):
                await client.get("/ticker/tBTCUSD", (), 0)
        with pytest.raises(TransportError, match="certificate could not be verified"):
            async with open_socket(f"wss://localhost:{port}/ws/2", 5.0, "test"):
                pass
        assert told in ([], [b""])

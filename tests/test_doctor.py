"""The doctor against a real exchange on real sockets, and against all that can be missing."""

import asyncio
import os
import ssl
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from hybridtui.clock import SystemClock
from hybridtui.demo.market import DemoMarket
from hybridtui.doctor import Case, Finding, examine, place_of
from hybridtui.exchanges.registry import exchange
from hybridtui.market.feed import View
from hybridtui.server.socket import serve
from tests.fakes import ManualClock

NOBODY = ("http://127.0.0.1:9/v2", "ws://127.0.0.1:9/ws/2")
TERMINAL = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
NAMES = {"versions", "terminal", "configured", "cache"}


async def findings(
    cache: Path, rest_url: str, ws_url: str, symbol: str = "BTCUSD", **changes: Any
) -> dict[str, Finding]:
    bitfinex = exchange()
    fields: dict[str, Any] = {"environment": TERMINAL, "clock": SystemClock(), "cache": cache} | changes
    case = Case(bitfinex, View(bitfinex.instrument(symbol)), rest_url, ws_url, **fields)
    async with asyncio.timeout(30):
        return {finding.name: finding async for finding in examine(case)}


async def of_demo(cache: Path, **changes: Any) -> dict[str, Finding]:
    async with serve(DemoMarket(SystemClock().wall_ms(), seed=1)) as server:
        return await findings(cache, server.rest_url, server.ws_url, **changes)


async def test_all_is_well_with_the_demo_exchange(tmp_path: Path) -> None:
    found = await of_demo(tmp_path)
    assert [name for name, finding in found.items() if not finding.ok and name != "terminal"] == []
    assert set(found) == NAMES | {
        *("DNS", "TCP", "REST status", "REST ticker", "REST book", "clock"),
        *("WebSocket", "greeting", "flags", "snapshots", "checksum"),
    }
    assert "all four came" in found["snapshots"].text
    assert found["checksum"].text == "one agreed"


async def test_an_unknown_symbol_is_named(tmp_path: Path) -> None:
    found = await of_demo(tmp_path, symbol="XXXYYY")
    assert not found["REST book"].ok
    assert not found["snapshots"].ok
    assert "XXXYYY" in found["snapshots"].text
    assert found["WebSocket"].ok


async def test_a_wrong_clock_is_told(tmp_path: Path) -> None:
    ahead = ManualClock(wall_ms=SystemClock().wall_ms() + 90_000)
    found = await of_demo(tmp_path, clock=ahead)
    assert not found["clock"].ok
    assert "ahead of" in found["clock"].text
    assert "time server" in found["clock"].hint


async def test_a_broken_settings_file_is_a_finding_and_not_the_end(tmp_path: Path) -> None:
    config = tmp_path / "hybridtui" / "settings.toml"
    config.parent.mkdir()
    config.write_text(f'fps = 0\nsymbol = "ETHUSD"\nrest_url = "{NOBODY[0]}"\nws_url = "{NOBODY[1]}"\nsymbl = 3\n')
    done = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "hybridtui", "doctor"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | TERMINAL | {"XDG_CONFIG_HOME": str(tmp_path)},
    )
    out, err = await done.communicate()
    assert (done.returncode, err) == (1, b"")
    rows = out.decode().splitlines()
    at = next(number for number, row in enumerate(rows) if "configured" in row)
    assert rows[at].startswith("FAIL")
    assert f"{config}, line 1: fps must be a whole number from 1 to 60, not 0. (and 1 more)" in rows[at]
    assert "→ Correct the file" in rows[at + 1]
    assert "hybridtui config check" in rows[at + 1]
    assert "127.0.0.1 port 9: connection refused" in out.decode(), "what is right in the file holds"


async def test_nobody_there(tmp_path: Path) -> None:
    found = await findings(tmp_path, *NOBODY)
    assert found["TCP/TLS"].text == "127.0.0.1 port 9: connection refused"
    assert "not tried" in found["REST"].text
    assert "not tried" in found["WebSocket"].text
    assert all(finding.hint for finding in found.values() if not finding.ok)


async def test_a_name_that_does_not_exist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hybridtui.doctor.getproxies", dict)
    found = await findings(tmp_path, "https://nobody.invalid/v2", "wss://nobody.invalid/ws/2")
    assert not found["DNS"].ok
    assert "nobody.invalid was not resolved" in found["DNS"].text
    assert "not tried" in found["REST"].text


async def test_a_proxy_that_cannot_be_used_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ALL_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "host:port")
    found = await findings(tmp_path, "https://nobody.invalid/v2", "wss://nobody.invalid/ws/2")
    for name in ("REST ticker", "WebSocket"):
        assert not found[name].ok
        assert "the proxy that the environment names cannot be used" in found[name].text


async def test_a_server_that_accepts_and_says_nothing_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("_ANSWER", "_HANDSHAKE", "_FILL"):
        monkeypatch.setattr(f"hybridtui.doctor.{name}", 0.3)

    open_ones: set[asyncio.Task[None]] = set()

    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            await reader.read()
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_ones.add(asyncio.get_running_loop().create_task(hold(reader, writer)))

    async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        found = await findings(tmp_path, f"http://127.0.0.1:{port}/v2", f"ws://127.0.0.1:{port}/ws/2")
        await asyncio.gather(*open_ones)
    assert found["TCP"].ok
    assert "no answer in time" in found["REST book"].text
    assert not found["WebSocket"].ok
    assert "in time" in found["WebSocket"].text


async def test_a_certificate_that_nobody_signed_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hybridtui.doctor.getproxies", dict)

    async def refuse(*_: object, **__: object) -> None:
        raise ssl.SSLCertVerificationError("self-signed certificate")

    async def resolved(*_: object) -> list[str]:
        return ["192.0.2.1"]

    monkeypatch.setattr("hybridtui.doctor._resolve", resolved)
    monkeypatch.setattr("asyncio.open_connection", refuse)
    found = await findings(tmp_path, "https://exchange.test/v2", "wss://exchange.test/ws/2")
    assert "could not be verified" in found["TCP/TLS"].text


async def test_this_computer(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    environment = {"TERM": "dumb", "HYBRIDTUI_MODE": "rest\x1b[31m"}
    found = await findings(blocked / "cache", *NOBODY, environment=environment)
    assert not found["cache"].ok
    assert not found["terminal"].ok
    assert "HYBRIDTUI_MODE=rest" in found["configured"].text
    assert not any("\x1b" in line for finding in found.values() for line in finding.lines())


def test_the_command_prints_a_report_and_says_with_its_code_that_something_is_wrong(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "hybridtui", "doctor", "ETHUSD", "--rest-url", NOBODY[0], "--ws-url", NOBODY[1]],
        env={**os.environ, **TERMINAL, "XDG_CACHE_HOME": str(tmp_path), "PYTHONUTF8": "1"},
        cwd=Path(__file__).resolve().parents[1],
        capture_output=True,
        text=True,
        timeout=40,
        check=False,
    )
    assert result.returncode == 1
    assert result.stderr == ""
    assert "Traceback" not in result.stdout
    assert "FAIL  TCP/TLS     127.0.0.1 port 9: connection refused" in result.stdout
    assert "ETH/USD" in result.stdout


@pytest.mark.parametrize(
    ("url", "place"),
    [("https://a.b/v2", ("a.b", 443)), ("ws://[::1]:81/x", ("::1", 81)), ("http://c", ("c", 80))],
)
def test_where_a_url_leads(url: str, place: tuple[str, int]) -> None:
    assert place_of(url) == place

"""Running the demo exchange: builds the market, serves it, and ends when told to."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path

import msgspec

from hybridtui.clock import SystemClock
from hybridtui.demo.market import DemoMarket
from hybridtui.demo.recording import RecordedMarket
from hybridtui.demo.scenario import Step, parse_fault, play, read_scenario
from hybridtui.errors import HybridtuiError, SettingsError
from hybridtui.server.market import Market
from hybridtui.server.options import ServerOptions
from hybridtui.server.socket import ExchangeServer, serve

_PR_SET_PDEATHSIG = 1


class DemoError(HybridtuiError):
    """The demo exchange could not be started."""


class DemoSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What the demo exchange plays, and where."""

    host: str = "127.0.0.1"
    port: int = 0
    """0 takes any free port."""
    seed: int = 1
    rate: float = 1.0
    """How much happens, or how fast a recording is played: 1 is as it was."""
    recording: Path | None = None
    """Frames to play back instead of making a market up; needs `clock_file`."""
    clock_file: Path | None = None
    """`frame,trade_mts`: when which frame of the recording was."""
    warmup: float = 60.0
    """Minutes of the recording that count as past when it begins."""
    faults: tuple[str, ...] = ()
    """What goes wrong, each `NAME[@START][:SECONDS]`."""
    scenario: Path | None = None
    """A file of faults and their times."""


def open_market(settings: DemoSettings, now_ms: int) -> Market:
    """The market that the settings describe, beginning at `now_ms`.

    Raises SettingsError where they contradict each other, HybridtuiError where the recording cannot be read.
    """
    if not 0 < settings.rate <= 1000:
        raise SettingsError(f"The rate {settings.rate:g} cannot be played: give a number above 0 and up to 1000.")
    if settings.recording is None:
        return DemoMarket(now_ms, seed=settings.seed, rate=settings.rate)
    if settings.clock_file is None:
        raise SettingsError("A recording has no times of its own: name its clock file with --clock.")
    return RecordedMarket(
        settings.recording,
        settings.clock_file,
        now_ms,
        warmup_ms=round(settings.warmup * 60_000),
        rate=settings.rate,
    )


def planned(settings: DemoSettings) -> list[Step]:
    """What goes wrong when, the command line's faults and the scenario's together. Raises SettingsError."""
    steps = [parse_fault(text) for text in settings.faults]
    return steps if settings.scenario is None else steps + read_scenario(settings.scenario)


async def run_demo(settings: DemoSettings, announce: Callable[[str], object], *, until_eof: bool = False) -> None:
    """Serve until SIGINT or SIGTERM or, where asked for, until standard input ends.

    `announce` gets one line with both addresses once they can be connected to: `REST <url> WebSocket <url>`. Raises
    DemoError where the port cannot be used, SettingsError and HybridtuiError as `open_market` does.
    """
    stop = asyncio.Event()
    _stop_on_signals(stop)
    if until_eof:
        _stop_with_parent(stop)
    steps, clock = planned(settings), SystemClock()
    market = open_market(settings, clock.wall_ms())
    try:
        async with serve(market, settings.host, settings.port, clock=clock, options=ServerOptions()) as exchange:
            play(steps, exchange)
            announce(addresses(exchange))
            await _first(stop.wait(), exchange.broken())
    except OSError as error:
        raise DemoError(
            f"Port {settings.port} of {settings.host} cannot be used ({error.strerror}): choose another with --port."
        ) from error


async def _first(*waiting: Coroutine[object, object, object]) -> None:
    """Wait for any of them, and give up the others."""
    tasks = [asyncio.ensure_future(one) for one in waiting]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()


def addresses(exchange: ExchangeServer) -> str:
    """The line that tells where the demo listens."""
    return f"REST {exchange.rest_url} WebSocket {exchange.ws_url}"


def _stop_on_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError, RuntimeError):  # Windows, and any thread but the main one, have no handlers
            loop.add_signal_handler(number, stop.set)


def _stop_with_parent(stop: asyncio.Event) -> None:
    """End with the process that holds the other end of standard input, however that one ends."""
    if sys.platform == "linux":
        import ctypes  # a demo that runs alone does not need it

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    source = sys.stdin.fileno()

    def read() -> None:
        if not os.read(source, 4096):
            asyncio.get_running_loop().remove_reader(source)
            stop.set()

    asyncio.get_running_loop().add_reader(source, read)

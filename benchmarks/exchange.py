"""The demo exchange that the program is measured against, in a process of its own."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.request import urlopen

from hybridtui.demo.process import DemoProcess, start_demo
from hybridtui.demo.run import DemoSettings

RECORDINGS = Path(__file__).resolve().parents[1] / ".." / "shared" / "recordings"
_NAME = "btcusd-2018-11-12-two-hours"
_FRAMES_PER_RATE = 13.0
"""Frames a second that the synthetic market sends at rate 1, all channels of one view."""


class Source(NamedTuple):
    """What plays the exchange."""

    name: str
    settings: DemoSettings


def busy() -> Source:
    """The two-hour recording at its own pace; without it, a synthetic market of about as many frames a second."""
    recording, clock = RECORDINGS / f"{_NAME}.jsonl.gz", RECORDINGS / f"{_NAME}.clock.csv"
    if recording.exists() and clock.exists():
        return Source("recording", DemoSettings(recording=recording, clock_file=clock, warmup=30.0))
    return Source("synthetic", DemoSettings(rate=50.0 / _FRAMES_PER_RATE))


def idle() -> Source:
    """A market in which nothing happens but heartbeats."""
    return Source("idle", DemoSettings(rate=0.0001))


@contextmanager
def running(source: Source) -> Iterator[DemoProcess]:
    """The exchange, from when it listens to the end of the context."""
    with start_demo(source.settings, timeout=60.0) as exchange:
        yield exchange


def addresses(exchange: DemoProcess) -> list[str]:
    """The options that point the program at this exchange."""
    return ["--rest-url", exchange.rest_url, "--ws-url", exchange.ws_url]


def best_bid(exchange: DemoProcess, symbol: str = "tBTCUSD") -> float:
    """The price of the best bid, asked over REST."""
    with urlopen(f"{exchange.rest_url}/book/{symbol}/P0?len=1") as answer:
        return float(json.load(answer)[0][0])

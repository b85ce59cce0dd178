"""WebSocket and REST polling side by side: what each costs, and how often what one reads is what the exchange has.

The synthetic exchange runs in this process and notes when its best bid and its whole book changed. Two processes of
their own, one a source, look at it through the model of the program and write down every best bid they are told of.
Both clocks are the machine's monotonic one, so the times can be compared. The measurement is what a local line gives;
a real one adds its delay to both.
"""

import asyncio
import json
import resource
import sys
import time
from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from benchmarks.table import Row, percentile, show
from hybridtui.demo.market import DemoMarket
from hybridtui.hybrid import HybridMarketData
from hybridtui.market.source import Topic
from hybridtui.server.market import Change
from hybridtui.server.socket import ExchangeServer, serve
from hybridtui.settings import Settings
from hybridtui.wiring import market_of

SECONDS = 40.0
SETTLED = 4.0
RATE = 4.0
"""About 50 frames a second."""
SYMBOL = "tBTCUSD"
_SAMPLE = 0.02

Bids = list[tuple[float, float]]
"""Monotonic time and the best bid from then on, in the order of time."""


class NotedMarket(DemoMarket):
    """The synthetic market, and when its book changed."""

    def __init__(self, start_ms: int) -> None:
        self.bids: Bids = []
        self.books = 0
        """How often the book changed, as far as the exchange tells of it."""
        super().__init__(start_ms, rate=RATE)

    def advance(self, now_ms: int) -> list[Change]:
        """Move on, and note the best bid where it is another one."""
        changes = super().advance(now_ms)
        if any(change.symbol == SYMBOL and change.book for change in changes):
            self.books += 1
            bid = self.book(SYMBOL)[0][0]
            if not self.bids or self.bids[-1][1] != bid:
                self.bids.append((time.monotonic(), bid))
        return changes


async def watch(mode: str, rest_url: str, ws_url: str) -> dict[str, Any]:
    """Watch in this process, and return what was seen and what it cost."""
    market = market_of(Settings(mode=mode, rest_url=rest_url, ws_url=ws_url))
    seen: Bids = []
    books = 0

    def note(_topics: Topic) -> None:
        nonlocal books
        books += 1
        best = market.orderbook.best_bid
        if best is not None and (not seen or seen[-1][1] != best.price):
            seen.append((time.monotonic(), best.price))

    market.subscribe(Topic.BOOK, note)
    async with market:
        await asyncio.sleep(SETTLED)
        began, used, books = time.monotonic(), _cpu(), 0
        sizes = [await _bytes_per_second(market) for _ in range(round(SECONDS))]
        return {
            "began": began,
            "ended": time.monotonic(),
            "seen": seen,
            "books": books,
            "bytes": sum(sizes) / len(sizes),
            "cpu": (_cpu() - used) / (time.monotonic() - began),
        }


async def _bytes_per_second(market: HybridMarketData) -> float:
    await asyncio.sleep(1)
    traffic = market.state.traffic
    return 0.0 if traffic is None else traffic.bytes_per_s


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def held(bids: Bids, at: float) -> float | None:
    """The best bid at a moment."""
    place = bisect_right(bids, (at, float("inf")))
    return bids[place - 1][1] if place else None


def ages(truth: Bids, seen: Bids, began: float, ended: float) -> list[float]:
    """For moments close together, for how many seconds the bid that was read had not been the exchange's any more."""
    found, at = list[float](), began
    while at < ended:
        read, place = held(seen, at), bisect_right(truth, (at, float("inf")))
        left = at
        while place > 0 and truth[place - 1][1] != read:
            left = truth[place - 1][0]
            place -= 1
        found.append(at - left)
        at += _SAMPLE
    return found


def rows(source: str, truth: Bids, books: int, requests: int, report: dict[str, Any]) -> Sequence[Row]:
    """The table of one source."""
    began, ended = report["began"], report["ended"]
    seen = [(at, bid) for at, bid in report["seen"]]
    old = ages(truth, seen, began, ended)
    changes = sum(began <= at < ended for at, _ in truth)
    shown = sum(began <= at < ended for at, _ in seen)
    minutes = (ended - began) / 60
    return [
        (
            f"{source}: the best bid read is the exchange's",
            f"{sum(age == 0 for age in old) / len(old):.1%}",
            "of the time",
        ),
        (f"{source}: its age, mean", f"{sum(old) / len(old) * 1000:.0f} ms", ""),
        (f"{source}: its age, p99", f"{percentile(old, 0.99) * 1000:.0f} ms", ""),
        (f"{source}: best bids shown", f"{shown} of {changes}", ""),
        (f"{source}: books shown", f"{report['books']} of {books}", ""),
        (f"{source}: received", f"{report['bytes'] / 1000:.1f} kB/s", ""),
        (f"{source}: REST requests", f"{requests / minutes:.0f} a minute", ""),
        (f"{source}: processor time, without a screen", f"{report['cpu']:.1%}", "of a core"),
    ]


async def measure(mode: str) -> Sequence[Row]:
    """One source against an exchange of its own; every run has the same market."""
    market = NotedMarket(int(time.time() * 1000))
    async with serve(market) as exchange:
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "benchmarks.sources", mode, exchange.rest_url, exchange.ws_url,
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        moving = asyncio.create_task(_keep_moving(market, exchange))
        await asyncio.sleep(SETTLED + 1)
        books, requests = market.books, exchange.requests.total()
        await asyncio.sleep(SECONDS - 2)
        share = SECONDS / (SECONDS - 2)
        books, requests = round((market.books - books) * share), round((exchange.requests.total() - requests) * share)
        said, _ = await child.communicate()
        moving.cancel()
    return rows(mode, market.bids, books, requests, json.loads(said))


async def _keep_moving(market: NotedMarket, exchange: ExchangeServer) -> None:
    """Let the market live where nobody is connected for long: else it would move only when it is asked."""
    while True:
        await asyncio.sleep(0.02)
        if not exchange.open_sockets:
            market.advance(int(time.time() * 1000))


def main() -> None:
    """Both sources, one after the other."""
    found = [row for mode in ("websocket", "rest") for row in asyncio.run(measure(mode))]
    show(f"WebSocket and REST, synthetic market at rate {RATE:g}, {SECONDS:g} s each", found)


if __name__ == "__main__":
    if len(sys.argv) == 4:
        print(json.dumps(asyncio.run(watch(*sys.argv[1:]))))
    else:
        main()

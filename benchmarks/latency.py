"""How long a WebSocket frame takes to the terminal: sent by a small market of our own, found again in what is drawn.

Every 20 ms one trade happens and the best bid changes, so 100 frames a second are sent. Their numbers say which moment
they are from: the price of the trade and the amount of the bid count up. What the program wrote is drawn afterwards on
an emulated screen, piece by piece as it arrived, and the newest moment is read off each panel.

A frame that is overtaken by a newer one before the next picture counts as shown by that picture.
"""

import asyncio
import re
import time
from collections.abc import Sequence
from typing import NamedTuple

import pyte

from benchmarks.table import Row, median, percentile, show
from benchmarks.terminal import Output, Terminal, app
from hybridtui.server.market import BookRow, CandleQuery, CandleRow, Change, TickerRow, TradeQuery, TradeRow
from hybridtui.server.options import ServerOptions, SessionOptions
from hybridtui.server.socket import serve

SECONDS = 20.0
SETTLED = 3.0
STEP_MS = 20
WIDTH, HEIGHT = 120, 40
SYMBOL = "tBTCUSD"
BASE = 50_000
"""Price of trade 0."""
BID = 10_000
"""Amount of the bid at moment 0, in ten-thousandths."""


class CountingMarket:
    """A market whose numbers count its moments; it notes when each was told to the server."""

    symbols: Sequence[str] = (SYMBOL,)

    def __init__(self, start_ms: int) -> None:
        self.now_ms = self._start = start_ms
        self.count = 0
        self.told = [time.monotonic()]
        """Monotonic time of each moment."""

    def advance(self, now_ms: int) -> list[Change]:
        """Every moment until now; the server sends the frames right after this."""
        self.now_ms = max(self.now_ms, now_ms)
        first, self.count = self.count + 1, (self.now_ms - self._start) // STEP_MS
        self.told += [time.monotonic()] * (self.count + 1 - first)
        trades = tuple(self._trade(number) for number in range(first, self.count + 1))
        return [Change(SYMBOL, trades, True)] if trades else []

    def next_ms(self) -> int | None:
        """The next moment."""
        return self._start + (self.count + 1) * STEP_MS

    def book(self, symbol: str) -> Sequence[BookRow]:  # noqa: ARG002
        """The best bid changes, the others stay."""
        amounts = [(BID + self.count) / 10_000] + [50.0] * 29
        bids = [(49_000.0 - level, 1, amount) for level, amount in enumerate(amounts)]
        return [*bids, *((49_001.0 + level, 1, -50.0) for level in range(30))]

    def trades(self, symbol: str, query: TradeQuery) -> list[TradeRow]:  # noqa: ARG002
        """The newest ones."""
        return [self._trade(number) for number in range(self.count, max(-1, self.count - query.limit), -1)]

    def candles(self, symbol: str, query: CandleQuery) -> list[CandleRow]:  # noqa: ARG002
        """Two hours of minutes that all look alike."""
        newest = self._start // 60_000 * 60_000
        row = (50_000.0, 50_040.0, 50_060.0, 49_980.0, 3.5)
        return [(newest - minute * 60_000, *row) for minute in range(min(query.limit, 120))]

    def ticker(self, symbol: str) -> TickerRow:  # noqa: ARG002
        """The last day."""
        return (49_000.0, 45.0, 49_001.0, 45.0, 10.0, 0.0002, float(BASE + self.count), 900.0, 60_000.0, 48_000.0)

    def _trade(self, number: int) -> TradeRow:
        return (number + 1, self._start + number * STEP_MS, 0.01, float(BASE + number))


class Panel(NamedTuple):
    """Where the number of a moment is to be read."""

    name: str
    number: re.Pattern[str]
    base: int
    """The number of moment 0."""
    rows: slice
    columns: slice


def panels(screen: pyte.Screen) -> list[Panel]:
    """Header, book and tape, where they are on this screen."""
    titles = {title: _find(screen, title) for title in ("ORDER BOOK", "TRADES")}
    price, amount = re.compile(r"\b(5\d,\d{3})\b"), re.compile(r"\b(\d\.\d{4})\b")
    (book_row, book_column), (tape_row, tape_column) = titles["ORDER BOOK"], titles["TRADES"]
    beside = slice(book_column, tape_column if tape_column > book_column else None)
    below = slice(book_row, tape_row if tape_row > book_row else HEIGHT)
    return [
        Panel("last price, header", price, BASE, slice(0, 1), slice(None)),
        Panel("trade, tape", price, BASE, slice(tape_row, HEIGHT), slice(tape_column, None)),
        Panel("best bid, order book", amount, BID, below, beside),
    ]


def _find(screen: pyte.Screen, text: str) -> tuple[int, int]:
    return next((row, line.index(text)) for row, line in enumerate(screen.display) if text in line)


def shown(panel: Panel, screen: pyte.Screen) -> int:
    """The newest moment on this panel, -1 where there is none."""
    text = "\n".join(line[panel.columns] for line in screen.display[panel.rows])
    numbers = (int(re.sub(r"\D", "", found)) - panel.base for found in panel.number.findall(text))
    return max(numbers, default=-1)


def measured(outputs: Sequence[Output], told: Sequence[float], since: float) -> dict[str, list[float]]:
    """For each panel, milliseconds from when a moment was told until it, or a newer one, was on the screen."""
    screen = pyte.Screen(WIDTH, HEIGHT)
    stream = pyte.ByteStream(screen)
    watched = list[Panel]()
    latest, delays = dict[str, int](), dict[str, list[float]]()
    for output in outputs:
        stream.feed(output.data)
        if output.at < since:
            continue
        watched = watched or panels(screen)
        for panel in watched:
            newest, before = shown(panel, screen), latest.get(panel.name)
            if before is not None and newest > before:
                waited = ((output.at - told[number]) * 1000 for number in range(before + 1, newest + 1))
                delays.setdefault(panel.name, []).extend(waited)
            latest[panel.name] = newest if before is None else max(newest, before)
    return delays


async def run() -> tuple[CountingMarket, Terminal, float]:
    """Run the program against the counting market. Returns also when the measured time began."""
    market = CountingMarket(int(time.time() * 1000))
    options = ServerOptions(session=SessionOptions(batch=0.0, update_lost=1.0))
    async with serve(market, options=options) as exchange:
        arguments = ["BTCUSD", "--rest-url", exchange.rest_url, "--ws-url", exchange.ws_url]
        with app(arguments, width=WIDTH, height=HEIGHT) as terminal:
            await asyncio.to_thread(terminal.wait_for, lambda text: b"LIVE" in text.upper())
            await asyncio.sleep(SETTLED)
            since = time.monotonic()
            await asyncio.sleep(SECONDS)
    return market, terminal, since


def main() -> None:
    """Measure header, tape and book."""
    market, terminal, since = asyncio.run(run())
    seen = [output for output in terminal.outputs if output.at < since + SECONDS]
    frames = 2 * sum(since <= at < since + SECONDS for at in market.told) / SECONDS
    rows: list[Row] = []
    for name, delays in measured(seen, market.told, since).items():
        rows.append((f"{name}, {len(delays)} frames, median", f"{median(delays):.0f} ms", ""))
        rows.append((f"{name}, p99", f"{percentile(delays, 0.99):.0f} ms", "<= 60 ms"))
    show(f"From the socket to the terminal, {frames:.0f} frames/s, {SECONDS:g} s", rows)


if __name__ == "__main__":
    main()

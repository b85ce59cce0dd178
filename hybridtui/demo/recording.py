"""A recording as a market: raw WebSocket frames played back at the pace at which they were recorded, or a multiple.

The frames have no times of their own; a clock file names the time of those that are trades, and the others lie between.
The first part (`warmup_ms`) is played at once and becomes the past, its times shifted so that it ends at the start.
Frames are read one after the other as they are needed. At the end nothing more happens and the book stays as it was.
"""

import csv
import gzip
import io
import zlib
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import msgspec

from hybridtui.demo.aggregate import Bar, aggregated, bucket_of, merged, selected
from hybridtui.errors import HybridtuiError
from hybridtui.market.book import Book
from hybridtui.market.timeframe import Timeframe
from hybridtui.server.market import BookRow, CandleQuery, CandleRow, Change, TickerRow, TradeQuery, TradeRow

_DAY = 86_400_000
_TICKER_LEVELS = 25


class RecordingError(HybridtuiError):
    """A recording or its clock file cannot be read."""


class _Clock:
    """When which frame was, ms UTC: the named ones exactly, the others in between."""

    def __init__(self, path: Path) -> None:
        try:
            with path.open(newline="", encoding="utf-8") as file:
                rows = [(int(row["frame"]), int(row["trade_mts"])) for row in csv.DictReader(file)]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise RecordingError(
                f"The clock file {path} cannot be read ({error}): it needs frame,trade_mts."
            ) from error
        if not rows:
            raise RecordingError(f"The clock file {path} names no frame: choose the one that belongs to the recording.")
        self._frames, self._times = [row[0] for row in rows], [row[1] for row in rows]
        self.start = self._times[0]

    def at(self, frame: int) -> int:
        """The time of a frame; those before the first named one and after the last have its time."""
        place = bisect_right(self._frames, frame)
        if place == 0 or place == len(self._frames):
            return self._times[max(0, place - 1)]
        low, high = self._frames[place - 1], self._frames[place]
        share = (frame - low) / (high - low)
        return round(self._times[place - 1] + (self._times[place] - self._times[place - 1]) * share)


class RecordedMarket:
    """A `hybridtui.server.market.Market` of one symbol."""

    def __init__(
        self, recording: Path, clock_file: Path, start_ms: int, *, warmup_ms: int = 3_600_000, rate: float = 1.0
    ) -> None:
        """Raises RecordingError where a file cannot be read or holds no book or trades of a pair."""
        self._clock, self._path = _Clock(clock_file), recording
        self._start, self._rate = start_ms, rate
        self._origin = self._clock.start + warmup_ms
        self._now = start_ms
        self.trading = True
        """False: the trades of the recording are left out."""
        self._symbol = ""
        self._channels: dict[int, str] = {}
        self._book, self._rows = Book(), (-1, list[BookRow]())
        self._trades: list[TradeRow] = []
        self._minutes: list[Bar] = []
        self._frames = self._read()
        self._pending = next(self._frames, None)
        self.advance(start_ms)
        if not self._symbol:
            raise RecordingError(f"The recording {recording} holds no subscription: choose raw WebSocket frames.")

    @property
    def symbols(self) -> Sequence[str]:
        """The symbol that was recorded."""
        return (self._symbol,)

    @property
    def now_ms(self) -> int:
        """The moment it was advanced to, ms UTC."""
        return self._now

    def next_ms(self) -> int | None:
        """When the next frame is to be played, None at the end."""
        return None if self._pending is None else self._shown(self._pending[0])

    def skip(self, now_ms: int) -> None:
        """Stop the recording until `now_ms`; it goes on where it stopped."""
        self._start += max(0, now_ms - self._now)
        self._now = max(self._now, now_ms)

    def advance(self, now_ms: int) -> list[Change]:
        """Play all frames until now."""
        self._now = max(self._now, now_ms)
        revision, known = self._book.revision, len(self._trades)
        while self._pending is not None and self._shown(self._pending[0]) <= self._now:
            self._play(self._pending[1])
            self._pending = next(self._frames, None)
        new, changed = tuple(self._trades[known:]), self._book.revision != revision
        return [Change(self._symbol, new, changed)] if new or changed else []

    def book(self, symbol: str) -> Sequence[BookRow]:  # noqa: ARG002 - there is only one
        """As many levels as were recorded."""
        if self._rows[0] != self._book.revision:
            self._rows = (self._book.revision, self._book.rows())
        return self._rows[1]

    def trades(self, symbol: str, query: TradeQuery) -> list[TradeRow]:  # noqa: ARG002 - there is only one
        """What has been played so far."""
        found = [
            trade
            for trade in self._trades
            if (query.start is None or trade[1] >= query.start) and (query.end is None or trade[1] <= query.end)
        ]
        return found[: query.limit] if query.oldest_first else found[: -query.limit - 1 : -1]

    def candles(self, symbol: str, query: CandleQuery) -> list[CandleRow]:  # noqa: ARG002 - there is only one
        """Made of what has been played so far."""
        bars = selected(aggregated(reversed(self._minutes), query.timeframe), query.start, query.end)
        return list(bars)[: -query.limit - 1 : -1] if query.oldest_first else list(islice(bars, query.limit))

    def ticker(self, symbol: str) -> TickerRow:  # noqa: ARG002 - there is only one
        """The last 24 hours, or what there is of them; null where nothing has been played."""
        bids, asks = self._book.bids(_TICKER_LEVELS), self._book.asks(_TICKER_LEVELS)
        touch = (
            bids[0].price if bids else None,
            sum(level.size for level in bids),
            asks[0].price if asks else None,
            sum(level.size for level in asks),
        )
        bars = list(selected(reversed(self._minutes), self._now - _DAY, None))
        if not bars:
            return (*touch, None, None, None, None, None, None)
        _, first, last, high, low, volume = merged(0, bars)
        change = round(last - first, 8)  # the exchange counts in decimals
        return (*touch, change, round(change / first, 8), last, volume, high, low)

    def _shown(self, recorded: int) -> int:
        """The time at which a recorded moment is played; the warm-up keeps its own pace."""
        passed = recorded - self._origin
        return self._start + round(passed / self._rate if passed > 0 else passed)

    def _read(self) -> Iterator[tuple[int, list[object] | dict[str, object]]]:
        """Recorded time and content of each frame."""
        decode = msgspec.json.Decoder(list[object] | dict[str, object]).decode
        try:
            with _opened(self._path) as file:
                for number, line in enumerate(file):
                    if line.isspace():
                        continue  # where one socket ended
                    yield self._clock.at(number), decode(line)
        except (OSError, EOFError, zlib.error, msgspec.DecodeError) as error:
            message = f"The recording {self._path} cannot be read ({error}): it needs one raw frame a line."
            raise RecordingError(message) from error

    def _play(self, frame: list[object] | dict[str, object]) -> None:
        """Apply one frame; heartbeats, checksums and the repetition of trades say nothing new."""
        try:
            if isinstance(frame, dict):
                self._note(frame)
            elif len(frame) > 1 and isinstance(frame[1], list):
                self._take(self._channels.get(frame[0], ""), frame[1])  # type: ignore[call-overload]
            elif len(frame) > 2 and frame[1] == "te":
                self._trade(frame[2])
        except (TypeError, ValueError, msgspec.ValidationError) as error:
            raise RecordingError(f"The recording {self._path} holds a frame that is none: {error}.") from error

    def _note(self, event: dict[str, object]) -> None:
        """Events name the channels, which a new socket names anew."""
        if event.get("event") == "info":
            self._channels.clear()
        elif event.get("event") == "subscribed":
            number, channel = event.get("chanId"), event.get("channel")
            if isinstance(number, int) and isinstance(channel, str):
                self._channels[number] = channel
                self._symbol = str(event.get("symbol", self._symbol))

    def _take(self, channel: str, content: list[object]) -> None:
        """A snapshot, or one level of the book."""
        if channel == "book" and content and isinstance(content[0], list):
            self._book.replace(msgspec.convert(content, list[BookRow]))
        elif channel == "book" and content:
            price, count, amount = content
            self._book.change(float(price), int(count), float(amount))  # type: ignore[arg-type, call-overload]
        elif channel == "trades":
            for row in reversed(content):
                self._trade(row)

    def _trade(self, row: object) -> None:
        """Take in one trade, once, at the time at which it is shown."""
        number, recorded, amount, price = msgspec.convert(row, TradeRow)
        if not self.trading or (self._trades and number <= self._trades[-1][0]):
            return
        mts = self._shown(recorded)
        self._trades.append((number, mts, amount, price))
        bar: Bar = (bucket_of(mts, Timeframe.M1), price, price, price, price, abs(amount))
        if self._minutes and self._minutes[-1][0] == bar[0]:
            bar = merged(bar[0], (bar, self._minutes.pop()))
        self._minutes.append(bar)


def _opened(path: Path) -> io.BufferedReader:
    if path.suffix == ".gz":
        return io.BufferedReader(gzip.open(path, "rb"), 2**18)
    return path.open("rb")

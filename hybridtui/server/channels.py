"""The channels of a session: what each sends, and when. PURE: time is a parameter, frames are returned.

A frame is the tuple of what follows the chanId; the session adds the rest.
"""

from collections.abc import Sequence
from random import Random
from typing import Protocol

from hybridtui.server.levels import difference, flat, window, window_checksum
from hybridtui.server.market import BookRow, CandleQuery, CandleRow, Change, Market, TickerRow, TradeQuery, TradeRow
from hybridtui.server.options import SessionOptions
from hybridtui.server.subscription import Subscription

Frame = tuple[object, ...]
TRADES_SHOWN = 30
CANDLES_SHOWN = 240


class Channel(Protocol):
    """One subscribed channel, after its acknowledgement."""

    def snapshot(self, now: float) -> object:
        """The content of the first frame."""
        ...

    def notice(self, change: Change, now: float) -> Sequence[Frame]:
        """Take note of what happened to the channel's symbol; return what is to be sent at once."""
        ...

    def deadline(self) -> float | None:
        """When `tick` has something to do, None where nothing is waiting."""
        ...

    def tick(self, now: float) -> Sequence[Frame]:
        """What has become due."""
        ...

    def repetition(self) -> list[Frame]:
        """Frames that tell what has been told."""
        ...


class TickerChannel:
    """The 24 hour summary, every so often where it changed."""

    def __init__(self, market: Market, subscription: Subscription, options: SessionOptions) -> None:
        self._market, self._symbol, self._every = market, subscription.symbol, options.ticker
        self._sent: TickerRow = ()
        self._due = 0.0

    def snapshot(self, now: float) -> object:
        """The row as it is."""
        self._due = now + self._every
        self._sent = self._market.ticker(self._symbol)
        return self._row()

    def notice(self, change: Change, now: float) -> Sequence[Frame]:  # noqa: ARG002
        """Nothing is sent for a change."""
        return ()

    def deadline(self) -> float | None:
        """The next point of the grid."""
        return self._due

    def tick(self, now: float) -> Sequence[Frame]:
        """The row, if it is another one."""
        if now < self._due:
            return ()
        before = self._sent
        self.snapshot(now)
        return () if self._sent == before else [(self._row(),)]

    def repetition(self) -> list[Frame]:
        """The row."""
        return [(self._row(),)]

    def _row(self) -> tuple[object, ...]:
        """The eleventh element, the date of the first trade, is null on the WebSocket."""
        return (*self._sent, None)


class TradesChannel:
    """Every trade as `te` at once and as `tu` a little later, so that two updates may come in the other order."""

    def __init__(self, market: Market, subscription: Subscription, options: SessionOptions, random: Random) -> None:
        self._market, self._symbol = market, subscription.symbol
        self._options, self._random = options, random
        self._pending: list[tuple[float, TradeRow]] = []

    def snapshot(self, now: float) -> object:  # noqa: ARG002
        """The newest trades."""
        return self._market.trades(self._symbol, TradeQuery(limit=TRADES_SHOWN))

    def notice(self, change: Change, now: float) -> Sequence[Frame]:
        """One frame for each trade."""
        for trade in change.trades:
            if self._random.random() >= self._options.update_lost:
                self._pending.append((now + self._random.uniform(*self._options.update_delay), trade))
        return [("te", trade) for trade in change.trades]

    def deadline(self) -> float | None:
        """When the next `tu` goes out."""
        return min(self._pending)[0] if self._pending else None

    def tick(self, now: float) -> Sequence[Frame]:
        """The updates that are due."""
        due = sorted(entry for entry in self._pending if entry[0] <= now)
        self._pending = [entry for entry in self._pending if entry[0] > now]
        return [("tu", trade) for _, trade in due]

    def repetition(self) -> list[Frame]:
        """The newest trades as updates."""
        return [("tu", trade) for trade in self._market.trades(self._symbol, TradeQuery(limit=TRADES_SHOWN))]


class BookChannel:
    """Batches of changed levels within a window, and checksums over what was sent."""

    def __init__(self, market: Market, subscription: Subscription, options: SessionOptions) -> None:
        self._market, self._what = market, subscription
        self._every = options.batch if subscription.frequency == "F0" else options.slow_batch
        self._checksum_every = options.checksum
        self._dirty = self._unchecked = False
        self._next_batch = self._next_checksum = 0.0
        self.sent = window((), "P0", 0)
        """The window as the client should have it."""
        self.checksums = self.bulk = False
        """Flags of the session."""
        self._wrong: float | None = None
        """The price of a bid whose amount is always sent wrong."""
        self._place: int | None = None
        """The place at which a bid has to be wrong when the next checksum is sent."""

    def snapshot(self, now: float) -> object:
        """The window."""
        self.sent, self._wrong, self._place = self._window(), None, None
        self._next_batch, self._next_checksum = now + self._every, now + self._checksum_every
        return flat(self.sent)

    def notice(self, change: Change, now: float) -> Sequence[Frame]:  # noqa: ARG002
        """Changes wait for the next batch."""
        self._dirty = self._dirty or change.book
        return ()

    def deadline(self) -> float | None:
        """The next batch or, in a market that fell quiet, the checksum that is still owed."""
        if self._dirty:
            return self._next_batch
        return self._next_checksum if self._unchecked and self.checksums else None

    def tick(self, now: float) -> Sequence[Frame]:
        """A batch, and right after it a checksum where one is due."""
        frames: list[Frame] = []
        if self._dirty and now >= self._next_batch:
            frames = self._batch(now)
        if self.checksums and self._unchecked and now >= self._next_checksum and not self._dirty:
            self._unchecked, self._next_checksum, self._place = False, now + self._checksum_every, None
            frames.append(("cs", window_checksum(self.sent)))
        return frames

    def repetition(self) -> list[Frame]:
        """Every level that is known."""
        rows = [self._spoiled(row) for row in flat(self.sent)]
        return [([row],) for row in rows] if self.bulk else [(row,) for row in rows]

    def corrupt(self, place: int) -> list[Frame]:
        """Send the bid at a place (0 is the best) with a wrong amount, now and as long as its price stays.

        The checksum that comes next is that of the right book; should the price leave before it, another bid is wrong.
        """
        self._place = place
        rows = self._corrupted()
        return [(rows,)] if self.bulk and rows else [(row,) for row in rows]

    def _corrupted(self) -> list[BookRow]:
        """The bid that has to be wrong from now on, if there is one."""
        bids = list(self.sent[0].values())[self._place :][:1]
        for bid in bids:
            self._wrong, self._unchecked = bid[0], True
        return [self._spoiled(bid) for bid in bids]

    def owe_checksum(self) -> None:
        """Send a checksum even where nothing changes."""
        self._unchecked = True

    def _spoiled(self, row: BookRow) -> BookRow:
        """The row, wrong where it is the one that has to be."""
        if row[0] != self._wrong or row[2] < 0:
            return row
        if row[1] == 0:
            self._wrong = None
            return row
        return (row[0], row[1], round(row[2] * 1.5 + 0.001, 8))

    def _batch(self, now: float) -> list[Frame]:
        new = self._window()
        rows = [self._spoiled(row) for row in difference(self.sent, new)]
        self.sent, self._dirty, self._next_batch = new, False, now + self._every
        if self._place is not None and self._wrong is None:
            rows += self._corrupted()
        if not rows:
            return []
        self._unchecked = True
        return [(rows,)] if self.bulk else [(row,) for row in rows]

    def _window(self) -> tuple[dict[float, tuple[float, int, float]], dict[float, tuple[float, int, float]]]:
        return window(self._market.book(self._what.symbol), self._what.precision, int(self._what.length))


class CandlesChannel:
    """The newest candle, at once where a bucket begins and every so often while it grows."""

    def __init__(self, market: Market, subscription: Subscription, options: SessionOptions) -> None:
        assert subscription.timeframe is not None
        self._market, self._symbol, self._timeframe = market, subscription.symbol, subscription.timeframe
        self._every, self._again = options.candle, options.candle_again
        self._sent: CandleRow | None = None
        self._dirty = False
        self._due = 0.0
        self._previous: tuple[float, int] | None = None
        """When the candle of which bucket is to be sent once more."""

    def snapshot(self, now: float) -> object:
        """The newest candles, newest first."""
        rows = self._newest(CANDLES_SHOWN)
        self._sent, self._due = (rows[0] if rows else None), now + self._every
        return rows

    def notice(self, change: Change, now: float) -> Sequence[Frame]:
        """The first candle of a new bucket goes out at once."""
        if not change.trades:
            return ()
        self._dirty = True
        newest = self._newest(1)
        if not newest or (self._sent is not None and newest[0][0] == self._sent[0]):
            return ()
        if self._sent is not None:
            self._previous = (now + self._again, self._sent[0])
        return self._send(newest[0], now)

    def deadline(self) -> float | None:
        """The next update or the repetition of the bucket before."""
        waiting = [self._previous[0]] if self._previous else []
        return min([*waiting, self._due] if self._dirty else waiting, default=None)

    def tick(self, now: float) -> Sequence[Frame]:
        """The bucket before, once; the newest candle where it changed."""
        frames: list[Frame] = []
        if self._previous is not None and now >= self._previous[0]:
            bucket, self._previous = self._previous[1], None
            query = CandleQuery(timeframe=self._timeframe, limit=1, start=bucket, end=bucket)
            frames += [(row,) for row in self._market.candles(self._symbol, query)]
        if self._dirty and now >= self._due:
            newest = self._newest(1)
            frames += self._send(newest[0], now) if newest else []
        return frames

    def repetition(self) -> list[Frame]:
        """The newest candle."""
        return [(row,) for row in self._newest(1)]

    def _send(self, row: CandleRow, now: float) -> list[Frame]:
        changed = row != self._sent
        self._sent, self._dirty, self._due = row, False, now + self._every
        return [(row,)] if changed else []

    def _newest(self, limit: int) -> list[CandleRow]:
        return self._market.candles(self._symbol, CandleQuery(timeframe=self._timeframe, limit=limit))


def open_channel(market: Market, subscription: Subscription, options: SessionOptions, random: Random) -> Channel:
    """The channel that delivers a subscription."""
    if subscription.channel == "ticker":
        return TickerChannel(market, subscription, options)
    if subscription.channel == "trades":
        return TradesChannel(market, subscription, options, random)
    if subscription.channel == "book":
        return BookChannel(market, subscription, options)
    return CandlesChannel(market, subscription, options)

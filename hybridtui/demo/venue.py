"""One market of the demo exchange: its engine, its crowd, its past, and what the server asks about it."""

from collections.abc import Iterator
from itertools import islice
from random import Random

from hybridtui.demo.aggregate import Bar, aggregated, merged, selected
from hybridtui.demo.flow import Crowd
from hybridtui.demo.instruments import UNIT, Listing
from hybridtui.demo.matching import Engine, Fill
from hybridtui.demo.past import IDS_A_MINUTE, Past, PastTrade
from hybridtui.demo.path import DAY, MINUTE, Path
from hybridtui.market.timeframe import Timeframe
from hybridtui.server.market import BookRow, CandleQuery, CandleRow, Change, TickerRow, TradeQuery, TradeRow

_TICKER_LEVELS = 25
_KEPT = 20_000
"""Live trades that can still be asked for."""
_LONGEST_SLEEP = 10 * MINUTE
"""After a longer pause (a computer that slept) there is a gap, as after an outage; nobody waits for hours made up."""
_PAIRS = 8
"""Trade ids are shared between all pairs: each takes every eighth."""


class Venue:
    """Moves when told to; the past ends at the minute in which it began."""

    def __init__(self, listing: Listing, place: int, start_ms: int, *, seed: int, rate: float, days: int) -> None:
        """`place` is that in the list of all markets; `rate` multiplies the number of events; `days` is the past."""
        self._listing, self._place, self._days = listing, place, days
        self._scale: int = 10**listing.decimals
        self._begin = start_ms - start_ms % MINUTE
        self._path = Path(listing, seed)
        self._past = Past(listing, self._path, self._begin)
        self._random: Random = self._path.random("live")
        self._engine = Engine()
        self._crowd = Crowd(listing, self._engine, self._path, self._random)
        self._pace = listing.events * rate / 1000
        self._minutes: list[Bar] = []
        self._trades: list[PastTrade] = []
        self._day_bars: dict[int, Bar | None] = {}
        self._rows: tuple[int, list[BookRow]] = (-1, [])
        self._number = 0
        self._crowd.settle(self._begin)
        self.next_ms = self._begin + self._random.expovariate(self._pace)
        """When the next event happens, ms UTC."""

    def advance(self, now_ms: int) -> Change | None:
        """Let all events until now happen; None where there was none that changed anything."""
        before, known = self._engine.revision, len(self._trades)
        if now_ms - self.next_ms > _LONGEST_SLEEP:
            self.next_ms = float(now_ms - MINUTE)
        while self.next_ms <= now_ms:
            self._record(self._crowd.act(self.next_ms), int(self.next_ms))
            self.next_ms += self._random.expovariate(self._pace)
        if self._engine.revision == before:
            return None
        new = tuple(map(self._row, self._trades[known:]))
        if len(self._trades) > _KEPT * 2:
            del self._trades[:-_KEPT]
        return Change(self._listing.symbol, new, book=True)

    @property
    def trading(self) -> bool:
        """False while nobody trades."""
        return self._crowd.trading

    @trading.setter
    def trading(self, trading: bool) -> None:
        self._crowd.trading = trading

    def skip(self, now_ms: int) -> None:
        """Let nothing happen until `now_ms`."""
        if self.next_ms <= now_ms:
            self.next_ms = now_ms + self._random.expovariate(self._pace)

    def book(self) -> list[BookRow]:
        """All levels, bids first, each side from the best on; the list is replaced, never changed."""
        if self._rows[0] != self._engine.revision:
            bids = [self._level(True, tick) for tick in reversed(self._engine.ticks[True])]
            asks = [self._level(False, tick) for tick in self._engine.ticks[False]]
            self._rows = (self._engine.revision, bids + asks)
        return self._rows[1]

    def trades(self, query: TradeQuery) -> list[TradeRow]:
        """Live trades, and of the past those of the last day."""
        found = (
            trade
            for trade in self._trades_backwards(query.start)
            if (query.start is None or trade[1] >= query.start) and (query.end is None or trade[1] <= query.end)
        )
        chosen = list(found)[: -query.limit - 1 : -1] if query.oldest_first else islice(found, query.limit)
        return [self._row(trade) for trade in chosen]

    def candles(self, query: CandleQuery) -> list[CandleRow]:
        """From the same minutes for every timeframe."""
        whole_days = query.timeframe.length_ms >= Timeframe.D1.length_ms
        bars = selected(aggregated(self._bars_backwards(whole_days), query.timeframe), query.start, query.end)
        chosen = list(bars)[: -query.limit - 1 : -1] if query.oldest_first else islice(bars, query.limit)
        return [self._candle(bar) for bar in chosen]

    def ticker(self, now_ms: int) -> TickerRow:
        """Best prices, the amounts of 25 levels a side, and the minutes of the last 24 hours."""
        bars = list(selected(self._bars_backwards(), now_ms - DAY, None))
        _, first, last, high, low, volume = self._candle(merged(bars[-1][0], bars))
        sides = [[row for row in self.book() if (row[2] > 0) is buys][:_TICKER_LEVELS] for buys in (True, False)]
        touch = [side[0][0] if side else None for side in sides]
        sizes = [sum(round(abs(row[2]) * UNIT) for row in side) / UNIT for side in sides]
        change = round(last - first, self._listing.decimals)
        ratio = round(change / first, 8)
        return (touch[0], sizes[0], touch[1], sizes[1], change, ratio, last, volume, high, low)

    def _record(self, fills: list[Fill], mts: int) -> None:
        for fill in fills:
            self._number = max(self._number + 1, mts * IDS_A_MINUTE // MINUTE)
            self._trades.append((self._number, mts, fill.amount, fill.tick))
            self._extend(mts - mts % MINUTE, fill)

    def _extend(self, start: int, fill: Fill) -> None:
        """Let the minute's candle take in one trade."""
        tick, size = fill.tick, abs(fill.amount)
        if not self._minutes or self._minutes[-1][0] != start:
            self._minutes.append((start, tick, tick, tick, tick, size))
            return
        _, first, _, high, low, volume = self._minutes[-1]
        self._minutes[-1] = (start, first, tick, max(high, tick), min(low, tick), volume + size)

    def _bars_backwards(self, whole_days: bool = False) -> Iterator[Bar]:
        """Minutes from the newest back through the past; its complete days in one piece each where wanted."""
        yield from reversed(self._minutes)
        today = self._begin // DAY
        yield from reversed(self._past.day(today))
        for day in range(today - 1, today - self._days - 1, -1):
            if not whole_days:
                yield from reversed(self._past.day(day))
            elif (bar := self._day_bar(day)) is not None:
                yield bar

    def _day_bar(self, day: int) -> Bar | None:
        if day not in self._day_bars:
            minutes = self._past.day(day)
            self._day_bars[day] = merged(day * DAY, reversed(minutes)) if minutes else None
        return self._day_bars[day]

    def _trades_backwards(self, start: int | None) -> Iterator[PastTrade]:
        """Trades from the newest back to `start`, but no more than one day before this market began."""
        yield from reversed(self._trades)
        oldest = max(self._begin - DAY, start or 0)
        for day in (self._begin // DAY, self._begin // DAY - 1):
            for minute in reversed(self._past.day(day)):
                if minute[0] + MINUTE <= oldest:
                    return
                yield from reversed(self._past.trades(minute))

    def _level(self, buys: bool, tick: int) -> BookRow:
        count, total = self._engine.level(buys, tick)
        return (self._price(tick), count, (total if buys else -total) / UNIT)

    def _row(self, trade: PastTrade) -> TradeRow:
        number, mts, amount, tick = trade
        return (number * _PAIRS + self._place, mts, amount / UNIT, self._price(tick))

    def _candle(self, bar: Bar) -> CandleRow:
        price = self._price
        return (bar[0], price(bar[1]), price(bar[2]), price(bar[3]), price(bar[4]), bar[5] / UNIT)

    def _price(self, ticks: float) -> float:
        """One division of whole numbers, so the result is the nearest to the decimal number that is meant."""
        return ticks / self._scale

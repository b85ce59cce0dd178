"""Judges the alerts about the order book: the spread, and walls near the mid.

A book changes in batches of many frames, and half of a batch is no book: best bid and best ask may cross in it, or lie
far apart. So a change is only noted, at the price of a comparison, and the book is judged when the batch is over: when
nothing more came for `SETTLE` seconds, when a checksum came, or after `PATIENCE` where changes never pause.

Levels that are large enough for some wall are kept apart as they come and go, so that nobody searches the book.
"""

from collections.abc import Sequence

from hybridtui.market.alerts.rules import Side, SpreadOver, WallNear
from hybridtui.market.alerts.spelling import figure
from hybridtui.market.alerts.thresholds import near_mid, wide
from hybridtui.market.alerts.watch import Watch
from hybridtui.market.book import Book

SETTLE = 0.005
"""Seconds without a change after which a batch is over."""
PATIENCE = 0.1
"""Seconds after which the book is judged though changes go on."""


class BookJudge:
    """What was noted of the book of one market, and the alerts that depend on it."""

    def __init__(self, watches: Sequence[Watch], book: Book) -> None:
        self.watches = watches
        self._least = min((w.alert.rule.size for w in watches if isinstance(w.alert.rule, WallNear)), default=None)
        self._bids: dict[float, float] = {}
        self._asks: dict[float, float] = {}
        self._first: float | None = None
        self._last = 0.0
        self._search(book)

    @property
    def due(self) -> float | None:
        """When the book is to be judged, monotonic seconds; None while nothing has changed."""
        return None if self._first is None else min(self._last + SETTLE, self._first + PATIENCE)

    def replaced(self, book: Book, at: float) -> None:
        """A whole book came."""
        self._search(book)
        self._last = at
        self._first = at if self._first is None else self._first

    def changed(self, price: float, count: int, amount: float, at: float) -> None:
        """One level changed; the meaning of the numbers is that of `book.Row`. The hot path."""
        self._last = at
        if self._first is None:
            self._first = at
        least = self._least
        if least is None:
            return
        if count > 0 and amount >= least:
            self._bids[price] = amount
        elif count > 0 and -amount >= least:
            self._asks[price] = -amount
        else:
            if amount >= 0 and price in self._bids:
                del self._bids[price]
            if amount <= 0 and price in self._asks:
                del self._asks[price]

    def put_off(self) -> None:
        """There is no judging at the moment."""
        self._first = None

    def judge(self, book: Book, now: float) -> None:
        """Look at the book as it is."""
        self._first = None
        best_bid, best_ask = book.best_bid, book.best_ask
        if best_bid is None or best_ask is None:
            return
        bid, ask = best_bid.price, best_ask.price
        if bid >= ask or ask / 2 + bid / 2 <= 0:
            return
        for watch in self.watches:
            rule = watch.alert.rule
            if isinstance(rule, SpreadOver):
                if watch.became(wide(bid, ask, rule.bp), now):
                    bp = (ask - bid) / (ask / 2 + bid / 2) * 10_000
                    watch.fire(f"the spread is {bp:.2f} bp", now, value=bp)
            elif isinstance(rule, WallNear):
                self._judge_wall(watch, rule, bid, ask, now)

    def _judge_wall(self, watch: Watch, rule: WallNear, bid: float, ask: float, now: float) -> None:
        wall = self._nearest(rule, bid, ask) if self._bids or self._asks else None
        if watch.became(wall is not None, now) and wall is not None:
            distance, price, size, side = wall
            mid = ask / 2 + bid / 2
            where = f"{figure(size)} {side} at {figure(price)}, {distance / mid * 100:.2f}% from the mid"
            watch.fire(where, now, value=size)

    def _nearest(self, rule: WallNear, bid: float, ask: float) -> tuple[float, float, float, str] | None:
        """Distance, price, size and side of the nearest wall."""
        mid = ask / 2 + bid / 2
        found: tuple[float, float, float, str] | None = None
        for name, levels, other in (("bid", self._bids, Side.SELL), ("asked", self._asks, Side.BUY)):
            if rule.side is other:
                continue
            for price, size in levels.items():
                distance = abs(price - mid)
                nearer = size >= rule.size and (found is None or distance < found[0])
                if nearer and near_mid(price, bid, ask, rule.percent):
                    found = (distance, price, size, name)
        return found

    def _search(self, book: Book) -> None:
        self._bids, self._asks = {}, {}
        if self._least is not None:
            for price, _, amount in book.rows():
                if abs(amount) >= self._least:
                    (self._bids if amount > 0 else self._asks)[price] = abs(amount)

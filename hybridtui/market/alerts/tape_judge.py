"""Judges the alerts about trades: prices crossed, moves, single trades, sweeps and the volume of a minute.

Trades that come in order are judged one by one. Trades that come after newer ones, or fill a hole of the tape, are
judged where they belong: each against its neighbours, and moves, sweeps and minutes anew for the time around them.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TypeVar

from hybridtui.market.alerts.minutes import average_volume, many_times, minute_of, minute_volume
from hybridtui.market.alerts.prices import crossed, crossing_text, move_told, moved
from hybridtui.market.alerts.rules import (
    PriceCross,
    PriceMove,
    Rule,
    Side,
    SweepOver,
    TradeOver,
    VolumeOver,
)
from hybridtui.market.alerts.spelling import figure
from hybridtui.market.alerts.sweeps import Sweep
from hybridtui.market.alerts.watch import Watch
from hybridtui.market.alerts.window import Extremes, Window
from hybridtui.market.state import MarketState
from hybridtui.market.trades import Trade, Trades

Kind = TypeVar("Kind", bound=Rule)

_REMEMBERED = 8192
"""Ids of the newest trades that were judged: more than a tape keeps."""


class TapeJudge:
    """What was seen of the tape of one market, and the alerts that depend on it."""

    def __init__(self, watches: Sequence[Watch], state: MarketState, known: bool) -> None:
        """`known` says whether the tape can be trusted: then its trades are the past from which all is judged."""
        self._state = state
        self._seen: set[int] = set()
        self._order: deque[int] = deque()
        self._newest = 0
        self._since: int | None = None
        """The newest trade of the past: what comes before it is nobody's concern. None where nothing is known."""
        self._price: float | None = None
        self._sweep = Sweep()
        self._minute = 0
        self._volume = 0.0
        self.use(watches)
        if known:
            self._begin(state.trades.newest(_REMEMBERED)[::-1])

    @property
    def _tape(self) -> Trades:
        """Where remembered trades gave way to fresh ones it is another one."""
        return self._state.trades

    def use(self, watches: Sequence[Watch]) -> None:
        """Judge these from now on."""
        for watch in watches:
            watch.since_id = watch.since_id or self._newest
        self._crosses = _of(watches, PriceCross)
        self._moves = _of(watches, PriceMove)
        self._sizes = _of(watches, TradeOver)
        self._sweeps = _of(watches, SweepOver)
        self._volumes = _of(watches, VolumeOver)
        self._windows = {rule.seconds: Window(rule.seconds) for _, rule in self._moves}
        self._averages: dict[int, float | None] = {rule.minutes: None for _, rule in self._volumes}
        if self._since is not None:
            self._recall()

    def take(self, trades: Iterable[Trade], listing: bool, late: bool, now: float) -> None:
        """Judge trades that the tape has taken in. `late` where they came after an outage."""
        rows = sorted(trades, key=lambda trade: trade.id)
        if self._since is None:
            if listing:
                self._begin(rows)
                return
            self._since = rows[0].id - 1 if rows else None
        new = [trade for trade in rows if trade.id not in self._seen and trade.id > (self._since or 0)]
        filling = [trade for trade in new if trade.id < self._newest]
        for trade in new:
            self._remember(trade)
            if trade.id > self._newest:
                self._next(trade, late and listing, now)
        if filling:
            self._fill(rows, filling, now)

    # In order

    def _next(self, trade: Trade, late: bool, now: float) -> None:
        before, self._price, self._newest = self._price, trade.price, trade.id
        self._sweep.add(trade)
        if self._crosses and before is not None and before != trade.price:
            self._judge_crosses(before, trade, late, now)
        for watch, size in self._sizes:
            _judge_size(watch, size, trade, late, now)
        for watch, sweep in self._sweeps:
            _judge_sweep(watch, sweep, self._sweep, late, now)
        if self._moves:
            extremes = {seconds: window.add(trade.mts, trade.price) for seconds, window in self._windows.items()}
            for watch, move in self._moves:
                _judge_move(watch, move, trade, extremes[move.seconds], late, now)
        if self._volumes:
            self._judge_minute(trade, late, now)

    def _judge_crosses(self, before: float, trade: Trade, late: bool, now: float) -> None:
        for watch, rule in self._crosses:
            if crossed(rule, before, trade.price) and trade.id > watch.since_id and watch.ready(now):
                _tell_cross(watch, rule, before, trade, late, now)

    def _judge_minute(self, trade: Trade, late: bool, now: float) -> None:
        if minute_of(trade.mts) == self._minute:
            self._volume += abs(trade.amount)
        elif minute_of(trade.mts) > self._minute:
            self._begin_minute(trade)
            for watch, _ in self._volumes:
                watch.holds = False
        for watch, rule in self._volumes:
            self._judge_volume(watch, rule, trade, late, now)

    def _judge_volume(self, watch: Watch, rule: VolumeOver, trade: Trade, late: bool, now: float) -> None:
        average = self._averages[rule.minutes]
        if not average:
            watch.became(False, now)
        elif watch.became(many_times(rule, self._volume, average, self._tape, self._minute, trade.id), now):
            _tell_volume(watch, trade, self._volume, average, late, now)

    def _begin_minute(self, trade: Trade) -> None:
        """The volume up to this trade, and the averages before its minute."""
        self._minute = minute_of(trade.mts)
        self._volume = minute_volume(self._tape, self._minute, trade.id)
        self._averages = {minutes: average_volume(self._tape, self._minute, minutes) for minutes in self._averages}

    # Filling holes

    def _fill(self, rows: Sequence[Trade], filling: Sequence[Trade], now: float) -> None:
        if self._crosses:
            self._fill_crosses(rows, filling, now)
        for watch, size in self._sizes:
            for trade in filling:
                _judge_size(watch, size, trade, True, now)
        if self._sweeps:
            self._fill_sweeps(filling, now)
        for watch, move in self._moves:
            self._fill_move(watch, move, filling, now)
        if self._volumes:
            self._fill_minutes(filling, now)
        self._recall()

    def _fill_crosses(self, rows: Sequence[Trade], filling: Sequence[Trade], now: float) -> None:
        around = self._tape.around(filling[0].id, filling[-1].id)
        known = {trade.id: trade for trade in (*around, *rows)}  # of the rows some may be too old for the tape
        fresh = {trade.id for trade in filling}
        for run in _filled_runs([known[number] for number in sorted(known)], fresh):
            for watch, rule in self._crosses:
                _judge_run(watch, rule, run, run[0].id not in fresh, now)

    def _fill_sweeps(self, filling: Sequence[Trade], now: float) -> None:
        for mts in sorted({trade.mts for trade in filling}):
            running = Sweep()
            for trade in self._tape.between(mts, mts + 1):
                running.add(trade)
                for watch, rule in self._sweeps:
                    if trade.id > watch.since_id:
                        _judge_sweep(watch, rule, running, True, now)

    def _fill_move(self, watch: Watch, rule: PriceMove, filling: Sequence[Trade], now: float) -> None:
        """Moves that only the filled trades show, up to one window after them."""
        reach = round(rule.seconds * 1000)
        window = Window(rule.seconds)
        start, end = filling[0].mts, filling[-1].mts + reach + 1
        for trade in self._tape.between(start - reach, end):
            extremes = window.add(trade.mts, trade.price)
            if (
                trade.mts >= start
                and trade.id > max(watch.since_id, self._since or 0)
                and moved(rule, trade.price, extremes)
            ):
                if watch.became(True, now):
                    _tell_move(watch, rule, trade, extremes, True, now)
                return

    def _fill_minutes(self, filling: Sequence[Trade], now: float) -> None:
        last = {minute_of(trade.mts): trade for trade in filling}
        for minute, trade in sorted(last.items()):
            volume = minute_volume(self._tape, minute)
            for watch, rule in self._volumes:
                average = average_volume(self._tape, minute, rule.minutes)
                past = trade.id > watch.since_id and minute < self._minute
                if not past or not average or not watch.ready(now):
                    continue
                if many_times(rule, volume, average, self._tape, minute):
                    _tell_volume(watch, trade, volume, average, True, now)

    # The past

    def _begin(self, rows: Sequence[Trade]) -> None:
        """These are the past: nothing in it fires."""
        for trade in rows:
            self._remember(trade)
        self._newest = self._since = rows[-1].id if rows else 0
        self._price = rows[-1].price if rows else None
        for watch, _ in (*self._crosses, *self._moves, *self._sizes, *self._sweeps, *self._volumes):
            watch.since_id = max(watch.since_id, self._newest)
        self._recall()

    def _recall(self) -> None:
        """What the tape says of the time before now."""
        last = self._tape.last
        if last is None:
            return
        self._windows = {seconds: Window(seconds) for seconds in self._windows}
        for seconds, window in self._windows.items():
            for trade in self._tape.since(last.mts - round(seconds * 1000)):
                window.add(trade.mts, trade.price)
        self._recall_minute()

    def _recall_minute(self) -> None:
        last = self._tape.last
        if self._volumes and last is not None:
            self._begin_minute(last)

    def _remember(self, trade: Trade) -> None:
        if trade.id not in self._seen:
            self._seen.add(trade.id)
            self._order.append(trade.id)
            if len(self._order) > _REMEMBERED:
                self._seen.discard(self._order.popleft())


def wanted(side: Side, amount: float) -> bool:
    """Whether a trade of this signed amount is on the side."""
    return side is Side.ANY or (amount > 0) == (side is Side.BUY)


def _filled_runs(rows: Iterable[Trade], fresh: set[int]) -> Iterator[list[Trade]]:
    """Fresh trades that are neighbours, together with the known ones before and after them."""
    run: list[Trade] = []
    for trade in rows:
        run.append(trade)
        if trade.id not in fresh:
            if any(each.id in fresh for each in run):
                yield run
            run = [trade]


def _judge_run(watch: Watch, rule: PriceCross, run: Sequence[Trade], judged: bool, now: float) -> None:
    """`judged` says that the ends of the run were judged as neighbours: what they showed is not told again."""
    pairs = [(before, after) for before, after in pairwise(run) if crossed(rule, before.price, after.price)]
    pairs = [pair for pair in pairs if pair[1].id > watch.since_id]
    if len(pairs) > (judged and crossed(rule, run[0].price, run[-1].price)) and watch.ready(now):
        before, after = pairs[0]
        _tell_cross(watch, rule, before.price, after, True, now)


def _tell_cross(watch: Watch, rule: PriceCross, before: float, trade: Trade, late: bool, now: float) -> None:
    watch.fire(crossing_text(rule, before, trade.price), now, mts=trade.mts, value=trade.price, late=late)


def _judge_size(watch: Watch, rule: TradeOver, trade: Trade, late: bool, now: float) -> None:
    if (
        abs(trade.amount) >= rule.size
        and wanted(rule.side, trade.amount)
        and trade.id > watch.since_id
        and watch.ready(now)
    ):
        text = f"{_verb(trade.amount)} {figure(abs(trade.amount))} at {figure(trade.price)}"
        watch.fire(text, now, mts=trade.mts, value=abs(trade.amount), late=late)


def _judge_sweep(watch: Watch, rule: SweepOver, sweep: Sweep, late: bool, now: float) -> None:
    if sweep.size >= rule.size and wanted(rule.side, sweep.side) and watch.told != sweep.first_id and watch.ready(now):
        watch.told = sweep.first_id
        prices = " to ".join(map(figure, dict.fromkeys((sweep.first_price, sweep.price))))
        text = f"swept {figure(sweep.size)}, {_verb(sweep.side)} at {prices}"
        watch.fire(text, now, mts=sweep.mts, value=sweep.size, late=late)


def _judge_move(watch: Watch, rule: PriceMove, trade: Trade, extremes: Extremes, late: bool, now: float) -> None:
    if watch.became(moved(rule, trade.price, extremes), now):
        _tell_move(watch, rule, trade, extremes, late, now)


def _tell_move(watch: Watch, rule: PriceMove, trade: Trade, extremes: Extremes, late: bool, now: float) -> None:
    percent, text = move_told(rule, trade.price, extremes)
    watch.fire(text, now, mts=trade.mts, value=percent, late=late)


def _tell_volume(watch: Watch, trade: Trade, volume: float, average: float, late: bool, now: float) -> None:
    times, usual = volume / average, figure(float(f"{average:.4g}"))
    text = f"{figure(round(volume, 8))} traded in a minute, {times:.1f} times the average of {usual}"
    watch.fire(text, now, mts=trade.mts, value=times, late=late)


def _verb(amount: float) -> str:
    return "bought" if amount > 0 else "sold"


def _of(watches: Sequence[Watch], kind: type[Kind]) -> list[tuple[Watch, Kind]]:
    return [(watch, watch.alert.rule) for watch in watches if isinstance(watch.alert.rule, kind)]

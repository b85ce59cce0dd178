"""Two recorded hours: every kind fires exactly when a slow reading of the same frames says so.

The reference shares nothing with the engine but the wording of the alerts: it keeps every trade and the whole book in
plain lists and looks at all of it each time.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from hybridtui.exchanges.base import ChannelSynced
from hybridtui.exchanges.registry import exchange
from hybridtui.feeds.recording import Kind, read_clock, read_recording
from hybridtui.market.alerts.rules import (
    Direction,
    PriceCross,
    PriceMove,
    Rule,
    Side,
    SpreadOver,
    SweepOver,
    TradeOver,
    VolumeOver,
    WallNear,
)
from hybridtui.market.alerts.spelling import parse_alert
from hybridtui.market.events import BookChanged, BookSnapshotSeen, MarketEvent, SourceChanged, TradesSeen
from hybridtui.market.feed import View
from hybridtui.market.source import LinkState, Mode, Topic
from hybridtui.market.timeframe import Timeframe
from hybridtui.market.trades import Trade
from tests.market.alerts.playing import alerts_of, play

RECORDINGS = Path(__file__).resolve().parents[3] / ".." / "shared" / "recordings"
NAME = "btcusd-2018-11-12-two-hours"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not RECORDINGS.is_dir(), reason="the recordings are not beside the project"),
]

ALERTS = [
    "price > 6443 repeat 60s",
    "price < 6440 repeat 60s",
    "price < 6438.5",
    "price x 6441.5 repeat 5m",
    "price x 6443 repeat 1s",
    "move 0.08% 10m repeat 60s",
    "move +0.05% 5m repeat 2m",
    "move -0.06% 20m repeat 2m",
    "move 0.15% 30m",
    "spread 1.5bp repeat 60s",
    "spread 3bp repeat 10s",
    "spread 4bp",
    "wall 100 0.1% repeat 60s",
    "wall 50 0.05% bid repeat 30s",
    "wall 40 0.3% ask repeat 10s",
    "trade 10 repeat 30s",
    "trade 5 sell repeat 60s",
    "trade 11",
    "sweep 10 repeat 30s",
    "sweep 8 buy repeat 60s",
    "volume 3x repeat 60s",
    "volume 2x 60m repeat 5m",
    "volume 5x 10m",
]


@lru_cache(maxsize=1)
def recorded() -> tuple[MarketEvent, ...]:
    """Trades and changes of the book, with the moments of the recording's clock."""
    view = View(exchange().instrument("BTCUSD"), Timeframe.M1, 100)
    session = exchange().session(view)
    events: list[MarketEvent] = []
    fed = Topic.NONE
    for entry in read_recording(RECORDINGS / f"{NAME}.jsonl.gz", read_clock(RECORDINGS / f"{NAME}.clock.csv")):
        assert entry.t is Kind.RECV
        for event in session.receive(entry.data, entry.at):
            if isinstance(event, BookChanged | BookSnapshotSeen | TradesSeen):
                events.append(event)
            elif isinstance(event, ChannelSynced):
                fed |= event.topic
                events.append(SourceChanged(LinkState.LIVE, Mode.AUTO, entry.at, fed))
    return tuple(events)


class Told(NamedTuple):
    """One trade of the recording, and when it was told of first."""

    trade: Trade
    at: float


@lru_cache(maxsize=1)
def tape() -> tuple[list[Trade], list[Told]]:
    """The trades of the first listing, the past; and those after it, each once."""
    past: list[Trade] = []
    told: list[Told] = []
    known: set[int] = set()
    for event in recorded():
        if isinstance(event, TradesSeen):
            new = sorted((trade for trade in event.trades if trade.id not in known), key=lambda trade: trade.id)
            known.update(trade.id for trade in new)
            if event.listing and not past:
                past = new
            else:
                told += [Told(trade, event.at) for trade in new]
    ids = [each.trade.id for each in told]
    assert ids == sorted(ids), "the trades of this recording come in order"
    return past, told


def quiet(moments: Sequence[float], repeat: float | None) -> list[float]:
    """Of the moments at which something happens, those at which it is told."""
    fired: list[float] = []
    for at in moments:
        if not fired or (repeat is not None and at >= fired[-1] + repeat):
            fired.append(at)
    return fired


def while_so(states: Iterator[tuple[float, bool]], repeat: float | None) -> list[float]:
    """Of the moments at which something is so or not, those at which that it became so is told."""
    fired: list[float] = []
    told = False
    for at, so in states:
        if so and not told and (not fired or (repeat is not None and at >= fired[-1] + repeat)):
            fired.append(at)
            told = True
        told = told and so
    return fired


def on_side(side: Side, amount: float) -> bool:
    return side is Side.ANY or (side is Side.BUY and amount > 0) or (side is Side.SELL and amount < 0)


def crosses(rule: PriceCross) -> list[float]:
    past, told = tape()
    prices = [past[-1].price, *(each.trade.price for each in told)]
    found = []
    for number, each in enumerate(told):
        before, after = prices[number], prices[number + 1]
        up, down = before <= rule.price < after, before >= rule.price > after
        if (up and rule.direction is not Direction.DOWN) or (down and rule.direction is not Direction.UP):
            found.append(each.at)
    return found


def moves(rule: PriceMove) -> Iterator[tuple[float, bool]]:
    past, told = tape()
    trades = [*past, *(each.trade for each in told)]
    first = 0
    for number, each in enumerate(told, len(past)):
        while trades[first].mts < each.trade.mts - rule.seconds * 1000:
            first += 1
        window = [trade.price for trade in trades[first : number + 1]]
        share = whole(rule.percent) / 100
        up = whole(each.trade.price) >= whole(min(window)) * (1 + share)
        down = whole(each.trade.price) <= whole(max(window)) * (1 - share)
        wanted = up or down if rule.direction is Direction.EITHER else up if rule.direction is Direction.UP else down
        yield each.at, wanted


def trades(rule: TradeOver) -> list[float]:
    return [at for trade, at in tape()[1] if abs(trade.amount) >= rule.size and on_side(rule.side, trade.amount)]


def sweeps(rule: SweepOver) -> list[float]:
    past, told = tape()
    everything = [*past, *(each.trade for each in told)]
    found: dict[int, float] = {}
    for number, each in enumerate(told, len(past)):
        start = number
        while start > 0 and alike(everything[start - 1], each.trade):
            start -= 1
        size = sum(abs(whole(trade.amount)) for trade in everything[start : number + 1])
        if size >= whole(rule.size) and on_side(rule.side, each.trade.amount):
            found.setdefault(everything[start].id, each.at)
    return list(found.values())


def whole(value: float) -> Decimal:
    """The decimal that the exchange wrote, or that somebody typed."""
    return Decimal(str(value))


def alike(one: Trade, other: Trade) -> bool:
    return one.mts == other.mts and (one.amount > 0) == (other.amount > 0)


def volumes(rule: VolumeOver) -> Iterator[tuple[float, bool]]:
    past, told = tape()
    first = past[0].mts // 60_000 + 1
    sums: Counter[int] = Counter()
    for trade in past:
        sums[trade.mts // 60_000] += abs(satoshis(trade.amount))
    minute = 0
    for trade, at in told:
        if trade.mts // 60_000 > minute:
            yield at, False
        minute = max(minute, trade.mts // 60_000)
        sums[trade.mts // 60_000] += abs(satoshis(trade.amount))
        before = [sums[each] for each in range(max(first, minute - rule.minutes), minute)]
        yield at, len(before) >= 5 and 0 < sum(before) * whole(rule.times) <= sums[minute] * len(before)


def satoshis(amount: float) -> int:
    """An amount in the exchange's smallest units."""
    return int(whole(amount).scaleb(8))


class Book(NamedTuple):
    """The book when a batch of changes is over."""

    at: float
    bids: dict[float, float]
    asks: dict[float, float]


def books() -> Iterator[Book]:
    """The book after every batch: 5 ms without a change, or 100 ms of changes."""
    bids: dict[float, float] = {}
    asks: dict[float, float] = {}
    first = last = None
    for event in recorded():
        if first is not None and last is not None and (due := min(first + 0.1, last + 0.005)) <= event.at:
            yield Book(due, bids, asks)
            first = None
        if isinstance(event, BookSnapshotSeen):
            bids = {price: amount for price, count, amount in event.rows if count and amount > 0}
            asks = {price: -amount for price, count, amount in event.rows if count and amount < 0}
        elif isinstance(event, BookChanged):
            side = bids if event.amount > 0 else asks
            side[event.price] = abs(event.amount)
            if event.count == 0:
                del side[event.price]
        else:
            continue
        last, first = event.at, event.at if first is None else first


@lru_cache(maxsize=1)
def book_rules() -> dict[str, list[tuple[float, bool]]]:
    """For every alert about the book whether it is so, at every moment."""
    found: dict[str, list[tuple[float, bool]]] = {}
    parsed = {text: parse_alert(text)[0] for text in ALERTS}
    for book in books():
        bid, ask = max(book.bids), min(book.asks)
        if bid >= ask:
            continue
        mid = (whole(bid) + whole(ask)) / 2
        large = [(price, size, Side.BUY) for price, size in book.bids.items() if size >= 40]
        large += [(price, size, Side.SELL) for price, size in book.asks.items() if size >= 40]
        for text, rule in parsed.items():
            if isinstance(rule, SpreadOver):
                found.setdefault(text, []).append((book.at, (whole(ask) - whole(bid)) * 10_000 >= whole(rule.bp) * mid))
            elif isinstance(rule, WallNear):
                near = [
                    price
                    for price, size, side in large
                    if size >= rule.size
                    and rule.side in (Side.ANY, side)
                    and abs(whole(price) - mid) <= whole(rule.percent) * mid / 100
                ]
                found.setdefault(text, []).append((book.at, bool(near)))
    return found


def expected(text: str) -> list[float]:
    """The moments at which an alert is to fire."""
    rule, repeat = parse_alert(text)
    match rule:
        case PriceCross():
            return quiet(crosses(rule), repeat)
        case TradeOver():
            return quiet(trades(rule), repeat)
        case SweepOver():
            return quiet(sweeps(rule), repeat)
        case PriceMove():
            return while_so(moves(rule), repeat)
        case VolumeOver():
            return while_so(volumes(rule), repeat)
        case _:
            return while_so(iter(book_rules()[text]), repeat)


@lru_cache(maxsize=1)
def fired() -> dict[str, list[float]]:
    """The moments at which each alert did fire."""
    played = play(alerts_of(*ALERTS), recorded())
    moments: dict[int, list[float]] = {}
    for outcome in played.fired:
        moments.setdefault(outcome.alert.id, []).append(outcome.at)
    return {text: moments.get(number, []) for number, text in enumerate(ALERTS, 1)}


@pytest.mark.parametrize("text", ALERTS)
def test_it_fires_exactly_when_the_reference_says_so(text: str) -> None:
    assert fired()[text] == expected(text)


@pytest.mark.parametrize("kind", [PriceCross, PriceMove, SpreadOver, WallNear, TradeOver, SweepOver, VolumeOver])
def test_every_kind_fires_often_enough_to_prove_something(kind: type[Rule]) -> None:
    assert sum(len(moments) for text, moments in fired().items() if isinstance(parse_alert(text)[0], kind)) >= 3


@pytest.mark.parametrize("text", ALERTS)
def test_it_never_fires_twice_within_its_cool_down(text: str) -> None:
    moments, repeat = fired()[text], parse_alert(text)[1]
    assert all(later - earlier >= (repeat or float("inf")) for earlier, later in pairwise(moments))

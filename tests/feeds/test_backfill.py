"""Filling holes over REST against an exchange that answers from a list: few requests, every hole closed or marked."""

from hypothesis import given
from hypothesis import strategies as st

from hybridtui.exchanges.base import RestKind
from hybridtui.exchanges.bitfinex.symbols import parse
from hybridtui.feeds.backfill import Backfill, Page
from hybridtui.market.candles import Candle
from hybridtui.market.events import CandlesSeen, SourceChanged, TradesSeen
from hybridtui.market.source import LinkState, Mode, Source, Topic
from hybridtui.market.state import MarketState
from hybridtui.market.timeframe import Timeframe
from hybridtui.market.trades import Trade

INSTRUMENT = parse("BTCUSD")
START = 1_790_134_380_000
MINUTE = 60_000


def trade(number: int) -> Trade:
    return Trade(number, START + number // 3 * 100, 1.0, 100.0)


def rows(first: int, last: int) -> tuple[Trade, ...]:
    return tuple(trade(number) for number in range(first, last + 1))


def candle(minute: int) -> Candle:
    return Candle(START + minute * MINUTE, 1.0, 1.0, 1.0, 1.0, 1.0)


class Scene:
    """A live market with holes, and an exchange that can tell all of it, `limit` rows a page."""

    def __init__(self, limit: int = 2000) -> None:
        self.state = MarketState(INSTRUMENT, Timeframe.M1)
        self.backfill = Backfill(self.state)
        self.limit = limit
        self.asked: list[tuple[float, Page]] = []
        self.link(LinkState.LIVE)

    def link(self, state: LinkState, fed: Topic = Topic.DATA) -> None:
        self.state.apply(SourceChanged(state, Mode.AUTO, at=0.0, fed=fed))

    def trades(self, listed: tuple[Trade, ...], at: float = 1.0) -> None:
        self.state.apply(TradesSeen(INSTRUMENT.symbol, listed, True, Source.WEBSOCKET, at))

    def candles(self, *minutes: int) -> None:
        listed = tuple(candle(minute) for minute in minutes)
        self.state.apply(CandlesSeen(INSTRUMENT.symbol, Timeframe.M1, listed, True, Source.WEBSOCKET, 1.0))

    def run(self, now: float, newest: int = 0, answering: bool = True) -> None:
        """Ask and answer until there is nothing more to ask."""
        while (page := self.backfill.next_page(now, lambda *_: True)) is not None:
            self.asked.append((now, page))
            assert len(self.asked) < 100
            if answering and page.kind is RestKind.TRADES:
                inside = [row for row in rows(1, newest) if page.start <= row.mts <= page.end]
                self.trades(tuple(inside[-self.limit :]), now)
            elif answering:
                first, last = (page.start - START) // MINUTE, (page.end - START) // MINUTE
                self.candles(*range(max(first, 0), last + 1)[-self.limit :])


def test_a_hole_in_the_tape_is_filled_with_one_request() -> None:
    scene = Scene()
    scene.trades(rows(1, 100))
    scene.trades(rows(900, 930))
    scene.run(5.0, newest=930)
    assert [gap.closed for gap in scene.state.trades.gaps] == [True]
    assert scene.state.trades.covered() == list(rows(1, 930))
    assert len(scene.asked) == 1


def test_a_long_hole_takes_several_pages_and_never_too_many() -> None:
    scene = Scene(limit=300)
    scene.trades(rows(1, 100))
    scene.trades(rows(900, 930))
    scene.run(5.0, newest=930)
    assert scene.state.trades.gaps[0].closed
    assert len(scene.asked) == 3
    scene.trades(rows(3000, 3030))
    scene.run(6.0, newest=3030)
    assert len(scene.asked) == 7
    assert not scene.state.trades.gaps[-1].closed, "it stays marked"
    scene.run(1e6, newest=3030)
    assert len(scene.asked) == 7


def test_an_exchange_that_does_not_tell_is_asked_a_few_times_only() -> None:
    scene = Scene()
    scene.trades(rows(1, 100))
    scene.trades(rows(900, 930))
    for now in range(1000):
        scene.run(float(now), answering=False)
    assert [at for at, _ in scene.asked] == [0.0, 10.0, 20.0, 30.0]


def test_a_hole_in_the_chart_is_filled() -> None:
    scene = Scene()
    scene.candles(0, 1, 2)
    scene.candles(500, 501)
    scene.run(5.0)
    assert not scene.state.candles.unknown
    assert len(scene.state.candles) == 502
    assert len(scene.asked) == 1


def test_what_nobody_feeds_is_not_filled_and_polling_goes_first() -> None:
    scene = Scene(limit=10)
    scene.trades(rows(1, 100))
    scene.trades(rows(900, 930))
    scene.link(LinkState.STALE, Topic.NONE)
    scene.run(0.0, newest=930)
    assert not scene.asked
    scene.link(LinkState.POLLING, Topic.BOOK | Topic.TRADES)
    for now in range(1, 50):
        scene.run(float(now), newest=930)
    assert [at for at, _ in scene.asked] == [1.0, 21.0, 41.0]


def test_nothing_is_asked_without_budget_or_without_a_state() -> None:
    scene = Scene()
    scene.trades(rows(1, 100))
    scene.trades(rows(900, 930))
    assert scene.backfill.next_page(0.0, lambda *_: False) is None
    assert scene.backfill.next_page(0.0, lambda *_: True) is not None, "what was refused did not count as asked"
    assert Backfill(None).next_page(0.0, lambda *_: True) is None


@given(st.lists(st.tuples(st.integers(1, 400), st.integers(1, 40)), min_size=1, max_size=12), st.integers(120, 2000))
def test_whatever_was_lost_is_filled_or_stays_marked(steps: list[tuple[int, int]], limit: int) -> None:
    scene = Scene(limit)
    newest = 10
    scene.trades(rows(1, newest))
    for now, (lost, listed) in enumerate(steps, 1):
        first = newest + lost
        newest = first + listed - 1
        scene.trades(rows(first, newest))
        scene.run(float(now), newest)
    held = {row.id for row in scene.state.trades.since(0)}
    marked = [gap for gap in scene.state.trades.gaps if not gap.closed]
    missing = set(range(1, newest)) - held
    assert all(any(gap.after_id < number < gap.before_id for gap in marked) for number in missing)
    assert not missing or limit < 400

"""What is judged and what is not: what can be trusted, from a known past on; what was missed is said and judged."""

import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from hybridtui.market.alerts.engine import AlertEngine
from hybridtui.market.alerts.outcome import NOTHING
from hybridtui.market.alerts.rules import AlertList
from hybridtui.market.book import Row
from hybridtui.market.events import (
    BookChanged,
    BookChecked,
    BookSnapshotSeen,
    SourceChanged,
    TradesSeen,
    ViewChanged,
)
from hybridtui.market.instrument import Instrument
from hybridtui.market.source import LinkState, Mode, Source, Topic
from hybridtui.market.state import MarketState
from hybridtui.market.timeframe import Timeframe
from hybridtui.market.trades import Trade
from tests.market.alerts.playing import BTC, Played, alerts_of, play

START_MS = 1_700_000_000_000
FED, LOST = Topic.DATA, Topic.NONE
BOOK: tuple[Row, ...] = ((100.0, 1, 5.0), (99.0, 1, 5.0), (101.0, 1, -5.0), (102.0, 1, -5.0))


def link(at: float, fed: Topic = FED, state: LinkState = LinkState.LIVE, reason: str = "") -> SourceChanged:
    return SourceChanged(state, Mode.AUTO, at, fed, reason=reason)


def made(number: int, price: float, amount: float = 1.0, mts: int | None = None) -> Trade:
    return Trade(number, START_MS + number * 1000 if mts is None else mts, amount, price)


def listed(at: float, *trades: Trade, source: Source = Source.WEBSOCKET) -> TradesSeen:
    return TradesSeen(BTC.symbol, trades, True, source, at)


def streamed(at: float, trade: Trade) -> TradesSeen:
    return TradesSeen(BTC.symbol, (trade,), False, Source.WEBSOCKET, at)


def book(
    at: float, rows: tuple[Row, ...] = BOOK, source: Source = Source.WEBSOCKET, precision: int = 0
) -> BookSnapshotSeen:
    return BookSnapshotSeen(BTC.symbol, rows, source, at, precision)


def change(at: float, price: float, count: int, amount: float) -> BookChanged:
    return BookChanged(BTC.symbol, price, count, amount, at)


def live(*texts: str, price: float = 100.0) -> Played:
    """An engine that has a past that ends at this price, and a book; the time is 1."""
    return play(alerts_of(*texts), [listed(1.0, made(1, price)), book(1.0), link(1.0)])


def texts(outcomes: Sequence[object]) -> list[str]:
    return [getattr(outcome, "text", "") for outcome in outcomes]


# A known past


def test_what_lies_beyond_already_does_not_fire() -> None:
    run = live("price > 90", "price < 110", "price > 100")
    assert run.go_on([streamed(2.0, made(2, 100.0)), streamed(3.0, made(3, 101.0))])
    assert [fired.alert.id for fired in run.fired] == [3]


def test_the_past_fires_nothing() -> None:
    run = play(alerts_of("price > 105", "trade 5", "sweep 5", "move 1% 10m"))
    run.go_on([listed(1.0, made(1, 100.0, 9.0), made(2, 110.0, 9.0)), link(1.0)])
    run.go_on([listed(2.0, made(0, 90.0, 9.0), made(1, 100.0, 9.0), made(2, 110.0, 9.0))])
    assert run.outcomes == []


def test_what_is_remembered_is_neither_judged_nor_a_past() -> None:
    run = play(alerts_of("price > 105", "trade 5"))
    run.go_on([listed(1.0, made(1, 100.0, 9.0), source=Source.CACHE), listed(2.0, made(9, 110.0, 9.0)), link(2.0)])
    assert run.outcomes == []
    run.go_on([streamed(3.0, made(10, 104.0)), streamed(4.0, made(11, 106.0))])
    assert texts(run.fired) == ["the price rose above 105: 106"]


def test_an_alert_made_later_takes_the_tape_as_its_past() -> None:
    run = live()
    run.go_on([streamed(2.0, made(2, 104.0, 50.0))])
    run.engine.use(alerts_of("price > 105", "price < 105", "move 3% 10m", "trade 50"), 2.5)
    assert run.go_on([listed(2.7, made(2, 104.0, 50.0))]) == []
    run.go_on([streamed(3.0, made(3, 105.5))])
    assert [fired.alert.id for fired in run.fired] == [1, 3]


def test_a_trade_told_twice_fires_once() -> None:
    run = live("trade 5 repeat 1s")
    run.go_on(
        [streamed(2.0, made(2, 100.0, 9.0)), streamed(9.0, made(2, 100.0, 9.0)), listed(20.0, made(2, 100.0, 9.0))]
    )
    assert len(run.fired) == 1


def test_another_market_is_not_judged() -> None:
    run = live("trade 5", "stale")
    run.go_on([TradesSeen("tETHUSD", (made(2, 1.0, 50.0),), False, Source.WEBSOCKET, 2.0)])
    run.go_on([ViewChanged(Instrument("tETHUSD", "ETH", "USD"), Timeframe.M1, 3.0)])
    run.go_on([TradesSeen("tETHUSD", (made(2, 1.0, 50.0),), False, Source.WEBSOCKET, 4.0)])
    run.go_on([link(5.0, LOST, LinkState.STALE)])
    assert run.outcomes == []


# Cool-down


def test_once_is_once() -> None:
    run = live("trade 5")
    run.go_on(streamed(float(number), made(number, 100.0, 9.0)) for number in range(2, 9))
    [fired] = run.fired
    assert fired.alert.spent
    assert run.engine.alerts.alerts == (fired.alert,)


def test_what_happens_while_quiet_passes_unheard() -> None:
    run = live("price x 100.5 repeat 10s")
    prices = [101.0, 100.0, 101.0, 100.0]
    run.go_on(
        streamed(at, made(2 + step, price))
        for step, (at, price) in enumerate(zip([2, 3, 11.9, 12.1], prices, strict=True))
    )
    assert [fired.at for fired in run.fired] == [2, 12.1]


def test_what_became_so_while_quiet_and_still_is_fires_afterwards() -> None:
    run = live("spread 150bp repeat 10s")
    wide, narrow = [(101.0, 0, -1.0), (102.0, 1, -5.0)], [(101.0, 1, -5.0)]
    for at, rows in ((2.0, wide), (4.0, narrow), (5.0, wide)):
        run.go_on(change(at, *row) for row in rows)
    run.until(6.0)
    assert len(run.fired) == 1
    run.go_on([change(13.0, 90.0, 1, 1.0)])
    run.until(14.0)
    assert [round(fired.at, 3) for fired in run.fired] == [2.005, 13.005]


def test_the_cool_down_outlives_the_program() -> None:
    run = live("trade 5 repeat 60s")
    run.go_on([streamed(2.0, made(2, 100.0, 9.0))])
    state = MarketState(BTC, Timeframe.M1)
    again = Played(AlertEngine(state, run.engine.alerts, 32.0), state, [])
    again.go_on([listed(33.0, made(2, 100.0)), link(33.0)])
    again.go_on([streamed(61.0, made(3, 100.0, 9.0)), streamed(62.5, made(4, 100.0, 9.0))])
    assert [fired.at for fired in again.fired] == [62.5]


def test_a_change_of_the_list_leaves_the_others_where_they_were() -> None:
    run = live("trade 5 repeat 60s", "spread 50bp")
    run.go_on([change(2.0, 90.0, 1, 1.0), streamed(3.0, made(2, 100.0, 9.0))])
    assert len(run.fired) == 2
    run.engine.use(run.engine.alerts.added(*alerts_and("stale")), 4.0)
    run.go_on([change(5.0, 90.0, 1, 2.0), streamed(6.0, made(3, 100.0, 9.0))])
    run.until(9.0)
    assert len(run.fired) == 2


def alerts_and(text: str) -> tuple:  # type: ignore[type-arg]
    alert = alerts_of(text).alerts[0]
    return alert.rule, alert.repeat


# The book


def test_half_a_batch_is_no_book() -> None:
    run = live("spread 150bp repeat 1s", "wall 50 1% repeat 1s")
    run.go_on([change(2.0, 101.0, 0, -1.0), change(2.001, 100.0, 1, 70.0)])
    run.go_on([change(2.002, 101.0, 1, -5.0), change(2.003, 100.0, 1, 5.0)])
    run.until(3.0)
    assert run.outcomes == []


def test_a_checksum_ends_a_batch_at_once() -> None:
    run = live("wall 50 1%")
    run.go_on([change(2.0, 100.0, 1, 70.0), BookChecked(BTC.symbol, True, 2.0)])
    assert texts(run.fired) == ["70 bid at 100, 0.50% from the mid"]


def test_changes_that_never_pause_are_judged_all_the_same() -> None:
    run = live("wall 50 1%")
    run.go_on(change(2.0 + step * 0.002, 100.0, 1, 70.0 + step) for step in range(100))
    assert len(run.fired) == 1
    assert run.fired[0].at < 2.2


def test_a_wall_that_comes_near_with_the_mid_fires() -> None:
    run = live("wall 50 1%")
    run.go_on([change(2.0, 98.0, 1, 60.0)])
    run.until(3.0)
    assert run.fired == []
    run.go_on([change(4.0, 101.0, 0, -1.0), change(4.0, 102.0, 0, -1.0), change(4.0, 98.5, 1, -5.0)])
    run.go_on([change(4.0, 100.0, 0, 1.0), change(4.0, 99.0, 0, 1.0)])
    run.until(5.0)
    assert texts(run.fired) == ["60 bid at 98, 0.25% from the mid"]


@pytest.mark.parametrize(
    "distrust",
    [link(2.0, LOST, LinkState.STALE), BookChecked(BTC.symbol, False, 2.0), book(2.0, precision=2)],
    ids=["not fed", "known to be wrong", "put together by the exchange"],
)
def test_a_book_that_is_not_to_be_trusted_is_not_judged(distrust: SourceChanged) -> None:
    run = live("wall 50 1%", "spread 150bp")
    run.go_on([distrust, change(3.0, 100.0, 1, 70.0), change(3.0, 101.0, 0, -1.0)])
    run.until(10.0)
    assert run.outcomes == []
    assert not run.engine.judgeable(run.engine.alerts.alerts[0].rule)
    run.go_on([book(45.0, ((100.0, 1, 70.0), (101.0, 1, -5.0))), link(45.0)])
    run.until(50.0)
    assert texts(run.unjudged) == ["could not be judged for 43 s"]
    assert [fired.alert.id for fired in run.fired] == [1]


# Outages


def test_an_outage_is_told_and_what_happened_meanwhile_is_judged_late() -> None:
    run = live("price > 105", "trade 5 repeat 1s", "stale")
    run.go_on([link(2.0, LOST, LinkState.STALE, "no answer")])
    assert texts(run.fired) == ["the data is stale: no answer"]
    assert not run.engine.judgeable(run.engine.alerts.alerts[0].rule)
    run.go_on([listed(45.0, made(1, 100.0), made(2, 107.0, 9.0), made(3, 101.0)), link(45.0)])
    assert [(fired.alert.id, fired.late, fired.at) for fired in run.fired[1:]] == [(1, True, 45.0), (2, True, 45.0)]
    [told] = run.unjudged
    assert [alert.id for alert in told.alerts] == [2], "the other one has fired"
    assert told.text == "could not be judged for 43 s"
    run.go_on([streamed(47.0, made(4, 101.0, 9.0))])
    assert not run.fired[-1].late


def test_a_hole_that_is_filled_later_is_judged_where_it_was() -> None:
    run = live("price > 105", "price < 95", "trade 5", "move 6% 5s", "sweep 4")
    run.go_on([link(2.0, LOST), listed(9.0, made(8, 101.0), made(9, 101.0)), link(9.0)])
    assert run.fired == []
    fill = [
        made(1, 100.0),
        made(2, 107.0),
        made(3, 102.0, 6.0),
        made(4, 102.0, -2.0),
        made(5, 102.0, -2.5, START_MS + 4000),
    ]
    run.go_on([listed(12.0, *fill, made(8, 101.0), source=Source.REST)])
    assert sorted(fired.alert.id for fired in run.fired) == [1, 3, 4, 5]
    assert all(fired.late for fired in run.fired)


def test_a_short_interruption_is_not_worth_a_word() -> None:
    run = live("trade 5", "spread 500bp")
    run.go_on([link(2.0, LOST), book(2.5), listed(2.5, made(1, 100.0)), link(2.5)])
    assert run.outcomes == []


def test_before_there_was_anything_nothing_was_missed() -> None:
    run = play(alerts_of("trade 5", "wall 9 1%"))
    run.go_on([link(1.0, LOST, LinkState.CONNECTING), listed(60.0, made(1, 100.0)), book(60.0), link(60.0)])
    assert run.outcomes == []


def test_the_connection() -> None:
    run = live("lost repeat 10s", "stale repeat 10s")
    run.go_on([link(2.0, FED, LinkState.POLLING, "1006"), link(3.0, FED, LinkState.POLLING, "503")])
    assert [(fired.alert.id, fired.at) for fired in run.fired] == [(1, 2.0)]
    run.go_on([link(4.0), link(5.0, LOST, LinkState.MAINTENANCE, "20060")])
    assert [(fired.alert.id, fired.at) for fired in run.fired] == [(1, 2.0), (2, 5.0)]
    run.until(30.0)
    assert [(fired.alert.id, fired.at) for fired in run.fired[2:]] == [(1, 12.0)], "still so when it is loud again"


def test_rest_by_choice_is_no_lost_connection() -> None:
    run = live("lost")
    run.go_on([replace(link(2.0, FED, LinkState.POLLING, "1006"), mode=Mode.REST)])
    assert run.fired == []


# Cost


def test_nothing_is_made_where_nothing_fires() -> None:
    run = live("wall 500 1%", "spread 500bp", "trade 100")
    assert run.engine.feed(change(2.0, 100.0, 1, 3.0), 2.0) is NOTHING
    assert AlertEngine(run.state, AlertList(), 0.0).feed(change(2.0, 100.0, 1, 3.0), 2.0) is NOTHING


# However it comes


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(95, 105), min_size=2, max_size=40), st.randoms(use_true_random=False), st.booleans())
def test_a_cross_is_found_however_the_trades_are_delivered(
    prices: list[int], chance: random.Random, interrupted: bool
) -> None:
    """One by one, twice, or in overlapping listings, with or without an outage: each time the price rises above 100."""
    trades = [made(number, float(price)) for number, price in enumerate(prices, 1)]
    run = play(alerts_of("price > 100 repeat 1s"), [listed(0.0, trades[0]), link(0.0)])
    at, done = 0.0, 1
    while done < len(trades):
        at += 10.0
        size = chance.randint(1, 5)
        if size == 1:
            run.go_on([streamed(at, trades[done]), streamed(at + 0.1, trades[done])])
        else:
            before = [link(at - 1.0, LOST)] if interrupted else []
            back = chance.randint(0, min(done, 4))
            run.go_on([*before, listed(at, *trades[done - back : done + size]), link(at)])
        new = trades[done : done + size]
        beyond = [after.price > 100 >= before.price for before, after in zip(trades[done - 1 :], new, strict=False)]
        assert [fired.at for fired in run.fired if fired.at == at] == [at] * any(beyond)
        done += size

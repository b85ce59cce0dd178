"""The journal tells the whole story once, and its sums add up."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from hybridtui.market.events import (
    BookChecked,
    Concern,
    Notice,
    Severity,
    SourceChanged,
    SymbolRefused,
    TickerSeen,
    Traffic,
    ViewChanged,
)
from hybridtui.market.instrument import Instrument
from hybridtui.market.journal import CAPACITY, Journal, Kind
from hybridtui.market.source import LinkState, Mode, Source, Topic
from hybridtui.market.ticker import Ticker
from hybridtui.market.timeframe import Timeframe

BTC = Instrument("tBTCUSD", "BTC", "USD")


def verdict(at: float, state: LinkState, fed: Topic = Topic.NONE, **more: object) -> SourceChanged:
    return SourceChanged(state, Mode.AUTO, at=at, fed=fed, **more)  # type: ignore[arg-type]


def kinds(journal: Journal) -> list[Kind]:
    return [entry.kind for entry in journal.entries]


def an_outage() -> Journal:
    journal = Journal()
    for event in (
        verdict(100, LinkState.CONNECTING),
        verdict(101, LinkState.LIVE, Topic.DATA),
        verdict(161, LinkState.CONNECTING, reason="socket closed by the exchange (1006)", attempt=1, retry_at=161.5),
        verdict(162, LinkState.POLLING, Topic.DATA, reason="socket closed by the exchange (1006)", attempt=2),
        verdict(165, LinkState.POLLING, Topic.DATA, reason="connection refused", attempt=3, retry_at=167.0),
        verdict(190, LinkState.LIVE, Topic.DATA, reconnects=1),
    ):
        journal.take(event)
    return journal


def test_an_outage_is_told_from_end_to_end() -> None:
    journal = an_outage()
    assert kinds(journal) == [
        Kind.START,
        Kind.LIVE,
        Kind.DROP,
        Kind.CONNECT,
        Kind.POLLING,
        Kind.GAP,
        Kind.DROP,
        Kind.CONNECT,
        Kind.LIVE,
    ]
    texts = [entry.text for entry in journal.entries]
    assert "socket closed by the exchange (1006)" in texts
    assert "connecting, try 3 in 2.0 s" in texts
    assert "no trades were delivered for 1 s" in texts
    assert texts[-1].endswith("connection 2")


def test_seconds_add_up_to_the_uptime() -> None:
    sums = an_outage().statistics(200)
    assert sums.uptime == 100
    assert sums.seconds == {LinkState.CONNECTING: 2, LinkState.LIVE: 70, LinkState.POLLING: 28}
    assert (sums.drops, sums.fallbacks, sums.reconnects) == (2, 1, 1)


@given(st.lists(st.tuples(st.floats(0, 1000), st.sampled_from(LinkState), st.sampled_from([Topic.NONE, Topic.DATA]))))
def test_any_story_adds_up(steps: list[tuple[float, LinkState, Topic]]) -> None:
    journal, now = Journal(), 50.0
    for step, state, fed in steps:
        now += step
        journal.take(verdict(now, state, fed))
    sums = journal.statistics(now + 7)
    spent = 7 + sum(step for step, _, _ in steps[1:]) if steps else 0
    assert abs(sums.uptime - spent) < 1e-6
    assert all(one.at <= other.at for one, other in pairwise(journal.entries))


def test_the_same_verdict_again_is_no_news() -> None:
    journal = Journal()
    journal.take(verdict(1, LinkState.LIVE, Topic.DATA))
    before = journal.revision
    journal.take(verdict(2, LinkState.LIVE, Topic.DATA, confirmed_at=1.5))
    assert journal.revision == before


def test_maintenance_begins_and_ends() -> None:
    journal = Journal()
    for at, state in enumerate((LinkState.LIVE, LinkState.MAINTENANCE, LinkState.CONNECTING, LinkState.LIVE)):
        journal.take(verdict(at, state))
    told = [entry.text for entry in journal.entries if entry.kind is Kind.MAINTENANCE]
    assert len(told) == 2
    assert told[1].endswith("is over")


def test_notices_are_counted_by_what_they_are_about() -> None:
    journal = Journal()
    journal.take(verdict(0, LinkState.LIVE))
    journal.take(Notice("The checksum did not agree; subscribing anew.", Severity.WARNING, 1, Concern.RESYNC))
    journal.take(Notice("The exchange limits book requests.", Severity.WARNING, 2, Concern.RATE_LIMIT))
    journal.take(Notice("Something else.", Severity.INFO, 3))
    journal.take(Notice("", Severity.INFO, 4))
    assert kinds(journal)[-3:] == [Kind.RESYNC, Kind.RATE_LIMIT, Kind.NOTICE]
    assert journal.statistics(5).resyncs == 1


def test_every_concern_has_a_kind() -> None:
    assert {Kind(concern) for concern in Concern} == {Kind.RESYNC, Kind.RATE_LIMIT}


def test_views_modes_and_refusals_are_told() -> None:
    journal = Journal()
    journal.take(verdict(0, LinkState.LIVE))
    journal.take(ViewChanged(BTC, Timeframe.M5, 1))
    journal.take(SourceChanged(LinkState.LIVE, Mode.REST, at=2))
    journal.take(SymbolRefused("tBTCUSX", ("BTCUSD",), 3))
    assert kinds(journal)[-3:] == [Kind.VIEW, Kind.MODE, Kind.SYMBOL]
    assert "BTCUSD" in journal.entries[-1].text


def test_the_first_data_of_each_source_is_timed() -> None:
    journal = Journal()
    journal.take(TickerSeen("tBTCUSD", Ticker(), Source.CACHE, 5))
    journal.take(verdict(10, LinkState.CONNECTING))
    for source, at in ((Source.REST, 10.2), (Source.WEBSOCKET, 10.5), (Source.REST, 99)):
        journal.take(TickerSeen("tBTCUSD", Ticker(), source, at))
    first = journal.statistics(100).first_data
    assert {source: round(seconds, 3) for source, seconds in first.items()} == {
        Source.REST: 0.2,
        Source.WEBSOCKET: 0.5,
    }


def test_round_trips_are_kept_by_source_and_counted_once() -> None:
    journal = Journal()
    journal.take(verdict(0, LinkState.LIVE))
    for at, (latency, source) in enumerate(
        [(40.0, Source.WEBSOCKET), (40.0, Source.WEBSOCKET), (44.0, Source.WEBSOCKET), (90.0, Source.REST)]
    ):
        journal.take(Traffic(1, 1, latency, at, latency_source=source, lag_ms=1020.0 + at))
    sums = journal.statistics(9)
    assert sums.ping is not None
    assert sums.ping.count == 2
    assert journal.latencies(Source.REST) == [90.0]
    assert sums.skew_ms == 1000.0
    assert sums.delay is not None
    assert (sums.delay.p50, sums.delay.most) == (21.0, 23.0)


def test_the_way_to_the_screen_is_that_to_here_and_the_wait_after_it() -> None:
    journal = Journal()
    journal.take(verdict(0, LinkState.LIVE))
    journal.shown(30.0)
    journal.shown(12.0)
    journal.take(Traffic(1, 1, 40.0, 1, latency_source=Source.WEBSOCKET, lag_ms=1020.0))
    journal.take(Traffic(1, 1, 40.0, 2, latency_source=Source.WEBSOCKET, lag_ms=1020.0))
    assert journal.delays() == [32.0]
    sums = journal.statistics(9)
    assert sums.screen is not None
    assert sums.delay is not None
    assert (sums.screen.most, sums.delay.most) == (32.0, 20.0)


def test_checksums_are_counted() -> None:
    journal = Journal()
    journal.take(verdict(0, LinkState.LIVE))
    for agreed in (True, True, False):
        journal.take(BookChecked("tBTCUSD", agreed, 1))
    sums = journal.statistics(2)
    assert (sums.agreed, sums.disagreed) == (2, 1)


def test_the_story_is_bounded() -> None:
    journal = Journal()
    for at in range(CAPACITY + 5):
        journal.take(Notice(f"number {at}", Severity.INFO, at))
    assert len(journal.entries) == CAPACITY
    assert journal.entries[0].text == "number 5"
    assert journal.revision == CAPACITY + 5


def test_before_anything_happened_there_is_nothing_to_tell() -> None:
    sums = Journal().statistics(5)
    assert sums.uptime == 0
    assert sums.ping is None


def test_the_time_to_the_first_data_ends_when_it_came_not_when_it_was_true() -> None:
    journal = Journal()
    journal.take(verdict(100, LinkState.CONNECTING), 100.0)
    journal.take(TickerSeen("tBTCUSD", Ticker(last=1.0), Source.REST, 100.2), 100.5)
    journal.take(TickerSeen("tBTCUSD", Ticker(last=1.0), Source.REST, 101.0), 101.5)
    assert journal.statistics(102.0).first_data == {Source.REST: 0.5}

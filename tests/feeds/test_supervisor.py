"""The supervisor against its table: what it says and what it commands, second by second, without a clock."""

from itertools import pairwise
from random import Random
from typing import Any

from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from hybridtui.exchanges.base import (
    ChannelLost,
    ChannelSynced,
    HeartbeatSeen,
    MaintenanceEnded,
    MaintenanceStarted,
    PongSeen,
    RestartAnnounced,
    RestKind,
    SessionOpened,
)
from hybridtui.feeds.commands import (
    CloseSocket,
    Fetch,
    FrameSeen,
    Input,
    ModeChosen,
    OpenSocket,
    PageEnded,
    Ping,
    PlatformAnswered,
    RefreshAsked,
    RestAnswered,
    RestFailed,
    Resubscribe,
    SocketLost,
    SocketOpened,
    Started,
    SymbolUnknown,
    ViewChosen,
)
from hybridtui.feeds.supervisor import Output, Supervisor
from hybridtui.market.events import Notice, SourceChanged
from hybridtui.market.source import LinkState, Mode, Source, Topic
from hybridtui.settings import Timings

BUDGETS = {"ticker": 24, "book": 60, "trades": 12, "candles": 24, "pairs": 10, "status": 15}
DATA_KINDS = {RestKind.TICKER, RestKind.BOOK, RestKind.TRADES, RestKind.CANDLES}


class Bench:
    """A supervisor with a clock that is turned by hand, and a record of all it said."""

    def __init__(self, mode: Mode = Mode.AUTO, timings: Timings | None = None) -> None:
        self.now = 1000.0
        self.supervisor = Supervisor(mode, timings or Timings(jitter=0.0), BUDGETS, Random(3))
        self.verdict = SourceChanged(LinkState.CONNECTING, mode, 0.0)
        self.fetched: list[tuple[float, RestKind]] = []
        self.sockets = 0
        self.socket_open = False
        self.awaited: list[RestKind] = []

    def feed(self, event: Input) -> list[Output]:
        return self._note(self.supervisor.feed(event, self.now))

    def _note(self, outputs: list[Output]) -> list[Output]:
        for output in outputs:
            match output:
                case SourceChanged():
                    self.verdict = output
                case Fetch(kind):
                    self.fetched.append((self.now, kind))
                    self.awaited.append(kind)
                case OpenSocket(number):
                    self.sockets = number
                case CloseSocket():
                    self.socket_open = False
        return outputs

    def pass_time(self, seconds: float) -> list[Output]:
        """Let time pass, stopping at every deadline; a deadline that does not move on is a busy loop."""
        outputs: list[Output] = []
        end = self.now + seconds
        for _ in range(10_000):
            deadline = self.supervisor.deadline(self.now)
            if deadline > end:
                break
            self.now = max(self.now, deadline)
            outputs += self._note(self.supervisor.tick(self.now))
            assert self.supervisor.deadline(self.now) > self.now, "waits for a moment that has passed"
        else:
            raise AssertionError("too many deadlines")
        self.now = end
        return outputs

    def trade_on(self, seconds: float) -> None:
        """Let time pass while the socket delivers."""
        for step in range(int(seconds * 2)):
            self.pass_time(0.5)
            self.feed(FrameSeen(Topic.BOOK))
            if step % 30 == 29:
                for topic in Topic.DATA:
                    self.feed(HeartbeatSeen(topic, self.now))

    def open(self) -> None:
        self.feed(SocketOpened(self.sockets))
        self.socket_open = True
        self.feed(SessionOpened(operative=True, at=self.now))

    def sync(self, topics: Topic = Topic.DATA) -> None:
        for topic in topics:
            self.feed(ChannelSynced(topic, self.now))
            self.feed(FrameSeen(Topic.BOOK))

    def answer(self) -> None:
        awaited, self.awaited = self.awaited, []
        for kind in awaited:
            operative = PlatformAnswered(operative=True)
            self.feed(operative if kind is RestKind.STATUS else RestAnswered(kind, self.now))

    def says(self, state: LinkState) -> bool:
        return self.verdict.state is state

    def lose(self, reason: str = "socket closed by the exchange (1006)") -> list[Output]:
        self.socket_open = False
        return self.feed(SocketLost(self.sockets, reason))

    def go_live(self) -> None:
        self.feed(Started())
        self.answer()
        self.open()
        self.sync()
        assert self.says(LinkState.LIVE)


def _kinds(outputs: list[Output]) -> set[RestKind]:
    return {output.kind for output in outputs if isinstance(output, Fetch)}


def test_rest_requests_and_the_handshake_start_together() -> None:
    bench = Bench()
    outputs = bench.feed(Started())
    assert OpenSocket(1) in outputs
    assert _kinds(outputs) == DATA_KINDS
    assert bench.says(LinkState.CONNECTING)
    assert not bench.verdict.reconnecting


def test_rest_paints_first_while_connecting_and_the_socket_takes_over_only_with_all_snapshots() -> None:
    bench = Bench()
    bench.feed(Started())
    bench.answer()
    assert bench.says(LinkState.CONNECTING)
    assert bench.verdict.fed == Topic.DATA
    bench.open()
    bench.sync(Topic.BOOK | Topic.TRADES | Topic.CANDLES)
    assert bench.says(LinkState.CONNECTING)
    bench.sync(Topic.TICKER)
    assert bench.says(LinkState.LIVE)
    assert bench.verdict.reason == ""


def test_a_rest_book_is_not_let_in_over_the_sockets() -> None:
    bench = Bench()
    bench.feed(Started())
    assert bench.supervisor.admits(Topic.BOOK, Source.REST)
    bench.open()
    bench.sync(Topic.BOOK)
    assert not bench.supervisor.admits(Topic.BOOK, Source.REST)
    assert bench.supervisor.admits(Topic.TICKER, Source.REST)
    assert bench.supervisor.admits(Topic.BOOK, Source.WEBSOCKET)
    bench.lose()
    assert bench.supervisor.admits(Topic.BOOK, Source.REST)


def test_a_rest_answer_that_came_too_late_to_be_shown_does_not_count_as_polling() -> None:
    bench = Bench()
    bench.feed(Started())
    bench.open()
    bench.sync()
    bench.answer()
    bench.trade_on(1)
    bench.lose()
    assert bench.says(LinkState.CONNECTING)
    assert Topic.BOOK not in bench.verdict.fed


def test_nothing_is_polled_while_live() -> None:
    bench = Bench()
    bench.go_live()
    bench.fetched.clear()
    bench.trade_on(300)
    assert bench.fetched == []
    assert bench.says(LinkState.LIVE)


def test_a_lost_socket_is_polled_for_and_retried_at_once() -> None:
    bench = Bench()
    bench.go_live()
    bench.trade_on(30)
    outputs = bench.lose()
    assert OpenSocket(2) in outputs
    assert RestKind.BOOK in _kinds(outputs)
    assert bench.says(LinkState.CONNECTING)
    assert bench.verdict.reconnecting
    bench.answer()
    assert bench.says(LinkState.POLLING)
    assert "1006" in bench.verdict.reason


def test_while_polling_the_socket_is_retried_with_growing_waits_for_ever() -> None:
    bench = Bench()
    bench.go_live()
    opened = []
    for _ in range(100):
        number = bench.sockets
        bench.lose()
        while bench.sockets == number:
            bench.pass_time(0.25)
            bench.answer()
        opened.append(bench.now)
    gaps = [late - early for early, late in pairwise(opened)]
    assert gaps[-1] >= 29.0
    assert max(gaps) <= 31.0
    assert bench.says(LinkState.POLLING)


def test_it_is_live_again_by_itself_and_counts_the_reconnect() -> None:
    bench = Bench()
    bench.go_live()
    bench.lose()
    bench.answer()
    bench.open()
    bench.sync()
    assert bench.says(LinkState.LIVE)
    assert bench.verdict.reconnects == 1
    assert bench.verdict.attempt == 0


def test_stale_when_neither_answers_and_it_counts_from_the_last_proof() -> None:
    bench = Bench()
    bench.go_live()
    bench.feed(FrameSeen(Topic.BOOK))
    last_frame = bench.now
    bench.lose()
    for _ in range(20):
        awaited, bench.awaited = bench.awaited, []
        for kind in awaited:
            bench.feed(RestFailed(kind, "connection refused"))
        bench.pass_time(0.5)
    assert bench.says(LinkState.STALE)
    assert bench.verdict.confirmed_at == last_frame
    assert bench.verdict.fed == Topic.NONE
    assert "connection refused" in bench.verdict.reason


def test_a_moment_that_passed_since_the_last_judgement_is_judged_at_once() -> None:
    bench = Bench(Mode.REST, Timings(stale=4.5))
    bench.feed(Started())
    bench.answer()
    expires = bench.now + 4.5
    bench.now = expires - 0.01
    bench.feed(RefreshAsked())
    assert bench.says(LinkState.POLLING)
    late = expires + 0.02  # the loop was busy: nobody looked when the book expired
    assert bench.supervisor.deadline(late) <= late
    bench.now = late
    bench.pass_time(0.0)
    assert not bench.says(LinkState.POLLING)


def test_never_stale_before_anything_was_shown() -> None:
    bench = Bench()
    bench.feed(Started())
    for _ in range(100):
        awaited, bench.awaited = bench.awaited, []
        for kind in awaited:
            bench.feed(RestFailed(kind, "connection refused"))
        bench.lose("connection refused")
        bench.pass_time(1)
    assert bench.says(LinkState.CONNECTING)
    assert not bench.verdict.reconnecting


def test_a_slow_handshake_is_polling_after_the_grace() -> None:
    bench = Bench()
    bench.feed(Started())
    for _ in range(7):
        bench.answer()
        bench.pass_time(0.5)
    assert bench.says(LinkState.POLLING)


def test_forced_websocket_never_polls() -> None:
    bench = Bench()
    bench.go_live()
    bench.feed(ModeChosen(Mode.WEBSOCKET))
    bench.fetched.clear()
    bench.lose()
    for _ in range(100):
        bench.pass_time(1)
        bench.lose("connection refused")
    assert bench.fetched == []
    assert bench.says(LinkState.STALE)


def test_forced_rest_closes_the_socket_and_polls() -> None:
    bench = Bench()
    bench.go_live()
    outputs = bench.feed(ModeChosen(Mode.REST))
    assert CloseSocket(1) in outputs
    assert _kinds(outputs) == DATA_KINDS
    bench.answer()
    assert bench.says(LinkState.POLLING)
    assert bench.verdict.reason == ""
    sockets = bench.sockets
    for _ in range(100):
        bench.pass_time(1)
        bench.answer()
    assert bench.sockets == sockets


def test_automatic_again_opens_the_socket_at_once() -> None:
    bench = Bench(Mode.REST)
    bench.feed(Started())
    assert bench.sockets == 0
    assert OpenSocket(1) in bench.feed(ModeChosen(Mode.AUTO))


def test_polling_keeps_every_budget_in_every_minute() -> None:
    bench = Bench(Mode.REST, Timings(poll_book=0.1, poll_trades=0.1, poll_ticker=0.1, poll_candles=0.1))
    bench.feed(Started())
    for _ in range(1800):
        bench.pass_time(0.1)
        bench.answer()
        bench.feed(RefreshAsked())
    for kind in DATA_KINDS:
        times = [moment for moment, asked in bench.fetched if asked is kind]
        assert max(sum(start <= moment < start + 60 for moment in times) for start in times) <= BUDGETS[kind.value]


def test_failing_handshakes_make_no_request_more_than_polling_does() -> None:
    """What an outage took is asked for out of turn, so the budget must not have gone into the attempts."""
    bench = Bench()
    bench.go_live()
    bench.trade_on(70)
    bench.lose()
    began = bench.now
    for _ in range(240):
        bench.pass_time(0.25)
        bench.answer()
        if bench.sockets:
            bench.lose("the handshake was answered with 503 (unavailable)")
    asked = [moment for moment, kind in bench.fetched if kind is RestKind.TRADES and moment >= began]
    assert bench.sockets > 5
    assert asked[0] == began
    assert min(after - before for before, after in pairwise(asked)) >= Timings().poll_trades - 0.25
    assert bench.supervisor.spares(RestKind.TRADES, bench.now)


def test_polling_leaves_some_of_the_budget_for_what_was_missed() -> None:
    bench = Bench(Mode.REST, Timings(poll_trades=0.1, poll_candles=0.1))
    bench.feed(Started())
    for _ in range(600):
        bench.pass_time(0.1)
        bench.answer()
    for kind in (RestKind.TRADES, RestKind.CANDLES):
        for _ in range(2):
            bench.answer()
            assert bench.supervisor.spares(kind, bench.now)
            bench.feed(RestAnswered(kind, bench.now))
        assert not bench.supervisor.spares(kind, bench.now)


def test_a_page_of_the_past_feeds_nothing_and_ends_nothing() -> None:
    bench = Bench(Mode.REST)
    bench.feed(Started())
    bench.answer()
    bench.pass_time(2.0)
    assert bench.supervisor.spares(RestKind.TRADES, bench.now)
    assert not bench.supervisor.spares(RestKind.TRADES, bench.now), "its answer is waited for"
    confirmed = bench.verdict.confirmed_at
    bench.feed(PageEnded(RestKind.TRADES))
    assert bench.verdict.confirmed_at == confirmed
    assert bench.supervisor.spares(RestKind.TRADES, bench.now)


def test_a_rate_limit_is_obeyed_and_said() -> None:
    bench = Bench(Mode.REST)
    bench.feed(Started())
    outputs = bench.feed(RestFailed(RestKind.BOOK, "too many requests", limited=True))
    assert any(isinstance(output, Notice) and "60 s" in output.text for output in outputs)
    bench.awaited.remove(RestKind.BOOK)
    began = bench.now
    for _ in range(130):
        bench.pass_time(0.5)
        bench.answer()
    after = [moment - began for moment, kind in bench.fetched if kind is RestKind.BOOK and moment > began]
    assert min(after) >= 60.0


def test_a_request_is_not_repeated_before_its_answer() -> None:
    bench = Bench(Mode.REST)
    bench.feed(Started())
    bench.pass_time(30)
    assert sorted(kind for _, kind in bench.fetched) == sorted(DATA_KINDS)


def test_silence_is_pinged_and_then_the_socket_is_replaced() -> None:
    bench = Bench(timings=Timings(jitter=0.0, ping_every=3600))
    bench.go_live()
    for _ in range(100):
        bench.pass_time(0.1)
        bench.feed(FrameSeen(Topic.BOOK))
    assert Ping() in bench.pass_time(3.1)
    outputs = bench.pass_time(2.0)
    assert CloseSocket(1) in outputs
    assert OpenSocket(2) in outputs
    assert "did not answer" in bench.verdict.reason


def test_after_a_sleep_nothing_is_live_at_the_first_look() -> None:
    bench = Bench()
    bench.go_live()
    bench.trade_on(10)
    bench.now += 8 * 3600
    bench.pass_time(0.0)
    assert not bench.says(LinkState.LIVE)
    assert bench.verdict.fed == Topic.NONE
    assert "slept for 28,800 s" in bench.verdict.reason
    bench.answer()
    bench.open()
    bench.sync()
    assert bench.says(LinkState.LIVE)


def test_a_desync_resubscribes_the_channel_and_twice_takes_a_new_socket() -> None:
    bench = Bench()
    bench.go_live()
    outputs = bench.feed(ChannelLost(Topic.BOOK, "the checksum did not agree", bench.now))
    assert Resubscribe(Topic.BOOK) in outputs
    assert not bench.says(LinkState.LIVE)
    assert Topic.BOOK not in bench.verdict.fed
    assert Topic.TRADES in bench.verdict.fed
    bench.sync(Topic.BOOK)
    assert bench.says(LinkState.LIVE)
    outputs = bench.feed(ChannelLost(Topic.BOOK, "the checksum did not agree", bench.now))
    assert CloseSocket(1) in outputs
    assert OpenSocket(2) in outputs


def test_a_short_resubscription_costs_no_rest_request() -> None:
    bench = Bench()
    bench.go_live()
    bench.fetched.clear()
    bench.feed(ChannelLost(Topic.BOOK, "the checksum did not agree", bench.now))
    bench.pass_time(0.5)
    assert bench.fetched == []
    bench.pass_time(1.0)
    assert {kind for _, kind in bench.fetched} == {RestKind.BOOK}


def test_a_restart_takes_a_new_socket() -> None:
    bench = Bench()
    bench.go_live()
    outputs = bench.feed(RestartAnnounced(bench.now))
    assert CloseSocket(1) in outputs
    assert OpenSocket(2) in outputs


def test_maintenance_is_said_and_asked_about_and_ends() -> None:
    bench = Bench()
    bench.go_live()
    bench.feed(MaintenanceStarted(bench.now))
    assert bench.says(LinkState.MAINTENANCE)
    assert bench.verdict.fed == Topic.NONE
    bench.fetched.clear()
    for _ in range(60):
        bench.feed(HeartbeatSeen(Topic.BOOK, bench.now))
        bench.feed(FrameSeen(Topic.NONE))
        bench.pass_time(1)
        if bench.awaited:
            bench.awaited.clear()
            bench.feed(PlatformAnswered(operative=False))
    assert {kind for _, kind in bench.fetched} == {RestKind.STATUS}
    assert len(bench.fetched) <= 7
    outputs = bench.feed(MaintenanceEnded(bench.now))
    assert Resubscribe(Topic.DATA) in outputs
    bench.sync()
    assert bench.says(LinkState.LIVE)


def test_maintenance_without_its_end_notice_ends_with_the_platforms_word() -> None:
    bench = Bench()
    bench.go_live()
    bench.feed(MaintenanceStarted(bench.now))
    outputs = bench.feed(PlatformAnswered(operative=True))
    assert Resubscribe(Topic.DATA) in outputs
    assert not bench.says(LinkState.MAINTENANCE)


def test_a_greeting_under_maintenance() -> None:
    bench = Bench()
    bench.feed(Started())
    bench.feed(SocketOpened(1))
    bench.feed(SessionOpened(operative=False, at=bench.now))
    assert bench.says(LinkState.MAINTENANCE)


def test_an_unknown_symbol_stops_everything_until_another_is_chosen() -> None:
    bench = Bench()
    bench.feed(Started())
    bench.open()
    outputs = bench.feed(SymbolUnknown("tNOPE:USD"))
    assert CloseSocket(1) in outputs
    bench.awaited.clear()
    bench.fetched.clear()
    bench.pass_time(600)
    assert bench.fetched == []
    assert bench.sockets == 1
    outputs = bench.feed(ViewChosen(Topic.DATA, other_market=True))
    assert OpenSocket(2) in outputs
    assert _kinds(outputs) == DATA_KINDS


def test_another_timeframe_stays_live_and_fetches_its_history_once() -> None:
    bench = Bench()
    bench.go_live()
    outputs = bench.feed(ViewChosen(Topic.CANDLES, other_market=False))
    assert _kinds(outputs) == {RestKind.CANDLES}
    assert bench.says(LinkState.LIVE)
    bench.answer()
    bench.sync(Topic.CANDLES)
    bench.fetched.clear()
    bench.pass_time(2)
    assert bench.fetched == []
    assert bench.says(LinkState.LIVE)


def test_a_timeframe_whose_snapshot_never_comes_does_not_stay_live() -> None:
    bench = Bench()
    bench.go_live()
    bench.feed(ViewChosen(Topic.CANDLES, other_market=False))
    bench.pass_time(4)
    assert not bench.says(LinkState.LIVE)


def test_refresh_in_each_mode() -> None:
    live = Bench()
    live.go_live()
    outputs = live.feed(RefreshAsked())
    assert _kinds(outputs) == DATA_KINDS - {RestKind.BOOK}
    assert Resubscribe(Topic.BOOK) in outputs

    forced = Bench(Mode.WEBSOCKET)
    forced.feed(Started())
    forced.open()
    forced.sync()
    outputs = forced.feed(RefreshAsked())
    assert _kinds(outputs) == set()
    assert Resubscribe(Topic.DATA) in outputs

    rest = Bench(Mode.REST)
    rest.feed(Started())
    rest.answer()
    assert _kinds(rest.feed(RefreshAsked())) == DATA_KINDS


def _busy(timings: Timings | None = None, mode: Mode = Mode.AUTO) -> Bench:
    bench = Bench(mode, timings or Timings(jitter=0.0, ping_every=3600))
    if mode is Mode.AUTO:
        bench.go_live()
    else:
        bench.feed(Started())
        bench.open()
        bench.sync()
    for _ in range(100):
        bench.pass_time(0.1)
        bench.feed(FrameSeen(Topic.BOOK))
    bench.fetched.clear()
    return bench


def _only_ponging(bench: Bench, seconds: float) -> list[Output]:
    """The socket answers pings and sends heartbeats, and nothing else."""
    outputs: list[Output] = []
    for step in range(int(seconds * 10)):
        outputs += bench.pass_time(0.1)
        if Ping() in outputs[-3:]:
            bench.feed(FrameSeen(Topic.NONE))
        if step % 100 == 0:
            for topic in Topic.DATA:
                bench.feed(HeartbeatSeen(topic, bench.now))
                bench.feed(FrameSeen(Topic.NONE))
    return outputs


def test_a_busy_book_that_falls_silent_on_a_talking_socket_gets_a_witness_within_six_seconds() -> None:
    bench = _busy()
    began = bench.now
    _only_ponging(bench, 4)
    assert [kind for _, kind in bench.fetched] == [RestKind.BOOK]
    assert bench.fetched[0][0] - began <= 3.2
    bench.awaited.clear()
    outputs = bench.feed(RestAnswered(RestKind.BOOK, bench.now, contradicts=True))
    assert Resubscribe(Topic.BOOK | Topic.TRADES) in outputs, "the tape is as silent, and believed as little"
    assert not bench.says(LinkState.LIVE)
    assert Topic.BOOK not in bench.verdict.fed


def test_a_witness_that_agrees_means_quiet_and_is_asked_less_and_less() -> None:
    bench = _busy()
    for _ in range(600):
        _only_ponging(bench, 1)
        if RestKind.BOOK in bench.awaited:
            bench.awaited.clear()
            bench.feed(RestAnswered(RestKind.BOOK, bench.now))
    assert bench.says(LinkState.LIVE)
    times = [moment for moment, _ in bench.fetched]
    assert 5 <= len(times) <= 10
    gaps = [late - early for early, late in pairwise(times)]
    assert gaps[1] > gaps[0]


def test_forced_to_the_websocket_a_fresh_snapshot_is_the_witness() -> None:
    bench = _busy(mode=Mode.WEBSOCKET)
    outputs = _only_ponging(bench, 4)
    assert Resubscribe(Topic.BOOK) in outputs
    assert bench.fetched == []


def test_a_channel_without_data_and_heartbeats_is_given_up() -> None:
    bench = _busy()
    lost: list[Output] = []
    for _ in range(100):
        lost += bench.pass_time(0.5)
        bench.feed(FrameSeen(Topic.BOOK))
        for topic in (Topic.TICKER, Topic.CANDLES):
            bench.feed(HeartbeatSeen(topic, bench.now))
    assert Resubscribe(Topic.TRADES) in lost
    assert Resubscribe(Topic.BOOK) not in lost


def test_sockets_that_come_and_go_have_to_settle_before_they_count_as_live() -> None:
    bench = Bench()
    bench.go_live()
    for _ in range(3):
        bench.trade_on(1)
        bench.lose()
        bench.answer()
        bench.open()
        bench.sync()
    assert not bench.says(LinkState.LIVE)
    bench.trade_on(4)
    assert bench.says(LinkState.LIVE)


def _outage(bench: Bench, random: Random) -> None:
    """The socket is gone for a while, and REST comes and goes."""
    bench.lose()
    for _ in range(random.randrange(1, 12)):
        bench.pass_time(random.uniform(0.5, 30))
        if random.random() < 0.7:
            bench.answer()
        else:
            bench.awaited = []
            for kind in DATA_KINDS:
                bench.feed(RestFailed(kind, "it broke"))
        if bench.supervisor._connection.exists:
            bench.lose("the handshake was not answered in time")


def _heal(bench: Bench) -> None:
    while not bench.says(LinkState.LIVE):
        bench.pass_time(0.5)
        bench.answer()
        if bench.supervisor._connection.exists and not bench.socket_open:
            bench.open()
        if bench.socket_open:
            bench.sync()


def test_a_socket_that_gives_only_a_part_is_not_tried_in_a_storm() -> None:
    bench = Bench()
    bench.feed(Started())
    for _ in range(600):
        if bench.supervisor._connection.exists and not bench.socket_open:
            bench.open()
            bench.sync(Topic.TICKER | Topic.TRADES)
            for _ in range(2):
                bench.feed(ChannelLost(Topic.BOOK, "the exchange refused the book channel", bench.now))
        bench.pass_time(0.5)
        bench.answer()
    assert bench.sockets <= 20, "five minutes of a refused channel"
    assert bench.says(LinkState.POLLING)
    bench.pass_time(31)
    _heal(bench)


def test_a_week_of_outages_ends_live_and_inside_every_budget() -> None:
    bench, random = Bench(), Random(5)
    began = bench.now
    bench.go_live()
    while bench.now < began + 7 * 86_400:
        bench.trade_on(2)
        bench.pass_time(random.uniform(0, 18))
        _outage(bench, random)
        _heal(bench)
        bench.now += 3000  # a quiet hour: no message, so nothing to decide
        bench.feed(FrameSeen(Topic.NONE))
    for kind in DATA_KINDS:
        times = [moment for moment, asked in bench.fetched if asked is kind]
        for index, start in enumerate(times):
            assert sum(moment < start + 60 for moment in times[index : index + 100]) <= BUDGETS[kind.value]


def test_what_an_old_socket_says_is_not_heard() -> None:
    bench = Bench()
    bench.go_live()
    bench.lose()
    verdict = bench.verdict
    assert bench.feed(SocketLost(1, "again")) == []
    assert bench.feed(SocketOpened(1)) == []
    assert bench.verdict is verdict


class SupervisedWeather(RuleBasedStateMachine):
    """Any order of events, and the promises that hold whatever happens."""

    @initialize(mode=st.sampled_from(Mode))
    def start(self, mode: Mode) -> None:
        self.bench = Bench(mode, Timings(stale=4.3))  # its moments do not coincide with those of the requests
        self.bench.feed(Started())
        self.synced = Topic.NONE

    def _is_open(self) -> bool:
        return self.bench.socket_open

    @rule(seconds=st.floats(0.01, 40))
    def time_passes(self, seconds: float) -> None:
        self.bench.pass_time(seconds)
        self._forget_if_closed()

    @rule(seconds=st.floats(0.01, 40))
    def the_loop_is_late(self, seconds: float) -> None:
        """Deadlines pass unseen, and whatever comes next is heard first."""
        self.bench.now += seconds

    @rule()
    def socket_opens(self) -> None:
        opening = self.bench.supervisor._connection
        if opening.exists and opening.watchdog is None:
            self.synced = Topic.NONE
            self.bench.open()

    @rule(topic=st.sampled_from(list(Topic.DATA)))
    @precondition(_is_open)
    def channel_syncs(self, topic: Topic) -> None:
        self.bench.sync(topic)
        self.synced |= topic

    @rule()
    def socket_is_lost(self) -> None:
        self.bench.lose()
        self.synced = Topic.NONE

    @rule(data=st.booleans())
    def frame_comes(self, data: bool) -> None:
        if self.bench.socket_open:
            self.bench.feed(FrameSeen(Topic.BOOK if data else Topic.NONE))

    @rule()
    def rest_answers(self) -> None:
        self.bench.answer()

    @rule(limited=st.booleans(), maintenance=st.booleans())
    def rest_fails(self, limited: bool, maintenance: bool) -> None:
        awaited, self.bench.awaited = self.bench.awaited, []
        for kind in awaited:
            self.bench.feed(RestFailed(kind, "it broke", limited, None, maintenance))
        self._forget_if_closed(maintenance)

    @rule(event=st.sampled_from(["lost", "gap", "restart", "down", "up", "operative"]))
    def exchange_speaks(self, event: str) -> None:
        now = self.bench.now
        if not self.bench.socket_open:
            return
        events: dict[str, Any] = {
            "lost": ChannelLost(Topic.BOOK, "checksum", now),
            "gap": ChannelLost(Topic.DATA, "gap", now),
            "restart": RestartAnnounced(now),
            "down": MaintenanceStarted(now),
            "up": MaintenanceEnded(now),
            "operative": PlatformAnswered(operative=True),
        }
        self.synced = (
            self.synced & ~Topic.BOOK if event == "lost" else self.synced if event == "operative" else Topic.NONE
        )
        self.bench.feed(events[event])

    @rule(mode=st.sampled_from(Mode))
    def user_chooses_mode(self, mode: Mode) -> None:
        self.bench.feed(ModeChosen(mode))
        self._forget_if_closed()

    @rule(other=st.booleans())
    def user_looks_elsewhere(self, other: bool) -> None:
        topics = Topic.DATA if other else Topic.CANDLES
        forgotten = DATA_KINDS if other else {RestKind.CANDLES}
        self.bench.awaited = [kind for kind in self.bench.awaited if kind not in forgotten]
        self.bench.feed(ViewChosen(topics, other))
        self.synced &= ~topics

    @rule()
    def user_refreshes(self) -> None:
        self.bench.feed(RefreshAsked())

    def _forget_if_closed(self, maintenance: bool = False) -> None:
        if not self.bench.socket_open or maintenance:
            self.synced = Topic.NONE

    @invariant()
    def live_means_a_snapshot_of_every_topic_from_an_open_socket(self) -> None:
        if self.bench.says(LinkState.LIVE):
            assert self.bench.socket_open
            chosen_a_moment_ago = self.bench.supervisor._facts.selected_until
            missing = Topic.DATA & ~self.synced
            assert all(topic in chosen_a_moment_ago for topic in missing)

    @invariant()
    def it_always_waits_for_some_moment(self) -> None:
        deadline = self.bench.supervisor.deadline(self.bench.now)
        waiting_for_answers = self.bench.awaited or self.bench.supervisor._connection.exists
        assert deadline < float("inf") or waiting_for_answers

    @invariant()
    def nothing_is_left_unsaid_before_the_deadline(self) -> None:
        if self.bench.supervisor.deadline(self.bench.now) > self.bench.now:
            assert self.bench.supervisor.tick(self.bench.now) == []

    @invariant()
    def budgets_hold(self) -> None:
        recent = [kind for moment, kind in self.bench.fetched if moment > self.bench.now - 60]
        assert all(recent.count(kind) <= BUDGETS[kind.value] for kind in set(recent))

    @invariant()
    def the_mode_is_kept(self) -> None:
        if self.bench.supervisor.mode is Mode.REST:
            assert not self.bench.socket_open

    def teardown(self) -> None:
        """Whatever happened: once the exchange is healthy, it is live again (or polling, where that was asked for)."""
        bench = self.bench
        for _ in range(400):
            bench.pass_time(0.5)
            bench.answer()
            connection = bench.supervisor._connection
            if connection.exists and connection.watchdog is None:
                bench.open()
                bench.feed(PlatformAnswered(operative=True))
            if bench.socket_open:
                bench.feed(PlatformAnswered(operative=True))
                bench.sync()
            wanted = LinkState.POLLING if bench.supervisor.mode is Mode.REST else LinkState.LIVE
            if bench.says(LinkState.MAINTENANCE):
                bench.feed(PlatformAnswered(operative=True))
            if bench.says(wanted):
                return
        raise AssertionError(f"still {bench.verdict}")


TestSupervisedWeather = SupervisedWeather.TestCase
TestSupervisedWeather.settings = hypothesis_settings(max_examples=30, stateful_step_count=40, deadline=None)


def test_a_socket_that_lags_is_given_up() -> None:
    bench = Bench()
    bench.go_live()
    bench.feed(PongSeen(0.3, bench.now))
    assert bench.says(LinkState.LIVE)
    assert CloseSocket(1) in bench.feed(PongSeen(2.1, bench.now))
    assert not bench.says(LinkState.LIVE)
    assert "lags 2.1 s" in bench.verdict.reason

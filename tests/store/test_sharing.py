"""What panes share: budgets that nobody together exceeds, and answers that one asks for all."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from itertools import pairwise
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hybridtui.store.database import FILE_NAME, open_database
from hybridtui.store.sharing import LARGEST_BODY, REQUESTS_KEPT, SOCKETS, SharedBudgets
from tests.fakes import ManualClock

ROOT = Path(__file__).resolve().parents[2]
URL = "https://exchange.test/v2"
MINUTE = 60_000


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def panes(tmp_path: Path, clock: ManualClock) -> Iterator[tuple[SharedBudgets, SharedBudgets]]:
    """Two panes with a connection each."""
    with ExitStack() as stack:
        files = [stack.enter_context(closing(open_database(tmp_path, 0).database)) for _ in range(2)]
        yield SharedBudgets(files[0], URL, clock), SharedBudgets(files[1], URL, clock)


Two = tuple[SharedBudgets, SharedBudgets]


def test_one_asks_and_the_other_uses_the_answer(panes: Two, clock: ManualClock) -> None:
    one, other = panes
    mine = one.turn("/book", "book", 60, 1.0, 0)
    assert (mine.wait, mine.body) == (0, None)
    theirs = other.turn("/book", "book", 60, 1.0, 0)
    assert theirs.asking
    assert 0 < theirs.wait < 0.2
    clock.advance(0.3)
    true_at = clock.wall_ms() - 100
    one.put("/book", mine.ticket, b"[1]", true_at)
    theirs = other.turn("/book", "book", 60, 1.0, 0)
    assert (theirs.body, theirs.true_at) == (b"[1]", true_at)


def test_an_answer_is_handed_out_while_it_is_younger_than_the_interval_and_newer_than_what_is_known(
    panes: Two, clock: ManualClock
) -> None:
    one, other = panes
    one.put("/book", one.turn("/book", "book", 60, 1.0, 0).ticket, b"[1]", clock.wall_ms())
    assert other.turn("/book", "book", 60, 1.0, clock.wall_ms()).ticket, "it knows this one already"
    other.failed("/book", 0, 0.0)
    clock.advance(1.0)
    assert other.turn("/book", "book", 60, 1.0, 0).ticket, "too old"


def test_who_dies_while_asking_is_not_waited_for_long(panes: Two, clock: ManualClock) -> None:
    one, other = panes
    assert one.turn("/book", "book", 60, 1.0, 0).ticket
    assert other.turn("/book", "book", 60, 1.0, 0).asking
    clock.advance(2.0)
    assert other.turn("/book", "book", 60, 1.0, 0).ticket


def test_after_a_failure_nobody_asks_for_a_moment(panes: Two, clock: ManualClock) -> None:
    one, other = panes
    one.failed("/book", one.turn("/book", "book", 60, 1.0, 0).ticket, 1.0)
    assert other.turn("/book", "book", 60, 1.0, 0).asking
    clock.advance(1.0)
    assert other.turn("/book", "book", 60, 1.0, 0).ticket


def test_a_full_budget_holds_for_all_until_the_window_has_moved_on(panes: Two, clock: ManualClock) -> None:
    one, other = panes
    for _ in range(3):
        one.settle(one.take("conf", 3).ticket)
        clock.advance(1.0)
    turn = other.take("conf", 3)
    assert not turn.ticket
    assert turn.wait == 57.0
    assert other.take("status", 3).ticket, "endpoints do not share a budget"
    clock.advance(56.9)
    assert other.take("conf", 3).wait == pytest.approx(0.1)
    clock.advance(0.1)
    assert other.take("conf", 3).ticket


def test_what_is_on_its_way_counts_from_its_arrival_on(panes: Two, clock: ManualClock) -> None:
    one, other = panes
    ticket = one.take("conf", 1).ticket
    clock.advance(8.0)
    one.settle(ticket)
    clock.advance(52.0)
    assert other.take("conf", 1).wait == 8.0
    clock.advance(8.0)
    assert other.take("conf", 1).ticket


def test_what_was_never_settled_counts_a_little_too_long(panes: Two, clock: ManualClock) -> None:
    one, other = panes
    assert one.take("conf", 1).ticket
    clock.advance(69.9)
    assert other.take("conf", 1).wait > 0
    clock.advance(0.1)
    assert other.take("conf", 1).ticket


def test_a_limit_seen_by_one_holds_for_all(panes: Two, clock: ManualClock) -> None:
    one, other = panes
    one.block("book", 60.0)
    one.block("book", 10.0)
    assert other.turn("/book", "book", 60, 1.0, 0).wait == 60.0
    assert other.turn("/trades", "trades", 12, 1.0, 0).ticket
    clock.advance(60.0)
    assert other.turn("/book", "book", 60, 1.0, 0).ticket


def test_who_may_not_ask_gets_the_newest_there_is_with_its_true_age(panes: Two, clock: ManualClock) -> None:
    one, other = panes
    true_at = clock.wall_ms()
    one.put("/book", one.turn("/book", "book", 60, 1.0, 0).ticket, b"[1]", true_at)
    one.block("book", 60.0)
    clock.advance(20.0)
    assert other.turn("/book", "book", 60, 1.0, 0).true_at == true_at
    again = other.turn("/book", "book", 60, 1.0, true_at)
    assert again.body is None
    assert again.wait == 40.0


def test_competing_requests_get_their_turns_evenly(panes: Two, clock: ManualClock) -> None:
    """Ten books, sixty requests a minute: each every ten seconds, not sixty at once and then silence."""
    one, _ = panes
    asked: dict[str, list[int]] = {f"/book/{number}": [] for number in range(10)}
    for _ in range(120):
        for request, times in asked.items():
            turn = one.turn(request, "book", 60, 1.0, clock.wall_ms())
            if turn.ticket:
                one.put(request, turn.ticket, b"[]", clock.wall_ms())
                times.append(clock.wall_ms())
        clock.advance(1.0)
    for times in asked.values():
        gaps = [(later - earlier) / 1000 for earlier, later in pairwise(times[1:])]
        assert gaps
        assert max(gaps) <= 11
        assert min(gaps) >= 10


def test_a_clock_that_is_set_back_is_survived(panes: Two, clock: ManualClock) -> None:
    one, other = panes
    mine = one.turn("/conf", "conf", 1, 1.0, 0)
    one.put("/conf", mine.ticket, b"[1]", clock.wall_ms())
    clock.set_wall_ms(clock.wall_ms() - 24 * 3600 * 1000)
    turn = other.turn("/conf", "conf", 1, 1.0, 0)
    assert turn.body is None, "an answer from the future has no age"
    assert 0 < turn.wait <= 70.0
    clock.advance(70.0)
    mine = other.turn("/conf", "conf", 1, 1.0, 0)
    assert mine.ticket
    other.put("/conf", mine.ticket, b"[2]", clock.wall_ms())
    assert one.turn("/conf", "conf", 1, 1.0, 0).body == b"[2]"


def test_exchanges_do_not_share(tmp_path: Path, clock: ManualClock) -> None:
    with closing(open_database(tmp_path, 0).database) as database:
        real, demo = (SharedBudgets(database, url, clock) for url in (URL, "http://127.0.0.1:1/v2"))
        real.put("/conf", real.turn("/conf", "conf", 1, 1.0, 0).ticket, b"[1]", clock.wall_ms())
        assert demo.turn("/conf", "conf", 1, 1.0, 0).ticket


def test_the_tables_stay_small(tmp_path: Path, clock: ManualClock) -> None:
    with closing(open_database(tmp_path, 0).database) as database:
        shared = SharedBudgets(database, URL, clock)
        for number in range(REQUESTS_KEPT + 50):
            request = f"/candles/{number}"
            shared.put(request, shared.turn(request, "candles", 10_000, 1.0, 0).ticket, b"[]", clock.wall_ms())
            clock.advance(1.0)
        for table, most in (("requests", REQUESTS_KEPT), ("answers", REQUESTS_KEPT), ("spendings", 62)):
            assert database.rows(f"SELECT count(*) FROM {table}", ())[0][0] <= most
        ticket = shared.turn("/large", "candles", 10_000, 1.0, 0).ticket
        shared.put("/large", ticket, bytes(LARGEST_BODY + 1), clock.wall_ms())
        assert not database.rows("SELECT 1 FROM answers WHERE request = '/large'", ()), "too large to be kept"


@given(
    seed=st.integers(0, 2**32),
    limit=st.integers(1, 12),
    panes=st.integers(1, 6),
    steps=st.lists(st.sampled_from([0.0, 0.01, 0.3, 1.0, 5.0, 9.0, 31.0, 52.0]), min_size=20, max_size=60),
)
@settings(max_examples=40, deadline=None)
def test_no_budget_is_exceeded_in_any_minute(seed: int, limit: int, panes: int, steps: list[float]) -> None:
    """Requests take up to ten seconds to arrive; panes hear of that, hear that it failed, or die before they do."""
    random, clock = Random(seed), ManualClock()
    arrivals: list[int] = []
    on_the_way: list[tuple[int, str, int]] = []
    with TemporaryDirectory() as folder, ExitStack() as stack:
        files = [stack.enter_context(closing(open_database(Path(folder), 0).database)) for _ in range(panes)]
        shared = [SharedBudgets(file, URL, clock) for file in files]
        for step in steps:
            for pane in shared:
                request = random.choice(["/book/a", "/book/b", "/book/c"])
                turn = pane.turn(request, "book", limit, 1.0, random.choice([0, clock.wall_ms()]))
                if turn.ticket:
                    arrivals.append(clock.wall_ms() + random.choice([0, 100, 4_000, 10_000]))
                    on_the_way.append((arrivals[-1], request, turn.ticket))
            clock.advance(step)
            for at, request, ticket in [flight for flight in on_the_way if flight[0] <= clock.wall_ms()]:
                on_the_way.remove((at, request, ticket))
                pane, fate = random.choice(shared), random.random()
                if fate < 0.5:
                    pane.put(request, ticket, b"[]", clock.wall_ms())
                elif fate < 0.8:
                    pane.failed(request, ticket, 1.0)
    arrivals.sort()
    for first, too_many in zip(arrivals, arrivals[limit:], strict=False):
        assert too_many - first >= MINUTE


_TAKER = """
import sys, time
from pathlib import Path
from hybridtui.clock import SystemClock
from hybridtui.store.database import open_database
from hybridtui.store.sharing import SharedBudgets
folder, seconds = Path(sys.argv[1]), float(sys.argv[2])
clock = SystemClock()
opened = open_database(folder, clock.wall_ms())
assert opened.notice is None, opened.notice
shared = SharedBudgets(opened.database, "https://exchange.test/v2", clock, window=0.5, flight=0.2)
print("ready", flush=True)
end = clock.now() + seconds
while clock.now() < end:
    turn = shared.take("socket", 5)
    if turn.ticket:
        print(clock.wall_ms(), flush=True)
        shared.settle(turn.ticket)
    else:
        time.sleep(min(turn.wait, 0.01))
"""


def taker(folder: Path, seconds: float) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", _TAKER, str(folder), str(seconds)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_processes_together_keep_the_budget(tmp_path: Path) -> None:
    arrivals: list[int] = []
    for process in [taker(tmp_path, 2.0) for _ in range(4)]:
        out, errors = process.communicate(timeout=50)
        assert process.returncode == 0, errors
        arrivals += [int(line) for line in out.splitlines() if line != "ready"]
    arrivals.sort()
    assert len(arrivals) >= 10, "the budget is used, too"
    for first, too_many in zip(arrivals, arrivals[5:], strict=False):
        assert too_many - first >= 500


def test_a_process_killed_at_any_moment_leaves_the_budget_usable(tmp_path: Path) -> None:
    for number in range(8):
        process = taker(tmp_path, 30.0)
        assert process.stdout is not None
        for _ in range(2 + number % 3):
            assert process.stdout.readline()
        process.kill()
        process.communicate(timeout=50)
        opened = open_database(tmp_path, 0)
        assert opened.notice is None
        with closing(opened.database) as database:
            clock = ManualClock(wall_ms=10**13)
            assert SharedBudgets(database, URL, clock).take(SOCKETS, 5).ticket
            with database.transaction() as transaction:
                transaction.execute("DELETE FROM spendings WHERE at > ?", (10**12 * 9,))


def test_a_file_of_an_older_version_gets_the_tables_it_lacks(tmp_path: Path, clock: ManualClock) -> None:
    with closing(open_database(tmp_path, 0).database) as database, database.transaction() as transaction:
        for table in ("spendings", "blocks", "requests", "answers"):
            transaction.execute(f"DROP TABLE {table}")
        transaction.execute("PRAGMA user_version = 1")
    assert (tmp_path / FILE_NAME).exists()
    opened = open_database(tmp_path, 0)
    assert opened.notice is None
    with closing(opened.database) as database:
        assert SharedBudgets(database, URL, clock).take(SOCKETS, 1).ticket

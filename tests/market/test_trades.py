"""The tape against a reference exchange that loses ranges: what it says it covers, it holds."""

from bisect import bisect_left

from hypothesis import given
from hypothesis import strategies as st

from hybridtui.market.trades import Trade, Trades


def trade(number: int, mts: int | None = None) -> Trade:
    return Trade(number, number * 10 if mts is None else mts, 1.0, 100.0)


@st.composite
def histories(draw: st.DrawFn) -> list[Trade]:
    """All trades of a market: ids grow but are not consecutive, and several may share a moment."""
    steps = draw(st.lists(st.tuples(st.integers(1, 3), st.sampled_from([0, 0, 1, 7])), min_size=1, max_size=40))
    rows: list[Trade] = []
    number = mts = 100
    for more, later in steps:
        number, mts = number + more, mts + later
        rows.append(Trade(number, mts, 1.0, 100.0))
    return rows


Step = tuple[str, int, int, int]
steps = st.lists(
    st.tuples(
        st.sampled_from(["stream", "listing", "lost", "echo"]), st.integers(1, 8), st.integers(0, 12), st.integers(0)
    ),
    max_size=25,
)


def play(history: list[Trade], script: list[Step], tape: Trades) -> None:
    """Deliver a history as an exchange and a network would.

    `stream`: the next trades, one by one. `lost`: the next trades never come, and as on a new socket a listing of the
    newest ones comes first afterwards. `listing`: any stretch of what has happened, in any order. `echo`: an old trade
    of the stream once more.
    """
    happened = 0
    heard = False
    for kind, count, back, order in script:
        if kind == "stream":
            for row in history[happened : happened + count]:
                tape.add(row)
            happened = min(happened + count, len(history))
            heard = heard or happened > 0
        elif kind == "lost":
            happened = min(happened + count, len(history))
            tape.merge(history[max(0, happened - 1 - back) : happened])
            heard = heard or happened > 0
        elif kind == "listing":
            end = max(0, happened - back)
            rows = history[max(0, end - count) : end]
            tape.merge(sorted(rows, key=lambda row: hash((row.id, order))))
        elif heard:
            known = tape.newest(back + 1)
            if known:
                tape.add(known[-1])


@given(histories(), steps, st.sampled_from([3, 10, 1000]))
def test_no_trade_after_covered_since_is_missing(history: list[Trade], script: list[Step], capacity: int) -> None:
    tape = Trades(capacity)
    play(history, script, tape)
    if tape.covered_since is None:
        assert len(tape) == 0
        return
    last = tape.last
    assert last is not None
    held = {row.id for row in tape.since(0)}
    covered = [row for row in history if row.mts > tape.covered_since and row.id <= last.id]
    assert [row for row in covered if row.id not in held] == []


@given(histories(), steps, st.sampled_from([3, 10, 1000]))
def test_the_covered_run_has_no_hole(history: list[Trade], script: list[Step], capacity: int) -> None:
    tape = Trades(capacity)
    play(history, script, tape)
    run = tape.covered()
    if run:
        at = bisect_left(history, run[0].id, key=lambda row: row.id)
        assert run == history[at : at + len(run)]
        assert run[-1] == tape.last


@given(histories(), steps)
def test_every_trade_is_there_once_and_in_order(history: list[Trade], script: list[Step]) -> None:
    tape = Trades()
    play(history, script, tape)
    rows = tape.since(0)
    assert [row.id for row in rows] == sorted({row.id for row in rows})
    assert set(rows) <= set(history)
    assert len(tape) == len(rows)
    assert tape.newest(len(rows) + 1) == rows[::-1]


@given(st.permutations([trade(number) for number in range(1, 12)] * 2))
def test_order_and_repetition_do_not_matter(rows: list[Trade]) -> None:
    tape = Trades()
    new = [row for row in rows if tape.add(row)]
    assert len(new) == 11
    assert tape.since(0) == [trade(number) for number in range(1, 12)]


@given(histories(), st.integers(90, 200), st.integers(0, 60))
def test_stretches_of_time(history: list[Trade], start: int, length: int) -> None:
    tape = Trades()
    tape.merge(history)
    inside = [row for row in history if start <= row.mts < start + length]
    assert tape.between(start, start + length) == inside
    assert tape.since(start) == [row for row in history if row.mts >= start]
    expected = (len(inside), inside[0].id, inside[-1].id) if inside else None
    assert tape.extent(start, start + length) == expected


def test_listings_that_overlap_are_one_run() -> None:
    tape = Trades()
    assert tape.merge([trade(5), trade(6), trade(7)]) == [trade(5), trade(6), trade(7)]
    assert tape.covered_since == 50
    assert tape.merge([trade(5), trade(4), trade(3)]) == [trade(3), trade(4)]
    assert tape.covered_since == 30


def test_a_listing_after_a_hole_begins_anew() -> None:
    tape = Trades()
    tape.merge([trade(1), trade(2)])
    tape.merge([trade(5), trade(6)])
    assert tape.covered_since == 50
    assert len(tape) == 4
    assert tape.covered() == [trade(5), trade(6)]


def test_equal_moments_do_not_hide_a_hole() -> None:
    tape = Trades()
    tape.merge([trade(12, mts=5), trade(13, mts=6)])
    tape.merge([trade(8, mts=3), trade(9, mts=4), trade(10, mts=5)])
    assert tape.covered_since == 5, "trade 11 of moment 5 may be missing"


def test_a_listing_older_than_the_first_trade_of_the_stream_is_not_joined_to_it() -> None:
    tape = Trades()
    tape.add(trade(20))
    tape.merge([trade(10), trade(11)])
    assert tape.covered_since == 200


def test_what_was_too_old_to_be_kept_is_not_covered() -> None:
    tape = Trades(capacity=10)
    tape.merge([trade(number) for number in range(20, 30)])
    tape.merge([trade(number) for number in range(10, 25)])
    assert tape.covered_since == 200
    tape.merge([trade(number) for number in range(25, 60)])
    assert len(tape) <= 11
    assert tape.covered_since == tape.since(0)[0].mts


def test_an_empty_listing_is_an_answer() -> None:
    tape = Trades()
    assert tape.merge([]) == []
    assert tape.known
    assert tape.covered_since is None
    assert tape.last is None
    assert tape.newest(3) == tape.newest(0) == tape.covered() == []
    revision = tape.revision
    tape.merge([])
    assert tape.revision == revision


def test_what_came_after_a_trade() -> None:
    tape = Trades()
    tape.merge([trade(1), trade(3), trade(5)])
    assert tape.after(3) == [trade(5)]
    assert tape.after(2) == [trade(3), trade(5)]
    assert tape.after(5) == []


@given(st.sets(st.integers(0, 20), max_size=12), st.integers(0, 20), st.integers(0, 20))
def test_what_lies_around_some_trades(ids: set[int], first: int, length: int) -> None:
    tape = Trades()
    tape.merge(map(trade, ids))
    last = first + length
    before = [number for number in sorted(ids) if number < first][-1:]
    after = [number for number in sorted(ids) if number > last][:1]
    between = [number for number in sorted(ids) if first <= number <= last]
    assert [row.id for row in tape.around(first, last)] == before + between + after

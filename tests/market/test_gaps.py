"""What the tape missed, against a reference that knows every trade: an open gap is where trades may be missing."""

from hypothesis import given
from hypothesis import strategies as st

from hybridtui.market.gaps import Gap
from hybridtui.market.trades import Trade, Trades


def trade(number: int) -> Trade:
    return Trade(number, number * 10, 1.0, 100.0)


def rows(first: int, last: int) -> list[Trade]:
    return [trade(number) for number in range(first, last + 1)]


def test_an_outage_that_a_listing_bridges_is_closed_and_counts_what_was_filled() -> None:
    tape = Trades()
    tape.merge(rows(1, 10))
    tape.interrupt(100.0)
    tape.merge(rows(5, 22), at=143.0)
    assert tape.gaps == (Gap(10, 11, 43.0, 12, closed=True),)
    assert tape.covered_since == 10
    tape.add(trade(23))
    assert tape.gaps[0].filled == 12


def test_a_short_outage_without_a_loss_is_not_worth_a_word() -> None:
    tape = Trades()
    tape.merge(rows(1, 10))
    tape.interrupt(100.0)
    tape.merge(rows(5, 22), at=100.4)
    assert tape.gaps == ()
    assert not tape.interrupted


def test_a_hole_is_filled_page_by_page_and_joins_what_was_known_before() -> None:
    tape = Trades()
    tape.merge(rows(1, 10))
    tape.interrupt(100.0)
    tape.merge(rows(40, 50), at=143.0)
    assert tape.gaps == (Gap(10, 40, 43.0, 11, closed=False),)
    tape.merge(rows(25, 40), at=144.0)
    assert tape.gaps == (Gap(10, 25, 43.0, 26, closed=False),)
    assert tape.covered_since == 250
    tape.merge(rows(10, 25), at=145.0)
    assert tape.gaps == (Gap(10, 25, 43.0, 40, closed=True),)
    assert tape.covered_since == 10
    assert tape.covered() == rows(1, 50)


def test_a_hole_nobody_was_told_of_is_as_long_as_its_trades_are_apart() -> None:
    tape = Trades()
    tape.merge(rows(1, 10))
    tape.merge(rows(40, 50))
    assert tape.gaps == (Gap(10, 40, 0.3, 11, closed=False),)


def test_an_answer_from_before_the_outage_does_not_end_it() -> None:
    tape = Trades()
    tape.merge(rows(1, 10))
    tape.interrupt(100.0)
    tape.merge(rows(5, 11), at=99.0)
    tape.merge([], at=120.0)
    assert tape.interrupted
    assert tape.gaps == ()


def test_two_holes_are_closed_by_one_listing() -> None:
    tape = Trades()
    tape.merge(rows(1, 10))
    tape.merge(rows(20, 30))
    tape.merge(rows(40, 50))
    tape.merge(rows(8, 45))
    assert [gap.closed for gap in tape.gaps] == [True, True]
    assert tape.covered() == rows(1, 50)


def test_gaps_are_bounded_and_forgotten_with_their_trades() -> None:
    tape = Trades(capacity=50)
    for first in range(1, 1000, 3):
        tape.merge([trade(first)])
    assert len(tape.gaps) <= 32
    tape.merge(rows(1000, 1100))
    assert tape.gaps == ()


Step = tuple[str, int, int]
scripts = st.lists(
    st.tuples(st.sampled_from(["stream", "lost", "page", "newest"]), st.integers(1, 9), st.integers(0, 40)), max_size=40
)


def play(script: list[Step], tape: Trades) -> int:
    """An exchange whose trades are 1, 2, 3 …; returns the newest that was delivered."""
    happened, delivered = 5, 5
    tape.merge(rows(1, 5), at=0.0)
    for now, (kind, count, back) in enumerate(script, 1):
        if kind == "stream" and delivered == happened:
            happened = delivered = happened + count
            for row in rows(happened - count + 1, happened):
                tape.add(row)
        elif kind == "lost":
            tape.interrupt(now - 0.5)
            happened += count
        elif kind == "newest":
            tape.merge(rows(max(happened - count, 1), happened), at=float(now))
            delivered = happened
        elif kind == "page":
            last = max(delivered - back, 1)
            tape.merge(rows(max(last - count, 1), last), at=float(now))
    return delivered


@given(scripts)
def test_every_missing_trade_lies_in_an_open_gap(script: list[Step]) -> None:
    tape = Trades()
    delivered = play(script, tape)
    held = {row.id for row in tape.since(0)}
    missing = [number for number in range(1, delivered) if number not in held]
    open_gaps = [gap for gap in tape.gaps if not gap.closed]
    assert [number for number in missing if not any(gap.after_id < number < gap.before_id for gap in open_gaps)] == []


@given(scripts)
def test_a_closed_gap_misses_nothing_and_an_open_one_is_a_hole(script: list[Step]) -> None:
    tape = Trades()
    play(script, tape)
    held = {row.id for row in tape.since(0)}
    for gap in tape.gaps:
        assert {gap.after_id, gap.before_id} <= held
        if gap.closed:
            assert held.issuperset(range(gap.after_id, gap.before_id + 1))
    covered = {row.id for row in tape.covered()}
    assert covered == set(range(min(covered), max(covered) + 1))

"""Two panes that change the same alerts at the same time."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from hybridtui.market.alerts.joining import joined
from hybridtui.market.alerts.rules import MOST_ALERTS, AlertList
from hybridtui.market.alerts.spelling import parse_alert, text_of
from tests.market.alerts.playing import alerts_of

BASE = alerts_of("price > 70000", "trade 10")


def texts(alerts: AlertList) -> list[str]:
    return [text_of(alert) for alert in alerts.alerts]


def test_what_both_added_is_there_under_names_of_its_own() -> None:
    together = joined(BASE, BASE.added(*parse_alert("sweep 5")), BASE.added(*parse_alert("stale")))
    assert texts(together) == ["price > 70000", "trade 10", "stale", "sweep 5"]
    assert [alert.id for alert in together.alerts] == [1, 2, 3, 4]
    assert together.made == 4
    assert together.added(*parse_alert("lost")).alerts[-1].id == 5


def test_the_same_one_added_twice_is_one() -> None:
    added = BASE.added(*parse_alert("stale"))
    assert joined(BASE, added, added) == added


def test_what_was_deleted_stays_deleted_though_it_fired_elsewhere() -> None:
    fired = BASE.changed(replace(BASE.alerts[0], spent=True, fired=1, fired_ms=5))
    assert texts(joined(BASE, fired, BASE.without(1))) == ["trade 10"]
    assert texts(joined(BASE, BASE.without(1), fired)) == ["trade 10"]


def test_both_saw_it_fire() -> None:
    ours = BASE.changed(replace(BASE.alerts[0], spent=True, fired=1, fired_ms=5))
    theirs = BASE.changed(replace(BASE.alerts[0], spent=True, fired=1, fired_ms=7))
    assert joined(BASE, ours, theirs).alerts[0] == replace(BASE.alerts[0], spent=True, fired=1, fired_ms=7)


def test_armed_again_here_and_switched_off_there() -> None:
    base = BASE.changed(replace(BASE.alerts[0], spent=True, fired=1, fired_ms=5))
    ours = base.changed(replace(base.alerts[0], spent=False, fired_ms=None))
    theirs = base.changed(replace(base.alerts[0], on=False))
    [first, _] = joined(base, ours, theirs).alerts
    assert (first.spent, first.on, first.fired_ms) == (False, False, None)


def test_other_words_are_another_alert_that_has_not_fired() -> None:
    rule, repeat = parse_alert("price > 80000")
    ours = BASE.changed(replace(BASE.alerts[0], rule=rule, repeat=repeat))
    theirs = BASE.changed(replace(BASE.alerts[0], spent=True, fired=1, fired_ms=7))
    assert joined(BASE, ours, theirs).alerts[0] == ours.alerts[0]
    assert joined(BASE, theirs, ours).alerts[0] == ours.alerts[0]


def test_there_are_never_more_than_a_file_may_have() -> None:
    full = alerts_of(*(f"trade {size}" for size in range(1, MOST_ALERTS)))
    together = joined(full, full.added(*parse_alert("stale")), full.added(*parse_alert("lost")))
    assert len(together.alerts) == MOST_ALERTS


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 6)), max_size=12))
def test_whatever_two_do_neither_loses_an_addition_or_a_deletion(steps: list[tuple[bool, int]]) -> None:
    """Both begin with the same; numbers up to 2 delete that alert, others add one."""
    sides = {True: BASE, False: BASE}
    for ours, number in steps:
        side = sides[ours]
        sides[ours] = (
            side.without(number) if number <= 2 else side.added(*parse_alert(f"trade {number * 100 + ours * 7}"))
        )
    together = joined(BASE, sides[True], sides[False])
    added = {text for side in sides.values() for text in texts(side)} - {*texts(BASE)}
    kept = {*texts(BASE)} & {*texts(sides[True])} & {*texts(sides[False])}
    assert {*texts(together)} == added | kept
    numbers = [alert.id for alert in together.alerts]
    assert len(numbers) == len({*numbers})
    assert together.made >= max(numbers, default=0)

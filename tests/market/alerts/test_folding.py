"""What fires at once is one notice with a count, and a storm is a few notices."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from hybridtui.market.alerts.folding import GATHER, MOST_NAMED, PAUSE, AlertNotice, Folder
from hybridtui.market.alerts.outcome import Fired, Unjudged
from hybridtui.market.alerts.rules import Alert, DataStale, TradeOver

ALERT = Alert(1, TradeOver(10.0), 5.0)


def fired(at: float = 0.0, late: bool = False) -> Fired:
    return Fired(ALERT, "bought 12 at 6400", at, late=late)


def test_one_is_told_soon() -> None:
    folder = Folder()
    assert folder.deadline() == float("inf")
    folder.feed([fired(10.0)], 10.0)
    assert folder.deadline() == 10.0 + GATHER
    assert folder.tick(10.0) is None
    notice = folder.tick(10.0 + GATHER)
    assert notice is not None
    assert notice.text == "trade 10 repeat 5s: bought 12 at 6400"
    assert folder.tick(11.0) is None
    assert folder.deadline() == float("inf")


def test_several_are_one_with_a_count() -> None:
    folder = Folder()
    folder.feed([fired(), fired(), fired(late=True)], 0.0)
    notice = folder.tick(1.0)
    assert notice is not None
    assert notice.text.endswith("(and 2 more)")
    assert notice.count == len(notice.fired) == 3


def test_an_outage_says_so() -> None:
    folder = Folder()
    folder.feed([Unjudged((ALERT,), 43.2, 0.0)], 0.0)
    notice = folder.tick(1.0)
    assert notice is not None
    assert notice.text == "trade 10 repeat 5s could not be judged for 43 s"
    folder.feed([Unjudged((ALERT, Alert(2, DataStale())), 143.2, 0.0)], 10.0)
    notice = folder.tick(20.0)
    assert notice is not None
    assert notice.text == "2 alerts could not be judged for 2 min 23 s"


def test_what_was_learned_late_says_so() -> None:
    folder = Folder()
    folder.feed([fired(late=True)], 0.0)
    notice = folder.flush(0.0)
    assert notice is not None
    assert "after an outage" in notice.text


def played(moments: list[float]) -> list[AlertNotice]:
    """All notices of what fires at these ascending moments, each told the moment it is due."""
    folder, notices = Folder(), []
    for at in [*moments, float("inf")]:
        while folder.deadline() <= at and folder.deadline() < float("inf"):
            due = folder.deadline()
            notices += [notice for notice in [folder.tick(due)] if notice is not None]
        if at < float("inf"):
            folder.feed([fired(at)], at)
    return notices


def test_a_storm_of_ten_thousand_is_one_notice_and_one_more() -> None:
    notices = played([step / 10_000 for step in range(10_000)])
    assert len(notices) == 2
    assert sum(notice.count for notice in notices) == 10_000
    assert max(len(notice.fired) for notice in notices) == MOST_NAMED


@given(st.lists(st.floats(0, 30), max_size=60).map(sorted))
def test_nothing_is_lost_and_notices_keep_their_distance(moments: list[float]) -> None:
    notices = played(moments)
    assert sum(notice.count for notice in notices) == len(moments)
    times = [notice.at for notice in notices]
    assert all(later - earlier >= PAUSE - 1e-9 for earlier, later in pairwise(times))

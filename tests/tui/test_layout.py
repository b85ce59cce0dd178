"""Every size has a picture, and what matters most stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.geometry import Region, Size

from hybridtui.tui.board import LAYOUTS
from hybridtui.tui.layout import BOOK, CHART, FOOTER, HEADER, NOTICE, STATUS, TAPE, Arranged, Plan, arrange
from hybridtui.tui.presets import PANELS, parse_layout
from tests.tui.screen import running
from tests.waiting import until

NAMES = (*PANELS, "positions", "xyz", "", FOOTER)
"""What may be remembered as the name of a panel: another version may have had other ones."""
names = st.frozensets(st.sampled_from(NAMES))
plans = st.builds(
    Plan,
    shape=st.sampled_from([*LAYOUTS, "depth|book", "heatmap/(depth|tape)", "chart/heatmap/depth"]).map(parse_layout),
    hidden=names,
    shown=names,
    zoomed=st.none() | st.sampled_from(NAMES),
    footer=st.none() | st.booleans(),
)


def check(size: Size, arranged: Arranged) -> None:
    places = list(arranged.places.values())
    for at, place in enumerate(places):
        assert Region(0, 0, *size).contains_region(place)
        assert place.width > 0
        assert place.height > 0
        assert not any(place.overlaps(other) for other in places[at + 1 :])


@pytest.mark.parametrize("width", [1, 5, 20, 40, 59, 60, 71, 80, 99, 100, 120, 139, 140, 160, 200, 400])
@pytest.mark.parametrize("height", [1, 2, 3, 6, 12, 17, 18, 24, 30, 40, 44, 50, 120])
def test_places_stay_inside_and_never_overlap(width: int, height: int) -> None:
    for refused in (False, True):
        check(Size(width, height), arrange(Size(width, height), refused=refused))


@given(st.integers(0, 250), st.integers(0, 80), plans, st.sampled_from(NAMES), st.booleans())
def test_every_plan_has_a_picture_at_every_size(width: int, height: int, plan: Plan, view: str, refused: bool) -> None:
    arranged = arrange(Size(width, height), plan, refused=refused, view=view)
    check(Size(width, height), arranged)
    if width and height:
        assert HEADER in arranged.places
    if width and height > 3:
        assert STATUS in arranged.places
        assert {NOTICE} & {*arranged.places} if refused else {*PANELS} & {*arranged.places}


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        ((200, 50), {HEADER, CHART, BOOK, TAPE, STATUS, FOOTER}),
        ((120, 40), {HEADER, CHART, BOOK, TAPE, STATUS, FOOTER}),
        ((80, 24), {HEADER, CHART, BOOK, TAPE, STATUS, FOOTER}),
        ((40, 40), {HEADER, CHART, BOOK, TAPE, STATUS, FOOTER}),
        ((40, 24), {HEADER, CHART, BOOK, STATUS}),
        ((40, 12), {HEADER, BOOK, STATUS}),
        ((40, 2), {HEADER, STATUS}),
        ((40, 1), {HEADER}),
        ((0, 0), set()),
    ],
)
def test_what_is_shown_at_which_size(size: tuple[int, int], shown: set[str]) -> None:
    assert set(arrange(Size(*size)).places) == shown


def test_a_refusal_takes_the_middle() -> None:
    assert set(arrange(Size(80, 24), refused=True).places) == {HEADER, NOTICE, STATUS, FOOTER}


def test_neighbours_are_parted_by_one_column() -> None:
    places = arrange(Size(200, 50)).places
    assert places[CHART].right + 1 == places[BOOK].x
    assert places[BOOK].right + 1 == places[TAPE].x


async def test_no_size_breaks_the_screen() -> None:
    async with running() as run:
        for size in [(1, 1), (2, 1), (1, 2), (3, 3), (20, 1), (7, 30), (300, 2), (300, 90), (40, 12), (80, 24)]:
            await run.pilot.resize_terminal(*size)
            await until(lambda: len(run.text().splitlines()) == size[1])  # noqa: B023 - called at once
            lines = run.text().splitlines()
            assert {len(line) for line in lines} == {size[0]}


@pytest.mark.parametrize("size", [(40, 1), (20, 1), (40, 12), (80, 24), (120, 40), (200, 50)])
async def test_price_and_state_never_drop_out(size: tuple[int, int]) -> None:
    async with running(size=size) as run:
        assert "64,21" in run.text()
        assert "●" in run.text()

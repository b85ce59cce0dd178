"""Colours that can be read: moved as far as it takes, and no further."""

import pytest
from rich.color_triplet import ColorTriplet

from hybridtui.render.contrast import calm, contrast, readable

BLACK, WHITE, GREY = ColorTriplet(0, 0, 0), ColorTriplet(255, 255, 255), ColorTriplet(119, 119, 119)
RED = ColorTriplet(160, 20, 20)


def test_what_can_be_read_stays_as_it_is() -> None:
    assert readable(WHITE, [BLACK]) == WHITE
    assert readable(RED, [WHITE]) == RED


@pytest.mark.parametrize("ground", [BLACK, WHITE, ColorTriplet(40, 60, 90), ColorTriplet(240, 230, 200)])
@pytest.mark.parametrize("least", [3.0, 4.5, 6.0])
def test_what_cannot_be_read_is_moved_and_hardly_further_than_needed(ground: ColorTriplet, least: float) -> None:
    moved = readable(ground, [ground], least)
    assert least <= contrast(moved, ground) < least * 1.35


def test_where_nothing_is_enough_it_is_white_or_black() -> None:
    assert readable(GREY, [BLACK, WHITE, GREY], 4.5) in (BLACK, WHITE)


def test_a_tint_is_moved_towards_its_ground_until_it_is_calm() -> None:
    assert calm(BLACK, BLACK, 1.35) == BLACK
    tint = calm(WHITE, BLACK, 1.35)
    assert 1 < contrast(tint, BLACK) <= 1.35

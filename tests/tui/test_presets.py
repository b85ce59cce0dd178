"""The notation of layouts: what is written is what is meant, and what cannot be meant is said."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybridtui.tui.presets import (
    PANELS,
    Beside,
    Shape,
    Stacked,
    joined,
    layout_text,
    panels_of,
    parse_layout,
    parse_layouts,
    replaced,
    without,
)


@st.composite
def shapes(draw: st.DrawFn) -> Shape:
    """Any arrangement of any of the panels."""
    names: list[Shape] = [*draw(st.permutations(PANELS))[: draw(st.integers(1, len(PANELS)))]]
    while len(names) > 1:
        at = draw(st.integers(0, len(names) - 2))
        count = draw(st.integers(2, len(names) - at))
        kind: type[Beside | Stacked] = Beside if draw(st.booleans()) else Stacked
        names[at : at + count] = [joined(kind, names[at : at + count])]
    return names[0]


@given(shapes())
def test_what_is_written_is_read_again(shape: Shape) -> None:
    assert parse_layout(layout_text(shape)) == shape


@given(st.text(alphabet="|/() \x1bchartbookaut", max_size=30))
def test_any_text_is_a_layout_or_a_sentence(text: str) -> None:
    said, shape = "", None
    try:
        shape = parse_layout(text)
    except ValueError as error:
        said = str(error)
    if said:
        assert said.isprintable()
        assert said[-1] in ".?"
    else:
        assert parse_layout(layout_text(shape)) == shape


@given(shapes(), st.sampled_from(PANELS))
def test_a_panel_can_be_taken_out(shape: Shape, panel: str) -> None:
    left = without(shape, panel)
    assert list(panels_of(left)) == [name for name in panels_of(shape) if name != panel]
    assert left is None or parse_layout(layout_text(left)) == left


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("auto", None),
        ("book", "book"),
        ("chart|book|tape", Beside(("chart", "book", "tape"))),
        ("chart|book/tape", Beside(("chart", Stacked(("book", "tape"))))),
        (" chart / ( book | tape ) ", Stacked(("chart", Beside(("book", "tape"))))),
        ("((chart))/((book/tape))", Stacked(("chart", "book", "tape"))),
    ],
)
def test_what_a_text_means(text: str, shape: Shape | None) -> None:
    assert parse_layout(text) == shape


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("chart|bok", "bok is no panel; did you mean book?"),
        ("chart|", "a panel is missing; there are chart, book, tape, heatmap, depth, and auto alone."),
        ("auto|book", "auto is no panel; there are chart, book, tape, heatmap, depth, and auto alone."),
        ("chart/(book|tape", "a parenthesis is not closed."),
        ("chart)", "chart): there is a ) too many."),
        ("book|chart/book", "book|chart/book: book is in it twice."),
        ("(" * 200, "a layout has at most 100 characters."),
        ("", "a panel is missing; there are chart, book, tape, heatmap, depth, and auto alone."),
    ],
)
def test_a_mistake_is_named(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        parse_layout(text)


def test_several_are_parted_by_blanks() -> None:
    assert parse_layouts(" auto  chart|(book) ") == ("auto", "chart|book")
    assert parse_layouts(" ") == ("auto",)


def test_a_panel_can_stand_in_for_another() -> None:
    assert layout_text(replaced(Beside(("chart", "book")), "chart", Stacked(("chart", "heatmap")))) == (
        "chart/heatmap|book"
    )

"""All sizes from 1×1 to 60×20: everything that is shown is drawn, in exactly its place, and says price and state."""

import pytest
from textual.geometry import Size

from hybridtui.render.lines import Line, plain
from hybridtui.render.lines import Size as Cells
from hybridtui.tui.app import AppOptions
from hybridtui.tui.layout import FOOTER, HEADER, STATUS, Plan, arrange
from hybridtui.tui.presets import parse_layout
from hybridtui.tui.screens.market import MarketScreen
from tests.tui.screen import running

WIDTHS = range(1, 61)
SIGNS = "●◐○"
LARGEST = "chart/heatmap/depth/book/tape"
LAYOUTS = ("chart", "book", "tape", "chart|book|tape", "chart/book/tape", "chart/(book|tape)", "heatmap|book", LARGEST)


def drawn(screen: MarketScreen, size: Size, plan: Plan) -> list[str]:
    """The picture at this size, put together from the renderers of its parts."""
    rows = [[" "] * size.width for _ in range(size.height)]
    for name, place in arrange(size, plan).places.items():
        part = next(part for part in screen.parts if part.id == name)
        lines: list[Line] = part.lines(Cells(*place.size))
        assert len(lines) == place.height
        for y, line in enumerate(lines):
            text = plain([line])
            assert len(text) == place.width
            rows[place.y + y][place.x : place.right] = text
    return ["".join(row) for row in rows]


@pytest.mark.parametrize("layout", ["auto", "chart|book/tape"])
@pytest.mark.parametrize("height", range(1, 21))
async def test_every_size_has_a_picture_with_price_and_state(height: int, layout: str) -> None:
    shape = parse_layout(layout)
    async with running(size=(60, height), options=AppOptions(layout=layout)) as run:
        screen = run.app.market_screen
        price = next(word for word in run.text().split() if word.startswith("64,21"))
        for width in WIDTHS:
            size = Size(width, height)
            picture = drawn(screen, size, Plan(shape=shape))
            assert [len(row) for row in picture] == [width] * height
            if width >= 20:
                assert price in picture[0]
                assert any(sign in picture[0] for sign in SIGNS)
                assert height == 1 or any(sign in row for row in picture[1:] for sign in SIGNS)


@pytest.mark.parametrize("height", [*range(1, 21), 24, 40, 60])
def test_what_does_not_fit_is_said_and_what_fits_is_shown(height: int) -> None:
    """For any chosen layout: all of it is shown, or the size that it would need is larger than the terminal."""
    for width in (*WIDTHS, 80, 120, 200):
        for text in (
            "chart",
            "book",
            "tape",
            "chart|book|tape",
            "chart/book/tape",
            "chart/(book|tape)",
            "heatmap|book",
        ):
            arranged = arrange(Size(width, height), Plan(shape=parse_layout(text)))
            shown = {*arranged.places} - {HEADER, STATUS, FOOTER}
            whole = len(shown) == len(text.replace("/", "|").split("|"))
            assert (
                whole
                if arranged.needs is None
                else not (arranged.needs.width <= width and arranged.needs.height <= height)
            )
            if arranged.needs is not None:
                assert arrange(arranged.needs, Plan(shape=parse_layout(text))).needs is None

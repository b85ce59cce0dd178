"""A palette for every theme."""

import pytest
from textual.color import Color
from textual.theme import BUILTIN_THEMES

from hybridtui.tui.theme import HYBRIDTUI, palette_of


@pytest.mark.parametrize("name", [*BUILTIN_THEMES, HYBRIDTUI.name])
def test_every_theme_gives_a_palette(name: str) -> None:
    theme = BUILTIN_THEMES.get(name, HYBRIDTUI)
    palette = palette_of(theme)
    assert palette is palette_of(theme)
    assert palette.up != palette.down


def test_our_own_theme_can_be_read() -> None:
    palette = palette_of(HYBRIDTUI)
    for style in (palette.text, palette.up, palette.down, palette.live, palette.stale, palette.polling):
        assert style.color is not None
        assert style.bgcolor is not None
        colour, ground = Color.parse(style.color.name), Color.parse(style.bgcolor.name)
        assert abs(colour.brightness - ground.brightness) > 0.3

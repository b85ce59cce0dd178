"""Everything that says something can be read: in every theme, with many colours and with few."""

import itertools

import msgspec
import pytest
from rich.color import Color, ColorSystem
from rich.color_triplet import ColorTriplet
from rich.style import Style
from textual._context import visible_screen_stack
from textual.theme import BUILTIN_THEMES, Theme

from hybridtui.render.contrast import contrast
from hybridtui.render.header import HeaderView, render_header
from hybridtui.render.palette import Palette, dimmed
from hybridtui.settings import Looks
from hybridtui.tui.app import AppOptions
from hybridtui.tui.theme import OUR_THEMES, Colours, palette_of
from tests.tui.screen import running

COLOURED = [theme for theme in (*OUR_THEMES, *BUILTIN_THEMES.values()) if not theme.ansi]
CONTENT = ("text", "muted", "bright", "up", "down", "accent")
"""Drawn on the ground, on the bars of the book, and on a title where a row is read out or the header has it."""
TITLES = ("title", "title_strong", "title_muted")
STATES = ("live", "polling", "connecting", "stale", "maintenance")
"""Drawn on titles, and on the ground in log and connection."""
themes = pytest.mark.parametrize("theme", COLOURED, ids=lambda theme: theme.name)


def seen(colour: Color | None, colours: Colours) -> ColorTriplet:
    assert colour is not None
    return (colour.downgrade(ColorSystem.EIGHT_BIT) if colours is Colours.EIGHT_BIT else colour).get_truecolor()


def ratios(palette: Palette, colours: Colours) -> dict[str, float]:
    """The least contrast of each colour on the grounds that it is drawn on."""
    every = [palette.text, palette.title, palette.bid_bar, palette.ask_bar]
    where = {CONTENT: every, TITLES: [palette.title], STATES: [palette.title, palette.text]}
    grounds = {name: wanted for names, wanted in where.items() for name in names}
    return {
        name: min(
            contrast(seen(getattr(palette, name).color, colours), seen(ground.bgcolor, colours)) for ground in wanted
        )
        for name, wanted in grounds.items()
    }


def test_the_formula_is_that_of_wcag() -> None:
    assert contrast(ColorTriplet(0, 0, 0), ColorTriplet(255, 255, 255)) == pytest.approx(21)
    assert contrast(ColorTriplet(0x76, 0x76, 0x76), ColorTriplet(255, 255, 255)) == pytest.approx(4.54, abs=0.01)
    assert contrast(ColorTriplet(255, 0, 0), ColorTriplet(255, 0, 0)) == 1


@themes
@pytest.mark.parametrize("colours", [Colours.MILLIONS, Colours.EIGHT_BIT])
@pytest.mark.parametrize("swapped", [False, True])
def test_every_number_can_be_read(theme: Theme, colours: Colours, swapped: bool) -> None:
    found = ratios(palette_of(theme, Looks(swap_colours=swapped), colours), colours)
    assert {name: ratio for name, ratio in found.items() if ratio < 4.5} == {}


@themes
@pytest.mark.parametrize("colours", [Colours.MILLIONS, Colours.EIGHT_BIT])
def test_titles_and_bars_are_not_lost_in_the_ground(theme: Theme, colours: Colours) -> None:
    palette = palette_of(theme, colours=colours)
    for style in (palette.title, palette.bid_bar, palette.ask_bar):
        assert seen(style.bgcolor, colours) != seen(palette.text.bgcolor, colours)


@themes
def test_old_data_is_fainter_and_can_still_be_read(theme: Theme) -> None:
    palette = palette_of(theme)
    old = dimmed(palette)
    for name in CONTENT:
        now, then = getattr(palette, name), getattr(old, name)
        ground = seen(now.bgcolor, Colours.MILLIONS)
        fresh, faint = (contrast(seen(each.color, Colours.MILLIONS), ground) for each in (now, then))
        assert 3 <= faint < fresh / 1.2, name


@themes
@pytest.mark.parametrize("direction", [1, -1])
def test_a_dead_price_in_the_header_is_fainter_and_can_still_be_read(theme: Theme, direction: int) -> None:
    palette = palette_of(theme)
    view = HeaderView("BTC/USD", 64_213.0, direction, state="◐ REST Polling", state_style="polling")
    fresh, dead = (
        [
            contrast(seen(style.color, Colours.MILLIONS), seen(style.bgcolor, Colours.MILLIONS))
            for text, style, _ in render_header(each, 60, palette)
            if style is not None and text.strip() in ("64,213", "▲", "▼")
        ]
        for each in (view, msgspec.structs.replace(view, last_age=200.0))
    )
    assert len(fresh) == len(dead) == 2
    assert all(3 <= faint < bright / 1.2 for faint, bright in zip(dead, fresh, strict=True))


@themes
def test_rising_and_falling_and_what_is_muted_stay_different(theme: Theme) -> None:
    palette = palette_of(theme)
    assert far_apart(palette.up, palette.down)
    assert contrast(seen(palette.text.color, Colours.MILLIONS), seen(palette.muted.color, Colours.MILLIONS)) > 1.2


def far_apart(one: Style, other: Style) -> bool:
    colours = [seen(style.color, Colours.MILLIONS) for style in (one, other)]
    return max(abs(first - second) for first, second in zip(colours[0], colours[1], strict=True)) > 50


def test_the_palette_without_a_theme_can_be_read() -> None:
    assert {name: ratio for name, ratio in ratios(Palette(), Colours.MILLIONS).items() if ratio < 4.5} == {}


@pytest.mark.parametrize("theme", [*OUR_THEMES, BUILTIN_THEMES["ansi-light"], BUILTIN_THEMES["nord"]])
def test_sixteen_colours_are_those_of_the_terminal_and_only_the_plain_one_is_dim(theme: Theme) -> None:
    palette = palette_of(theme, colours=Colours.SIXTEEN)
    for each, name in itertools.product((palette, dimmed(palette)), palette.__struct_fields__):
        style: Style = getattr(each, name)
        assert style.color is not None
        assert style.color.number is None or style.color.number < 8, "bright black may be the ground"
        assert not style.dim or style.color.is_default or name in ("bid_bar", "ask_bar"), name


@pytest.mark.parametrize("name", ["hybridtui", "blue-orange", "atom-one-dark", "solarized-light", "tokyo-night"])
@pytest.mark.parametrize(("keys", "words"), [(("slash",), "code or name"), (("t", "1", "x", "enter"), "a number like")])
async def test_what_is_typed_and_what_is_wrong_with_it_can_be_read(
    name: str, keys: tuple[str, ...], words: str
) -> None:
    async with running(options=AppOptions(looks=Looks(theme=name))) as run:
        await run.pilot.press(*keys)
        await run.until(lambda: words in run.text())
        visible_screen_stack.set(run.app._background_screens)
        rows = run.app.screen._compositor.render_strips()
        (row,) = (strip for strip in rows if words in strip.text)
        for segment in row:
            if segment.text.strip() and segment.style is not None and not segment.style.reverse:
                colour, ground = (seen(each, Colours.MILLIONS) for each in (segment.style.color, segment.style.bgcolor))
                assert contrast(colour, ground) >= 4.5, segment.text

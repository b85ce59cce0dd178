"""Themes, swapped colours, the terminal's own background, plain ASCII and no colours at all, on the whole screen."""

import ast
import itertools
import math
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.style import Style
from textual.color import Color
from textual.theme import BUILTIN_THEMES

from hybridtui.render.palette import Palette, bar
from hybridtui.settings import Looks
from hybridtui.tui.app import AppOptions
from hybridtui.tui.ascii import in_ascii
from hybridtui.tui.theme import BLUE_ORANGE, HYBRIDTUI, OUR_THEMES, palette_of, plain_palette, theme_names
from tests.tui.screen import Running, running

SIZES = [(120, 40), (80, 24), (40, 12), (100, 1)]


def styles(run: Running) -> set[Style]:
    strips = run.app.screen._compositor.render_strips()
    return {segment.style for strip in strips for segment in strip if segment.style is not None}


def test_every_name_is_a_theme() -> None:
    assert theme_names() == [theme.name for theme in OUR_THEMES] + list(BUILTIN_THEMES)


@pytest.mark.parametrize("name", ["blue-orange", "nord", "textual-light", "ansi-dark", "ansi-light"])
async def test_the_theme_of_the_settings_is_worn(name: str) -> None:
    async with running(options=AppOptions(looks=Looks(theme=name))) as run:
        assert run.app.theme == name
        palette = run.app.market_screen.book.palette
        assert palette is palette_of(run.app.current_theme)
        assert "ORDER BOOK" in run.text()


def seen_by(colour: Color, matrix: tuple[tuple[float, float, float], ...]) -> tuple[float, ...]:
    """A colour as somebody with a deficiency sees it: Machado, Oliveira and Fernandes (2009), linear RGB."""
    linear = [(part / 255) ** 2.2 for part in colour.rgb]
    return tuple(sum(weight * part for weight, part in zip(row, linear, strict=True)) for row in matrix)


DEFICIENCIES = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
}


def distance(one: Style, other: Style, deficiency: str) -> float:
    assert one.color is not None
    assert other.color is not None
    first = seen_by(Color.from_rich_color(one.color), DEFICIENCIES[deficiency])
    second = seen_by(Color.from_rich_color(other.color), DEFICIENCIES[deficiency])
    return math.dist(first, second)


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_the_colour_blind_tell_rising_from_falling(deficiency: str) -> None:
    palette = palette_of(BLUE_ORANGE)
    assert distance(palette.up, palette.down, deficiency) > 0.35
    states = [palette.live, palette.polling, palette.stale]
    assert all(distance(one, two, deficiency) > 0.12 for one, two in itertools.combinations(states, 2))


def test_swapped_colours_swap_the_market_and_not_the_states() -> None:
    plain, swapped = palette_of(HYBRIDTUI), palette_of(HYBRIDTUI, Looks(swap_colours=True))
    assert (swapped.up, swapped.down) == (plain.down, plain.up)
    assert (swapped.bid_bar, swapped.ask_bar) == (plain.ask_bar, plain.bid_bar)
    assert (swapped.live, swapped.stale, swapped.text) == (plain.live, plain.stale, plain.text)


async def test_swapped_colours_are_on_the_screen() -> None:
    async with running(options=AppOptions(looks=Looks(swap_colours=True))) as run:
        assert run.app.market_screen.tape.palette.up == palette_of(HYBRIDTUI).down


@pytest.mark.parametrize("theme", ["hybridtui", "textual-light"])
async def test_a_transparent_screen_leaves_the_ground_to_the_terminal(theme: str) -> None:
    async with running(options=AppOptions(looks=Looks(theme=theme))) as run:
        ground = run.app.market_screen.book.palette.text.bgcolor
        assert any(style.bgcolor == ground for style in styles(run))
    async with running(options=AppOptions(looks=Looks(theme=theme, transparent=True))) as run:
        grounds = {style.bgcolor for style in styles(run)}
        assert ground not in grounds
        assert any(colour is None or colour.is_default for colour in grounds)
        assert "ORDER BOOK" in run.text()


PAGES: list[tuple[str, ...]] = [(), ("question_mark",), ("m",), ("l",), ("ctrl+p",)]


@pytest.mark.parametrize("keys", PAGES)
@pytest.mark.parametrize("size", SIZES)
async def test_ascii_is_all_there_is(keys: tuple[str, ...], size: tuple[int, int]) -> None:
    async with running(size=size, toasts=True, options=AppOptions(looks=Looks(ascii=True))) as run:
        await run.pilot.press(*keys)
        await run.until(lambda: len(run.app.screen_stack) == 1 + bool(keys))
        run.app.notify("Größe – “neu” ▲", title="…")
        await run.pilot.pause()
        await run.until(lambda: bool(keys) or size[1] < 24 or "Gr" in run.text())
        text = run.text()
        assert text.replace("\n", "").isascii(), {char for char in text if not char.isascii()}
        assert [len(row) for row in text.split("\n")] == [size[0]] * size[1]
        if not keys and size[1] > 1:
            assert "* WebSocket Live" in text or "* WS" in text


def test_every_glyph_keeps_its_cells() -> None:
    for code in itertools.chain(range(0x20, 0x3000), range(0x4E00, 0x4E20), range(0xFF00, 0xFF60), [0x1F600]):
        char = chr(code)
        if char.isprintable():
            plain = in_ascii(char)
            assert plain.isascii(), char
            assert plain.isprintable(), char
            assert len(plain) == cell_len(char), char


def test_every_glyph_that_we_draw_has_a_likeness() -> None:
    package = Path(__file__).resolve().parents[2] / "hybridtui"
    drawn = {
        char
        for folder in ("render", "tui")
        for path in (package / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for char in node.value
    }
    assert len(drawn) > 100
    assert {char for char in drawn if in_ascii(char) == "?"} <= {"?", "�"}


def test_signs_that_differ_stay_different() -> None:
    signs = ["▲", "▼", "●", "◐", "○", "✓", "│", "█", "░", "▒", "─", "…"]
    assert len({in_ascii(sign) for sign in ("▲", "▼", "●", "◐", "○")}) == 5
    assert all(in_ascii(sign) != " " for sign in signs)
    assert in_ascii("⠀⠉⣀⣿") == " '.#"


@pytest.mark.parametrize("palette", [palette_of(BUILTIN_THEMES["ansi-dark"]), plain_palette()])
def test_bars_on_the_terminals_own_ground_are_dim_and_coloured_like_their_side(palette: Palette) -> None:
    for style in (palette.bid_bar, palette.ask_bar):
        filled = bar(style, palette.text)
        assert filled.dim
        assert filled.color == style.color


async def test_no_color_leaves_no_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with running() as run:
        coloured = {
            str(colour)
            for style in styles(run)
            for colour in (style.color, style.bgcolor)
            if colour is not None and not colour.is_default
        }
        assert coloured == set()
        assert any(style.bold for style in styles(run))
        assert "● WebSocket Live" in run.text()

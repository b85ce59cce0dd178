"""Colours: our own calm themes, and the palette of the pictures made from whatever theme is chosen."""

from collections.abc import Mapping
from enum import Enum
from functools import cache
from typing import Any

from msgspec.structs import replace
from rich.color import Color as RichColor
from rich.color import ColorSystem, blend_rgb
from rich.color_triplet import ColorTriplet
from rich.style import Style
from textual.app import App
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from hybridtui.render.contrast import NUMBERS, Shown, as_it_is, calm, readable
from hybridtui.render.palette import Palette
from hybridtui.settings import Looks

HYBRIDTUI = Theme(
    name="hybridtui",
    primary="#5aa9e6",
    secondary="#7c8db5",
    accent="#5aa9e6",
    warning="#e8b339",
    error="#f0616d",
    success="#35c08e",
    foreground="#c9d0db",
    background="#0d1016",
    surface="#12161e",
    panel="#191f29",
    dark=True,
    variables={"maintenance": "#b692f6"},
)
"""The default theme."""

BLUE_ORANGE = Theme(
    name="blue-orange",
    primary="#9fb4d0",
    secondary="#8c93a3",
    accent="#9fb4d0",
    warning="#f4e04d",
    error="#ff8c1a",
    success="#4a9dff",
    foreground="#d5dae3",
    background="#0d1016",
    surface="#12161e",
    panel="#191f29",
    dark=True,
    variables={"maintenance": "#d9c7ff"},
)
"""Rising is blue and falling orange, which differ in every kind of colour-blindness."""

OUR_THEMES = (HYBRIDTUI, BLUE_ORANGE)
PLAIN_LOOKS = Looks()
_SWAPPED = {"up": "down", "bid_bar": "ask_bar"}
_TEXT = 6.0
"""The least contrast of ordinary content: it must stand out from what is muted."""
_STANDS_OUT = 1.35
"""The most contrast of a tinted ground to the ground: the words on it matter, and they have to be read on both."""


class Colours(Enum):
    """How many colours a terminal has."""

    MILLIONS = "truecolor"
    EIGHT_BIT = "256"
    SIXTEEN = "standard"


_PALETTES: dict[tuple[str, bool, bool, Colours], Palette] = {}


def colours_of(app: App[Any]) -> Colours:
    """How many colours the terminal of an app has; all of them where there is no terminal, as in tests."""
    started = getattr(app, "_driver", None) is not None
    system = app.console.color_system if started and not app.is_headless else None
    return Colours(system) if system in {each.value for each in Colours} else Colours.MILLIONS


def typing_colours(palette: Palette) -> dict[str, str]:
    """Variables of CSS for what is typed, in the colours of a title: those of the themes cannot always be read."""
    ground, text, weak, wrong = palette.title.bgcolor, palette.title_strong, palette.title_muted, palette.stale
    colours = {"typed-ground": ground, "typed": text.color, "typed-weak": weak.color, "typed-wrong": wrong.color}
    return {name: _css(colour) for name, colour in colours.items()}


def _css(colour: RichColor | None) -> str:
    return "ansi_default" if colour is None else f"ansi_{colour.name}" if colour.triplet is None else colour.name


def theme_names() -> list[str]:
    """Every theme there is, ours first."""
    return [*(theme.name for theme in OUR_THEMES), *BUILTIN_THEMES]


def palette_of(theme: Theme, looks: Looks = PLAIN_LOOKS, colours: Colours = Colours.MILLIONS) -> Palette:
    """The palette that goes with a theme on a terminal of so many colours; made once."""
    wanted = (theme.name, looks.swap_colours, looks.transparent, colours)
    if wanted not in _PALETTES:
        own = theme.ansi or colours is Colours.SIXTEEN
        palette = _ansi_palette() if own else _true_colour_palette(theme, _SHOWN[colours])
        if looks.swap_colours:
            palette = _with_colours_swapped(palette)
        _PALETTES[wanted] = _transparent(palette) if looks.transparent else palette
    return _PALETTES[wanted]


@cache
def plain_palette() -> Palette:
    """No colour at all, as NO_COLOR asks: what matters is bold, what matters less is dim."""
    palette = _ansi_palette()
    styles = {name: getattr(palette, name) for name in palette.__struct_fields__}
    return replace(palette, **{name: Style(bold=style.bold, dim=style.dim) for name, style in styles.items()})


def _with_colours_swapped(palette: Palette) -> Palette:
    """Rising in the colour of falling and the other way round; the states keep theirs."""
    pairs = {**_SWAPPED, **{down: up for up, down in _SWAPPED.items()}}
    return replace(palette, **{name: getattr(palette, other) for name, other in pairs.items()})


def _transparent(palette: Palette) -> Palette:
    """The ground is the terminal's own; title rows and bars keep their background."""
    ground = palette.text.bgcolor
    through = Style(bgcolor="default")
    styles = {name: getattr(palette, name) for name in palette.__struct_fields__}
    return replace(palette, **{name: style + through for name, style in styles.items() if style.bgcolor == ground})


def _true_colour_palette(theme: Theme, shown: Shown = as_it_is) -> Palette:
    """The theme's colours, each moved as far as it takes to be read on every ground that it is drawn on."""
    variables = theme.to_color_system().generate()
    ground = _triplet(variables["background"])
    panel = _title_ground(calm(_triplet(variables["panel"]), ground, _STANDS_OUT), ground, shown)
    text, strongest = _triplet(variables["foreground"]), _triplet("#ffffff" if theme.dark else "#000000")
    up, down = _triplet(variables["success"]), _triplet(variables["error"])
    polling, accent = _triplet(variables["warning"]), _triplet(variables["primary"])
    maintenance = _triplet(theme.variables.get("maintenance", variables["secondary"]))
    bid, ask = (_bar_ground(side, ground, shown) for side in (up, down))
    grounds = (ground, panel, bid, ask)

    def on(ground: ColorTriplet, colour: ColorTriplet, *, least: float = NUMBERS, bold: bool = False) -> Style:
        readable_colour = readable(colour, grounds, least, shown)
        return Style(color=readable_colour.hex, bgcolor=ground.hex, bold=bold or None)

    return Palette(
        text=on(ground, text, least=_TEXT),
        muted=on(ground, blend_rgb(ground, text, 0.48)),
        bright=on(ground, strongest, bold=True),
        title=on(panel, blend_rgb(panel, text, 0.82), least=_TEXT),
        title_strong=on(panel, strongest, bold=True),
        title_muted=on(panel, blend_rgb(panel, text, 0.5)),
        up=on(ground, up),
        down=on(ground, down),
        live=on(panel, up, bold=True),
        polling=on(panel, polling, bold=True),
        connecting=on(panel, accent, bold=True),
        stale=on(panel, down, bold=True),
        maintenance=on(panel, maintenance, bold=True),
        bid_bar=on(bid, up),
        ask_bar=on(ask, down),
        accent=on(ground, accent),
    )


def _title_ground(panel: ColorTriplet, ground: ColorTriplet, shown: Shown) -> ColorTriplet:
    """The panel's colour; its grey where a terminal would make the ground of it. Dark greys there are many."""
    grey = round(sum(panel) / 3)
    return panel if shown(panel) != shown(ground) else ColorTriplet(grey, grey, grey)


def _bar_ground(side: ColorTriplet, ground: ColorTriplet, shown: Shown) -> ColorTriplet:
    """A little of the side's colour; more of it where a terminal would make the ground of that."""
    little = calm(blend_rgb(ground, side, 0.2), ground, _STANDS_OUT)
    tints = [little, *(blend_rgb(ground, side, share / 20) for share in range(5, 20))]
    return next((tint for tint in tints if shown(tint) != shown(ground)), little)


def _triplet(colour: str) -> ColorTriplet:
    return Color.parse(colour).rich_color.get_truecolor()


def _in_256(colour: ColorTriplet) -> ColorTriplet:
    """What a terminal of 256 colours makes of a colour."""
    return RichColor.from_triplet(colour).downgrade(ColorSystem.EIGHT_BIT).get_truecolor()


_SHOWN: Mapping[Colours, Shown] = {Colours.MILLIONS: as_it_is, Colours.EIGHT_BIT: _in_256}


def _ansi_palette() -> Palette:
    """The colours of the terminal itself, for the themes that ask for them and where there are no others.

    Bright black would be the obvious grey, but some colour schemes have it in the colour of the ground.
    """

    def on(ground: str, colour: str, *, bold: bool = False, dim: bool = False) -> Style:
        return Style(color=colour, bgcolor=ground, bold=bold or None, dim=dim or None)

    return Palette(
        text=on("default", "default"),
        muted=on("default", "default", dim=True),
        bright=on("default", "default", bold=True),
        title=on("default", "default"),
        title_strong=on("default", "default", bold=True),
        title_muted=on("default", "default", dim=True),
        up=on("default", "green"),
        down=on("default", "red"),
        live=on("default", "green", bold=True),
        polling=on("default", "yellow", bold=True),
        connecting=on("default", "blue", bold=True),
        stale=on("default", "red", bold=True),
        maintenance=on("default", "magenta", bold=True),
        bid_bar=on("default", "green"),
        ask_bar=on("default", "red"),
        accent=on("default", "blue"),
    )

"""The colours of a picture, by what they mean. Colour is never the only sign: a glyph or a word goes with each."""

from functools import lru_cache

import msgspec
from rich.color import Color, ColorType, blend_rgb
from rich.style import Style

from hybridtui.render.contrast import SIGNS, readable


class Palette(msgspec.Struct, frozen=True):
    """Rich styles by meaning. Made from the terminal theme above; the default suits a dark 24-bit terminal."""

    text: Style = Style(color="#c8ccd4", bgcolor="#0f1218")
    """Ordinary content."""
    muted: Style = Style(color="#979da8", bgcolor="#0f1218")
    """Axes, labels, digits that did not change."""
    bright: Style = Style(color="#ffffff", bgcolor="#0f1218", bold=True)
    """The last price and what the eye must find first."""
    title: Style = Style(color="#aab2c0", bgcolor="#1a1f29")
    """Title rows, the header and the status bar."""
    title_strong: Style = Style(color="#ffffff", bgcolor="#1a1f29", bold=True)
    """The name in a title row."""
    title_muted: Style = Style(color="#979da8", bgcolor="#1a1f29")
    """Less important words in a title row."""
    up: Style = Style(color="#2ebd85", bgcolor="#0f1218")
    """Rising, bids, buys."""
    down: Style = Style(color="#f86b7e", bgcolor="#0f1218")
    """Falling, asks, sells."""
    live: Style = Style(color="#2ebd85", bgcolor="#1a1f29", bold=True)
    """State: WebSocket Live, on a title row."""
    polling: Style = Style(color="#f0b90b", bgcolor="#1a1f29", bold=True)
    """State: REST Polling."""
    connecting: Style = Style(color="#5aa9e6", bgcolor="#1a1f29", bold=True)
    """State: Connecting and Reconnecting."""
    stale: Style = Style(color="#ff5c5c", bgcolor="#1a1f29", bold=True)
    """State: STALE; also the warning words of a panel title."""
    maintenance: Style = Style(color="#c792ea", bgcolor="#1a1f29", bold=True)
    """State: Maintenance."""
    bid_bar: Style = Style(color="#2ebd85", bgcolor="#12352b")
    """Depth behind or beside bids."""
    ask_bar: Style = Style(color="#f86b7e", bgcolor="#3a1820")
    """Depth behind or beside asks."""
    accent: Style = Style(color="#5aa9e6", bgcolor="#0f1218")
    """The last-price line and tag, marks."""


@lru_cache(maxsize=256)
def faint(style: Style, strength: float = 0.5) -> Style:
    """The style with its colour moved towards its background; `strength` 1 changes nothing, 0 makes it invisible.

    A terminal's own sixteen colours have no known shade, so they are marked as dim instead.
    """
    color, background = style.color, style.bgcolor
    if color is None or background is None or {color.type, background.type} != {ColorType.TRUECOLOR}:
        return style + Style(dim=True, bold=False)
    shade = blend_rgb(background.get_truecolor(), color.get_truecolor(), strength)
    return style + Style(color=Color.from_triplet(shade), bold=False)


@lru_cache(maxsize=128)
def subdued(style: Style) -> Style:
    """The style for what is no longer true: clearly fainter, and still to be read.

    Of a terminal's own sixteen colours only the plain one is dim: dim red on black cannot be read.
    """
    color, background = style.color, style.bgcolor
    if color is None or background is None or {color.type, background.type} != {ColorType.TRUECOLOR}:
        plain = color is None or color.is_default
        return style + Style(dim=True, bold=False) if plain else style + Style(dim=False, bold=False)
    shade, ground = blend_rgb(background.get_truecolor(), color.get_truecolor(), 0.45), background.get_truecolor()
    return style + Style(color=Color.from_triplet(readable(shade, [ground], SIGNS)), bold=False)


@lru_cache(maxsize=64)
def on_ground(style: Style, ground: Style) -> Style:
    """The colour of one style on the background of another."""
    return Style(color=style.color, bgcolor=ground.bgcolor)


@lru_cache(maxsize=64)
def bar(style: Style, ground: Style) -> Style:
    """A bar filled with the background colour of `style`, drawn as block glyphs on `ground`.

    Where the background is the terminal's own it is filled with the colour itself, dim.
    """
    if style.bgcolor is None or style.bgcolor.is_default:
        return Style(color=style.color, bgcolor=ground.bgcolor, dim=True)
    return Style(color=style.bgcolor, bgcolor=ground.bgcolor)


_TITLES = frozenset({"title", "title_strong", "title_muted", "live", "polling", "connecting", "stale", "maintenance"})
"""What says how things stand is never dimmed."""


@lru_cache(maxsize=16)
def dimmed(palette: Palette) -> Palette:
    """The palette of old data: content in subdued colours, title rows and states as they are."""
    styles = {name: subdued(getattr(palette, name)) for name in palette.__struct_fields__ if name not in _TITLES}
    styles |= {name: _bar_dimmed(getattr(palette, name), palette.text) for name in ("bid_bar", "ask_bar")}
    return msgspec.structs.replace(palette, **styles)


def _bar_dimmed(style: Style, ground: Style) -> Style:
    """A bar's background is what is seen, so that is what moves towards the ground."""
    inner = faint(Style(color=style.bgcolor, bgcolor=ground.bgcolor), 0.5)
    return faint(style, 0.45) + Style(bgcolor=inner.color)

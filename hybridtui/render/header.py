"""The header: the last price, where it is going, and whether it can be trusted, in one line."""

from functools import lru_cache
from typing import NamedTuple

import msgspec
from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style

from hybridtui.render.lines import Line, fit, sanitise, spread_out
from hybridtui.render.numbers import age_text, amount_text, decimals, percent_text, price_decimals, price_text, signed
from hybridtui.render.palette import Palette, on_ground, subdued
from hybridtui.render.status import short_label


class HeaderView(msgspec.Struct, frozen=True):
    """What the header says. A None is not known and not shown."""

    label: str
    """The name of the market, `BTC/USD`."""
    last: float | None = None
    """The last price."""
    direction: int = 0
    """Where it came from: 1 rose, -1 fell, 0 not known."""
    change: float | None = None
    """Over 24 h, in quote currency."""
    change_ratio: float | None = None
    """Over 24 h, as a fraction."""
    high: float | None = None
    low: float | None = None
    volume: float | None = None
    """Over 24 h, in base currency."""
    base: str = ""
    """The name of the base currency."""
    bid: float | None = None
    ask: float | None = None
    price_decimals: int = 0
    """Show at least so many decimals of a price."""
    state: str = "○ Connecting"
    """The text of `status.state_label`."""
    state_style: str = "connecting"
    """The name of its style in the palette."""
    needs: str = ""
    """The size that the chosen layout would need, where there is no other row to say it."""
    last_age: float | None = None
    """Seconds since the last price came, where nothing delivers it any more; None while something does."""


class _Part(NamedTuple):
    importance: int
    """0 is the price; the larger, the sooner it is left out."""
    segments: Line
    width: int


def render_header(view: HeaderView, width: int, palette: Palette, *, alone: bool = False) -> Line:
    """The header, exactly `width` cells; what matters least is left out first, price and state never.

    Where it is `alone` nothing else tells the spread, which then comes before the day.
    """
    state_style = getattr(palette, view.state_style)
    states = [view.state[:1], short_label(view.state), sanitise(view.state)]
    parts = _parts(view, palette, brief=alone and width < _BRIEF_BELOW)
    price = next(part for part in parts if part.importance == 0)
    room = width - price.width - cell_len(states[0]) - 2
    shown, state = {0}, states[0]
    order = _ALONE if alone else tuple(range(1, _STEPS + 1))
    order = (_AGE, *order) if is_old(view) else order
    for importance in (3, *(each for each in order if each != 3)) if view.state_style in _TROUBLE else order:
        if importance in _STATE_STEPS:
            longer = states[_STATE_STEPS[importance]]
            more = cell_len(longer) - cell_len(state)
        else:
            longer, more = state, next((part.width for part in parts if part.importance == importance), 0)
        if more > room:
            break
        room, state = room - more, longer
        shown.add(importance)
    left = [segment for part in parts if part.importance in shown for segment in part.segments]
    right = [Segment(state, state_style), Segment(" ", palette.title)]
    if width < price.width + cell_len(states[0]) + 2:
        return _price_only(price, width, Segment(states[0], state_style), palette)
    return spread_out(left, right, width, palette.title)


def header_words(view: HeaderView, palette: Palette) -> list[str]:
    """The texts of the header in their order on the screen: market, price and direction, then the rest.

    They are for later, so no age is among them.
    """
    parts = _parts(msgspec.structs.replace(view, last_age=None), palette)
    return ["".join(segment.text for segment in part.segments) for part in parts]


def is_old(view: HeaderView) -> bool:
    """Whether the last price is old, and the state of the line is not what says so."""
    return view.last_age is not None and view.state_style not in _TROUBLE


def _price_only(price: _Part, width: int, state: Segment, palette: Palette) -> Line:
    """Price and state as far as they go. Half a price would be a wrong one, so it ends in an ellipsis."""
    text = price.segments[1]
    if cell_len(text.text) > width:
        return fit([Segment(set_cell_size(text.text, width - 1) + "…", text.style)], width, palette.title)
    return fit([*price.segments[1:], Segment(" ", palette.title), state], width, palette.title)


_STATE_STEPS = {3: 1, 4: 2}
"""After the label and the change in per cent comes the state in short, then in full."""
_STEPS = 10
_AGE = 11
"""The age of a price that is not delivered; nothing but the price comes before it."""
_ALONE = (1, 2, 10, 3, 6, 9, 4, 5, 7, 8)
_BRIEF_BELOW = 100
"""Below that width the spread of a header that is alone is said in basis points only."""
# Where prices may be dead, the word that says so comes first.
_TROUBLE = ("stale", "maintenance", "connecting")


def _parts(view: HeaderView, palette: Palette, *, brief: bool = False) -> list[_Part]:
    """What there is to say, in its order on the screen; `brief` names the spread in basis points only."""
    label = palette.title_strong
    if view.state_style in _TROUBLE:
        palette = _subdued(palette)
    touch = [price for price in (view.bid, view.ask) if price is not None]
    places = max(view.price_decimals, price_decimals(touch))
    priced = _subdued(palette) if is_old(view) else palette
    trend = _direction_style((view.change_ratio or view.change or 0.0), palette)
    words = {
        1: (f" {sanitise(view.label)}", label),
        0: None,
        _AGE: (f"{age_text(view.last_age or 0.0)} old " if is_old(view) else "", palette.stale),
        5: (None if view.change is None else f" {signed(view.change, max(places, decimals(view.change)))}", trend),
        2: (None if view.change_ratio is None else f" {percent_text(view.change_ratio)}", trend),
        7: (_range(view, places), palette.title),
        8: (None if view.volume is None else f"   Vol {_volume(view.volume)} {sanitise(view.base)}", palette.title),
        9: (_touch(view, places), palette.title),
        10: (_spread(view, places, brief=brief), palette.title_muted),
        6: (f"   {sanitise(view.needs)}" if view.needs else "", palette.polling),
    }
    parts = []
    for importance, word in words.items():
        if word is None:
            parts.append(_price(view, places, priced))
        elif word[0]:
            parts.append(_Part(importance, [Segment(word[0], word[1])], cell_len(word[0])))
    return parts


@lru_cache(maxsize=16)
def _subdued(palette: Palette) -> Palette:
    """The palette for prices that may be dead."""
    names = ("title", "title_strong", "title_muted", "up", "down")
    styles = {name: on_ground(getattr(palette, name), palette.title) for name in names}
    return msgspec.structs.replace(palette, **{name: subdued(style) for name, style in styles.items()})


def _price(view: HeaderView, places: int, palette: Palette) -> _Part:
    """The last price and where it came from: an arrow that touches it, so that it is not read as the day's."""
    text = "–" if view.last is None else _whole(view.last, places)
    arrow = "▲" if view.direction > 0 else "▼" if view.direction < 0 else " "
    bright, color = palette.title_strong, _direction_style(view.direction, palette)
    return _Part(0, [Segment(" ", bright), Segment(text, bright), Segment(f"{arrow} ", color)], cell_len(text) + 3)


def _direction_style(direction: float, palette: Palette) -> Style:
    return on_ground(palette.up if direction > 0 else palette.down if direction < 0 else palette.title, palette.title)


def _range(view: HeaderView, places: int) -> str:
    if view.high is None or view.low is None:
        return ""
    return f"   H {_whole(view.high, places)}  L {_whole(view.low, places)}"


def _whole(price: float, places: int) -> str:
    """A price with all its own decimals, and at least so many."""
    return price_text(price, max(places, decimals(price)))


def _volume(volume: float) -> str:
    return amount_text(volume, 2)


def _touch(view: HeaderView, places: int) -> str:
    if view.bid is None or view.ask is None:
        return ""
    return f"   {price_text(view.bid, places)} / {price_text(view.ask, places)}"


def _spread(view: HeaderView, places: int, *, brief: bool) -> str:
    if view.bid is None or view.ask is None:
        return ""
    spread, middle = view.ask - view.bid, (view.ask + view.bid) / 2
    if brief:
        return f"  {spread / middle * 10_000:,.2f} bp" if middle else ""
    points = f" · {spread / middle * 10_000:,.2f} bp" if middle else ""
    return f"   spread {price_text(spread, places)}{points}"

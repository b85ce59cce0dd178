"""Layouts as short texts, and the shapes that they mean: pure, so that the settings can be checked without a screen.

chart|book|tape         side by side
chart/book              one above the other
chart|book/tape         the chart at the left, at its right the book above the tape: `/` binds closer than `|`
chart/(book|tape)       the chart above, below it book and tape side by side
auto                    whatever is best for the size of the terminal
"""

import re
from collections.abc import Iterator
from difflib import get_close_matches

import msgspec

AUTO = "auto"
PANELS = ("chart", "book", "tape", "heatmap", "depth")
"""What a layout can be made of: the ids of the panels."""
LONGEST = 100
"""Characters; parentheses may nest, and nobody needs more."""
_TOKENS = re.compile(r"[^\s|/()]+|[|/()]")


class Beside(msgspec.Struct, frozen=True):
    """From left to right."""

    parts: tuple["Shape", ...]


class Stacked(msgspec.Struct, frozen=True):
    """From top to bottom."""

    parts: tuple["Shape", ...]


Shape = str | Beside | Stacked
"""A panel, or several of them. No shape has a part of its own kind, none has but one part."""


def parse_layout(text: str) -> Shape | None:
    """The shape that a text means, None for `auto`.

    Raises ValueError with a sentence that says what is wrong.
    """
    if text.strip() == AUTO:
        return None
    if len(text) > LONGEST:
        raise ValueError(f"a layout has at most {LONGEST} characters.")
    tokens = _TOKENS.findall(text)
    shape = _beside(tokens)
    if tokens:
        raise ValueError(f"{_shown(text)}: there is a {_shown(tokens[0])} too many.")
    names = list(panels_of(shape))
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"{_shown(text)}: {name} is in it twice.")
    return shape


def parse_layouts(text: str) -> tuple[str, ...]:
    """Several layouts parted by blanks, in their normal spelling; `auto` where there is none. Raises ValueError."""
    return tuple(layout_text(parse_layout(word)) for word in text.split()) or (AUTO,)


def layout_text(shape: Shape | None) -> str:
    """The text that means this shape."""
    if shape is None:
        return AUTO
    if isinstance(shape, str):
        return shape
    if isinstance(shape, Beside):
        return "|".join(layout_text(part) for part in shape.parts)
    return "/".join(f"({layout_text(part)})" if isinstance(part, Beside) else layout_text(part) for part in shape.parts)


def panels_of(shape: Shape | None) -> Iterator[str]:
    """The panels of a shape in their order on the screen."""
    if isinstance(shape, str):
        yield shape
    elif shape is not None:
        for part in shape.parts:
            yield from panels_of(part)


def without(shape: Shape, panel: str) -> Shape | None:
    """The shape without this panel; None where nothing is left."""
    if isinstance(shape, str):
        return None if shape == panel else shape
    parts = [part for part in (without(part, panel) for part in shape.parts) if part is not None]
    return joined(type(shape), parts) if parts else None


def replaced(shape: Shape, panel: str, other: Shape) -> Shape:
    """The shape with something else in the place of this panel."""
    if isinstance(shape, str):
        return other if shape == panel else shape
    return joined(type(shape), [replaced(part, panel, other) for part in shape.parts])


def joined(kind: type[Beside] | type[Stacked], parts: list[Shape]) -> Shape:
    """These parts side by side or stacked, one at least; parts of the same kind become one with it."""
    flat: list[Shape] = []
    for part in parts:
        flat += part.parts if isinstance(part, kind) else (part,)
    return flat[0] if len(flat) == 1 else kind(tuple(flat))


def _beside(tokens: list[str]) -> Shape:
    parts = [_stacked(tokens)]
    while tokens and tokens[0] == "|":
        tokens.pop(0)
        parts.append(_stacked(tokens))
    return joined(Beside, parts)


def _stacked(tokens: list[str]) -> Shape:
    parts = [_single(tokens)]
    while tokens and tokens[0] == "/":
        tokens.pop(0)
        parts.append(_single(tokens))
    return joined(Stacked, parts)


def _single(tokens: list[str]) -> Shape:
    """A panel, or anything in parentheses."""
    name = tokens.pop(0) if tokens else ""
    if name == "(":
        inner = _beside(tokens)
        if not tokens or tokens.pop(0) != ")":
            raise ValueError("a parenthesis is not closed.")
        return inner
    if name not in PANELS:
        near = get_close_matches(name, PANELS, 1, 0.5)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(PANELS)}, and auto alone."
        raise ValueError(f"{_shown(name)} is no panel; {hint}" if name else f"a panel is missing; {hint}")
    return name


def _shown(text: str) -> str:
    return "".join(char if char.isprintable() else "�" for char in text[:50])

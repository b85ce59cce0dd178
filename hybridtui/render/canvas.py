"""A grid of cells to draw on: one character and one style key each, turned into runs of equal style at the end."""

import re
from collections.abc import Mapping
from functools import lru_cache

from rich.segment import Segment
from rich.style import Style

from hybridtui.render.lines import Line

_new = tuple.__new__


@lru_cache(maxsize=16)
def _runs(keys: str) -> re.Pattern[str]:
    """One of these keys, and all the same ones and blanks behind it."""
    return re.compile("|".join(f"{each}[{each} ]*" for each in map(re.escape, keys)))


class Canvas:
    """`width` by `height` cells; whatever is drawn outside is lost."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self.chars = [[" "] * width for _ in range(height)]
        self.keys = [[" "] * width for _ in range(height)]
        """One letter a cell: the name of its style, as `lines` is told."""

    def put(self, x: int, y: int, char: str, key: str) -> None:
        """Set one cell."""
        if 0 <= x < self.width and 0 <= y < self.height:
            self.chars[y][x] = char
            self.keys[y][x] = key

    def put_below(self, x: int, y: int, char: str, key: str) -> None:
        """Set one cell if nothing is there."""
        if 0 <= x < self.width and 0 <= y < self.height and self.chars[y][x] == " ":
            self.chars[y][x] = char
            self.keys[y][x] = key

    def write(self, x: int, y: int, text: str, key: str) -> None:
        """Set one cell for each character, all of them one cell wide."""
        if 0 <= y < self.height and x < self.width:
            text = text[max(-x, 0) : self.width - x]
            x = max(x, 0)
            self.chars[y][x : x + len(text)] = text
            self.keys[y][x : x + len(text)] = key * len(text)

    def write_below(self, x: int, y: int, text: str, key: str) -> None:
        """Set those cells in which nothing is there."""
        for at, char in enumerate(text):
            self.put_below(x + at, y, char, key)

    def lines(self, styles: Mapping[str, Style]) -> list[Line]:
        """Every row as runs of equal style; the key of a blank is a blank.

        Blanks go with their neighbours, which makes half as many segments: all styles must have one background.
        """
        runs, drawn = _runs("".join(styles).replace(" ", "")), list[Line]()
        for chars, row in zip(self.chars, self.keys, strict=True):
            text, keys, line, at = "".join(chars), "".join(row), Line(), 0
            beyond = keys.lstrip()
            end = len(keys) - len(beyond)
            for run in runs.findall(beyond):
                end += len(run)
                # What Segment(text, style) does, in half the time: a picture has hundreds.
                line.append(_new(Segment, (text[at:end], styles[run[0]], None)))
                at = end
            drawn.append(line or [Segment(text, styles[" "])])
        return drawn

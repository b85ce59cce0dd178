"""The screen in nothing but ASCII: a filter on finished lines, which keeps every cell in its place."""

from functools import lru_cache
from unicodedata import name, normalize

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_GLYPHS = (
    ("▲△↑⬆⇧▴", "^"),
    ("▼▽↓⬇⇩▾", "v"),
    ("●◆■★✓✔", "*"),
    ("◐◑◒◓", "%"),
    ("○◇□☆", "o"),
    ("✗✘×", "x"),
    ("│║╷╵╻╹╽╿▏▎▍▌▕▐╎┊┆", "|"),
    ("┃█▓▇▆▋▊▉▙▛▜▟", "#"),
    ("─╌┈┄╴╶—–−▔‐‑", "-"),
    ("━═▅╸╺", "="),
    ("▁▂", "_"),
    ("▃▄▖▗·•․…", "."),
    ("▒", "+"),
    ("░", ":"),
    ("▀▘▝", "'"),
    ("▞╱", "/"),
    ("▚╲", "\\"),
    ("‹«←◀◁◂≤", "<"),
    ("›»→▶▷▸≥", ">"),
    ("┌┐└┘├┤┬┴┼╭╮╰╯╞╡╪╔╗╚╝┝┥┍┑┕┙╋┳┻┏┓┗┛┣┫", "+"),
    ("‘’ʼ", "'"),
    ("“”", '"'),
    ("≈∼", "~"),
    ("±", "+"),
    ("Σ", "S"),
    ("Δ", "D"),
    ("µμ", "u"),
)
_TABLE = {ord(glyph): ascii_ for glyphs, ascii_ in _GLYPHS for glyph in glyphs}
_BRAILLE = range(0x2800, 0x2900)
_UPPER, _LOWER = 0b00011011, 0b11100100
"""The dots in the upper and in the lower half of a braille cell."""


class AsciiOnly(LineFilter):
    """Replaces every glyph by one of ASCII, or by as many as it takes cells."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002 - Textual's signature
        """The line in ASCII."""
        return [
            segment if segment.text.isascii() else Segment(in_ascii(segment.text), segment.style, segment.control)
            for segment in segments
        ]


@lru_cache(maxsize=4096)
def in_ascii(text: str) -> str:
    """The text in as many ASCII characters as it takes cells."""
    return "".join(_one(char) for char in text)


def _one(char: str) -> str:
    if char.isascii():
        return char
    cells = cell_len(char)
    code = ord(char)
    if code in _BRAILLE:
        return _dots(code - _BRAILLE.start)
    if code in _TABLE:
        return _TABLE[code].ljust(cells)
    plain = normalize("NFKD", char).encode("ascii", "ignore").decode()
    if not plain and name(char, "").startswith("GREEK"):
        plain = name(char).rpartition(" ")[2][0]
    return plain if len(plain) == cells else "?" * cells


def _dots(dots: int) -> str:
    """A braille cell, by where its dots are."""
    if dots == 0:
        return " "
    if dots.bit_count() >= 5:
        return "#"
    return ":" if dots & _UPPER and dots & _LOWER else "'" if dots & _UPPER else "."

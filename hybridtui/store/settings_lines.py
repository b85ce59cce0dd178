"""On which line of a TOML text each key stands, which the parser of the standard library does not tell.

Understands texts that the parser has accepted; of others it finds what it can, and never raises.
"""

import re
import tomllib
from collections.abc import Iterator

KeyPath = tuple[str, ...]
"""The parts of a key from the top of the file: `[timings]` and `grace = 1` are ("timings", "grace")."""

_SPACE = re.compile(r"[ \t]*")
_PART = re.compile(r"""[ \t]*(?:"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)'|([A-Za-z0-9_-]+))[ \t]*""")
_SKIPPED = re.compile(
    r'"""(?:[^"\\]|\\[\s\S]|"(?!""))*"{3,5}'  # strings of several lines may end in up to two quotes of their own
    r"|'''(?:[^']|'(?!''))*'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'"
    r"|#[^\n]*"
    r"|[\[\]{}]"
    r"|\n"
    r"""|[^"'#\[\]{}\n]+"""
    r"""|["']""",
)


def key_lines(text: str) -> dict[KeyPath, int]:
    """The line, counted from 1, of every table's header and of every key with a value; the first where it repeats."""
    found: dict[KeyPath, int] = {}
    for path, line in _keys(text):
        found.setdefault(path, line)
    return found


def repeated(text: str) -> tuple[KeyPath, int] | None:
    """The first key or table that stands there a second time, and the line where it does."""
    seen: set[KeyPath] = set()
    for path, line in _keys(text):
        if path in seen:
            return path, line
        seen.add(path)
    return None


def _keys(text: str) -> Iterator[tuple[KeyPath, int]]:
    text = text.replace("\r\n", "\n")
    table: KeyPath = ()
    at, line = 0, 1
    while at < len(text):
        start = _end(_SPACE, text, at)
        header = text.startswith("[", start)
        if header:
            start += 2 if text.startswith("[[", start) else 1
        path, end = _path(text, start)
        if header:
            table = path
        if path:
            yield (path if header else table + path), line
        end = _value_end(text, end)
        line += text.count("\n", at, end)
        at = end


def line_of(path: KeyPath, lines: dict[KeyPath, int]) -> int:
    """The line of a key, or of the nearest table that it stands in; 0 where even that is not known."""
    return next((lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in lines), 0)


def _path(text: str, at: int) -> tuple[KeyPath, int]:
    """The dotted key that begins here, and where it ends."""
    parts: list[str] = []
    while (found := _PART.match(text, at)) is not None:
        parts.append(_name(found))
        at = found.end()
        if not text.startswith(".", at):
            break
        at += 1
    return tuple(parts), at


def _name(part: re.Match[str]) -> str:
    """The part of a key that was meant: quoted ones may have escapes."""
    if part[1] is None or "\\" not in part[1]:
        return next(group for group in part.groups() if group is not None)
    try:
        return next(iter(tomllib.loads(f"{part[0].strip()} = 1")))
    except tomllib.TOMLDecodeError:
        return part[1]


def _value_end(text: str, at: int) -> int:
    """The beginning of the line after the value that begins here: brackets go on over the ends of lines."""
    depth = 0
    while at < len(text):
        found = _SKIPPED.match(text, at)
        assert found is not None, "every character is in one of the branches"
        token, at = found[0], found.end()
        if token in ("[", "{"):
            depth += 1
        elif token in ("]", "}"):
            depth -= 1
        elif token == "\n" and depth <= 0:  # noqa: S105 - no password
            break
    return at


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return at if found is None else found.end()

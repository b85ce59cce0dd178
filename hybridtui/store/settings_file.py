"""The settings file: where it is, what it says, and what is wrong with it, each problem with its line.

Reading never raises and never writes. A file with a problem gives its right values too, but whoever starts the program
refuses it: a setting that is silently ignored is a lie.
"""

import os
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from hybridtui.errors import SettingsError
from hybridtui.settings import checked_url
from hybridtui.store.settings_lines import KeyPath, key_lines, line_of, repeated
from hybridtui.store.settings_table import KEYS, Value, setting_fields, shown

_LARGEST = 200_000
"""Bytes; a larger file is none of ours."""

Judge = Callable[[str, Value], str]
"""Says what is wrong with the value of a setting that has the right type, in a sentence; nothing where it is right."""


class Problem(msgspec.Struct, frozen=True):
    """Something wrong with the file."""

    line: int
    """Counted from 1; 0 where it is the whole file."""
    sentence: str

    def told(self, path: Path) -> str:
        """The sentence with its place."""
        return f"{path}, line {self.line}: {self.sentence}" if self.line else f"{path}: {self.sentence}"


class SettingsFile(msgspec.Struct, frozen=True):
    """What a settings file says."""

    path: Path
    exists: bool = False
    values: Mapping[str, Value] = {}
    """By the names of `setting_fields`: only what stands in the file and is right."""
    keys: Mapping[str, str] = {}
    """Keys by the id of what they do."""
    lines: Mapping[str, int] = {}
    """The line of each value and, after `keys.`, of each key."""
    problems: tuple[Problem, ...] = ()

    def required(self) -> "SettingsFile":
        """The file itself, when nothing is wrong with it. Raises SettingsError, which tells the first problem."""
        if not self.problems:
            return self
        more = len(self.problems) - 1
        hint = f" (and {more} more: see `hybridtui config check`)" if more else ""
        raise SettingsError(self.problems[0].told(self.path) + hint)


def read_settings(path: Path, judge: Judge = lambda _name, _value: "") -> SettingsFile:
    """What the file says; an empty one where there is none."""
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except FileNotFoundError:
        return SettingsFile(path)
    except OSError as error:
        return _broken(path, 0, f"the settings cannot be read: {error.strerror or error}.")
    return understood(path, content, judge)


def understood(path: Path, content: bytes, judge: Judge = lambda _name, _value: "") -> SettingsFile:
    """What this content of a settings file says."""
    if len(content) > _LARGEST:
        return _broken(path, 0, f"the file has more than {_LARGEST} bytes, so it is not settings.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return _broken(path, line, "the text is not UTF-8; save it as UTF-8.")
    try:
        document = tomllib.loads(text)
    except RecursionError:
        return _broken(path, 0, "the brackets are nested too deeply.")
    except tomllib.TOMLDecodeError as error:
        return _broken(path, *_complaint(str(error), text))
    except ValueError:  # the parser lets those of numbers through
        return _broken(path, 0, "a number has too many digits.")
    return _read(path, document, key_lines(text), judge)


def _broken(path: Path, line: int, sentence: str) -> SettingsFile:
    return SettingsFile(path, exists=True, problems=(Problem(line, sentence),))


def _complaint(message: str, text: str) -> tuple[int, str]:
    """The line and the sentence of the parser's message, which ends in its place."""
    twice = repeated(text)
    if twice and message.startswith(("Cannot overwrite", "Cannot declare")):
        return twice[1], f"{shown('.'.join(twice[0]))[1:-1]} is set a second time."
    last = text.count("\n") + (0 if text.endswith("\n") else 1)
    found = re.fullmatch(r"(?s)(.*?) \(at (?:line (\d+), column (\d+)|end of document)\)", message)
    what = (found[1] if found else message).rstrip(".")
    what = "".join(char if char.isprintable() else "�" for char in what[:200])
    where = f" at column {found[3]}" if found and found[3] else " at the end" if found else ""
    line = int(found[2]) if found and found[2] else last if found else 0
    return line, f"this is no TOML{where}: {what[:1].lower()}{what[1:]}."


def _read(path: Path, document: dict[str, Any], where: dict[KeyPath, int], judge: Judge) -> SettingsFile:
    fields = setting_fields()
    values: dict[str, Value] = {}
    lines: dict[str, int] = {}
    keys: dict[str, str] = {}
    problems: list[Problem] = []
    for parts, value in _leaves(document):
        name, line = ".".join(parts), line_of(parts, where)
        try:
            if parts[0] == KEYS and len(parts) == 2:
                keys[parts[1]] = _key(parts[1], value)
            elif name in fields and len(parts) <= 2:
                values[name] = _value(name, value, judge)
            else:
                raise ValueError(unknown(parts))
            lines[name] = line
        except ValueError as error:
            problems.append(Problem(line, str(error)))
    problems.sort(key=lambda problem: problem.line)
    return SettingsFile(path, True, values, keys, lines, tuple(problems))


def _leaves(document: Mapping[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every key with its value; a table is a value where no table is expected."""
    tables = {field.table for field in setting_fields().values()} | {KEYS}
    for name, value in document.items():
        parts = (*above, name)
        if isinstance(value, dict) and name in tables and not above:
            yield from _leaves(value, parts)
        else:
            yield parts, value


def _value(name: str, value: object, judge: Judge) -> Value:
    converted = setting_fields()[name].converted(value)
    complaint = _complaint_about_url(name, converted) or judge(name, converted)
    if complaint:
        raise ValueError(complaint)
    return converted


def _complaint_about_url(name: str, value: Value) -> str:
    schemes = {"rest_url": ("https", "http"), "ws_url": ("wss", "ws")}.get(name)
    if schemes is None:
        return ""
    try:
        checked_url(str(value), *schemes)
    except ValueError as error:
        return f"{name}: {error}"
    return ""


def _key(name: str, value: object) -> str:
    if isinstance(value, str) and value.strip() and len(value) <= 200:
        return value
    raise ValueError(f'{KEYS}.{shown(name)[1:-1]} must be a key in quotes, "ctrl+r" for example, not {shown(value)}.')


def unknown(parts: tuple[str, ...]) -> str:
    """The sentence about a key that is none of ours, with the nearest name that is."""
    from difflib import get_close_matches

    name = ".".join(parts)
    fields = setting_fields()
    tables = sorted({field.table for field in fields.values() if field.table} | {KEYS})
    if parts[0] in tables and len(parts) == 1:
        return f"{parts[0]} is a table: write [{parts[0]}] on a line of its own and its settings below it."
    sentence = f"there is no setting {shown(name)[1:-1]}"
    same = [field for field in fields.values() if field.name.rpartition(".")[2] == parts[-1]]
    if same:
        table = same[0].table
        return f"{sentence}; {parts[-1]} belongs {f'below [{table}]' if table else 'above the first [table]'}."
    by_last = {field.name.rpartition(".")[2]: field.name for field in reversed(list(fields.values()))}
    by_last |= {table: f"[{table}]" for table in tables}
    near = get_close_matches(name, [*fields, *tables], 1, 0.6) or get_close_matches(parts[-1], by_last, 1, 0.6)
    nearest = by_last.get(near[0], near[0]) if near else ""
    return f"{sentence}; did you mean {nearest}?" if nearest else f"{sentence}; `hybridtui config show` names them all."


def write_new(path: Path, text: str) -> bool:
    """Write this where there is no file yet, readable by its owner only. Returns False where there is one.

    Raises OSError. The file appears whole or not at all.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(unfinished, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    try:
        path.hardlink_to(unfinished)
    except FileExistsError:
        return False
    finally:
        unfinished.unlink()
    return True

"""Which value of each setting holds, and why: the file's, then the environment's, then the command line's."""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click
import msgspec
from click.core import ParameterSource

from hybridtui.cli.options import parameter_name
from hybridtui.cli.places import settings_path
from hybridtui.errors import SettingsError, SymbolError
from hybridtui.settings import Settings
from hybridtui.store.settings_table import KEYS, SettingField, Value, setting_fields, settings_of, values_of

if TYPE_CHECKING:
    from hybridtui.store.settings_file import SettingsFile
    from hybridtui.tui.chosen import SettingsNews

_OURS = ("hybridtui", "blue-orange")
"""Themes that need no look at the others."""


_READ = "hybridtui.settings_file"


class Resolved(msgspec.Struct, frozen=True):
    """The settings that hold."""

    settings: Settings
    origins: Mapping[str, str]
    """By name what decided: `default`, `remembered`, `file, line 3`, `environment, HYBRIDTUI_FPS`, `flag, --fps`."""

    @property
    def overridden(self) -> frozenset[str]:
        """The names that the file cannot change."""
        return frozenset(name for name, origin in self.origins.items() if origin.startswith(("environment", "flag")))


def settings_file(context: click.Context, *, forgiven: bool = False) -> "SettingsFile | None":
    """The user's settings file, read once for a command; None where there is none.

    Raises SettingsError where something is wrong with it, unless that is `forgiven`.
    """
    if _READ not in context.meta:
        exists = os.path.lexists(settings_path())  # no file is read quickest where no reader is imported
        found = examined_file() if exists else None
        context.meta[_READ] = found if found is None or forgiven else found.required()
    file: SettingsFile | None = context.meta[_READ]
    return file


def examined_file() -> "SettingsFile":
    """The user's settings file with all its problems, those that only the rest of the program can see among them."""
    from hybridtui.store.settings_file import Problem, read_settings

    file = read_settings(settings_path(), _complaint)
    if not file.keys:
        return file
    from hybridtui.tui.keys.remapping import complaints

    found = [Problem(file.lines[f"keys.{name}"], sentence) for name, sentence in complaints(file.keys)]
    problems = sorted([*file.problems, *found], key=lambda problem: problem.line)
    return msgspec.structs.replace(file, problems=tuple(problems))


def _complaint(name: str, value: Value) -> str:
    """What is wrong with a value beyond its type: only the rest of the program knows."""
    if name == "symbol":
        from hybridtui.exchanges.registry import exchange

        try:
            exchange().instrument(str(value))
        except SymbolError as error:
            return f"symbol: {error}"
    if name in ("layout", "layouts"):
        return layout_complaint(name, str(value))
    if name == "looks.theme":
        return theme_complaint(str(value))
    if name == "on_alert" and isinstance(value, str | tuple):
        return command_complaint(value)
    return ""


def command_complaint(command: str | tuple[str, ...]) -> str:
    """What is wrong with the command of alerts; nothing where it can be run."""
    from hybridtui.notify.words import command_words

    try:
        command_words(command, "on_alert")
    except SettingsError as error:
        return str(error)
    return ""


def layout_complaint(name: str, text: str) -> str:
    """What is wrong with what the settings `layout` or `layouts` say."""
    from hybridtui.tui.presets import parse_layout, parse_layouts

    try:
        parse_layout(text) if name == "layout" else parse_layouts(text)
    except ValueError as error:
        return f"{name}: {error}"
    return ""


def theme_complaint(name: str) -> str:
    """What is wrong with the name of a theme; nothing where there is one of that name."""
    if name in _OURS:
        return ""
    from hybridtui.tui.theme import theme_names

    names = theme_names()
    if name in names:
        return ""
    from difflib import get_close_matches

    near = get_close_matches(name, names, 1, 0.5)
    return f"there is no theme {name!r}; " + (f"did you mean {near[0]}?" if near else f"there are {', '.join(names)}.")


def resolved(
    context: click.Context, file: "SettingsFile | None", remembered: Mapping[str, str] | None = None
) -> Resolved:
    """What holds for this command line. Raises SettingsError where the environment has a value that cannot be.

    What is `remembered` holds where neither command line, environment nor file decide.
    """
    values: dict[str, Value] = {}
    origins: dict[str, str] = {}
    for name, field in setting_fields().items():
        values[name], origins[name] = _value(field, context, file)
        if remembered and origins[name] == "default" and name in remembered:
            values[name], origins[name] = remembered[name], "remembered"
    if origins["looks.theme"].startswith(("environment", "flag")) and (
        complaint := theme_complaint(str(values["looks.theme"]))
    ):
        raise SettingsError(f"{complaint[0].upper()}{complaint[1:]}")
    return Resolved(settings_of(values, {} if file is None else file.keys), origins)


def _value(field: SettingField, context: click.Context, file: "SettingsFile | None") -> tuple[Value, str]:
    parameter = parameter_name(field.name)
    in_file = f"file, line {file.lines[field.name]}" if file is not None and field.name in file.lines else "default"
    if field.table != "timings" and parameter in context.params:
        value = context.params[parameter]
        option = "argument" if parameter == "symbol" else f"--{parameter.replace('_', '-')}"
        origin = {
            ParameterSource.COMMANDLINE: f"flag, {option}",
            ParameterSource.ENVIRONMENT: f"environment, {field.variable}",
        }.get(context.get_parameter_source(parameter) or ParameterSource.DEFAULT, in_file)
        return value if isinstance(value, str | bool | int | float | tuple | None) else str(value), origin
    if text := os.environ.get(field.variable):
        try:
            return field.converted(text, text=True), f"environment, {field.variable}"
        except ValueError as error:
            raise SettingsError(f"The environment variable {field.variable} cannot be used: {error}") from error
    if file is not None and field.name in file.values:
        return file.values[field.name], in_file
    return field.default, "default"


class SettingsWatch:
    """Looks whether the settings file was saved, and tells what may change while the program runs."""

    def __init__(self, chosen: Resolved) -> None:
        self._running, self._keys = values_of(chosen.settings), dict(chosen.settings.keys)
        self._fixed = chosen.overridden
        self._path = settings_path()
        self._seen = self._signature()

    def news(self) -> "SettingsNews | None":
        """What the file says now; None where it is as it was when it was looked at last."""
        signature = self._signature()
        if signature == self._seen:
            return None
        self._seen = signature
        from hybridtui.tui.chosen import SettingsNews

        file = examined_file()
        if file.problems:
            return SettingsNews(complaint=f"{file.problems[0].told(file.path)} The old settings stay.")
        changed, later = self._take_up(file)
        return SettingsNews(settings_of(self._running, self._keys), changed, later)

    def _take_up(self, file: "SettingsFile") -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Let the file hold as far as it can while running. Returns what changed, and what has to wait."""
        fields = setting_fields()
        wanted = {
            name: file.values.get(name, self._running[name] if field.remembered else field.default)
            for name, field in fields.items()
            if name not in self._fixed
        }
        differing = [name for name, value in wanted.items() if value != self._running[name]]
        changed = [name for name in differing if fields[name].live]
        self._running |= {name: wanted[name] for name in changed}
        if file.keys != self._keys:
            self._keys = dict(file.keys)
            changed.append(KEYS)
        return tuple(changed), tuple(name for name in differing if not fields[name].live)

    def _signature(self) -> tuple[int, ...]:
        """Changes whenever the file does."""
        try:
            status = self._path.stat()
        except OSError:
            return ()
        return (status.st_mtime_ns, status.st_size, status.st_ino)

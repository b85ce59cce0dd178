"""`hybridtui config`: writes, shows and checks the settings file."""

import sys
from typing import Any

import click

from hybridtui.cli.configuration import examined_file, resolved, settings_file
from hybridtui.cli.options import Command, on_alert_option, screen_options, symbol_argument
from hybridtui.cli.places import settings_path
from hybridtui.cli.remembered import remembered_market
from hybridtui.errors import SettingsError
from hybridtui.store.settings_table import KEYS, setting_fields

_WRONG = 2


@click.group(subcommand_metavar="init|path|show|check|schema")
def config() -> None:
    """Write, show and check the settings file."""


@config.command()
def init() -> None:
    """Write a settings file with every default and what it means.

    A file that is there already is left as it is.
    """
    from hybridtui.cli.template import template
    from hybridtui.store.settings_file import write_new

    path = settings_path()
    try:
        written = write_new(path, template())
    except OSError as error:
        raise SettingsError(f"The settings file {path} cannot be written: {error.strerror or error}.") from error
    if not written:
        raise SettingsError(f"There is a settings file already, and it stays as it is: {path}")
    click.echo(f"Written: {path}")


@config.command()
def path() -> None:
    """Print where the settings file is, or would be."""
    click.echo(str(settings_path()))


@config.command()
def check() -> None:
    """Say what is wrong with the settings file, line by line."""
    file = examined_file()
    for problem in file.problems:
        click.echo(problem.told(file.path))
    if file.problems:
        sys.exit(_WRONG)
    count = len(file.values) + len(file.keys)
    what = f"ok, {count} setting{'s' * (count != 1)}" if file.exists else "there is none, so the defaults hold"
    click.echo(f"{file.path}: {what}.")


@config.command(cls=Command)
@symbol_argument
@screen_options
@on_alert_option
@click.pass_context
def show(context: click.Context, /, **_: Any) -> None:
    """Print every value that holds, and what decided it.

    Takes the options of the screen, so that `hybridtui config show --fps 5` tells what they would do.
    """
    from hybridtui.tui.keys import ALL_KEYS
    from hybridtui.tui.keys.remapping import remapped

    file = settings_file(context)
    chosen = resolved(context, file, remembered_market())
    rows = []
    for name, field in setting_fields().items():
        holder = getattr(chosen.settings, field.table) if field.table else chosen.settings
        value = getattr(holder, field.last)
        rows.append((name, "" if value is None else _written(value), chosen.origins[name]))
    lines = {} if file is None else file.lines
    for key in remapped(ALL_KEYS, chosen.settings.keys):
        name = f"{KEYS}.{key.id}"
        rows.append((name, _written(key.key), f"file, line {lines[name]}" if name in lines else "default"))
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    for name, written, origin in rows:
        click.echo(f"{name:<{widths[0]}}  {written:<{widths[1]}}  {origin}")


@config.command("schema")
def print_schema() -> None:
    """Print the JSON schema of the settings file, for editors."""
    from hybridtui.cli.template import json_schema

    click.echo(json_schema())


def _written(value: object) -> str:
    from hybridtui.cli.template import toml_value

    return toml_value(value)

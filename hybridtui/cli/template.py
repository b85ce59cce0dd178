"""The settings file as `config init` writes it, its schema, and the page about it: all from the table of settings."""

import json
from textwrap import wrap
from typing import Any

import msgspec

from hybridtui.settings import Settings
from hybridtui.store.settings_table import KEYS, SettingField, setting_fields
from hybridtui.tui.keys import ALL_KEYS

_WIDTH = 100
_BAR = "\\|"
"""What a bar is called within a table."""
_HEAD = """# The settings of hybridtui. Everything here is the default; change what you like, delete what you do not.
# Environment variables win over this file, and options on the command line win over both.
# `hybridtui config check` tells what is wrong here, `hybridtui config show` what holds and why.
# Looks, layouts, mouse, title, fps and keys change as soon as this file is saved, everything else at the next start.
"""
_TABLES = {
    "looks": "How the screen looks.",
    "timings": "How long is waited for what, all in seconds. The defaults are for the real exchange.",
    KEYS: 'Other keys for what the program can do: "x", "ctrl+r", "f5", "?"; several are parted by commas.',
}


def template() -> str:
    """The settings file with every default, and a comment on each."""
    blocks = [_HEAD]
    table = ""
    for field in setting_fields().values():
        if field.table != table:
            table = field.table
            blocks.append(f"\n# {_TABLES[table]}\n[{table}]\n")
        blocks.append(_block(field))
    rows = [f"# {key.id} = {toml_value(key.key)}" for key in ALL_KEYS]
    width = max(map(len, rows)) + 2
    blocks.append(f"\n# {_TABLES[KEYS]}\n[{KEYS}]\n")
    blocks += [f"{row:<{width}}# {key.description}\n" for row, key in zip(rows, ALL_KEYS, strict=True)]
    return "\n".join(blocks[:1]) + "".join(blocks[1:])


def _block(field: SettingField) -> str:
    """One setting under its comment; one without a default is commented out."""
    bounds = field.bounds[0].upper() + field.bounds[1:]
    comment = "".join(f"# {line}\n" for line in wrap(f"{field.description} {bounds}.", _WIDTH - 2))
    name = field.last
    if field.default is None:
        return f"\n{comment}# {name} = {toml_value(field.example)}\n"
    return f"\n{comment}{'# ' * field.remembered}{name} = {toml_value(field.default)}\n"


def toml_value(value: object) -> str:
    """A value as TOML has it."""
    return json.dumps(value, ensure_ascii=False)


def json_schema() -> str:
    """The JSON schema of the settings file."""
    tree: dict[str, Any] = msgspec.json.schema(Settings)
    tree["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    settings = tree["$defs"]["Settings"]["properties"]
    settings[KEYS]["properties"] = {
        key.id: {"type": "string", "description": key.description, "default": key.key} for key in ALL_KEYS
    }
    settings[KEYS]["additionalProperties"] = False
    for definition in tree["$defs"].values():
        definition["additionalProperties"] = False
    return json.dumps(tree, indent=2, ensure_ascii=False)


def page() -> str:
    """`docs/settings.md`."""
    lines = [_PAGE]
    table = None
    for field in setting_fields().values():
        if field.table != table:
            table = field.table
            heading = f"`[{table}]`" if table else "Above the first table"
            about = f"{_TABLES[table]}\n\n" if table else ""
            lines.append(f"\n## {heading}\n\n{about}")
            lines.append("| Setting | Default | What it is | Bounds | Environment |\n|---|---|---|---|---|\n")
        default = "" if field.default is None else f"`{toml_value(field.default)}`"
        cells = (f"`{field.last}`", default, field.description, field.bounds, f"`{field.variable}`")
        lines.append(f"| {' | '.join(cell.replace('|', _BAR) for cell in cells)} |\n")
    lines.append(f"\n## `[{KEYS}]`\n\n{_TABLES[KEYS]}\n{_ABOUT_KEYS}")
    return "".join(lines)


_ABOUT_KEYS = """
A key is named by what it does: `refresh = "ctrl+r"`. The file that `hybridtui config init` writes has all of these
names with their keys, and so has `hybridtui config show`. Two things on one key at one place are refused. `escape`
cannot be given away. Footer, help and command palette show the keys as they are.
"""

_PAGE = """# Settings

<!-- Made from the table of settings: run `make docs` after a change. -->

`hybridtui config init` writes a settings file with every default and a comment on each; it never overwrites one.
`hybridtui config path` prints where it is, `hybridtui config check` says what is wrong with it, each problem with its
line, and `hybridtui config show` prints every value that holds and what decided it. `hybridtui config schema` prints a
JSON schema for editors.

An environment variable wins over the file, and an option on the command line wins over both. The program never writes
this file: what it remembers by itself (how the panels were left, for example) is kept in the state directory, apart
from the settings. Market and timeframe that none of the three names are those that were looked at last. What is wrong
in the file is one sentence with its line and exit code 2, before the screen opens; nothing is ignored in silence.

`[looks]`, `[keys]`, `layout`, `layouts`, `mouse`, `title` and `fps` change on the screen as soon as the file is saved,
and the screen says what was taken up and what takes effect at the next start. A file that has a mistake just then
changes nothing, and the screen says what is wrong.
"""

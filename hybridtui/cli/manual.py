"""The manual page, made from the definitions of the commands, in the language of man(7)."""

import inspect
from collections.abc import Iterator

import click

from hybridtui import __version__
from hybridtui.cli.options import DATA, DEMO, OTHER, SCREEN
from hybridtui.cli.program import cli
from hybridtui.store.settings_table import setting_fields

_FILES = (
    ("~/.config/hybridtui/settings.toml", "The settings, which only the user writes ($XDG_CONFIG_HOME)."),
    ("~/.local/state/hybridtui/", "What the program remembers of the user's choices by itself ($XDG_STATE_HOME)."),
    ("~/.cache/hybridtui/", "The markets as they were last seen; may be deleted ($XDG_CACHE_HOME)."),
)
_EXITS = (
    ("0", "The user quit; or all that `hybridtui watch` was to watch for has happened."),
    ("1", "A bug ended the program, and one line names its report; or `hybridtui doctor` found something wrong."),
    ("2", "An option, a variable or the settings file cannot be meant; one line says why."),
    ("130", "`hybridtui watch` was ended by Ctrl-C."),
    ("143", "`hybridtui watch` was ended by SIGTERM."),
)
_EXAMPLES = (
    ("hybridtui ETHUSD --timeframe 5m", "Watch a market of the exchange."),
    ("hybridtui --demo --fault freeze:8", "Watch a made-up market, and what happens when its sockets freeze."),
    ("hybridtui watch BTCUSD --alert 'price > 64500' --on-alert 'notify-send alert'", "Be told of a price."),
    ("hybridtui config init", "Write a settings file with a comment on every setting."),
    ("hybridtui config show --theme nord", "See what would hold, and why."),
)


def manual() -> str:
    """The whole page."""
    context = click.Context(cli, info_name="hybridtui")
    lines = [
        f'.TH HYBRIDTUI 1 "" "hybridtui {__version__}" "User Commands"',
        ".SH NAME",
        r"hybridtui \- watch a Bitfinex market in the terminal",
        ".SH SYNOPSIS",
        *_synopsis(context),
        ".SH DESCRIPTION",
        *_paragraphs(cli.help or ""),
        ".PP",
        "Press ? on the screen for its keys.",
        ".SH OPTIONS",
        *_options(cli.commands["screen"], context, headings=True),
        ".SH COMMANDS",
        *(line for name in cli.list_commands(context) for line in _command(name, cli, context)),
        ".SH ENVIRONMENT",
        "Every option of the screen has a variable, and so has every setting of the file:",
        *_items((field.variable, field.description) for field in setting_fields().values()),
        *_items([("NO_COLOR", "Where it is set, nothing has a colour.")]),
        ".SH FILES",
        *_items(_FILES),
        ".SH EXIT STATUS",
        *_items(_EXITS),
        ".SH EXAMPLES",
        *_items(_EXAMPLES),
    ]
    return "\n".join(lines) + "\n"


def _synopsis(context: click.Context) -> Iterator[str]:
    yield r"\fBhybridtui\fR [\fISYMBOL\fR] [\fIOPTIONS\fR]"
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None
        yield ".br"
        yield rf"\fBhybridtui {name}\fR {_escaped(' '.join(command.collect_usage_pieces(context)))}"


def _command(name: str, group: click.Group, above: click.Context) -> Iterator[str]:
    """A command, and those below it."""
    command = group.get_command(above, name)
    assert command is not None
    context = click.Context(command, info_name=name, parent=above)
    pieces = _escaped(" ".join(command.collect_usage_pieces(context)))
    yield f".SS {_escaped(context.command_path)} {pieces}"
    yield from _paragraphs(command.help or "")
    if isinstance(command, click.Group):
        for below in command.list_commands(context):
            yield from _command(below, command, context)
    else:
        yield from _options(command, context, headings=False)


def _options(command: click.Command, context: click.Context, *, headings: bool) -> Iterator[str]:
    """The options of a command, grouped as in its help."""
    options = [parameter for parameter in command.get_params(context) if isinstance(parameter, click.Option)]
    for section in (DATA, SCREEN, DEMO, OTHER):
        records = [
            record
            for option in options
            if getattr(option, "section", OTHER) == section
            and (record := option.get_help_record(context)) is not None
            and "--help" not in option.opts
        ]
        if records and headings:
            yield f".SS {section}"
        yield from _items(records)


def _items(pairs: "Iterator[tuple[str, str]] | list[tuple[str, str]] | tuple[tuple[str, str], ...]") -> Iterator[str]:
    for term, text in pairs:
        yield ".TP"
        yield rf"\fB{_escaped(term)}\fR"
        yield _line(text)


def _paragraphs(text: str) -> Iterator[str]:
    """A help text: paragraphs are filled, those after a backspace keep their lines, as click has it."""
    for number, paragraph in enumerate(inspect.cleandoc(text).split("\n\n")):
        if number:
            yield ".PP"
        lines = [line.strip() for line in paragraph.split("\n")]
        if lines[0] == "\b":
            yield ".nf"
            yield from map(_line, lines[1:])
            yield ".fi"
        else:
            yield _line(" ".join(lines))


def _line(text: str) -> str:
    """A line of text, which must not look like a request."""
    escaped = _escaped(" ".join(text.split()))
    return rf"\&{escaped}" if escaped[:1] in (".", "'") else escaped


def _escaped(text: str) -> str:
    """The text with what roff would understand differently written so that it does not."""
    return text.replace("\\", r"\e").replace("-", r"\-").replace("…", "...").replace("\b", "")

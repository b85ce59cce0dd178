"""Options that commands share, help that groups them, and the settings file behind the options that are not given."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from hybridtui.market.timeframe import Timeframe
from hybridtui.settings import checked_url
from hybridtui.store.settings_table import SettingField, setting_fields

Decorated = TypeVar("Decorated", bound=Callable[..., Any])
Decorator = Callable[[Decorated], Decorated]

DATA, SCREEN, DEMO, OTHER = "Data", "Screen", "Demo", "Other"
_FIELDS = setting_fields()
_FILE_PATH = click.Path(exists=True, dir_okay=False, path_type=Path)


class Option(click.Option):
    """An option that stands under a heading in the help."""

    def __init__(self, *args: Any, section: str = OTHER, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.section = section

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """What the help says; a switch and its opposite are one word."""
        record = super().get_help_record(ctx)
        if record is None or not self.secondary_opts:
            return record
        return f"--[no-]{self.opts[0].removeprefix('--')}", record[1]


class Command(click.Command):
    """A command whose options stand under headings, and whose missing ones are looked up in the settings file."""

    forgives = False
    """Whether of a file with mistakes what is right is taken; else it is refused."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Raises SettingsError where the settings file cannot be meant, unless only help is wanted."""
        if self.reads_settings and not ctx.resilient_parsing and not {"--help", "--version"} & {*args}:
            ctx.default_map = _defaults(self, ctx)
        return super().parse_args(ctx, args)

    @property
    def reads_settings(self) -> bool:
        """Whether the settings file says anything about this command."""
        return any(parameter.name in _NAMES for parameter in self.params)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """One block for every heading."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None and isinstance(parameter, click.Option):
                sections.setdefault(getattr(parameter, "section", OTHER), []).append(record)
        single = len(sections) == 1
        for heading in sorted(sections, key=[DATA, SCREEN, DEMO, OTHER].index):
            with formatter.section("Options" if single else heading):
                formatter.write_dl(sections[heading])


def parameter_name(setting: str) -> str:
    """The name of the option that sets this setting, and of its parameter."""
    return setting.rpartition(".")[2]


_NAMES: Mapping[str, SettingField] = {
    parameter_name(name): field for name, field in _FIELDS.items() if field.table != "timings"
}
"""The settings that are options too, by the name of the option's parameter."""


def _defaults(command: Command, context: click.Context) -> dict[str, Any]:
    """What the settings file says about the parameters of a command."""
    from hybridtui.cli.configuration import settings_file

    file = settings_file(context, forgiven=command.forgives)
    values = {} if file is None else file.values
    wanted = {parameter.name for parameter in command.params}
    return {parameter_name(name): value for name, value in values.items() if parameter_name(name) in wanted}


def together(*decorators: Decorator[Any]) -> Decorator[Any]:
    """One decorator made of several, the first one outermost."""

    def decorate(function: Any) -> Any:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return decorate


def _setting(name: str, section: str, **attributes: Any) -> Decorator[Any]:
    """The option of a setting: type, default, bounds, help and environment variable are those of the table."""
    field = _FIELDS[name]
    words = parameter_name(name).replace("_", "-")
    declaration = f"--{words}/--no-{words}" if field.kind is bool else f"--{words}"
    given: dict[str, Any] = {
        "default": field.default,
        "envvar": field.variable,
        "help": field.description,
        "show_default": field.kind is not bool and len(str(field.default)) < 20,
    }
    if field.choices:
        given["type"] = click.Choice(field.choices)
    elif field.kind is int:
        assert field.least is not None
        assert field.most is not None
        given["type"] = click.IntRange(int(field.least), int(field.most))
    return click.option(declaration, cls=Option, section=section, **given | attributes)


def _url(_: click.Context, parameter: click.Parameter, value: str) -> str:
    schemes = ("https", "http") if parameter.name == "rest_url" else ("wss", "ws")
    try:
        return checked_url(value, *schemes)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


def _layout(_: click.Context, parameter: click.Parameter, value: str) -> str:
    from hybridtui.cli.configuration import layout_complaint

    if complaint := layout_complaint(str(parameter.name), value):
        raise click.BadParameter(complaint)
    return value


def _symbols(context: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    from hybridtui.cli.completion import words_for_symbol

    return words_for_symbol(context, incomplete)


symbol_argument = click.argument(
    "symbol", default=_FIELDS["symbol"].default, envvar=_FIELDS["symbol"].variable, shell_complete=_symbols
)

watched_argument = click.argument("watched", nargs=-1, metavar="[SYMBOL]...", shell_complete=_symbols)
"""More markets than the first one."""

exchange_options = together(
    _setting("rest_url", DATA, metavar="URL", callback=_url),
    _setting("ws_url", DATA, metavar="URL", callback=_url),
)

screen_options = together(
    _setting("timeframe", DATA, metavar="NAME", help="Length of a candle: " + " ".join(Timeframe) + "."),
    _setting("mode", DATA, help="Where data comes from."),
    exchange_options,
    _setting("layout", SCREEN, metavar="NAME", callback=_layout, help="What stands where: auto, chart|book/tape, …"),
    _setting("layouts", SCREEN, metavar="NAMES", callback=_layout),
    _setting("title", SCREEN, help="Name the window after the market."),
    _setting("looks.theme", SCREEN, metavar="NAME", help="Colours: hybridtui, blue-orange, or a theme of Textual."),
    _setting("looks.swap_colours", SCREEN, help="Rising in red, falling in green."),
    _setting("looks.transparent", SCREEN),
    _setting("looks.ascii", SCREEN, help="Nothing but ASCII on the screen."),
    _setting("mouse", SCREEN, help="Use the mouse, or leave it to the terminal."),
    _setting("fps", SCREEN),
    _setting(
        "log_file",
        OTHER,
        type=click.Path(dir_okay=False, path_type=Path),
        help="Write what happens to the connection, and crashes, to this file.",
    ),
)


on_alert_option = _setting(
    "on_alert",
    OTHER,
    type=click.UNPROCESSED,  # the settings file may have it in words
    metavar="COMMAND",
    help="Run this program when an alert fires; it reads JSON.",
)

fault_options = together(
    click.option(
        "--fault",
        "faults",
        cls=Option,
        section=DEMO,
        multiple=True,
        envvar="HYBRIDTUI_FAULT",
        metavar="NAME[@START][:SECONDS]",
        help="What goes wrong, in seconds; `hybridtui demo --list-faults` shows all.",
    ),
    click.option(
        "--scenario",
        cls=Option,
        section=DEMO,
        type=_FILE_PATH,
        envvar="HYBRIDTUI_SCENARIO",
        help="A file of faults and their times.",
    ),
)

market_options = together(
    click.option(
        "--seed",
        cls=Option,
        section=DEMO,
        type=int,
        default=1,
        envvar="HYBRIDTUI_SEED",
        show_default=True,
        help="The same seed makes the same market.",
    ),
    click.option(
        "--recording",
        cls=Option,
        section=DEMO,
        type=_FILE_PATH,
        envvar="HYBRIDTUI_RECORDING",
        help="Play this recording instead of a made-up market.",
    ),
    click.option(
        "--clock",
        cls=Option,
        section=DEMO,
        type=_FILE_PATH,
        envvar="HYBRIDTUI_CLOCK",
        help="The times of the recording's frames.",
    ),
    fault_options,
)

demo_option = click.option(
    "--demo",
    cls=Option,
    section=DEMO,
    is_flag=True,
    envvar="HYBRIDTUI_DEMO",
    help="Watch a made-up exchange; needs no network.",
)

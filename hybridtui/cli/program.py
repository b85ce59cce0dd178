"""The program as a whole: which command is meant, and how it ends where nothing can be meant."""

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

import click

from hybridtui import __version__
from hybridtui.cli.screen import screen
from hybridtui.errors import HybridtuiError
from hybridtui.firstpaint import FirstPaint

_USAGE = 2
_COMMANDS = {
    "demo": "hybridtui.cli.demo",
    "watch": "hybridtui.cli.watch",
    "doctor": "hybridtui.cli.doctor",
    "config": "hybridtui.cli.config",
    "completion": "hybridtui.cli.completion",
}
"""The commands with names, each imported when it is given."""


class SymbolOrCommand(click.Group):
    """A group whose first word may be a trading pair: what is no command's name opens the screen."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the name of the command that needs none in its place."""
        if not args or (args[0] not in _COMMANDS and args[0] not in ("--help", "--version", "screen")):
            args = ["screen", *args]
        return super().parse_args(ctx, args)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now."""
        if cmd_name in _COMMANDS:
            command: click.Command = getattr(import_module(_COMMANDS[cmd_name]), cmd_name)
            return command
        return super().get_command(ctx, cmd_name)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """All but the one that needs no name."""
        return list(_COMMANDS)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The usage of the screen, which needs no command's name."""
        formatter.write_usage(ctx.command_path, "[SYMBOL]... [OPTIONS]")
        formatter.write_usage(ctx.command_path, "COMMAND [OPTIONS]", prefix=" " * len("Usage: "))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options of the screen, then the other commands."""
        with ctx.scope():
            self.commands["screen"].format_options(ctx, formatter)
        self.format_commands(ctx, formatter)


@click.group(cls=SymbolOrCommand, context_settings={"help_option_names": ["--help"], "max_content_width": 80})
@click.version_option(__version__, "--version", message="%(prog)s %(version)s")
def cli() -> None:
    """Watch a Bitfinex market in the terminal: price chart, order book, trades.

    SYMBOL is a trading pair: BTCUSD, btc/usd, DUSK:USD, BTCF0:USTF0. No network? `hybridtui BTCUSD --demo` shows a
    made-up market.

    What holds is what the command line says, else the environment (HYBRIDTUI_TIMEFRAME for --timeframe), else the
    settings file, which `hybridtui config init` writes and `hybridtui config show` explains.
    """


cli.add_command(screen)


def main(
    args: Sequence[str] | None = None, prog_name: str = "hybridtui", painted: FirstPaint | None = None
) -> NoReturn:
    """Run the program; what cannot be meant is one line and exit code 2.

    `painted` is the terminal with what may be on it already; it is given back before anything else is written.
    """
    try:
        with painted or FirstPaint() as terminal:
            code = cli.main(args=args, prog_name=prog_name, standalone_mode=False, obj=terminal)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        sys.exit(0)
    except click.ClickException as error:
        _fail(prog_name, error.format_message(), _USAGE)
    except HybridtuiError as error:
        _fail(prog_name, str(error), _USAGE)
    sys.exit(code if isinstance(code, int) else 0)


def _fail(prog_name: str, message: str, code: int) -> NoReturn:
    click.echo(f"{prog_name}: {' '.join(message.split())}", err=True)
    sys.exit(code)

"""`hybridtui completion`: the script that lets a shell complete our command line."""

from pathlib import Path

import click

from hybridtui.cli.options import Command
from hybridtui.cli.places import cache_directory
from hybridtui.store.picture import FOLDER

VARIABLE = "_HYBRIDTUI_COMPLETE"
"""The environment variable by which the shell asks."""
_WELL_KNOWN = ("BTCUSD", "ETHUSD", "XRPUSD", "SOLUSD", "LTCUSD", "BTCUST", "ETHBTC")
_HELP = """Print the script that completes hybridtui's commands, options and markets.

    \b
    bash: eval "$(hybridtui completion bash)"      in ~/.bashrc
    zsh:  eval "$(hybridtui completion zsh)"       in ~/.zshrc
    fish: hybridtui completion fish | source       in ~/.config/fish/config.fish
    """


@click.command(cls=Command, help=_HELP, short_help="Print the script for completion in a shell.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print a shell's script."""
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(context.find_root().command, {}, "hybridtui", VARIABLE).source())


def words_for_symbol(context: click.Context, incomplete: str) -> list[str]:
    """What may stand where a symbol may: markets that were looked at, well-known ones, and commands at the front."""
    names = sorted(_remembered(cache_directory())) + list(_WELL_KNOWN)
    group = context.parent.command if context.parent is not None else None
    if isinstance(group, click.Group) and context.info_name == "screen":
        names = group.list_commands(context) + names
    return [name for name in dict.fromkeys(names) if name.startswith((incomplete, incomplete.upper()))]


def _remembered(cache: Path) -> set[str]:
    """The markets of which a picture is kept."""
    try:
        return {path.name.partition("-")[0] for path in (cache / FOLDER).iterdir() if not path.name.startswith(".")}
    except OSError:
        return set()

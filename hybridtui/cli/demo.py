"""`hybridtui demo`: the made-up exchange alone."""

from pathlib import Path
from typing import Any

import click

from hybridtui.cli.options import DEMO, Command, Option, market_options


@click.command(cls=Command)
@click.option(
    "--port",
    cls=Option,
    section=DEMO,
    type=click.IntRange(0, 65535),
    default=8765,
    show_default=True,
    help="TCP port; 0 takes any.",
)
@click.option(
    "--rate",
    cls=Option,
    section=DEMO,
    type=float,
    default=1.0,
    show_default=True,
    help="How much happens; speed of a recording.",
)
@market_options
@click.option("--list-faults", cls=Option, section=DEMO, is_flag=True, help="Show everything that can go wrong.")
def demo(clock: Path | None, list_faults: bool, **settings: Any) -> None:
    """Run the made-up exchange alone, for --rest-url and --ws-url."""
    import asyncio

    from hybridtui.demo.run import DemoSettings, run_demo
    from hybridtui.server.faults import faults_table

    if list_faults:
        click.echo(faults_table())
    else:
        asyncio.run(run_demo(DemoSettings(clock_file=clock, **settings), click.echo))

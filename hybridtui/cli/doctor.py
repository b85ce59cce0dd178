"""`hybridtui doctor`: a report to paste into a bug."""

import os
import sys

import click

from hybridtui.cli.configuration import settings_file
from hybridtui.cli.options import Command, exchange_options, symbol_argument
from hybridtui.cli.places import cache_directory
from hybridtui.market.timeframe import Timeframe

_FAILED = 1


class ForgivingCommand(Command):
    """Goes on where the settings file has mistakes: they are part of the report."""

    forgives = True


@click.command(cls=ForgivingCommand)
@symbol_argument
@exchange_options
@click.pass_context
def doctor(context: click.Context, /, symbol: str, rest_url: str, ws_url: str) -> None:
    """Look at network, exchange, clock, terminal and settings; print a report."""
    import asyncio

    from hybridtui.clock import SystemClock
    from hybridtui.doctor import Case, examine
    from hybridtui.exchanges.registry import exchange
    from hybridtui.market.feed import View

    bitfinex = exchange()
    view = View(bitfinex.instrument(symbol), Timeframe.M1)
    file = settings_file(context, forgiven=True)
    mistakes = () if file is None else tuple(problem.told(file.path) for problem in file.problems)
    case = Case(bitfinex, view, rest_url, ws_url, cache_directory(), os.environ, SystemClock(), mistakes)

    async def report() -> bool:
        well = True
        async for finding in examine(case):
            well &= finding.ok
            for line in finding.lines():
                click.echo(line)
        return well

    sys.exit(0 if asyncio.run(report()) else _FAILED)

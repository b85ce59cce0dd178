"""`hybridtui watch`: alerts without a screen, one line each."""

import asyncio
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from hybridtui.cli.configuration import resolved, settings_file
from hybridtui.cli.options import (
    OTHER,
    Command,
    Option,
    demo_option,
    exchange_options,
    market_options,
    on_alert_option,
    symbol_argument,
)
from hybridtui.cli.places import cache_directory, state_directory

if TYPE_CHECKING:
    from hybridtui.market.alerts.rules import AlertList
    from hybridtui.settings import Settings

_HELP = """Watch a market without a screen; print one line for every alert.

    \b
    price > 64500   price < 63000   price x 64000 (either way)
    move 2% 10m     spread 5bp      wall 50 1%      trade 10
    sweep 25        volume 3x       stale           lost

    Each fires once; `price > 64500 repeat 5m` fires again, every five minutes at most. Without --alert the alerts that
    were set on the screen are watched.

    Ends with 0 when every alert has fired and none repeats, with 130 after Ctrl-C, with 143 after SIGTERM, with 2 where
    something cannot be meant.
    """


@click.command(cls=Command, help=_HELP, short_help="Watch for alerts without a screen.")
@symbol_argument
@click.option(
    "--alert",
    "texts",
    cls=Option,
    section=OTHER,
    multiple=True,
    metavar="TEXT",
    help="What to watch for; may be given several times.",
)
@on_alert_option
@exchange_options
@demo_option
@market_options
@click.pass_context
def watch(
    context: click.Context,
    /,
    texts: tuple[str, ...],
    demo: bool,
    **given: Any,
) -> None:
    """Watch for alerts."""
    from hybridtui.exchanges.registry import exchange
    from hybridtui.notify.words import command_words

    settings = resolved(context, settings_file(context)).settings
    exchange().instrument(settings.symbol)
    alerts = alerts_of(texts)
    words = () if settings.on_alert is None else command_words(settings.on_alert)
    _refuse_demo_options(context, demo)
    with _exchange(settings, demo, given) as (at, cache):
        sys.exit(asyncio.run(_watch(at, cache, alerts if texts else None, words, demo=demo)))


def alerts_of(texts: tuple[str, ...]) -> "AlertList":
    """The alerts as they were typed. Raises BadParameter with a sentence."""
    from hybridtui.market.alerts.rules import AlertList
    from hybridtui.market.alerts.spelling import parse_alert

    alerts = AlertList()
    for text in texts:
        try:
            alerts = alerts.added(*parse_alert(text))
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--alert") from error
    return alerts


def _refuse_demo_options(context: click.Context, demo: bool) -> None:
    """What describes the demo market needs it, and an address of an exchange is none of its own."""
    given = {
        name
        for name in ("seed", "recording", "clock", "faults", "scenario", "rest_url", "ws_url")
        if context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE
    }
    if demo and given & {"rest_url", "ws_url"}:
        raise click.UsageError(
            "--rest-url and --ws-url name an exchange and --demo makes one up; give only one of them."
        )
    if not demo and given - {"rest_url", "ws_url"}:
        raise click.UsageError("What describes the demo market needs --demo.")


@contextmanager
def _exchange(settings: "Settings", demo: bool, given: dict[str, Any]) -> "Iterator[tuple[Settings, Path | None]]":
    """The settings with the addresses to use, and where the market is remembered; the demo exchange while it lasts."""
    if not demo:
        yield settings, cache_directory()
        return
    from hybridtui.demo.process import start_demo
    from hybridtui.demo.run import DemoSettings

    described = {name: given[name] for name in ("seed", "recording", "faults", "scenario")}
    with start_demo(DemoSettings(clock_file=given["clock"], **described)) as made_up:
        yield msgspec.structs.replace(settings, rest_url=made_up.rest_url, ws_url=made_up.ws_url), None


async def _watch(
    settings: "Settings", cache: Path | None, alerts: "AlertList | None", words: tuple[str, ...], *, demo: bool
) -> int:
    """Watch until there is nothing left to watch for, or somebody says so. Returns the exit code."""
    from hybridtui.market.alerts.rules import AlertList
    from hybridtui.notify.watching import Watching
    from hybridtui.store.choices import Choices
    from hybridtui.wiring import market_of

    market = market_of(settings, cache)
    choices = Choices(state_directory(demo=demo) if alerts is None else None)
    watching = Watching(market, choices, alerts, words, _print, lambda line: click.echo(line, err=True), demo=demo)
    if watching.alarm.alerts == AlertList():
        raise click.UsageError(_no_alert(market.instrument.label, demo=demo))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, watching.end, 128 + number)
    return await watching.run()


def _no_alert(label: str, *, demo: bool) -> str:
    where, screen = (" in the demo", "screen with --demo") if demo else ("", "screen")
    return f"There is no alert for {label}{where}: give --alert 'price > 64500', or set some on the {screen}."


def _print(line: str) -> bool:
    """Print a line at once; False where nobody reads any more."""
    try:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left in the buffer must not fail again
        return False
    return True

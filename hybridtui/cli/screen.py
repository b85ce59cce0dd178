"""`hybridtui BTCUSD`: opens the screen on a market of the exchange or of the made-up one."""

import gc
import os
import sys
from functools import partial
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import click
import msgspec

from hybridtui.cli.configuration import Resolved, SettingsWatch, resolved, settings_file
from hybridtui.cli.options import (
    Command,
    demo_option,
    market_options,
    on_alert_option,
    screen_options,
    symbol_argument,
    watched_argument,
)
from hybridtui.cli.places import cache_directory, state_directory
from hybridtui.cli.remembered import remembered_market
from hybridtui.firstpaint import STARTING, FirstPaint
from hybridtui.market.source import Topic
from hybridtui.settings import Settings
from hybridtui.store.picture import terminal_colours

if TYPE_CHECKING:
    from hybridtui.demo.process import DemoProcess
    from hybridtui.hybrid import HybridMarketData
    from hybridtui.tui.picture import PictureKeeper


@click.command(cls=Command, hidden=True)
@symbol_argument
@watched_argument
@screen_options
@on_alert_option
@demo_option
@market_options
@click.pass_context
def screen(
    context: click.Context,
    /,
    demo: bool,
    seed: int,
    recording: Path | None,
    clock: Path | None,
    faults: tuple[str, ...],
    scenario: Path | None,
    watched: tuple[str, ...],
    **_: Any,
) -> None:
    """Open the screen."""
    chosen = resolved(context, settings_file(context), None if demo else remembered_market())
    settings = chosen.settings
    watch = (settings.symbol, *watched) if watched else ()
    _check_symbols(settings.symbol, *watched)
    if (recording or clock) and not demo:
        raise click.UsageError("--recording and --clock describe the demo market; add --demo.")
    if (faults or scenario) and not demo:
        raise click.UsageError("--fault and --scenario let the demo market fail; add --demo.")
    if demo:
        _check_faults(faults, scenario)
    words = _command_words(settings.on_alert)
    if settings.log_file is not None:
        _open_log(Path(settings.log_file))
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise click.UsageError("hybridtui draws on a terminal; run it in one, not in a pipe.")
    # Textual reads this once, when it is imported: how long it waits for more changes before it writes.
    os.environ["TEXTUAL_FPS"] = str(max(settings.fps, 120))
    if not demo:
        sys.exit(_show(chosen, cache_directory(), context.obj, words, watch))
    _refuse_urls_beside_demo(context)
    with _demo_exchange(seed, recording, clock, faults, scenario) as exchange:
        of_demo = msgspec.structs.replace(settings, rest_url=exchange.rest_url, ws_url=exchange.ws_url)
        origins = {**chosen.origins, "rest_url": "flag, --demo", "ws_url": "flag, --demo"}
        sys.exit(_show(Resolved(of_demo, origins), None, FirstPaint(), words, watch))


def _check_symbols(*symbols: str) -> None:
    """Raises SymbolError where one cannot be meant."""
    from hybridtui.exchanges.registry import exchange

    for symbol in symbols:
        exchange().instrument(symbol)


def _show(
    chosen: Resolved, cache: Path | None, painted: FirstPaint, on_alert: tuple[str, ...], watch: tuple[str, ...]
) -> int:
    """Run the screen until the user quits; without a cache it is the demo's. Returns the exit code."""
    gc.disable()  # what is made while starting stays: looking for garbage among it would find none
    from concurrent.futures import ThreadPoolExecutor

    from hybridtui.ahead import ask_ahead
    from hybridtui.wiring import import_feed, import_rest, market_of

    settings = chosen.settings
    answered = cache is not None and ask_ahead(settings, cache)
    rest_is_next = not answered and settings.mode != "websocket"
    feed = partial(import_rest, settings.rest_url) if rest_is_next else import_feed
    Thread(target=feed, name="import the feed", daemon=True).start()
    with ThreadPoolExecutor(1) as beside:
        recalling = beside.submit(market_of, settings, cache, recall=True)
        from hybridtui.store.choices import Choices
        from hybridtui.tui.app import AppOptions, HybridApp
        from hybridtui.tui.crash import crash_folder
        from hybridtui.tui.presets import layout_text, parse_layout, parse_layouts

        market = recalling.result()
    market.subscribe(Topic.LINK, _started)
    options = AppOptions(
        looks=settings.looks,
        keys=settings.keys,
        news=SettingsWatch(chosen).news,
        mouse=settings.mouse,
        layout=layout_text(parse_layout(settings.layout)),
        layouts=parse_layouts(settings.layouts),
        title=settings.title,
        crash_folder=crash_folder(),
        log_file=settings.log_file,
        take_over=painted.take_over if painted.shown else None,
        choices=Choices(state_directory(demo=cache is None)),
        demo=cache is None,
        watch=watch,
        on_alert=on_alert,
        pictures=_picture_keeper(settings, market, cache),
    )
    return HybridApp(market, options).run_and_report()


def _command_words(command: str | tuple[str, ...] | None) -> tuple[str, ...]:
    """The command of alerts. Raises SettingsError where there is no such program."""
    if command is None:
        return ()
    from hybridtui.notify.words import command_words

    return command_words(command)


def _picture_keeper(settings: Settings, market: "HybridMarketData", cache: Path | None) -> "PictureKeeper | None":
    """What remembers the screen for the first picture of the next start."""
    from hybridtui.tui.picture import PictureKeeper

    if cache is None:
        return None
    asked = {market.instrument.symbol: settings.symbol}
    return PictureKeeper(str(cache), settings.rest_url, asked, terminal_colours(os.environ), STARTING)


def _started(_topics: Topic) -> None:
    """Look for garbage from now on, among what is made from now on."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def _check_faults(faults: tuple[str, ...], scenario: Path | None) -> None:
    """Refuse now what the demo exchange would refuse later. Raises SettingsError."""
    if faults or scenario:
        from hybridtui.demo.run import DemoSettings, planned

        planned(DemoSettings(faults=faults, scenario=scenario))


def _demo_exchange(
    seed: int, recording: Path | None, clock: Path | None, faults: tuple[str, ...], scenario: Path | None
) -> "DemoProcess":
    """Start the demo exchange; what the screen needs is imported while it starts."""
    from hybridtui.demo.process import start_demo
    from hybridtui.demo.run import DemoSettings

    Thread(target=import_module, args=["hybridtui.tui.app"], name="import the screen", daemon=True).start()
    return start_demo(DemoSettings(seed=seed, recording=recording, clock_file=clock, faults=faults, scenario=scenario))


def _refuse_urls_beside_demo(context: click.Context) -> None:
    for name in ("rest_url", "ws_url"):
        if context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE:
            option = "--" + name.replace("_", "-")
            raise click.UsageError(f"{option} names an exchange and --demo makes one up; give only one of them.")


def _open_log(path: Path) -> None:
    """Send the program's log to this file, which only its owner can read."""
    import logging

    try:
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600))
        handler = logging.FileHandler(path, encoding="utf-8")
    except OSError as error:
        raise click.UsageError(f"The log file {path} cannot be written: {error.strerror}.") from error
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    log = logging.getLogger("hybridtui")
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False

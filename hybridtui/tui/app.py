"""The app: brings the model to life, carries out what the keys say, and ends in good order whatever happens."""

import asyncio
import logging
import os
import signal
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec
from rich.console import RenderableType
from rich.segment import Segment, Segments
from textual.app import App, SystemCommand
from textual.filter import Monochrome, NoColor
from textual.screen import Screen

from hybridtui.hybrid import HybridMarketData
from hybridtui.market.instrument import Instrument
from hybridtui.market.source import Topic
from hybridtui.render.lines import sanitise
from hybridtui.render.window_title import window_title
from hybridtui.settings import Looks
from hybridtui.store.choices import Choices
from hybridtui.tui.alerting import Alerting
from hybridtui.tui.ascii import AsciiOnly, in_ascii
from hybridtui.tui.board import LAYOUTS
from hybridtui.tui.chosen import SettingsNews, looks_of
from hybridtui.tui.commands import MarketCommands
from hybridtui.tui.copying import copy
from hybridtui.tui.crash import write_report
from hybridtui.tui.keys import ALL_KEYS, bindings
from hybridtui.tui.keys.remapping import keymap, remapped
from hybridtui.tui.last_market import LastMarketKeeper
from hybridtui.tui.picture import PictureKeeper
from hybridtui.tui.presets import AUTO
from hybridtui.tui.reloading import Reloading
from hybridtui.tui.screens.market import MarketScreen
from hybridtui.tui.symbols import Symbols
from hybridtui.tui.terminal import TerminalDriver, driver_taking_over, terminal_gone
from hybridtui.tui.terminal_news import WindowTitle, WrittenMeter
from hybridtui.tui.theme import OUR_THEMES, Colours, colours_of, palette_of, typing_colours

if TYPE_CHECKING:
    from hybridtui.tui.screens.page import PageScreen

_SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
_PATIENCE = 5.0
"""Seconds that leaving in good order may take after a signal."""
_PICTURE_EVERY = 5.0
"""Seconds between two pictures that are kept for the next start."""
_log = logging.getLogger(__name__)


class AppOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What the command line decides about the screen."""

    looks: Looks = Looks()
    """How the screen looks."""
    keys: Mapping[str, str] = {}
    """Other keys, by the id of what they do; they must be without complaint."""
    news: Callable[[], SettingsNews | None] | None = None
    """Tells, once a second, whether the settings were saved; None where nobody watches them."""
    mouse: bool = True
    """False leaves the mouse to the terminal."""
    layout: str = AUTO
    """What stands where, in the spelling of `presets`, without mistakes."""
    layouts: tuple[str, ...] = LAYOUTS
    """What the layout key goes through."""
    title: bool = True
    """Whether the window is named after the market."""
    crash_folder: Path | None = None
    """Where the report of a crash is written; None writes none."""
    log_file: str | None = None
    """Where the details of a crash can be read."""
    take_over: Callable[[], object] | None = None
    """Called when the screen is taken over from a first picture on the alternate screen; None where there is none."""
    demo: bool = False
    """Whether the exchange is made up: its market is not remembered for the next start, and `on_alert` is told so."""
    watch: tuple[str, ...] = ()
    """Markets to watch before all others, as somebody types them; with any the watchlist is shown at once."""
    choices: Choices | None = None
    """Remembers what the user chose on the screen; None remembers it until the end."""
    on_alert: tuple[str, ...] = ()
    """A program and its arguments that is run with every notice of an alert; none where it is empty."""
    pictures: PictureKeeper | None = None
    """Remembers the screen for the next start; None remembers nothing."""


class HybridApp(App[None]):
    """One market on the whole terminal. The model lives exactly as long as the app runs."""

    CSS_PATH = "app.tcss"
    TITLE = "hybridtui"
    BINDINGS = bindings()
    COMMANDS: ClassVar = App.COMMANDS | {MarketCommands}
    ENABLE_COMMAND_PALETTE = True
    ALLOW_SELECT = False
    AUTO_FOCUS = None

    def __init__(self, market: HybridMarketData, options: AppOptions | None = None) -> None:
        self.options = options or AppOptions()
        take_over = self.options.take_over
        super().__init__(driver_class=driver_taking_over(take_over) if take_over else TerminalDriver)
        self.market = market
        self.animation_level = "none"
        for theme in OUR_THEMES:
            self.register_theme(theme)
        self.looks = self.options.looks
        """How the screen looks; `wear` changes it."""
        self.key_table = ALL_KEYS
        """Every key as it is now; `use_keys` changes it."""
        self._ascii = AsciiOnly()
        # Textual would show greys, which are colours too.
        self._filters = [each for each in self._filters if not isinstance(each, Monochrome)]
        self._filters += [self._ascii, NoColor(enabled=self.no_color)]
        self.wear(self.options.looks)
        self.use_keys(self.options.keys)
        self.market_screen = MarketScreen(
            market, self.options.choices or Choices(), layout=self.options.layout, layouts=self.options.layouts
        )
        self.window_title = WindowTitle(wanted=self.options.title)
        self.written = WrittenMeter()
        """What goes to the terminal."""
        choices = self.market_screen.choices
        self.symbols = Symbols(market, choices, self.options.watch)
        """The markets beside the one on the screen."""
        self.alerting = Alerting(self, market, choices, self.options.on_alert, self.symbols, demo=self.options.demo)
        self._entered = False
        self._report: Path | None = None
        self._signals: list[signal.Signals] = []

    def run_and_report(self) -> int:
        """Run until the user quits. Returns the exit code: 0, or 1 after a failure, which one line on stderr names."""
        for name in ("COLUMNS", "LINES"):
            os.environ.pop(name, None)  # what was exported some time ago is not the size of the terminal
        self.run(mouse=self.options.mouse)
        return self.return_code or 0

    # Life

    def get_default_screen(self) -> Screen[None]:
        """The market."""
        return self.market_screen

    def on_mount(self) -> None:
        """Listen to the operating system, unless there is no terminal, as in tests."""
        if colours_of(self) is Colours.SIXTEEN:  # which is known only now
            self.wear(self.looks)
        self.market.subscribe(Topic.LINK, self._watch_failure)
        if self.options.news is not None:
            self.set_interval(1.0, Reloading(self, self.options.news).hear)
        self.set_interval(1.0, self._tell_terminal)
        asyncio.get_running_loop().set_exception_handler(self._stray_error)
        if not self.is_headless:
            loop = asyncio.get_running_loop()
            for number in _SIGNALS:
                loop.add_signal_handler(number, self._end)
                self._signals.append(number)
            self.set_interval(1.0, self._watch_terminal)

    async def on_ready(self) -> None:
        """The first picture is on the screen: now let data flow."""
        self.symbols.note()
        self.symbols.tell()
        if not self.options.demo:
            LastMarketKeeper(self.market, self.market_screen.choices).start()
        self.market.subscribe(Topic.LINK, self.symbols.note)
        self.alerting.start()
        await self.market.__aenter__()
        self._entered = True
        if self.options.watch:
            await self.action_watchlist()
        if self.options.pictures is not None:
            self.set_interval(_PICTURE_EVERY, self._keep_picture)

    async def on_unmount(self) -> None:
        """End the flow of data, however the app ends."""
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(None)
        for number in self._signals:
            loop.remove_signal_handler(number)
        await self.alerting.close()
        if self._entered:
            self._keep_picture()
            failure = self.market.failure
            await self.market.__aexit__(None if failure is None else type(failure), failure, None)

    def _keep_picture(self) -> None:
        if self.options.pictures is not None:
            self.options.pictures.keep(self.market_screen)

    def _watch_failure(self, _topics: Topic) -> None:
        if self.market.failure is not None and not self._exit_renderables:
            self._give_up(self.market.failure)
            self.exit(return_code=1, message=self._sentence(self.market.failure))

    def _stray_error(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """The boundary for errors outside of Textual's message pump: panels are drawn by the model's own callbacks."""
        error = context.get("exception")
        if isinstance(error, Exception):
            self._handle_exception(error)
        else:
            loop.default_exception_handler(context)

    def _end(self) -> None:
        """Told to go by the operating system: go, even where the terminal takes no more output and so all waits."""
        last_resort = Timer(_PATIENCE, os._exit, (1,))
        last_resort.daemon = True
        last_resort.start()
        self.exit()

    def _tell_terminal(self) -> None:
        """Name the window after the market, and see how much is written."""
        title = self.alerting.marked(window_title(self.market_screen.header.view()))
        self.window_title.show(in_ascii(title) if self.looks.ascii else title, self._driver)
        if isinstance(self._driver, TerminalDriver):
            self.written.sample(self.market.clock.now(), self._driver.written)

    def _watch_terminal(self) -> None:
        if terminal_gone():
            self.exit()

    def _fatal_error(self) -> None:
        """Textual's boundary for unhandled exceptions: one line instead of its page of source code."""
        error = self._exception
        assert error is not None
        if not self._exit_renderables:
            self._give_up(error)
            self.panic(self._sentence(error))

    def _print_error_renderables(self) -> None:
        """Textual would crop the line at the width of the terminal; the path in it has to be whole."""
        for shown in self._exit_renderables[:1]:
            assert isinstance(shown, Segments)
            self.error_console.file.write("".join(segment.text for segment in shown.segments))
        self._exit_renderables.clear()

    def _give_up(self, error: BaseException) -> None:
        """Leave behind what is needed to find the bug."""
        _log.critical("ended by a bug", exc_info=error)
        if self.options.crash_folder is not None:
            events, now = self.market.recent.lines(), self.market.clock.wall_ms()
            self._report = write_report(self.options.crash_folder, error, events, self.size, now)

    def _sentence(self, error: BaseException) -> Segments:
        what = sanitise(f"{type(error).__name__}: {error}" if str(error) else type(error).__name__)
        where = self._report or self.options.log_file
        hint = f"the details are in {where}" if where else "run it with --log-file FILE and report what the file says"
        sentence = f"hybridtui ended because of a bug of its own ({what}); {hint}."
        return Segments([Segment(sentence), Segment.line()])

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Of Textual's own commands the useful ones."""
        useful = ("Theme", "Screenshot")
        yield from (command for command in super().get_system_commands(screen) if command.title in useful)

    # Looks and keys

    def wear(self, looks: Looks) -> None:
        """Look like this from now on."""
        self.looks = looks
        self._ascii.enabled = looks.ascii
        transparent = looks.transparent or self.no_color or colours_of(self) is Colours.SIXTEEN
        self.ansi_color = True if transparent else None
        self.set_class(transparent, "transparent")
        self.theme = looks.theme
        if self.is_running:
            self.theme_changed_signal.publish(self.current_theme)
            self.refresh_css(animate=False)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Colours that can be read, for what is typed."""
        return typing_colours(palette_of(self.current_theme, looks_of(self), colours_of(self)))

    def use_keys(self, keys: Mapping[str, str]) -> None:
        """Obey these keys instead of ours, by the id of what they do."""
        self.key_table = remapped(ALL_KEYS, keys)
        self.set_keymap(keymap(keys))

    def use_mouse(self, wanted: bool) -> None:
        """Take the mouse from the terminal, or leave it to that."""
        if isinstance(self._driver, TerminalDriver):
            self._driver.use_mouse(wanted)

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Note how long what is written to the terminal took to get there."""
        super()._display(screen, renderable)
        if renderable is not None:
            self.market.shown(in_time=screen is self.market_screen)

    # What the keys say

    async def action_renew(self) -> None:
        """Fetch fresh snapshots now."""
        self.run_worker(self._renew(), exclusive=True, group="renew")

    async def _renew(self) -> None:
        footer = self.market_screen.footer
        footer.busy = True
        footer.draw()
        try:
            await self.market.refresh()
        finally:
            footer.busy = False
            self.market_screen.redraw()

    def action_force_websocket(self) -> None:
        """WebSocket only."""
        self.market.force_websocket()
        self.market_screen.redraw()

    def action_force_rest(self) -> None:
        """REST only."""
        self.market.force_rest()
        self.market_screen.redraw()

    def action_auto(self) -> None:
        """Both."""
        self.market.auto()
        self.market_screen.redraw()

    def action_timeframe(self, steps: int) -> None:
        """A longer (positive) or shorter timeframe."""
        self.market.select(timeframe=self.market.timeframe.shifted(steps))
        self.market_screen.redraw()

    async def action_tell(self, panel: str, action: str) -> None:
        """Say something to a panel of the market: `zoom(1)` is its `action_zoom`."""
        listener = self.market_screen.listener(panel, action)
        if listener is not None:
            await self.run_action(action, listener)
            self.market_screen.footer.follow()

    async def action_help(self) -> None:
        """Show or hide the help."""
        from hybridtui.tui.screens.help import HelpScreen

        here = getattr(self.screen, "keys_here", self.market_screen.keys_here)
        await self._toggle(HelpScreen, HelpScreen(self.market, here))

    async def action_alerts(self) -> None:
        """Show the alerts; with a crosshair on the chart, ask for one at its price."""
        from hybridtui.tui.screens.alerts import AlertScreen

        price = self.market_screen.chart.price_at_crosshair if self.screen is self.market_screen else None
        await self.push_screen(AlertScreen(self.market, self.alerting.alarm, price))

    def on_key(self) -> None:
        """The user is there."""
        self.alerting.seen()

    async def action_connection(self) -> None:
        """Show or hide the numbers of the connection."""
        from hybridtui.tui.screens.connection import ConnectionScreen

        await self._toggle(ConnectionScreen)

    def action_picker(self) -> None:
        """Find a market."""
        from hybridtui.tui.screens.symbols import SymbolPicker

        if not isinstance(self.screen, SymbolPicker):
            self.push_screen(SymbolPicker(self.market, self.symbols, self._look_at))

    def _look_at(self, instrument: Instrument) -> None:
        """Show this market, instead of any page."""
        self.market.select(instrument.symbol[1:])
        if self.screen is not self.market_screen:
            self.pop_screen()
        self.market_screen.redraw()

    async def action_watchlist(self) -> None:
        """Show or hide the watchlist."""
        from hybridtui.tui.screens.watchlist import WatchScreen

        await self._toggle(WatchScreen, WatchScreen(self.market, self.symbols))

    async def action_log(self) -> None:
        """Show or hide the event log."""
        from hybridtui.tui.screens.log import LogScreen

        await self._toggle(LogScreen)

    def action_copy(self) -> None:
        """Copy what is under the cursor."""
        copy(self)

    async def _toggle(self, kind: "type[PageScreen]", made: "PageScreen | None" = None) -> None:
        """Show this page, instead of another one where that is shown; or the market, where it is shown already."""
        if isinstance(self.screen, kind):
            await self.pop_screen()
        elif self.screen is self.market_screen:
            await self.push_screen(made or kind(self.market))
        else:
            await self.switch_screen(made or kind(self.market))

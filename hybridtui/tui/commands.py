"""The command palette offers every key of the table, and does what the key does."""

from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.command import DiscoveryHit, Hit, Provider

from hybridtui.tui.chosen import keys_of
from hybridtui.tui.keys import KeyBinding
from hybridtui.tui.keys.pages import PAGE_KEYS
from hybridtui.tui.keys.symbols import WATCHLIST_KEYS

if TYPE_CHECKING:
    from hybridtui.tui.app import HybridApp

_OF_WATCHLIST = frozenset(key.id for key in WATCHLIST_KEYS)
_OF_PAGES = frozenset(key.id for key in PAGE_KEYS)


class MarketCommands(Provider):
    """All actions of the key table that mean something where the palette was opened."""

    async def discover(self) -> AsyncIterator[DiscoveryHit]:
        """Everything, before anything is typed."""
        for key in self._offered():
            yield DiscoveryHit(key.description, self._run(key), help=f"key {key.shown}")

    async def search(self, query: str) -> AsyncIterator[Hit]:
        """What matches the query: the sentence, or the words of the footer and of the id, as `zoom panel`."""
        matcher = self.matcher(query)
        for key in self._offered():
            score = max(matcher.match(text) for text in (key.description, key.label, key.id.replace("_", " ")))
            if score > 0:
                yield Hit(score, matcher.highlight(key.description), self._run(key), help=f"key {key.shown}")

    def _offered(self) -> Iterable[KeyBinding]:
        """Pages are scrolled only where there is one."""
        on_page = self.screen is not self._market_app.market_screen
        return (key for key in keys_of(self.app) if on_page or key.id not in _OF_PAGES)

    def _run(self, key: KeyBinding) -> Callable[[], Coroutine[Any, Any, None]]:
        return partial(perform, self._market_app, key)

    @property
    def _market_app(self) -> "HybridApp":
        from hybridtui.tui.app import HybridApp

        assert isinstance(self.app, HybridApp)
        return self.app


async def perform(app: "HybridApp", key: KeyBinding) -> None:
    """Do what a key does, on the screen that it belongs to."""
    if key.id in _OF_WATCHLIST:
        await _on_watchlist(app, key)
    elif key.id in _OF_PAGES:
        await app.run_action(key.action, app.screen)
    else:
        if key.of_panel and app.screen is not app.market_screen:
            await app.pop_screen()
        await app.run_action(key.spoken, app)


async def _on_watchlist(app: "HybridApp", key: KeyBinding) -> None:
    """From elsewhere the watchlist is opened first: what speaks of a row can be said when the row can be seen."""
    from hybridtui.tui.screens.watchlist import WatchScreen

    seen = isinstance(app.screen, WatchScreen)
    if not seen:
        await app.action_watchlist()
    if seen or key.id == "watch_add":
        await app.run_action(key.action, app.screen)

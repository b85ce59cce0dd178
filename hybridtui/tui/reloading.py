"""The settings file was saved while the program runs: what can be obeyed at once is, and the rest is said."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from hybridtui.render.lines import sanitise
from hybridtui.settings import Settings
from hybridtui.store.settings_table import KEYS
from hybridtui.tui.chosen import SettingsNews
from hybridtui.tui.presets import layout_text, parse_layout, parse_layouts

if TYPE_CHECKING:
    from hybridtui.tui.app import HybridApp

_COMPLAINT_SHOWN = 15.0
"""Seconds that somebody has to read what is wrong."""


class Reloading:
    """Takes up what the settings file says now."""

    def __init__(self, app: "HybridApp", news: Callable[[], SettingsNews | None]) -> None:
        self._app, self._news = app, news

    def hear(self) -> None:
        """Ask for news, and follow them."""
        news = self._news()
        if news is None:
            return
        if news.complaint:
            said = sanitise(news.complaint)
            self._app.notify(said, title="Settings", severity="error", timeout=_COMPLAINT_SHOWN, markup=False)
            return
        self._follow(news.settings, {*news.changed})
        self._app.market_screen.redraw()
        self._app.notify(words(news), title="Settings", markup=False)

    def _follow(self, settings: Settings, changed: set[str]) -> None:
        app, board = self._app, self._app.market_screen.board
        if any(name.startswith("looks.") for name in changed):
            app.wear(settings.looks)
        if KEYS in changed:
            app.use_keys(settings.keys)
        if "layouts" in changed:
            board.use_layouts(parse_layouts(settings.layouts))
        if "layout" in changed:
            board.use_layout(layout_text(parse_layout(settings.layout)))
        if "mouse" in changed:
            app.use_mouse(settings.mouse)
        app.window_title.wanted = settings.title
        app.market.use_fps(settings.fps)


def words(news: SettingsNews) -> str:
    """`looks.theme, keys: as saved. rest_url takes effect at the next start.`"""
    sentences = [f"{', '.join(news.changed)}: as saved."] if news.changed else []
    if news.later:
        takes = "takes" if len(news.later) == 1 else "take"
        sentences.append(f"{', '.join(news.later)} {takes} effect at the next start.")
    return " ".join(sentences) or "Saved, and nothing is to be done differently."

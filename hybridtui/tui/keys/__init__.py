"""The one table of keys: bindings, footer, help screen, command palette and README are all made from it."""

from collections.abc import Iterable

from textual.binding import Binding, BindingType

from hybridtui.tui.keys.alerts import ALERT_KEYS
from hybridtui.tui.keys.binding import CONNECTION as CONNECTION
from hybridtui.tui.keys.binding import PAGES as PAGES
from hybridtui.tui.keys.binding import PROGRAM as PROGRAM
from hybridtui.tui.keys.binding import KeyBinding as KeyBinding
from hybridtui.tui.keys.book import BOOK_KEYS
from hybridtui.tui.keys.chart import CHART_KEYS
from hybridtui.tui.keys.data import DATA_KEYS
from hybridtui.tui.keys.layout import LAYOUT_KEYS
from hybridtui.tui.keys.pages import PAGE_KEYS
from hybridtui.tui.keys.program import PROGRAM_KEYS
from hybridtui.tui.keys.symbols import SYMBOL_KEYS, WATCHLIST_KEYS
from hybridtui.tui.keys.tape import TAPE_KEYS
from hybridtui.tui.keys.views import VIEW_KEYS

KEYS = (
    SYMBOL_KEYS + DATA_KEYS + CHART_KEYS + VIEW_KEYS + BOOK_KEYS + TAPE_KEYS + LAYOUT_KEYS + ALERT_KEYS + PROGRAM_KEYS
)
"""Every key of the market screen."""

ALL_KEYS = KEYS + PAGE_KEYS + WATCHLIST_KEYS


def bindings() -> list[BindingType]:
    """The keys that work everywhere, also while a page covers the market, as Textual wants them."""
    return _bindings(key for key in KEYS if not key.of_panel)


def panel_bindings() -> list[BindingType]:
    """The keys that speak to a panel, as Textual wants them."""
    return _bindings(key for key in KEYS if key.of_panel)


def page_bindings() -> list[BindingType]:
    """The keys of a page, as Textual wants them."""
    return _bindings(PAGE_KEYS)


def _bindings(keys: Iterable[KeyBinding]) -> list[BindingType]:
    return [
        Binding(
            key.key, key.spoken, key.description, id=key.id, key_display=key.shown, priority=key.priority, show=False
        )
        for key in keys
    ]


def keys_markdown() -> str:
    """The table for the README."""
    rows = [f"| `{key.shown}` | {key.description} |" for key in ALL_KEYS]
    return "\n".join(["| Key | What it does |", "|---|---|", *rows]) + "\n"

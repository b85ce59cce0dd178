"""The keys that choose a market."""

from hybridtui.tui.keys.binding import PAGES, KeyBinding

MARKETS = "Markets"
"""The heading in the help."""

SYMBOL_KEYS: tuple[KeyBinding, ...] = (
    KeyBinding(
        "picker", "slash", "/", "markets", "Find a market by its code or its currencies' names", "picker", MARKETS, 2
    ),
    KeyBinding("watchlist", "tab", "Tab", "watch", "Show or hide the watchlist", "watchlist", MARKETS, 4),
)

WATCHLIST_KEYS: tuple[KeyBinding, ...] = (
    KeyBinding("watch_show", "enter", "Enter", "", "Watchlist: look at the market under the pointer", "show", PAGES),
    KeyBinding("watch_add", "plus,insert", "+", "", "Watchlist: watch the market on the screen", "add", PAGES),
    KeyBinding("watch_remove", "delete,x", "Del", "", "Watchlist: watch this one no more", "remove", PAGES),
    KeyBinding("watch_up", "shift+up,K", "⇧↑", "", "Watchlist: move this one up", "move(-1)", PAGES),
    KeyBinding("watch_down", "shift+down,J", "⇧↓", "", "Watchlist: move this one down", "move(1)", PAGES),
)

"""The keys of the pages that cover the market: help, connection, event log."""

from hybridtui.tui.keys.binding import PAGES, KeyBinding

PAGE_KEYS: tuple[KeyBinding, ...] = (
    KeyBinding("up", "up", "↑", "", "Scroll a page up", "scroll_page(-1)", PAGES),
    KeyBinding("down", "down", "↓", "", "Scroll a page down", "scroll_page(1)", PAGES),
    KeyBinding("page_up", "pageup", "PgUp", "", "Scroll up by what can be seen", "turn_page(-1)", PAGES),
    KeyBinding("page_down", "pagedown", "PgDn", "", "Scroll down by what can be seen", "turn_page(1)", PAGES),
    KeyBinding("home", "home", "Home", "", "Go to the first line", "to_end(-1)", PAGES),
    KeyBinding("end", "end", "End", "", "Go to the last line", "to_end(1)", PAGES),
)

"""Copying to the clipboard of the terminal (OSC 52), and saying what was copied: the user cannot see it otherwise."""

from typing import TYPE_CHECKING

from hybridtui.render.copied import copied_price
from hybridtui.tui.panel import MarketPanel
from hybridtui.tui.screens.market import MarketScreen
from hybridtui.tui.screens.page import PageScreen

if TYPE_CHECKING:
    from hybridtui.tui.app import HybridApp

_SHOWN = 3.0
"""Seconds that the answer stays."""


def copy(app: "HybridApp") -> None:
    """Copy the whole of a page; on the market what is under the cursor, or the last price where nothing is."""
    page = app.screen.page if isinstance(app.screen, PageScreen) else None
    text = copied_from(app.market_screen) if page is None else page.copied()
    lines = text.count("\n")
    if text:
        app.copy_to_clipboard(text)
    said = "nothing to copy yet" if not text else f"copied {text}" if not lines else f"copied {lines} lines"
    app.notify(said, timeout=_SHOWN, markup=False)


def copied_from(screen: MarketScreen) -> str:
    """What is pointed at, first of all in the panel that was used last; else the last price; nothing without one."""
    panels = [panel for panel in screen.panels.values() if isinstance(panel, MarketPanel) and panel.on_screen]
    for panel in sorted(panels, key=lambda panel: panel.id != screen.board.used):
        if text := panel.copied():
            return text
    last = screen.market.state.last_price
    return "" if last is None else copied_price(last, screen.book.precision.decimals)

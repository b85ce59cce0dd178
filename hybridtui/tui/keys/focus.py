"""What the keys speak to: the panel with the focus, the mode that it is in, or a page; and which keys matter.

Footer and help begin with these.
"""

import msgspec

from hybridtui.tui.keys.binding import BOOK, CHART, PAGES, PROGRAM, TAPE, VIEWS, KeyBinding
from hybridtui.tui.keys.symbols import WATCHLIST_KEYS

LEAVE = KeyBinding(
    "leave",
    "escape",
    "Esc",
    "back",
    "Back to the plain picture, and from a page to the market",
    "simulate_key('escape')",
    PROGRAM,
)
"""It cannot be another key: it always goes back."""


class Focus(msgspec.Struct, frozen=True):
    """A panel, a mode of a panel, or a page."""

    name: str
    """As people read it."""
    group: str
    """The keys that come first in the help."""
    footer: tuple[tuple[tuple[str, ...], str], ...] = ()
    """What the footer shows first: ids of keys, and what to call what they do."""
    ids: tuple[str, ...] = ()
    """The keys that come before all others in the help; none where the group is all there is."""
    mode: bool = False
    """True for a mode, which somebody has to get out of again."""


ON_CHART = Focus(
    "chart", CHART, ((("zoom_in", "zoom_out"), "zoom"), (("pan_back", "pan_on"), "move"), (("crosshair",), "crosshair"))
)
_CROSSHAIR_IDS = (
    "pan_back",
    "pan_on",
    "step_back",
    "step_on",
    "oldest",
    "newest",
    "measure",
    "alerts",
    "crosshair",
    "leave",
)
CROSSHAIR = Focus(
    "crosshair",
    CHART,
    ((("pan_back", "pan_on"), "candle"), (("measure",), "measure"), (("leave",), "back"), (("alerts",), "alert")),
    _CROSSHAIR_IDS,
    mode=True,
)
MEASURING = Focus(
    "measuring",
    CHART,
    ((("pan_back", "pan_on"), "candle"), (("measure",), "stop"), (("leave",), "back")),
    _CROSSHAIR_IDS,
    mode=True,
)
ON_BOOK = Focus(
    "order book", BOOK, ((("row_up", "row_down"), "cost"), (("finer", "coarser"), "step"), (("size",), "size"))
)
ROW_CURSOR = Focus(
    "cost",
    BOOK,
    ((("row_up", "row_down"), "row"), (("size",), "size"), (("leave",), "back")),
    ("row_up", "row_down", "size", "leave"),
    mode=True,
)
ON_TAPE = Focus("trades", TAPE, ((("large",), "large"),))
ON_HEATMAP = Focus(
    "heatmap",
    VIEWS,
    ((("zoom_in", "zoom_out"), "time"), (("pan_back", "pan_on"), "move"), (("newest",), "now")),
    ("zoom_in", "zoom_out", "pan_back", "pan_on", "step_back", "step_on", "oldest", "newest", "zone", "heatmap"),
)
ON_DEPTH = Focus("depth", VIEWS, ((("depth",), "chart"),))
_SCROLLING = ("up", "down", "page_up", "page_down", "home", "end")
ON_PAGE = Focus("page", PAGES, ids=(*_SCROLLING, "leave"))
ON_LOG = Focus("event log", PAGES, ids=("copy", *_SCROLLING, "leave"))
ON_WATCHLIST = Focus("watchlist", PAGES, ids=(*(key.id for key in WATCHLIST_KEYS), "up", "down", "picker", "leave"))
EVERY_FOCUS = (
    *(ON_CHART, CROSSHAIR, MEASURING, ON_BOOK, ROW_CURSOR, ON_TAPE, ON_HEATMAP, ON_DEPTH),
    *(ON_PAGE, ON_LOG, ON_WATCHLIST),
)

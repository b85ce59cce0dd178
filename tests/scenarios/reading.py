"""What a reader sees: state, price, best levels and their marks, read from the cells of the drawn screen."""

import re
from typing import NamedTuple

from hybridtui.render.numbers import amount_text, decimals, price_text
from hybridtui.server.truth import TOP, Top
from hybridtui.tui.app import HybridApp
from tests.tui.screen import screen_text

Shown = tuple[str, str]
"""Price and size of a level as they are written."""

_PRICE = re.compile(r"^ \S+ [\d,.]*\d[▲▼ ] ")
_AGE = re.compile(r"\s*\b[\d.]+[smhd]\b")
_COUNT = re.compile(r"✓ \d+")
_NUMBERS = re.compile(r"^(\d+ ms|age .*|\d+ msg/s|[\d.]+ .?B/s|book .*|reconnects \d+|last data .*|.*\d/\d* ?s.*)$")
_RETRY = re.compile(r",? ?retry \d*.*$")
_REMARK = re.compile(r"crossed|no asks|no bids|the book is empty")
_DIGITS = re.compile(r"\d+(\.\d+)? s\b")
LIVE = "● WebSocket Live"


class Picture(NamedTuple):
    """One look at the screen."""

    at: float
    """Monotonic seconds."""
    state: str
    """The state in the header, without its age: `● WebSocket Live`, `○ STALE`."""
    mark: str
    """The truth in the title of the book, without its age: `WS ✓`, `STALE · WS`."""
    bids: tuple[Shown, ...]
    asks: tuple[Shown, ...]
    """The three best levels, best first."""
    remark: str
    """What the book says of itself instead of numbers: `crossed`, `no asks`."""
    priced: bool
    """True where the header has a price."""
    words: tuple[str, ...]
    """What the status bar says besides numbers."""
    reconnects: int

    @property
    def claims(self) -> bool:
        """True where the screen says that this is live: the state does, and the book does not say otherwise."""
        return self.state == LIVE and self.mark.startswith("WS") and "✗" not in self.mark and "quiet" not in self.mark

    @property
    def sure(self) -> bool:
        """The same, and nothing is waiting to be verified."""
        return self.claims and self.mark == "WS ✓"

    @property
    def fed(self) -> bool:
        """True where the screen says that the socket delivers, be it nothing new for a while."""
        return self.state == LIVE and self.mark.startswith("WS") and "✗" not in self.mark

    def among(self, tops: list[Top]) -> bool:
        """Whether the levels are one of these, in the digits that are shown."""
        return any(_written(self.bids, bids) and _written(self.asks, asks) for bids, asks in tops)


def look(app: HybridApp, at: float) -> Picture:
    """Read the screen as it is drawn at this moment."""
    lines = screen_text(app).splitlines()
    header, status = lines[0], lines[-2]
    region = app.market_screen.book.region
    book = [line[region.x : region.right] for line in lines[region.y : region.bottom]]
    bids, asks = _levels(book[1:])
    glyph = next((at for at, letter in enumerate(header) if letter in "●◐○"), len(header))
    parts = [part.strip() for part in status.split("│")]
    counts = [int(part.split()[1]) for part in parts if part.startswith("reconnects ")]
    return Picture(
        at,
        _AGE.sub("", header[glyph:]).strip(),
        _COUNT.sub("✓", _AGE.sub("", book[0].partition("×1")[2])).strip(),
        bids,
        asks,
        next(iter(_REMARK.findall("\n".join(book))), ""),
        _PRICE.search(header) is not None,
        tuple(word for part in parts[1:] if not _NUMBERS.match(part) and (word := _plain(part))),
        counts[0] if counts else 0,
    )


def _plain(words: str) -> str:
    """Without what counts down."""
    return _DIGITS.sub("… s", _RETRY.sub("", words)).strip()


def _levels(rows: list[str]) -> tuple[tuple[Shown, ...], tuple[Shown, ...]]:
    """The three best of each side, beside the row of the spread."""
    middle = next((at for at, row in enumerate(rows) if row.startswith("──")), None)
    if middle is None:
        return (), ()
    return _best(rows[middle + 1 :]), _best(rows[:middle][::-1])


def _best(rows: list[str]) -> tuple[Shown, ...]:
    cells = [row.split() for row in rows[:TOP]]
    return tuple((cell[0], cell[1].lstrip("◆")) for cell in cells if len(cell) > 1 and cell[0][0].isdigit())


def _written(shown: tuple[Shown, ...], true: tuple[tuple[float, float], ...]) -> bool:
    return len(shown) == len(true) and all(
        price == price_text(number, max(_places(price), decimals(number)))
        and size == amount_text(amount, _places(size))
        for (price, size), (number, amount) in zip(shown, true, strict=True)
    )


def _places(text: str) -> int:
    return len(text.partition(".")[2])

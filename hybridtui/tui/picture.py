"""The screen as the next start is to show it: what is known now, drawn as remembered, so that nothing in it lies."""

import logging
from collections.abc import Mapping

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from hybridtui.market.source import Source
from hybridtui.market.state import MarketState
from hybridtui.render.header import header_words
from hybridtui.render.lines import Size, text_line
from hybridtui.render.palette import faint
from hybridtui.store.picture import Picture, save_picture, squeezed
from hybridtui.tui.panel import LiveWidget
from hybridtui.tui.screens.market import MarketScreen

_PROBE = "x"
_log = logging.getLogger(__name__)


class PictureKeeper:
    """Keeps the newest picture of each market on the disk."""

    def __init__(self, directory: str, url: str, asked: Mapping[str, str], colours: str, starting: str) -> None:
        self._directory = directory
        self._url = url
        self._asked = asked
        """Other names by which the user asks for a symbol."""
        self._colours = colours
        """The kind of terminal, as `store.picture` names it."""
        self._starting = starting
        """What the status bar of the picture says."""
        self._failed = False
        self._kept: object = None
        """What the newest picture was made of."""

    def keep(self, screen: MarketScreen) -> None:
        """Remember what is on the screen, if it is worth that; takes a few milliseconds where anything has come."""
        market = screen.market
        seen = (market.instrument, market.timeframe, market.state.newest_arrival(), screen.app.size)
        if self._failed or seen == self._kept:
            return
        picture = picture_of(screen, self._colours, self._starting)
        if picture is None:
            return
        self._kept = seen
        symbol, timeframe = screen.market.instrument.symbol, screen.market.timeframe
        try:
            for name in {squeezed(symbol), squeezed(self._asked.get(symbol, symbol))}:
                save_picture(self._directory, self._url, name, timeframe.value, picture)
        except OSError as error:
            # The memory beside it tells the user of a disk that does not let us; the next start is just not as quick.
            self._failed = True
            _log.warning("the screen cannot be remembered: %s", error)


def picture_of(screen: MarketScreen, colours: str, starting: str) -> Picture | None:
    """What is on the market screen, None while that is not worth remembering.

    `colours` names the kind of terminal, `starting` is what the status bar is to say.
    """
    market, places = screen.market, screen.board.places.places(screen.app.size)
    newest = market.state.newest_arrival()
    if newest is None or not _worth_it(market.state):
        return None
    width, height = screen.app.size
    rows = [_Row(width) for _ in range(height)]
    for part in screen.parts:
        if (place := places.get(part.id or "")) is None or part in (screen.header, screen.status):
            continue
        for y, strip in enumerate(part.remembered(Size(*place.size)), place.y):
            rows[y].put(place.x, strip)
    if (place := places.get(screen.status.id or "")) is not None:
        status = text_line(starting, width, screen.status.palette.title)
        rows[place.y].put(0, screen.status.strip(status, width))
    ground = screen.header.palette.text
    return Picture(
        saved_at=market.clock.wall_ms() - int((market.clock.now() - newest) * 1000),
        size=(width, height),
        colours=colours,
        title=_code(faint(screen.header.palette.title, 0.7), screen.header),
        state=_code(screen.header.palette.polling, screen.header),
        header=header_words(screen.header.view(), screen.header.palette),
        rows=[row.strip(ground).render(screen.app.console) for row in rows[1:]],
    )


def _worth_it(state: MarketState) -> bool:
    """Whether everything came in this run, and is of the market that is asked for."""
    fresh = all(arrival.source not in (None, Source.CACHE) for arrival in state.arrivals.values())
    return fresh and state.refused is None and state.candles.timeframe is state.timeframe


def _code(style: Style, widget: LiveWidget) -> str:
    """What switches the style on, as the terminal of this app wants it."""
    return widget.strip([Segment(_PROBE, style)], 1).render(widget.app.console).partition(_PROBE)[0]


class _Row:
    """Strips side by side, from the left."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._strips: dict[int, Strip] = {}

    def put(self, x: int, strip: Strip) -> None:
        """Place a strip; none may overlap."""
        self._strips[x] = strip

    def strip(self, ground: Style) -> Strip:
        """All of them, and `ground` between."""
        joined, end = [], 0
        for x, strip in sorted(self._strips.items(), key=lambda item: item[0]):
            joined += [Strip.blank(x - end, ground), strip]
            end = x + strip.cell_length
        return Strip.join([*joined, Strip.blank(self._width - end, ground)])

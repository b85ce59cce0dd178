"""The first questions, asked by a child process while this one imports the toolkit of the screen.

Importing keeps one core busy for longer than the exchange needs to answer. So a child asks ahead on another one, as any
other pane of the user would: inside the shared budget, with the answers left in the shared file, where the feed finds
them. Where the child fails nothing is lost: the feed asks itself.
"""

import asyncio
import os
import signal
import sys
import threading
from contextlib import closing
from pathlib import Path

from hybridtui.settings import Settings

_LONGEST = 15
"""Seconds after which the child ends in any case."""


def ask_ahead(settings: Settings, cache: Path) -> bool:
    """Begin to ask for ticker, book, trades and candles of the market that the settings name; returns at once.

    False where nobody asks: REST is not wanted, or a child cannot safely be made. `cache` is where panes share.
    """
    if settings.mode == "websocket" or sys.platform != "linux" or threading.active_count() > 1:
        return False
    child = os.fork()
    if child == 0:
        try:
            _leave_the_terminal()
            asyncio.run(_ask(settings, cache))
        finally:
            os._exit(0)
    threading.Thread(target=os.waitpid, args=(child, 0), name="reap who asked ahead", daemon=True).start()
    return True


def _leave_the_terminal() -> None:
    """The child neither reads nor writes the terminal, gives nothing back to it when told to end, and ends soon."""
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGTSTP):
        signal.signal(number, signal.SIG_DFL)
    signal.alarm(_LONGEST)
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)


async def _ask(settings: Settings, cache: Path) -> None:
    """Ask for what the feed will ask for first, and leave the answers in the file."""
    from hybridtui import __version__
    from hybridtui.clock import SystemClock
    from hybridtui.exchanges.registry import exchange as exchange_named
    from hybridtui.feeds.asking import SharedRest
    from hybridtui.feeds.polling import TOPIC_OF
    from hybridtui.feeds.rest import RestClient
    from hybridtui.feeds.sharing import sharing_for
    from hybridtui.market.feed import View
    from hybridtui.market.timeframe import Timeframe
    from hybridtui.store.database import open_database
    from hybridtui.store.sharing import SharedBudgets

    exchange, clock = exchange_named(), SystemClock()
    view = View(exchange.instrument(settings.symbol), Timeframe(settings.timeframe))
    url, timings = settings.rest_url, settings.timings
    with closing(open_database(cache, clock.wall_ms()).database) as database:
        if database.path is None:
            return  # whoever waits for the answers would never see them
        sharing = sharing_for(url, clock, SharedBudgets(database, url, clock))
        client = RestClient(url, timings.request, f"hybridtui/{__version__}")
        async with SharedRest(client, sharing, exchange.budgets, timings, clock, pauses=False) as rest:
            asking = [rest.get(exchange.request(kind, view), witness=False) for kind in TOPIC_OF]
            await asyncio.gather(*asking, return_exceptions=True)

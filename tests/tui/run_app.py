"""Runs the app with the scripted market on this terminal; the terminal tests and a pair of eyes use it.

python run_app.py [messages a second] [what] [ascii]
"""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from hybridtui.clock import SystemClock
from hybridtui.hybrid import HybridMarketData
from hybridtui.market.events import MarketEvent, Notice, Severity, SymbolRefused, TickerSeen
from hybridtui.market.feed import View
from hybridtui.market.source import LinkState, Source
from hybridtui.settings import Looks, Settings
from hybridtui.tui.app import AppOptions, HybridApp
from hybridtui.tui.chosen import SettingsNews
from hybridtui.tui.crash import crash_folder
from tests.tui import scripted

HOSTILE = "\x1b[2J\x1b]0;owned\x07[red]bold[/red] \x1b[31mcolour\x9b5n"
SAVED: list[SettingsNews | None] = [
    None,
    None,
    SettingsNews(Settings(mouse=False, title=False), changed=("mouse", "title")),
    SettingsNews(Settings(title=False), changed=("mouse",)),
]
"""What the settings file says, second by second."""


class TimedFeed(scripted.ScriptedFeed):
    """The scripted market, alive: so many messages a second; or something that goes wrong."""

    def __init__(self, rate: float, what: str) -> None:
        super().__init__()
        self.rate, self.what, self.clock = rate, what, SystemClock()

    async def run(self, accept: Callable[[MarketEvent], object]) -> None:
        self._accept = accept
        now, now_ms = self.clock.now(), self.clock.wall_ms()
        if self.what == "refused":
            self.emit(SymbolRefused(scripted.SYMBOL, ("tBTCUST", "tBTCEUR"), now))
        else:
            self.emit(*scripted.market(now, now_ms))
        if self.what == "hostile":
            self.emit(Notice(HOSTILE, Severity.WARNING, now), scripted.live(now, LinkState.POLLING, reason=HOSTILE))
        if self.what == "crash":
            await asyncio.sleep(0.2)
            raise KeyError("made to break")
        if self.what == "crash-drawing":
            await asyncio.sleep(0.2)
            self.emit(TickerSeen(scripted.SYMBOL, "no ticker", Source.REST, now))  # type: ignore[arg-type]
        step = 0
        while True:
            await asyncio.sleep(1 / self.rate if self.rate else 3600)
            step += 1
            self.emit(*scripted.deltas(step, self.clock.now(), self.clock.wall_ms()))


def main() -> int:
    rate = float(sys.argv[1]) if len(sys.argv) > 1 else 0.0
    what = sys.argv[2] if len(sys.argv) > 2 else ""
    model = HybridMarketData(TimedFeed(rate, what), View(scripted.BTC))
    looks = Looks(ascii="ascii" in sys.argv[3:])
    news = SAVED if what == "settings" else []
    options = AppOptions(crash_folder=crash_folder(), looks=looks, news=lambda: news.pop(0) if news else None)
    return HybridApp(model, options).run_and_report()


if __name__ == "__main__":
    sys.exit(main())

"""Alerts without a screen: one line each, until there is nothing left to watch for."""

import asyncio
from collections.abc import Callable

from hybridtui.errors import SymbolError
from hybridtui.hybrid import HybridMarketData
from hybridtui.market.alerts.folding import AlertNotice, fired_text, unjudged_text
from hybridtui.market.alerts.rules import AlertList
from hybridtui.market.alerts.spelling import text_of
from hybridtui.market.source import Topic
from hybridtui.notify.alarm import Alarm
from hybridtui.notify.command import CommandRunner
from hybridtui.notify.message import json_message, utc_text
from hybridtui.notify.terminal import printable
from hybridtui.store.choices import Choices


class Watching:
    """A market and its alerts, told in lines."""

    def __init__(
        self,
        market: HybridMarketData,
        choices: Choices,
        alerts: AlertList | None,
        command: tuple[str, ...],
        tell: Callable[[str], bool],
        remark: Callable[[str], object],
        *,
        demo: bool = False,
    ) -> None:
        """The alerts are those that are remembered where None is given.

        `tell` takes a line and returns whether anybody reads; `remark` takes what is no alert. The command is told
        whether the market is of the `demo`.
        """
        self.alarm = Alarm(market, choices, self._told, known=alerts is None)
        if alerts is not None:
            self.alarm.change(alerts)
        self._market = market
        self._tell = tell
        self._remark = remark
        self._demo = demo
        self._runner = CommandRunner(command, self._complain) if command else None
        self._ended = asyncio.Event()
        self._code = 0

    async def run(self) -> int:
        """Watch until the end. Returns the exit code; raises SymbolError where there is no such market."""
        texts = "; ".join(text_of(alert) for alert in self.alarm.alerts.alerts if alert.armed)
        self._remark(f"watching {self._market.instrument.label}: {texts or 'nothing, every alert is off or has fired'}")
        self._look_whether_done()
        unsubscribe = self._market.subscribe(Topic.LINK, self._link_changed)
        try:
            async with self._market:
                await self._ended.wait()
        finally:
            unsubscribe()
            self.alarm.close()
            if self._runner is not None:
                await self._runner.close()
        refused = self._market.state.refused
        if refused is not None:
            nearest = f"; did you mean {' or '.join(refused.nearest)}?" if refused.nearest else "."
            raise SymbolError(f"The exchange does not trade {self._market.instrument.label}{nearest}")
        return self._code

    def end(self, code: int) -> None:
        """Watch no longer."""
        self._code = code
        self._ended.set()

    def _told(self, notice: AlertNotice) -> None:
        label = notice.markets or self._market.instrument.label
        lines = [(each.at, fired_text(each)) for each in notice.fired]
        lines += [(each.at, unjudged_text(each)) for each in notice.unjudged]
        more = notice.count - len(notice.fired)
        lines += [(notice.at, f"and {more:,} more")] if more else []
        for at, text in sorted(lines):
            when = utc_text(round(self.alarm.epoch_ms + at * 1000))
            if not self._tell(f"{when} {label} {printable(text)}"):
                self.end(0)
        if notice.fired and self._runner is not None:
            self._runner.run(json_message(notice, self._market.instrument, self.alarm.epoch_ms, demo=self._demo))
        self._look_whether_done()

    def _look_whether_done(self) -> None:
        if not any(alert.armed for alert in self.alarm.alerts.alerts):
            self._ended.set()

    def _link_changed(self, _: Topic) -> None:
        if self._market.failure is not None or self._market.state.refused is not None:
            self._ended.set()

    def _complain(self, sentence: str) -> None:
        self._remark(printable(sentence))

"""Alerts on the screen: what a notice sets in motion, and the mark in the window's title until the user is there."""

import logging
import os
from typing import TYPE_CHECKING

from hybridtui.hybrid import HybridMarketData
from hybridtui.market.alerts.folding import AlertNotice
from hybridtui.market.alerts.rules import price_levels
from hybridtui.notify.alarm import Alarm
from hybridtui.notify.command import CommandRunner
from hybridtui.notify.message import json_message
from hybridtui.notify.others import Beside
from hybridtui.notify.terminal import BELL, notification
from hybridtui.render.lines import sanitise
from hybridtui.store.choices import Choices

if TYPE_CHECKING:
    from textual.app import App

_SHOWN = 10.0
"""Seconds that a notice stays on the screen."""
_log = logging.getLogger(__name__)


class Alerting:
    """The alarm of an app, from `start` to `close`."""

    def __init__(
        self,
        app: "App[None]",
        market: HybridMarketData,
        choices: Choices,
        command: tuple[str, ...] = (),
        beside: Beside | None = None,
        *,
        demo: bool = False,
    ) -> None:
        """`command` is run with every notice; none where it is empty. `beside` are the watched markets.

        The command is told whether the markets are of the `demo`.
        """
        self._app = app
        self._market = market
        self._choices = choices
        self._beside = beside
        self._demo = demo
        self._runner = CommandRunner(command, self._complain) if command else None
        self._alarm: Alarm | None = None
        self.unseen = 0
        """How often something fired since the user pressed a key."""

    @property
    def alarm(self) -> Alarm:
        """The alarm; only between `start` and `close`."""
        assert self._alarm is not None
        return self._alarm

    @property
    def levels(self) -> tuple[float, ...]:
        """The prices that armed alerts wait for."""
        return () if self._alarm is None else price_levels(self._alarm.alerts)

    def start(self) -> None:
        """Judge from now on."""
        self._alarm = Alarm(self._market, self._choices, self._tell, beside=self._beside)

    async def close(self) -> None:
        """Judge no more, and let the commands end."""
        if self._alarm is not None:
            self._alarm.close()
        if self._runner is not None:
            await self._runner.close()

    def seen(self) -> None:
        """The user is there."""
        self.unseen = 0

    def marked(self, title: str) -> str:
        """The window's title, with the number of what the user has not seen yet."""
        return f"({self.unseen}) {title}" if self.unseen else title

    def _tell(self, notice: AlertNotice) -> None:
        text, label = sanitise(notice.text), notice.markets
        _log.info("alert: %s: %s", label, text)
        severity = "warning" if notice.fired else "information"
        self._app.notify(text, title=f"Alert {label}", severity=severity, timeout=_SHOWN, markup=False)  # type: ignore[arg-type]
        if not notice.fired:
            return
        self.unseen += notice.count
        self._write(BELL + notification(label, text, os.environ))
        if self._runner is not None:
            self._runner.run(json_message(notice, self._market.instrument, self.alarm.epoch_ms, demo=self._demo))

    def _complain(self, sentence: str) -> None:
        _log.warning("%s", sanitise(sentence))
        self._market.journal.alerted(self._market.clock.now(), sentence)

    def _write(self, sequence: str) -> None:
        """Steer the terminal, where there is one."""
        driver = self._app._driver  # noqa: SLF001 - as Textual's own bell does; it has no other way
        if driver is not None:
            driver.write(sequence)


def alert_levels(app: object) -> tuple[float, ...]:
    """The prices that the alerts of an app wait for, ascending."""
    alerting = getattr(app, "alerting", None)
    return alerting.levels if isinstance(alerting, Alerting) else ()

"""Alerts over real sockets: what is cut, missed and filled in again."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

import hybridtui
from hybridtui.clock import SystemClock
from hybridtui.demo.market import DemoMarket
from hybridtui.hybrid import HybridMarketData
from hybridtui.market.alerts.folding import AlertNotice
from hybridtui.market.source import LinkState
from hybridtui.notify.alarm import Alarm
from hybridtui.server.market import TradeQuery
from hybridtui.server.socket import ExchangeServer, serve
from hybridtui.settings import Settings, Timings
from hybridtui.store.choices import Choices
from tests.market.alerts.playing import alerts_of
from tests.together import Together
from tests.waiting import until

FAST = Timings(retry_first=1.0, retry_cap=2.0, grace=1.0, stale=1.0, poll_book=0.5, poll_trades=2.5, request=2.0)
"""Few enough requests that the budget never stops the trades."""

together = Together()


class Case(NamedTuple):
    server: ExchangeServer
    market: HybridMarketData
    notices: list[AlertNotice]

    def fired(self, kind: str) -> list[str]:
        return [
            each.text
            for notice in self.notices
            for each in notice.fired
            if type(each.alert.rule).__struct_config__.tag == kind
        ]


@asynccontextmanager
async def case(*texts: str, mode: str = "auto") -> AsyncIterator[Case]:
    async with serve(DemoMarket(SystemClock().wall_ms(), seed=7)) as server:
        market = hybridtui.open_market(
            mode=mode, settings=Settings(timings=FAST), rest_url=server.rest_url, ws_url=server.ws_url
        )
        notices: list[AlertNotice] = []
        alarm = Alarm(market, Choices(), notices.append)
        alarm.change(alerts_of(*texts))
        async with market:
            await until(lambda: market.link.state is LinkState.LIVE)
            yield Case(server, market, notices)
            alarm.close()


def newest(server: ExchangeServer) -> int:
    """The id of the exchange's last trade."""
    return max(row[0] for row in server.market.trades("tBTCUSD", TradeQuery(limit=5)))


@together
async def test_a_cut_connection_is_told_once_and_the_market_goes_on_being_judged() -> None:
    async with case("lost", "trade 0.000001 repeat 1s") as run:
        await until(lambda: run.fired("trade"))
        assert run.fired("lost") == []
        run.server.refuse_sockets = 503
        await run.server.cut_sockets()
        await until(lambda: run.fired("lost"))
        assert "the connection is lost: " in run.fired("lost")[0]
        before = len(run.fired("trade"))
        await until(lambda: len(run.fired("trade")) > before)
        assert len(run.fired("lost")) == 1


@together
async def test_an_outage_is_told_and_what_was_missed_is_judged_late() -> None:
    async with case("trade 0.000001 repeat 1s", "stale", mode="websocket") as run:
        run.server.refuse_sockets = 503
        await run.server.cut_sockets()
        await until(lambda: run.fired("stale"))
        missed = newest(run.server)
        await until(lambda: newest(run.server) > missed)
        run.server.refuse_sockets = None
        await until(lambda: any(notice.unjudged for notice in run.notices))
        told = next(each for notice in run.notices for each in notice.unjudged)
        assert [alert.id for alert in told.alerts] == [1]
        assert told.seconds >= 1.0
        await until(lambda: any(each.late for notice in run.notices for each in notice.fired))

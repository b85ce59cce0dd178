"""From the event to the notice: judged at once, folded, remembered, written into the log; per market."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from hybridtui.hybrid import HybridMarketData
from hybridtui.market.alerts.folding import AlertNotice
from hybridtui.market.alerts.rules import AlertList
from hybridtui.market.events import BookChanged, TradesSeen
from hybridtui.market.feed import View
from hybridtui.market.journal import Kind
from hybridtui.market.source import Source
from hybridtui.market.trades import Trade
from hybridtui.notify.alarm import Alarm
from hybridtui.notify.message import json_message
from hybridtui.notify.remembering import choices_name
from hybridtui.store.choices import Choices
from tests.market.alerts.playing import alerts_of
from tests.tui import scripted
from tests.waiting import until


class Case(NamedTuple):
    alarm: Alarm
    market: HybridMarketData
    feed: scripted.ScriptedFeed
    notices: list[AlertNotice]

    def trade(self, number: int, amount: float = 1.0, price: float = 64_210.0) -> None:
        now = self.market.clock
        trade = Trade(number, now.wall_ms(), amount, price)
        self.feed.emit(TradesSeen(scripted.SYMBOL, (trade,), False, Source.WEBSOCKET, now.now()))


@asynccontextmanager
async def case(alerts: AlertList | None = None, folder: Path | None = None) -> AsyncIterator[Case]:
    feed = scripted.ScriptedFeed()
    market = HybridMarketData(feed, View(scripted.BTC))
    feed.first = scripted.market(market.clock.now(), market.clock.wall_ms())
    notices: list[AlertNotice] = []
    async with market:
        await until(lambda: feed.running)
        alarm = Alarm(market, Choices(folder), notices.append)
        if alerts is not None:
            alarm.change(alerts)
        yield Case(alarm, market, feed, notices)
        alarm.close()


async def test_a_trade_fires_and_is_told_within_a_moment() -> None:
    async with case(alerts_of("trade 10")) as run:
        run.trade(1_000_001, 12.5)
        await until(lambda: run.notices)
        assert run.notices[0].text == "trade 10: bought 12.5 at 64,210"
        assert run.market.journal.entries[-1].kind is Kind.ALERT
        assert "bought 12.5" in run.market.journal.entries[-1].text
        assert run.alarm.alerts.alerts[0].spent


async def test_what_fired_is_remembered_for_the_next_start(tmp_path: Path) -> None:
    async with case(alerts_of("trade 10", "price < 5"), tmp_path) as run:
        run.trade(1_000_001, 12.5)
        await until(lambda: run.notices)
    async with case(folder=tmp_path) as run:
        first, second = run.alarm.alerts.alerts
        assert first.spent
        assert first.fired == 1
        assert second.armed


async def test_every_market_has_its_own(tmp_path: Path) -> None:
    async with case(alerts_of("trade 10"), tmp_path) as run:
        run.market.select("ETHUSD")
        assert run.alarm.alerts == AlertList()
        run.alarm.change(alerts_of("trade 3", "stale"))
        run.market.select("BTCUSD")
        assert run.alarm.alerts == alerts_of("trade 10")
        run.market.select("ETHUSD")
        assert run.alarm.alerts == alerts_of("trade 3", "stale")


async def test_a_storm_of_ten_thousand_trades_is_one_notice() -> None:
    texts = [f"trade {size} repeat 1s" for size in range(1, 101)]
    async with case(alerts_of(*texts)) as run:
        for number in range(10_000):
            run.trade(1_000_001 + number, 500.0)
        await until(lambda: run.notices)
        assert len(run.notices) == 1
        assert run.notices[0].count >= 100
        entries = [entry for entry in run.market.journal.entries if entry.kind is Kind.ALERT]
        assert len(entries) == 1


async def test_the_book_is_judged_when_its_batch_is_over() -> None:
    async with case(alerts_of("wall 500 1%")) as run:
        at = run.market.clock.now()
        run.feed.emit(BookChanged(scripted.SYMBOL, 64_209.0, 1, 700.0, at))
        await until(lambda: run.notices)
        assert "700 bid at 64,209" in run.notices[0].text


async def test_closing_tells_what_was_gathered_and_stops_listening() -> None:
    async with case(alerts_of("trade 10 repeat 1s")) as run:
        run.trade(1_000_001, 12.5)
        assert run.notices == []
        run.alarm.close()
        assert len(run.notices) == 1
        run.trade(1_000_002, 12.5)
        await asyncio.sleep(0)
        assert run.alarm.alerts.alerts[0].fired == 1


async def test_what_a_command_reads_is_valid_json() -> None:
    async with case(alerts_of("trade 10 repeat 5m", "price x 64211")) as run:
        run.trade(1_000_001, 1.0, 64_210.0)
        run.trade(1_000_002, -12.5, 64_212.5)
        await until(lambda: run.notices)
        message = json_message(run.notices[0], scripted.BTC, run.alarm.epoch_ms)
        assert message.count(b"\n") == 1
        read = json.loads(message)
        assert (read["version"], read["symbol"], read["market"], read["count"]) == (1, "tBTCUSD", "BTC/USD", 2)
        assert read["demo"] is False
        assert json.loads(json_message(run.notices[0], scripted.BTC, run.alarm.epoch_ms, demo=True))["demo"] is True
        price, trade = read["alerts"]
        assert (price["kind"], price["alert"], price["value"]) == ("price", "price x 64211", 64212.5)
        assert (trade["id"], trade["alert"], trade["late"]) == (1, "trade 10 repeat 5m", False)
        assert trade["time"].endswith("Z")
        assert abs(trade["time_ms"] - run.market.clock.wall_ms()) < 60_000


def test_the_name_of_a_market_is_a_file_name() -> None:
    assert choices_name("tDUSK:USD") == "alerts_tDUSK_USD"
    assert choices_name("../../x").isidentifier()

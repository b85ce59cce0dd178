"""Alerts of watched markets while another one is on the screen, and the same alerts in two panes."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from hybridtui.hybrid import HybridMarketData
from hybridtui.market.alerts.folding import AlertNotice
from hybridtui.market.alerts.rules import AlertList
from hybridtui.market.alerts.spelling import parse_alert, text_of
from hybridtui.market.events import TradesSeen
from hybridtui.market.feed import View
from hybridtui.market.instrument import Instrument
from hybridtui.market.quote_events import QuotesLost, QuotesSeen
from hybridtui.market.source import Source
from hybridtui.market.ticker import Ticker
from hybridtui.market.trades import Trade
from hybridtui.notify.alarm import Alarm
from hybridtui.notify.message import json_message
from hybridtui.notify.remembering import choices_name
from hybridtui.store.choices import Choices
from tests.market.alerts.playing import alerts_of
from tests.tui import scripted
from tests.waiting import until

BTC = scripted.BTC
ETH, XRP = (Instrument(f"t{code}", code[:3], code[3:]) for code in ("ETHUSD", "XRPUSD"))


class Beside:
    """Which markets are watched, and whether their prices are needed."""

    def __init__(self, *watched: Instrument) -> None:
        self.watched = watched
        self.needed = False

    def need(self, needed: bool) -> None:
        self.needed = needed


class Case(NamedTuple):
    alarm: Alarm
    market: HybridMarketData
    feed: scripted.ScriptedFeed
    notices: list[AlertNotice]
    beside: Beside

    def quote(self, last: float, instrument: Instrument = ETH, source: Source = Source.WEBSOCKET) -> None:
        self.feed.emit(QuotesSeen(((instrument, Ticker(last=last)),), source, self.market.clock.now()))

    def trade(self, amount: float) -> None:
        now = self.market.clock
        made = Trade(1_000_001, now.wall_ms(), amount, 64_210.0)
        self.feed.emit(TradesSeen(BTC.symbol, (made,), False, Source.WEBSOCKET, now.now()))


@asynccontextmanager
async def case(choices: Choices, *watched: Instrument) -> AsyncIterator[Case]:
    feed = scripted.ScriptedFeed()
    market = HybridMarketData(feed, View(BTC))
    feed.first = scripted.market(market.clock.now(), market.clock.wall_ms())
    notices: list[AlertNotice] = []
    beside = Beside(*watched)
    async with market:
        await until(lambda: feed.running)
        alarm = Alarm(market, choices, notices.append, beside=beside)
        yield Case(alarm, market, feed, notices, beside)
        alarm.close()


def remembered(folder: Path | None = None, **texts: str) -> Choices:
    choices = Choices(folder)
    for code, text in texts.items():
        choices.put(choices_name(f"t{code}"), alerts_of(*text.split("; ")))
    return choices


async def test_a_watched_market_is_judged_by_its_tickers_and_named() -> None:
    async with case(remembered(ETHUSD="price > 3000", BTCUSD="trade 10"), BTC, ETH) as run:
        assert run.beside.needed
        for last in (2990.0, 3010.5):
            run.quote(last)
        run.trade(12.0)
        await until(lambda: run.notices)
        [notice] = run.notices
        assert (notice.markets, notice.count) == ("ETH/USD, BTC/USD", 2)
        assert notice.text == "price > 3000: the price rose above 3,000: 3,010.5 (and 1 more)"
        read = json.loads(json_message(notice, BTC, run.alarm.epoch_ms))
        assert (read["symbol"], read["market"]) == ("tETHUSD", "ETH/USD")
        assert [(each["symbol"], each["market"]) for each in read["alerts"]] == [
            ("tETHUSD", "ETH/USD"),
            ("tBTCUSD", "BTC/USD"),
        ]
        assert run.market.journal.entries[-1].text.startswith("ETH/USD, BTC/USD: price > 3000: ")
        await until(lambda: not run.beside.needed)


async def test_it_goes_on_when_the_market_leaves_the_screen_and_comes_back(tmp_path: Path) -> None:
    async with case(remembered(tmp_path, BTCUSD="price > 70000 repeat 1s; wall 50 1%"), BTC, ETH) as run:
        price, wall = (alert.rule for alert in run.alarm.alerts.alerts)
        assert run.alarm.followed(BTC, wall)
        run.market.select("ETHUSD")
        assert list(run.alarm.all) == [ETH, BTC]
        assert (run.alarm.followed(BTC, price), run.alarm.followed(BTC, wall)) == (True, False)
        assert not run.alarm.judgeable(BTC, price), "nothing comes of it yet"
        for last in (69_000.0, 70_001.0):
            run.quote(last, BTC)
        assert run.alarm.judgeable(BTC, price)
        await until(lambda: run.notices)
        assert (run.notices[0].markets, run.notices[0].unjudged) == ("BTC/USD", ())
        run.market.select("BTCUSD")
        assert run.alarm.alerts.alerts[0].fired == 1
        assert list(run.alarm.all) == [BTC, ETH]
    saved = Choices(tmp_path).get(choices_name("tBTCUSD"), AlertList())
    assert saved.alerts[0].fired == 1


async def test_a_market_that_is_not_watched_is_not_judged() -> None:
    async with case(remembered(ETHUSD="price > 3000", XRPUSD="price > 1")) as run:
        assert list(run.alarm.all) == [BTC]
        assert not run.beside.needed
        run.beside.watched = (XRP,)
        await until(lambda: run.beside.needed)
        assert list(run.alarm.all) == [BTC, XRP]
        for last in (0.9, 1.1):
            run.quote(last, XRP)
        await until(lambda: run.notices)
        assert run.notices[0].markets == "XRP/USD"


async def test_an_outage_of_a_watched_market_is_told() -> None:
    async with case(remembered(ETHUSD="price > 3000"), ETH) as run:
        run.quote(2990.0)
        run.feed.emit(QuotesLost(None, "the socket is closed", run.market.clock.now()))
        assert not run.alarm.judgeable(ETH, run.alarm.all[ETH].alerts[0].rule)
        late = run.market.clock.now() + 45.0
        run.feed.emit(QuotesSeen(((ETH, Ticker(last=3001.0)),), Source.REST, late))
        run.alarm.close()
        [notice] = run.notices
        assert notice.text == "price > 3000: the price rose above 3,000: 3,001, learned of after an outage"
        assert notice.unjudged[0].text.startswith("could not be judged for 4")


async def test_a_hundred_watched_markets_are_one_notice() -> None:
    many = [Instrument(f"tA{number:02}USD", f"A{number:02}", "USD") for number in range(100)]
    texts = {each.symbol[1:]: "price > 10 repeat 1s" for each in many}
    async with case(remembered(None, **texts), *many) as run:
        for last in (9.0, 11.0):
            for instrument in many:
                run.quote(last, instrument)
        await until(lambda: run.notices)
        assert (len(run.notices), run.notices[0].count) == (1, 100)
        assert run.notices[0].markets == "A00/USD and 99 more markets"


# Two panes


@contextmanager
def patience(monkeypatch: pytest.MonkeyPatch, seconds: float) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setattr("hybridtui.notify.alarm.RENEW", seconds)
        yield


def texts(alarm: Alarm, instrument: Instrument = BTC) -> list[str]:
    return [text_of(alert) for alert in alarm.all[instrument].alerts]


def add(alarm: Alarm, text: str, instrument: Instrument = BTC) -> None:
    alarm.change(alarm.all[instrument].added(*parse_alert(text)), instrument)


async def test_what_two_panes_add_is_in_both_and_what_one_deletes_stays_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with patience(monkeypatch, 0.05):
        async with case(Choices(tmp_path), ETH) as one, case(Choices(tmp_path), ETH) as two:
            add(one.alarm, "trade 10")
            add(two.alarm, "trade 20")
            assert texts(two.alarm) == ["trade 10", "trade 20"], "whoever writes sees the other's at once"
            await until(lambda: texts(one.alarm) == ["trade 10", "trade 20"])
            one.alarm.change(one.alarm.alerts.without(1))
            two.trade(25.0)
            await until(lambda: two.notices)
            assert texts(two.alarm) == ["trade 20"]
            await until(lambda: one.alarm.alerts == two.alarm.alerts)
            assert one.alarm.alerts.alerts[0].spent
            add(one.alarm, "price > 3000", ETH)
            await until(lambda: two.beside.needed)
            assert texts(two.alarm, ETH) == ["price > 3000"]
        assert Choices(tmp_path).get(choices_name("tBTCUSD"), AlertList()) == one.alarm.alerts


async def test_a_list_that_is_looked_at_is_up_to_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with patience(monkeypatch, 1000.0):
        async with case(Choices(tmp_path)) as one, case(Choices(tmp_path)) as two:
            add(one.alarm, "trade 10")
            assert texts(two.alarm) == []
            two.alarm.renew()
            assert texts(two.alarm) == ["trade 10"]

"""Alerts on the screen: typed, listed, changed and deleted with keys; and all that is to happen when one fires."""

import json
import sys
from pathlib import Path

import pytest

from hybridtui.market.alerts.rules import AlertList
from hybridtui.market.events import TradesSeen
from hybridtui.market.instrument import Instrument
from hybridtui.market.quote_events import QuotesSeen
from hybridtui.market.source import Source
from hybridtui.market.ticker import Ticker
from hybridtui.market.trades import Trade
from hybridtui.market.watchlist import Watchlist
from hybridtui.store.choices import Choices
from hybridtui.tui.app import AppOptions
from tests.market.alerts.playing import alerts_of
from tests.tui import scripted
from tests.tui.screen import Running, running

ETH = Instrument("tETHUSD", "ETH", "USD")


def remembered(*texts: str, folder: Path | None = None) -> Choices:
    """Choices that remember these alerts."""
    choices = Choices(folder)
    choices.put("alerts_tBTCUSD", alerts_of(*texts))
    return choices


async def opened(run: Running) -> None:
    await run.pilot.press("exclamation_mark")
    await run.until(lambda: "ALERTS" in run.text())


def row(run: Running, text: str) -> str:
    return next((line for line in run.text().split("\n") if f"] {text}" in line), "")


async def trade(run: Running, amount: float, price: float = 64_210.0, number: int = 1_000_001) -> None:
    made = Trade(number, run.clock.wall_ms(), amount, price)
    await run.emit(TradesSeen(scripted.SYMBOL, (made,), False, Source.WEBSOCKET, run.clock.now()))


async def heard(run: Running) -> None:
    """Let the notice come due: the clock of the test stands still."""
    run.clock.seconds += 3.0
    await run.until(lambda: any(entry.kind == "alert" for entry in run.model.journal.entries))


async def test_an_alert_is_typed_and_listed_and_remembered(tmp_path: Path) -> None:
    async with running(options=AppOptions(choices=Choices(tmp_path))) as run:
        await opened(run)
        await run.until(lambda: "No alerts yet: press a." in run.text())
        assert "volume 3x" in run.text(), "how to write one"
        await run.pilot.press("a", *"price > 70,000 repeat 5m", "enter")
        await run.until(lambda: "▸[✓] price > 70000 repeat 5m" in run.text())
        assert "armed" in row(run, "price > 70000")
        assert Choices(tmp_path).get("alerts_tBTCUSD", AlertList()) == alerts_of("price > 70000 repeat 5m")


async def test_what_cannot_be_meant_is_said_in_whole() -> None:
    async with running() as run:
        await opened(run)
        await run.pilot.press("a", *"prise > 1", "enter")
        await run.until(lambda: "'prise' is no kind of alert" in run.text())
        assert "64500'." in run.text()
        await run.pilot.press("escape")
        await run.until(lambda: "is no kind" not in run.text())
        assert "No alerts yet" in run.text()


async def test_keys_change_switch_and_delete() -> None:
    async with running(options=AppOptions(choices=remembered("price > 70000", "trade 100"))) as run:
        await opened(run)
        await run.pilot.press("down", "space")
        await run.until(lambda: "▸[ ] trade 100" in run.text())
        assert "off" in row(run, "trade 100")
        await run.pilot.press("space")
        await run.until(lambda: "▸[✓] trade 100" in run.text())
        await run.pilot.press("e", "end", "5", "enter")
        await run.until(lambda: "▸[✓] trade 1005" in run.text())
        await run.pilot.press("down", "d")
        await run.until(lambda: "price > 70000" not in run.text())
        await run.pilot.press("d")
        await run.until(lambda: "No alerts yet" in run.text())
        await run.pilot.press("d", "space", "r", "up", "down")
        await run.pilot.press("exclamation_mark")
        await run.until(lambda: "ALERTS" not in run.text())


async def test_one_that_fired_says_when_and_can_be_armed_again() -> None:
    async with running(options=AppOptions(choices=remembered("trade 10"))) as run:
        await opened(run)
        await trade(run, 12.0)
        await heard(run)
        await run.until(lambda: "▸[!] trade 10" in run.text())
        assert "fired" in row(run, "trade 10")
        await run.pilot.press("r")
        await run.until(lambda: "▸[✓] trade 10" in run.text())
        assert "armed" in row(run, "trade 10")


async def test_without_data_it_says_that_it_cannot_be_judged() -> None:
    async with running(options=AppOptions(choices=remembered("trade 10", "stale")), bare=True) as run:
        await opened(run)
        assert "no data to judge by" in row(run, "trade 10")
        assert "armed" in row(run, "stale")


async def test_a_notice_is_a_toast_a_bell_a_notification_a_title_and_an_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TMUX", raising=False)
    written: list[str] = []
    async with running(toasts=True, options=AppOptions(choices=remembered("trade 10 repeat 1s"))) as run:
        monkeypatch.setattr(run.app._driver, "write", written.append)
        await trade(run, 12.0)
        await heard(run)
        await run.until(lambda: "Alert BTC/USD" in run.text() and "bought 12" in run.text())
        everything = "".join(written)
        assert everything.count("\a") == 1
        assert "\x1b]777;notify;BTC/USD;trade 10 repeat 1s: bought 12 at 64,210\x1b\\" in everything
        assert run.app.alerting.marked("BTCUSD 64,210") == "(1) BTCUSD 64,210"
        await run.pilot.press("z")
        assert run.app.alerting.marked("BTCUSD 64,210") == "BTCUSD 64,210"
        await run.pilot.press("l")
        await run.until(lambda: "bought 12 at 64,210" in run.text())


async def test_a_storm_is_one_bell_and_one_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    target = tmp_path / "got"
    command = (sys.executable, "-c", f"import sys; open({str(target)!r}, 'a').write(sys.stdin.read())")
    choices = remembered(*(f"trade {size} repeat 1s" for size in range(1, 101)))
    async with running(options=AppOptions(choices=choices, on_alert=command)) as run:
        monkeypatch.setattr(run.app._driver, "write", written.append)
        rows = tuple(Trade(1_000_001 + number, run.clock.wall_ms(), 500.0, 64_210.0) for number in range(10_000))
        await run.emit(
            *(TradesSeen(scripted.SYMBOL, (each,), False, Source.WEBSOCKET, run.clock.now()) for each in rows)
        )
        await heard(run)
        await run.until(lambda: target.exists() and target.read_text().endswith("\n"))
        assert "".join(written).count("\a") == 1
    [line] = target.read_text().splitlines()
    read = json.loads(line)
    assert read["count"] == len(read["alerts"]) == 100


@pytest.mark.parametrize("demo", [False, True])
async def test_a_command_is_told_whether_the_market_is_made_up(tmp_path: Path, demo: bool) -> None:
    target = tmp_path / "got"
    command = (sys.executable, "-c", f"import sys; open({str(target)!r}, 'a').write(sys.stdin.read())")
    async with running(options=AppOptions(choices=remembered("trade 10"), on_alert=command, demo=demo)) as run:
        await trade(run, 12.0)
        await heard(run)
        await run.until(lambda: target.exists() and target.read_text().endswith("\n"))
    assert json.loads(target.read_text())["demo"] is demo


async def test_a_command_that_fails_is_one_line_in_the_log() -> None:
    command = (sys.executable, "-c", "import sys; sys.exit('no phone')")
    async with running(options=AppOptions(choices=remembered("trade 10"), on_alert=command)) as run:
        await trade(run, 12.0)
        await heard(run)
        await run.until(lambda: "ended with exit code 1: no phone" in run.model.journal.entries[-1].text)
        await run.pilot.press("l")
        await run.until(lambda: "ended with exit code 1: no phone" in run.text())


@pytest.mark.parametrize("size", [(80, 24), (40, 24), (40, 12), (20, 5)])
async def test_it_fits_small_terminals(size: tuple[int, int]) -> None:
    texts = [f"price > {70_000 + number}" for number in range(30)]
    async with running(options=AppOptions(choices=remembered(*texts)), size=size) as run:
        await run.pilot.press("exclamation_mark")
        await run.until(lambda: "▸[✓] price >" in run.text())
        await run.pilot.press("up")
        await run.until(lambda: "▸[✓] price > 70029" in run.text() or "▸[✓] price > 700" in run.text())
        assert "price > 70000" not in run.text(), "scrolled to the last"


async def test_a_row_can_be_clicked() -> None:
    async with running(options=AppOptions(choices=remembered("price > 70000", "trade 100"))) as run:
        await opened(run)
        await run.pilot.click("#alerts", offset=(8, 2))
        await run.until(lambda: "▸[✓] trade 100" in run.text())
        await run.pilot.click("#alerts", offset=(8, 2))
        await run.until(lambda: "▸[ ] trade 100" in run.text())
        await run.pilot.click(offset=(2, 2))
        await run.until(lambda: "ALERTS" not in run.text())


# From the crosshair


def prompt(run: Running) -> str:
    return run.text().split("\n")[-1]


async def test_the_crosshair_gives_its_price() -> None:
    async with running(size=(200, 50)) as run:
        candle = run.model.candles.newest(3)[0]
        await run.pilot.press("x", "left", "left")
        await run.until(lambda: f"C {candle.close:,.0f}" in run.text() and "! alert" in run.text())
        await run.pilot.press("exclamation_mark")
        await run.until(lambda: f"New alert: price x {candle.close:.0f}" in prompt(run))
        await run.pilot.press("enter")
        await run.until(lambda: f"▸[✓] price x {candle.close:.0f}" in run.text())
        await run.pilot.press("escape")
        await run.until(lambda: "ALERTS" not in run.text())
        assert run.app.alerting.levels == (candle.close,)


async def test_a_mouse_gives_the_price_on_the_axis() -> None:
    async with running() as run:
        chart = run.app.market_screen.chart
        await run.pilot.hover(chart, offset=(20, 10))
        await run.until(lambda: "▸" in run.text().split("\n")[chart.region.y + 10])
        row = run.text().split("\n")[chart.region.y + 10]
        price = row[: chart.region.right].partition("▸")[2].split()[0]
        await run.pilot.press("exclamation_mark")
        await run.until(lambda: f"New alert: price x {price.replace(',', '')} " in prompt(run))
        await run.pilot.press("escape")
        await run.until(lambda: "New alert" not in run.text())
        assert "No alerts yet" in run.text()


async def test_without_a_crosshair_there_is_only_the_list() -> None:
    async with running() as run:
        assert "! alert" not in run.text()
        await opened(run)
        assert "New alert" not in run.text()
        await run.pilot.press("escape", "x", "m")
        await run.until(lambda: "CONNECTION" in run.text())
        await run.pilot.press("exclamation_mark")
        await run.until(lambda: "ALERTS" in run.text())
        assert "New alert" not in run.text(), "the crosshair is not to be seen"


# Watched markets


def watching(folder: Path | None = None, **texts: str) -> AppOptions:
    choices = Choices(folder)
    choices.put("watchlist", Watchlist(("tETHUSD", "tXRPUSD")))
    for code, text in texts.items():
        choices.put(f"alerts_t{code}", alerts_of(*text.split("; ")))
    return AppOptions(choices=choices)


async def quoted(run: Running, *prices: float) -> None:
    for price in prices:
        await run.emit(QuotesSeen(((ETH, Ticker(last=price)),), Source.WEBSOCKET, run.clock.now()))


async def test_an_alert_of_a_watched_market_is_typed_listed_and_told(tmp_path: Path) -> None:
    options = watching(tmp_path, BTCUSD="stale")
    async with running(options=options, toasts=True) as run:
        await opened(run)
        assert "▸[✓] stale" in run.text()
        assert "ETHUSD price > 1: of a watched market" in run.text()
        await run.pilot.press("a", *"eth/usd price > 3000", "enter")
        await run.until(lambda: "▸[✓] ETH/USD price > 3000" in run.text())
        assert "BTC/USD stale" in run.text()
        assert "no data to judge by" in row(run, "ETH/USD price > 3000")
        assert run.feed.interest.needed
        await quoted(run, 2990.0)
        await run.until(lambda: "armed" in row(run, "ETH/USD price > 3000"))
        await run.pilot.press("e")
        await run.until(lambda: "Alert: ETHUSD price > 3000" in prompt(run))
        await run.pilot.press("end", "backspace", "5", "enter")
        await run.until(lambda: "▸[✓] ETH/USD price > 3005" in run.text())
        await quoted(run, 3005.5)
        run.clock.seconds += 3.0
        await run.until(lambda: "Alert ETH/USD" in run.text() and "rose above 3,005: 3,005.5" in run.text())
        await run.until(lambda: "[!] ETH/USD price > 3005" in run.text())
        saved = Choices(tmp_path).get("alerts_tETHUSD", AlertList())
        assert saved.alerts[0].spent


async def test_what_needs_its_market_on_the_screen_says_so() -> None:
    async with running(options=watching(ETHUSD="wall 50 1%; price > 3000")) as run:
        await opened(run)
        assert "only while on screen" in row(run, "ETH/USD wall 50 1%")
        await run.pilot.press("a", *"ETHUSD trade 5", "enter")
        await run.until(lambda: "trade needs more of ETH/USD than is followed" in run.text())
        await run.pilot.press("escape", "a", *"LTCUSD price > 5", "enter")
        await run.until(lambda: "'LTCUSD' is neither on the screen nor in the watchlist" in run.text())
        await run.pilot.press("escape", "d")
        await run.until(lambda: not row(run, "ETH/USD wall"))
        await run.pilot.press("e", *["backspace"] * 30, *"price < 5", "enter")
        await run.until(lambda: "▸[✓] price < 5" in run.text())
        assert "ETH/USD price > 3000" not in run.text(), "it has moved to the market on the screen"


async def test_another_pane_is_seen_in_an_open_list(tmp_path: Path) -> None:
    async with running(options=watching(tmp_path)) as run:
        await opened(run)
        assert "No alerts yet" in run.text()
        other = Choices(tmp_path)
        other.put("alerts_tBTCUSD", alerts_of("trade 10", "trade 20"))
        other.put("alerts_tXRPUSD", alerts_of("price > 1"))
        await run.until(lambda: "XRP/USD price > 1" in run.text())
        assert "▸[✓] BTC/USD trade 10" in run.text()
        assert "[✓] BTC/USD trade 20" in run.text()

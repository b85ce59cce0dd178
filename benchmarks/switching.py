"""How long after Enter in the list of markets the new market is on the screen: remembered, fresh, and fresh as a whole.

What the program writes is drawn on an emulated screen, piece by piece as it arrived. A market counts as shown when its
name is in the header and prices of its kind are in the order book; as fresh when the book's title says no longer that
they are remembered. The exchange is on this computer, once at once and once with every answer a tenth of a second late.
"""

import compileall
import re
import tempfile
import time
from collections.abc import Callable
from itertools import chain
from pathlib import Path

import msgspec
import pyte

from benchmarks.exchange import Source, addresses, running
from benchmarks.table import Row, median, show
from benchmarks.terminal import ROOT, Terminal, app
from hybridtui.demo.run import DemoSettings

ROUNDS = 6
WIDTH, HEIGHT = 120, 40
PATIENCE = 20.0
LATE_S = 0.1
_PRICES = {
    "ETH/USD": r"\d,\d{3}\.\d",
    "XRP/BTC": r"0\.0000\d{3,}",
    "DUSK/USD": r"0\.\d{5}",
    "BTC/USD": r"\d\d,\d{3}",
}
"""The markets, each with what its prices look like in the book."""
_LATE = f"""[[step]]
at = 0
fault = "rest-timeout"
delay = {LATE_S}
[[step]]
at = 0
fault = "slow-socket"
delay = {LATE_S}
per_second = 1000
"""


class Switch(msgspec.Struct):
    """One change of market, all in seconds after Enter."""

    remembered: float | None
    """Until remembered prices were in the book; None where there were none."""
    fresh: float
    """Until fresh ones were."""
    whole: float
    """Until book, chart and tape were fresh and the socket was live."""


class Emulated:
    """The screen as the program has drawn it so far."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._screen = pyte.Screen(WIDTH, HEIGHT)
        self._stream = pyte.ByteStream(self._screen)
        self._done = 0

    @property
    def rows(self) -> list[str]:
        """What stands on it."""
        return list(self._screen.display)

    def until(self, seen: Callable[[list[str]], bool]) -> float:
        """When that was seen for the first time, monotonic seconds. Raises TimeoutError where it never is."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            while self._done < len(self._terminal.outputs):
                output = self._terminal.outputs[self._done]
                self._done += 1
                self._stream.feed(output.data.replace(b"\x1b[>25u", b""))
                if seen(self.rows):
                    return output.at
            time.sleep(0.001)
        raise TimeoutError("\n".join(self.rows))


def title(rows: list[str], name: str) -> str:
    """The title row of a panel from its name on; empty where it is not shown."""
    row = next((row for row in rows if f"{name} " in row), "")
    return row[row.find(f"{name} ") :] if row else ""


def shown(rows: list[str], label: str) -> bool:
    """Whether the header names the market and its prices are in the book."""
    at = next((row.find("ORDER BOOK") for row in rows if "ORDER BOOK" in row), -1)
    book = "\n".join(row[at:] for row in rows[2 : HEIGHT // 2])
    return rows[0].startswith(f" {label} ") and at >= 0 and bool(re.search(_PRICES[label], book))


def fresh(rows: list[str], *names: str) -> bool:
    """Whether none of these panels says that it is remembered, or waits."""
    titles = [title(rows, name) for name in names]
    return all(text and not re.search(r"CACHED|waiting|loading|STALE", text) for text in titles)


def complete(rows: list[str]) -> bool:
    """Whether all is fresh, and comes over the socket."""
    return fresh(rows, "ORDER BOOK", "CHART", "TRADES") and "WebSocket Live" in rows[0]


def switched(terminal: Terminal, screen: Emulated, label: str) -> Switch:
    """Choose this market, as a user does, and watch what comes."""
    terminal.press("/")
    screen.until(lambda rows: any("MARKETS" in row for row in rows))
    terminal.press(label.replace("/", " ").lower())
    screen.until(lambda rows: any(re.search(rf"▸.{{2,4}}{label} ", row) for row in rows))
    began = time.monotonic()
    terminal.press("\r")
    cached = [False]

    def first(rows: list[str]) -> bool:
        cached[0] = shown(rows, label) and not fresh(rows, "ORDER BOOK")
        return shown(rows, label)

    at = screen.until(first)
    remembered = at - began if cached[0] else None
    book = screen.until(lambda rows: shown(rows, label) and fresh(rows, "ORDER BOOK")) if cached[0] else at
    whole = book if complete(screen.rows) else screen.until(complete)
    return Switch(remembered, book - began, whole - began)


def measured(late: bool) -> tuple[list[Switch], list[Switch]]:
    """Switches to markets that were never seen, and to remembered ones."""
    with tempfile.TemporaryDirectory() as folder:
        scenario = Path(folder) / "late.toml"
        scenario.write_text(_LATE)
        source = Source("demo", DemoSettings(scenario=scenario if late else None))
        with running(source) as exchange, app(["BTCUSD", *addresses(exchange)], width=WIDTH, height=HEIGHT) as terminal:
            screen = Emulated(terminal)
            screen.until(complete)
            done = [[switched(terminal, screen, label) for label in _PRICES] for _ in range(ROUNDS)]
    new, old = done[0][:-1], [done[0][-1], *chain.from_iterable(done[1:])]
    return new, old


def main() -> None:
    """Measure both distances."""
    compileall.compile_dir(ROOT / "hybridtui", quiet=1)
    rows: list[Row] = []
    for late in (False, True):
        where = f"{LATE_S * 1000:.0f} ms away" if late else "loopback"
        new, old = measured(late)
        remembered = [switch.remembered for switch in old if switch.remembered is not None]
        rows.append((f"{where}: remembered market, {len(remembered)} of {len(old)}, median", _ms(remembered), ""))
        rows.append((f"{where}: remembered market, worst", _ms([max(remembered)]), ""))
        for name, switches in ((f"new market ({len(new)})", new), (f"seen market ({len(old)})", old)):
            values = [switch.fresh for switch in switches]
            rows.append((f"{where}: {name}, fresh book, median", _ms(values), ""))
            rows.append((f"{where}: {name}, fresh book, worst", _ms([max(values)]), "<= 1000 ms"))
            rows.append((f"{where}: {name}, all fresh and live, median", _ms([each.whole for each in switches]), ""))
            rows.append(
                (f"{where}: {name}, all fresh and live, worst", _ms([max(each.whole for each in switches)]), "")
            )
    show("Enter in the list of markets to the market on the screen", rows)


def _ms(values: list[float]) -> str:
    return f"{median(values) * 1000:.0f} ms"


if __name__ == "__main__":
    main()

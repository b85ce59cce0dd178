"""What watching costs: processor time of the program alone, in a busy market and in one where nothing happens.

    python -m benchmarks.cpu [KEYS]

With KEYS, say `h`, these are pressed first and the busy market alone is measured.
"""

import sys
import time

from benchmarks.exchange import Source, addresses, busy, idle, running
from benchmarks.process import cpu_seconds
from benchmarks.table import Row, show
from benchmarks.terminal import app

SETTLED = 5.0
"""Seconds from the first data to the beginning of the measurement."""
SECONDS = 30.0
_SIZES = ((120, 40), (200, 50))


def main() -> None:
    """Chart, book and tape in two sizes, with the heatmap and the depth curve; then the idle market."""
    market = busy()
    if len(sys.argv) > 1:
        show(f"Processor time over {SECONDS:g} s", [_cost(market, *size, "", sys.argv[1]) for size in _SIZES])
        return
    rows = [
        _cost(market, 120, 40, "<= 6 % of a core"),
        _cost(market, 200, 50, "<= 6 % of a core"),
        *(_cost(market, *size, "<= 10 % of a core", "h") for size in _SIZES),
        _cost(market, 120, 40, "", "d"),
        _cost(idle(), 120, 40, "<= 1 % of a core"),
    ]
    show(f"Processor time over {SECONDS:g} s", rows)


def _cost(market: Source, width: int, height: int, target: str, keys: str = "") -> Row:
    with running(market) as exchange, app(["BTCUSD", *addresses(exchange)], width=width, height=height) as terminal:
        terminal.wait_for(lambda text: b"LIVE" in text.upper())
        terminal.press(keys)
        time.sleep(SETTLED)
        began, used, written = time.monotonic(), cpu_seconds(terminal.pid), terminal.written
        time.sleep(SECONDS)
        seconds = time.monotonic() - began
        share = (cpu_seconds(terminal.pid) - used) / seconds
        output = (terminal.written - written) / seconds / 1000
    pressed = f" after {keys!r}" if keys else ""
    return (f"{market.name}{pressed}, {width}x{height}, writing {output:.1f} kB/s", f"{share:.1%}", target)


if __name__ == "__main__":
    main()

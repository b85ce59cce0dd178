"""How much memory the program holds after a minute in a busy market."""

import time

from benchmarks.exchange import addresses, busy, running
from benchmarks.process import resident_mb
from benchmarks.table import show
from benchmarks.terminal import app

SECONDS = 60.0


def main() -> None:
    """Resident memory of the program alone, early and late."""
    market = busy()
    with running(market) as exchange, app(["BTCUSD", *addresses(exchange)]) as terminal:
        terminal.wait_for(lambda text: b"LIVE" in text.upper())
        early = resident_mb(terminal.pid)
        time.sleep(SECONDS)
        late = resident_mb(terminal.pid)
    show(
        f"Resident memory, {market.name}, 120x40",
        [
            ("when live", f"{early:.1f} MB", ""),
            (f"{SECONDS:g} s later", f"{late:.1f} MB", "<= 60 MB"),
        ],
    )


if __name__ == "__main__":
    main()

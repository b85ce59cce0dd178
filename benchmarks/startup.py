"""How long until the first picture, and until fresh data is on it: the program started against a running exchange."""

import compileall

from benchmarks.exchange import addresses, best_bid, idle, running
from benchmarks.table import median, percentile, show
from benchmarks.terminal import ROOT, app

RUNS = 12


def main() -> None:
    """Start it again and again, the way a user does: byte-code compiled, nothing remembered."""
    compileall.compile_dir(ROOT / "hybridtui", quiet=1)
    painted: list[float] = []
    fresh: list[float] = []
    with running(idle()) as exchange:
        price = f"{best_bid(exchange):,.0f}".encode()
        for _ in range(RUNS):
            with app(["BTCUSD", *addresses(exchange)]) as terminal:
                painted.append(terminal.wait_for(lambda text: b"ORDER BOOK" in text) - terminal.began)
                fresh.append(terminal.wait_for(lambda text: price in text) - terminal.began)
    show(
        f"Start, {RUNS} runs",
        [
            ("exec to first paint, median", f"{median(painted) * 1000:.0f} ms", ""),
            ("exec to fresh data on screen, median", f"{median(fresh) * 1000:.0f} ms", "<= 500 ms"),
            ("exec to fresh data on screen, best", f"{min(fresh) * 1000:.0f} ms", ""),
            ("exec to fresh data on screen, p90", f"{percentile(fresh, 0.9) * 1000:.0f} ms", ""),
        ],
    )


if __name__ == "__main__":
    main()

"""How long from `exec` until the remembered screen is on the terminal, as a user starts it: byte-code compiled.

For comparison the bare interpreter and the first frame of the screen's toolkit.
"""

import compileall
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.exchange import addresses, idle, running
from benchmarks.table import median, percentile, show
from benchmarks.terminal import ROOT, Terminal, app

RUNS = 30
TOOLKIT = b"\x1b[?1000h"
"""What Textual writes when it takes the terminal."""
DRAWN = b"last data"
"""Words of its status bar, which the first picture does not have."""


def main() -> None:
    """Let the program see the market once, then start it again and again."""
    compileall.compile_dir(ROOT / "hybridtui", quiet=1)
    painted: list[float] = []
    drawn: list[float] = []
    with running(idle()) as exchange, tempfile.TemporaryDirectory() as memory:
        arguments = ["BTCUSD", *addresses(exchange)]
        with app(arguments, memory=Path(memory)) as terminal:
            terminal.wait_for(lambda text: b"WebSocket Live" in text)
        for _ in range(RUNS):
            with app(arguments, memory=Path(memory)) as terminal:
                painted.append(terminal.wait_for(lambda text: b"remembered, not live" in text) - terminal.began)
                drawn.append(terminal.wait_for(lambda text: DRAWN in text) - terminal.began)
                assert _first_picture_came_first(terminal)
    bare = [_interpreter() for _ in range(RUNS)]
    show(
        f"First paint, {RUNS} runs",
        [
            ("exec to the whole remembered screen, median", f"{median(painted) * 1000:.0f} ms", "<= 50 ms"),
            ("exec to the whole remembered screen, best", f"{min(painted) * 1000:.0f} ms", ""),
            ("exec to the whole remembered screen, p90", f"{percentile(painted, 0.9) * 1000:.0f} ms", ""),
            ("exec to the first frame of the toolkit, median", f"{median(drawn) * 1000:.0f} ms", ""),
            ("the interpreter alone, start to end, median", f"{median(bare) * 1000:.0f} ms", ""),
        ],
    )


def _first_picture_came_first(terminal: Terminal) -> bool:
    text = b"".join(output.data for output in terminal.outputs)
    return text.find(b"remembered, not live") < text.find(TOOLKIT)


def _interpreter() -> float:
    began = time.monotonic()
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run([sys.executable, "-c", "pass"], check=True, env=kept)
    return time.monotonic() - began


if __name__ == "__main__":
    main()

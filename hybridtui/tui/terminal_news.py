"""Once a second: what the terminal's window is called, and how much was written to the terminal."""

from collections import deque

from hybridtui.tui.terminal import TerminalDriver

_KEPT_S = 60
"""How long the amounts are remembered."""


class WrittenMeter:
    """How many bytes a second go to the terminal."""

    def __init__(self) -> None:
        self._samples: deque[tuple[float, int]] = deque()

    def sample(self, now: float, total: int) -> None:
        """`total` bytes have been written since the start, at `now` (monotonic seconds)."""
        self._samples.append((now, total))
        while self._samples[0][0] < now - _KEPT_S:
            self._samples.popleft()

    @property
    def total(self) -> int:
        """Bytes since the start, as of the last sample."""
        return self._samples[-1][1] if self._samples else 0

    def rate(self, seconds: float) -> float | None:
        """Bytes a second over so many seconds before the last sample, or as long as there are any; None before two."""
        if len(self._samples) < 2:
            return None
        now, total = self._samples[-1]
        then, before = next(sample for sample in self._samples if sample[0] >= now - seconds - 0.5)
        return (total - before) / (now - then) if now > then else None


class WindowTitle:
    """Names the window, where the terminal has one and the user wants it; writes only when the name changes."""

    def __init__(self, *, wanted: bool) -> None:
        self.wanted = wanted
        """Whether the window is to be named."""
        self._shown = ""

    def show(self, title: str, driver: object) -> None:
        """This is what the window is called from now on."""
        title = title if self.wanted else ""
        if title == self._shown or not isinstance(driver, TerminalDriver):
            return
        self._shown = title
        if title:
            driver.name_window(title)
        else:
            driver.unname_window()


def written_of(app: object) -> tuple[float, float] | None:
    """Bytes a second that go to the terminal of this app: over two seconds, and over a minute; None without any."""
    meter = getattr(app, "written", None)
    if not isinstance(meter, WrittenMeter) or (now := meter.rate(2)) is None or (minute := meter.rate(_KEPT_S)) is None:
        return None
    return now, minute

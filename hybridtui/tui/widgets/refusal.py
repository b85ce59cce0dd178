"""What stands in the middle of the screen where there is no market: the exchange refuses it, or nobody answers."""

from hybridtui.hybrid import HybridMarketData
from hybridtui.market.events import SymbolRefused
from hybridtui.market.source import LinkState, Topic
from hybridtui.render.lines import Line, Size, fill, text_line
from hybridtui.tui.chosen import keys_of
from hybridtui.tui.panel import LiveWidget

_NO_BREAK = "\N{NO-BREAK SPACE}"
_TRIED = 2
"""The retry from which on the exchange does not answer; before it, it may just be slow."""


def is_wanted(market: HybridMarketData) -> bool:
    """Whether there is something to say that matters more than empty panels."""
    return market.state.refused is not None or _alone(market)


def _alone(market: HybridMarketData) -> bool:
    """Nobody answers, and nothing is remembered: the first start without a network."""
    link = market.link
    unanswered = link.state is LinkState.STALE or (link.state is LinkState.CONNECTING and link.attempt >= _TRIED)
    return unanswered and market.state.newest_arrival() is None


class Refusal(LiveWidget):
    """What is the matter, the nearest names, and what to do."""

    topics = Topic.LINK
    cadence = 0.25

    def tick(self) -> None:
        """Nothing here grows old."""

    def lines(self, size: Size) -> list[Line]:
        """Two or three sentences, in the upper third; fewer words where there is less room."""
        shown = {key.id: key.shown for key in keys_of(self.app)}
        quit_key = shown["quit"]
        if self.market.state.refused is not None:
            told = [_refused(self.market.state.refused, shown["picker"], quit_key)]
        elif _alone(self.market):
            told = _unanswered(self.market, quit_key)
        else:
            return fill([], size, self.palette.text)
        wrapped = [[row for text in texts for row in _wrapped(text, size.width - 2)] for texts in told]
        rows = next((rows for rows in wrapped if len(rows) <= size.height), wrapped[-1])
        styles = self.palette
        lines = [
            text_line(f" {row}", size.width, styles.bright if at == 0 else styles.text) for at, row in enumerate(rows)
        ]
        return fill([[]] * max((size.height - len(rows)) // 3, 0) + lines, size, styles.text)


def _refused(refused: SymbolRefused, picker_key: str, quit_key: str) -> list[str]:
    texts = [f"The exchange does not know {refused.symbol}."]
    if refused.nearest:
        texts.append(f"Nearest names: {', '.join(refused.nearest)}")
    return [*texts, f"Press {picker_key} to find the one you meant.", f"Press {quit_key} to quit."]


def _unanswered(market: HybridMarketData, quit_key: str) -> list[list[str]]:
    """The same with ever fewer words."""
    reason = f" ({market.link.reason})" if market.link.reason else ""
    name = market.instrument.label.replace("/", "")
    demo, doctor = (_whole(command) for command in (f"`hybridtui {name} --demo`", "`hybridtui doctor`"))
    return [
        [
            f"The exchange does not answer{reason}, and nothing of {market.instrument.label} is remembered.",
            f"It is tried again and again. Without a network press {quit_key} and run {demo} for a made-up market; "
            f"{doctor} finds out what is in the way.",
        ],
        [f"No answer{reason}.", f"No network? {quit_key}, then {demo}; {doctor} tells why."],
        [f"Without a network: {demo}"],
        ["No network? --demo"],
    ]


def _whole(command: str) -> str:
    """A command that is not broken at its spaces where there is room for it."""
    return command.replace(" ", _NO_BREAK)


def _wrapped(text: str, width: int) -> list[str]:
    from textwrap import wrap

    if any(len(word) > width for word in text.split(" ")):
        text = text.replace(_NO_BREAK, " ")
    return [row.replace(_NO_BREAK, " ") for row in wrap(text, max(width, 1), break_on_hyphens=False)]

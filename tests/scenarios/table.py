"""Writes `docs/faults.md` from what happens: `python -m tests.scenarios.table`, about three minutes."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from hybridtui.server.faults import FAULTS
from tests.scenarios.judgement import Seen, Tape
from tests.scenarios.plan import KEY_ROWS, SCENARIOS, Kind, Scenario
from tests.scenarios.stage import DEFAULT, LOOK_EVERY, SHORT
from tests.scenarios.troupe import play_all

PAGE = Path(__file__).resolve().parents[2] / "docs" / "faults.md"
BEGINS = "| fault |"
_CALM = 3
"""Scenarios beside each other: few, so that the numbers are the program's and not the machine's."""
_WORDS = 2
_SAME = 30
"""Texts that begin alike are one, cropped differently."""

_INTRODUCTION = f"""# What the screen says when the exchange fails

Written by `python -m tests.scenarios.table`; the suite plays every row again (`tests/scenarios`). The demo exchange
suffers the fault, the real program runs on real sockets with its real screen (120×40, drawn without a terminal), and
somebody reads that screen every {LOOK_EVERY * 1000:.0f} ms. Try any of them: `hybridtui --demo --fault NAME:SECONDS`.

- *Noticed*: from the fault to the first picture that says that something is or was wrong; "–" where there is nothing to
  say.
- *The screen says*: the state in the header, and in brackets the mark of the book; then the words of the status bar.
- *Lie-seconds*: how long the screen said `WebSocket Live` above a book that it did not mark, while the three best
  levels a side, price and size as they are written, were none that the exchange had lately.
- *Live again*: from the end of the fault to a screen that is live and stays so; 0 where that was so before its end.
  *Step* is the longest that one step of the back-off could be at that moment.
- *Lost*: trades that the exchange had and the tape has not.

The first numbers are of timings divided by {SHORT.factor:g} on a market with {SHORT.rate:g} times the trade ("lately":
{SHORT.within:g} s), so that all can be played in a minute; those at default settings ("lately": {DEFAULT.within:g} s)
follow in brackets where they matter most. The `rest-…` rows are played while all sockets are refused: with a socket,
nobody would ask. In no row was there a moment without a price on the screen.
"""


def page(short: Mapping[str, Seen], default: Mapping[str, Seen]) -> str:
    """The whole page. `short` has every fault, `default` those that were played at default settings too."""
    rows = [
        f"{BEGINS} what it is | what the screen says | noticed | lie-seconds | live again (step) | lost |",
        "|---|---|---|---|---|---|---|",
    ]
    rows += [_row(name, SCENARIOS[name], short[name], default.get(name)) for name in FAULTS]
    rows += [_extra(name, default[name]) for name in default if name not in FAULTS]
    return "\n".join([_INTRODUCTION, *rows, ""])


def _row(name: str, scenario: Scenario, seen: Seen, default: Seen | None) -> str:
    cells = [
        f"`{name}`",
        FAULTS[name].says,
        _says(scenario, seen),
        _with(_noticed(scenario, seen), _noticed(scenario, default) if default else None),
        _with(f"{seen.lies:.1f}", f"{default.lies:.1f}" if default else None),
        _with(f"{seen.recovered:.1f} s ({seen.step:.1f} s)", f"{default.recovered:.1f} s" if default else None),
        _lost(seen.tape),
    ]
    return f"| {' | '.join(cells)} |"


def _extra(name: str, seen: Seen) -> str:
    scenario = KEY_ROWS[name]
    cells = [
        f"*{name}*",
        f"`{scenario.fault}` where next to nothing happens; at default settings only",
        _says(scenario, seen),
        f"[{_noticed(scenario, seen)}]",
        f"[{seen.lies:.1f}]",
        f"[{seen.recovered:.1f} s]",
        _lost(seen.tape),
    ]
    return f"| {' | '.join(cells)} |"


def _with(short: str, default: str | None) -> str:
    return f"{short} [{default}]" if default else short


def _noticed(scenario: Scenario, seen: Seen) -> str:
    return "–" if seen.noticed is None or scenario.kind in (Kind.HARMLESS, Kind.CROSSED) else f"{seen.noticed:.1f} s"


def _says(scenario: Scenario, seen: Seen) -> str:
    states = list(dict.fromkeys(text for text in seen.says[1:] if text != seen.says[0]))
    states = [
        f"{state} · {book[:-1]}" if book else state for state, _, book in (text.partition(" [") for text in states)
    ]
    said = " → ".join(f"`{text}`" for text in states) or "stays `● WebSocket Live · WS ✓`"
    words = _whole(seen.words)[:_WORDS]
    return "; ".join([said, *(f"“{_escaped(word)}”" for word in words)])


def _whole(words: list[str]) -> list[str]:
    """Without those that are others, cropped."""
    kept: dict[str, str] = {}
    for word in words:
        key = word[:_SAME]
        kept[key] = max(kept.get(key, ""), word, key=len)
    return list(kept.values())


def _escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("[", "\\[").replace("<", "\\<")


def _lost(tape: Tape) -> str:
    if tape.missing:
        return f"{tape.missing} trades, {'marked on the tape' if tape.confessed else 'and nothing said so'}"
    return f"nothing; fetched later: {tape.filled}" if tape.filled else "nothing"


def succeeded(outcomes: Mapping[str, Seen | BaseException]) -> dict[str, Seen]:
    """What was seen. Raises what the first scenario that failed raised."""
    for outcome in outcomes.values():
        if isinstance(outcome, BaseException):
            raise outcome
    return {name: outcome for name, outcome in outcomes.items() if not isinstance(outcome, BaseException)}


async def main() -> None:
    """Play everything and write the page."""
    short = succeeded(await play_all(SCENARIOS, SHORT, _CALM))
    default = succeeded(await play_all(KEY_ROWS, DEFAULT, _CALM))
    PAGE.write_text(page(short, default), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main())

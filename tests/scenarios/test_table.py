"""The page about the faults is about the faults that there are."""

import re
from pathlib import Path

from hybridtui.server.faults import FAULTS
from tests.scenarios.judgement import Seen, Tape
from tests.scenarios.plan import KEY_ROWS, SCENARIOS
from tests.scenarios.table import PAGE, page

ROW = re.compile(r"^\| `([^`]+)` \|", re.MULTILINE)


def seen(fault: str) -> Seen:
    return Seen(
        fault=fault,
        says=["● WebSocket Live [WS ✓]", "○ STALE [STALE · WS]", "● WebSocket Live [WS ✓]"],
        words=["a | b"],
        noticed=0.1,
        lies=0.2,
        lies_after=0.0,
        recovered=0.3,
        step=0.4,
        unpriced=0.0,
        left_live=True,
        tape=Tape(3, confessed=True, filled=2),
        reconnects=1,
        stall=0.0,
    )


def test_every_fault_has_its_scenario() -> None:
    assert set(SCENARIOS) == set(FAULTS)


def test_the_page_names_exactly_the_faults_that_there_are() -> None:
    assert ROW.findall(PAGE.read_text(encoding="utf-8")) == list(FAULTS)


def test_the_page_owns_up_to_what_was_lost() -> None:
    text = page({name: seen(name) for name in FAULTS}, {name: seen(name) for name in KEY_ROWS})
    assert ROW.findall(text) == list(FAULTS)
    assert text.count("3 trades, marked on the tape") == len(FAULTS) + 1
    assert "a \\| b" in text
    assert Path(PAGE).name == "faults.md"

"""Scenario files and the faults of the command line: read, refused in clear words, played on the server's clock."""

from pathlib import Path
from typing import Any

import pytest

from hybridtui.demo.instruments import LISTINGS
from hybridtui.demo.market import DemoMarket
from hybridtui.demo.run import DemoSettings, planned
from hybridtui.demo.scenario import Step, parse_fault, play, read_scenario
from hybridtui.errors import SettingsError
from hybridtui.server.socket import serve
from tests.fakes import ManualClock
from tests.waiting import until

AFTERNOON = """
[[step]]
at = 60
heal = true

[[step]]
at = 5.0
fault = "freeze"
seconds = 8
new = false

[[step]]
at = 20
fault = "maintenance"

[[step]]
at = 30.5
end = "maintenance"
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "afternoon.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_is_read_in_the_order_of_its_times(tmp_path: Path) -> None:
    assert read_scenario(written(tmp_path, AFTERNOON)) == [
        Step(at=5.0, fault="freeze", seconds=8, parameters={"new": False}),
        Step(at=20, fault="maintenance"),
        Step(at=30.5, end="maintenance"),
        Step(at=60, heal=True),
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[step]\n", "is no TOML"),
        ("", "has no steps"),
        ("step = 3", "has no steps"),
        ("speed = 2\n[[step]]\nat = 1\nheal = true", "unknown key 'speed'"),
        ('[[step]]\nfault = "freeze"', "Step 1 .* is not understood: .*`at`"),
        ('[[step]]\nat = "soon"\nfault = "freeze"', "Step 1 .* is not understood: .*at"),
        ("[[step]]\nat = 1", "exactly one of fault, end and heal"),
        ('[[step]]\nat = 1\nfault = "freeze"\nend = "freeze"', "exactly one of fault, end and heal"),
        ('[[step]]\nat = 1\nfault = "maintenence"', "no fault named 'maintenence'; did you mean maintenance"),
        ('[[step]]\nat = 1\nend = "flat"', "no fault named 'flat'; did you mean flat-market"),
        ('[[step]]\nat = 1\nfault = "freeze"\nspeed = 2', "no parameter 'speed'; it has: new"),
        ('[[step]]\nat = 1\nfault = "freeze"\nnew = 2', "parameter new .* cannot be 2"),
        ('[[step]]\nat = 1\nfault = "freeze"\nseconds = -2', "cannot last -2 s"),
        ('[[step]]\nat = -1\nfault = "freeze"', "time -1 s cannot be played"),
        ('[[step]]\nat = nan\nfault = "freeze"', "time nan s cannot be played"),
        ('[[step]]\nat = 1\nend = "freeze"\nseconds = 2', "'seconds' that goes only with fault"),
        ('[[step]]\nat = 1\nfault = "slow-socket"\ndelay = inf', "parameter delay .* cannot be inf"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says) as refused:
        read_scenario(written(tmp_path, text))
    assert "afternoon.toml" in str(refused.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read: No such file"):
        read_scenario(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("text", "at", "name", "seconds"),
    [
        ("freeze", 10.0, "freeze", None),
        ("freeze:8", 10.0, "freeze", 8.0),
        ("rest-500@2.5", 2.5, "rest-500", None),
        ("rest-500@0:30", 0.0, "rest-500", 30.0),
    ],
)
def test_a_fault_of_the_command_line(text: str, at: float, name: str, seconds: float | None) -> None:
    assert parse_fault(text) == Step(at=at, fault=name, seconds=seconds)


@pytest.mark.parametrize("text", ["", ":3", "freeze:", "freeze@:3", "freeze@x", "freeze:3:4", "freeze:0", "freezer:3"])
def test_a_fault_that_is_none(text: str) -> None:
    with pytest.raises(SettingsError):
        parse_fault(text)


def test_faults_and_scenario_are_planned_together(tmp_path: Path) -> None:
    settings = DemoSettings(faults=("close@1", "reset"), scenario=written(tmp_path, AFTERNOON))
    assert [step.fault for step in planned(settings)][:3] == ["close", "reset", "freeze"]


async def test_it_is_played_on_the_markets_clock(tmp_path: Path) -> None:
    clock = ManualClock()
    market = DemoMarket(clock.wall_ms(), days=2, listings=LISTINGS[:1])
    seen: list[tuple[float, Any]] = []
    async with serve(market, clock=clock) as exchange:
        play(read_scenario(written(tmp_path, AFTERNOON)), exchange)
        for seconds, active in [(4, []), (1, ["freeze"]), (7, ["freeze"]), (1, []), (7, ["maintenance"]), (10.5, [])]:
            clock.advance(seconds)
            exchange.look()
            await until(lambda active=active: exchange.faults.active == active)  # type: ignore[misc]
            seen.append((clock.now(), exchange.faults.active))
        exchange.inject("no-trades")
        clock.advance(29.5)
        exchange.look()
        await until(lambda: exchange.faults.active == [])
    assert len(seen) == 6

"""The table of faults, and which of them are on."""

import re

import pytest

from hybridtui.errors import SettingsError
from hybridtui.server.faults import FAULTS, Faults, checked, faults_table, find


def test_every_fault_has_a_name_a_line_and_parameters_of_a_kind() -> None:
    for name, fault in FAULTS.items():
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)
        assert fault.name == name
        assert fault.says
        assert "\n" not in fault.says
        assert ("every" in fault.parameters) is not fault.lasts
        for key, default in fault.parameters.items():
            assert (key in fault.choices) is isinstance(default, str)
        assert checked(name, None, {}) == fault.parameters


def test_the_table_shows_all_of_them() -> None:
    lines = faults_table().splitlines()
    assert [line.split()[0] for line in lines] == list(FAULTS)
    assert lines[0].endswith("(code=1001, every=1)")


@pytest.mark.parametrize(("name", "nearest"), [("rest-502", "rest-502-html"), ("FREEZE", "--list-faults")])
def test_an_unknown_name_tells_the_nearest(name: str, nearest: str) -> None:
    with pytest.raises(SettingsError, match=nearest):
        find(name)


@pytest.mark.parametrize(
    ("name", "seconds", "parameters"),
    [
        ("freeze", 0.0, {}),
        ("freeze", float("nan"), {}),
        ("freeze", None, {"new": "yes"}),
        ("freeze", None, {"delay": 1.0}),
        ("slow-socket", None, {"delay": True}),
        ("slow-socket", None, {"delay": "long"}),
        ("slow-socket", None, {"delay": float("nan")}),
        ("rest-500", None, {"endpoint": "books"}),
    ],
)
def test_what_does_not_fit_is_refused(name: str, seconds: float | None, parameters: dict[str, float | str]) -> None:
    with pytest.raises(SettingsError):
        checked(name, seconds, parameters)


def test_they_begin_end_and_are_over_in_time() -> None:
    faults = Faults()
    assert faults.deadline() is None
    assert [faults.operative] == [True]
    faults.begin("maintenance", 10.0, 5.0, {})
    faults.begin("slow-socket", 11.0, None, {"delay": 2.0})
    assert faults.active == ["maintenance", "slow-socket"]
    assert [faults.operative] == [False]
    assert faults.number("slow-socket", "delay") == 2.0
    assert faults.deadline() == 15.0
    assert (faults.over(14.9), faults.over(15.0)) == ([], ["maintenance"])
    assert faults.end("maintenance")
    assert not faults.end("maintenance")
    assert [faults.operative] == [True]

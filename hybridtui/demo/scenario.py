"""Scenarios: which fault comes when, read from a TOML file or from the command line, and played on a running server.

[[step]]
at = 5.0              # seconds after the beginning, on the market's clock
fault = "freeze"      # a name of `hybridtui demo --list-faults`
seconds = 8           # without it the fault stays, or acts once
new = false           # any parameter of the fault

[[step]]
at = 60
end = "maintenance"   # ends one fault; `heal = true` ends all
"""

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path

import msgspec

from hybridtui.errors import SettingsError
from hybridtui.server.faults import Parameter, checked, find
from hybridtui.server.injection import Injectable

FIRST_AT = 10.0
"""When a fault of the command line begins that names no time, in seconds."""
_LONGEST = 7 * 86_400.0
_FAULT = re.compile(r"(?P<name>[^@:]+)(?:@(?P<at>[^:]*))?(?::(?P<seconds>.*))?")
_WORDS = ("at", "fault", "end", "heal", "seconds")


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """Something that begins or ends."""

    at: float
    """Seconds after the beginning."""
    fault: str = ""
    """The name of the fault that begins."""
    seconds: float | None = None
    parameters: dict[str, Parameter] = {}
    end: str = ""
    """The name of the fault that ends."""
    heal: bool = False
    """True: all faults end."""


def parse_fault(text: str) -> Step:
    """A fault as the command line names it: `NAME`, `NAME:SECONDS`, `NAME@START` or `NAME@START:SECONDS`.

    Raises SettingsError.
    """
    found = _FAULT.fullmatch(text)
    if found is None:
        raise SettingsError(f"{text!r} is no fault: write NAME, NAME:SECONDS or NAME@START:SECONDS.")
    at, seconds = found["at"], found["seconds"]
    step = Step(
        at=FIRST_AT if at is None else _number(text, at),
        fault=find(found["name"]).name,
        seconds=None if seconds is None else _number(text, seconds),
    )
    _check(step)
    return step


def read_scenario(path: Path) -> list[Step]:
    """The steps of a scenario file in the order of their times. Raises SettingsError, which names file and step."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"The scenario {path} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"The scenario {path} is no TOML: {error}.") from error
    steps = content.pop("step", None)
    if content:
        raise SettingsError(f"The scenario {path} has an unknown key {next(iter(content))!r}: it consists of [[step]].")
    if not isinstance(steps, list) or not steps or not all(isinstance(step, dict) for step in steps):
        raise SettingsError(f"The scenario {path} has no steps: write at least one [[step]] with at and fault.")
    return sorted((_step(path, number, step) for number, step in enumerate(steps, 1)), key=lambda step: step.at)


def play(steps: Sequence[Step], exchange: Injectable) -> None:
    """Let the steps happen on a running server, counted from now on its market's clock."""
    for step in steps:
        exchange.after(step.at, lambda step=step: _do(step, exchange))  # type: ignore[misc]


def _do(step: Step, exchange: Injectable) -> None:
    if step.heal:
        exchange.heal(forget=False)
    elif step.end:
        exchange.end(step.end)
    else:
        exchange.inject(step.fault, step.seconds, **step.parameters)


def _step(path: Path, number: int, content: dict[str, object]) -> Step:
    """One step of a file, checked."""
    where = f"Step {number} of the scenario {path}"
    known = {key: value for key, value in content.items() if key in _WORDS}
    parameters = {key: value for key, value in content.items() if key not in _WORDS}
    if sum(key in content for key in ("fault", "end", "heal")) != 1:
        raise SettingsError(f"{where} needs exactly one of fault, end and heal.")
    if "fault" not in content and ("seconds" in content or parameters):
        surplus = next(iter(parameters), "seconds")
        raise SettingsError(f"{where} has a key {surplus!r} that goes only with fault.")
    try:
        step = msgspec.convert({**known, "parameters": parameters}, Step)
        _check(step)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{where} is not understood: {error}.") from error
    except SettingsError as error:
        raise SettingsError(f"{where}: {error}") from error
    return step


def _check(step: Step) -> None:
    """Raises SettingsError where a step cannot be played."""
    if not 0 <= step.at <= _LONGEST:
        raise SettingsError(f"The time {step.at:g} s cannot be played: give a number from 0 to {_LONGEST:g}.")
    if step.fault:
        checked(step.fault, step.seconds, step.parameters)
    elif not step.heal:
        find(step.end)


def _number(text: str, digits: str) -> float:
    try:
        return float(digits)
    except ValueError:
        raise SettingsError(f"{digits!r} in the fault {text!r} is no number of seconds.") from None

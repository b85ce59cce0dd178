"""The table of settings agrees with the structs, the market and the code that reads them."""

import ast
from pathlib import Path

import pytest

from hybridtui.market.source import Mode
from hybridtui.market.timeframe import Timeframe
from hybridtui.settings import Settings
from hybridtui.store.settings_table import SettingField, setting_fields, settings_of, shown

PACKAGE = Path(__file__).resolve().parents[2] / "hybridtui"
FIELDS = setting_fields()


def attributes_read() -> set[str]:
    """Every `timings.grace`, `looks.theme` or `settings.fps` that is read anywhere in the package."""
    return {
        f"{owner.lstrip('_')}.{node.attr}"
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)
        for owner in [getattr(node.value, "attr", getattr(node.value, "id", ""))]
    }


READ = attributes_read()


@pytest.mark.parametrize("field", FIELDS.values(), ids=lambda field: field.name)
def test_every_setting_is_documented_bounded_and_read(field: SettingField) -> None:
    assert len(field.description) > 15
    assert field.bounds
    assert field.variable.startswith("HYBRIDTUI_")
    assert field.default is None or field.converted(field.default) == field.default
    assert (field.name if field.table else f"settings.{field.name}") in READ


def test_names_and_variables_are_used_once() -> None:
    assert len({field.variable for field in FIELDS.values()}) == len(FIELDS)


def test_the_choices_are_those_of_the_market() -> None:
    assert FIELDS["timeframe"].choices == tuple(Timeframe)
    assert FIELDS["mode"].choices == tuple(Mode)


def test_the_defaults_are_the_settings() -> None:
    assert settings_of({name: field.default for name, field in FIELDS.items()}) == Settings()


def test_texts_of_the_environment_are_converted() -> None:
    assert FIELDS["timings.grace"].converted("2.5", text=True) == 2.5
    assert FIELDS["mouse"].converted("false", text=True) is False
    assert FIELDS["fps"].converted("10", text=True) == 10
    with pytest.raises(ValueError, match=r"fps must be a whole number from 1 to 60, not \"2\.5\"\."):
        FIELDS["fps"].converted("2.5", text=True)


def test_what_is_shown_is_short_and_printable() -> None:
    assert shown("\x1b[31m") == '"�[31m"'
    assert len(shown("x" * 1000)) == 50
    assert shown(True) == "true"

"""What was chosen is a value that can be changed, remembered and read again."""

import msgspec
import pytest

from hybridtui.market.indicators.choice import StudyChoice, StudyChoices, has_parameters, studies_typed
from hybridtui.market.indicators.study import Study, StudyKind, default_study


def test_at_first_there_is_the_volume() -> None:
    assert [study.kind for study in StudyChoices().studies] == [StudyKind.VOLUME]
    assert [row.kind for row in StudyChoices().rows] == list(StudyKind)


def test_switching_on_and_off() -> None:
    on = StudyChoices().toggled(StudyKind.RSI)
    assert [study.name for study in on.studies] == ["Volume", "RSI 14"]
    assert on.toggled(StudyKind.RSI).studies == StudyChoices().studies


def test_other_parameters_switch_it_on() -> None:
    changed = StudyChoices().changed(StudyKind.SMA, studies_typed(StudyKind.SMA, "20, 50 200"))
    assert [study.name for study in changed.studies] == ["SMA 20", "SMA 50", "SMA 200", "Volume"]
    assert changed.rows[0].name == "SMA 20 50 200"
    assert changed.toggled(StudyKind.SMA).toggled(StudyKind.SMA) == changed


def test_parameters_are_written_with_all_their_digits() -> None:
    changed = StudyChoices().changed(StudyKind.BOLLINGER, studies_typed(StudyKind.BOLLINGER, "20 2.1234567"))
    (row,) = [row for row in changed.rows if row.kind is StudyKind.BOLLINGER]
    assert row.parameters == "20 2.1234567"
    assert studies_typed(StudyKind.BOLLINGER, row.parameters) == row.studies


def test_a_choice_is_read_again() -> None:
    changed = StudyChoices().changed(StudyKind.MACD, studies_typed(StudyKind.MACD, "5 13 6")).toggled(StudyKind.PROFILE)
    assert msgspec.json.decode(msgspec.json.encode(changed), type=StudyChoices) == changed


@pytest.mark.parametrize(
    "kept",
    [
        b'{"made": [{"kind": "sma", "on": true, "studies": [{"kind": "sma", "parameters": [0]}]}]}',
        b'{"made": [{"kind": "sma", "on": true, "studies": [{"kind": "ema", "parameters": [20]}]}]}',
        b'{"made": [{"kind": "sma", "on": true, "studies": []}]}',
        b'{"made": [{"kind": "alligator", "on": true, "studies": []}]}',
    ],
)
def test_what_cannot_be_drawn_is_not_read(kept: bytes) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(kept, type=StudyChoices)


def test_what_is_typed() -> None:
    assert studies_typed(StudyKind.BOLLINGER, " 20  2.5 ") == (Study(StudyKind.BOLLINGER, (20, 2.5)),)
    assert studies_typed(StudyKind.SMA, "20 20") == (Study(StudyKind.SMA, (20,)),)
    assert studies_typed(StudyKind.VWAP, "") == (default_study(StudyKind.VWAP),)


@pytest.mark.parametrize(
    ("kind", "text", "wrong"),
    [
        (StudyKind.SMA, "", "one number, such as 20"),
        (StudyKind.SMA, "many", "one number, such as 20"),
        (StudyKind.SMA, "9 21 50 200", "no more than 3 periods"),
        (StudyKind.SMA, "20 0", "period is 1 to 500"),
        (StudyKind.RSI, "14 28", "one number, such as 14"),
        (StudyKind.RSI, "1e999", "period is 1 to 500"),
        (StudyKind.MACD, "26 12 9", "fast must be less than slow"),
        (StudyKind.VWAP, "x", "nothing to choose"),
    ],
)
def test_what_is_typed_wrongly_is_said(kind: StudyKind, text: str, wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        studies_typed(kind, text)


def test_two_kinds_in_one_choice_are_none() -> None:
    assert has_parameters(StudyKind.SMA)
    assert not has_parameters(StudyKind.VOLUME)
    with pytest.raises(ValueError, match="cannot be chosen"):
        StudyChoice(StudyKind.RSI, True, (default_study(StudyKind.RSI), Study(StudyKind.RSI, (7,))))

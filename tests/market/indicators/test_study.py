"""A study is always one that can be computed, and says in a few words why another is not."""

import msgspec
import pytest

from hybridtui.market.indicators.study import SPECIFICATIONS, Study, StudyKind, default_study, wrong_parameters


@pytest.mark.parametrize("kind", StudyKind)
def test_every_kind_has_usual_parameters(kind: StudyKind) -> None:
    study = default_study(kind)
    assert study.name.startswith(SPECIFICATIONS[kind].short)
    assert hash(study) == hash(default_study(kind))
    assert msgspec.json.decode(msgspec.json.encode(study), type=Study) == study


def test_names() -> None:
    assert default_study(StudyKind.SMA).name == "SMA 20"
    assert default_study(StudyKind.MACD).name == "MACD 12 26 9"
    assert Study(StudyKind.BOLLINGER, (20, 2.5)).name == "BB 20 2.5"
    assert default_study(StudyKind.VWAP).name == "VWAP"


@pytest.mark.parametrize(
    ("kind", "values", "wrong"),
    [
        (StudyKind.SMA, (0,), "period is 1 to 500"),
        (StudyKind.SMA, (501,), "period is 1 to 500"),
        (StudyKind.SMA, (2.5,), "period is a whole number"),
        (StudyKind.SMA, (float("nan"),), "period is 1 to 500"),
        (StudyKind.SMA, (), "one number, such as 20"),
        (StudyKind.BOLLINGER, (20, 0), "width is 0.1 to 10"),
        (StudyKind.MACD, (12, 26), "3 numbers, such as 12 26 9"),
        (StudyKind.MACD, (26, 12, 9), "fast must be less than slow"),
        (StudyKind.VWAP, (1,), "nothing to choose"),
    ],
)
def test_what_cannot_be_computed_is_said(kind: StudyKind, values: tuple[float, ...], wrong: str) -> None:
    assert wrong_parameters(kind, values) == wrong
    with pytest.raises(ValueError, match=wrong):
        Study(kind, values)
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(msgspec.json.encode({"kind": kind, "parameters": values}), type=Study)

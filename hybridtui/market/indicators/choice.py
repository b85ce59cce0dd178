"""Which studies somebody chose, and with which parameters: values, remembered from one start to the next.

At first there is the volume and nothing else, as on the exchange's own chart: a line that nobody asked for is an
opinion, and the average of the day is not even defined before all of the day is known.
"""

import msgspec

from hybridtui.market.exact import number_text
from hybridtui.market.indicators.study import (
    SPECIFICATIONS,
    Study,
    StudyKind,
    default_study,
    wrong_parameters,
)

_MOST_LINES = 3
"""Moving averages of one kind at the same time."""
_SEVERAL = (StudyKind.SMA, StudyKind.EMA)


class StudyChoice(msgspec.Struct, frozen=True):
    """What was chosen about one kind. Raises ValueError where the studies are not of one kind, or too many."""

    kind: StudyKind
    on: bool
    studies: tuple[Study, ...]
    """One; of a moving average up to three, with a period each."""

    def __post_init__(self) -> None:
        most = _MOST_LINES if self.kind in _SEVERAL else 1
        if not 1 <= len(self.studies) <= most or any(study.kind is not self.kind for study in self.studies):
            raise ValueError(f"{self.kind} cannot be chosen like that")

    @property
    def parameters(self) -> str:
        """As somebody would type them: `20`, `20 50 200`, `12 26 9`."""
        return " ".join(number_text(value) for study in self.studies for value in study.parameters)

    @property
    def name(self) -> str:
        """`SMA 20 50`, `MACD 12 26 9`."""
        return f"{SPECIFICATIONS[self.kind].short} {self.parameters}".rstrip()


class StudyChoices(msgspec.Struct, frozen=True):
    """What was chosen about every kind that there was when it was remembered."""

    made: tuple[StudyChoice, ...] = (StudyChoice(StudyKind.VOLUME, True, (default_study(StudyKind.VOLUME),)),)

    @property
    def rows(self) -> list[StudyChoice]:
        """One for every kind, in their order."""
        made = {choice.kind: choice for choice in self.made}
        return [made.get(kind, StudyChoice(kind, False, (default_study(kind),))) for kind in StudyKind]

    @property
    def studies(self) -> tuple[Study, ...]:
        """Those that are on."""
        return tuple(study for choice in self.rows if choice.on for study in choice.studies)

    def toggled(self, kind: StudyKind) -> "StudyChoices":
        """The same with one kind switched on or off."""
        return StudyChoices(tuple(_toggled(row) if row.kind is kind else row for row in self.rows))

    def changed(self, kind: StudyKind, studies: tuple[Study, ...]) -> "StudyChoices":
        """The same with other parameters for one kind, which is on now."""
        return StudyChoices(tuple(StudyChoice(kind, True, studies) if row.kind is kind else row for row in self.rows))


def _toggled(choice: StudyChoice) -> StudyChoice:
    return msgspec.structs.replace(choice, on=not choice.on)


def has_parameters(kind: StudyKind) -> bool:
    """Whether there is anything to choose about it."""
    return bool(SPECIFICATIONS[kind].parameters)


def studies_typed(kind: StudyKind, text: str) -> tuple[Study, ...]:
    """The studies of parameters as somebody typed them, parted by blanks or commas.

    Raises ValueError, with what is wrong in a few words.
    """
    words = text.replace(",", " ").split()
    try:
        values = tuple(float(word) for word in words)
    except ValueError:
        raise ValueError(wrong_parameters(kind, ()) or "nothing to choose") from None
    if kind not in _SEVERAL:
        return (Study(kind, values),)
    if len(values) > _MOST_LINES:
        raise ValueError(f"no more than {_MOST_LINES} periods")
    return tuple(Study(kind, (value,)) for value in dict.fromkeys(values)) or (Study(kind),)

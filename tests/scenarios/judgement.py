"""What the pictures of one scenario say: when it was noticed, how long the screen lied, when all was well again."""

from collections.abc import Iterable
from itertools import pairwise

import msgspec

from tests.scenarios.reading import Picture


class Tape(msgspec.Struct, frozen=True):
    """What became of the trades."""

    missing: int
    """Those that the exchange had meanwhile and the tape has not."""
    confessed: bool
    """Whether the tape marks that some are missing."""
    filled: int
    """Those that were missed and fetched."""


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one scenario. All times in seconds."""

    fault: str
    says: list[str]
    """State and the book's mark, one after the other."""
    words: list[str]
    """What the status bar said besides."""
    noticed: float | None
    """From the fault to the first word of it; None where the screen never changed."""
    lies: float
    lies_after: float
    """Those after it was noticed and before all was well again."""
    recovered: float
    """From the healing to a live screen that stays so."""
    step: float
    """The longest that one step of the back-off could be when the exchange was healed."""
    unpriced: float
    """How long there was no price on the screen."""
    left_live: bool
    """Whether the state was ever another one than live."""
    tape: Tape
    reconnects: int
    stall: float
    """The longest time between two looks, beyond the usual: the machine was busy with something else."""


class Film(msgspec.Struct):
    """All pictures of a scenario, the first one from before the fault."""

    every: float
    """Seconds from one picture to the next, usually."""
    pictures: list[Picture] = []
    truths: list[bool] = []
    """For each picture, whether the exchange had that book lately."""

    def differs(self, picture: Picture) -> bool:
        """Whether a picture says that something is or was wrong."""
        first = self.pictures[0]
        news = set(picture.words) - set(first.words)
        doubted = first.sure and "✓" not in picture.mark
        return not picture.fed or doubted or picture.reconnects != first.reconnects or bool(news)

    def noticed(self) -> float | None:
        """The moment of the first picture that says that something is wrong."""
        return next((picture.at for picture in self.pictures if self.differs(picture)), None)

    def lies(self, since: float = 0.0, until: float = float("inf")) -> float:
        """Seconds in which the screen claimed to be live and its best levels were not the exchange's."""
        return sum(
            after.at - picture.at
            for (picture, after), true in zip(pairwise(self.pictures), self.truths, strict=False)
            if picture.claims and not true and since <= picture.at < until
        )

    def well_again(self) -> float:
        """The moment of the picture after the last one that was not fed or a lie; that of the first where none was."""
        found = self.pictures[0].at
        for (picture, after), true in zip(pairwise(self.pictures), self.truths, strict=False):
            if not picture.fed or (picture.claims and not true):
                found = after.at
        return found

    def unpriced(self) -> float:
        """Seconds without a price in the header."""
        return sum(after.at - picture.at for picture, after in pairwise(self.pictures) if not picture.priced)

    def stall(self) -> float:
        """The longest time between two pictures, beyond the usual."""
        return max((after.at - picture.at - self.every for picture, after in pairwise(self.pictures)), default=0.0)

    def says(self) -> list[str]:
        """What the state and the book's title said, one after the other."""
        return _runs(
            f"{picture.state} [{picture.mark}{f', {picture.remark}' if picture.remark else ''}]"
            for picture in self.pictures
        )

    def words(self) -> list[str]:
        """What the status bar said besides, each once."""
        known = set(self.pictures[0].words)
        return list(dict.fromkeys(word for picture in self.pictures for word in picture.words if word not in known))


def _runs(texts: Iterable[str]) -> list[str]:
    found: list[str] = []
    for text in texts:
        if not found or found[-1] != text:
            found.append(text)
    return found

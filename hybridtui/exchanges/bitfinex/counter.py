"""The sequence numbers of one socket: proof that no frame is missing."""


class FrameCounter:
    """Expects 1, 2, 3 … over all array frames together; frames without a number are not counted."""

    def __init__(self) -> None:
        self.next = 1
        """The number that the next frame has to carry."""
        self._numbered = False
        self._unnumbered = False

    def count(self, sequence: int | None) -> str | None:
        """Take one frame's number. Returns what is wrong, in one clause, or None.

        Where frames came before numbering began, the first number may be any.
        """
        if sequence is None:
            self._unnumbered = True
            return None
        expected, late_start = self.next, self._unnumbered and not self._numbered and self.next == 1
        self.next, self._numbered = sequence + 1, True
        if sequence == expected or late_start:
            return None
        return f"frame {expected} was to come next and frame {sequence} came"

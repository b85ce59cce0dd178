"""Drawn lines, remembered as long as nothing they depend on changed."""

from collections.abc import Callable, Hashable

from hybridtui.render.lines import Line


class LineCache:
    """Remembers the newest picture of one panel by the key of everything it was drawn from.

    The key is typically `(identity, revision, size, options, palette)`; all of them are values.
    """

    def __init__(self) -> None:
        self.drawn = 0
        """How many times something was drawn."""
        self._key: Hashable = None
        self._lines: list[Line] | None = None

    def get(self, key: Hashable, draw: Callable[[], list[Line]]) -> list[Line]:
        """The lines of `key`, drawn only where the key is not that of the last call."""
        if self._lines is None or key != self._key:
            self._lines = draw()
            self._key = key
            self.drawn += 1
        return self._lines

    def clear(self) -> None:
        """Forget the picture."""
        self._lines = None

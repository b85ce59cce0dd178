"""Random market states and exact checks for pictures."""

from collections.abc import Callable, Sequence

import pytest
from rich.cells import cell_len

from hybridtui.render.lines import Line, Size


def _exact(lines: Sequence[Line], size: Size) -> None:
    assert len(lines) == size.height
    for line in lines:
        assert sum(cell_len(segment.text) for segment in line) == size.width
        assert all(segment.text.isprintable() for segment in line)


@pytest.fixture(scope="session")
def exact() -> Callable[[Sequence[Line], Size], None]:
    """Checks that a picture has exactly its size and nothing that could steer a terminal."""
    return _exact

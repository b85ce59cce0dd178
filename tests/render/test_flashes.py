"""What flashes: a size that changed and a new price among those seen, for a moment."""

from hybridtui.market.book import Book
from hybridtui.render.flashes import FLASH_S, Flashes
from hybridtui.render.ladder import Ladder, ladder


def shown(*rows: tuple[float, int, float]) -> Ladder:
    book = Book()
    book.replace(rows)
    return ladder(book, 3, 3, None)


FIRST = ((100.0, 1, 1.0), (98.0, 1, 1.0), (101.0, 1, -1.0), (103.0, 1, -1.0))


def test_a_change_flashes_for_its_time() -> None:
    flashes = Flashes()
    assert flashes.look("book", shown(*FIRST), 0.0) == frozenset(), "the first picture is no change"
    changed = shown((100.0, 2, 1.5), *FIRST[1:])
    assert flashes.look("book", changed, 1.0) == {(False, 100.0)}
    assert flashes.look("book", changed, 1.0 + FLASH_S / 2) == {(False, 100.0)}
    assert flashes.look("book", changed, 1.0 + FLASH_S) == frozenset()


def test_only_a_new_price_among_the_others_flashes() -> None:
    flashes = Flashes()
    flashes.look("book", shown(*FIRST), 0.0)
    assert flashes.look("book", shown(*FIRST, (99.0, 1, 1.0), (97.0, 1, 1.0), (104.0, 1, -1.0)), 1.0) == {(False, 99.0)}


def test_another_ladder_does_not_flash() -> None:
    flashes = Flashes()
    flashes.look("book", shown(*FIRST), 0.0)
    assert flashes.look("by ten", shown((90.0, 1, 1.0), (110.0, 1, -1.0)), 0.1) == frozenset()


def test_a_level_that_went_away_does_not_flash_when_it_is_gone() -> None:
    flashes = Flashes()
    flashes.look("book", shown(*FIRST), 0.0)
    flashes.look("book", shown((100.0, 1, 9.0), *FIRST[1:]), 0.1)
    assert flashes.look("book", shown(*FIRST[1:]), 0.2) == frozenset()
    flashes.look("book", shown(*FIRST), 0.3)
    flashes.clear()
    assert flashes.look("book", shown(*FIRST), 0.3) == frozenset()

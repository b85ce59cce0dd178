"""Two panes that chose at the same time: neither loses what it chose."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybridtui.store.merging import merged


class Chosen(msgspec.Struct, frozen=True):
    kind: str = "candles"
    zoom: int = 2
    steps: dict[str, str] = {}
    names: tuple[str, ...] = ()


class Other(msgspec.Struct, frozen=True):
    kind: str = "candles"


def test_each_side_keeps_what_it_changed() -> None:
    base = Chosen("candles", 2, {"a": "1"})
    ours = Chosen("line", 2, {"a": "1", "b": "2"})
    theirs = Chosen("candles", 5, {"a": "1", "c": "3"})
    assert merged(base, ours, theirs) == Chosen("line", 5, {"a": "1", "b": "2", "c": "3"})


def test_of_what_both_changed_the_later_holds() -> None:
    assert merged(Chosen(zoom=2), Chosen(zoom=3), Chosen(zoom=4)) == Chosen(zoom=3)


def test_a_file_of_another_kind_or_an_unknown_beginning_gives_way() -> None:
    assert merged(Chosen(), Chosen(zoom=3), Other()) == Chosen(zoom=3)
    assert merged(None, Chosen(zoom=3), Chosen(kind="line")) == Chosen(zoom=3)


@pytest.mark.parametrize(
    ("ours", "theirs", "together"),
    [
        ({"a": 1, "b": 2}, {"a": 1}, {"a": 1, "b": 2}),
        ({}, {"a": 1, "c": 3}, {"c": 3}),
        ({"a": 1}, {}, {}),
        ({"a": 5}, {}, {"a": 5}),
        ({}, {"a": 5}, {"a": 5}),
        ({"a": 5}, {"a": 6}, {"a": 5}),
    ],
)
def test_entries(ours: dict[str, int], theirs: dict[str, int], together: dict[str, int]) -> None:
    assert merged({"a": 1}, ours, theirs) == together


@pytest.mark.parametrize(
    ("ours", "theirs", "together"),
    [
        ("abcd", "abce", "abcde"),
        ("xabc", "yabc", "yxabc"),
        ("ab", "abcd", "abd"),
        ("bc", "ab", "b"),
        ("cab", "abcd", "cabd"),
        ("abcd", "cba", "cbad"),
        ("", "", ""),
    ],
)
def test_names_keep_the_order_of_whoever_changed_it(ours: str, theirs: str, together: str) -> None:
    assert merged(tuple("abc"), tuple(ours), tuple(theirs)) == tuple(together)


_NAMES = st.lists(st.sampled_from("abcdef"), unique=True).map(tuple)


@given(_NAMES, _NAMES, _NAMES)
def test_no_name_is_lost_nor_comes_back(base: tuple[str, ...], ours: tuple[str, ...], theirs: tuple[str, ...]) -> None:
    together = merged(base, ours, theirs)
    added = ({*ours} | {*theirs}) - {*base}
    assert {*together} == ({*base} & {*ours} & {*theirs}) | added
    assert len(together) == len({*together})
    assert merged(base, ours, base) == ours
    assert merged(base, base, theirs) == theirs

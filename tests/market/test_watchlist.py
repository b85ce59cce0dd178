"""The user's list, and what was looked at lately."""

from hypothesis import given
from hypothesis import strategies as st

from hybridtui.market.watchlist import MOST, RECENT, RecentMarkets, Watchlist


def test_adding_and_removing() -> None:
    watch = Watchlist().added("a").added("b").added("a")
    assert watch.symbols == ("a", "b")
    assert watch.toggled("a").symbols == ("b",)
    assert watch.toggled("c").symbols == ("a", "b", "c")
    assert watch.removed("x") == watch


def test_the_named_ones_come_first_and_none_is_lost() -> None:
    assert Watchlist(("a", "b", "c")).with_first(("c", "d")).symbols == ("c", "d", "a", "b")


def test_a_list_has_an_end() -> None:
    full = Watchlist(tuple(map(str, range(MOST))))
    assert full.added("new") == full


@given(st.lists(st.sampled_from("abcdef"), unique=True), st.sampled_from("abcdef"), st.integers(-9, 9))
def test_moving_changes_the_order_only(symbols: list[str], symbol: str, steps: int) -> None:
    watch = Watchlist(tuple(symbols))
    moved = watch.moved(symbol, steps)
    assert sorted(moved.symbols) == sorted(symbols)
    assert [each for each in moved.symbols if each != symbol] == [each for each in symbols if each != symbol]
    if symbol in watch:
        place = watch.symbols.index(symbol) + steps
        assert moved.symbols.index(symbol) == min(max(place, 0), len(symbols) - 1)


def test_the_newest_is_first_and_the_oldest_forgotten() -> None:
    recent = RecentMarkets()
    for number in range(20):
        recent = recent.looked_at(str(number))
    assert recent.symbols == tuple(map(str, range(19, 19 - RECENT, -1)))
    assert recent.looked_at("15").symbols[:2] == ("15", "19")

"""Trades that come out of order: a price that was crossed is told once, wherever the trade that shows it belongs."""

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hybridtui.market.alerts.prices import crossed
from hybridtui.market.alerts.rules import PriceCross
from hybridtui.market.alerts.spelling import parse_alert
from tests.market.alerts.playing import Played, alerts_of, play
from tests.market.alerts.test_engine import LOST, link, listed, made, streamed


def begun(*texts: str) -> Played:
    """An engine whose past is two trades below 64,500."""
    return play(alerts_of(*texts), [listed(1.0, made(1, 64_000.0), made(2, 64_010.0)), link(1.0)])


def test_a_trade_that_comes_after_a_newer_one_is_judged_against_its_neighbours() -> None:
    run = begun("price > 64500")
    run.go_on([streamed(2.0, made(5, 64_020.0)), streamed(2.01, made(4, 64_600.0))])
    assert [fired.text for fired in run.fired] == ["the price rose above 64,500: 64,600"]


def test_what_it_does_to_the_price_after_it_is_judged_too() -> None:
    run = begun("price < 64005")
    run.go_on([streamed(2.0, made(5, 64_003.0)), streamed(9.0, made(4, 64_600.0))])
    assert [(fired.text, fired.at) for fired in run.fired] == [("the price fell below 64,005: 64,003", 2.0)]
    run = begun("price < 64005")
    run.go_on([streamed(2.0, made(4, 64_001.0)), streamed(3.0, made(3, 64_002.0))])
    assert len(run.fired) == 1


def test_a_crossing_that_was_told_across_a_hole_is_not_told_again_when_it_is_filled() -> None:
    run = begun("price > 64500 repeat 1s")
    run.go_on([streamed(2.0, made(5, 64_600.0)), streamed(9.0, made(4, 64_590.0)), streamed(15.0, made(3, 64_020.0))])
    assert [fired.at for fired in run.fired] == [2.0]
    run.go_on([link(20.0, LOST), listed(30.0, made(9, 64_100.0), made(10, 64_700.0)), link(30.0)])
    run.go_on([listed(40.0, *(made(number, 64_550.0) for number in (6, 7, 8)), made(9, 64_100.0))])
    assert [fired.at for fired in run.fired] == [2.0, 30.0]


def test_a_crossing_beside_the_one_that_was_told_is_told() -> None:
    run = begun("price > 64500 repeat 1s")
    run.go_on([streamed(2.0, made(6, 64_600.0)), streamed(9.0, made(3, 64_590.0)), streamed(15.0, made(5, 64_020.0))])
    assert [fired.at for fired in run.fired] == [2.0, 15.0]


def test_what_was_traded_before_the_alert_was_made_is_not_its_concern() -> None:
    run = begun("trade 1000")
    run.go_on([streamed(2.0, made(5, 64_020.0))])
    run.engine.use(run.engine.alerts.added(*parse_alert("price > 64500")), 3.0)
    run.go_on([streamed(4.0, made(4, 64_600.0))])
    assert run.fired == []


@pytest.mark.parametrize("text", ["price > 100", "price < 100", "price x 100"])
@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(97, 103), min_size=2, max_size=30), st.randoms(use_true_random=False))
def test_it_fires_whenever_the_known_trades_show_one_more_crossing(
    text: str, prices: list[int], chance: random.Random
) -> None:
    """Single trades in any order, some twice, and lists that miss nothing between their first and last."""
    rule, _ = parse_alert(text)
    assert isinstance(rule, PriceCross)
    trades = [made(number, float(price)) for number, price in enumerate(prices, 1)]
    run = play(alerts_of(f"{text} repeat 1s"), [listed(0.0, trades[0]), link(0.0)])
    known = {1: trades[0].price}

    def crossings() -> int:
        ordered = [known[number] for number in sorted(known)]
        return sum(crossed(rule, before, after) for before, after in pairwise(ordered))

    for turn in range(1, 40):
        first = chance.randrange(len(trades))
        some = trades[first : first + chance.choice([1, 1, 1, 4])]
        before = crossings()
        known |= {trade.id: trade.price for trade in some}
        at = turn * 10.0
        told = run.go_on([streamed(at, some[0]) if len(some) == 1 else listed(at, *some)])
        assert bool(told) == (crossings() > before), (at, some)

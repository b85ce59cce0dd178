"""What people type becomes the alert they mean, reading and writing are inverse, and what is wrong is one line."""

import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hybridtui.market.alerts import rules
from hybridtui.market.alerts.rules import (
    Alert,
    ConnectionLost,
    DataStale,
    Direction,
    PriceCross,
    PriceMove,
    Rule,
    Side,
    SpreadOver,
    SweepOver,
    TradeOver,
    VolumeOver,
    WallNear,
)
from hybridtui.market.alerts.spelling import EXAMPLES, KINDS, alert_text, duration_text, parse_alert
from hybridtui.market.exact import number_text


@pytest.mark.parametrize(
    ("text", "rule", "repeat"),
    [
        ("price > 64500", PriceCross(Direction.UP, 64500.0), None),
        ("price>64,500.5", PriceCross(Direction.UP, 64500.5), None),
        ("  PRICE  <  63000  repeat 5m ", PriceCross(Direction.DOWN, 63000.0), 300.0),
        ("price below 0.00000712", PriceCross(Direction.DOWN, 0.00000712), None),
        ("price x 64000 once", PriceCross(Direction.EITHER, 64000.0), None),
        ("price = 64000", PriceCross(Direction.EITHER, 64000.0), None),
        ("move 2% 10m", PriceMove(2.0, 600.0), None),
        ("move -0.5% 90s repeat 1h", PriceMove(0.5, 90.0, Direction.DOWN), 3600.0),
        ("move +3% 1d", PriceMove(3.0, 86400.0, Direction.UP), None),
        ("spread 5bp", SpreadOver(5.0), None),
        ("spread 5", SpreadOver(5.0), None),
        ("wall 50 1%", WallNear(50.0, 1.0), None),
        ("wall 50 1% bids", WallNear(50.0, 1.0, Side.BUY), None),
        ("trade 10", TradeOver(10.0), None),
        ("trade 10 sell", TradeOver(10.0, Side.SELL), None),
        ("sweep 25 buys repeat 30s", SweepOver(25.0, Side.BUY), 30.0),
        ("volume 3x", VolumeOver(3.0), None),
        ("volume 2.5x 60m", VolumeOver(2.5, 60), None),
        ("volume 2.5x 1h", VolumeOver(2.5, 60), None),
        ("stale", DataStale(), None),
        ("lost repeat 1m", ConnectionLost(), 60.0),
    ],
)
def test_what_is_typed_is_what_is_meant(text: str, rule: Rule, repeat: float | None) -> None:
    assert parse_alert(text) == (rule, repeat)


@pytest.mark.parametrize("kind", KINDS)
def test_the_examples_are_written_as_they_are_read(kind: str) -> None:
    assert alert_text(*parse_alert(EXAMPLES[kind])) == EXAMPLES[kind]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["An alert is needed", "price > 64500"]),
        ("prise > 1", ["'prise'", "price, move"]),
        ("price", [">", "<", "x"]),
        ("price >", ["needs a price"]),
        ("price > soon", ["'soon' is not a price"]),
        ("price > -5", ["'-5' is not a price"]),
        ("price > 0", ["a price is"]),
        ("price > 1 2", ["'2' is not expected"]),
        ("price > nan", ["is not a price"]),
        ("price > 1e5", ["is not a price"]),
        ("move 2 10m", ["per cent like 2%"]),
        ("move 2%", ["a time like"]),
        ("move 2% 10", ["'10' is not a time"]),
        ("move 2% 2d", ["1s to 1d"]),
        ("wall 50", ["like 1%"]),
        ("wall 50 101%", ["to 100%"]),
        ("trade", ["a size"]),
        ("trade 10 both", ["'both' is not expected"]),
        ("volume 0.5x", ["1 to 10000x"]),
        ("volume 3x 1m", ["5m to 4h"]),
        ("volume 3x 301s", ["whole minutes"]),
        ("stale now", ["'now' is not expected"]),
        ("stale repeat", ["repeat needs one time", "1s to 7d"]),
        ("stale repeat 5", ["repeat needs one time"]),
        ("stale repeat 8d", ["1s to 7d"]),
        ("stale repeat 1m 2m", ["repeat needs one time"]),
        ("price > " + "1" * 300, ["at most 200 characters"]),
        ("price > 64,50", ["64,50 is not a number here; write 64.50, as in 'price > 64500'"]),
        ("trade 0,5", ["0,5 is not a number here; write 0.5, as in 'trade 10'"]),
        ("trade 0,500", ["write 0.500"]),
        ("move 0,5% 10m", ["0,5 is not a number here; write 0.5"]),
        ("move +0,5% 10m", ["0,5 is not a number here; write 0.5"]),
        ("move 2% 1,5h", ["1,5 is not a number here; write 1.5"]),
        ("spread 2,5bp", ["2,5 is not a number here; write 2.5"]),
        ("wall 50 0,1%", ["write 0.1"]),
        ("wall 1,5 1%", ["write 1.5"]),
        ("sweep 1,2,3", ["a comma parts thousands only"]),
        ("volume 2,5x", ["write 2.5"]),
        ("stale repeat 1,5m", ["1,5 is not a number here; write 1.5"]),
    ],
)
def test_what_is_wrong_is_one_line_that_names_what_is_expected(text: str, words: list[str]) -> None:
    with pytest.raises(ValueError, match=r".+\.$") as caught:
        parse_alert(text)
    said = str(caught.value)
    assert "\n" not in said
    assert all(word in said for word in words), said


numbers = st.floats(rules.LEAST, rules.MOST, allow_nan=False)
percents = st.floats(rules.LEAST, 100)
sides, directions = st.sampled_from(Side), st.sampled_from(Direction)
RULES: st.SearchStrategy[Rule] = st.one_of(
    st.builds(PriceCross, directions, numbers),
    st.builds(PriceMove, percents, st.floats(1, rules.DAY), directions),
    st.builds(SpreadOver, st.floats(rules.LEAST, 10_000)),
    st.builds(WallNear, numbers, percents, sides),
    st.builds(TradeOver, numbers, sides),
    st.builds(SweepOver, numbers, sides),
    st.builds(VolumeOver, st.floats(1, 10_000), st.integers(5, 240)),
    st.just(DataStale()),
    st.just(ConnectionLost()),
)
REPEATS = st.none() | st.floats(rules.REPEAT_LEAST, rules.REPEAT_MOST)


@given(RULES, REPEATS)
@example(PriceCross(Direction.UP, 7e-12), 3600.5)
def test_reading_undoes_writing(rule: Rule, repeat: float | None) -> None:
    assert parse_alert(alert_text(rule, repeat)) == (rule, repeat)


@given(RULES, REPEATS, st.booleans(), st.integers(0, 9))
def test_what_is_remembered_is_read_back(rule: Rule, repeat: float | None, on: bool, fired: int) -> None:
    alert = Alert(1, rule, repeat, on, fired=fired)
    assert msgspec.json.decode(msgspec.json.encode(alert), type=Alert) == alert


words = st.sampled_from(
    [*KINDS, *EXAMPLES.values(), ">", "<", "x", "5%", "3x", "10m", "9bp", "buy", "repeat", "1", "-"]
)


@given(st.lists(words | st.text(max_size=5), max_size=7).map(" ".join) | st.text(max_size=250))
def test_whatever_is_typed_is_an_alert_or_one_sentence(text: str) -> None:
    said = "."
    rule: Rule = DataStale()
    repeat: float | None = None
    try:
        rule, repeat = parse_alert(text)
    except ValueError as error:
        said = str(error)
    assert said.isprintable()
    assert said.endswith(".")
    assert parse_alert(alert_text(rule, repeat)) == (rule, repeat)
    msgspec.json.decode(msgspec.json.encode(Alert(1, rule, repeat)), type=Alert)


@given(st.floats(1e-12, 1e15))
def test_numbers_keep_their_digits_and_have_no_exponent(value: float) -> None:
    text = number_text(value)
    assert float(text) == value
    assert "e" not in text


@pytest.mark.parametrize(("seconds", "text"), [(1, "1s"), (90, "90s"), (300, "5m"), (7200, "2h"), (86400, "1d")])
def test_times_are_written_in_the_greatest_unit_that_keeps_them_whole(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text


def test_a_list_keeps_its_ids() -> None:
    alerts = rules.AlertList().added(DataStale(), None).added(ConnectionLost(), 5.0)
    assert [alert.id for alert in alerts.alerts] == [1, 2]
    alerts = alerts.without(2).added(DataStale(), None)
    assert [alert.id for alert in alerts.alerts] == [1, 3]
    assert alerts.find(2) is None


def test_a_list_can_be_full() -> None:
    alerts = rules.AlertList()
    for _ in range(rules.MOST_ALERTS):
        alerts = alerts.added(DataStale(), None)
    with pytest.raises(ValueError, match="delete one first"):
        alerts.added(DataStale(), None)


def test_the_chart_draws_the_prices_that_are_waited_for() -> None:
    alerts = rules.AlertList()
    for text in ("price > 3", "price < 1", "price x 3", "stale"):
        alerts = alerts.added(*parse_alert(text))
    alerts = alerts.changed(msgspec.structs.replace(alerts.alerts[1], spent=True))
    assert rules.price_levels(alerts) == (3.0,)


def test_the_page_about_alerts_names_every_kind_as_it_is_written() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs" / "alerts.md").read_text(encoding="utf-8")
    named = re.findall(r"^\| `([^`]+)` \|", page, re.MULTILINE)
    assert {parse_alert(text)[0].__struct_config__.tag for text in named} == set(KINDS)
    assert all(alert_text(*parse_alert(text)) == text for text in named)

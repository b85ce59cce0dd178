"""Alerts of a market that is only watched: judged by tickers, by nothing remembered, and late after an outage."""

import pytest
from msgspec.structs import replace

from hybridtui.market.alerts.outcome import Fired, Outcome, Unjudged
from hybridtui.market.alerts.quote_engine import QuoteEngine, judged_by_quotes
from hybridtui.market.alerts.spelling import EXAMPLES, parse_alert
from hybridtui.market.instrument import Instrument
from hybridtui.market.quotes import SOCKET_PATIENCE, Quote
from hybridtui.market.source import Source
from hybridtui.market.ticker import Ticker
from tests.market.alerts.playing import alerts_of

ETH = Instrument("tETHUSD", "ETH", "USD")


def quote(last: float, at: float, source: Source = Source.WEBSOCKET, spread: float = 0.1) -> Quote:
    return Quote(Ticker(last=last, bid=last - spread / 2, ask=last + spread / 2), source, at, at)


def engine(*texts: str, known: Quote | None = None) -> QuoteEngine:
    return QuoteEngine(ETH, alerts_of(*texts), known, 0.0)


def played(judge: QuoteEngine, *prices: float, first: float = 1.0) -> list[Outcome]:
    """One ticker a second."""
    return [
        each for number, price in enumerate(prices) for each in judge.feed(quote(price, first + number), first + number)
    ]


def texts(outcomes: list[Outcome]) -> list[str]:
    return [outcome.text for outcome in outcomes]


def test_a_price_is_crossed_once() -> None:
    judge = engine("price > 3000", "price < 2900", "price x 3050")
    assert texts(played(judge, 2990.0, 3000.0, 3001.5, 2999.0, 3060.0)) == [
        "the price rose above 3,000: 3,001.5",
        "the price rose above 3,050: 3,060",
    ]
    assert [alert.spent for alert in judge.alerts.alerts] == [True, False, True]
    assert judge.waiting
    assert texts(played(judge, 2899.0, 2990.0, 2800.0, first=10.0)) == ["the price fell below 2,900: 2,899"]
    assert not judge.waiting


def test_what_lies_beyond_already_does_not_fire_and_what_was_known_is_the_other_side() -> None:
    assert played(engine("price > 3000"), 3100.0, 3200.0) == []
    assert texts(played(engine("price > 3000", known=quote(2990.0, 0.0)), 3100.0)) == [
        "the price rose above 3,000: 3,100"
    ]
    remembered = quote(2990.0, 0.0, Source.CACHE)
    assert played(engine("price > 3000", known=remembered), 3100.0) == [], "what is remembered is no side"
    judge = engine("price > 3000")
    judge.feed(remembered, 1.0)
    assert played(judge, 3100.0, first=2.0) == []


def test_a_move_is_within_its_time() -> None:
    judge = engine("move 2% 10s repeat 1m")
    assert texts(played(judge, 100.0, 101.0, 102.0, 102.5)) == ["the price moved +2.00% within 10s, 100 to 102"]
    slow = engine("move 2% 10s")
    for step in range(30):
        assert played(slow, 100.0 + step / 6, first=step * 2.0) == []


def test_the_spread_of_the_ticker() -> None:
    judge = engine("spread 5bp repeat 1s")
    assert judge.feed(quote(1000.0, 1.0, spread=0.4), 1.0) == ()
    [fired] = judge.feed(quote(1000.0, 2.0, spread=0.5), 2.0)
    assert (fired.text, judge.feed(quote(1000.0, 3.5, spread=0.6), 3.5)) == ("the spread is 5.00 bp", ())
    judge.feed(quote(1000.0, 4.0), 4.0)
    assert len(judge.feed(quote(1000.0, 5.0, spread=0.6), 5.0)) == 1
    assert judge.feed(Quote(Ticker(bid=2.0, ask=1.0), Source.REST, 9.0, 9.0), 9.0) == (), "crossed is no spread"


def test_a_cool_down_is_kept() -> None:
    judge = engine("price x 100 repeat 10s")
    told = played(judge, *(99.0 + 2.0 * (step % 2) for step in range(31)))
    assert [fired.at for fired in told] == [2.0, 12.0, 22.0]


@pytest.mark.parametrize("kind", sorted(EXAMPLES))
def test_what_a_ticker_cannot_tell_is_not_judged(kind: str) -> None:
    judge = engine(EXAMPLES[kind])
    judge.feed(quote(64_000.0, 1.0), 1.0)
    possible = kind in ("price", "move", "spread")
    rule, _ = parse_alert(EXAMPLES[kind])
    assert (judge.waiting, judge.judgeable(rule), judged_by_quotes(rule)) == (possible, possible, possible)


def test_an_outage_is_told_and_what_happened_meanwhile_is_late() -> None:
    judge = engine("price > 3000", "trade 5")
    last = quote(2990.0, 1.0)
    judge.feed(last, 1.0)
    assert judge.look(last, 5.0) == ()
    judge.look(replace(last, lost="the socket is closed"), 6.0)
    assert not judge.judgeable(judge.alerts.alerts[0].rule)
    unjudged, fired = judge.feed(quote(3100.0, 44.5), 44.5)
    assert isinstance(unjudged, Unjudged)
    assert ([alert.id for alert in unjudged.alerts], unjudged.seconds) == ([1], 43.5)
    assert isinstance(fired, Fired)
    assert fired.late


def test_silence_is_an_outage_that_a_heartbeat_ends() -> None:
    judge = engine("price > 3000")
    last = quote(2990.0, 1.0)
    judge.feed(last, 1.0)
    silent = 1.0 + SOCKET_PATIENCE + 0.5
    assert judge.look(last, silent) == ()
    [told] = judge.look(replace(last, confirmed_at=silent + 1.0), silent + 1.0)
    assert told.text == "could not be judged for 41 s"


def test_before_there_was_anything_nothing_was_missed() -> None:
    judge = engine("price > 3000")
    judge.look(None, 5.0)
    assert judge.feed(quote(2990.0, 60.0), 60.0) == ()


def test_a_change_of_the_list_leaves_the_others_where_they_were() -> None:
    judge = engine("move 2% 10m", "price > 3000")
    played(judge, 2900.0, 2950.0)
    judge.use(judge.alerts.added(*parse_alert("price < 10")).without(2), 3.0)
    assert texts(played(judge, 3010.0, first=4.0)) == ["the price moved +3.79% within 10m, 2,900 to 3,010"]

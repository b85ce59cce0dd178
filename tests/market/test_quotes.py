"""What is known of other markets, and until when it may be believed."""

from typing import get_args

import pytest

from hybridtui.market.candles import Candle
from hybridtui.market.events import SourceChanged
from hybridtui.market.instrument import Instrument
from hybridtui.market.quote_events import (
    DaySeen,
    MarketsListed,
    QuoteConfirmed,
    QuoteEvent,
    QuoteRefused,
    QuotesLost,
    QuotesMissed,
    QuotesSeen,
)
from hybridtui.market.quotes import DAY_MS, REST_PATIENCE, SOCKET_PATIENCE, Quotes
from hybridtui.market.source import LinkState, Mode, Source, Topic
from hybridtui.market.state import MarketState
from hybridtui.market.ticker import Ticker
from hybridtui.market.timeframe import Timeframe

BTC, ETH = Instrument("tBTCUSD", "BTC", "USD"), Instrument("tETHUSD", "ETH", "USD")


@pytest.fixture
def quotes() -> Quotes:
    return Quotes()


def seen(last: float, source: Source = Source.WEBSOCKET, at: float = 1.0, of: Instrument = ETH) -> QuotesSeen:
    return QuotesSeen(((of, Ticker(last=last)),), source, at)


def last(quotes: Quotes, symbol: str = "tETHUSD") -> float | None:
    quote = quotes.get(symbol)
    return None if quote is None else quote.ticker.last


def fed(quotes: Quotes, now: float, symbol: str = "tETHUSD") -> bool:
    quote = quotes.get(symbol)
    return quote is not None and quote.fed(now)


def test_a_quote_of_the_socket_is_fed_as_long_as_its_channel_gives_signs_of_life(quotes: Quotes) -> None:
    quotes.take(seen(3400.0))
    assert fed(quotes, 1.0 + SOCKET_PATIENCE)
    assert not fed(quotes, 1.1 + SOCKET_PATIENCE)
    quotes.take(QuoteConfirmed("tETHUSD", 15.0))
    quote = quotes.get("tETHUSD")
    assert quote is not None
    assert quote.fed(15.0 + SOCKET_PATIENCE)
    assert quote.age(18.0) == 3.0, "a channel that lives and is silent has nothing new to say"


def test_what_the_socket_lost_is_old_at_once_and_a_heartbeat_does_not_revive_it(quotes: Quotes) -> None:
    quotes.take(seen(3400.0))
    quotes.take(QuotesLost(None, "the socket closed", 2.0))
    quotes.take(QuoteConfirmed("tETHUSD", 3.0))
    assert not fed(quotes, 3.0)
    assert last(quotes) == 3400.0, "it stays to be shown, as what it is"
    quotes.take(seen(3410.0, at=4.0))
    assert fed(quotes, 4.0)


def test_rest_does_not_replace_what_the_socket_feeds_but_what_it_lost(quotes: Quotes) -> None:
    quotes.take(seen(3400.0, at=10.0))
    quotes.take(seen(3390.0, Source.REST, at=11.0))
    assert last(quotes) == 3400.0
    quotes.take(QuotesLost(("tETHUSD",), "limit", 12.0))
    quotes.take(seen(3420.0, Source.REST, at=13.0))
    assert last(quotes) == 3420.0
    assert fed(quotes, 13.0 + REST_PATIENCE)
    assert not fed(quotes, 13.1 + REST_PATIENCE)
    quotes.take(seen(3421.0, at=14.0))
    assert last(quotes) == 3421.0


def test_an_older_answer_of_another_pane_replaces_nothing(quotes: Quotes) -> None:
    quotes.take(seen(3400.0, Source.REST, at=20.0))
    quotes.take(seen(3300.0, Source.REST, at=15.0))
    assert last(quotes) == 3400.0


def test_a_refusal_lasts_until_there_is_data(quotes: Quotes) -> None:
    quotes.take(QuoteRefused("tETHUSD", "unknown", 1.0))
    assert quotes.refused == {"tETHUSD": "unknown"}
    quotes.take(seen(3400.0))
    assert not quotes.refused


def test_what_is_remembered_of_the_list_replaces_nothing(quotes: Quotes) -> None:
    quotes.take(MarketsListed((BTC,), (("BTC", "Bitcoin"),), Source.CACHE, 1.0))
    assert set(quotes.instruments) == {"tBTCUSD"}
    assert [quotes.names_known] == [False]
    quotes.take(MarketsListed((ETH,), (("ETH", "Ethereum"),), Source.REST, 2.0))
    assert set(quotes.instruments) == {"tETHUSD"}, "delisted since"
    assert [quotes.names_known] == [True]
    quotes.take(MarketsListed((BTC,), (("ETH", "wrong"),), Source.CACHE, 3.0))
    assert quotes.names["ETH"] == "Ethereum"


def test_a_day_is_the_last_24_hours(quotes: Quotes) -> None:
    now = 10 * DAY_MS
    candles = [
        Candle(now - age, 1.0, close, 9.0, 1.0, 1.0) for age, close in ((5, 3.0), (DAY_MS + 1, 1.0), (DAY_MS, 2.0))
    ]
    assert quotes.day("tETHUSD", now) == ()
    assert not quotes.has_day("tETHUSD")
    quotes.take(DaySeen("tETHUSD", tuple(candles), 1.0))
    assert quotes.day("tETHUSD", now) == (2.0, 3.0)
    assert quotes.has_day("tETHUSD")


def test_the_state_takes_every_quote_event_and_touches_no_topic_of_its_own_market() -> None:
    state = MarketState(BTC, Timeframe.M1)
    samples: dict[type, QuoteEvent] = {
        QuotesSeen: seen(64_000.0, of=BTC),
        QuoteConfirmed: QuoteConfirmed("tBTCUSD", 1.0),
        QuotesLost: QuotesLost(None, "gone", 1.0),
        QuotesMissed: QuotesMissed("no answer in time", 1.0),
        QuoteRefused: QuoteRefused("tBTCUSD", "unknown", 1.0),
        MarketsListed: MarketsListed((BTC,), (), Source.REST, 1.0),
        DaySeen: DaySeen("tBTCUSD", (), 1.0),
    }
    assert set(samples) == set(get_args(QuoteEvent))
    for event in samples.values():
        assert state.apply(event) == Topic.MARKETS
    assert state.ticker.last is None
    assert state.arrivals[Topic.TICKER].source is None
    assert state.refused is None


def test_during_maintenance_nothing_is_fed() -> None:
    state = MarketState(BTC, Timeframe.M1)
    state.apply(seen(3400.0))
    state.apply(SourceChanged(LinkState.MAINTENANCE, Mode.AUTO, at=2.0))
    assert not fed(state.quotes, 2.0)


def test_why_all_markets_are_not_known_is_told_until_they_are(quotes: Quotes) -> None:
    quotes.take(QuotesMissed("connection refused", 1.0))
    assert quotes.missed == "connection refused"
    quotes.take(QuotesSeen((), Source.REST, 2.0, whole=True))
    assert not quotes.missed
    assert quotes.listed_at == 2.0

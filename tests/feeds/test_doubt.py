"""An answer that ends before what is known is an old one, and an empty book beside a ticker with prices is none."""

from hybridtui.feeds.doubt import doubt
from hybridtui.market.events import BookSnapshotSeen, TickerSeen, TradesSeen
from hybridtui.market.instrument import Instrument
from hybridtui.market.source import Source
from hybridtui.market.state import MarketState
from hybridtui.market.ticker import Ticker
from hybridtui.market.timeframe import Timeframe
from hybridtui.market.trades import Trade


def listing(*rows: tuple[int, int], symbol: str = "tBTCUSD") -> TradesSeen:
    return TradesSeen(symbol, tuple(Trade(i, mts, 1.0, 1.0) for i, mts in rows), True, Source.REST, 0.0)


def state(*rows: tuple[int, int]) -> MarketState:
    known = MarketState(Instrument("tBTCUSD", "BTC", "USD"), Timeframe.M1)
    if rows:
        known.apply(listing(*rows))
    return known


def test_a_list_that_ends_long_before_the_newest_known_trade_is_old() -> None:
    assert doubt(listing((1, 1000), (2, 2000)), state((9, 60_000)))


def test_the_socket_may_be_a_little_ahead() -> None:
    assert not doubt(listing((8, 55_000)), state((9, 60_000)))


def test_the_same_or_a_newer_list_is_not_old() -> None:
    assert not doubt(listing((9, 60_000)), state((9, 60_000)))
    assert not doubt(listing((10, 61_000)), state((9, 60_000)))


def test_where_nothing_is_known_or_said_nothing_is_old() -> None:
    assert not doubt(listing((1, 1000)), state())
    assert not doubt(listing(), state((9, 60_000)))
    assert not doubt(listing((1, 1000), symbol="tETHUSD"), state((9, 60_000)))
    assert not doubt(TickerSeen("tBTCUSD", Ticker(), Source.REST, 0.0), state((9, 60_000)))


def test_an_empty_book_is_believed_only_where_the_ticker_has_no_prices() -> None:
    empty = BookSnapshotSeen("tBTCUSD", (), Source.REST, 0.0)
    known = state()
    assert not doubt(empty, known)
    known.apply(TickerSeen("tBTCUSD", Ticker(bid=64_210.0), Source.WEBSOCKET, 0.0))
    assert "empty book" in doubt(empty, known)
    assert not doubt(BookSnapshotSeen("tETHUSD", (), Source.REST, 0.0), known)
    assert not doubt(BookSnapshotSeen("tBTCUSD", ((64_210.0, 1, 1.0),), Source.REST, 0.0), known)
    known.apply(TickerSeen("tBTCUSD", Ticker(last=64_210.0), Source.WEBSOCKET, 0.0))
    assert not doubt(empty, known)

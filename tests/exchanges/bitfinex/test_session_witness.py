"""What else tells that a session is wrong: a REST answer as witness, and a book that stays crossed."""

import json
from zlib import crc32

from hybridtui.exchanges.base import ChannelLost
from hybridtui.exchanges.bitfinex.exchange import Bitfinex
from hybridtui.exchanges.bitfinex.session import BitfinexSession
from hybridtui.market.book import Row
from hybridtui.market.events import BookSnapshotSeen, TickerSeen, TradesSeen
from hybridtui.market.feed import View
from hybridtui.market.source import Source
from hybridtui.market.ticker import Ticker
from hybridtui.market.trades import Trade

ROWS: tuple[Row, ...] = ((100.0, 1, 2.0), (99.0, 3, 0.5), (101.0, 1, -1.0), (102.0, 2, -4.0))


def synced() -> BitfinexSession:
    exchange = Bitfinex()
    session = exchange.session(View(exchange.instrument("BTCUSD")))
    session.outgoing()
    for number, (channel, payload) in enumerate([("book", ROWS), ("trades", [[7, 1000, 0.5, 100.0], [6, 900, 1, 99]])]):
        fields = {"event": "subscribed", "channel": channel, "chanId": number, "symbol": "tBTCUSD"}
        session.receive(json.dumps(fields), 1.0)
        session.receive(json.dumps([number, payload]), 1.0)
    return session


def book(rows: tuple[Row, ...], symbol: str = "tBTCUSD") -> BookSnapshotSeen:
    return BookSnapshotSeen(symbol, rows, Source.REST, 2.0)


def trades(*ids: int) -> TradesSeen:
    return TradesSeen("tBTCUSD", tuple(Trade(i, i, 1.0, 1.0) for i in ids), True, Source.REST, 2.0)


def test_the_same_book_agrees_whatever_lies_deeper() -> None:
    session = synced()
    assert not session.contradicted_by(book(ROWS))


def test_another_price_or_amount_contradicts() -> None:
    session = synced()
    assert session.contradicted_by(book(((100.5, 1, 2.0), *ROWS[1:])))
    assert session.contradicted_by(book(((100.0, 1, 2.5), *ROWS[1:])))
    assert session.contradicted_by(book(ROWS[:-1]))


def test_only_a_newer_trade_contradicts() -> None:
    session = synced()
    assert not session.contradicted_by(trades(5, 6, 7))
    assert session.contradicted_by(trades(6, 7, 8))


def test_another_market_or_topic_says_nothing() -> None:
    session = synced()
    assert not session.contradicted_by(book((), "tETHUSD"))
    assert not session.contradicted_by(TickerSeen("tBTCUSD", Ticker(), Source.REST, 2.0))


def test_a_channel_without_its_snapshot_cannot_be_contradicted() -> None:
    exchange = Bitfinex()
    session = exchange.session(View(exchange.instrument("BTCUSD")))
    assert not session.contradicted_by(book(ROWS))


CROSSING = "[0,[101.5,1,1]]"
"""A bid above the best ask."""


def test_a_momentary_cross_is_tolerated() -> None:
    session = synced()
    session.receive(CROSSING, 10.0)
    assert session.deadline() == 15.0
    session.receive("[0,[101.5,0,1]]", 10.1)
    assert session.deadline() is None or session.deadline() != 15.0
    assert not any(isinstance(event, ChannelLost) and event.reason.endswith("crossed") for event in session.tick(15.1))


def test_a_lasting_cross_is_a_loss_once() -> None:
    session = synced()
    session.receive(CROSSING, 10.0)
    assert not session.tick(14.9)
    lost = [event for event in session.tick(15.0) if isinstance(event, ChannelLost)]
    assert [event.reason for event in lost if "crossed" in event.reason] == ["the book stayed crossed"]
    assert not [event for event in session.tick(16.0) if "crossed" in getattr(event, "reason", "")]


def test_a_cross_that_the_exchange_confirms_is_its_own() -> None:
    session = synced()
    session.receive(CROSSING, 10.0)
    value = crc32(b"101.5:1:101:-1:100:2:102:-4:99:0.5")
    session.receive(json.dumps([0, "cs", value - (1 << 32) if value >= 1 << 31 else value]), 11.0)
    assert not [event for event in session.tick(20.0) if "crossed" in getattr(event, "reason", "")]

"""The protocol from the server's side, against the demo market, with the time in the test's hand."""

import itertools
import json
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hybridtui.demo.market import DemoMarket
from hybridtui.exchanges.bitfinex.numbers import checksum, js_number
from hybridtui.market.book import Book
from hybridtui.server.levels import flat, grouped_price, window
from hybridtui.server.options import SessionOptions
from hybridtui.server.session import CHECKSUM, MAINTENANCE_STARTED, SEQUENCE, TIMESTAMP, ServerSession

START = 1_790_134_414_850


class Client:
    """A session and its market, moved together."""

    def __init__(self, *, seed: int = 1, **options: Any) -> None:
        self.market = DemoMarket(START, seed=seed)
        self.session = ServerSession(
            self.market, Random(seed), 0.0, options=SessionOptions(update_lost=0.0, **options), epoch=0.0
        )
        self.now = 0.0
        self.greeting = self.frames()

    def frames(self) -> list[Any]:
        return [json.loads(text) for text in self.session.outgoing()]

    def say(self, event: str, **fields: object) -> list[Any]:
        self.session.receive(json.dumps({"event": event, **fields}), self.now)
        return self.frames()

    def wait(self, seconds: float, step: float = 0.05) -> list[Any]:
        found: list[Any] = []
        end = self.now + seconds
        while self.now < end - 1e-9:
            self.now = min(end, self.now + step)
            self.session.notice(self.market.advance(START + round(self.now * 1000)), self.now)
            self.session.tick(self.now)
            found += self.frames()
        return found


def test_the_greeting_comes_first() -> None:
    (info,) = Client().greeting
    assert list(info) == ["event", "version", "serverId", "platform"]
    assert (info["event"], info["version"], info["platform"]) == ("info", 2, {"status": 1})


def test_a_book_is_acknowledged_and_its_snapshot_follows_at_once() -> None:
    client = Client()
    ack, (number, rows) = client.say("subscribe", channel="book", symbol="tBTCUSD", len=25, subId="b1")
    assert list(ack) == ["event", "channel", "chanId", "symbol", "prec", "freq", "len", "subId", "pair"]
    assert (ack["len"], ack["pair"], ack["chanId"]) == ("25", "BTCUSD", number)
    bids, asks = [row for row in rows if row[2] > 0], [row for row in rows if row[2] < 0]
    assert rows == sorted(bids, reverse=True) + sorted(asks)
    assert len(bids) == len(asks) == 25


@pytest.mark.parametrize(
    ("request_fields", "message", "code"),
    [
        ({"channel": "ticker", "symbol": "tNOPE:USD"}, "symbol: invalid", 10300),
        ({"channel": "ticker", "symbol": "tbtcusd"}, "symbol: invalid", 10300),
        ({"channel": "nope"}, "channel: unknown", 10300),
        ({"channel": "book", "symbol": "tBTCUSD", "len": "7"}, "length: invalid", 10300),
        ({"channel": "book", "symbol": "tBTCUSD", "prec": "P9"}, "precision: invalid", 10300),
        ({"channel": "candles", "key": "trade:2m:tBTCUSD"}, "time_interval: invalid", 10300),
    ],
)
def test_a_wrong_subscription_is_refused_in_the_exchanges_words(
    request_fields: dict[str, str], message: str, code: int
) -> None:
    (error,) = Client().say("subscribe", **request_fields)
    pair = {"pair": request_fields["symbol"][1:]} if "symbol" in request_fields else {}
    assert error == {**request_fields, "event": "error", "msg": message, "code": code, **pair}


def test_a_duplicate_names_the_first_channel() -> None:
    client = Client()
    ack, _ = client.say("subscribe", channel="trades", symbol="tETHUSD")
    (error,) = client.say("subscribe", channel="trades", symbol="tETHUSD")
    assert (error["msg"], error["code"], error["chanId"]) == ("subscribe: dup", 10301, ack["chanId"])


def test_the_channel_cap_leaves_the_socket_usable() -> None:
    client = Client(channels=1)
    ack, _ = client.say("subscribe", channel="ticker", symbol="tBTCUSD")
    (error,) = client.say("subscribe", channel="ticker", symbol="tETHUSD")
    assert (error["msg"], error["code"]) == ("subscribe: limit", 10305)
    assert client.say("unsubscribe", chanId=ack["chanId"])[0]["status"] == "OK"
    assert client.say("subscribe", channel="ticker", symbol="tETHUSD")[0]["event"] == "subscribed"


def test_other_events() -> None:
    client = Client()
    assert client.say("nope") == [{"event": "error", "msg": "event: invalid (nope)", "code": 10000}]
    assert client.say("unsubscribe", chanId=1)[0]["code"] == 10400
    assert client.say("ping", cid=77) == [{"event": "pong", "ts": START, "cid": 77}]
    assert client.say("conf", flags=SEQUENCE) == [{"event": "conf", "status": "OK", "flags": SEQUENCE}]
    assert client.say("conf", flags=8)[0]["code"] == 10050
    assert client.say("subscribe", channel="status", key="deriv:tNOPE") == []


@given(st.text() | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps))
@settings(max_examples=60, deadline=None)
def test_garbage_is_ignored(text: str) -> None:
    session = ServerSession(_MARKET, Random(1), 0.0)
    session.outgoing()
    session.receive(text, 0.0)
    assert session.outgoing() == []


_MARKET = DemoMarket(START)


@pytest.mark.parametrize("length", [1, 25, 100, 250])
@pytest.mark.parametrize("precision", ["P0", "P2"])
@pytest.mark.parametrize("symbol", ["tBTCUSD", "tXRPBTC"])
def test_a_replica_of_the_frames_is_the_servers_book(symbol: str, precision: str, length: int) -> None:
    client = Client(seed=length)
    client.say("conf", flags=CHECKSUM | SEQUENCE)
    _, snapshot = client.say("subscribe", channel="book", symbol=symbol, len=length, prec=precision)
    replica, checks, batches = Book(), 0, 0
    replica.replace(snapshot[1])
    for _ in range(300):
        frames = client.wait(0.1, step=0.1)
        for frame in frames:
            if frame[1] == "cs":
                checks += 1
                assert frame[2] == _checksum_of(replica)
            elif frame[1] != "hb":
                replica.change(*frame[1])
                assert len(replica.bids()) <= length
                assert len(replica.asks()) <= length
        batches += bool(frames)
        if frames:
            assert not replica.crossed
    assert batches > 5
    assert checks > 2


def _checksum_of(book: Book) -> int:
    parts: list[str] = []
    bids, asks = book.bids(25), book.asks(25)
    for place in range(25):
        if place < len(bids):
            parts += [js_number(bids[place].price), js_number(bids[place].size)]
        if place < len(asks):
            parts += [js_number(asks[place].price), js_number(-asks[place].size)]
    return checksum(parts)


def test_a_batch_deletes_before_it_changes_and_ends_in_the_servers_window() -> None:
    client = Client()
    _, snapshot = client.say("subscribe", channel="book", symbol="tBTCUSD")
    replica = Book()
    replica.replace(snapshot[1])
    for _ in range(50):
        frames = [frame[1] for frame in client.wait(0.2, step=0.2) if frame[1] != "hb"]
        places = [0 if row[1] == 0 and row[2] > 0 else 1 if row[1] == 0 else 2 if row[2] > 0 else 3 for row in frames]
        assert places == sorted(places)
        for row in frames:
            replica.change(*row)
        assert replica.rows() == flat(window(client.market.book("tBTCUSD"), "P0", 25))


def test_every_array_frame_is_numbered_and_dated() -> None:
    client = Client()
    client.say("conf", flags=SEQUENCE | TIMESTAMP)
    frames = client.say("subscribe", channel="trades", symbol="tBTCUSD")[1:]
    frames += client.say("subscribe", channel="book", symbol="tBTCUSD")[1:]
    frames += client.wait(31)
    assert [frame[-2] for frame in frames] == list(range(1, len(frames) + 1))
    assert all(START <= frame[-1] <= START + 31_000 for frame in frames)
    assert sum(frame[1] == "hb" for frame in frames) == 4


def test_a_lost_frame_leaves_a_gap() -> None:
    client = Client()
    client.say("conf", flags=SEQUENCE)
    client.say("subscribe", channel="book", symbol="tBTCUSD")
    client.session.lose_next_frame()
    assert client.wait(5)[0][-1] == 3


def test_trades_come_twice_and_are_the_markets_own() -> None:
    client = Client()
    _, snapshot = client.say("subscribe", channel="trades", symbol="tBTCUSD")
    assert len(snapshot[1]) == 30
    assert [row[0] for row in snapshot[1]] == sorted((row[0] for row in snapshot[1]), reverse=True)
    frames = client.wait(60)
    executed = [frame[2] for frame in frames if frame[1] == "te"]
    updated = [frame[2] for frame in frames if frame[1] == "tu"]
    assert len(executed) > 10
    assert [row[0] for row in executed] == sorted({row[0] for row in executed})
    assert executed[0][0] > snapshot[1][0][0]
    client.now += 1
    client.session.tick(client.now)
    updated += [frame[2] for frame in client.frames() if frame[1] == "tu"]
    assert sorted(updated) == sorted(executed)


def test_candles_roll_over_and_the_one_before_is_sent_again() -> None:
    client = Client()
    ack, snapshot = client.say("subscribe", channel="candles", key="trade:1m:tBTCUSD")
    assert list(ack) == ["event", "channel", "chanId", "key"]
    assert len(snapshot[1]) == 240
    rows = [frame[1] for frame in client.wait(130) if frame[1] != "hb"]
    starts = [row[0] for row in rows]
    minutes = sorted(set(starts))
    assert len(minutes) == 3
    before_again = [(first, second) for first, second in itertools.pairwise(starts) if second < first]
    assert before_again == [(minutes[1], minutes[0]), (minutes[2], minutes[1])]


def test_a_ticker_comes_again_only_when_it_changed() -> None:
    client = Client()
    _, first = client.say("subscribe", channel="ticker", symbol="tBTCUSD")
    assert len(first[1]) == 11
    assert first[1][10] is None
    rows = [frame[1] for frame in client.wait(35) if frame[1] != "hb"]
    assert len(rows) == 3
    assert all(one != other for one, other in zip([first[1], *rows], rows, strict=False))


def test_a_silent_client_is_cut_and_one_that_speaks_is_not() -> None:
    client = Client()
    assert not client.session.expired(59.9)
    assert client.session.expired(60.0)
    client.say("ping")
    assert not client.session.expired(600.0)


def test_an_announcement_is_an_info_event() -> None:
    client = Client()
    client.session.announce(MAINTENANCE_STARTED)
    (info,) = client.frames()
    assert (info["event"], info["code"]) == ("info", 20060)


@pytest.mark.parametrize(
    ("price", "digits", "down", "up"),
    [(64217.0, 4, 64210.0, 64220.0), (64210.0, 4, 64210.0, 64210.0), (7.123e-06, 3, 7.12e-06, 7.13e-06)],
)
def test_coarser_prices_keep_the_book_uncrossed(price: float, digits: int, down: float, up: float) -> None:
    assert grouped_price(price, digits, up=False) == down
    assert grouped_price(price, digits, up=True) == up


@pytest.mark.parametrize("seed", range(1, 13))
def test_a_corrupted_level_is_wrong_when_the_next_checksum_comes_however_fast_levels_leave(seed: int) -> None:
    client = Client(seed=seed)
    client.say("conf", flags=CHECKSUM)
    _, (_, rows) = client.say("subscribe", channel="book", symbol="tBTCUSD", len=25)
    book = Book()
    book.replace(rows)
    agreed: list[bool] = []
    client.session.corrupt_level(0)
    for _, *content in itertools.chain(client.frames(), client.wait(10.0)):
        match content:
            case ["cs", crc]:
                agreed.append(crc == _checksum_of(book))
            case [[float() | int() as price, count, amount]]:
                book.change(price, count, amount)
    assert agreed
    assert not agreed[0]

"""Candles: exact where all trades are known, never more volume than there was, the same carried on as summed anew."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybridtui.market.candles import Candle, Candles, candle_of
from hybridtui.market.timeframe import Timeframe
from hybridtui.market.trades import Trade, Trades

MINUTE = 60_000
START = 1_790_134_380_000
"""A whole minute."""


@st.composite
def histories(draw: st.DrawFn, step: int = 20_000) -> list[Trade]:
    rows = draw(
        st.lists(
            st.tuples(st.integers(0, step), st.sampled_from([0.1, -0.2, 2.8e-7, -3.0]), st.integers(90, 110)),
            min_size=1,
            max_size=40,
        )
    )
    mts, trades = START, []
    for number, (later, amount, price) in enumerate(rows):
        mts += later
        trades.append(Trade(1000 + number, mts, amount, float(price)))
    return trades


def truth(timeframe: Timeframe, history: list[Trade], anchor: int | None = None) -> dict[int, Candle]:
    """The candles of the exchange: every trade is in them; volumes are added up as exact decimals."""
    buckets: dict[int, list[Trade]] = {}
    for trade in history:
        bucket = timeframe.bucket(trade.mts, anchor)
        assert bucket is not None
        buckets.setdefault(bucket, []).append(trade)
    candles = {}
    for bucket, rows in buckets.items():
        prices = [row.price for row in rows]
        volume = float(sum(abs(Decimal(repr(row.amount))) for row in rows))
        candles[bucket] = Candle(bucket, prices[0], prices[-1], max(prices), min(prices), volume)
    return candles


def rows(candles: Candles) -> list[Candle]:
    return candles.newest(len(candles))


def assert_same(candle: Candle, expected: Candle) -> None:
    assert candle.volume == pytest.approx(expected.volume, rel=1e-9)
    assert (candle.mts, candle.open, candle.close, candle.high, candle.low) == (
        expected.mts,
        expected.open,
        expected.close,
        expected.high,
        expected.low,
    )


def assert_true(candles: Candles, tape: Trades, history: list[Trade], anchor: int | None = None) -> None:
    """Covered buckets are exact; no bucket has more volume, or reaches further, than the trades that happened."""
    exact = truth(candles.timeframe, history, anchor)
    shown = {candle.mts: candle for candle in rows(candles)}
    assert set(shown) <= set(exact)
    for mts, candle in shown.items():
        assert candle.volume <= exact[mts].volume * (1 + 1e-9)
        assert exact[mts].low <= candle.low <= candle.high <= exact[mts].high
    for mts, candle in exact.items():
        if tape.covered_since is not None and mts > tape.covered_since:
            assert_same(shown[mts], candle)


Step = tuple[str, int, int]
scripts = st.lists(
    st.tuples(
        st.sampled_from(["stream", "lost", "candles", "late candle", "older"]), st.integers(1, 6), st.integers(0, 6)
    ),
    max_size=25,
)


def play(
    history: list[Trade], script: list[Step], timeframe: Timeframe, anchor: int | None
) -> tuple[Candles, Trades, int]:
    """Deliver trades and the exchange's candles in the order of a script; returns what came of it and how far it went.

    A late candle is computed from all but the newest trades. Nothing is delivered before the exchange's first candles,
    which are empty where nothing has happened.
    """
    candles, tape, happened = Candles(timeframe), Trades(), 0
    candles.merge(truth(timeframe, history[:0], anchor).values())
    for kind, count, back in script:
        if kind == "stream":
            for trade in history[happened : happened + count]:
                tape.add(trade)
                candles.follow(tape, [trade])
            happened = min(happened + count, len(history))
        elif kind == "lost":
            happened = min(happened + count, len(history))
            candles.follow(tape, tape.merge(history[max(0, happened - 1 - back) : happened]))
        elif kind == "older":
            end = max(0, happened - back)
            candles.follow(tape, tape.merge(history[max(0, end - count) : end]))
        else:
            until = happened if kind == "candles" else max(0, happened - back)
            exchange = truth(timeframe, history[:until], anchor)
            candles.merge(list(exchange.values())[-count:])
            candles.follow(tape, [])
    return candles, tape, happened


@given(histories(), scripts)
def test_no_volume_is_invented_and_covered_buckets_are_exact(history: list[Trade], script: list[Step]) -> None:
    candles, tape, happened = play(history, [*script, ("stream", 1, 0)], Timeframe.M1, None)
    missed_at_head = tape.last is None or happened == 0 or tape.last != history[happened - 1]
    exact_so_far = history[:happened]
    exact = truth(Timeframe.M1, exact_so_far)
    for candle in rows(candles):
        assert candle.volume <= exact[candle.mts].volume * (1 + 1e-9)
        assert exact[candle.mts].low <= candle.low <= candle.high <= exact[candle.mts].high
    if not missed_at_head:
        covered = [mts for mts in exact if tape.covered_since is not None and mts > tape.covered_since]
        newest = {candle.mts: candle for candle in rows(candles)}
        assert [mts for mts in covered if mts not in newest] == []


@given(histories(), st.integers(1, 20), st.integers(0, 30))
def test_trades_after_the_first_candles_make_exact_candles(history: list[Trade], first: int, back: int) -> None:
    candles, tape = Candles(Timeframe.M1), Trades()
    listing = history[:first]
    tape.merge(listing)
    candles.merge(truth(Timeframe.M1, history[: max(0, first - back)]).values())
    candles.follow(tape, listing)
    for trade in history[first:]:
        tape.add(trade)
        candles.follow(tape, [trade])
    assert_true(candles, tape, history)


@given(histories(), st.integers(1, 20))
def test_an_older_listing_makes_more_buckets_exact(history: list[Trade], first: int) -> None:
    candles, tape = Candles(Timeframe.M1), Trades()
    candles.merge([])
    for part in (history[first:], history[:first]):
        candles.follow(tape, tape.merge([*part, *history[first : first + 1]]))
    assert_true(candles, tape, history)


@given(histories(step=2 * 86_400_000), st.sampled_from([Timeframe.W1, Timeframe.D14, Timeframe.MONTH, Timeframe.D1]))
def test_long_timeframes(history: list[Trade], timeframe: Timeframe) -> None:
    anchor = START - 3 * 86_400_000
    candles, tape = Candles(timeframe), Trades()
    first = timeframe.bucket(history[0].mts, anchor)
    assert first is not None
    candles.merge([Candle(first, 100.0, 100.0, 100.0, 100.0, 0.0)])
    tape.merge(history[:1])
    candles.follow(tape, history[:1])
    for trade in history[1:]:
        tape.add(trade)
        candles.follow(tape, [trade])
    exact = truth(timeframe, history, anchor)
    assert [candle.mts for candle in rows(candles)] == sorted(exact)
    for candle in rows(candles)[1:]:
        assert_same(candle, exact[candle.mts])
    assert rows(candles)[0].volume <= exact[first].volume * (1 + 1e-9)


@given(histories(step=4_000), scripts, st.sampled_from([5, 12, 1000]))
def test_carried_on_is_the_same_as_summed_anew(history: list[Trade], script: list[Step], capacity: int) -> None:
    carried, summed, tape = Candles(Timeframe.M1), Candles(Timeframe.M1), Trades(capacity)
    happened = 0
    for candles in (carried, summed):
        candles.merge([])
    for kind, count, back in script:
        if kind == "stream":
            batches = [[trade] for trade in history[happened : happened + count]]
            happened += count
        else:
            end = max(0, happened - back)
            batches = [history[max(0, end - count) : end]]
        for batch in batches:
            new = [trade for trade in batch if tape.add(trade)]
            if kind == "late candle" and new:
                continue
            carried.follow(tape, new)
            summed._running = None
            summed.follow(tape, new)
            assert rows(carried) == rows(summed)


def test_the_next_trade_does_not_read_the_bucket_again(monkeypatch: pytest.MonkeyPatch) -> None:
    candles, tape = Candles(Timeframe.D1), Trades()
    candles.merge([])
    history = [Trade(number, START + number, 0.1, 100.0 + number) for number in range(50)]
    candles.follow(tape, tape.merge([Trade(-1, START - 86_400_000, 1.0, 1.0), *history[:10]]))
    reads: list[int] = []
    between = tape.between

    def counted(start: int, end: int) -> list[Trade]:
        reads.append(start)
        return between(start, end)

    monkeypatch.setattr(tape, "between", counted)
    for trade in history[10:]:
        tape.add(trade)
        candles.follow(tape, [trade])
    assert reads == []
    bucket = Timeframe.D1.bucket(START)
    assert bucket is not None
    assert candles.last == candle_of(bucket, history)


def candle(mts: int, volume: float, close: float = 100.0) -> Candle:
    return Candle(mts, 100.0, close, 110.0, 90.0, volume)


def test_an_uncovered_bucket_is_stretched() -> None:
    candles, tape = Candles(Timeframe.M1), Trades()
    candles.merge([candle(START, 5.0)])
    candles.follow(tape, tape.merge([Trade(1, START + 10, 1.0, 120.0), Trade(2, START + 20, -1.0, 80.0)]))
    assert candles.last == Candle(START, 100.0, 80.0, 120.0, 80.0, 5.0)


def test_an_older_answer_does_not_set_the_newest_back() -> None:
    candles = Candles(Timeframe.M1)
    candles.merge([candle(START, 5.0), candle(START + MINUTE, 7.0)])
    candles.merge([candle(START, 4.0), candle(START + MINUTE, 6.0)])
    assert [row.volume for row in rows(candles)] == [5.0, 7.0]
    candles.merge([candle(START, 5.5), candle(START + MINUTE, 7.5)])
    assert [row.volume for row in rows(candles)] == [5.5, 7.5]


def test_an_older_bucket_is_as_the_exchange_says() -> None:
    candles = Candles(Timeframe.M1)
    candles.merge([candle(START + step * MINUTE, 5.0) for step in range(3)])
    candles.merge([candle(START, 4.0)])
    assert rows(candles)[0].volume == 4.0


def test_a_week_waits_for_the_exchange_to_name_its_phase() -> None:
    candles, tape = Candles(Timeframe.W1), Trades()
    candles.merge([])
    candles.follow(tape, tape.merge([Trade(1, START, 1.0, 100.0), Trade(2, START + 8 * 86_400_000, 1.0, 101.0)]))
    assert len(candles) == 0
    candles.merge([candle(START - 86_400_000, 1.0)])
    candles.follow(tape, [])
    assert candles.last == Candle(START + 6 * 86_400_000, 101.0, 101.0, 101.0, 101.0, 1.0)


def test_reading_and_forgetting() -> None:
    candles = Candles(Timeframe.M1, capacity=3)
    candles.merge([candle(START + step * MINUTE, 1.0) for step in (4, 2, 0, 1, 3)])
    assert [(row.mts - START) // MINUTE for row in candles.newest(9)] == [2, 3, 4]
    assert [row.mts for row in candles.between(START + 2 * MINUTE, START + 4 * MINUTE)] == [
        START + 2 * MINUTE,
        START + 3 * MINUTE,
    ]
    assert candles.newest(0) == []
    assert candles.last == candle(START + 4 * MINUTE, 1.0)


def test_open_and_close_are_by_moment_then_id() -> None:
    trades = [Trade(3, 20, 1.0, 3.0), Trade(2, 20, -1.0, 2.0), Trade(1, 10, 0.5, 1.0)]
    assert candle_of(0, trades) == Candle(0, 1.0, 3.0, 3.0, 1.0, 2.5)


def listing(*minutes: int) -> list[Candle]:
    return [Candle(minute * 60_000, 1.0, 1.0, 1.0, 1.0, 1.0) for minute in minutes]


def test_what_no_listing_told_of_is_not_known() -> None:
    candles = Candles(Timeframe.M1)
    candles.merge(listing(1, 2, 5), True)
    assert not candles.unknown, "between its oldest and newest a listing misses nothing"
    candles.merge(listing(9, 10), True)
    assert candles.unknown == ((6 * 60_000, 9 * 60_000),)
    candles.merge(listing(7, 9), True)
    assert candles.unknown == ((6 * 60_000, 7 * 60_000),)
    candles.merge(listing(5, 7, 10), True)
    assert not candles.unknown


def test_a_single_candle_of_the_stream_hides_no_hole() -> None:
    candles = Candles(Timeframe.M1)
    candles.merge(listing(1), True)
    candles.merge(listing(3))
    assert not candles.unknown, "buckets without trades have no candle"
    candles.merge(listing(4, 5), True)
    assert not candles.unknown


def test_unknown_spans_are_bounded_and_forgotten_with_their_candles() -> None:
    candles = Candles(Timeframe.M1, capacity=50)
    for minute in range(0, 400, 4):
        candles.merge(listing(minute), True)
    assert len(candles.unknown) == 32
    candles.merge(listing(*range(396, 460)), True)
    assert not candles.unknown

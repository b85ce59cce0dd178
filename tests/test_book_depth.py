"""A coarser step asks the exchange for a longer or a coarser book, over both sources, and leaves no channel behind."""

from decimal import Decimal

import pytest

from hybridtui.hybrid import HybridMarketData
from hybridtui.market.source import Source, Topic
from hybridtui.server.levels import window
from hybridtui.server.socket import ExchangeServer
from tests.test_end_to_end import exchange, live, polling, source, watch
from tests.together import Together
from tests.waiting import until

together = Together()


def book_channels(server: ExchangeServer) -> list[tuple[str, str]]:
    """Precision and length of every book that the exchange sends to anybody."""
    return [(each.precision, each.length) for each in server.subscriptions if each.channel == "book"]


def shape(market: HybridMarketData) -> tuple[int, int]:
    return market.orderbook.precision, market.orderbook.length


def is_theirs(market: HybridMarketData, server: ExchangeServer) -> bool:
    """Whether the book is, in all its levels, the exchange's of that very precision and length."""
    precision, length = shape(market)
    bids, asks = window(server.market.book("tBTCUSD"), f"P{precision}", length)
    return market.orderbook.rows() == [*bids.values(), *asks.values()]


@pytest.mark.slow
@together
async def test_a_coarser_step_takes_a_coarser_book_and_back_again() -> None:
    async with exchange() as server, watch(server) as market:
        await until(lambda: live(market) and market.health[Topic.BOOK].checks > 0)
        for step, rows in ((None, 20), (Decimal(5), 20), (Decimal(500), 20), (Decimal(20), 20), (None, 20)):
            before = market.orderbook.rows()
            market.show_book_rows(rows, step)
            assert market.orderbook.rows() == before, "the old book stays until the new one is there"
            wanted = (market.view.book_precision, market.view.book_length)
            await until(lambda wanted=wanted: shape(market) == wanted)  # type: ignore[misc]
            assert source(market) is Source.WEBSOCKET
            await until(lambda: len(book_channels(server)) == 1, what="no channel is left behind")
            assert book_channels(server) == [(f"P{wanted[0]}", str(wanted[1]))]
            await until(lambda: is_theirs(market, server))
            await until(lambda: market.health[Topic.BOOK].checks > 0, what="it is verified by its own checksums")
        assert (market.view.book_precision, market.link.reconnects, server.sockets_opened) == (0, 0, 1)


@together
async def test_many_steps_in_a_row_leave_one_channel() -> None:
    async with exchange() as server, watch(server) as market:
        await until(lambda: live(market))
        for step in (20, 50, 100, 200, 500, 1000, 200, 50, 1000, 100):
            market.show_book_rows(20, Decimal(step))
        wanted = (market.view.book_precision, market.view.book_length)
        assert wanted[0] > 0
        await until(lambda: shape(market) == wanted)
        await until(lambda: book_channels(server) == [(f"P{wanted[0]}", str(wanted[1]))])
        await until(lambda: is_theirs(market, server))


@together
async def test_polling_asks_for_the_coarser_book_too() -> None:
    async with exchange() as server, watch(server, mode="rest") as market:
        await until(lambda: polling(market))
        market.show_book_rows(20, Decimal(500))
        precision = market.view.book_precision
        assert precision > 0
        await until(lambda: market.orderbook.precision == precision)
        assert source(market) is Source.REST
        await until(lambda: is_theirs(market, server))
        market.auto()
        await until(lambda: live(market) and source(market) is Source.WEBSOCKET)
        assert market.orderbook.precision == precision
        await until(lambda: market.health[Topic.BOOK].checks > 0)


@together
async def test_another_market_begins_with_its_own_levels() -> None:
    async with exchange() as server, watch(server) as market:
        await until(lambda: live(market))
        market.show_book_rows(20, Decimal(500))
        await until(lambda: market.orderbook.precision > 0)
        market.select("DUSK:USD")
        await until(lambda: live(market) and market.orderbook.known)
        assert market.view.book_precision == market.orderbook.precision == 0
        await until(lambda: [each[0] for each in book_channels(server)] == ["P0"])

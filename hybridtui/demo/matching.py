"""A matching engine: price-time priority, whole numbers only. Prices are ticks, amounts units of 1e-8.

The book can never be crossed, because an order that would cross trades first.
"""

from bisect import bisect_left, insort

import msgspec


class Fill(msgspec.Struct, frozen=True, gc=False):
    """One execution; the price is that of the resting order."""

    tick: int
    amount: int
    """Signed: + where the taker bought."""


class Queue:
    """The orders resting at one price, oldest first."""

    __slots__ = ("orders", "total")

    def __init__(self) -> None:
        self.orders: dict[int, int] = {}
        """Order number to what is left of it; insertion order is time order."""
        self.total = 0


class Engine:
    """The resting orders of one market."""

    def __init__(self) -> None:
        self.ticks: dict[bool, list[int]] = {True: [], False: []}
        """The occupied prices, ascending; True is the side that buys."""
        self.revision = 0
        """Grows with every change."""
        self._queues: dict[bool, dict[int, Queue]] = {True: {}, False: {}}
        self._orders: dict[int, tuple[bool, int]] = {}
        self._numbers: list[int] = []
        self._place_of: dict[int, int] = {}
        self._next = 1

    def __len__(self) -> int:
        return len(self._numbers)

    def best(self, buys: bool) -> int | None:
        """The best price of a side, None where it is empty."""
        side = self.ticks[buys]
        return None if not side else side[-1] if buys else side[0]

    def level(self, buys: bool, tick: int) -> tuple[int, int]:
        """Number of orders and sum of their amounts at an occupied price."""
        queue = self._queues[buys][tick]
        return len(queue.orders), queue.total

    def order_at(self, place: int) -> int:
        """The number of the order at a place in an arbitrary list of all orders, for picking one at random."""
        return self._numbers[place]

    def oldest_at(self, buys: bool, tick: int) -> int:
        """The number of the first order in the queue at an occupied price."""
        return next(iter(self._queues[buys][tick].orders))

    def limit(self, buys: bool, tick: int, amount: int) -> list[Fill]:
        """Trade up to the limit price, and let the rest of the amount (positive) rest there."""
        fills = self.market(buys, amount, tick)
        rest = amount - sum(abs(fill.amount) for fill in fills)
        if rest:
            self._rest(buys, tick, rest)
        return fills

    def market(self, buys: bool, amount: int, limit: int | None = None) -> list[Fill]:
        """Trade an amount (positive) against the other side, no further than `limit`; what is left is dropped."""
        fills: list[Fill] = []
        while amount and (tick := self.best(not buys)) is not None:
            if limit is not None and (tick > limit if buys else tick < limit):
                break
            number = self.oldest_at(not buys, tick)
            queue = self._queues[not buys][tick]
            part = min(amount, queue.orders[number])
            amount -= part
            fills.append(Fill(tick, part if buys else -part))
            self._reduce(number, part)
        return fills

    def cancel(self, number: int) -> None:
        """Take back an order that rests."""
        buys, tick = self._orders[number]
        self._reduce(number, self._queues[buys][tick].orders[number])

    def _rest(self, buys: bool, tick: int, amount: int) -> None:
        queue = self._queues[buys].get(tick)
        if queue is None:
            queue = self._queues[buys][tick] = Queue()
            insort(self.ticks[buys], tick)
        number, self._next = self._next, self._next + 1
        queue.orders[number] = amount
        queue.total += amount
        self._orders[number] = (buys, tick)
        self._place_of[number] = len(self._numbers)
        self._numbers.append(number)
        self.revision += 1

    def _reduce(self, number: int, amount: int) -> None:
        """Take an amount off an order, and the order and its price away where nothing is left."""
        buys, tick = self._orders[number]
        queue = self._queues[buys][tick]
        queue.orders[number] -= amount
        queue.total -= amount
        self.revision += 1
        if queue.orders[number]:
            return
        del queue.orders[number], self._orders[number]
        last, place = self._numbers.pop(), self._place_of.pop(number)
        if last != number:
            self._numbers[place], self._place_of[last] = last, place
        if not queue.orders:
            del self._queues[buys][tick]
            side = self.ticks[buys]
            del side[bisect_left(side, tick)]

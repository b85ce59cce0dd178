"""The stage: a real exchange, the real screen without a terminal, a fault, and somebody who keeps looking."""

import asyncio
from collections.abc import Callable

import msgspec

import hybridtui
from hybridtui.clock import SystemClock
from hybridtui.demo.instruments import LISTINGS
from hybridtui.demo.market import DemoMarket
from hybridtui.server.faults import FAULTS
from hybridtui.server.market import TradeQuery
from hybridtui.server.options import ServerOptions, SessionOptions
from hybridtui.server.socket import ExchangeServer, serve
from hybridtui.settings import Settings, Timings
from hybridtui.tui.app import HybridApp
from tests.scenarios.judgement import Film, Seen, Tape
from tests.scenarios.plan import Scenario
from tests.scenarios.reading import LIVE, Picture, look

SYMBOL = "tBTCUSD"
_LISTINGS = [listing for listing in LISTINGS if listing.symbol == SYMBOL]
LOOK_EVERY = 0.05
"""Seconds between two looks at the screen."""
HOLDS = 0.8
"""Seconds for which the screen has to stay live before all counts as well."""


class Pace(msgspec.Struct, frozen=True):
    """How much faster than in reality everything is."""

    factor: float
    """The program's timings and the exchange's intervals are divided by this."""
    rate: float
    """How much happens on the market."""
    within: float
    """A shown book is true where the exchange had it within so many seconds."""
    warm_up: float
    """Seconds of live market before anything goes wrong."""


SHORT = Pace(5.0, 3.0, 0.5, 1.0)
DEFAULT = Pace(1.0, 1.0, 1.5, 6.0)


def shortened(factor: float) -> Timings:
    """All waits of the program divided by `factor`, but polling by less: the exchange's budgets are what they are.

    A 429 costs a sixtieth, and a pong has time enough for a machine that plays several scenarios.
    """
    plain, ratios = Timings(), ("jitter", "pace_factor")
    changes = {name: getattr(plain, name) / factor for name in Timings.__struct_fields__ if name not in ratios}
    if factor > 1:
        changes |= {"poll_book": 0.5, "rate_limited": plain.rate_limited / 60, "pong": 0.6}
    return msgspec.structs.replace(plain, **changes)


def hastened(factor: float) -> SessionOptions:
    """All intervals of the exchange divided by `factor`."""
    plain = SessionOptions()
    names = ("heartbeat", "batch", "slow_batch", "checksum", "ticker", "candle")
    return msgspec.structs.replace(plain, **{name: getattr(plain, name) / factor for name in names})


class Stage:
    """One exchange and one screen."""

    def __init__(self, server: ExchangeServer, app: HybridApp, pace: Pace) -> None:
        self.server, self.app, self.market, self.pace = server, app, app.market, pace
        self.clock = SystemClock()
        self.film = Film(LOOK_EVERY)

    def look(self) -> Picture:
        """Take one picture, and note whether it is true."""
        now, film = self.clock.now(), self.film
        late = max(now - film.pictures[-1].at - LOOK_EVERY, 0.0) if film.pictures else 0.0
        picture = look(self.app, now)
        film.pictures.append(picture)
        film.truths.append(picture.among(self.server.tops(SYMBOL, now, self.pace.within + late)))
        return picture

    async def watch(self, done: Callable[[Picture], object], within: float) -> bool:
        """Keep looking until something holds; False where it did not within so many seconds."""
        end = self.clock.now() + within
        while True:
            if done(self.look()):
                return True
            if self.clock.now() >= end:
                return False
            await asyncio.sleep(LOOK_EVERY)

    async def steady(self, within: float, hold: float, *, verified: bool = True) -> float:
        """The moment from which on the screen was live for `hold` seconds, and `verified` in the end."""
        since: float | None = None

        def holds(picture: Picture) -> bool:
            nonlocal since
            since = (since or picture.at) if picture.fed else None
            return since is not None and picture.at - since >= hold and (picture.sure or not verified)

        done = await self.watch(holds, within)
        assert done, f"not live within {within} s; the screen says {self.film.says()[-3:]}, {self.film.words()}"
        assert since is not None
        return since

    def trades(self) -> list[int]:
        """The ids of the exchange's last trades, oldest first."""
        return sorted(row[0] for row in self.server.market.trades(SYMBOL, TradeQuery(limit=2000)))

    async def tape(self, since: int) -> Tape:
        """Compare the tape with the exchange's trades newer than `since`, as soon as it has the newest of them."""
        trades = [number for number in self.trades() if number > since]
        if trades:
            await self.watch(lambda _: self.market.trades.find(trades[-1]), 3.0)
        missing = sum(self.market.trades.find(number) is None for number in trades)
        gaps = [gap for gap in self.market.trades.gaps if gap.before_id > since]
        return Tape(missing, any(not gap.closed for gap in gaps), sum(gap.filled for gap in gaps))


async def play(scenario: Scenario, pace: Pace = SHORT) -> Seen:
    """Play one scenario on a stage of its own. Raises AssertionError where the screen does not become live."""
    rate = pace.rate if scenario.busy else 0.001
    market = DemoMarket(SystemClock().wall_ms(), seed=7, rate=rate, days=2, listings=_LISTINGS)
    options = ServerOptions(session=hastened(pace.factor), truth_seconds=10.0, seed=1)
    async with serve(market, options=options) as server:
        settings = Settings(timings=shortened(pace.factor))
        model = hybridtui.open_market("BTCUSD", settings=settings, rest_url=server.rest_url, ws_url=server.ws_url)
        app = HybridApp(model)
        async with app.run_test(size=(120, 40)):
            stage = Stage(server, app, pace)
            await stage.steady(20.0, pace.warm_up, verified=scenario.busy)
            return await _suffer(stage, scenario)


async def _suffer(stage: Stage, scenario: Scenario) -> Seen:
    """Let the fault happen, heal it, and wait until all is well."""
    server = stage.server
    lasts = FAULTS[scenario.fault].lasts or bool(scenario.beside)
    stage.film = film = Film(LOOK_EVERY, [], [])
    stage.look()
    known = stage.trades()[-1]
    begun = stage.clock.now()
    for name in filter(None, (scenario.beside, scenario.fault)):
        server.inject(name, None, **(scenario.parameters if name == scenario.fault else {}))
    if scenario.seconds:
        await stage.watch(lambda picture: picture.at - begun >= scenario.seconds, scenario.seconds + 10.0)
    else:
        await stage.watch(film.differs, 8.0)
    healed = stage.clock.now() if lasts else begun
    step = _step(stage)
    if lasts:
        server.heal()
    steady = await stage.steady(step + 20.0, HOLDS, verified=scenario.verified)
    tape = await stage.tape(known)
    noticed = film.noticed()
    return Seen(
        fault=scenario.fault,
        says=film.says(),
        words=film.words(),
        noticed=None if noticed is None else noticed - begun,
        lies=film.lies(),
        lies_after=0.0 if noticed is None else film.lies(noticed, steady),
        recovered=max(film.well_again() - healed, 0.0),
        step=step,
        unpriced=film.unpriced(),
        left_live=any(picture.state != LIVE for picture in film.pictures),
        tape=tape,
        reconnects=stage.film.pictures[-1].reconnects - film.pictures[0].reconnects,
        stall=film.stall(),
    )


def _step(stage: Stage) -> float:
    """The longest that the next wait of the back-off can be as things are, in seconds."""
    timings, link = shortened(stage.pace.factor), stage.market.link
    doublings = max(link.attempt - 1, 0)
    coming = min(timings.retry_first * 2.0**doublings, timings.retry_cap) * (1 + timings.jitter)
    return coming if link.retry_at is None else max(coming, link.retry_at - stage.clock.now())

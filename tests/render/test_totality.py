"""Every drawing function draws any state at any size, exactly."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from rich.style import Style

from hybridtui.market.book import Book
from hybridtui.market.candles import Candle, Candles
from hybridtui.market.indicators.study import Study, StudyKind, default_study
from hybridtui.market.source import Health, Source
from hybridtui.market.timeframe import Timeframe
from hybridtui.market.trades import Trade, Trades
from hybridtui.render.book import BarsBy, BookOptions, Target, render_book
from hybridtui.render.chart import (
    ChartKind,
    ChartOptions,
    ScaleKind,
    candle_under_cursor,
    place_at,
    render_chart,
)
from hybridtui.render.header import HeaderView, render_header
from hybridtui.render.lines import Line, Size
from hybridtui.render.moves import (
    ZOOMS,
    crosshair_moved,
    history_wanted,
    oldest,
    panned,
    range_moved,
    rescaled,
    third,
    window_in,
    zoomed,
)
from hybridtui.render.onerow import render_one_row
from hybridtui.render.palette import Palette
from hybridtui.render.readout import candle_details, kind_details, measure_details
from hybridtui.render.status import StatusView, render_status
from hybridtui.render.tape import TapeOptions, render_tape
from hybridtui.render.title import TitleView, render_title

Exact = Callable[[Sequence[Line], Size], None]
PALETTE = Palette()
SETTINGS = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

sizes = st.builds(Size, st.integers(1, 220), st.integers(1, 60)) | st.builds(
    Size, st.integers(1, 40), st.integers(1, 9)
)
ordinary = st.floats(0.00000001, 1_000_000)
extreme = st.floats(allow_nan=False, allow_infinity=False)
prices = ordinary | st.sampled_from([7e-7, 0.00000712, 64213.0, 6443.1, 1e15, 1e-300, 1e300, 0.0, -5.0]) | extreme
amounts = st.floats(1e-8, 1e6) | st.sampled_from([1e-8, 123_456_789_012.5, 1e300])
texts = st.text(max_size=60) | st.sampled_from(
    ["socket: closed (1006)", "\x1b[31mred\n\t", "日本語の名前", "[bold]x[/bold]"]
)
optional_prices = st.none() | prices
moments = st.integers(0, 2 * 10**12) | st.integers(-(10**15), 10**15)
optional_moments = st.none() | moments
rows = st.tuples(prices, st.integers(1, 9), amounts | amounts.map(lambda amount: -amount))

studies = st.sampled_from(
    [
        *map(default_study, StudyKind),
        Study(StudyKind.SMA, (1,)),
        Study(StudyKind.SMA, (3,)),
        Study(StudyKind.EMA, (2,)),
        Study(StudyKind.BOLLINGER, (2, 10)),
        Study(StudyKind.RSI, (1,)),
        Study(StudyKind.MACD, (1, 2, 1)),
        Study(StudyKind.ATR, (1,)),
    ]
)


@st.composite
def books(draw: st.DrawFn) -> Book:
    book = Book()
    if draw(st.booleans()):
        book.replace(draw(st.lists(rows, max_size=40)), draw(st.integers(0, 4)), draw(st.sampled_from([0, 5, 25])))
    return book


@st.composite
def tapes(draw: st.DrawFn) -> Trades:
    trades, known = Trades(), draw(st.booleans())
    listed = draw(st.lists(st.tuples(st.integers(0, 4 * 10**12), prices, amounts, st.booleans()), max_size=30))
    if listed or known:
        rows = [Trade(at, mts, a if bought else -a, p) for at, (mts, p, a, bought) in enumerate(listed)]
        cut = draw(st.integers(0, len(rows)))
        trades.merge(rows[:cut])
        trades.interrupt(0.0)
        trades.merge(rows[cut:], at=draw(st.floats(0.1, 1e7)))
    return trades


@st.composite
def charts(draw: st.DrawFn) -> Candles:
    timeframe = draw(st.sampled_from(list(Timeframe)))
    candles, known = Candles(timeframe), draw(st.booleans())
    start = draw(st.integers(0, 2 * 10**12))
    gaps = st.integers(0, 40)
    flat = draw(st.none() | prices)
    mts, listed = start, []
    for gap in draw(st.lists(gaps, max_size=40)):
        mts += gap * timeframe.length_ms
        four = [flat] * 4 if flat is not None else draw(st.lists(prices, min_size=4, max_size=4))
        opened, closed, *_ = four
        listed.append(Candle(mts, opened, closed, max(four), min(four), draw(st.just(0.0) | amounts)))
    if listed or known:
        candles.merge(listed)
    return candles


def chart_options(kinds: Sequence[ChartKind]) -> st.SearchStrategy[ChartOptions]:
    return st.builds(
        ChartOptions,
        kind=st.sampled_from(kinds),
        now_ms=st.none() | st.integers(0, 3 * 10**12),
        utc_offset_ms=st.sampled_from([0, 3_600_000, -34_200_000]),
        price_decimals=st.integers(0, 8),
        last_price=optional_prices,
        last_old=st.booleans(),
        columns_per_candle=st.integers(-1, 12),
        candles_per_column=st.integers(-1, 20),
        scale=st.sampled_from(list(ScaleKind)),
        price_range=st.none() | st.tuples(prices, prices),
        right_ms=optional_moments,
        cursor_ms=optional_moments,
        cursor_price=optional_prices,
        measure_from=st.none() | st.tuples(moments, prices),
        bid=optional_prices,
        ask=optional_prices,
        zone=st.sampled_from(["", "UTC", "local", "UTC+05:30"]),
        history=st.sampled_from(["", "loading older …"]),
        studies=st.lists(studies, max_size=9, unique=True).map(tuple),
        dimmed=st.booleans(),
        message=texts,
    )


steps = st.builds(lambda factor, power: Decimal(factor).scaleb(power), st.sampled_from([1, 2, 5]), st.integers(-12, 12))
targets = st.builds(
    Target, st.sampled_from(["25", "0.00000001", "99999999999999999999"]).map(Decimal), st.booleans(), st.booleans()
)
book_options = st.builds(
    BookOptions,
    step=st.none() | steps,
    bars=st.sampled_from(list(BarsBy)),
    side_by_side=st.booleans(),
    cursor=st.none() | st.integers(-60, 60).filter(bool),
    target=st.none() | targets,
    flashing=st.frozensets(st.tuples(st.booleans(), prices), max_size=3),
    base=texts,
    quote=texts,
    price_decimals=st.integers(0, 8),
    dimmed=st.booleans(),
    message=texts,
)


@settings(SETTINGS, max_examples=300)
@given(books(), sizes, book_options)
def test_book(exact: Exact, book: Book, size: Size, options: BookOptions) -> None:
    exact(render_book(book, size, options, PALETTE), size)


@SETTINGS
@given(tapes(), sizes, st.booleans(), st.none() | amounts, st.booleans(), st.none() | st.integers(0, 2**45))
def test_tape(
    exact: Exact, trades: Trades, size: Size, merge: bool, large: float | None, dimmed: bool, today: int | None
) -> None:
    options = TapeOptions(merge=merge, large=large, dimmed=dimmed, today_ms=today)
    exact(render_tape(trades, size, options, PALETTE), size)


@SETTINGS
@given(charts(), sizes, chart_options(list(ChartKind)), st.integers(-3, 230), st.integers(-3, 70))
def test_chart(exact: Exact, candles: Candles, size: Size, options: ChartOptions, x: int, y: int) -> None:
    exact(render_chart(candles, size, options, PALETTE), size)
    candle = candle_under_cursor(candles, size, options)
    if candle is not None:
        assert candle_details(candle).startswith("O ")
    place = place_at(candles, size, options, x, y)
    if place is not None and options.measure_from is not None:
        end = (place[0], place[1] or 0.0)
        assert measure_details(candles, options.measure_from, end, options).startswith("Δ ")
    assert kind_details(candles.timeframe, options)


@SETTINGS
@given(
    charts(),
    st.builds(Size, st.integers(0, 120), st.integers(0, 40)),
    chart_options(list(ChartKind)),
    st.integers(-300, 300),
    st.floats(-200, 200),
)
def test_moving_about(candles: Candles, size: Size, options: ChartOptions, steps: int, rows: float) -> None:
    far = replace(options, right_ms=panned(candles, size, options, steps))
    zoom = steps % len(ZOOMS)
    near = zoomed(replace(far, right_ms=rescaled(candles, size, far, zoom, options.cursor_ms)), zoom)
    cursor_ms, right_ms = crosshair_moved(candles, size, near, steps)
    here = replace(near, cursor_ms=cursor_ms, right_ms=right_ms)
    moved = replace(here, price_range=range_moved(candles, size, here, rows), right_ms=oldest(candles, size, here))
    for each in (far, near, here, moved):
        window = window_in(candles, size, each)
        assert (window is None) == (candles.last is None)
        assert window is None or window.right <= window.present
    assert third(candles, size, moved) >= 1
    wanted, first = history_wanted(candles, size, moved), candles.first
    assert wanted is None or (first is not None and wanted < first.mts)


headers = st.builds(
    HeaderView,
    label=texts,
    last=optional_prices,
    direction=st.integers(-1, 1),
    change=optional_prices,
    change_ratio=st.none() | st.floats(-1, 1000) | extreme,
    high=optional_prices,
    low=optional_prices,
    volume=st.none() | amounts,
    base=texts,
    bid=optional_prices,
    ask=optional_prices,
    state=st.sampled_from(["● WebSocket Live", "◐ REST Polling", "○ STALE 14s", ""]),
    state_style=st.sampled_from(["live", "polling", "stale"]),
    last_age=st.none() | st.floats(0, 1e9),
)


@SETTINGS
@given(headers, st.integers(1, 220), st.lists(prices, max_size=20), st.none() | st.floats(0, 1e9))
def test_header_and_one_row(exact: Exact, view: HeaderView, width: int, closes: list[float], age: float | None) -> None:
    exact([render_header(view, width, PALETTE)], Size(width, 1))
    exact([render_one_row(view, closes, age, width, PALETTE)], Size(width, 1))


statuses = st.builds(
    StatusView,
    latency_ms=st.none() | st.floats(0, 1e6),
    age=st.none() | st.floats(0, 1e9),
    messages_per_s=st.none() | st.floats(0, 1e6),
    bytes_per_s=st.none() | st.floats(0, 1e12),
    reconnects=st.integers(0, 10**6),
    verified=st.none() | st.booleans(),
    reason=texts,
    attempt=st.integers(0, 1000),
    retry_in=st.none() | st.floats(-10, 3600),
    detail=texts,
    notice=texts,
    keys=texts | st.just("r refresh  w WS  ? help"),
)


@SETTINGS
@given(statuses, st.integers(1, 220))
def test_status(exact: Exact, view: StatusView, width: int) -> None:
    exact([render_status(view, width, PALETTE)], Size(width, 1))


healths = st.builds(
    Health,
    source=st.none() | st.sampled_from(list(Source)),
    age=st.none() | st.floats(0, 1e9),
    fed=st.booleans(),
    verified=st.none() | st.booleans(),
    mixed=st.booleans(),
)


@SETTINGS
@given(st.builds(TitleView, texts, texts, st.none() | healths, texts), st.integers(1, 220))
def test_title(exact: Exact, view: TitleView, width: int) -> None:
    exact([render_title(view, width, PALETTE)], Size(width, 1))


def test_a_terminal_without_colours(exact: Exact) -> None:
    colourless = Palette(**{name: Style() for name in Palette.__struct_fields__})
    book, candles, size = Book(), Candles(Timeframe.M1), Size(60, 20)
    book.replace([(1.0, 1, 1.0), (2.0, 1, -1.0)])
    candles.merge([Candle(0, 1.0, 2.0, 2.0, 1.0, 3.0)])
    for dimmed in (False, True):
        exact(render_book(book, size, BookOptions(dimmed=dimmed), colourless), size)
        for kind in ChartKind:
            options = ChartOptions(kind=kind, studies=tuple(map(default_study, StudyKind)), dimmed=dimmed)
            exact(render_chart(candles, size, options, colourless), size)

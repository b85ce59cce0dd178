"""The list of alerts at any size, and the prices that are waited for on the chart."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from hybridtui.market.candles import Candle, Candles
from hybridtui.market.timeframe import Timeframe
from hybridtui.render.alerts import AlertRow, AlertsView, alerts_height, render_alerts
from hybridtui.render.chart import ChartOptions, render_chart
from hybridtui.render.lines import Size, plain, width_of
from hybridtui.render.palette import Palette
from tests.market.alerts.playing import alerts_of

ALERTS = alerts_of("price > 64500 repeat 5m", "move 2% 10m", "wall 50 1%", "stale").alerts
PALETTE = Palette()


@given(
    st.builds(Size, st.integers(1, 90), st.integers(1, 40)),
    st.lists(st.sampled_from(ALERTS), max_size=40),
    st.integers(0, 40),
    st.text(max_size=200),
    st.booleans(),
)
def test_it_is_exactly_as_large_as_asked(size: Size, alerts: list, chosen: int, said: str, judged: bool) -> None:  # type: ignore[type-arg]
    rows = tuple(AlertRow(replace(alert, fired=chosen, fired_ms=chosen or None), judged) for alert in alerts)
    view = AlertsView("BTC/USD", rows, min(chosen, max(len(rows) - 1, 0)), said)
    lines = render_alerts(view, size, PALETTE)
    assert len(lines) == size.height
    assert all(width_of(line) == size.width for line in lines)


def test_what_fired_on_another_day_says_which() -> None:
    noon, day = 1_542_024_000_000, 86_400_000
    fired = AlertRow(replace(ALERTS[0], fired=3, fired_ms=noon))

    def first(now_ms: int, width: int) -> str:
        view = AlertsView("BTC/USD", (fired,), now_ms=now_ms)
        return plain(render_alerts(view, Size(width, 10), PALETTE)).split("\n")[1]

    assert first(noon + 60_000, 60).endswith(" fired ×3 12:00:00 ")
    assert first(noon + day, 60).endswith(" fired ×3 12 Nov 12:00:00 ")
    assert first(noon + 366 * day, 64).endswith(" fired ×3 12 Nov 2018 12:00:00 ")
    assert first(noon + day, 46).endswith(" fired ×3 12 Nov ")


def test_all_of_it_fits_where_there_is_room() -> None:
    rows = tuple(map(AlertRow, ALERTS))
    text = plain(render_alerts(AlertsView("BTC/USD", rows, 1), Size(60, alerts_height(4)), PALETTE))
    assert "▸[✓] move 2% 10m" in text
    assert "Add repeat 5m" in text
    assert "a add" in text


def test_forty_columns_and_ten_rows_show_what_is_chosen_and_the_keys() -> None:
    rows = tuple(map(AlertRow, ALERTS * 5))
    text = plain(render_alerts(AlertsView("BTC/USD", rows, 19), Size(40, 10), PALETTE))
    assert "▸[✓] stale" in text
    assert "a add  d delete" in text


def test_the_chart_has_a_line_where_an_alert_waits() -> None:
    candles = Candles(Timeframe.M1)
    candles.merge([Candle(60_000 * step, 100.0, 101.0 + step % 5, 110.0, 90.0, 1.0) for step in range(1, 40)])
    size = Size(60, 20)
    without = plain(render_chart(candles, size, ChartOptions(), PALETTE))
    lines = plain(render_chart(candles, size, ChartOptions(alerts=(95.0, 5000.0)), PALETTE))
    assert sum(row.startswith("!") for row in without.split("\n")) == 0
    assert sum(row.startswith("!") for row in lines.split("\n")) == 1

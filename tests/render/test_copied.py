"""What is pasted elsewhere has every digit and nothing else."""

from decimal import Decimal

from hypothesis import example, given
from hypothesis import strategies as st

from hybridtui.market.candles import Candle
from hybridtui.render.copied import copied_candle, copied_price, copied_trade
from hybridtui.render.tape_rows import Print

HOUR = 3_600_000
AT = 1_700_000_000_000 - 1_700_000_000_000 % 60_000


@given(st.floats(1e-8, 1e9), st.integers(0, 5))
@example(5.960464477539063e-08, 0)
def test_a_price_can_be_read_back(price: float, places: int) -> None:
    text = copied_price(price, places)
    assert float(text) == price
    assert set(text) <= set("0123456789.")
    assert -int(Decimal(text).as_tuple().exponent) >= places


def test_a_candle_is_one_line() -> None:
    candle = Candle(AT, 64_201.0, 64_213.5, 64_220.0, 1_998.0, 0.1 + 0.2)
    assert copied_candle(candle) == "2023-11-14T22:13:00+00:00 O 64201 H 64220 L 1998 C 64213.5 V 0.3"
    assert copied_candle(candle, 2 * HOUR, 1).startswith("2023-11-15T00:13:00+02:00 O 64201.0 H 64220.0")
    assert copied_candle(candle, -HOUR // 2).startswith("2023-11-14T21:43:00-00:30 ")


def test_a_trade_says_who_came_and_for_how_much() -> None:
    bought, sold = Print(AT, 64_213.0, 1_234.5, 1, 64_213.0), Print(AT, 7.12e-6, -1e-8, 3, 7.15e-6)
    assert copied_trade(bought) == "2023-11-14T22:13:00+00:00 buy 1234.5 at 64213"
    assert copied_trade(sold, places=8) == "2023-11-14T22:13:00+00:00 sell 0.00000001 at 0.00000715 to 0.00000712"

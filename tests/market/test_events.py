"""Events are values: frozen, equal by content, and every one of them is handled by the state."""

from typing import get_args

import msgspec
import pytest

from hybridtui.market.events import BookChanged, MarketEvent, Notice, Severity
from hybridtui.market.instrument import Instrument
from hybridtui.market.state import MarketState
from hybridtui.market.timeframe import Timeframe


def test_the_state_knows_every_event() -> None:
    state = MarketState(Instrument("tBTCUSD", "BTC", "USD"), Timeframe.M1)
    assert set(state._apply) == set(get_args(MarketEvent))


@pytest.mark.parametrize("kind", get_args(MarketEvent))
def test_events_are_frozen_and_say_when(kind: type[msgspec.Struct]) -> None:
    assert kind.__struct_config__.frozen
    assert "at" in kind.__struct_fields__
    assert kind.__doc__


def test_events_are_equal_by_content() -> None:
    assert BookChanged("tBTCUSD", 1.0, 1, 1.0, 0.0) == BookChanged("tBTCUSD", 1.0, 1, 1.0, 0.0)
    event = Notice("Reconnected.", Severity.INFO, 1.0)
    with pytest.raises(AttributeError):
        event.text = "else"  # type: ignore[misc]

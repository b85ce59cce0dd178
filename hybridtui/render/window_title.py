"""The title of the terminal's window: the market in a few characters, `BTCUSD 64,213 ▲0.8% ●`."""

from hybridtui.render.header import HeaderView, is_old
from hybridtui.render.lines import sanitise
from hybridtui.render.numbers import decimals, price_text
from hybridtui.render.status import short_label

LONGEST = 80
"""Characters; a window or a tab shows no more."""
_CALM = "live"
"""In this state the sign says enough."""


def window_title(view: HeaderView) -> str:
    """Market, price, change in per cent and state; nothing in it can steer the terminal.

    A state other than live is said in a word, without its age: a title is no clock.
    """
    state = sanitise(short_label(view.state))
    words = [sanitise(view.label).replace("/", "")]
    if view.last is not None:
        words.append(price_text(view.last, max(view.price_decimals, decimals(view.last))))
        words += ["old"] if is_old(view) else []
    if view.change_ratio is not None:
        words.append(_change(view.change_ratio))
    words.append(state[:1] if view.state_style == _CALM else " ".join(state.split()[:2]))
    return " ".join(words)[:LONGEST]


def _change(ratio: float) -> str:
    """`▲0.8%`; `·0.0%` where it would not show."""
    text = f"{abs(ratio) * 100:.1f}%"
    if text == "0.0%":
        return f"·{text}"
    return f"{'▲' if ratio > 0 else '▼'}{text}"

"""Alerts as people type and read them: `price > 64500`, `move 2% 10m repeat 5m`; reading and writing are inverse.

    price > 64500 | price < 63000 | price x 64000      the last trade above, below, across a price
    move 2% 10m | move +2% 10m | move -2% 10m          per cent within a time: s, m, h, d
    spread 5bp                                          in basis points of the mid
    wall 50 1% | wall 50 1% bid | ask                   a level of 50 within 1 % of the mid
    trade 10 | trade 10 buy | sell                      one trade
    sweep 25 | sweep 25 buy | sell                      trades of one millisecond and side together
    volume 3x | volume 3x 60m                           of this minute, against the average of those before
    stale | lost                                        no source answers; the connection is gone

`repeat 5m` at the end makes it fire again, at most every five minutes; otherwise it fires once. Thousands may be parted
by commas (`64,500`); a decimal has a point.
"""

import re
from collections.abc import Callable
from decimal import Decimal

from hybridtui.market.alerts.rules import (
    DAY,
    LEAST,
    MOST,
    REPEAT_LEAST,
    REPEAT_MOST,
    USUAL_MINUTES,
    Alert,
    ConnectionLost,
    DataStale,
    Direction,
    PriceCross,
    PriceMove,
    Rule,
    Side,
    SpreadOver,
    SweepOver,
    TradeOver,
    VolumeOver,
    WallNear,
)
from hybridtui.market.exact import exact, number_text
from hybridtui.market.typed import comma_complaint, typed_number

KINDS = ("price", "move", "spread", "wall", "trade", "sweep", "volume", "stale", "lost")
"""The first words."""
EXAMPLES = {
    "price": "price > 64500",
    "move": "move 2% 10m",
    "spread": "spread 5bp",
    "wall": "wall 50 1%",
    "trade": "trade 10",
    "sweep": "sweep 25",
    "volume": "volume 3x",
    "stale": "stale",
    "lost": "lost",
}
_LENGTH_MOST = 200
_WORDS = re.compile(r"[<>=]|[^\s<>=]+")
_UNITS = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))
_DIRECTIONS = {">": Direction.UP, "<": Direction.DOWN, "x": Direction.EITHER, "=": Direction.EITHER}
_SIDES = {"buy": Side.BUY, "sell": Side.SELL, "bid": Side.BUY, "ask": Side.SELL}


def parse_alert(text: str) -> tuple[Rule, float | None]:
    """The rule, and the seconds of its cool-down or None where it fires once.

    Raises ValueError, with one sentence that names what is expected.
    """
    if len(text) > _LENGTH_MOST:
        raise ValueError(f"An alert has at most {_LENGTH_MOST} characters, as in {EXAMPLES['price']!r}.")
    words = _WORDS.findall(text.lower())
    if not words or words[0] not in KINDS:
        said = f"{_shown(words[0])} is no kind of alert" if words else "An alert is needed"
        raise ValueError(f"{said}: write {', '.join(KINDS[:-1])} or {KINDS[-1]}, as in {EXAMPLES['price']!r}.")
    kind, given = words[0], words[1:]
    given, repeat = _repeat(given)
    rest = _Words(kind, given)
    rule = _PARSERS[kind](rest)
    rest.end()
    return rule, repeat


def alert_text(rule: Rule, repeat: float | None = None) -> str:
    """As it would be typed; `parse_alert` makes the same of it."""
    text = _rule_text(rule)
    return text if repeat is None else f"{text} repeat {duration_text(repeat)}"


def text_of(alert: Alert) -> str:
    """An alert as it would be typed."""
    return alert_text(alert.rule, alert.repeat)


def figure(value: float) -> str:
    """A number for reading: all its digits, thousands apart."""
    text = f"{exact(value):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def duration_text(seconds: float) -> str:
    """A time in the greatest unit that keeps it whole: `90s`, `5m`, `2h`."""
    for letter, length in _UNITS:
        if seconds % length == 0 and seconds >= length:
            return f"{number_text(seconds // length)}{letter}"
    return f"{number_text(seconds)}s"


def _rule_text(rule: Rule) -> str:
    match rule:
        case PriceCross():
            sign = {Direction.UP: ">", Direction.DOWN: "<", Direction.EITHER: "x"}[rule.direction]
            return f"price {sign} {number_text(rule.price)}"
        case PriceMove():
            sign = {Direction.UP: "+", Direction.DOWN: "-", Direction.EITHER: ""}[rule.direction]
            return f"move {sign}{number_text(rule.percent)}% {duration_text(rule.seconds)}"
        case SpreadOver():
            return f"spread {number_text(rule.bp)}bp"
        case WallNear():
            side = {Side.ANY: "", Side.BUY: " bid", Side.SELL: " ask"}[rule.side]
            return f"wall {number_text(rule.size)} {number_text(rule.percent)}%{side}"
        case TradeOver() | SweepOver():
            kind = "trade" if isinstance(rule, TradeOver) else "sweep"
            return f"{kind} {number_text(rule.size)}{'' if rule.side is Side.ANY else f' {rule.side}'}"
        case VolumeOver():
            minutes = "" if rule.minutes == USUAL_MINUTES else f" {rule.minutes}m"
            return f"volume {number_text(rule.times)}x{minutes}"
        case DataStale():
            return "stale"
        case ConnectionLost():
            return "lost"


class _Words:
    """The words after the kind, taken one by one; what is wrong with one is a ValueError that shows how it goes."""

    def __init__(self, kind: str, words: list[str]) -> None:
        self._kind = kind
        self._words = words
        self._at = 0

    def wrong(self, said: str) -> ValueError:
        """The sentence for the user."""
        return ValueError(f"{said}, as in {EXAMPLES[self._kind]!r}.")

    def peek(self) -> str:
        """The next word, empty at the end."""
        return self._words[self._at] if self._at < len(self._words) else ""

    def take(self) -> str:
        """The next word, taken."""
        word = self.peek()
        self._at += 1
        return word

    def number(self, what: str, least: float, most: float, unit: str = "", *, needs_unit: bool = False) -> float:
        """A number within bounds, its unit behind it."""
        word = self.take()
        return self.bounded(word, what, least, most, unit, needs_unit=needs_unit)

    def bounded(
        self, word: str, what: str, least: float, most: float, unit: str = "", *, needs_unit: bool = False
    ) -> float:
        """What `number` makes of a word."""
        if not word:
            raise self.wrong(f"{self._kind} needs {what}")
        bare = word.removesuffix(unit)
        value = None if needs_unit and bare == word else _number(bare)
        if value is None:
            raise self.wrong(comma_complaint(bare) or f"{_shown(word)} is not {what}")
        if not least <= value <= most:
            raise self.wrong(f"{what} is {number_text(least)} to {number_text(most)}{unit}")
        return value

    def duration(self, what: str, least: float, most: float) -> float:
        """A time in seconds."""
        word = self.take()
        if not word:
            raise self.wrong(f"{self._kind} needs {what} like 30s, 10m or 2h")
        seconds = _duration(word)
        if seconds is None:
            raise self.wrong(comma_complaint(word[:-1]) or f"{_shown(word)} is not {what} like 30s, 10m or 2h")
        if not least <= seconds <= most:
            raise self.wrong(f"{what} is {duration_text(least)} to {duration_text(most)}")
        return seconds

    def side(self, *names: str) -> Side:
        """One of two sides, or none."""
        word = self.peek().removesuffix("s")
        if word not in names:
            return Side.ANY
        self.take()
        return _SIDES[word]

    def end(self) -> None:
        """Nothing may be left."""
        if self.peek():
            raise self.wrong(f"{_shown(self.peek())} is not expected after {self._kind}")


def _repeat(words: list[str]) -> tuple[list[str], float | None]:
    """The words before `repeat` or `once`, and the cool-down."""
    if words and words[-1] == "once":
        return words[:-1], None
    if "repeat" not in words:
        return words, None
    at = words.index("repeat")
    word = words[at + 1] if len(words) == at + 2 else ""
    seconds = _duration(word)
    if seconds is None or not REPEAT_LEAST <= seconds <= REPEAT_MOST:
        bounds = f"{duration_text(REPEAT_LEAST)} to {duration_text(REPEAT_MOST)}"
        said = comma_complaint(word[:-1]) or f"repeat needs one time at the end, {bounds}"
        raise ValueError(f"{said}, as in 'price > 64500 repeat 5m'.")
    return words[:at], seconds


def _price(words: _Words) -> Rule:
    sign = words.take()
    sign = {"above": ">", "below": "<", "cross": "x", "crosses": "x"}.get(sign, sign)
    if sign not in _DIRECTIONS:
        raise words.wrong("price needs > (above), < (below) or x (either way) and then a price")
    return PriceCross(_DIRECTIONS[sign], words.number("a price", LEAST, MOST))


def _move(words: _Words) -> Rule:
    word = words.take()
    direction = {"+": Direction.UP, "-": Direction.DOWN}.get(word[:1], Direction.EITHER)
    bare = word if direction is Direction.EITHER else word[1:]
    percent = words.bounded(bare, "a per cent like 2%", LEAST, 1000, "%", needs_unit=True)
    return PriceMove(percent, words.duration("a time", 1, DAY), direction)


def _spread(words: _Words) -> Rule:
    return SpreadOver(words.number("a spread in basis points like 5bp", LEAST, 10_000, "bp"))


def _wall(words: _Words) -> Rule:
    size = words.number("a size", LEAST, MOST)
    percent = words.number("a distance from the mid like 1%", LEAST, 100, "%", needs_unit=True)
    return WallNear(size, percent, words.side("bid", "ask"))


def _trade(words: _Words) -> Rule:
    return TradeOver(words.number("a size", LEAST, MOST), words.side("buy", "sell"))


def _sweep(words: _Words) -> Rule:
    return SweepOver(words.number("a size", LEAST, MOST), words.side("buy", "sell"))


def _volume(words: _Words) -> Rule:
    times = words.number("a multiple like 3x", 1, 10_000, "x")
    minutes = words.duration("a time of whole minutes", 300, 14_400) / 60 if words.peek() else USUAL_MINUTES
    if minutes != int(minutes):
        raise words.wrong("the average is taken over whole minutes")
    return VolumeOver(times, int(minutes))


_PARSERS: dict[str, Callable[[_Words], Rule]] = {
    "price": _price,
    "move": _move,
    "spread": _spread,
    "wall": _wall,
    "trade": _trade,
    "sweep": _sweep,
    "volume": _volume,
    "stale": lambda _: DataStale(),
    "lost": lambda _: ConnectionLost(),
}


def _number(text: str) -> float | None:
    number = typed_number(text)
    return None if number is None else float(number)


def _duration(text: str) -> float | None:
    """Seconds; None where it is no time."""
    length = dict(_UNITS).get(text[-1:])
    value = None if length is None else _number(text[:-1])
    return None if value is None or length is None else float(Decimal(number_text(value)) * length)


def _shown(word: str) -> str:
    return repr(word[:30])

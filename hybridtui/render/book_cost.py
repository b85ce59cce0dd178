"""The read-out of the order book: what trading down to a row, or trading a certain size, would cost.

Sizes and sums are exact or marked `≈`; an average price has one decimal more than the market's prices, the slippage
two, in basis points of the mid. Fees are not in it. Nothing is ever cut off: where a sentence has no room a shorter one
is said.
"""

from collections.abc import Sequence
from decimal import Decimal

from hybridtui.market.book import Book, Level
from hybridtui.market.cost import Cost, cost_down_to, cost_of, slippage_bp
from hybridtui.market.grouping import is_whole
from hybridtui.render.book_options import BookOptions, Target
from hybridtui.render.ladder import Ladder, Rung
from hybridtui.render.lines import sanitise
from hybridtui.render.numbers import AMOUNT_DECIMALS, price_text

_QUOTE_DECIMALS = 2


def read_out(
    book: Book, shown: Ladder, cursor: int | None, options: BookOptions, places: int, width: int, rows: int
) -> list[str]:
    """The sentences, at most `rows` of them, each at most `width` wide; `cursor` is where it can be seen."""
    if options.target is not None:
        return _of_target(book, options.target, places, width)[:rows]
    if cursor is None:
        return []
    side = shown.asks if cursor > 0 else shown.bids
    if abs(cursor) > len(side):
        return ["nothing stands on this row"[:width]]
    return _of_row(book, side[abs(cursor) - 1], cursor > 0, options, places, width, rows)


def _of_row(book: Book, rung: Rung, asks: bool, options: BookOptions, places: int, width: int, rows: int) -> list[str]:
    """Everything down to a rung."""
    cost = cost_down_to(book.asks() if asks else book.bids(), rung.price, asks=asks)
    verb, least = ("buy" if asks else "sell"), ("≥ " if rung.partial else "")
    price, base, quote = price_text(rung.price, places), amount(cost.base), _money(cost.quote)
    currencies = sanitise(options.base), sanitise(options.quote)
    brief = _money(cost.quote, rounded=True)
    average, slippage = _average(cost, book, asks, places)
    first = _fitting(
        width,
        f"{verb} to {price}: {least}{base} {currencies[0]} for {quote} {currencies[1]}",
        f"{verb} to {price}: {least}{base} {currencies[0]} for {brief} {currencies[1]}",
        f"{verb} to {price}: {least}{base} for {brief}",
        f"{verb} {least}{base} for {brief}",
        f"{verb} {least}{base}",
    )
    second = _fitting(
        width, f"avg {average} · {slippage} from the mid", f"avg {average} · {slippage}", f"avg {average}"
    )
    one = _fitting(width, f"{verb} {least}{base} → avg {average}, {slippage}", f"avg {average}, {slippage}", second)
    return [first, second] if rows > 1 else [one]


def _of_target(book: Book, target: Target, places: int, width: int) -> list[str]:
    """A size, on the sides that were asked about."""
    sides: list[tuple[str, Sequence[Level], bool]] = []
    sides += [("buy", book.asks(), True)] if target.buy else []
    sides += [("sell", book.bids(), False)] if target.sell else []
    return [_of_size(book, verb, side, asks, target.size, places, width) for verb, side, asks in sides]


def _of_size(book: Book, verb: str, side: Sequence[Level], asks: bool, size: Decimal, places: int, width: int) -> str:
    cost = cost_of(side, size)
    wanted = amount(size)
    if not cost.filled:
        there, whose = amount(cost.base), "the market" if is_whole(side, book) else "this book"
        to = f", to {price_text(cost.worst, places)}" if cost.worst is not None else ""
        return _fitting(
            width,
            f"{verb} {wanted}: {whose} has only {there}{to}",
            f"{verb} {wanted}: only {there}{to}",
            f"{verb} {wanted}: only {there}",
            f"only {there}",
        )
    average, slippage = _average(cost, book, asks, places)
    worst = price_text(cost.worst or 0.0, places)
    return _fitting(
        width,
        f"{verb} {wanted} → avg {average}, {slippage}, worst {worst}",
        f"{verb} {wanted} → {average}, {slippage}, worst {worst}",
        f"{verb} {wanted} → {average}, {slippage}, {worst}",
        f"{verb} {wanted} → {average}, {slippage}",
        f"{verb} {wanted} → {average}",
        average,
    )


def _average(cost: Cost, book: Book, asks: bool, places: int) -> tuple[str, str]:
    """The average price and how far from the mid it is.

    In a book whose prices were put together, bids down and asks up, the true average is no worse than this.
    """
    if cost.average is None:
        return "–", "–"
    bound = ("≤ " if asks else "≥ ") if book.precision else ""
    average = f"{bound}{cost.average:,.{places + 1}f}"
    if not book.mid:
        return average, "no mid"
    about = "≈ " if book.precision else ""
    return average, f"{about}{slippage_bp(cost.average, book.mid, buying=asks):,.2f} bp"


def amount(value: Decimal) -> str:
    """Every digit of an amount, no zeros at the end."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _money(value: Decimal, *, rounded: bool = False) -> str:
    """A sum of money with every digit, or rounded and saying so."""
    text = amount(value)
    if not rounded:
        return text
    places = _QUOTE_DECIMALS if value >= 1 else AMOUNT_DECIMALS
    brief = f"≈ {value:,.{places}f}"
    return brief if len(brief) < len(text) else text


def _fitting(width: int, *sentences: str) -> str:
    """The first that fits; nothing where none does."""
    return next((text for text in sentences if len(text) <= width), "")

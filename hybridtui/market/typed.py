"""Numbers as people type them. A comma parts thousands: read any other way it would make ten times what was meant."""

import re
from decimal import Decimal

_PLAIN = r"\d+\.?\d*|\.\d+"
_PARTED = r"[1-9]\d{0,2}(?P<mark>[,_])\d{3}(?:(?P=mark)\d{3})*(?:\.\d*)?"
_NUMBER = re.compile(rf"{_PLAIN}|{_PARTED}", re.ASCII)
_WITH_COMMAS = re.compile(r"[\d.,_]*,[\d.,_]*", re.ASCII)
_DECIMAL_COMMA = re.compile(r"(?P<whole>\d*|\d{1,3}(?:\.\d{3})+),(?P<rest>\d+)", re.ASCII)
_SHOWN = 30
"""Characters of what was typed that are repeated."""


def typed_number(text: str) -> Decimal | None:
    """What a plain decimal without a sign says, thousands parted by commas or underscores; None where it is none."""
    text = text.strip()
    return Decimal(text.replace(",", "").replace("_", "")) if _NUMBER.fullmatch(text) else None


def comma_complaint(text: str) -> str:
    """What is wrong with the commas of a number and what to write, as a clause; nothing where that is not the trouble.

    `0,5 is not a number here; write 0.5`
    """
    text = text.strip()
    if typed_number(text) is not None or not _WITH_COMMAS.fullmatch(text):
        return ""
    found = _DECIMAL_COMMA.fullmatch(text)
    better = "a comma parts thousands only, as in 64,500"
    if found is not None and len(text) <= _SHOWN:
        better = f"write {found['whole'].replace('.', '') or 0}.{found['rest']}"
    return f"{text[:_SHOWN]} is not a number here; {better}"

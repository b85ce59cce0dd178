"""Values as the exchange writes them: compact JSON whose numbers are JavaScript's."""

import json
from math import isfinite

from hybridtui.exchanges.bitfinex.numbers import js_number


def encode(value: object) -> str:
    """The JSON text of None, booleans, numbers, strings, lists, tuples and string-keyed dictionaries.

    A number that is not finite becomes null, as JavaScript's JSON.stringify writes it.
    """
    if isinstance(value, float):
        return js_number(value) if isfinite(value) else "null"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(encode, value)) + "]"
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{encode(item)}" for key, item in value.items()) + "}"
    return json.dumps(value)

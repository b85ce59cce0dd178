"""The lists under `/v2/conf`: what the exchange trades and how its codes are written for people."""

from collections.abc import Sequence

_SHOWN = {"UST": "USDt", "USTF0": "USDt"}
_LABELS = {
    "BTC": "Bitcoin",
    "BTCF0": "Bitcoin (derivative)",
    "ETH": "Ethereum",
    "XRP": "XRP",
    "DUSK": "Dusk Network",
    "USD": "US Dollar",
    "UST": "Tether USDt",
    "USTF0": "USDt (derivative)",
}


def split_pair(pair: str) -> tuple[str, str]:
    """The two codes of a pair without prefix: split at the colon, else three and three characters."""
    base, colon, quote = pair.partition(":")
    return (base, quote) if colon else (pair[:3], pair[3:])


def configuration(name: str, symbols: Sequence[str]) -> object:
    """The element of a `conf` answer for one name, None for a name that this server does not know.

    `symbols` come with their prefix. Pairs of a derivative wallet are futures, all others can be exchanged.
    """
    pairs = [symbol[1:] for symbol in symbols]
    futures = [pair for pair in pairs if split_pair(pair)[0].endswith("F0")]
    spot = [pair for pair in pairs if pair not in futures]
    codes = list(dict.fromkeys(code for pair in pairs for code in split_pair(pair)))
    return {
        "pub:list:pair:exchange": spot,
        "pub:list:pair:margin": [pair for pair in spot if ":" not in pair],
        "pub:list:pair:futures": futures,
        "pub:list:currency": codes,
        "pub:map:currency:sym": [[code, _SHOWN[code]] for code in codes if code in _SHOWN],
        "pub:map:currency:label": [[code, _LABELS.get(code, code)] for code in codes],
    }.get(name)

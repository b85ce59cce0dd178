"""hybridtui: a Bitfinex market screen for the terminal that a trader can trust.

The public names are resolved on first use (PEP 562), so that importing a submodule stays cheap.
"""

TYPE_CHECKING = False
"""What type checkers take for true; importing it from `typing` costs a third of the time to the first picture."""

__version__ = "0.1.0"

if TYPE_CHECKING:
    from hybridtui.hybrid import HybridMarketData as HybridMarketData
    from hybridtui.wiring import open_market as open_market
    from hybridtui.wiring import replay_market as replay_market

_PUBLIC = {
    "HybridMarketData": "hybridtui.hybrid",
    "open_market": "hybridtui.wiring",
    "replay_market": "hybridtui.wiring",
}

__all__ = ["HybridMarketData", "__version__", "open_market", "replay_market"]


def __getattr__(name: str) -> object:
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_PUBLIC[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)

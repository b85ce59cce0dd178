"""Where the program keeps its files, each kind apart: settings, what it remembers by itself, what it can fetch."""

from pathlib import Path


def settings_path() -> Path:
    """The settings file, which only the user writes."""
    from platformdirs import user_config_path

    return user_config_path("hybridtui", appauthor=False) / "settings.toml"


def state_directory(*, demo: bool = False) -> Path:
    """Where what the user chose on the screen is remembered; beside the demo it is another place.

    A made-up market must neither spend an alert of the exchange nor be among the markets looked at lately.
    """
    from platformdirs import user_state_path

    directory = user_state_path("hybridtui", appauthor=False)
    return directory / "demo" if demo else directory


def cache_directory() -> Path:
    """Where what can be fetched again is kept."""
    from platformdirs import user_cache_path

    return user_cache_path("hybridtui", appauthor=False)

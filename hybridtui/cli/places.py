"""Where the program keeps its files, each kind apart: settings, what it remembers by itself, what it can fetch."""

from pathlib import Path


def settings_path() -> Path:
    """The settings file, which only the user writes."""
    from platformdirs import user_config_path

    return user_config_path("hybridtui", appauthor=False) / "settings.toml"


def state_directory() -> Path:
    """Where what the user chose on the screen is remembered."""
    from platformdirs import user_state_path

    return user_state_path("hybridtui", appauthor=False)


def cache_directory() -> Path:
    """Where what can be fetched again is kept."""
    from platformdirs import user_cache_path

    return user_cache_path("hybridtui", appauthor=False)

"""The key of the alerts."""

from hybridtui.tui.keys.binding import KeyBinding

ALERTS = "Alerts"

ALERT_KEYS: tuple[KeyBinding, ...] = (
    KeyBinding(
        "alerts", "exclamation_mark", "!", "alerts", "List and change alerts; one at the crosshair", "alerts", ALERTS, 5
    ),
)

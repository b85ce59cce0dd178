"""Where data comes from."""

from hybridtui.tui.keys.binding import DATA, KeyBinding

DATA_KEYS: tuple[KeyBinding, ...] = (
    KeyBinding(
        "refresh", "r", "r", "refresh", "Fetch fresh snapshots now and retry a lost connection", "renew", DATA, 5
    ),
    KeyBinding("websocket", "w", "w", "WebSocket", "Use the WebSocket only, never poll", "force_websocket", DATA, 3),
    KeyBinding("rest", "p", "p", "REST", "Poll over REST only, close the socket", "force_rest", DATA, 3),
    KeyBinding("auto", "a", "a", "auto", "WebSocket, and REST while there is none", "auto", DATA, 3),
)

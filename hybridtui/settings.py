"""Everything that can be chosen, typed, with its default, its bounds and what it is good for.

The settings file, its checks, the environment variables, `config show`, the schema for editors and the page about
settings are all made from these two structs: a field with a description is all that a new setting needs.
"""

from typing import Annotated
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

Seconds = Annotated[float, Meta(ge=0.01, le=3600)]
Text = Annotated[str, Meta(min_length=1, max_length=1000)]

Command = Annotated[tuple[Text, ...], Meta(min_length=1, max_length=100)] | Text
"""A program and its arguments: as words, or as a text that is parted into words as a shell would, but by none."""

LIVE = {"live": True}
"""Marks a setting that is obeyed as soon as the file is saved, without a new start."""
REMEMBERED = {"remembered": True}
"""Marks a setting that is, where nothing decides it, as it was on the screen the last time."""
_TIMEFRAMES = ["1m", "5m", "15m", "30m", "1h", "3h", "6h", "12h", "1D", "1W", "14D", "1M"]
_MODES = ["auto", "websocket", "rest"]


class Timings(msgspec.Struct, frozen=True, kw_only=True):
    """How long the supervisor waits for what, all in seconds. The defaults are for the real exchange."""

    handshake: Annotated[Seconds, Meta(description="A socket that has not opened by then has failed.")] = 10.0
    grace: Annotated[
        Seconds, Meta(description="How long the first socket may take before REST answers count as polling.")
    ] = 3.0
    request: Annotated[Seconds, Meta(description="A REST request that has not been answered by then has failed.")] = (
        10.0
    )
    retry_first: Annotated[
        Seconds,
        Meta(
            description="The wait before the second retry of the socket; the first is immediate. "
            "Doubles up to `retry_cap`."
        ),
    ] = 0.5
    retry_cap: Annotated[Seconds, Meta(description="The longest wait between two tries.")] = 30.0
    jitter: Annotated[
        float,
        Meta(ge=0, lt=1, description="Each wait is stretched or shrunk at random by up to this fraction."),
    ] = 0.25
    silence: Annotated[
        Seconds,
        Meta(description="A socket without any frame for this long is pinged (heartbeats come every 15 s)."),
    ] = 20.0
    pace_factor: Annotated[
        float,
        Meta(
            ge=2,
            le=100,
            description="A market silent for this many times its usual gap is asked whether it is still there.",
        ),
    ] = 10.0
    pace_least: Annotated[Seconds, Meta(description="... but not before it has been silent for this long.")] = 3.0
    channel_silence: Annotated[
        Seconds,
        Meta(description="A channel without data and heartbeat for this long is dead, whatever the others do."),
    ] = 40.0
    settle: Annotated[
        Seconds,
        Meta(
            description="After the third lost socket within a minute a new one has to hold for this long "
            "before it counts as live."
        ),
    ] = 3.0
    pong: Annotated[Seconds, Meta(description="A ping not answered within this time proves the socket dead.")] = 2.0
    ping_every: Annotated[
        Seconds, Meta(description="How often a healthy socket is pinged to measure its round trip.")
    ] = 10.0
    poll_book: Annotated[Seconds, Meta(description="How often the order book is asked for while polling.")] = 1.0
    poll_trades: Annotated[Seconds, Meta(description="How often the trades are asked for while polling.")] = 6.0
    poll_ticker: Annotated[Seconds, Meta(description="How often the ticker is asked for while polling.")] = 5.0
    poll_candles: Annotated[Seconds, Meta(description="How often the candles are asked for while polling.")] = 5.0
    poll_status: Annotated[
        Seconds, Meta(description="How often the platform's state is asked while it is under maintenance.")
    ] = 10.0
    stale: Annotated[Seconds, Meta(description="Without fresh data for this long the screen says STALE.")] = 5.0
    rate_limited: Annotated[Seconds, Meta(description="The wait after a 429 that named none.")] = 60.0


class Looks(msgspec.Struct, frozen=True, kw_only=True):
    """How the screen looks."""

    theme: Annotated[
        Text,
        Meta(
            description="The colours: hybridtui, blue-orange (also for the colour-blind), or a theme of Textual, "
            "nord or textual-light for example.",
            extra=LIVE,
        ),
    ] = "hybridtui"
    swap_colours: Annotated[
        bool,
        Meta(description="Rising prices, bids and buys in red; falling prices, asks and sells in green.", extra=LIVE),
    ] = False
    transparent: Annotated[
        bool, Meta(description="The terminal's own background instead of the theme's.", extra=LIVE)
    ] = False
    ascii: Annotated[
        bool, Meta(description="Nothing but ASCII on the screen, for fonts without the rest.", extra=LIVE)
    ] = False


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What the settings file, the environment and the command line decide."""

    symbol: Annotated[
        Text,
        Meta(
            description="The market that is shown where none is named: BTCUSD, btc/usd, DUSK:USD. "
            "Without this line the one that was looked at last.",
            extra=REMEMBERED,
        ),
    ] = "BTCUSD"
    timeframe: Annotated[
        str,
        Meta(
            description="Length of a candle. Without this line the one that was looked at last.",
            extra_json_schema={"enum": _TIMEFRAMES},
            extra=REMEMBERED,
        ),
    ] = "1m"
    mode: Annotated[
        str,
        Meta(
            description="Where data comes from: the WebSocket with REST while there is none, or only one of them.",
            extra_json_schema={"enum": _MODES},
        ),
    ] = "auto"
    rest_url: Annotated[Text, Meta(description="REST interface of the exchange.")] = "https://api-pub.bitfinex.com/v2"
    ws_url: Annotated[Text, Meta(description="WebSocket of the exchange.")] = "wss://api-pub.bitfinex.com/ws/2"
    fps: Annotated[int, Meta(ge=1, le=60, description="How often the screen may change in a second.", extra=LIVE)] = 25
    mouse: Annotated[
        bool, Meta(description="false leaves the mouse to the terminal, so that tmux can select text.", extra=LIVE)
    ] = True
    layout: Annotated[
        Text,
        Meta(
            description="What stands where: auto (the best for the size of the terminal, or what was chosen last with "
            "the keys), or chart, book, tape, heatmap and depth with | between what stands side by side and / between "
            "what is stacked: chart|book/tape, chart/(book|tape).",
            extra=LIVE,
        ),
    ] = "auto"
    layouts: Annotated[
        Text,
        Meta(description="What the layout key goes through, parted by blanks; it skips what does not fit.", extra=LIVE),
    ] = "auto chart|book|tape chart|book chart/book chart/book/tape book|tape chart book"
    title: Annotated[
        bool,
        Meta(description="Name the terminal's window after the market: pair, price, change and state.", extra=LIVE),
    ] = True
    on_alert: Annotated[
        Command | None,
        Meta(
            description="The program that is run, without a shell, when an alert fires, with its arguments; it reads "
            "JSON on its standard input.",
            examples=[["notify-send", "hybridtui"]],
        ),
    ] = None
    log_file: Annotated[
        Text | None,
        Meta(
            description="What happens to the connection, and crashes, are written to this file.",
            examples=["hybridtui.log"],
        ),
    ] = None
    looks: Looks = Looks()
    timings: Timings = Timings()
    keys: Annotated[
        dict[str, Text],
        Meta(description="Other keys for what the program can do; several keys are parted by commas."),
    ] = {}


def checked_url(url: str, secure: str, plain: str) -> str:
    """The URL without a slash at its end, when it has the `secure` scheme, or the `plain` one on this computer itself.

    Raises ValueError with a sentence that says what is wrong.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise ValueError(f"{url!r} is not a URL ({error}).") from error
    if parts.scheme not in (secure, plain) or not host:
        raise ValueError(f"{url!r} is not a URL that begins with {secure}:// and names a host.")
    if parts.scheme == plain and host not in ("127.0.0.1", "localhost", "::1"):
        raise ValueError(f"{url!r} would be read without encryption; use {secure}:// for another computer.")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError(f"{url!r} has more than a scheme, a host, a port and a path.")
    return url.rstrip("/")

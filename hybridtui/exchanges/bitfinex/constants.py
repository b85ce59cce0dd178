"""The numbers and words of Bitfinex's public API v2, named. Facts only; what they mean for us is decided elsewhere."""

from typing import Final

NAME: Final = "bitfinex"
REST_URL: Final = "https://api-pub.bitfinex.com/v2"
WS_URL: Final = "wss://api-pub.bitfinex.com/ws/2"
VERSION: Final = 2
"""The protocol version that the `info` greeting has to name."""

# Flags of a `conf` request; a later request replaces all of them.
FLAG_DEC_S: Final = 8
"""Numbers as strings."""
FLAG_TIME_S: Final = 32
"""Times as date strings."""
FLAG_TIMESTAMP: Final = 32_768
"""The server's time, ms, at the end of every array frame."""
FLAG_SEQ_ALL: Final = 65_536
"""A sequence number, counted per socket from 1, at the end of every array frame and before the time."""
FLAG_OB_CHECKSUM: Final = 131_072
"""A `cs` frame now and then on every book channel."""
FLAG_BULK_UPDATES: Final = 536_870_912
"""A batch of book changes as one frame."""
FLAGS: Final = FLAG_SEQ_ALL | FLAG_OB_CHECKSUM | FLAG_TIMESTAMP
"""What we ask for."""

# Codes of `info` events.
INFO_RESTART: Final = 20051
INFO_MAINTENANCE_STARTED: Final = 20060
INFO_MAINTENANCE_ENDED: Final = 20061

# Codes of `error` events and of REST errors.
ERROR_UNKNOWN_EVENT: Final = 10000
ERROR_UNKNOWN_PAIR: Final = 10001
ERROR_BOOK_PRECISION: Final = 10011
ERROR_BOOK_LENGTH: Final = 10012
ERROR_PARAMETERS: Final = 10020
"""REST: a parameter is invalid; the text says which (`symbol: invalid`)."""
ERROR_CONF: Final = 10050
ERROR_SUBSCRIBE: Final = 10300
"""WebSocket: a subscription failed; the text says why (`symbol: invalid`)."""
ERROR_DUPLICATE: Final = 10301
ERROR_UNKNOWN_CHANNEL: Final = 10302
ERROR_CHANNEL_LIMIT: Final = 10305
ERROR_UNSUBSCRIBE: Final = 10400
ERROR_NOT_SUBSCRIBED: Final = 10401
ERROR_NOT_READY: Final = 11000
ERROR_RATE_LIMIT: Final = 11010
ERROR_MAINTENANCE: Final = 20060

# Books.
LENGTHS: Final = (1, 25, 100, 250)
"""Levels a side that a book can be asked for."""
PRECISIONS: Final = ("P0", "P1", "P2", "P3", "P4", "R0")
"""5, 4, 3, 2 and 1 significant figures of price; R0 is order by order."""
FREQUENCIES: Final = ("F0", "F1")
"""As it happens, and every two seconds."""
FREQUENCY: Final = "F0"
CHECKSUM_LEVELS: Final = 25
"""How many levels a side a checksum covers, whatever the length of the book."""

# Candles.
TIMEFRAMES: Final = ("1m", "5m", "15m", "30m", "1h", "3h", "6h", "12h", "1D", "1W", "14D", "1M")
TIMEFRAME_SPELLINGS: Final = {"7D": "1W"}
"""Older spellings of a timeframe, which still occur on the wire."""
CANDLE_SNAPSHOT_ROWS: Final = 240
TRADE_SNAPSHOT_ROWS: Final = 30

# Pace and limits.
HEARTBEAT_PERIOD: Final = 15.0
"""Seconds between two ticks of a socket's heartbeats."""
IDLE_CUT: Final = 60.0
"""A socket without a subscription and without a frame from the client is cut after this many seconds."""
MAX_CHANNELS: Final = 25
"""Subscriptions on one socket that every document agrees on; 36 were accepted in 2026."""
ACK_TIMEOUT: Final = 15.0
"""Seconds after which an acknowledgement or a snapshot will not come any more; 13 s have been seen."""

BUDGETS: Final = {"book": 60, "trades": 12, "ticker": 24, "tickers": 6, "candles": 24, "conf": 10, "status": 15}
"""Requests per minute and endpoint that stay below every limit in circulation; the two of tickers share one of 30."""

PAIR_LISTS: Final = ("pub:list:pair:exchange", "pub:list:pair:futures")
"""The configurations that together name every pair, spot and perpetual."""
NAME_MAPS: Final = ("pub:map:currency:sym", "pub:map:currency:label")
"""The configurations that name the currencies: in short, and in full."""

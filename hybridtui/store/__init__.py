"""What survives a restart: the market last seen and the candle history, in one SQLite file."""

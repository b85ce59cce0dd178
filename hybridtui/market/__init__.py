"""What we know of a market: PURE state and the events that change it. No I/O, no clock, no drawing."""

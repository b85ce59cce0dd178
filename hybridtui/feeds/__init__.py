"""Feeds: what delivers market events. The supervisor thinks; live, rest, websocket, replay and record do the I/O."""

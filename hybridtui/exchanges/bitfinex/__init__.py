"""Bitfinex, sans-I/O: symbols, the WebSocket session, REST requests and answers."""

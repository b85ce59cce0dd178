"""Exchanges, sans-I/O: text in, events and text out. PURE: no socket, no clock, no asyncio."""

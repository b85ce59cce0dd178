"""Tells the user and other programs that an alert fired: the I/O around the pure alerts of `market.alerts`."""

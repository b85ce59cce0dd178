"""Alerts: what a trader wants to be told of, judged on every event. PURE: no I/O, no clock, no drawing."""

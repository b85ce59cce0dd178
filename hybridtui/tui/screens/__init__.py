"""The screens: the market, and the pages that cover it: connection, event log, help."""

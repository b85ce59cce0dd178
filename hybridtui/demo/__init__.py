"""A synthetic exchange and a recording played back: markets behind the server, for a screen without a network."""

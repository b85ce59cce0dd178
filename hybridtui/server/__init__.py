"""The other half of the Bitfinex protocol: a market behind REST and WebSocket, as the exchange would serve it."""

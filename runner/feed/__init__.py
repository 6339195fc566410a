"""A run's feed: events and pictures of the browser over a WebSocket, and the client that follows it."""

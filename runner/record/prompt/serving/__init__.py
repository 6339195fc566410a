"""Procedures that serve intents: each yields decisions and is sent the page as it is after them."""

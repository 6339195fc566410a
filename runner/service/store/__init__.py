"""What the service remembers: runs with their events, saved tests, accounts and keys."""

"""Exports run by the tools they are for, and what comes back replayed: judged by the app's database."""

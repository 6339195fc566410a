"""Playwright tests: read from Python and TypeScript, and written in both."""

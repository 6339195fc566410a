"""Recordings of the Recorder panel in Chrome's DevTools: read and written."""

"""The HTTP API: the public one, field for field, under its old and its new names."""

"""The engine behind an API: runs that are stored, queued and carried out, for one person or many machines."""

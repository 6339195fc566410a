"""The work: runs wait in a durable queue, and workers carry them out."""

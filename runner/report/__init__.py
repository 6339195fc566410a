"""Reports: folds of a run's events into what people and CI servers read. Nothing here runs a browser."""

"""demo-runner: a sentence becomes a browser test that keeps working."""

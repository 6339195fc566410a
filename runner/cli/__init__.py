"""The command `demo-runner`."""

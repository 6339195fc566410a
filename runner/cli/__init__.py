"""The command `demo-runner`. Each subcommand is a module of its own, loaded when it is called."""

from __future__ import annotations

import sys
from typing import NoReturn


def main() -> NoReturn:
    """The console script: runs the command and leaves with its exit code."""
    from runner.cli.faults import guarded

    sys.exit(guarded(sys.argv[1:]))

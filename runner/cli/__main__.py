"""`python -m runner.cli` is the command, too."""

from __future__ import annotations

from runner.cli import main

if __name__ == "__main__":
    main()

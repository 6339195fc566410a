"""`demo-runner version`."""

from __future__ import annotations

import click

from runner import __version__


@click.command("version")
def version_command() -> None:
    """Print the version."""
    click.echo(f"demo-runner {__version__}")

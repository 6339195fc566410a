"""Options that several commands share, and how their values are read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from runner.contract.errors import UsageError
from runner.contract.starting import MAX_URL, first_url, is_absolute

Command = TypeVar("Command", bound=Callable[..., Any])


def run_options(command: Command) -> Command:
    """What can be said of any run: its values, its files, how it is shown."""
    for option in reversed(
        [
            click.option(
                "--param", "params", multiple=True, metavar="NAME=VALUE", help="A value for {{NAME}}."
            ),
            click.option(
                "--secret",
                "secrets",
                multiple=True,
                metavar="NAME",
                help="A value for {{NAME}}, from the environment or .env; it is shown and stored nowhere.",
            ),
            click.option(
                "--env-file",
                type=click.Path(path_type=Path, exists=True, dir_okay=False),
                metavar="FILE",
                help="Where else to look for secrets. [default: .env, if it is there]",
            ),
            click.option(
                "--artifacts",
                type=click.Path(path_type=Path),
                metavar="DIR",
                help="The folder for the run's files. [default: runs/<time>-<name>]",
            ),
            click.option("--headed", is_flag=True, help="Show the browser."),
            click.option(
                "--json", "as_json", is_flag=True, help="Print events as JSON lines, the run object last."
            ),
            click.option(
                "--feed",
                metavar="HOST:PORT",
                help="Serve the run's events and pictures there; port 0 picks one.",
            ),
            click.option(
                "--timeout",
                "timeout_s",
                type=click.FloatRange(min=0, min_open=True),
                metavar="S",
                help="Seconds a run may take.",
            ),
        ]
    ):
        command = option(command)
    return command  # fmt: skip


def start_url(url: str | None, prompt: str = "") -> str:
    """The URL to begin at: the one given, else the first in the prompt. Raises UsageError."""
    chosen = url or first_url(prompt)
    if chosen is None:
        raise UsageError(
            "Provide a start URL or include one in the prompt.",
            remedy="For example --url http://localhost:3000",
        )
    if not is_absolute(chosen):
        raise UsageError(
            f"The start URL must be an absolute http(s) URL, at most {MAX_URL} letters, not {chosen[:70]!r}.",
            remedy="" if "://" in chosen else f"Did you mean http://{chosen[:80]} ?",
        )
    return chosen

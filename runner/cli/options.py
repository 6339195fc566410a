"""Options that several commands share, and how their values are read."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from runner.contract.errors import UsageError
from runner.contract.starting import MAX_URL, first_url, is_absolute

Command = TypeVar("Command", bound=Callable[..., Any])

_NAME: Final = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*$")


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
            click.option("--trace", is_flag=True, help="Write Playwright's trace.zip, too."),
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


def parameters_from(given: Iterable[str]) -> dict[str, str]:
    """`NAME=VALUE` pairs; raises UsageError."""
    values: dict[str, str] = {}
    for pair in given:
        name, equals, value = pair.partition("=")
        if not equals or not _NAME.match(name):
            raise UsageError(
                f'--param "{name}" is not NAME=VALUE.', remedy="For example --param EMAIL=ada@x.org"
            )
        values[name] = value
    return values


def environment_with(env_file: Path | None) -> dict[str, str]:
    """The environment, and what a `.env` file adds to it. Nothing of the file is handed on to other programs.

    Raises UsageError for a file that cannot be read.
    """
    from dotenv import dotenv_values

    file = env_file or Path(".env")
    if env_file is None and not file.is_file():
        return dict(os.environ)
    try:
        found = dotenv_values(file, interpolate=False)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{file} cannot be read: {error}", remedy="It holds lines like NAME=value."
        ) from error
    return {name: value for name, value in found.items() if value is not None} | dict(os.environ)


def secrets_from(names: Iterable[str], environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """The values of secrets, from the environment; raises UsageError for one that is not there."""
    environment = os.environ if environment is None else environment
    values: dict[str, str] = {}
    for name in names:
        if not _NAME.match(name):
            raise UsageError(
                "--secret takes the name of an environment variable.", remedy="For example --secret PASSWORD"
            )
        if not environment.get(name):
            raise UsageError(
                f"Neither the environment nor the .env file has {name}.",
                remedy=f"Set it for this command only: {name}=... demo-runner ..., or write it into .env",
            )
        values[name] = environment[name]
    return values


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


def default_folder(name: str) -> Path:
    """Where a run's files go when nobody says: `runs/<time>-<name>` here."""
    plain = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-").lower()[:40].strip("-") or "run"
    stem = Path("runs") / f"{time.strftime('%Y%m%d-%H%M%S')}-{plain}"
    return unused(stem)


def unused(folder: Path, taken: Iterable[Path] = ()) -> Path:
    """The folder, with a number behind it if there is one of that name already."""
    candidate, number = folder, 1
    occupied = set(taken)
    while candidate.exists() or candidate in occupied:
        number += 1
        candidate = folder.with_name(f"{folder.name}-{number}")
    return candidate

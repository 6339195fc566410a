"""Values that are in no file of ours: the environment, and a `.env` file beside the work."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from runner.contract.errors import UsageError

NAME: Final = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*$")


def parameters_from(given: Iterable[str]) -> dict[str, str]:
    """`NAME=VALUE` pairs; raises UsageError."""
    values: dict[str, str] = {}
    for pair in given:
        name, equals, value = pair.partition("=")
        if not equals or not NAME.match(name):
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
        if not NAME.match(name):
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

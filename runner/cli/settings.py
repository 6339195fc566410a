"""What holds for a whole invocation, whatever the subcommand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from runner.contract.masking import Mask

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass
class Settings:
    """Filled in while the command line is read. `secrets` are never shown."""

    debug: bool = False
    log_json: bool = False
    verbose: bool = False
    secrets: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def mask(self) -> Mask:
        """Hides the secrets wherever something is shown."""
        from runner.contract.masking import Mask

        return Mask(self.secrets)


def _setter(name: str) -> Callable[[click.Context, click.Parameter, bool], None]:
    def remember(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
        if value:
            setattr(context.find_root().obj, name, True)

    return remember


def debug_option(command: Command) -> Command:
    """`--debug`, for every command."""
    return click.option(
        "--debug", is_flag=True, expose_value=False, callback=_setter("debug"), help="Show tracebacks."
    )(command)


def logging_options(command: Command) -> Command:
    """What a command that runs flows can be told about its logs."""
    command = click.option(
        "--log-json",
        is_flag=True,
        expose_value=False,
        callback=_setter("log_json"),
        help="Log JSON lines to stderr.",
    )(command)
    command = click.option(
        "-v",
        "--verbose",
        is_flag=True,
        expose_value=False,
        callback=_setter("verbose"),
        help="Log to stderr what happens.",
    )(command)
    return debug_option(command)

"""The tree of commands. Nothing heavy is imported here: a subcommand's module is loaded when it is called."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Final

import click

from runner import __version__
from runner.cli.settings import debug_option

# Name: where its command is, and what the list of commands says of it.
COMMANDS: Final[Mapping[str, tuple[str, str]]] = {
    "record": ("runner.cli.record:record_command", "Turn a sentence into a TestConfig."),
    "replay": ("runner.cli.replay:replay_command", "Run TestConfig files against the live site."),
    "report": ("runner.cli.report:report_command", "Write one page about many runs, with trends."),
    "patch": ("runner.cli.patch:patch_group", "Show the repairs of a run, and apply them to files."),
    "mcp": ("runner.cli.mcp:mcp_command", "Serve our tools to a coding agent (MCP)."),
    "watch": ("runner.cli.watch:watch_command", "Follow the feed of a run in the terminal."),
    "serve": ("runner.cli.serve:serve_command", "Serve the API that existing clients speak."),
    "worker": ("runner.cli.worker:worker_command", "Carry out runs for servers on other machines."),
    "keys": ("runner.cli.keys:keys_group", "Make, list and revoke the API keys of a service."),
    "import": ("runner.cli.import_:import_command", "Read another tool's recording as a TestConfig."),
    "export": ("runner.cli.export:export_command", "Write a TestConfig as another tool's test."),
    "config": ("runner.cli.config:config_group", "Validate, summarize or normalize a TestConfig."),
    "demo": ("runner.cli.demo:demo_command", "See it work on the bundled app."),
    "doctor": ("runner.cli.doctor:doctor_command", "Which browser will be used, and what is missing."),
    "install-browser": ("runner.cli.install_browser:install_command", "Get a browser where there is none."),
    "version": ("runner.cli.version:version_command", "Print the version."),
}


class LazyGroup(click.Group):
    """Knows its commands by name, and imports one when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return the command, or None."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, about) for name, (_, about) in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it, but an unknown command is answered with the nearest known one."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from runner.contract.problem import nearest

            meant = nearest(args[0], list(COMMANDS))
            hint = f"Did you mean {meant}?" if meant else f"Commands: {', '.join(COMMANDS)}."
            raise click.UsageError(f"There is no command {args[0]!r}. {hint}", ctx)
        return super().resolve_command(ctx, args)


@click.group(
    cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="demo-runner")
@debug_option
def root() -> None:
    """Turn a sentence into a browser test that keeps working.

    \b
    demo-runner record --prompt "Sign in as ada@x.org and open Tasks" --url https://app.test
    demo-runner replay test_config.json

    Exit codes: 0 passed, 1 the flow failed, 2 bad input, 3 the runner could not do its work or was stopped.
    """

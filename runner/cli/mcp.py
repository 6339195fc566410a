"""`demo-runner mcp`: the tools for coding agents, over stdin and stdout."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from runner.cli.settings import Settings, logging_options
from runner.contract.errors import UsageError


@click.command("mcp")
@click.option(
    "--dir",
    "root",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=Path(),
    metavar="DIR",
    help="The folder to work in; nothing outside of it is read or written. [default: the current one]",
)
@click.option("--headed", is_flag=True, help="Show the browser.")
@click.option(
    "--env-file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="Where else to look for secrets. [default: .env, if it is there]",
)
@logging_options
@click.pass_obj
def mcp_command(settings: Settings, root: Path, env_file: Path | None, *, headed: bool) -> int:
    """Serve our tools to a coding agent (Model Context Protocol, stdio)."""
    try:
        from runner.agents.server import make_server
    except ImportError as error:
        raise UsageError(
            f"The MCP server needs the extra [mcp]: {error}",
            remedy="Install it: pip install 'demo-runner[mcp]'",
        ) from error
    from runner.log import configure
    from runner.page.browser import BrowserOptions

    configure(as_json=settings.log_json, verbose=settings.verbose or settings.log_json, mask=settings.mask)
    server = make_server(root.resolve(), BrowserOptions(headed=headed), env_file)
    asyncio.run(server.run_stdio_async())
    return 0

"""`demo-runner watch`: follow the feed of a run that goes on elsewhere."""

from __future__ import annotations

import asyncio
from contextlib import aclosing, nullcontext
from typing import TYPE_CHECKING

import click

from runner.cli.settings import debug_option

if TYPE_CHECKING:
    from runner.contract.message import EventMessage
    from runner.contract.run import Run
    from runner.screen import Screen


@click.command("watch")
@click.argument("url")
@click.option(
    "--json", "as_json", is_flag=True, help="Print the feed's messages as JSON lines, without pictures."
)
@debug_option
def watch_command(url: str, *, as_json: bool) -> int:
    """Follow a feed; URL is what `record --feed` or `replay --feed` printed.

    What you type is said to the run: the answer to its question, or an instruction.
    Leaves with the exit code of the run.
    """
    return asyncio.run(_watch(url, as_json=as_json))


async def _watch(url: str, *, as_json: bool) -> int:
    from rich.console import Console

    from runner.cli.questions import attended, typed_into
    from runner.contract.channel import Inbox
    from runner.contract.message import DoneMessage, EventMessage, FrameMessage
    from runner.contract.run import Run
    from runner.feed.client import follow
    from runner.following import exit_code
    from runner.screen import Screen

    run = Run(mode="rerun_from_config")
    console = Console(highlight=False, soft_wrap=True)
    screen = Screen(console.print, title="Watching a run")
    inbox = Inbox() if attended() and not as_json else None
    typing = typed_into(inbox) if inbox else nullcontext()
    with typing:
        async with aclosing(follow(url, inbox=inbox)) as messages:
            async for message in messages:
                match message:
                    case FrameMessage():
                        continue
                    case EventMessage():
                        run = run.after(message.event)
                        _tell(message, run, screen, as_json=as_json)
                    case DoneMessage():
                        if as_json:
                            click.echo(message.model_dump_json(exclude_none=True))
    return exit_code(run)


def _tell(message: EventMessage, run: Run, screen: Screen, *, as_json: bool) -> None:
    if as_json:
        click.echo(message.model_dump_json())
    else:
        screen(message.event, run)

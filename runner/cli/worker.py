"""`demo-runner worker`: carries out runs that servers on other machines have accepted."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click

from runner.cli.service import PLACE, WORK, service_options
from runner.cli.settings import Settings, logging_options
from runner.contract.errors import UsageError

if TYPE_CHECKING:
    from runner.following import Stop
    from runner.service.settings import ServiceSettings


@click.command("worker")
@service_options(
    workers=click.option(
        "--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Runs at a time."
    ),
    **PLACE,
    **WORK,
)
@logging_options
@click.pass_obj
def worker_command(settings: Settings, asked: ServiceSettings) -> int:
    """Take runs from the queue of a PostgreSQL database that servers share."""
    if not asked.database_url:
        raise UsageError(
            "A worker needs the database of its servers.",
            remedy="Name it with --database-url postgresql://user:password@host/name",
        )
    if asked.embedded:
        raise UsageError(
            "Workers share a PostgreSQL database; SQLite is for one process.",
            remedy="demo-runner serve carries out runs itself.",
        )
    return asyncio.run(_work(asked, settings))


async def _work(asked: ServiceSettings, settings: Settings) -> int:
    from runner.following import Stop
    from runner.log import configure
    from runner.service.running import running

    configure(as_json=settings.log_json, verbose=settings.verbose or settings.log_json, mask=settings.mask)
    stop = Stop()
    with stop.listening():
        async with running(asked) as service:
            click.echo(f"Taking runs, {asked.workers} at a time, as {service.worker and service.worker.id}")
            await _until(stop)
    return 0


async def _until(stop: Stop) -> None:
    """Wait for the wish to stop."""
    try:
        with stop.stoppable():
            await asyncio.Event().wait()
    except asyncio.CancelledError:
        if stop.reason is None:
            raise
        if (task := asyncio.current_task()) is not None:
            task.uncancel()

"""The queue of runs: durable jobs of DBOS Transact, in SQLite for one machine and in PostgreSQL for many.

A job is a run's id and nothing else; the run is in our own tables. DBOS says who carries a job out, and how
many a worker has at a time.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dbos import DBOS, DBOSConfig, SetWorkflowID
from sqlalchemy.engine import URL

QUEUE: Final = "runs"
POLL_S: Final = 0.05
# Jobs are taken by whoever speaks this version of them, whatever its own.
JOB_VERSION: Final = "1"
_APPLICATION: Final = "demo-runner"
_WAITING: Final = frozenset({"ENQUEUED", "DELAYED"})

CarryOut = Callable[[str], Awaitable[None]]

_carry_out: CarryOut | None = None


@DBOS.workflow(name="carry_out_run")
async def _job(run_id: str) -> None:
    if _carry_out is None:
        raise RuntimeError("this process takes no runs")
    await _carry_out(run_id)


@dataclass(frozen=True)
class Work:
    """The queue. Made by `launched`. A job has the id of its run."""

    async def enqueue(self, run_id: str) -> None:
        """Put the run into the queue; once more does no harm."""
        with SetWorkflowID(run_id):
            await DBOS.enqueue_workflow_async(QUEUE, _job, run_id)

    async def cancel(self, run_id: str) -> None:
        """Take the run out of the queue, or from a worker that is gone."""
        await DBOS.cancel_workflow_async(run_id)

    async def requeue(self, run_ids: Collection[str], dead: Callable[[str | None], bool]) -> None:
        """See that these runs wait in the queue: those whose worker died, and those that never got there."""
        known = {
            status.workflow_id: status
            for status in await DBOS.list_workflows_async(
                workflow_ids=list(run_ids), load_input=False, load_output=False
            )
        }
        for run_id in run_ids:
            status = known.get(run_id)
            if status is None:
                await self.enqueue(run_id)
            elif status.status not in _WAITING and (status.status != "PENDING" or dead(status.executor_id)):
                await DBOS.resume_workflow_async(run_id, queue_name=QUEUE)


@asynccontextmanager
async def launched(
    place: URL | Path, worker_id: str, carry_out: CarryOut | None, at_once: int
) -> AsyncIterator[Work]:
    """The queue in that database or SQLite file. With `carry_out` this process takes runs from it."""
    global _carry_out
    DBOS(config=_config(_written(place), worker_id))
    _carry_out = carry_out
    if carry_out is None:
        DBOS.listen_queues([])
    DBOS.launch()
    try:
        await DBOS.register_queue_async(
            QUEUE,
            worker_concurrency=max(at_once, 1),
            polling_interval_sec=POLL_S,
            on_conflict="always_update" if carry_out else "never_update",
        )
        yield Work()
    finally:
        _carry_out = None
        await asyncio.to_thread(DBOS.destroy)


def _config(url: str, worker_id: str) -> DBOSConfig:
    return {
        "name": _APPLICATION,
        "system_database_url": url,
        "executor_id": worker_id,
        "application_version": JOB_VERSION,
        "log_level": "WARNING",
        "console_log_level": "WARNING",
        "max_executor_threads": 8,
    }


def _written(place: URL | Path) -> str:
    if isinstance(place, URL):
        return place.set(drivername="postgresql").render_as_string(hide_password=False)
    with closing(sqlite3.connect(place)) as connection:
        # Kept with the file: readers do not wait for the writer, nor it for them.
        connection.execute("PRAGMA journal_mode=WAL")
    return f"sqlite:///{place}"

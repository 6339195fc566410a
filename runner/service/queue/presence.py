"""Which workers are there, and what becomes of the runs of those that are not any more.

A worker says every few seconds that it is there. Whoever sees that another has not for some time ends its
runs as interrupted and puts those back that it had not begun. With SQLite there is this process and no other.
"""

from __future__ import annotations

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import delete, func, literal_column, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from runner.contract.event import utc_now
from runner.service.queue.wire import Wire
from runner.service.queue.work import Work
from runner.service.queue.worker import Worker, interrupt
from runner.service.store.database import Database
from runner.service.store.runs import RunStore, Unfinished
from runner.service.store.tables import WORKERS

MISSED: Final = 5
THOROUGH: Final = 15


@dataclass
class Presence:
    """Watches the workers of a database. `worker` is this process's own, if it has one."""

    database: Database
    runs: RunStore
    wire: Wire
    work: Work
    worker: Worker | None
    heartbeat_s: float
    _known: frozenset[str | None] = frozenset()

    async def recover(self, *, thoroughly: bool = True) -> None:
        """See to every run that has not ended: it is carried out, or waits in the queue, or ends now.

        Whether those that wait do so in the queue is looked into thoroughly only.
        """
        alive = await self._alive()
        thoroughly = thoroughly or not self._known <= alive
        self._known = alive
        unfinished = await self.runs.unfinished()
        for run in unfinished:
            if run.status != "queued" and (run.worker_id not in alive or self._lost(run)):
                await self._interrupt(run.id)
        if thoroughly:
            waiting = [run.id for run in unfinished if run.status == "queued"]
            await self.work.requeue(waiting, lambda executor: executor not in alive)

    async def _interrupt(self, run_id: str) -> None:
        stored = await self.runs.get(run_id)
        if stored is not None:
            await interrupt(self.runs, self.wire, stored)
            await self.work.cancel(run_id)

    async def clear(self, folder: Path) -> None:
        """Remove the files of runs that workers who are gone have left there."""
        _remove(folder, but=await self._alive())

    async def appear(self) -> None:
        """This worker is there."""
        if self.worker is None:
            return
        row = {"id": self.worker.id, "host": socket.gethostname(), "started_at": utc_now()}
        insert = sqlite.insert if self.database.embedded else postgresql.insert
        statement: Any = insert(WORKERS).values(**row, seen_at=self._now(0))
        statement = statement.on_conflict_do_update(index_elements=["id"], set_={"seen_at": self._now(0)})
        async with self.database.writing() as connection:
            await connection.execute(statement)

    async def disappear(self) -> None:
        """This worker is not there any more."""
        if self.worker is None:
            return
        async with self.database.writing() as connection:
            await connection.execute(delete(WORKERS).where(WORKERS.c.id == self.worker.id))

    async def watch(self) -> None:
        """Go on saying so, and looking after the others, until cancelled."""
        beats = 0
        while True:
            await asyncio.sleep(self.heartbeat_s)
            beats += 1
            try:
                await self.appear()
                await self.recover(thoroughly=beats % THOROUGH == 0)
            except SQLAlchemyError:
                # the database is away; it is asked again
                continue

    def _lost(self, run: Unfinished) -> bool:
        """Whether it is said to be this worker's, which knows nothing of it."""
        mine = self.worker is not None and run.worker_id == self.worker.id
        return mine and self.worker is not None and run.id not in self.worker.busy_with

    async def _alive(self) -> frozenset[str | None]:
        if self.database.embedded:
            return frozenset({self.worker.id}) if self.worker else frozenset()
        stale = WORKERS.c.seen_at < self._now(self.heartbeat_s * MISSED)
        async with self.database.writing() as connection:
            await connection.execute(delete(WORKERS).where(stale))
            return frozenset((await connection.execute(select(WORKERS.c.id))).scalars())

    def _now(self, seconds_ago: float) -> Any:
        """The database's time: that of the machines may differ."""
        if self.database.embedded:
            return func.strftime("%Y-%m-%dT%H:%M:%fZ", "now", f"-{seconds_ago} seconds")
        moment = func.timezone("utc", func.clock_timestamp()) - func.make_interval(
            0, 0, 0, 0, 0, 0, literal_column(str(float(seconds_ago)))
        )
        return func.to_char(moment, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')


def _remove(folder: Path, *, but: Collection[str | None]) -> None:
    for path in folder.glob("*"):
        if path.name not in but:
            shutil.rmtree(path, ignore_errors=True)


@asynccontextmanager
async def present(presence: Presence, folder: Path) -> AsyncIterator[None]:
    """Be there, and look after the runs and the files of those who are not, until the context ends."""
    await presence.appear()
    await presence.recover()
    await presence.clear(folder)
    watching = asyncio.create_task(presence.watch())
    try:
        yield
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        await presence.disappear()

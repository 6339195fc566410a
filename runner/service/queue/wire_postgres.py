"""The wire between machines: PostgreSQL's LISTEN and NOTIFY, and one row for each run's newest picture."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Final, get_args

import psycopg
from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError

from runner.contract.channel import Frame
from runner.service.queue.wire import Line, LocalWire, Topic
from runner.service.store.database import Database
from runner.service.store.tables import FRAMES

CHANNEL: Final = "demo_runner"
FRAME: Final = "frame"
PAUSE_S: Final = 1.0
FRAME_PAUSE_S: Final = 0.1
_TOPICS: Final = frozenset(get_args(Topic))


class PostgresWire:
    """The wire between processes that share a PostgreSQL database. Made by `connected`."""

    def __init__(self, database: Database, tasks: asyncio.TaskGroup) -> None:
        self._database = database
        self._tasks = tasks
        self._local = LocalWire()
        self._unsent: dict[str, Frame] = {}
        self._sent: dict[str, int] = {}
        self._fetching: set[str] = set()

    async def tell(self, run_id: str, *topics: Topic) -> None:
        """There is news of the run, committed already."""
        await self._notify(run_id, *topics)

    def show(self, run_id: str, frame: Frame) -> None:
        """What the run's browser shows now. Never waits: a picture that is not sent yet is replaced."""
        waiting = run_id in self._unsent
        self._unsent[run_id] = frame
        if not waiting:
            self._tasks.create_task(self._send(run_id))

    @contextmanager
    def on(self, run_id: str) -> Iterator[Line]:
        """Listen to news of the run, for as long as the context lasts."""
        with self._local.on(run_id) as line:
            yield line

    async def _notify(self, run_id: str, *topics: str) -> None:
        async with self._database.writing() as connection:
            for topic in topics:
                await connection.execute(_NOTIFY, {"channel": CHANNEL, "payload": f"{topic} {run_id}"})

    async def _send(self, run_id: str) -> None:
        await asyncio.sleep(FRAME_PAUSE_S)
        frame = self._unsent.pop(run_id)
        number = self._sent[run_id] = self._sent.get(run_id, 0) + 1
        facts = {"timestamp": frame.timestamp, "width": frame.width, "height": frame.height}
        row = {"run_id": run_id, "number": number, "picture": frame.data, "facts": facts}
        changed = {name: value for name, value in row.items() if name != "run_id"}
        statement = insert(FRAMES).values(row).on_conflict_do_update(index_elements=["run_id"], set_=changed)
        try:
            async with self._database.writing() as connection:
                await connection.execute(statement)
                await connection.execute(_NOTIFY, {"channel": CHANNEL, "payload": f"{FRAME} {run_id}"})
        except SQLAlchemyError:
            # the run has been deleted, or the database is away: one picture less
            return

    async def hear(self, payload: str) -> None:
        """Pass on what has been notified."""
        topic, _, run_id = payload.partition(" ")
        if topic in _TOPICS:
            self._local.hear(run_id, topic)  # type: ignore[arg-type]
        elif topic == FRAME and run_id in self._local.lines and run_id not in self._fetching:
            self._fetching.add(run_id)
            self._tasks.create_task(self._fetch(run_id))

    def hear_all(self) -> None:
        """After a time of deafness, everybody has to look for themselves."""
        for run_id in list(self._local.lines):
            self._local.hear(run_id, *get_args(Topic))

    async def _fetch(self, run_id: str) -> None:
        wanted = select(FRAMES.c.picture, FRAMES.c.facts).where(FRAMES.c.run_id == run_id)
        try:
            async with self._database.reading() as connection:
                row = (await connection.execute(wanted)).first()
        except SQLAlchemyError:
            return
        finally:
            self._fetching.discard(run_id)
        if row is not None:
            self._local.show(run_id, Frame(bytes(row.picture), **row.facts))


_NOTIFY: Final = text("SELECT pg_notify(:channel, :payload)")


@asynccontextmanager
async def connected(database: Database, url: URL) -> AsyncIterator[PostgresWire]:
    """The wire of that database, from now on listened to."""
    async with asyncio.TaskGroup() as tasks:
        wire = PostgresWire(database, tasks)
        ready = asyncio.Event()
        listening = tasks.create_task(_listen(wire, url, ready))
        await ready.wait()
        try:
            yield wire
        finally:
            listening.cancel()


async def _listen(wire: PostgresWire, url: URL, ready: asyncio.Event) -> None:
    """Hear what is notified, again and again should the connection break."""
    conninfo = url.set(drivername="postgresql").render_as_string(hide_password=False)
    while True:
        try:
            connection: psycopg.AsyncConnection[Any] = await psycopg.AsyncConnection.connect(
                conninfo, autocommit=True
            )
            async with connection:
                await connection.execute(f"LISTEN {CHANNEL}")
                ready.set()
                wire.hear_all()
                async for notified in connection.notifies():
                    await wire.hear(notified.payload)
        except psycopg.OperationalError:
            await asyncio.sleep(PAUSE_S)

"""Runs and their events. A run's row is the fold of its events, and both are written in one transaction.

Events are numbered from 1 within their run, without gaps, in the order in which they were committed: whoever
has read up to a number gets everything that comes later by asking for what is after it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Final

from sqlalchemy import RowMapping, Select, Text, and_, cast, delete, func, insert, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from runner.contract.event import TERMINAL, Event, utc_now
from runner.contract.run import Run
from runner.service.store.database import Database
from runner.service.store.tables import EVENTS, RUNS, SAVED_TESTS

# A run of a run of a run: so far one looks for the recording.
MAX_LINEAGE: Final = 20
_RUN_FIELDS: Final = tuple(name for name in Run.model_fields if name != "events_json")


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A run, without its events, and what no client sees of it."""

    run: Run
    user_id: str
    event_count: int
    worker_id: str | None
    sealed: bytes | None = field(repr=False)
    asked: Mapping[str, Any]

    @property
    def ended(self) -> bool:
        """Whether its terminal event has come."""
        return self.run.status in TERMINAL


@dataclass(frozen=True, slots=True)
class Listed:
    """A run as a long list has it: without what is large."""

    id: str
    status: str
    created_at: str
    asked: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of runs, newest first, and how many there are in all."""

    runs: Sequence[Listed]
    total: int


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A run that has not ended, and who carries it out, if anybody does."""

    id: str
    status: str
    worker_id: str | None


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run as a list shows it."""

    id: str
    status: str
    mode: str
    prompt: str
    start_url: str
    error_message: str | None
    created_at: str
    started_at: str | None
    completed_at: str | None
    summary_json: Mapping[str, Any] | None
    repair_patches_json: Sequence[Mapping[str, Any]]
    asked: Mapping[str, Any]


# The saved test that a run is of.
_TEST: Final = RUNS.c.asked["test_id"].as_string()
_ROW: Final = tuple(RUNS.c[each.name] for each in fields(RunRow))


class RunStore:
    """The runs in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(
        self,
        user_id: str,
        run: Run,
        created: Event,
        *,
        sealed: bytes | None = None,
        asked: Mapping[str, Any] | None = None,
    ) -> StoredRun:
        """Remember a new run, `created` its first event."""
        run = run.after(created)
        row = {name: getattr(run, name) for name in _RUN_FIELDS} | {
            "user_id": user_id,
            "event_count": 1,
            "sealed": sealed,
            "asked": dict(asked or {}),
        }
        async with self._database.writing() as connection:
            await connection.execute(insert(RUNS), row)
            await connection.execute(insert(EVENTS), _rows(run.id, [created], 1))
        return StoredRun(run.model_copy(update={"events_json": []}), user_id, 1, None, sealed, row["asked"])

    async def get(self, run_id: str, user_id: str | None = None) -> StoredRun | None:
        """The run, if there is one, and if it is that user's."""
        wanted = select(RUNS).where(RUNS.c.id == run_id)
        if user_id is not None:
            wanted = wanted.where(RUNS.c.user_id == user_id)
        async with self._database.reading() as connection:
            row = (await connection.execute(wanted)).mappings().first()
        return _stored(row) if row else None

    async def recent(self, user_id: str, limit: int) -> list[StoredRun]:
        """The user's newest runs, newest first."""
        return await self._read(_newest_first(select(RUNS).where(RUNS.c.user_id == user_id)).limit(limit))

    async def rows(
        self,
        user_id: str,
        *,
        limit: int,
        before: str | None = None,
        status: str | None = None,
        query: str | None = None,
        repaired: bool = False,
        test_id: str | None = None,
    ) -> list[RunRow]:
        """The user's runs as a list shows them, newest first: those older than the run of id `before`,
        those of the saved test."""
        wanted = select(*_ROW).where(RUNS.c.user_id == user_id)
        if before:
            last = select(RUNS.c.created_at, RUNS.c.id).where(RUNS.c.id == before, RUNS.c.user_id == user_id)
            wanted = wanted.where(tuple_(RUNS.c.created_at, RUNS.c.id) < last.scalar_subquery())
        if status:
            wanted = wanted.where(RUNS.c.status == status)
        if query:
            like = [column.icontains(query, autoescape=True) for column in (RUNS.c.prompt, RUNS.c.start_url)]
            tests = select(SAVED_TESTS.c.id).where(
                SAVED_TESTS.c.user_id == user_id, SAVED_TESTS.c.name.icontains(query, autoescape=True)
            )
            wanted = wanted.where(or_(*like, _TEST.in_(tests)))
        if test_id:
            wanted = wanted.where(test_id == _TEST)
        if repaired:
            wanted = wanted.where(cast(RUNS.c.repair_patches_json, Text) != "[]")
        async with self._database.reading() as connection:
            return [RunRow(*row) for row in await connection.execute(_newest_first(wanted).limit(limit))]

    async def recording_of(self, run_id: str | None) -> StoredRun | None:
        """The recording that a run goes back to, over those in between; None where there is none (left)."""
        for _ in range(MAX_LINEAGE):
            stored = await self.get(run_id) if run_id else None
            if stored is None or stored.run.mode == "record_from_prompt":
                return stored
            run_id = stored.run.source_run_id
        return None

    async def page(
        self, user_id: str, *, repo: str | None, query: str | None, limit: int, offset: int
    ) -> Page:
        """A page of the user's runs, newest first; `repo` and `query` look at what a run was asked for."""
        mine = RUNS.c.user_id == user_id
        if repo:
            mine = and_(mine, RUNS.c.asked["repo"].as_string() == repo)
        if query:
            branch, number = RUNS.c.asked["branch"].as_string(), RUNS.c.asked["pr_number"].as_string()
            mine = and_(mine, or_(branch.contains(query, autoescape=True), number == query))
        wanted = select(RUNS.c.id, RUNS.c.status, RUNS.c.created_at, RUNS.c.asked).where(mine)
        async with self._database.reading() as connection:
            rows = await connection.execute(_newest_first(wanted).limit(limit).offset(offset))
            runs = [Listed(row.id, row.status, row.created_at, row.asked or {}) for row in rows]
            total = await connection.scalar(select(func.count()).select_from(RUNS).where(mine))
        return Page(runs, total or 0)

    async def unfinished(self) -> list[Unfinished]:
        """All runs that have not ended, oldest first."""
        wanted = (
            select(RUNS.c.id, RUNS.c.status, RUNS.c.worker_id)
            .where(RUNS.c.status.not_in(TERMINAL))
            .order_by(RUNS.c.created_at, RUNS.c.id)
        )
        async with self._database.reading() as connection:
            return [Unfinished(*row) for row in await connection.execute(wanted)]

    async def events(self, run_id: str, after: int = 0) -> list[str]:
        """The run's events after that number, in order, as JSON texts."""
        wanted = (
            select(EVENTS.c.event)
            .where(EVENTS.c.run_id == run_id, EVENTS.c.number > after)
            .order_by(EVENTS.c.number)
        )
        async with self._database.reading() as connection:
            return list((await connection.execute(wanted)).scalars())

    async def append(
        self,
        run_id: str,
        events: Sequence[Event],
        changes: Mapping[str, Any] | None = None,
        *,
        live: bool = True,
        worker_id: str | None = None,
    ) -> bool:
        """Add events to the run, and change its row accordingly; False if that may not be (any more).

        With `live` the run must not have ended: that is what keeps it at one terminal event. With `worker_id`
        that worker must be the one that carries the run out.
        """
        async with self._database.writing() as connection:
            return await self._append(connection, run_id, events, changes or {}, live, worker_id)

    async def _append(
        self,
        connection: AsyncConnection,
        run_id: str,
        events: Sequence[Event],
        changes: Mapping[str, Any],
        live: bool,
        worker_id: str | None,
    ) -> bool:
        permitted = [RUNS.c.id == run_id]
        if live:
            permitted.append(RUNS.c.status.not_in(TERMINAL))
        if worker_id is not None:
            permitted.append(RUNS.c.worker_id == worker_id)
        changed = {
            "updated_at": events[-1].timestamp,
            **changes,
            "event_count": RUNS.c.event_count + len(events),
        }
        statement = update(RUNS).where(*permitted).values(changed).returning(RUNS.c.event_count)
        count = await connection.scalar(statement)
        if count is None:
            return False
        await connection.execute(insert(EVENTS), _rows(run_id, events, count - len(events) + 1))
        return True

    async def claim(self, run_id: str, worker_id: str) -> StoredRun | None:
        """Give the run to a worker; None if it has ended or is gone."""
        wanted = (
            update(RUNS)
            .where(RUNS.c.id == run_id, RUNS.c.status.not_in(TERMINAL))
            .values(worker_id=worker_id)
            .returning(RUNS)
        )
        async with self._database.writing() as connection:
            row = (await connection.execute(wanted)).mappings().first()
        return _stored(row) if row else None

    async def note(self, run_id: str, **values: Any) -> None:
        """Change what no event tells of: its job, its files."""
        async with self._database.writing() as connection:
            await connection.execute(update(RUNS).where(RUNS.c.id == run_id).values(**values))

    async def delete(self, run_id: str) -> None:
        """Forget the run and its events."""
        async with self._database.writing() as connection:
            await connection.execute(delete(RUNS).where(RUNS.c.id == run_id))

    async def _read(self, wanted: Select[Any]) -> list[StoredRun]:
        async with self._database.reading() as connection:
            return [_stored(row) for row in (await connection.execute(wanted)).mappings()]


def changes_by(run: Run, event: Event) -> tuple[Run, dict[str, Any]]:
    """The run after the event, without events, and what of its row is different."""
    after = run.after(event).model_copy(update={"events_json": []})
    changed = {
        name: getattr(after, name) for name in _RUN_FIELDS if getattr(after, name) != getattr(run, name)
    }
    return after, {name: _storable(value) for name, value in changed.items()}


def now() -> str:
    """The time, as it is stored."""
    return utc_now()


def _newest_first(wanted: Select[Any]) -> Select[Any]:
    return wanted.order_by(RUNS.c.created_at.desc(), RUNS.c.id.desc())


def _rows(run_id: str, events: Sequence[Event], first: int) -> list[dict[str, Any]]:
    return [
        {"run_id": run_id, "number": number, "event": event.model_dump_json()}
        for number, event in enumerate(events, first)
    ]


def _storable(value: Any) -> Any:
    # PostgreSQL's texts have no NUL, and pages do
    return value.replace("\0", "�") if isinstance(value, str) else value


def _stored(row: RowMapping) -> StoredRun:
    run = Run.model_construct(**{name: row[name] for name in _RUN_FIELDS}, events_json=[])
    return StoredRun(
        run, row["user_id"], row["event_count"], row["worker_id"], row["sealed"], row["asked"] or {}
    )

"""The database: SQLite in a file, or PostgreSQL. Everything of ours goes through `reading` and `writing`.

SQLite has one writer at a time, so writers wait for their turn here, where waiting is fair and costs nothing,
and not in SQLite, where it is neither.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from runner.contract.errors import RunnerError, UsageError

MIGRATIONS: Final = Path(__file__).with_name("migrations")
BUSY_MS: Final = 15_000
POOL: Final = 10
MIGRATION_LOCK: Final = 0x64656D6F


class Database:
    """Made by `opened`."""

    def __init__(self, writer: AsyncEngine, reader: AsyncEngine) -> None:
        self._writer = writer
        self._reader = reader
        self._turn: asyncio.Lock | None = asyncio.Lock() if self.embedded else None

    @property
    def embedded(self) -> bool:
        """Whether it is SQLite, that is, for one machine."""
        return self._writer.dialect.name == "sqlite"

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A connection to read with, each statement for itself."""
        async with self._reader.connect() as connection:
            yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A transaction: committed on leaving, undone on an error."""
        async with self._turn or nullcontext(), self._writer.begin() as connection:
            yield connection

    async def migrate(self) -> None:
        """Bring the tables up to date. Raises RunnerError where the database cannot be reached."""
        try:
            async with self.writing() as connection:
                await connection.run_sync(_upgrade)
        except (OperationalError, OSError) as error:
            shown = self._writer.url.render_as_string(hide_password=True)
            raise RunnerError(
                f"The database {shown} cannot be used: {getattr(error, 'orig', None) or error}",
                remedy="Is it there, and may this user write to it? As in postgresql://user:password@host/name",
            ) from error

    async def close(self) -> None:
        """Close all connections."""
        await self._writer.dispose()
        await self._reader.dispose()


@asynccontextmanager
async def opened(url: str | URL) -> AsyncIterator[Database]:
    """The database behind the URL, its tables up to date. Raises UsageError, RunnerError."""
    database = Database(*_engines(read_url(url) if isinstance(url, str) else url))
    try:
        await database.migrate()
        yield database
    finally:
        await database.close()


def read_url(written: str) -> URL:
    """The URL of a database as a person writes it, with the driver that is used. Raises UsageError."""
    try:
        url = make_url(written)
    except ArgumentError as error:
        raise UsageError(
            "That is not the URL of a database.",
            remedy="For example postgresql://user:password@host/name, or sqlite:///path/to/file.sqlite",
        ) from error
    match url.get_backend_name():
        case "postgresql" | "postgres":
            return url.set(drivername="postgresql+psycopg")
        case "sqlite":
            return url.set(drivername="sqlite+aiosqlite")
        case other:
            raise UsageError(
                f"{other} databases are not supported.", remedy="Use PostgreSQL, or SQLite by leaving it out."
            )


def in_file(path: Path) -> URL:
    """The URL of a SQLite database in that file."""
    return URL.create("sqlite+aiosqlite", database=str(path))


def _engines(url: URL) -> tuple[AsyncEngine, AsyncEngine]:
    """What to write with and what to read with."""
    if url.get_backend_name() != "sqlite":
        engine = create_async_engine(url, pool_size=POOL, pool_pre_ping=True)
        return engine, engine
    writer = create_async_engine(url, pool_size=1, max_overflow=0)
    event.listen(writer.sync_engine, "connect", _prepare_sqlite)
    event.listen(writer.sync_engine, "begin", _begin_sqlite)
    # Every step of a connection is one of a thread's, and here is nothing to be begun or undone: a statement
    # that reads sees one state of the database without a transaction.
    reader = create_async_engine(url, pool_size=POOL, pool_reset_on_return=None)
    event.listen(reader.sync_engine, "connect", _prepare_sqlite)
    event.listen(reader.sync_engine, "connect", _only_read_sqlite)
    return writer, reader


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # Transactions are begun by `_begin_sqlite`. A killed process loses nothing that was committed.
    connection.isolation_level = None
    _set(connection, f"busy_timeout={BUSY_MS}", "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON")


def _only_read_sqlite(connection: Any, _record: object) -> None:
    _set(connection, "query_only=ON")


def _set(connection: Any, *pragmas: str) -> None:
    cursor = connection.cursor()
    for pragma in pragmas:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """One that reads first and then writes could lose its place to another, so it takes it at once."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    if connection.dialect.name == "postgresql":
        # Of several processes that start at once, one migrates and the others wait for it.
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
    command.upgrade(config, "head")

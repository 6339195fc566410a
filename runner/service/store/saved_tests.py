"""Saved tests: a run made reusable, with the credentials it needs, sealed."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import RowMapping, delete, insert, select, update

from runner.contract.event import utc_now
from runner.service.store.database import Database
from runner.service.store.tables import SAVED_TESTS

_SHOWN: Final = tuple(
    column.name for column in SAVED_TESTS.c if column.name not in ("user_id", "sealed", "credential_keys")
)


@dataclass(frozen=True, slots=True)
class SavedTest:
    """A saved test; `sealed` holds its credentials."""

    fields: Mapping[str, Any]
    credential_keys: tuple[str, ...]
    sealed: bytes | None = field(repr=False)

    def shown(self) -> dict[str, Any]:
        """As the API shows it: never with a credential's value."""
        return {
            **self.fields,
            "has_credentials": bool(self.credential_keys),
            "credential_keys": sorted(self.credential_keys),
        }


class SavedTestStore:
    """The saved tests in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, user_id: str, values: Mapping[str, Any]) -> SavedTest:
        """Remember a new test."""
        time = utc_now()
        row = {
            "id": str(uuid.uuid4()),
            "source_run_id": None,
            "sealed": None,
            "credential_keys": [],
            "created_at": time,
            "updated_at": time,
            **values,
            "user_id": user_id,
        }
        async with self._database.writing() as connection:
            await connection.execute(insert(SAVED_TESTS), row)
        return _saved(row)

    async def of(self, user_id: str, repo: str | None = None) -> list[SavedTest]:
        """The user's tests, most recently updated first."""
        wanted = select(SAVED_TESTS).where(SAVED_TESTS.c.user_id == user_id)
        if repo is not None:
            wanted = wanted.where(SAVED_TESTS.c.repo_full_name == repo)
        wanted = wanted.order_by(SAVED_TESTS.c.updated_at.desc(), SAVED_TESTS.c.id.desc())
        async with self._database.reading() as connection:
            return [_saved(row) for row in (await connection.execute(wanted)).mappings()]

    async def names(self, user_id: str, ids: Collection[str]) -> dict[str, str]:
        """What the user's tests of those ids are called."""
        wanted = select(SAVED_TESTS.c.id, SAVED_TESTS.c.name).where(
            SAVED_TESTS.c.user_id == user_id, SAVED_TESTS.c.id.in_(ids)
        )
        async with self._database.reading() as connection:
            return {row.id: row.name for row in await connection.execute(wanted)}

    async def get(self, user_id: str, test_id: str) -> SavedTest | None:
        """The user's test of that id, if there is one."""
        async with self._database.reading() as connection:
            row = (await connection.execute(select(SAVED_TESTS).where(*_his(user_id, test_id)))).mappings()
            found = row.first()
        return _saved(found) if found else None

    async def change(self, user_id: str, test_id: str, values: Mapping[str, Any]) -> SavedTest | None:
        """Change what is given and nothing else; None if there is no such test."""
        changed = {**values, "updated_at": utc_now()}
        statement = (
            update(SAVED_TESTS).where(*_his(user_id, test_id)).values(**changed).returning(SAVED_TESTS)
        )
        async with self._database.writing() as connection:
            row = (await connection.execute(statement)).mappings().first()
        return _saved(row) if row else None

    async def delete(self, user_id: str, test_id: str) -> bool:
        """Forget the test; False if there was none."""
        async with self._database.writing() as connection:
            gone = await connection.execute(delete(SAVED_TESTS).where(*_his(user_id, test_id)))
        return gone.rowcount > 0


def _his(user_id: str, test_id: str) -> tuple[Any, ...]:
    return SAVED_TESTS.c.user_id == user_id, SAVED_TESTS.c.id == test_id


def _saved(row: Mapping[str, Any] | RowMapping) -> SavedTest:
    return SavedTest({name: row[name] for name in _SHOWN}, tuple(row["credential_keys"] or ()), row["sealed"])

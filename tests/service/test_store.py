"""What the service remembers, on both databases."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from runner.contract.event import Event
from runner.contract.run import Run
from runner.service.auth.vault import Vault, open_vault
from runner.service.store.accounts import AccountStore
from runner.service.store.database import Database, opened
from runner.service.store.runs import RunStore, StoredRun, changes_by
from runner.service.store.saved_tests import SavedTestStore
from runner.service.store.tables import METADATA


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An empty database with its tables."""
    async with opened(database_url) as made:
        yield made


async def added(database: Database, **asked: str) -> StoredRun:
    user = await AccountStore(database).user("ada")
    run = Run(mode="record_from_prompt", prompt="Look", start_url="http://x")
    return await RunStore(database).add(user.id, run, Event(type="created", message="Made"), asked=asked)


async def test_the_migrations_make_the_tables(database: Database) -> None:
    async with database.writing() as connection:
        differences = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync), METADATA)
        )
    # the queue has tables of its own beside ours
    assert [each for each in differences if "dbos" not in str(each)] == []


async def test_several_processes_start_at_once(database_url: str) -> None:
    async def start() -> None:
        async with opened(database_url):
            pass

    await asyncio.gather(*(start() for _ in range(3)))


async def test_events_are_numbered_without_gaps_whoever_writes_them(database: Database) -> None:
    stored, runs = await added(database), RunStore(database)

    async def write(name: int) -> None:
        for turn in range(5):
            assert await runs.append(
                stored.run.id, [Event(type="user_message", message=f"{name}.{turn}")] * 2
            )

    await asyncio.gather(*(write(name) for name in range(4)))
    told = [json.loads(text)["message"] for text in await runs.events(stored.run.id)]
    assert len(told) == 41
    for name in range(4):
        mine = [text for text in told if text.startswith(f"{name}.")]
        assert mine == sorted(mine)
    assert len(await runs.events(stored.run.id, 30)) == 11


async def test_a_run_ends_once(database: Database) -> None:
    stored, runs = await added(database), RunStore(database)

    async def end(kind: str) -> bool:
        event = Event.model_validate({"type": kind, "message": kind})
        return await runs.append(stored.run.id, [event], changes_by(stored.run, event)[1])

    ended = await asyncio.gather(*(end(kind) for kind in ("completed", "failed", "cancelled") * 4))
    assert ended.count(True) == 1
    events = [json.loads(text)["type"] for text in await runs.events(stored.run.id)]
    now = await runs.get(stored.run.id)
    assert now is not None
    assert events == ["created", now.run.status]
    assert await runs.claim(stored.run.id, "late") is None


async def test_only_the_worker_that_has_the_run_tells_of_it(database: Database) -> None:
    stored, runs = await added(database), RunStore(database)
    event = Event(type="running", message="Off")
    await runs.claim(stored.run.id, "one")
    assert await runs.append(stored.run.id, [event], worker_id="one")
    await runs.claim(stored.run.id, "two")
    assert not await runs.append(stored.run.id, [event], worker_id="one")


async def test_runs_are_found_by_what_they_were_asked_for(database: Database) -> None:
    runs = RunStore(database)
    first = await added(database, repo="acme/web", branch="feature/cart")
    await added(database, repo="acme/api")
    page = await runs.page(first.user_id, repo="acme/web", query=None, limit=10, offset=0)
    assert ([each.id for each in page.runs], page.total) == ([first.run.id], 1)
    page = await runs.page(first.user_id, repo=None, query="cart", limit=10, offset=0)
    assert page.total == 1
    assert await runs.get(first.run.id, "somebody else") is None


async def test_texts_of_any_kind_are_kept(database: Database) -> None:
    stored, runs = await added(database), RunStore(database)
    event = Event(type="failed", message="Nul \0 and ☃", details={"text": "\0☃"})
    assert await runs.append(stored.run.id, [event], changes_by(stored.run, event)[1])
    (_, text) = await runs.events(stored.run.id)
    assert json.loads(text)["details"] == {"text": "\0☃"}


async def test_deleting_a_run_takes_its_events_along(database: Database) -> None:
    stored, runs = await added(database), RunStore(database)
    await runs.delete(stored.run.id)
    assert await runs.events(stored.run.id) == []


async def test_a_device_gets_its_key_once(database: Database) -> None:
    accounts = AccountStore(database)
    user = await accounts.user("ada")
    code = await accounts.start_device("laptop")
    assert await accounts.take_key(code) is None
    assert await accounts.approve_device(code, user.id)
    given = await asyncio.gather(*(accounts.take_key(code) for _ in range(5)))
    (key,) = [each for each in given if each]
    owner = await accounts.owner_of(str(key.key))
    assert owner is not None
    assert owner[0] == user
    assert not await accounts.approve_device(code, user.id)


async def test_saved_tests_come_back_as_they_were(database: Database, tmp_path: object) -> None:
    user = await AccountStore(database).user("ada")
    tests = SavedTestStore(database)
    vault = Vault(("MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",))
    sealed = vault.seal({"PASSWORD": "secret"})
    values: dict[str, object] = {
        "prompt": "P",
        "start_url": "http://x",
        "test_config_json": {"steps": []},
        "tags": ["a"],
    }
    values |= {"name": "N", "description": None, "repo_full_name": "a/b", "ci_enabled": True}
    made = await tests.add(user.id, {**values, "sealed": sealed, "credential_keys": ["PASSWORD"]})
    (found,) = await tests.of(user.id, "a/b")
    assert found.shown() == made.shown()
    assert vault.open(found.sealed) == {"PASSWORD": "secret"}
    assert await tests.of(user.id, "a/c") == []
    assert await tests.get("somebody else", found.fields["id"]) is None


def test_two_processes_make_one_key(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("vault")
    assert open_vault(folder, {}) == open_vault(folder, {})

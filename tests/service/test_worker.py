"""What becomes of runs that a worker cannot even begin, or whose files it cannot keep: each says why."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from runner.contract.event import Event
from runner.contract.run import Run
from runner.page.browser import BrowserOptions
from runner.service.artifacts import artifact_store
from runner.service.auth.vault import Vault
from runner.service.queue.browsers import WorkerBrowser
from runner.service.queue.wire import LocalWire
from runner.service.queue.worker import Worker
from runner.service.store.accounts import AccountStore
from runner.service.store.database import Database, in_file, opened
from runner.service.store.runs import RunStore

CONFIG: dict[str, Any] = {
    "starting_url": "http://127.0.0.1:9/",
    "steps": [{"action": "goto", "value": "http://127.0.0.1:9/"}],
}


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with opened(in_file(tmp_path / "service.sqlite")) as made:
        yield made


@pytest.fixture
def vault() -> Vault:
    return Vault((Fernet.generate_key().decode(),))


def worker(database: Database, vault: Vault, folder: Path) -> Worker:
    """A worker without a browser."""
    nowhere = WorkerBrowser(BrowserOptions(executable=str(folder / "no-browser")))
    files = artifact_store(folder / "artifacts", None)
    return Worker(RunStore(database), LocalWire(), vault, files, nowhere, folder / "work", 60_000)


async def carried_out(database: Database, worker: Worker, sealed: bytes | None = None) -> dict[str, Any]:
    """The failure that a run ends with, once the worker has carried it out."""
    user = await AccountStore(database).user("ada")
    run = Run(mode="rerun_from_config", prompt="Look", start_url="http://x", test_config_json=CONFIG)
    stored = await worker.runs.add(user.id, run, Event(type="created", message="Made"), sealed=sealed)
    await worker.carry_out(stored.run.id)
    assert worker.busy_with == frozenset()
    ended = await worker.runs.get(stored.run.id)
    assert ended is not None
    assert ended.run.status == "failed"
    told = [json.loads(text) for text in await worker.runs.events(stored.run.id)]
    assert [event["type"] for event in told].count("failed") == 1
    failure: dict[str, Any] = told[-1]["details"]["failure"]
    assert failure["message"] == ended.run.error_message
    return failure


async def test_without_a_browser(database: Database, vault: Vault, tmp_path: Path) -> None:
    assert (await carried_out(database, worker(database, vault, tmp_path)))["kind"] == "BrowserMissing"


async def test_where_no_files_can_be_written(database: Database, vault: Vault, tmp_path: Path) -> None:
    (tmp_path / "work").write_text("a file where the folder should be")
    failure = await carried_out(database, worker(database, vault, tmp_path))
    assert failure["kind"] == "ArtifactsNotWritable"
    assert failure["remedy"]


async def test_with_credentials_that_another_key_sealed(
    database: Database, vault: Vault, tmp_path: Path
) -> None:
    sealed = Vault((Fernet.generate_key().decode(),)).seal({"PASSWORD": "secret"})
    failure = await carried_out(database, worker(database, vault, tmp_path), sealed)
    assert "another key" in failure["message"]


async def test_files_that_cannot_be_stored_do_not_hide_why_a_run_failed(
    database: Database, vault: Vault, tmp_path: Path
) -> None:
    takes = worker(database, vault, tmp_path)
    (tmp_path / "artifacts" / "runs").write_text("a file where the folder should be")
    assert (await carried_out(database, takes))["kind"] == "BrowserMissing"

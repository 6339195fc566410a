"""The service as a whole: everything that a process of it needs, started in order and ended in order."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from filelock import FileLock, Timeout

from runner.contract.errors import UsageError
from runner.page.browser import BrowserOptions
from runner.service.artifacts import ArtifactStore, artifact_store
from runner.service.auth.vault import Vault, open_vault
from runner.service.queue.browsers import WorkerBrowser
from runner.service.queue.egress import gateway
from runner.service.queue.presence import Presence, present
from runner.service.queue.wire import LocalWire, Wire
from runner.service.queue.wire_postgres import connected
from runner.service.queue.work import Work, launched
from runner.service.queue.worker import Worker
from runner.service.settings import ServiceSettings
from runner.service.store.accounts import AccountStore
from runner.service.store.database import Database, opened
from runner.service.store.runs import RunStore
from runner.service.store.saved_tests import SavedTestStore


@dataclass(frozen=True)
class Service:
    """What the API and the commands work with. Made by `running`."""

    settings: ServiceSettings
    vault: Vault
    accounts: AccountStore
    runs: RunStore
    saved_tests: SavedTestStore
    artifacts: ArtifactStore
    wire: Wire
    work: Work
    worker: Worker | None


@asynccontextmanager
async def running(settings: ServiceSettings) -> AsyncIterator[Service]:
    """The service, taking runs if its settings say so. Raises UsageError, RunnerError."""
    async with AsyncExitStack() as stack:
        _own(settings, stack)
        database = await stack.enter_async_context(opened(settings.database))
        vault = await checked_vault(settings, AccountStore(database))
        wire = await _wire(settings, database, stack)
        runs, artifacts = (
            RunStore(database),
            artifact_store(settings.data / "artifacts", settings.artifacts_url),
        )
        worker = await _worker(settings, runs, wire, vault, artifacts, stack)
        work = await stack.enter_async_context(
            launched(
                settings.queue,
                worker.id if worker else "server",
                worker.carry_out if worker else None,
                settings.workers,
            )
        )
        presence = Presence(database, runs, wire, work, worker, settings.heartbeat_s)
        await stack.enter_async_context(present(presence, settings.data / "work"))
        if worker is not None:
            stack.push_async_callback(worker.stop)
        yield Service(
            settings,
            vault,
            AccountStore(database),
            runs,
            SavedTestStore(database),
            artifacts,
            wire,
            work,
            worker,
        )


async def checked_vault(settings: ServiceSettings, accounts: AccountStore) -> Vault:
    """The installation's key. Raises UsageError if the database belongs to another."""
    vault = open_vault(settings.data)
    known = await accounts.fact("key", vault.fingerprint)
    if known != vault.fingerprint:
        raise UsageError(
            "This database was used with another secret key.",
            remedy="All servers and workers need the same DEMO_RUNNER_SECRET_KEY, or the same secret.key.",
        )
    return vault


def _own(settings: ServiceSettings, stack: AsyncExitStack) -> None:
    """Make the data folder and, with SQLite, see that nobody else serves from it."""
    settings.make_data_folder()
    if not settings.embedded:
        return
    try:
        stack.enter_context(FileLock(settings.data / "serving.lock", timeout=0))
    except Timeout as error:
        raise UsageError(
            f"Another demo-runner serves from {settings.data}.",
            remedy="Stop it, or name another folder with --data, or share a PostgreSQL database.",
        ) from error


async def _wire(settings: ServiceSettings, database: Database, stack: AsyncExitStack) -> Wire:
    if settings.embedded:
        return LocalWire()
    return await stack.enter_async_context(connected(database, settings.database))


async def _worker(
    settings: ServiceSettings,
    runs: RunStore,
    wire: Wire,
    vault: Vault,
    artifacts: ArtifactStore,
    stack: AsyncExitStack,
) -> Worker | None:
    if not settings.workers:
        return None
    arguments = await stack.enter_async_context(gateway(settings.reach))
    options = BrowserOptions(arguments=arguments, files_within=settings.data / "uploads")
    browser = await stack.enter_async_context(WorkerBrowser(options))
    folder = settings.data / "work"
    return Worker(runs, wire, vault, artifacts, browser, folder, settings.run_timeout_ms)

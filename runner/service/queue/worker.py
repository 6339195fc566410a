"""Takes runs: each is carried out in a fresh context of the worker's browser, and its files are stored."""

from __future__ import annotations

import asyncio
import shutil
import socket
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from runner.artifacts import RUN, Artifacts
from runner.contract.errors import ArtifactsNotWritable, DemoRunnerError
from runner.contract.masking import Mask
from runner.log import run_bound
from runner.report.html import write_report
from runner.service.artifacts import ArtifactStore
from runner.service.auth.vault import Vault
from runner.service.queue.browsers import WorkerBrowser
from runner.service.queue.job import INTERRUPTED, Job, beside
from runner.service.queue.journal import Journal, Superseded, ended_by
from runner.service.queue.wire import Line, Wire
from runner.service.store.runs import RunStore, StoredRun, changes_by


@dataclass
class Worker:
    """Takes runs. `folder` is where their files are until they end; `timeout_ms` is the limit of each."""

    runs: RunStore
    wire: Wire
    vault: Vault
    artifacts: ArtifactStore
    browser: WorkerBrowser
    folder: Path
    timeout_ms: int
    id: str = field(default_factory=lambda: f"{socket.gethostname()[:20]}-{uuid.uuid4()}")
    _jobs: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    async def carry_out(self, run_id: str) -> None:
        """Carry out the run, unless it has ended already. One that somebody else had begun is interrupted."""
        stored = await self.runs.claim(run_id, self.id)
        if stored is None:
            return
        if stored.run.status == "running":
            await interrupt(self.runs, self.wire, stored)
            return
        job = self._jobs[run_id] = asyncio.create_task(self._carry_out(stored))
        try:
            await job
        finally:
            del self._jobs[run_id]

    @property
    def busy_with(self) -> frozenset[str]:
        """The runs that are being carried out now."""
        return frozenset(self._jobs)

    async def stop(self) -> None:
        """Interrupt what is under way, in order: browsers closed, runs ended."""
        jobs = list(self._jobs.values())
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)

    async def _carry_out(self, stored: StoredRun) -> None:
        folder = self.folder / self.id / stored.run.id
        with run_bound(stored.run.id), self.wire.on(stored.run.id) as line:
            try:
                secrets = self.vault.open(stored.sealed)
                with Artifacts(folder, [write_report]) as artifacts:
                    job = self._job(stored, secrets, line, artifacts)
                    await self._told(job)
            except DemoRunnerError as error:
                # it could not even be begun
                await fail(self.runs, self.wire, stored, error.message, error.told())
            finally:
                shutil.rmtree(folder, ignore_errors=True)
                shutil.rmtree(beside(folder), ignore_errors=True)

    async def _told(self, job: Job) -> None:
        """Carry it out, and see that all of it is stored: events, files, and the end last."""
        keeping = asyncio.create_task(job.journal.keep())
        try:
            await job.to_the_end(keeping)
            job.journal.end(await self._files_of(job))
            await asyncio.shield(keeping)
        except* Superseded:
            await self.runs.note(job.stored.run.id, artifacts_json=await self._files_of(job))
        finally:
            job.journal.close()
            await asyncio.gather(keeping, return_exceptions=True)

    def _job(self, stored: StoredRun, secrets: dict[str, str], line: Line, artifacts: Artifacts) -> Job:
        return Job(
            stored=stored,
            secrets=secrets,
            journal=Journal(
                self.runs, self.wire, line, stored.run, self.id, mask=Mask(secrets), artifacts=artifacts
            ),
            line=line,
            folder=artifacts.folder,
            timeout_ms=self.timeout_ms,
            runs=self.runs,
            wire=self.wire,
            browser=self.browser,
            artifacts=self.artifacts,
            vault=self.vault,
        )

    async def _files_of(self, job: Job) -> dict[str, str]:
        """Store the run's files; returns their names. A run of which they cannot be stored has failed."""
        files = _files(job.folder)
        try:
            for name, path in files.items():
                await self.artifacts.keep(job.stored.run.id, name, path)
        except ArtifactsNotWritable as error:
            if job.journal.ending is None or job.journal.ending.type == "completed":
                job.journal.fail(error)
            return {}
        return {name: name for name in files}


def _files(folder: Path) -> dict[str, Path]:
    """What a run has written; not what was being written when it was stopped, nor what the API tells."""
    paths = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*"))}
    return {
        name: path
        for name, path in paths.items()
        if path.is_file() and name != RUN and not name.endswith(".part")
    }


async def interrupt(runs: RunStore, wire: Wire, stored: StoredRun) -> None:
    """End a run whose worker went away in the middle of it: what it did to the site is not done twice."""
    failure = {
        "category": "interrupted",
        "exit_code": 3,
        "kind": "Interrupted",
        "step_id": None,
        "message": INTERRUPTED,
        "remedy": "Look at what it had done by then, and run it again.",
    }
    await fail(runs, wire, stored, INTERRUPTED, failure)


async def fail(runs: RunStore, wire: Wire, stored: StoredRun, message: str, failure: dict[str, Any]) -> None:
    """End a run of which no journal tells, for a reason outside of its flow."""
    event = ended_by(stored.run, message, failure)
    _, changes = changes_by(stored.run, event)
    if await runs.append(stored.run.id, [event], changes):
        await wire.tell(stored.run.id, "events", "orders")

"""Carries out runs: each in a fresh context of the worker's browser, watched over to its end."""

from __future__ import annotations

import asyncio
import shutil
import socket
import uuid
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from runner.artifacts import RUN, Artifacts
from runner.contract.channel import FrameSlot, Inbox
from runner.contract.config import TestConfig
from runner.contract.errors import DemoRunnerError, RunnerError
from runner.contract.event import Event
from runner.contract.masking import Mask
from runner.log import run_bound
from runner.page.browser import Browser
from runner.record.plan import Goal
from runner.record.prompt import PromptPlanner
from runner.record.recorder import RecordOptions, record
from runner.replay.reading import read_flow
from runner.replay.replayer import ReplayOptions, replay
from runner.service.artifacts import ArtifactStore
from runner.service.auth.vault import Vault
from runner.service.queue.browsers import WorkerBrowser
from runner.service.queue.journal import Journal, Superseded, ended_by
from runner.service.queue.wire import Line, Wire
from runner.service.store.runs import RunStore, StoredRun, changes_by

INTERRUPTED: Final = "Interrupted: the worker that carried out this run went away in the middle of it."


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
        job = self._jobs[run_id] = asyncio.create_task(self._job(stored))
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

    async def _job(self, stored: StoredRun) -> None:
        secrets = self.vault.open(stored.sealed)
        run_id, folder = stored.run.id, self.folder / self.id / stored.run.id
        with run_bound(run_id), self.wire.on(run_id) as line:
            try:
                with Artifacts(folder) as artifacts:
                    journal = Journal(
                        self.runs, self.wire, stored.run, self.id, mask=Mask(secrets), artifacts=artifacts
                    )
                    keeping = asyncio.create_task(journal.keep())
                    await self._to_the_end(stored, journal, keeping, line, secrets)
                journal.end(await self._stored_files(run_id, folder))
                await keeping
            except* Superseded:
                await self.runs.note(run_id, artifacts_json=await self._stored_files(run_id, folder))
            finally:
                shutil.rmtree(folder, ignore_errors=True)

    async def _to_the_end(
        self,
        stored: StoredRun,
        journal: Journal,
        keeping: asyncio.Task[None],
        line: Line,
        secrets: dict[str, str],
    ) -> None:
        """Whatever happens, the journal has an ending afterwards, unless the run is no longer ours."""
        try:
            await self._watched(stored, journal, keeping, line, secrets)
        except asyncio.CancelledError:
            # The worker stops. There is still time to say so, and to keep the files.
            if (task := asyncio.current_task()) is not None:
                task.uncancel()
            journal.fail(RunnerError(INTERRUPTED), category="interrupted")
        if journal.ending is None:
            journal.fail(RunnerError("The runner broke off."))

    async def _watched(
        self,
        stored: StoredRun,
        journal: Journal,
        keeping: asyncio.Task[None],
        line: Line,
        secrets: dict[str, str],
    ) -> None:
        """The engine at work, while its events are written, its pictures shown, and its user heard."""
        inbox, slot = Inbox(), FrameSlot(wanted=asyncio.Event())
        async with asyncio.TaskGroup() as tasks:
            helpers = [
                tasks.create_task(_as_long_as(keeping)),
                tasks.create_task(self._obey(stored.run.id, line, inbox)),
                tasks.create_task(self._show(stored.run.id, line, slot)),
            ]
            await self._engine_at_work(stored, journal, inbox, slot, secrets)
            for helper in helpers:
                helper.cancel()

    async def _engine_at_work(
        self, stored: StoredRun, journal: Journal, inbox: Inbox, slot: FrameSlot, secrets: dict[str, str]
    ) -> None:
        try:
            async with self.browser.lease() as browser:
                folder = self.folder / self.id / stored.run.id
                events = self._engine(stored, browser, folder, inbox, slot, secrets)
                async with aclosing(events):
                    async for event in events:
                        journal.take(event)
        except DemoRunnerError as error:
            journal.fail(error)

    def _engine(
        self,
        stored: StoredRun,
        browser: Browser,
        folder: Path,
        inbox: Inbox,
        slot: FrameSlot,
        secrets: dict[str, str],
    ) -> AsyncGenerator[Event, None]:
        run = stored.run
        if run.mode == "record_from_prompt":
            goal = Goal(run.prompt, run.start_url, secrets, frozenset(secrets))
            options = RecordOptions(artifacts=folder, timeout_ms=self._limit(stored), frames=slot)
            return record(goal, PromptPlanner(), browser, options, inbox)
        config, values = _with_secrets(run.test_config_json or {}, secrets)
        return replay(
            config,
            browser,
            ReplayOptions(parameters=values, artifacts=folder, timeout_ms=self._limit(stored), frames=slot),
            inbox,
        )

    def _limit(self, stored: StoredRun) -> int:
        """The run's own time limit in ms, where it was given one that is shorter."""
        minutes = stored.asked.get("ttl_minutes")
        return min(self.timeout_ms, int(minutes) * 60_000) if minutes else self.timeout_ms

    async def _obey(self, run_id: str, line: Line, inbox: Inbox) -> None:
        """Pass on what the user says; raises Superseded when the run has been cancelled."""
        read = 0
        while True:
            heard = line.count("orders")
            for text in await self.runs.events(run_id, read):
                read += 1
                event = Event.model_validate_json(text)
                if event.type == "user_message":
                    inbox.send(event.message)
            now = await self.runs.get(run_id)
            if now is None or now.ended:
                raise Superseded
            await line.more_than("orders", heard)

    async def _show(self, run_id: str, line: Line, slot: FrameSlot) -> None:
        """Show pictures, once somebody watches."""
        await line.more_than("watchers", 0)
        if slot.wanted is not None:
            slot.wanted.set()
        shown = 0
        while True:
            shown, frame = await slot.after(shown)
            self.wire.show(run_id, frame)

    async def _stored_files(self, run_id: str, folder: Path) -> dict[str, str]:
        """Store the run's files; returns their names."""
        files = _files(folder)
        for name, path in files.items():
            await self.artifacts.keep(run_id, name, path)
        return {name: name for name in files}


async def _as_long_as(keeping: asyncio.Task[None]) -> None:
    """Wait for the journal's keeper without ending it; where it fails, this does."""
    await asyncio.shield(keeping)


def _files(folder: Path) -> dict[str, Path]:
    """What a run has written; not what was being written when it was stopped, nor what the API tells."""
    paths = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*"))}
    return {
        name: path
        for name, path in paths.items()
        if path.is_file() and name != RUN and not name.endswith(".part")
    }


def _with_secrets(data: dict[str, Any], secrets: dict[str, str]) -> tuple[TestConfig, dict[str, str]]:
    """The config and its parameters' values. What is given as a secret is one, whatever the file says."""
    config, _ = read_flow(data)
    parameters = [
        item.model_copy(update={"secret": True, "value": None}) if item.name in secrets else item
        for item in config.parameters
    ]
    known = {item.name for item in parameters}
    values = {name: value for name, value in secrets.items() if name in known}
    return config.model_copy(update={"parameters": parameters}), values


async def interrupt(runs: RunStore, wire: Wire, stored: StoredRun) -> None:
    """End a run whose worker went away in the middle of it: what it did to the site is not done twice."""
    failure = {
        "category": "interrupted",
        "exit_code": 3,
        "kind": "Interrupted",
        "step_id": None,
        "message": INTERRUPTED,
        "remedy": "Run it again when it may be.",
    }
    event = ended_by(stored.run, INTERRUPTED, failure)
    _, changes = changes_by(stored.run, event)
    if await runs.append(stored.run.id, [event], changes):
        await wire.tell(stored.run.id, "events", "orders")

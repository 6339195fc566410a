"""One run under way: the engine at work, its events written, its pictures shown, its user heard."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from runner.artifacts import TEST_CONFIG, write_json
from runner.contract.channel import FrameSlot, Inbox
from runner.contract.config import TestConfig
from runner.contract.errors import DemoRunnerError, RunnerError
from runner.contract.event import Event
from runner.contract.order import ORDER
from runner.page.browser import Browser
from runner.record.plan import Goal
from runner.record.prompt import PromptPlanner
from runner.record.recorder import RecordOptions, record
from runner.replay.reading import read_flow
from runner.replay.replayer import ReplayOptions, replay
from runner.service.artifacts import ArtifactStore
from runner.service.auth.vault import Vault
from runner.service.queue.browsers import WorkerBrowser
from runner.service.queue.journal import Journal, Superseded
from runner.service.queue.wire import Line, Wire
from runner.service.store.runs import RunStore, StoredRun

# Pictures of elements, as a recording leaves them among its files.
PORTRAITS: Final = "elements/"
# What a sealed answer of the user is sealed as.
ANSWER: Final = "answer"
INTERRUPTED: Final = "Interrupted: the worker that carried out this run went away in the middle of it."


@dataclass
class Job:
    """A run with all that it takes. `folder` is where its files are; `timeout_ms` is the limit of any run."""

    stored: StoredRun
    secrets: dict[str, str] = field(repr=False)
    journal: Journal
    line: Line
    folder: Path
    timeout_ms: int
    runs: RunStore
    wire: Wire
    browser: WorkerBrowser
    artifacts: ArtifactStore
    vault: Vault
    _inbox: Inbox = field(default_factory=Inbox)
    _slot: FrameSlot = field(default_factory=lambda: FrameSlot(wanted=asyncio.Event()))

    async def to_the_end(self, keeping: asyncio.Task[None]) -> None:
        """Carry it out. Whatever happens, the journal, kept by that task, has an ending afterwards.

        Raises Superseded, in a group, where the run is no longer ours.
        """
        try:
            await self._watched_over(keeping)
        except asyncio.CancelledError:
            # The worker stops. There is still time to say so, and to keep the files.
            if (task := asyncio.current_task()) is not None:
                task.uncancel()
            self.journal.fail(RunnerError(INTERRUPTED), category="interrupted")
        if self.journal.ending is None:
            self.journal.fail(RunnerError("The runner broke off."))

    async def _watched_over(self, keeping: asyncio.Task[None]) -> None:
        async with asyncio.TaskGroup() as tasks:
            helpers = [
                tasks.create_task(_as_long_as(keeping)),
                tasks.create_task(self._obey()),
                tasks.create_task(self._show()),
                tasks.create_task(self._show_again()),
            ]
            await self._work()
            for helper in helpers:
                helper.cancel()

    async def _work(self) -> None:
        try:
            await self._lay_out()
            async with self.browser.lease() as browser, aclosing(self._engine(browser)) as events:
                async for event in events:
                    self.journal.take(event)
        except DemoRunnerError as error:
            self.journal.fail(error)

    def _engine(self, browser: Browser) -> AsyncGenerator[Event, None]:
        run = self.stored.run
        if run.mode == "record_from_prompt":
            goal = Goal(run.prompt, run.start_url, self._plain | self.secrets, frozenset(self.secrets))
            options = RecordOptions(
                artifacts=self.folder, pictures=True, timeout_ms=self._limit, frames=self._slot
            )
            return record(goal, PromptPlanner(), browser, options, self._inbox)
        config, values = _with_values(run.test_config_json or {}, self.secrets, self._plain)
        replaying = ReplayOptions(
            parameters=values,
            artifacts=self.folder,
            pictures=True,
            timeout_ms=self._limit,
            frames=self._slot,
            hold_before=self.stored.asked.get("hold_before"),
            recording=beside(self.folder),
        )
        return replay(config, browser, replaying, self._inbox)

    async def _lay_out(self) -> None:
        """Keep the file as it is before any repair, and have the pictures of its recording at hand."""
        run = self.stored.run
        if run.mode != "rerun_from_config":
            return
        write_json(self.folder / TEST_CONFIG, run.test_config_json)
        source = await self.runs.recording_of(run.source_run_id)
        if source is None:
            return
        for name in source.run.artifacts_json:
            if name.startswith(PORTRAITS) and (file := await self.artifacts.find(source.run.id, name)):
                path = beside(self.folder) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(b"".join([part async for part in file.content]))

    @property
    def _plain(self) -> dict[str, str]:
        """The values that were given in clear."""
        given: dict[str, str] = self.stored.asked.get("parameters") or {}
        return given

    @property
    def _limit(self) -> int:
        """The run's own time limit in ms, where it was given one that is shorter."""
        minutes = self.stored.asked.get("ttl_minutes")
        return min(self.timeout_ms, int(minutes) * 60_000) if minutes else self.timeout_ms

    async def _obey(self) -> None:
        """Pass on what the user says; raises Superseded when the run has been cancelled."""
        run_id, read = self.stored.run.id, 0
        while True:
            heard = self.line.count("orders")
            for text in await self.runs.events(run_id, read):
                read += 1
                self._hear(Event.model_validate_json(text))
            now = await self.runs.get(run_id)
            if now is None or now.ended:
                raise Superseded
            await self.line.more_than("orders", heard)

    def _hear(self, event: Event) -> None:
        """What the user says, orders, or changes of the file."""
        match event.type:
            case "user_message":
                sealed = event.details.get("sealed")
                self._inbox.send(self.vault.open(sealed.encode())[ANSWER] if sealed else event.message)
            case "user_ordered":
                self._inbox.order(ORDER.validate_python(event.details))
            case "test_config_updated":
                self._inbox.revise(_with_values(event.details["test_config"], self.secrets, {})[0])
            case _:
                return

    async def _show(self) -> None:
        """Show pictures, once somebody watches."""
        await self.line.more_than("watchers", 0)
        if self._slot.wanted is not None:
            self._slot.wanted.set()
        shown = 0
        while True:
            shown, frame = await self._slot.after(shown)
            self.wire.show(self.stored.run.id, frame)

    async def _show_again(self) -> None:
        """A page that rests brings no new picture: who comes late is shown the last one."""
        seen = 0
        while True:
            await self.line.more_than("watchers", seen)
            seen = self.line.count("watchers")
            if self._slot.newest is not None:
                self.wire.show(self.stored.run.id, self._slot.newest)


def beside(folder: Path) -> Path:
    """Where the pictures of a run's recording are while the run goes on: not among its own files."""
    return folder.with_name(f"{folder.name}-recording")


async def _as_long_as(keeping: asyncio.Task[None]) -> None:
    """Wait for the journal's keeper without ending it; where it fails, this does."""
    await asyncio.shield(keeping)


def _with_values(
    data: dict[str, Any], secrets: dict[str, str], plain: dict[str, str]
) -> tuple[TestConfig, dict[str, str]]:
    """The config and its parameters' values. What is given as a secret is one, whatever the file says."""
    config, _ = read_flow(data)
    parameters = [
        item.model_copy(update={"secret": True, "value": None}) if item.name in secrets else item
        for item in config.parameters
    ]
    known = {item.name for item in parameters}
    values = {name: value for name, value in (plain | secrets).items() if name in known}
    return config.model_copy(update={"parameters": parameters}), values

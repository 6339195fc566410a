"""What a run tells while a worker carries it out: masked, cut to size, and stored in the order it happened.

The engine never waits for the database: events gather while a write is under way and are then written
together. Nobody is told of an event before it is stored.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from sqlalchemy.exc import DBAPIError

from runner.artifacts import Artifacts
from runner.contract.errors import ArtifactsNotWritable, DemoRunnerError
from runner.contract.event import Event
from runner.contract.masking import Mask
from runner.contract.remedies import worded_event
from runner.contract.run import Run, summarise
from runner.service.queue.wire import Line, Wire
from runner.service.store.runs import RunStore, changes_by

MAX_EVENT: Final = 64 * 1024
MAX_TEXT: Final = 4_000
MAX_BATCH: Final = 200
# A transaction costs as much as a dozen of events in it; who watches is not made to wait for as many.
GATHER_S: Final = 0.5
GATHER_WATCHED_S: Final = 0.05
PAUSES_S: Final = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)

# The service has told of these itself, when it happened.
_TOLD: Final = frozenset({"created", "user_message"})


class Superseded(Exception):
    """The run is no longer this worker's: it has been cancelled or deleted, or given to another."""


class Journal:
    """One run's journal, kept by the worker `worker_id`."""

    def __init__(
        self,
        runs: RunStore,
        wire: Wire,
        line: Line,
        run: Run,
        worker_id: str,
        *,
        mask: Mask,
        artifacts: Artifacts,
    ) -> None:
        self.run = run
        self.ending: Event | None = None
        self._runs = runs
        self._wire = wire
        self._line = line
        self._worker_id = worker_id
        self._mask = mask
        self._artifacts = artifacts
        self._unwritten: list[Event] = []
        self._changes: dict[str, Any] = {}
        self._more = asyncio.Event()
        self._closed = asyncio.Event()

    def take(self, event: Event) -> None:
        """Take in what the engine tells. Its last event is kept back until the run's files are stored."""
        if event.type in _TOLD:
            return
        event = self._mask.event(worded_event(event, "service"))
        if event.terminal:
            run = self.run.after(event)
            news = self._artifacts.finish(event, run) + self._artifacts.take(event, run)
            self.ending = event
        else:
            news = self._artifacts.take(event, self.run)
            self._note(event)
        for told in news:
            self._note(told)

    def fail(self, error: DemoRunnerError, **extra: Any) -> None:
        """The engine could not tell of its end itself."""
        event = ended_by(self.run, error.message, {**error.told(), **extra})
        self.ending = self._mask.event(worded_event(event, "service"))
        # that its files cannot be written may be the very reason
        with suppress(ArtifactsNotWritable):
            self.take(event)

    async def keep(self) -> None:
        """Write what gathers, until the ending has been written. Raises Superseded.

        To be left to its end whatever becomes of the run: what it is just writing would be lost.
        """
        while self._unwritten or not self._closed.is_set():
            await self._more.wait()
            self._more.clear()
            await self._write()
            await self._gather()

    async def _gather(self) -> None:
        """A moment later there is more. Neither the first news of a run nor the last waits for it."""
        try:
            async with asyncio.timeout(GATHER_WATCHED_S if self._line.count("watchers") else GATHER_S):
                await self._closed.wait()
        except TimeoutError:
            return

    async def _write(self) -> None:
        events, self._unwritten = self._unwritten, []
        changes, self._changes = self._changes, {}
        if not events:
            return
        for pause in PAUSES_S:
            try:
                await self._store(events, changes)
                return
            except DBAPIError:
                # the database is away; what it had still taken must not be told twice
                await asyncio.sleep(pause)
        await self._store(events, changes)

    async def _store(self, events: list[Event], changes: dict[str, Any]) -> None:
        stored = await self._runs.append(self.run.id, events, changes, worker_id=self._worker_id)
        if not stored and not await self._is_there(events[-1]):
            raise Superseded
        await self._wire.tell(self.run.id, "events")

    async def _is_there(self, event: Event) -> bool:
        return any(event.id in text for text in (await self._runs.events(self.run.id))[-MAX_BATCH:])

    def end(self, artifacts: dict[str, str]) -> None:
        """The last event, with the names of the files that are stored now, is the last to be written."""
        if self.ending is None:
            raise ValueError("the run has not ended")
        self._note(self.ending)
        self._changes["artifacts_json"] = artifacts
        self.close()

    def close(self) -> None:
        """Nothing more will come."""
        self._closed.set()
        self._more.set()

    def _note(self, event: Event) -> None:
        event = cut_to_size(_without_paths(event, self._artifacts.folder))
        self.run, changes = changes_by(self.run, event)
        self._changes |= changes
        self._unwritten.append(event)
        self._more.set()


def ended_by(run: Run, message: str, failure: dict[str, Any]) -> Event:
    """The event that ends a run as failed, for a reason that lies outside of its flow."""
    summary = summarise(run.test_config_json, completed=False, answer=message, issues=[message])
    return Event(type="failed", message=message, details={"summary": summary, "failure": failure})


def cut_to_size(event: Event) -> Event:
    """The event without what fills files of its own, and not larger than events may be (64 KiB)."""
    details = {name: value for name, value in event.details.items() if name != "entry"}
    slim = event.model_copy(update={"details": details, "message": event.message[:MAX_TEXT]})
    if len(slim.model_dump_json()) <= MAX_EVENT:
        return slim
    # What a run is folded from stays; the rest is told of, largest first, until it fits.
    kept = {name: value for name, value in details.items() if name in _FOLDED}
    for name, value in sorted(details.items(), key=lambda item: len(json.dumps(item[1], default=str))):
        if name not in kept and len(json.dumps({**kept, name: value}, default=str)) <= MAX_EVENT:
            kept[name] = value
    return slim.model_copy(update={"details": {**kept, "cut": sorted(details.keys() - kept.keys())}})


_FOLDED: Final = frozenset({"test_config", "summary", "patch", "patches", "name", "path", "failure"})


def _without_paths(event: Event, folder: Path) -> Event:
    """Files are named within the run; where the worker keeps them meanwhile is nobody's business."""
    prefix = json.dumps(f"{folder}/")[1:-1]
    text = event.model_dump_json()
    return Event.model_validate_json(text.replace(prefix, "")) if prefix in text else event

"""Whatever an engine does, a run ends with one terminal event, an exit code, and its files closed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import ExitStack
from pathlib import Path

import pytest

from runner.artifacts import Artifacts
from runner.contract.errors import (
    ArtifactsNotWritable,
    BrowserMissing,
    ConfigError,
    DemoRunnerError,
    FlowError,
)
from runner.contract.event import Event
from runner.contract.masking import Mask
from runner.contract.run import Run
from runner.following import Following, Stop

RUNNING = Event(type="running", message="It runs.")
COMPLETED = Event(type="completed", message="Done.", details={"summary": {"answer": "Done."}})
FAILED = Event(type="failed", message="No.", details={"failure": {"exit_code": 1}})


class Told:
    """A face that remembers."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.runs: list[Run] = []

    def __call__(self, event: Event, run: Run) -> None:
        self.events.append(event)
        self.runs.append(run)

    @property
    def types(self) -> list[str]:
        return [event.type for event in self.events]


class Engine:
    """Yields these events, then raises or waits; notes that it was closed."""

    def __init__(self, *events: Event, error: Exception | None = None, waits: bool = False) -> None:
        self._events = events
        self._error = error
        self._waits = waits
        self.waiting = asyncio.Event()
        self.closed = False

    async def __call__(self) -> AsyncGenerator[Event, None]:
        try:
            for event in self._events:
                yield event
            if self._error:
                raise self._error
            if self._waits:
                self.waiting.set()
                await asyncio.Event().wait()
        finally:
            self.closed = True


def following(told: Told, **options: object) -> Following:
    return Following(Run(mode="rerun_from_config"), [told], **options)  # type: ignore[arg-type]


async def test_a_run_that_completes() -> None:
    told = Told()
    one = following(told)
    run = await one.follow(Engine(RUNNING, COMPLETED))
    assert (run.status, one.exit_code, told.types) == ("completed", 0, ["running", "completed"])
    assert told.runs[-1] == run


@pytest.mark.parametrize(
    "error, code, category",
    [
        (FlowError("a"), 1, "flow"),
        (ConfigError("b"), 2, "usage"),
        (BrowserMissing("c", remedy="r"), 3, "runner"),
    ],
)
async def test_an_error_of_ours_becomes_the_end(error: DemoRunnerError, code: int, category: str) -> None:
    told = Told()
    one = following(told)
    await one.follow(Engine(RUNNING, error=error))
    assert told.types == ["running", "failed"]
    failure = told.events[-1].details["failure"]
    assert (one.exit_code, failure["category"], failure["message"]) == (code, category, error.message)
    assert told.events[-1].details["summary"]["completed"] is False


async def test_a_defect_ends_the_run_and_is_not_hidden() -> None:
    told, engine = Told(), Engine(RUNNING, error=ZeroDivisionError("a defect"))
    one = following(told)
    with pytest.raises(ZeroDivisionError):
        await one.follow(engine)
    assert told.types == ["running", "failed"]
    assert (one.exit_code, engine.closed) == (3, True)


async def test_an_engine_that_forgets_to_end_is_ended() -> None:
    told = Told()
    one = following(told)
    await one.follow(Engine(RUNNING))
    assert told.types == ["running", "failed"]
    assert one.exit_code == 3


async def test_a_stop_cancels_the_run_and_closes_the_engine() -> None:
    stop, told, engine = Stop(), Told(), Engine(RUNNING, waits=True)
    one = following(told, stop=stop)
    task = asyncio.create_task(one.follow(engine))
    await engine.waiting.wait()
    stop.now("Stopped by Ctrl-C.")
    run = await task
    assert (run.status, run.error_message, one.exit_code) == ("cancelled", "Stopped by Ctrl-C.", 3)
    assert (told.types, engine.closed, task.cancelling()) == (["running", "cancelled"], True, 0)


async def test_a_run_that_had_not_begun_is_cancelled_by_a_stop_too() -> None:
    stop, told = Stop(), Told()
    stop.now("Stopped.")
    assert (await following(told, stop=stop).follow(Engine(RUNNING, COMPLETED))).status == "cancelled"
    assert told.types == ["cancelled"]


async def test_a_cancelling_that_is_no_stop_goes_on_upwards() -> None:
    told, engine = Told(), Engine(RUNNING, waits=True)
    task = asyncio.create_task(following(told).follow(engine))
    await engine.waiting.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert told.types == ["running", "failed"]
    assert engine.closed


class Failing(Artifacts):
    """Artifacts whose disk is full from the given event on."""

    def __init__(self, folder: Path, kind: str) -> None:
        super().__init__(folder)
        self._kind = kind

    def take(self, event: Event, run: Run) -> list[Event]:
        if event.type in (self._kind, "failed"):
            raise ArtifactsNotWritable("the disk is full", remedy="Free some space.")
        return super().take(event, run)


@pytest.mark.parametrize("kind", ["running", "completed"])
async def test_a_disk_that_fills_up_fails_the_run_and_everyone_is_told(tmp_path: Path, kind: str) -> None:
    told, engine = Told(), Engine(RUNNING, COMPLETED)
    one = following(told)
    with ExitStack() as stack:
        one.write_to(stack.enter_context(Failing(tmp_path, kind)))
        await one.follow(engine)
    assert told.types[-1] == "failed"
    assert told.types.count("completed") == 0
    assert (one.exit_code, engine.closed) == (3, True)


async def test_files_are_there_before_anyone_is_told(tmp_path: Path) -> None:
    lines: list[int] = []

    def count(_event: Event, _run: Run) -> None:
        lines.append(len((tmp_path / "events.jsonl").read_text().splitlines()))

    config = Event(type="distilled", message="Distilled.", details={"test_config": {"steps": []}})
    one = Following(Run(mode="record_from_prompt"), [count])
    with ExitStack() as stack:
        one.write_to(stack.enter_context(Artifacts(tmp_path)))
        run = await one.follow(Engine(RUNNING, config, COMPLETED))
    assert lines == [1, 2, 3, 4]
    assert list(run.artifacts_json) == ["test_config.json"]
    assert json.loads((tmp_path / "run.json").read_text())["status"] == "completed"


async def test_secrets_are_masked_before_files_and_faces(tmp_path: Path) -> None:
    told = Told()
    one = following(told, mask=Mask({"PASSWORD": "hunter22"}))
    leak = Event(type="page_error", message="hunter22 is wrong", details={"text": ["hunter22"]})
    with ExitStack() as stack:
        one.write_to(stack.enter_context(Artifacts(tmp_path)))
        await one.follow(Engine(RUNNING, leak, COMPLETED))
    written = "".join(path.read_text() for path in tmp_path.iterdir())
    assert "hunter22" not in written + "".join(event.model_dump_json() for event in told.events)


async def test_what_comes_after_the_end_changes_nothing() -> None:
    told = Told()
    one = following(told)
    await one.follow(Engine(FAILED))
    one.fail(FlowError("late"))
    assert told.types == ["failed"]

"""The work behind the tools: recording, replaying, listing, changing files, all inside of one folder."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import anyio

from runner.agents.results import (
    Applied,
    Listed,
    Proposed,
    Replayed,
    RunTold,
    TestTold,
    patch_told,
    test_told,
    told,
)
from runner.artifacts import REPAIR_PATCHES, RUN, TEST_CONFIG, default_folder, write_json
from runner.contract.config import TestConfig
from runner.contract.errors import UsageError
from runner.contract.event import Event
from runner.contract.masking import Mask
from runner.contract.patch import Patch, PatchOperation
from runner.contract.run import Run
from runner.contract.starting import first_url, is_absolute
from runner.environment import environment_with, secrets_from
from runner.following import Face, Following, Stop
from runner.page.shared import SharedBrowser
from runner.playing import Play, followed, play
from runner.record.plan import Goal
from runner.replay.flow import Flow, read
from runner.replay.patch_files import chosen_of, read_patches
from runner.replay.patching import apply
from runner.replay.reading import read_flow
from runner.replay.repair import RepairMode

T = TypeVar("T")

# Progress: how many steps are done, of how many (None: nobody knows), and the last one in words.
Tell = Callable[[int, int | None, str], None]
MAX_LISTED: Final = 500
_PASSED_OVER: Final = frozenset({"node_modules", "runs", "test-results"})


@dataclass(frozen=True)
class Workshop:
    """Nothing outside of `root` is read or written."""

    root: Path
    shared: SharedBrowser
    env_file: Path | None = None

    def place(self, path: str) -> Path:
        """The path inside the root; raises UsageError for one that leads out of it."""
        place = (self.root / path).resolve()
        if not place.is_relative_to(self.root.resolve()):
            raise UsageError(
                f"{path} is not inside {self.root}.",
                remedy="Name a file below it, or start the server in (or with --dir) another folder.",
            )
        return place

    def shown(self, path: Path) -> str:
        """The path as an agent is told it: from the root."""
        return str(path.resolve().relative_to(self.root.resolve()))

    # Tests

    def tests(self, folder: str) -> Listed:
        """The flows below a folder, those that are broken as well."""
        top = self.place(folder)
        if not top.is_dir():
            raise UsageError(f"There is no folder {folder}.", remedy='The server\'s own folder is ".".')
        files = [file for file in sorted(top.rglob("*.json")) if not self._passed_over(file.relative_to(top))]
        listed = [test for file in files[:MAX_LISTED] if (test := self._test(file))]
        return Listed(tests=listed, not_looked_at=max(0, len(files) - MAX_LISTED))

    def _test(self, file: Path) -> TestTold | None:
        """What is listed of a file: of a JSON file that only might be a flow, nothing where it is none."""
        flow = read(self.place(self.shown(file)))
        if flow.config is not None:
            return test_told(file, self.shown(file), flow.config)
        named = file.name.endswith(".testconfig.json")
        return TestTold(file=self.shown(file), broken=str(flow.error)) if named else None

    def _passed_over(self, path: Path) -> bool:
        return any(part.startswith(".") or part in _PASSED_OVER for part in path.parts)

    # Runs

    async def record(
        self,
        prompt: str,
        url: str | None,
        out: str | None,
        parameters: Mapping[str, str],
        secrets: Sequence[str],
        *,
        verify: bool,
        tell: Tell,
    ) -> RunTold:
        """Record a sentence; where it succeeds, the file is at `out` or among the run's files."""
        target = self.place(out) if out else None
        values = secrets_from(secrets, self._values())
        goal = Goal(prompt, self._start(url, prompt), {**parameters, **values}, frozenset(values))
        folder, mask = default_folder(prompt, self.root), Mask(values)
        run = Run(mode="record_from_prompt", prompt=mask.text(prompt), start_url=mask.text(goal.start_url))
        stop = Stop()
        following = Following(run, [_progress(tell, None)], mask=mask, stop=stop)
        engine = _recording(goal, folder, self.shared, verify=verify)
        run = await _to_its_end(followed(following, folder, engine), stop)
        written = None
        if run.status == "completed":
            written = target or folder / TEST_CONFIG
            if target:
                write_json(target, run.test_config_json)
        return told(run, prompt, self.shown(folder), self.shown(written) if written else None)

    def _start(self, url: str | None, prompt: str) -> str:
        start = url or first_url(prompt)
        if not prompt.strip() or start is None or not is_absolute(start):
            raise UsageError(
                "A recording needs a sentence and an absolute http(s) URL to begin at.",
                remedy='For example prompt="Sign in as ada@x.org", url="http://localhost:3000".',
            )
        return start

    async def replay(
        self,
        files: Sequence[str],
        *,
        tell: Tell,
        start_url: str | None = None,
        parameters: Mapping[str, str] | None = None,
        repair: RepairMode | None = None,
    ) -> Replayed:
        """Replay files one after the other; no file is changed."""
        if not files:
            raise UsageError("Name at least one file.", remedy="list_tests tells which there are.")
        flows = [self._flow(file) for file in files]
        runs = []
        for flow in flows:
            folder = default_folder(flow.name, self.root)
            run = await self._play(flow, folder, start_url, parameters or {}, repair, tell)
            runs.append(told(run, self.shown(flow.file), self.shown(folder)))
        passed = sum(run.status == "passed" for run in runs)
        return Replayed(passed=passed, failed=len(runs) - passed, runs=runs)

    def _flow(self, file: str) -> Flow:
        flow = read(self.place(file))
        if flow.error is not None:
            raise flow.error
        return flow

    async def _play(
        self,
        flow: Flow,
        folder: Path,
        start_url: str | None,
        parameters: Mapping[str, str],
        repair: RepairMode | None,
        tell: Tell,
    ) -> Run:
        secrets = flow.from_environment(parameters, self._values())
        wanted = Play(flow, folder, values=parameters, secrets=secrets, start_url=start_url, repair=repair)
        steps, stop = len(flow.config.steps) if flow.config else None, Stop()
        return await _to_its_end(play(wanted, self.shared, [_progress(tell, steps)], stop), stop)

    def _values(self) -> Mapping[str, str]:
        beside = self.root / ".env"
        return environment_with(self.env_file or (beside if beside.is_file() else None))

    # Evidence

    def run(self, folder: str) -> tuple[Run, Path]:
        """A run that has ended, from its files."""
        place = self.place(folder)
        try:
            return Run.model_validate_json((place / RUN).read_bytes()), place
        except (OSError, ValueError) as error:
            raise UsageError(
                f"{folder} is no folder of a run.", remedy="record and replay tell it as `run`."
            ) from error

    # Patches

    async def propose(
        self, file: str, step_id: str, selector: str, reason: str, parameters: Mapping[str, str], tell: Tell
    ) -> Proposed:
        """Try another selector for a step on a copy of the file; the patch is among the trial's files."""
        flow = self._flow(file)
        config = flow.keeping({})
        patch = _reselecting(config, step_id, selector, reason)
        changed, _ = read_flow(apply(config, [patch]).dump())
        folder = default_folder(f"{flow.name}-proposed", self.root)
        trial = Flow(flow.file, changed)
        run = await self._play(trial, folder, None, parameters, "off", tell)
        patch = patch.model_copy(update={"applied": run.status == "completed"})
        plain = patch.model_dump(mode="json")
        write_json(folder / REPAIR_PATCHES, {"source": str(flow.file), "patches": [plain]})
        shown = self.shown(folder)
        advice = (
            f'It passed with it. apply_patch(run="{shown}") writes it into {file}.'
            if patch.applied
            else "It did not pass with it, so it is not to be applied. failure_evidence shows what happened."
        )
        return Proposed(patch=patch_told(plain), trial=told(run, file, shown), next=advice)

    def apply(self, run: str, steps: Sequence[str], file: str | None) -> Applied:
        """Write the patches of a run into the file that was replayed, or into another one."""
        patches, source = read_patches(self.place(run))
        chosen = chosen_of(patches, steps)
        if file is None and source is None:
            raise UsageError(f"{run} does not say which file it is about.", remedy="Name it as `file`.")
        target = self.place(file) if file else self.place(str(source))
        config, _ = read_flow(target)
        write_json(target, apply(config, chosen).dump())
        return Applied(file=self.shown(target), steps=[patch.step_id for patch in chosen])


def _recording(
    goal: Goal, folder: Path, shared: SharedBrowser, *, verify: bool
) -> Callable[[], AsyncGenerator[Event, None]]:
    async def events() -> AsyncGenerator[Event, None]:
        from runner.record.prompt import PromptPlanner
        from runner.record.recorder import RecordOptions, record
        from runner.verify import record_verified

        engine = record_verified if verify else record
        options = RecordOptions(artifacts=folder)
        async with aclosing(engine(goal, PromptPlanner(), await shared.running(), options)) as recording:
            async for event in recording:
                yield event

    return events


async def _to_its_end(work: Coroutine[Any, Any, T], stop: Stop) -> T:
    """The result of a run that, when its call is cancelled, first ends in order.

    It is a task of its own: what cancels the call would also cancel the closing of the browser's context.
    """
    task = asyncio.create_task(work)
    try:
        return await asyncio.shield(task)
    finally:
        if not task.done():
            stop.now("Stopped by the client.")
            with anyio.CancelScope(shield=True):
                await asyncio.wait([task])


def _progress(tell: Tell, steps: int | None) -> Face:
    done = 0

    def told_of(event: Event, _run: Run) -> None:
        nonlocal done
        if event.type == "step_finished":
            done += 1
            tell(done, steps, event.message)

    return told_of


def _reselecting(config: TestConfig, step_id: str, selector: str, reason: str) -> Patch:
    """The patch that makes a step look for its element by another selector, and forget the old one's."""
    index = next((at for at, step in enumerate(config.steps) if step.id == step_id), None)
    if index is None:
        known = ", ".join(step.id for step in config.steps)
        raise UsageError(f"There is no step {step_id}.", remedy=f"There are: {known}.")
    step, place = config.steps[index], f"/steps/{index}"
    ops = [PatchOperation(op="replace" if step.selector else "add", path=f"{place}/selector", value=selector)]
    ops += [
        PatchOperation(op="remove", path=f"{place}/{name}")
        for name, value in (("candidates", step.candidates), ("fingerprint", step.fingerprint))
        if value is not None
    ]
    return Patch(
        step_id=step_id,
        ops=ops,
        old=step.selector,
        new=selector,
        strategy="proposed",
        confidence=1.0,
        reason=reason,
    )


def page_tree(folder: Path) -> str | None:
    """The accessibility tree of the page as a failure left it."""
    file = folder / "failure.aria.yaml"
    return file.read_text(encoding="utf-8") if file.is_file() else None


def as_json(model: Any) -> str:
    """A result as text, for clients that show no structured ones."""
    return json.dumps(model.model_dump(mode="json"), indent=2, ensure_ascii=False)

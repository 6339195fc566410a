"""Playing a flow to its end: the engine, its events followed, the run's files.

What the faces do with a flow that have no stage of their own, as the command line has.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import ExitStack, aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from runner.artifacts import Artifacts
from runner.contract.errors import ArtifactsNotWritable
from runner.contract.event import Event
from runner.contract.run import Run
from runner.following import Face, Following, Stop
from runner.page.shared import SharedBrowser
from runner.record.plan import Planner
from runner.replay.flow import Flow
from runner.replay.repair import RepairMode
from runner.replay.replayer import ReplayOptions, TraceKept, replay
from runner.report.html import write_report


@dataclass(frozen=True)
class Play:
    """A flow and how it is to be played.

    `values` are what parameters get, `secrets` those of them that nobody may see. `context` are arguments of
    Playwright's own `new_context()`. `timeout_ms` is for the whole run. The run's files go into `folder`.
    """

    flow: Flow
    folder: Path
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    start_url: str | None = None
    repair: RepairMode | None = None
    trace: bool = False
    trace_kept: TraceKept = "always"
    pictures: bool = False
    timeout_ms: int | None = None
    context: Mapping[str, Any] = field(default_factory=dict, repr=False)


async def play(
    wanted: Play, shared: SharedBrowser, faces: Sequence[Face] = (), stop: Stop | None = None
) -> Run:
    """The run as it ended; whatever was in its way is told in it. A `stop` ends it as cancelled."""
    run, mask = wanted.flow.run(wanted.start_url), wanted.flow.mask(wanted.secrets)
    following = Following(run, faces, mask=mask, stop=stop)
    return await followed(following, wanted.folder, lambda: _events(wanted, shared))


async def followed(
    following: Following, folder: Path, engine: Callable[[], AsyncGenerator[Event, None]]
) -> Run:
    """The run of an engine as it ended, its files in `folder`; that they cannot be written is told in it."""
    with ExitStack() as stack:
        try:
            following.write_to(stack.enter_context(Artifacts(folder, [write_report])))
        except ArtifactsNotWritable as error:
            following.fail(error)
            return following.run
        return await following.follow(engine)


async def _events(wanted: Play, shared: SharedBrowser) -> AsyncGenerator[Event, None]:
    options = ReplayOptions(
        start_url=wanted.start_url,
        parameters=wanted.flow.parameters({**wanted.values, **wanted.secrets}),
        artifacts=wanted.folder,
        timeout_ms=wanted.timeout_ms,
        trace=wanted.trace,
        trace_kept=wanted.trace_kept,
        pictures=wanted.pictures,
        source=wanted.flow.file,
        repair=wanted.repair,
        planner=mending,
        context=wanted.context,
    )
    config = wanted.flow.keeping(wanted.secrets)
    async with aclosing(replay(config, await shared.running(), options)) as events:
        async for event in events:
            yield event


def mending() -> Planner:
    """The embedded planner for drifted steps; few replays need it, and it takes a while to import."""
    from runner.record.prompt import MendingPlanner

    return MendingPlanner()

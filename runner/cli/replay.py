"""`demo-runner replay`: run TestConfig files against the live site, several at a time if asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from runner.cli.options import run_options, start_url
from runner.cli.planning import Planning, planner_options
from runner.cli.reporting import Keeping, Telling, reporting_options
from runner.cli.settings import Settings, logging_options
from runner.contract.errors import ConfigError, UsageError
from runner.environment import environment_with, parameters_from, secrets_from

if TYPE_CHECKING:
    from runner.cli.stage import Act, Stage
    from runner.contract.config import TestConfig
    from runner.contract.event import Event
    from runner.contract.run import Run
    from runner.page.reel import Reel
    from runner.page.shared import SharedBrowser
    from runner.record.plan import Planner
    from runner.replay.flow import Flow
    from runner.replay.repair import RepairMode
    from runner.report.outcome import Outcome


@dataclass(frozen=True)
class Wanted:
    """What the command line asks for, read."""

    files: tuple[Path, ...]
    start_url: str | None
    values: Mapping[str, str] = field(repr=False)
    artifacts: Path | None
    headed: bool
    keeping: Keeping
    timeout_ms: int | None
    workers: int
    repair: RepairMode | None
    save_repaired: Path | None
    fail_on_repair: bool
    planning: Planning
    telling: Telling


@click.command("replay")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option(
    "--start-url",
    "url",
    metavar="URL",
    help="Begin there; on another site at the file's own path.",
)
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Run once for each row of a CSV, JSON Lines or JSON file; its columns are parameters.",
)
@planner_options
@run_options
@reporting_options
@click.option(
    "--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Files run at a time."
)
@click.option(
    "--repair",
    type=click.Choice(["auto", "suggest", "off"]),
    help="What to do where an element is not found again. [default: the file's fallback decides]",
)
@click.option(
    "--save-repaired",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the repaired TestConfig there; with several FILEs, a folder.",
)
@click.option("--fail-on-repair", is_flag=True, help="Exit with 1 if a flow passed only by repairs.")
@logging_options
@click.pass_obj
def replay_command(
    settings: Settings,
    files: tuple[Path, ...],
    url: str | None,
    data: Path | None,
    params: tuple[str, ...],
    secrets: tuple[str, ...],
    env_file: Path | None,
    artifacts: Path | None,
    headed: bool,
    as_json: bool,
    feed: str | None,
    timeout_s: float | None,
    workers: int,
    repair: RepairMode | None,
    save_repaired: Path | None,
    fail_on_repair: bool,
    planning: Planning,
    keeping: Keeping,
    telling: Telling,
) -> int:
    """Run TestConfig files against the live site; each in a fresh browser context."""
    flows = [_read(file) for file in files]
    environment = environment_with(env_file)
    settings.secrets |= secrets_from(secrets, environment)
    given = parameters_from(params)
    _check_known([*given, *settings.secrets], flows)
    if data is not None:
        flows = _by_rows(flows, data, save_repaired)
    values = given | settings.secrets
    for flow in flows:
        values |= flow.from_environment(given, environment)
        settings.secrets |= {name: values[name] for name in flow.secret_names if name in values}
    wanted = Wanted(
        files=files,
        start_url=start_url(url) if url else None,
        values=values,
        artifacts=artifacts or _shared_folder(flows),
        headed=headed,
        keeping=keeping,
        timeout_ms=None if timeout_s is None else round(timeout_s * 1000),
        workers=workers,
        repair=repair,
        save_repaired=save_repaired,
        fail_on_repair=fail_on_repair,
        planning=replace(planning, environment=environment),
        telling=telling,
    )
    return asyncio.run(_replay_all(wanted, flows, settings, as_json=as_json, feed=feed))


def _read(file: Path) -> Flow:
    from runner.replay.flow import read

    flow = read(file)
    for warning in flow.warnings:
        click.echo(f"Warning: {file}: {warning}", err=True)
    return flow


def _by_rows(flows: Sequence[Flow], data: Path, save_repaired: Path | None) -> list[Flow]:
    """Each flow once for each row."""
    from runner.replay.rows import check_columns, read_rows

    if save_repaired is not None:
        raise UsageError(
            "--save-repaired does not go with --data: each row may be repaired in its own way.",
            remedy="Repair the file without --data first.",
        )
    rows = read_rows(data)
    for flow in flows:
        if flow.config is not None:
            check_columns(data, rows, {item.name for item in flow.config.parameters})
    return [replace(flow, row=row) for flow in flows for row in rows]


def _check_known(names: Sequence[str], flows: Sequence[Flow]) -> None:
    from runner.contract.problem import nearest

    known = sorted({item.name for flow in flows if flow.config for item in flow.config.parameters})
    unknown = [name for name in names if name not in known]
    if unknown and any(flow.config for flow in flows):
        meant = nearest(unknown[0], known)
        there = f"There are: {', '.join(known)}." if known else "The file has none."
        raise UsageError(
            f"There is no parameter {unknown[0]}.", remedy=f"Did you mean {meant}?" if meant else there
        )


async def _replay_all(
    wanted: Wanted, flows: Sequence[Flow], settings: Settings, *, as_json: bool, feed: str | None
) -> int:
    from runner.cli.stage import set_up
    from runner.page.browser import BrowserOptions
    from runner.page.shared import SharedBrowser

    async with set_up(
        settings, as_json=as_json, feed=feed, count=len(flows), at_once=wanted.workers
    ) as stage:
        acts = _acts(wanted, flows, stage)
        free = asyncio.Semaphore(wanted.workers)
        async with (
            SharedBrowser(BrowserOptions(headed=wanted.headed)) as shared,
            asyncio.TaskGroup() as tasks,
        ):
            for act, flow in zip(acts, flows, strict=True):
                tasks.create_task(_replay_one(wanted, flow, act, stage, shared, free))
    if len(acts) > 1 and not as_json:
        _sum_up(acts, flows)
    outcomes = [_outcome(wanted, flow, act) for flow, act in zip(flows, acts, strict=True)]
    wanted.telling.tell(outcomes, as_json=as_json, folder=wanted.artifacts)
    return max(_exit_code(act, wanted) for act in acts)


def _sum_up(acts: Sequence[Act], flows: Sequence[Flow]) -> None:
    """How many passed, and of rows of data which did not and why."""
    passed = sum(act.following.exit_code == 0 for act in acts)
    repaired = sum(act.following.run.repaired for act in acts)
    what = " rows" if all(flow.row for flow in flows) else ""
    click.echo(
        f"{passed} of {len(acts)}{what} passed" + (f", {repaired} of them repaired" if repaired else "")
    )
    for act, flow in zip(acts, flows, strict=True):
        if flow.row is not None and act.following.exit_code:
            reason = (act.following.run.error_message or "it did not run").splitlines()[0]
            click.echo(f"  {flow.title} (line {flow.row.line} of the data): {reason}")


def _outcome(wanted: Wanted, flow: Flow, act: Act) -> Outcome:
    from runner.report.outcome import Outcome
    from runner.report.story import told

    row = flow.row.number if flow.row else None
    # a file that could not be read has told nothing of itself
    story = replace(told(act.following.run), source=str(flow.file), row=row)
    return Outcome(story, _exit_code(act, wanted), flow.file, row, act.folder)


def _exit_code(act: Act, wanted: Wanted) -> int:
    failed = wanted.fail_on_repair and act.following.run.repaired
    return act.following.exit_code or int(failed)


def _acts(wanted: Wanted, flows: Sequence[Flow], stage: Stage) -> list[Act]:
    folders: list[Path] = []
    for flow in flows:
        folders.append(_folder(wanted, flow, folders, alone=len(flows) == 1))
    return [
        stage.act(
            number,
            flow.run(wanted.start_url),
            title=flow.title,
            folder=folder if flow.config else None,
            mask=flow.mask(stage.settings.secrets),
        )
        for number, (flow, folder) in enumerate(zip(flows, folders, strict=True))
    ]


def _shared_folder(flows: Sequence[Flow]) -> Path | None:
    """The folder that holds those of several runs, and the report of all of them."""
    from runner.artifacts import default_folder

    return default_folder("suite") if len(flows) > 1 else None


def _folder(wanted: Wanted, flow: Flow, taken: Sequence[Path], *, alone: bool) -> Path:
    from runner.artifacts import default_folder, unused

    if wanted.artifacts is None:
        return default_folder(flow.name)
    return wanted.artifacts if alone else unused(wanted.artifacts / flow.name, taken)


async def _replay_one(
    wanted: Wanted, flow: Flow, act: Act, stage: Stage, shared: SharedBrowser, free: asyncio.Semaphore
) -> None:
    async with free:
        if flow.config is None:
            stage.refuse(act, flow.error or ConfigError(f"{flow.file} could not be read."))
            return
        config = flow.keeping(stage.settings.secrets)
        run = await stage.play(act, lambda: _filmed(wanted, flow, config, act, shared))
        if wanted.save_repaired is not None and run.repaired:
            _save_repaired(wanted, flow.file, run)


def _save_repaired(wanted: Wanted, file: Path, run: Run) -> None:
    from runner.artifacts import write_json

    place = wanted.save_repaired
    if place is None:
        return
    path = place if len(wanted.files) == 1 else place / file.name
    write_json(path, run.test_config_json)
    click.echo(f"Saved the repaired TestConfig as {path}", err=True)


@asynccontextmanager
async def _helping(planning: Planning, start_url: str) -> AsyncIterator[Callable[[], Planner]]:
    """Who is asked where a step has drifted: the embedded planner, and a model behind it if one is named.

    A run has one of those, so that it has one budget.
    """
    from runner.playing import mending

    if planning.kind == "embedded":
        yield mending
        return
    async with planning.planner(start_url, mending) as planner:
        yield lambda: planner


def _filmed(
    wanted: Wanted, flow: Flow, config: TestConfig, act: Act, shared: SharedBrowser
) -> AsyncGenerator[Event, None]:
    if not wanted.keeping.video:
        return _engine(wanted, flow, config, act, shared)
    from runner.cli.filming import filmed

    return filmed(act, lambda reel: _engine(wanted, flow, config, act, shared, reel), shared.running)


async def _engine(
    wanted: Wanted, flow: Flow, config: TestConfig, act: Act, shared: SharedBrowser, reel: Reel | None = None
) -> AsyncGenerator[Event, None]:
    from runner.replay.replayer import ReplayOptions, replay

    options = ReplayOptions(
        start_url=wanted.start_url,
        parameters=flow.parameters(wanted.values),
        artifacts=act.folder,
        timeout_ms=wanted.timeout_ms,
        pictures=wanted.keeping.pictures,
        trace=wanted.keeping.trace,
        frames=act.frames,
        reel=reel,
        source=flow.file,
        repair=wanted.repair,
    )
    address = wanted.start_url or config.starting_url or ""
    async with _helping(wanted.planning, address) as planner:
        options = replace(options, planner=planner)
        async with aclosing(replay(config, await shared.running(), options, act.inbox)) as events:
            async for event in events:
                yield _of_row(event, flow)


def _of_row(event: Event, flow: Flow) -> Event:
    """Whoever reads of the run later is told which row it was for."""
    if event.type != "created" or flow.row is None:
        return event
    return event.model_copy(update={"details": {**event.details, "row": flow.row.number}})

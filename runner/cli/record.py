"""`demo-runner record`: turn a sentence into a TestConfig."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from runner.cli.options import run_options, start_url
from runner.cli.planning import Planning, planner_options
from runner.cli.reporting import Keeping, Telling, reporting_options
from runner.cli.settings import Settings, logging_options
from runner.contract.errors import UsageError
from runner.environment import environment_with, parameters_from, secrets_from

if TYPE_CHECKING:
    from runner.cli.stage import Act
    from runner.contract.event import Event
    from runner.contract.run import Run
    from runner.page.reel import Reel
    from runner.page.shared import SharedBrowser
    from runner.record.plan import Goal

MAX_PROMPT: Final = 20_000


@dataclass(frozen=True)
class Wanted:
    """What the command line asks for, read."""

    goal: Goal = field(repr=False)
    out: Path | None
    artifacts: Path
    headed: bool
    by_hand: bool
    keeping: Keeping
    timeout_ms: int | None
    verify: bool
    planning: Planning
    telling: Telling


@click.command("record")
@click.option("--prompt", metavar="TEXT", help="What to do, in plain words.")
@click.option("--by-hand", is_flag=True, help="Use the page yourself in a window; what you do is recorded.")
@click.option("--url", metavar="URL", help="Where to begin. [default: the first URL in the prompt]")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Where to write the TestConfig. [default: test_config.json among the run's files]",
)
@planner_options
@run_options
@reporting_options
@click.option("--verify", is_flag=True, help="Replay it in a fresh context before calling it recorded.")
@logging_options
@click.pass_obj
def record_command(
    settings: Settings,
    prompt: str | None,
    by_hand: bool,
    url: str | None,
    out: Path | None,
    params: tuple[str, ...],
    secrets: tuple[str, ...],
    env_file: Path | None,
    artifacts: Path | None,
    headed: bool,
    as_json: bool,
    feed: str | None,
    timeout_s: float | None,
    verify: bool,
    planning: Planning,
    keeping: Keeping,
    telling: Telling,
) -> int:
    """Turn a sentence into a TestConfig."""  # fmt: skip
    from runner.artifacts import default_folder
    from runner.record.plan import Goal

    environment = environment_with(env_file)
    settings.secrets |= secrets_from(secrets, environment)
    words = _checked(prompt, by_hand=by_hand)
    goal = Goal(
        prompt=words,
        start_url=start_url(url, words),
        parameters=parameters_from(params) | settings.secrets,
        secrets=frozenset(settings.secrets),
    )
    wanted = Wanted(
        goal=goal,
        out=out,
        artifacts=artifacts or default_folder(_short_name(words) or "by-hand"),
        headed=headed or by_hand,
        by_hand=by_hand,
        keeping=keeping,
        timeout_ms=None if timeout_s is None else round(timeout_s * 1000),
        verify=verify,
        planning=replace(planning, environment=environment),
        telling=telling,
    )
    return asyncio.run(_record(wanted, settings, as_json=as_json, feed=feed))


def _checked(prompt: str | None, *, by_hand: bool) -> str:
    if by_hand and prompt is not None:
        raise UsageError("--by-hand takes no --prompt.", remedy="Give one of them.")
    if by_hand:
        return ""
    if prompt is None:
        raise UsageError(
            "Say what to record.", remedy="Give --prompt TEXT, or --by-hand to use the page yourself."
        )
    if not prompt.strip():
        raise UsageError(
            "The prompt is empty.", remedy='Say what to do, for example --prompt "Sign in as ada@x.org".'
        )
    if len(prompt) > MAX_PROMPT:
        raise UsageError(f"The prompt has {len(prompt)} characters; at most {MAX_PROMPT} are allowed.")
    return prompt.strip()


def _short_name(prompt: str) -> str:
    words = re.findall(r"[A-Za-z0-9]+", re.sub(r"https?://\S+", " ", prompt))
    return "-".join(words[:5])


async def _record(wanted: Wanted, settings: Settings, *, as_json: bool, feed: str | None) -> int:
    from runner.artifacts import check_writable
    from runner.cli.stage import set_up
    from runner.page.browser import BrowserOptions
    from runner.page.shared import SharedBrowser
    from runner.report.outcome import Outcome
    from runner.report.story import told

    if wanted.out is not None:
        check_writable(wanted.out)
    async with set_up(settings, as_json=as_json, feed=feed) as stage:
        act = stage.act(0, _run(wanted, settings), title=_title(wanted), folder=wanted.artifacts)
        async with SharedBrowser(BrowserOptions(headed=wanted.headed)) as shared:
            run = await stage.play(act, lambda: _filmed(wanted, act, shared))
    if run.status == "completed":
        _hand_over(wanted, run, as_json=as_json)
    outcome = Outcome(told(run), act.following.exit_code, folder=wanted.artifacts)
    wanted.telling.tell([outcome], as_json=as_json)
    return act.following.exit_code


def _title(wanted: Wanted) -> str:
    if not wanted.by_hand:
        return f"Recording: {wanted.goal.prompt}"
    return (
        f"Recording by hand: {wanted.goal.start_url}\n"
        "Use the window that opens. Ctrl+Alt+A, then a click: that must be there. "
        "Ctrl+Alt+S, or closing the window: done."
    )


def _run(wanted: Wanted, settings: Settings) -> Run:
    from runner.contract.run import Run

    mask = settings.mask
    return Run(
        mode="record_from_prompt",
        prompt=mask.text(wanted.goal.prompt),
        start_url=mask.text(wanted.goal.start_url),
    )


def _filmed(wanted: Wanted, act: Act, shared: SharedBrowser) -> AsyncGenerator[Event, None]:
    if not wanted.keeping.video:
        return _engine(wanted, act, shared)
    from runner.cli.filming import filmed

    return filmed(act, lambda reel: _engine(wanted, act, shared, reel), shared.running)


async def _engine(
    wanted: Wanted, act: Act, shared: SharedBrowser, reel: Reel | None = None
) -> AsyncGenerator[Event, None]:
    from runner.record.recorder import RecordOptions, record
    from runner.verify import record_verified, verified

    options = RecordOptions(
        artifacts=act.folder,
        timeout_ms=wanted.timeout_ms,
        pictures=wanted.keeping.pictures,
        trace=wanted.keeping.trace,
        frames=act.frames,
        reel=reel,
        hosts=wanted.planning.hosts(wanted.goal.start_url),
    )
    if wanted.by_hand:
        from runner.record.by_hand import record_by_hand

        events = record_by_hand(wanted.goal, await shared.running(), options, act.inbox)
        if wanted.verify:
            events = verified(events, wanted.goal, await shared.running(), options)
        async with aclosing(events):
            async for event in events:
                yield event
        return
    engine = record_verified if wanted.verify else record
    async with wanted.planning.planner(wanted.goal.start_url) as planner:
        events = engine(wanted.goal, planner, await shared.running(), options, act.inbox)
        async with aclosing(events):
            async for event in events:
                yield event


def _hand_over(wanted: Wanted, run: Run, *, as_json: bool) -> None:
    """Write the config where it was asked for, and say where it is."""
    from runner.artifacts import TEST_CONFIG, write_json

    place = wanted.artifacts / TEST_CONFIG
    if wanted.out is not None:
        write_json(wanted.out, run.test_config_json)
        place = wanted.out
    if not as_json:
        click.echo(f"Recorded {place}\nReplay it: demo-runner replay {place}")

"""`demo-runner demo`: record a sentence on the bundled app, replay the file on the app in a fresh state."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin

import click

from runner.cli.settings import Settings, logging_options

if TYPE_CHECKING:
    from runner.cli.stage import Stage
    from runner.contract.event import Event
    from runner.page.browser import Browser
    from runner.page.shared import SharedBrowser
    from runner.site import BundledPrompt

SHOWN: Final = "buy-a-book"


@click.command("demo")
@click.option(
    "--prompt", "name", default=SHOWN, show_default=True, metavar="NAME", help="Which bundled prompt."
)
@click.option("--artifacts", type=click.Path(path_type=Path), metavar="DIR", help="The folder for the files.")
@click.option("--headed", is_flag=True, help="Show the browser.")
@click.option("--app", is_flag=True, help="Only start the bundled app, to be tried by other commands.")
@logging_options
@click.pass_obj
def demo_command(settings: Settings, name: str, artifacts: Path | None, *, headed: bool, app: bool) -> int:
    """See it work: record a sentence on the bundled app, replay the file on the app in a fresh state.

    Each time the app's own database is asked whether the thing has been done.
    """
    from runner.artifacts import default_folder

    if app:
        return asyncio.run(_serve(_prompt(name)))

    chosen = _prompt(name)
    settings.secrets |= {secret: chosen.parameters[secret] for secret in chosen.secrets}
    return asyncio.run(_demo(chosen, settings, artifacts or default_folder("demo"), headed=headed))


def _prompt(name: str) -> BundledPrompt:
    from runner.contract.errors import UsageError
    from runner.contract.problem import nearest
    from runner.site import bundled_prompts

    prompts = {prompt.name: prompt for prompt in bundled_prompts()}
    if name not in prompts:
        meant = nearest(name, list(prompts))
        listed = f"There are: {', '.join(prompts)}"
        raise UsageError(
            f"There is no bundled prompt {name}.", remedy=f"Did you mean {meant}?" if meant else listed
        )
    return prompts[name]


async def _serve(chosen: BundledPrompt) -> int:
    """The app alone, until it is stopped."""
    from runner.following import Stop
    from runner.site import bundled_site

    stop = Stop()
    async with bundled_site() as site:
        with stop.listening(), suppress(asyncio.CancelledError), stop.stoppable():
            click.echo(f"The bookshop, until Ctrl-C: {urljoin(site.url, chosen.path)}")
            click.echo(f"To try: {chosen.prompt}")
            await asyncio.Event().wait()
    return 0


async def _demo(chosen: BundledPrompt, settings: Settings, folder: Path, *, headed: bool) -> int:
    from runner.cli.stage import set_up
    from runner.page.browser import BrowserOptions
    from runner.page.shared import SharedBrowser

    async with (
        set_up(settings, as_json=False, feed=None, count=2) as stage,
        SharedBrowser(BrowserOptions(headed=headed)) as shared,
    ):
        code, config = await _record(chosen, stage, shared, folder / "record")
        if code == 0:
            _print_config(config)
            code = await _replay(chosen, config, stage, shared, folder / "replay")
    if code == 0:
        click.echo(f"\nThe file: {folder / 'record' / 'test_config.json'}. All files of both runs: {folder}")
    return code


async def _record(
    chosen: BundledPrompt, stage: Stage, shared: SharedBrowser, folder: Path
) -> tuple[int, dict[str, Any]]:
    from runner.contract.run import Run
    from runner.record.plan import Goal
    from runner.record.prompt import PromptPlanner
    from runner.record.recorder import RecordOptions, record
    from runner.site import bundled_site

    async with bundled_site() as site:
        url = urljoin(site.url, chosen.path)
        goal = Goal(chosen.prompt, url, chosen.parameters, chosen.secrets)
        run = Run(mode="record_from_prompt", prompt=chosen.prompt, start_url=url)
        act = stage.act(0, run, title=f"Recording: {chosen.prompt}", folder=folder)
        options = RecordOptions(artifacts=folder, pictures=True)
        ended = await stage.play(
            act, lambda: _started(shared, lambda browser: record(goal, PromptPlanner(), browser, options))
        )
        return act.following.exit_code or _asked(chosen, site.database), ended.test_config_json or {}


async def _replay(
    chosen: BundledPrompt, config: dict[str, Any], stage: Stage, shared: SharedBrowser, folder: Path
) -> int:
    from runner.contract.config import TestConfig
    from runner.contract.run import Run
    from runner.replay.replayer import ReplayOptions, replay
    from runner.site import bundled_site

    async with bundled_site() as site:
        url = urljoin(site.url, chosen.path)
        run = Run(mode="rerun_from_config", prompt=chosen.prompt, start_url=url, test_config_json=config)
        act = stage.act(1, run, title="Replaying the file on the app in a fresh state", folder=folder)
        options = ReplayOptions(start_url=url, parameters=chosen.parameters, artifacts=folder, pictures=True)
        flow = TestConfig.model_validate(config)
        await stage.play(act, lambda: _started(shared, lambda browser: replay(flow, browser, options)))
        return act.following.exit_code or _asked(chosen, site.database)


async def _started(
    shared: SharedBrowser, engine: Callable[[Browser], AsyncGenerator[Event, None]]
) -> AsyncGenerator[Event, None]:
    async with aclosing(engine(await shared.running())) as events:
        async for event in events:
            yield event


def _asked(chosen: BundledPrompt, database: Path) -> int:
    """Ask the app's own database, not the page, whether the thing has been done."""
    from runner.following import FAILED_CODE
    from runner.site import unmet

    differences = unmet(database, chosen.oracle)
    if not differences:
        click.echo("  The app's own database agrees.\n")
        return 0
    click.echo("\n".join(["  The app's own database says otherwise:", *differences]), err=True)
    return FAILED_CODE


def _print_config(config: dict[str, Any]) -> None:
    """The file as a person reads it, a step a line, without what only repairs read."""
    head = json.dumps({**config, "steps": []}, indent=2, ensure_ascii=False).removesuffix("[]\n}")
    steps = [json.dumps(_readable(step), ensure_ascii=False) for step in config["steps"]]
    click.echo(head + "[\n    " + ",\n    ".join(steps) + "\n  ]\n}\n")


def _readable(step: dict[str, Any]) -> dict[str, Any]:
    left_out = ("id", "ordinal", "fingerprint", "candidates", "description")
    return {key: value for key, value in step.items() if key not in left_out}

"""Every prompt that ships: recorded, judged by the app's database, replayed in a fresh state, judged again.

Some are replayed on the app's redesign, too (all of them: `python -m benchmarks.drift.versions`).
What a page shows never decides here: the oracles ask the database.
"""

from __future__ import annotations

from contextlib import aclosing
from pathlib import Path

import pytest

from runner.contract.config import Defaults, TestConfig
from runner.contract.event import Event
from runner.page.browser import Browser
from runner.record.plan import Goal
from runner.record.prompt import MendingPlanner, PromptPlanner
from runner.record.recorder import RecordOptions, record
from runner.replay.replayer import ReplayOptions, replay
from runner.site import BundledPrompt, Site, bundled_prompts, unmet, unmet_at_last
from tests.conftest import Fresh

pytestmark = pytest.mark.browser

PROMPTS = bundled_prompts()
POSSIBLE = [pytest.param(prompt, id=prompt.name) for prompt in PROMPTS if not prompt.fails]
IMPOSSIBLE = [pytest.param(prompt, id=prompt.name) for prompt in PROMPTS if prompt.fails]

# On the redesign these must do what they say; of the others a pass must never be a wrong one.
REDESIGNED = frozenset(
    {"one-book-into-the-cart", "sign-in-by-the-enter-key", "edit-the-third", "delete-dune-only"}
    | {"more-of-one-book"}
)
IN_DOUBT = frozenset({"look-around"})
STEP_MS = 3_000


@pytest.mark.parametrize("prompt", POSSIBLE)
async def test_a_prompt_does_what_it_says_recorded_and_replayed(
    prompt: BundledPrompt, browser: Browser, fresh: Fresh, tmp_path: Path
) -> None:
    site = await fresh()
    before = unmet(site.database, prompt.oracle)
    ended = await _recorded(prompt, site, browser, _new(tmp_path / "record"))
    assert ended[-1].type == "completed", _told(prompt, ended)
    await _judge(prompt, site, ended)
    site = await fresh()
    assert unmet(site.database, prompt.oracle) == before
    config = _config(ended)
    again = await _replayed(config, prompt, site, browser, _new(tmp_path / "replay"))
    assert again[-1].type == "completed", _told(prompt, again)
    await _judge(prompt, site, again)
    if prompt.name in REDESIGNED | IN_DOUBT:
        await _check_on_the_redesign(
            config, prompt, await fresh(drifted=True), browser, _new(tmp_path / "drifted")
        )


async def _check_on_the_redesign(
    config: TestConfig, prompt: BundledPrompt, site: Site, browser: Browser, artifacts: Path
) -> None:
    hasty = config.model_copy(update={"defaults": Defaults(timeout_ms=STEP_MS)})
    events = await _replayed(hasty, prompt, site, browser, artifacts)
    if events[-1].type == "completed":
        await _judge(prompt, site, events)
        return
    assert prompt.name in IN_DOUBT, _told(prompt, events)
    assert events[-1].details["failure"]["exit_code"] == 1, _told(prompt, events)


@pytest.mark.parametrize("prompt", IMPOSSIBLE)
async def test_a_prompt_that_cannot_be_done_fails_and_quotes_the_part(
    prompt: BundledPrompt, browser: Browser, fresh: Fresh, tmp_path: Path
) -> None:
    site = await fresh()
    ended = await _recorded(prompt, site, browser, _new(tmp_path / "record"))
    assert ended[-1].type == "failed", _told(prompt, ended)
    assert ended[-1].details["failure"]["exit_code"] == 1, _told(prompt, ended)
    assert str(prompt.fails).casefold() in _complaint(ended[-1]).casefold()
    await _judge(prompt, site, ended)


async def _recorded(prompt: BundledPrompt, site: Site, browser: Browser, artifacts: Path) -> list[Event]:
    goal = Goal(prompt.prompt, site.url + prompt.path, prompt.parameters, prompt.secrets)
    async with aclosing(record(goal, PromptPlanner(), browser, RecordOptions(artifacts=artifacts))) as events:
        return [event async for event in events]


async def _replayed(
    config: TestConfig, prompt: BundledPrompt, site: Site, browser: Browser, artifacts: Path
) -> list[Event]:
    options = ReplayOptions(
        start_url=site.url + prompt.path,
        parameters=prompt.parameters,
        artifacts=artifacts,
        planner=MendingPlanner,
    )
    async with aclosing(replay(config, browser, options)) as events:
        return [event async for event in events]


def _config(events: list[Event]) -> TestConfig:
    distilled = [event for event in events if event.type == "distilled"]
    return TestConfig.model_validate(distilled[-1].details["test_config"])


async def _judge(prompt: BundledPrompt, site: Site, events: list[Event]) -> None:
    wrong = await unmet_at_last(site.database, prompt.oracle)
    assert not wrong, "\n".join([*wrong, _told(prompt, events)])


def _new(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _complaint(terminal: Event) -> str:
    failure = terminal.details["failure"]
    return f"{terminal.message}\n{failure.get('message', '')}"


def _told(prompt: BundledPrompt, events: list[Event]) -> str:
    """The run's story, for whoever reads the failed test."""
    lines = [f"  {event.type}: {event.message}" for event in events if event.type != "observed"]
    return "\n".join([f"prompt: {prompt.prompt}", *lines])

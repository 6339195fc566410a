"""The bundled bookshop: prompts recorded on its first version and replayed on its redesign."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from benchmarks.drift.judging import Replayed, ended, table, told
from runner.contract.config import Fallback, TestConfig
from runner.page.browser import Browser
from runner.record.plan import Goal
from runner.record.prompt import MendingPlanner, PromptPlanner
from runner.record.recorder import RecordOptions, record
from runner.replay.replayer import ReplayOptions, replay
from runner.site import BundledPrompt, bundled_prompts, bundled_site, unmet, unmet_at_last

STEP_MS = 4_000


async def bookshop(browser: Browser, fallbacks: Sequence[Fallback], wanted: str = "") -> str:
    """Record and replay every prompt that can be carried out; gives the table."""
    prompts = [prompt for prompt in bundled_prompts() if not prompt.fails and wanted in prompt.name]
    results: dict[Fallback, list[Replayed]] = {fallback: [] for fallback in fallbacks}
    recorded = 0
    for prompt in prompts:
        config = await _recorded(prompt, browser)
        if config is None:
            print(f"not recorded: {prompt.name}", file=sys.stderr, flush=True)
            continue
        recorded += 1
        for fallback in fallbacks:
            replayed = await _replayed(prompt, config, fallback, browser)
            results[fallback].append(replayed)
            print(f"{fallback:7} {replayed.fate:8} {prompt.name}", file=sys.stderr, flush=True)
    return table("bookshop, first to second version", recorded, len(prompts), results)


async def _recorded(prompt: BundledPrompt, browser: Browser) -> TestConfig | None:
    """The recording; None if it failed or left the first version in another state than it should."""
    async with bundled_site() as site:
        goal = Goal(prompt.prompt, site.url + prompt.path, prompt.parameters, prompt.secrets)
        events = await ended(record(goal, PromptPlanner(), browser, RecordOptions()))
        if events[-1].type != "completed" or await unmet_at_last(site.database, prompt.oracle):
            return None
    distilled = next(event for event in events if event.type == "distilled")
    return TestConfig.model_validate(distilled.details["test_config"])


async def _replayed(
    prompt: BundledPrompt, config: TestConfig, fallback: Fallback, browser: Browser
) -> Replayed:
    defaults = config.defaults.model_copy(update={"timeout_ms": STEP_MS})
    drifting = config.model_copy(update={"fallback": fallback, "defaults": defaults})
    async with bundled_site(drifted=True) as site:
        options = ReplayOptions(
            start_url=site.url + prompt.path, parameters=prompt.parameters, planner=MendingPlanner
        )
        events = await ended(replay(drifting, browser, options))
        passed = events[-1].type == "completed"
        wrong = (
            await unmet_at_last(site.database, prompt.oracle)
            if passed
            else unmet(site.database, prompt.oracle)
        )
    # What a flow that stopped half-way leaves behind is no harm here: an oracle tells only the end.
    return told(prompt.name, events, drifting, right=not wrong, harmless=True)

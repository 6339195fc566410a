"""`python -m benchmarks.wordings`: the bundled app's prompts in other people's words, recorded and judged.

Each prompt is said in three more ways (terse, chatty, and as somebody writes whose English is a second
language), some also as trackers hold them: tickets, scenarios, lists, CAPITALS, two languages at once. What
counts is what the app's database says afterwards, never what the page shows.

--only TEXT  only prompts or styles whose name contains TEXT
--replay     replay each recording in a fresh state, too
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sqlite3
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing, asynccontextmanager, closing
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

from runner.assets import folder
from runner.contract.config import TestConfig
from runner.contract.event import Event
from runner.page.browser import Browser, BrowserOptions, launch
from runner.record.plan import Goal
from runner.record.prompt import PromptPlanner
from runner.record.recorder import record
from runner.replay.replayer import ReplayOptions, replay
from runner.site import BundledPrompt, Site, bundled_prompts, bundled_site, unmet_at_last


@dataclass(frozen=True, slots=True)
class Told:
    """How one wording fared: what is wrong, empty where nothing is, and how long recording took in s."""

    name: str
    prompt: str
    wrong: str
    seconds: float


def wordings() -> list[BundledPrompt]:
    """Every prompt in each of its other wordings, with the oracle it was written with."""
    by_name = {prompt.name: prompt for prompt in bundled_prompts()}
    told = [(name, style, text) for name, styles in _said("wordings") for style, text in styles.items()]
    told += [(name, "ticket", text) for name, text in _said("tickets")]
    files = (folder("fixtures") / "files").as_posix()
    return [
        replace(by_name[name], name=f"{name} ({style})", prompt=text.replace("{{FILES}}", files))
        for name, style, text in told
    ]


def _said(file: str) -> list[tuple[str, Any]]:
    path = folder("fixtures") / "prompts" / "wordings" / f"{file}.json"
    return list(json.loads(path.read_text(encoding="utf-8")).items())


async def judged(
    prompt: BundledPrompt, site: Site, renewed: Callable[[], None], browser: Browser, *, again: bool
) -> Told:
    """Record one wording (and replay it, `again`), each time from the app's first state."""
    renewed()
    began = time.monotonic()
    goal = Goal(prompt.prompt, site.url + prompt.path, prompt.parameters, prompt.secrets)
    async with aclosing(record(goal, PromptPlanner(), browser)) as events:
        ended = [event async for event in events]
    seconds = time.monotonic() - began
    wrong = await _wrong(prompt, site, ended)
    if again and not wrong:
        renewed()
        config = next(event for event in reversed(ended) if event.type == "distilled")
        flow = TestConfig.model_validate(config.details["test_config"])
        options = ReplayOptions(start_url=site.url + prompt.path, parameters=prompt.parameters)
        async with aclosing(replay(flow, browser, options)) as events:
            wrong = await _wrong(prompt, site, [event async for event in events])
        wrong = f"replay: {wrong}" if wrong else ""
    return Told(prompt.name, prompt.prompt, wrong, seconds)


async def _wrong(prompt: BundledPrompt, site: Site, ended: Sequence[Event]) -> str:
    if ended[-1].type != "completed":
        return ended[-1].message
    return "; ".join(await unmet_at_last(site.database, prompt.oracle))


@asynccontextmanager
async def renewable_site() -> AsyncIterator[tuple[Site, Callable[[], None]]]:
    """The bundled app, and what puts it back to its first state: a start costs more than a flow."""
    with tempfile.TemporaryDirectory(prefix="demo-runner-wordings-") as spare:
        first = Path(spare) / "first.db"
        async with bundled_site() as site:
            _copy(site.database, first)
            yield site, lambda: _copy(first, site.database)


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as ours, closing(sqlite3.connect(target)) as theirs:
        ours.backup(theirs)


async def _run(only: str, *, again: bool) -> list[Told]:
    told: list[Told] = []
    async with launch(BrowserOptions()) as browser, renewable_site() as (site, renewed):
        for prompt in wordings():
            if only not in prompt.name:
                continue
            told.append(await judged(prompt, site, renewed, browser, again=again))
            if told[-1].wrong:
                print(f"{prompt.name}\n    {prompt.prompt}\n    {told[-1].wrong}", flush=True)
    return told


def _style(told: Told) -> str:
    return told.name.rpartition("(")[2].rstrip(")")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print what went wrong and the share that did not; 1 where anything did."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.wordings",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--only", default="")
    parser.add_argument("--replay", action="store_true")
    options = parser.parse_args(arguments)
    told = asyncio.run(_run(options.only, again=options.replay))
    for style in dict.fromkeys(_style(each) for each in told):
        mine = [each for each in told if _style(each) == style]
        print(f"{style}: {sum(not each.wrong for each in mine)}/{len(mine)}")
    right = sum(not each.wrong for each in told)
    middle = median(each.seconds for each in told) if told else 0.0
    print(f"wordings recorded right: {right}/{len(told)}, median {middle:.1f} s")
    return 0 if right == len(told) else 1


if __name__ == "__main__":
    raise SystemExit(main())

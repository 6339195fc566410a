"""`python -m benchmarks.exchange`: every bundled prompt recorded, exported and run, imported and replayed.

What counts is what the app's database says afterwards, as for the prompt itself.

--only TEXT      only prompts whose name contains TEXT
--format FORMAT  only this one: pytest, playwright or chrome
--part N/M       the Nth of M parts of the prompts
--samples        instead: other tools' recordings, run by their tools and, imported, by us
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import aclosing, closing
from pathlib import Path

from benchmarks.exchange import samples
from benchmarks.exchange.tools import Tools, installed, selenium_installed
from runner.contract.config import TestConfig
from runner.exchange.reading import read
from runner.exchange.writing import FORMATS, Written, write
from runner.page.browser import Browser, BrowserOptions, choose_browser, launch
from runner.record.plan import Goal
from runner.record.prompt import PromptPlanner
from runner.record.recorder import RecordOptions, record
from runner.replay.replayer import ReplayOptions, replay
from runner.site import BundledPrompt, Site, bundled_prompts, bundled_site, unmet_at_last


async def sampled() -> int:
    """Print how other tools' recordings fare, in their tools and with us."""
    node, selenium = await asyncio.to_thread(installed), await asyncio.to_thread(selenium_installed)
    if isinstance(node, str):
        print(node, file=sys.stderr)
        return 3
    tools = Tools(node, str(choose_browser().executable), selenium)
    async with bundled_site() as site, launch(BrowserOptions()) as browser:
        with tempfile.TemporaryDirectory() as folder:
            first = Path(folder) / "first.db"
            _copy(site.database, first)

            async def replayed(config: TestConfig, values: dict[str, str]) -> str | None:
                return await _replayed(config, values, f"{site.url}/login", browser)

            return int(await samples.tried(site, tools, replayed, lambda: _copy(first, site.database)) > 0)


async def main(prompts: Sequence[BundledPrompt], formats: Sequence[str]) -> int:
    """Print how each prompt fares in each format; 0 where nothing is worse than what was told."""
    node = await asyncio.to_thread(installed)
    if isinstance(node, str):
        print(node, file=sys.stderr)
        return 3
    tools = Tools(node, str(choose_browser().executable))
    counted: Counter[str] = Counter()
    async with bundled_site() as site, launch(BrowserOptions()) as browser:
        with tempfile.TemporaryDirectory() as folder:
            _copy(site.database, Path(folder) / "first.db")
            for prompt in prompts:
                await _tried(prompt, site, browser, tools, Path(folder), counted, formats)
    return _summed_up(counted, len(prompts), formats)


def _summed_up(counted: Counter[str], tried: int, formats: Sequence[str]) -> int:
    """Print what it comes to; 1 where an export failed that had listed nothing."""
    for name in formats:
        ran, told, back = (counted[f"{name} {kind}"] for kind in ("ran", "told", "back"))
        print(
            f"{name:<11} {ran} of {tried} ran and did what the prompt says, {told} did not and listed why; "
            f"{back} did, imported again"
        )
    return int(any(counted[f"{name} ran"] + counted[f"{name} told"] < tried for name in formats))


async def _tried(
    prompt: BundledPrompt,
    site: Site,
    browser: Browser,
    tools: Tools,
    folder: Path,
    counted: Counter[str],
    formats: Sequence[str],
) -> None:
    _copy(folder / "first.db", site.database)
    config = await _recorded(prompt, site, browser, folder)
    if config is None:
        print(f"{prompt.name}: could not be recorded")
        return
    values = _values(prompt, config)
    for name in formats:
        written = write(config, name, prompt.name)
        _copy(folder / "first.db", site.database)
        wrong = await _ran(name, written, values, site, tools) or await _unmet(prompt, site)
        _copy(folder / "first.db", site.database)
        (again,) = read(written.text, written.file_name)
        lost = await _replayed(again.config, values, site.url + prompt.path, browser) or await _unmet(
            prompt, site
        )
        listed = [
            str(each) for each in written.findings if each.place.startswith("step") and each.effect != "note"
        ]
        counted[f"{name} ran"] += not wrong
        counted[f"{name} told"] += bool(wrong and any(": left out: " in each for each in listed))
        counted[f"{name} back"] += not lost
        print(
            f"{prompt.name} {name}: {_told(wrong)}; imported again: {_told(lost)}",
            *listed,
            sep="\n    ",
            flush=True,
        )


async def _recorded(prompt: BundledPrompt, site: Site, browser: Browser, folder: Path) -> TestConfig | None:
    goal = Goal(prompt.prompt, site.url + prompt.path, prompt.parameters, prompt.secrets)
    options = RecordOptions(artifacts=folder / prompt.name)
    config = None
    async with aclosing(record(goal, PromptPlanner(), browser, options)) as events:
        async for event in events:
            if event.type == "distilled":
                config = TestConfig.model_validate(event.details["test_config"])
    return config


def _values(prompt: BundledPrompt, config: TestConfig) -> dict[str, str]:
    """The values of a run, and of the passwords that an import takes out of a recording."""
    stored = {each.name: each.value for each in config.parameters if each.value is not None}
    return {**stored, **prompt.parameters}


async def _ran(name: str, written: Written, values: dict[str, str], site: Site, tools: Tools) -> str | None:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        match name:
            case "pytest":
                return await tools.pytest({written.file_name: written.text}, site.url, folder, **values)
            case "playwright":
                return await tools.playwright({written.file_name: written.text}, site.url, folder, **values)
            case _:
                text = written.text
                for parameter, value in values.items():
                    text = text.replace(f"{{{{{parameter}}}}}", value)
                return await tools.puppeteer(text, folder)


async def _replayed(
    config: TestConfig, values: dict[str, str], start_url: str, browser: Browser
) -> str | None:
    names = {each.name for each in config.parameters}
    given = {name: value for name, value in values.items() if name in names}
    options = ReplayOptions(start_url=start_url, parameters=given)
    async with aclosing(replay(config, browser, options)) as events:
        *_, ended = [event async for event in events]
    return None if ended.type == "completed" else ended.message


async def _unmet(prompt: BundledPrompt, site: Site) -> str | None:
    return "\n".join(await unmet_at_last(site.database, prompt.oracle)) or None


def _told(wrong: str | None) -> str:
    return "as it should be" if not wrong else " ".join(wrong.split())[-300:]


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as ours, closing(sqlite3.connect(target)) as theirs:
        ours.backup(theirs)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default="", metavar="TEXT")
    parser.add_argument("--format", choices=FORMATS)
    parser.add_argument("--part", default="1/1", metavar="N/M")
    parser.add_argument("--samples", action="store_true")
    given = parser.parse_args()
    if given.samples:
        sys.exit(asyncio.run(sampled()))
    part, parts = map(int, given.part.split("/"))
    chosen = [prompt for prompt in bundled_prompts() if not prompt.fails and given.only in prompt.name]
    formats = [given.format] if given.format else list(FORMATS)
    sys.exit(asyncio.run(main(chosen[part - 1 :: parts], formats)))

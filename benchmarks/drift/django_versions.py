"""Django's admin: flows recorded on an old version, replayed on a new one, judged by the database."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

from benchmarks.drift.apps.django_admin import APP
from benchmarks.drift.apps.serving import installed, serving
from benchmarks.drift.django_flows import FLOWS, SIGN_IN, STATE, Move
from benchmarks.drift.judging import Replayed, ended, table, told
from runner.contract.config import Fallback, TestConfig
from runner.contract.errors import FlowError
from runner.page.browser import Browser
from runner.page.describe import survey
from runner.page.session import Session
from runner.page.settle import settle
from runner.record.prompt import MendingPlanner
from runner.replay.replayer import ReplayOptions, replay

STEP_MS = 6_000
LOOKS = 30
_START = "/admin/login/?next=/admin/"

State = tuple[tuple[Any, ...], ...]


@dataclass(frozen=True, slots=True)
class Site:
    """A running version whose database can be put back."""

    url: str
    database: Path
    pristine: Path

    @property
    def start(self) -> str:
        """Where every flow begins."""
        return self.url + _START

    def renew(self) -> None:
        """The database as it was seeded."""
        shutil.copyfile(self.pristine, self.database)

    def state(self) -> State:
        """The application's own state."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as database:
            return tuple(tuple(sorted(database.execute(question).fetchall(), key=repr)) for question in STATE)


@dataclass(frozen=True, slots=True)
class Recording:
    """A flow as it was recorded, and the states the old version went through, the last one being its aim."""

    config: TestConfig
    states: tuple[State, ...]


@asynccontextmanager
async def _site(place: Path, folder: Path) -> AsyncIterator[Site]:
    async with serving(APP, place, folder) as url:
        database, pristine = folder / "db.sqlite3", folder / "pristine.sqlite3"
        shutil.copyfile(database, pristine)
        yield Site(url, database, pristine)


async def django_admin(
    browser: Browser, cellar: Path, scratch: Path, fallbacks: Sequence[Fallback], wanted: str = ""
) -> str:
    """Record every flow on the old version, replay it on the new one; gives the table."""
    old, new = APP.versions[0], APP.versions[-1]
    places = [await installed(APP, version, cellar) for version in (old, new)]
    flows = {name: moves for name, moves in FLOWS.items() if wanted in name}
    recordings: dict[str, Recording] = {}
    async with _site(places[0], scratch / "old") as site:
        for name, moves in flows.items():
            try:
                recordings[name] = await _recorded(name, (*SIGN_IN, *moves), site, browser)
            except (FlowError, PlaywrightError) as error:
                print(f"not recorded: {name}: {error}", file=sys.stderr)
    results: dict[Fallback, list[Replayed]] = {fallback: [] for fallback in fallbacks}
    async with _site(places[1], scratch / "new") as site:
        for name, recording in recordings.items():
            for fallback in fallbacks:
                results[fallback].append(await _replayed(name, recording, fallback, site, browser))
    return table(f"Django's admin, {old.name} to {new.name}", len(recordings), len(flows), results)


async def _recorded(name: str, moves: tuple[Move, ...], site: Site, browser: Browser) -> Recording:
    site.renew()
    steps: list[dict[str, Any]] = [{"action": "goto", "value": site.start}]
    states = [site.state()]
    async with browser.session() as session:
        await session.page.goto(site.start)
        for move in moves:
            steps.append(await _step(session, move))
            await _made(session.page, move)
            await settle(session.page, session.activity, 5_000)
            states.append(site.state())
    config = {"prompt": name, "starting_url": site.start, "steps": steps, "defaults": {"timeout_ms": STEP_MS}}
    return Recording(TestConfig.model_validate(config), tuple(states))


async def _step(session: Session, move: Move) -> dict[str, Any]:
    """What a recording holds of one move: it is taken down before the page changes."""
    action, selector, value = move
    if action == "expect":
        return {
            "action": "expect",
            "expect": {"type": "text", "contains": value},
            "description": f"See {value}",
        }
    seen = await survey(session, session.page.locator(selector), "act" if action == "click" else "fill")
    step: dict[str, Any] = {
        "action": "fill" if action == "tick" else action,
        "selector": seen.selectors[0],
        "candidates": list(seen.selectors[1:]),
        "fingerprint": seen.fingerprint,
        "description": f"{action.capitalize()} {seen.fingerprint.name or seen.fingerprint.text or selector}",
    }
    return step | ({"value": value} if action != "click" else {})


async def _made(page: Page, move: Move) -> None:
    action, selector, value = move
    element = page.locator(selector)
    if action == "click":
        await element.click()
    elif action == "fill":
        await element.fill(value)
    elif action == "select":
        await element.select_option(label=value)
    elif action == "tick":
        await element.set_checked(value == "true")
    elif action == "expect":
        await page.get_by_text(value).first.wait_for()


async def _replayed(
    name: str, recording: Recording, fallback: Fallback, site: Site, browser: Browser
) -> Replayed:
    site.renew()
    config = recording.config.model_copy(update={"fallback": fallback})
    options = ReplayOptions(start_url=site.start, planner=MendingPlanner)
    events = await ended(replay(config, browser, options))
    aim = recording.states[-1]
    state = site.state()
    for _ in range(LOOKS):
        if state == aim:
            break
        await asyncio.sleep(0.1)  # the last request may still be under way
        state = site.state()
    return told(name, events, config, right=state == aim, harmless=state in recording.states)

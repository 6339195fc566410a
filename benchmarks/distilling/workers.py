"""Many recordings put to the test at a time, in one browser."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import AsyncExitStack, asynccontextmanager

from benchmarks.distilling.ledger import Ledger, Which
from benchmarks.distilling.measure import worth
from benchmarks.distilling.miniwob import task_stage
from benchmarks.distilling.subjects import Stage, app_stage
from runner.page.browser import Browser, BrowserOptions, launch


async def measure(wanted: Collection[Which], rounds: int, jobs: int, ledger: Ledger) -> None:
    """Enter the worth of each of `wanted` into the ledger as it is known; `jobs` are measured at a time."""
    kinds, rest = {kind for kind, _ in wanted}, iter(wanted)
    async with launch(BrowserOptions()) as browser, asyncio.TaskGroup() as group:
        for _ in range(min(jobs, len(wanted))):
            group.create_task(_work(browser, kinds, rest, rounds, ledger))


async def _work(
    browser: Browser, kinds: Collection[str], rest: Iterator[Which], rounds: int, ledger: Ledger
) -> None:
    """Take what no other worker has taken, until nothing is left."""
    async with _stages(browser, kinds) as stages:
        for kind, name in rest:
            ledger.enter(await worth(kind, await stages[kind].subject(name), browser, rounds))


@asynccontextmanager
async def _stages(browser: Browser, kinds: Collection[str]) -> AsyncIterator[dict[str, Stage]]:
    """Sites of a worker's own, so that nobody changes what another one looks at."""
    async with AsyncExitStack() as stack:
        stages: dict[str, Stage] = {}
        if "app" in kinds:
            stages["app"] = await stack.enter_async_context(app_stage())
        if "miniwob" in kinds:
            stages["miniwob"] = await stack.enter_async_context(task_stage(browser))
        yield stages

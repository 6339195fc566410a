"""`python -m benchmarks.service`: watchers, runs a minute, the API with 10,000 runs stored, idle memory."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import psutil
from sqlalchemy import insert, select
from websockets.asyncio.client import connect

from benchmarks.figure import Figure
from benchmarks.flow import PAGES, by_hand, config
from benchmarks.service.stage import Served, served
from runner.contract.run import Run
from runner.page.browser import launch
from runner.service.settings import ServiceSettings
from runner.service.store.database import opened
from runner.service.store.tables import EVENTS, RUNS, USERS
from runner.testing import CannedSite

LIVE: Final = 8
STORED: Final = 10_000
AT_ONCE: Final = 2
ROUNDS: Final = 3
BATCH: Final = 500
# 0.9 of the runs a minute
SLOWER: Final = 1 / 0.9

_MOVING: Final = """<!doctype html><h1>Moving</h1><canvas id=c width=900 height=500></canvas><script>
let at = 0; const c = document.getElementById('c').getContext('2d');
(function draw() { c.fillStyle = 'hsl(' + at++ + ' 80% 50%)'; c.fillRect(at % 900, 0, 40, 500);
requestAnimationFrame(draw); })();</script>"""


async def main(watchers: int, runs: int) -> int:
    """Measure everything, and tell it as it comes; the exit code is 1 if a limit is not kept."""
    kept = True
    async for figure in measured(watchers, runs):
        print(figure, flush=True)
        kept = kept and figure.holds
    return 0 if kept else 1


async def measured(watchers: int, runs: int) -> AsyncIterator[Figure]:
    """The figures, one by one."""
    async with CannedSite({**PAGES, "/moving": _MOVING}) as site:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            async with served(Path(folder), LIVE) as service:
                for figure in await watched(service, site.url, watchers):
                    yield figure
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            async with served(Path(folder), AT_ONCE) as service:
                yield await idle_memory(service)
                yield await throughput(service, site.url, runs)
            for figure in await with_many_stored(Path(folder), service.key):
                yield figure


async def idle_memory(service: Served) -> Figure:
    """What a server takes that has nothing to do; its browser is started by the first run."""
    await asyncio.sleep(2)
    process = psutil.Process(service.process.pid)
    rss = sum(each.memory_info().rss for each in (process, *process.children(recursive=True)))
    return Figure("memory of an idle server", rss / 1024**2, "MiB")


async def throughput(service: Served, url: str, runs: int) -> Figure:
    """Runs a minute through the API, against the same flow in plain Playwright, as many at a time.

    In turns, so that what else the machine does is shared by both.
    """
    data = config(url).dump()
    await service.followed(await service.start(data))
    by_playwright = ours = 0.0
    async with launch() as browser:
        free = asyncio.Semaphore(AT_ONCE)

        async def once() -> None:
            async with free, browser.session() as session:
                await by_hand(session.page, url)

        await once()
        for _ in range(ROUNDS):
            began = perf_counter()
            await asyncio.gather(*(once() for _ in range(runs // ROUNDS)))
            by_playwright += perf_counter() - began
            began = perf_counter()
            started = [await service.start(data) for _ in range(runs // ROUNDS)]
            for run_id in started:
                await service.followed(run_id)
            ours += perf_counter() - began
            ended = [await service.run(run_id) for run_id in started]
            assert all(run["status"] == "completed" for run in ended), [run["error_message"] for run in ended]
    note = f"{60 * runs / ours:.0f} runs a minute, plain Playwright {60 * runs / by_playwright:.0f}"
    return Figure("time for the same runs, against plain Playwright", ours / by_playwright, "x", SLOWER, note)


async def with_many_stored(data: Path, key: str) -> list[Figure]:
    """How long the API takes with 10,000 runs stored, each with 20 events."""
    await _fill(data)
    async with served(data, 0, key) as service:
        figures = []
        run_id = (await service.client.get("/test-runs")).json()["runs"][0]["id"]
        for name, path in (
            ("list of runs", "/test-runs"),
            ("one run", f"/test-runs/{run_id}"),
            ("page of validation runs", "/validation/runs?limit=100&offset=5000"),
        ):
            times = []
            for _ in range(200):
                began = perf_counter()
                (await service.client.get(path)).raise_for_status()
                times.append((perf_counter() - began) * 1000)
            figures.append(Figure(f"{name}, p99 with {STORED} stored", percentile(times, 99), "ms"))
    return figures


async def _fill(data: Path) -> None:
    async with opened(ServiceSettings(data=data).database) as database:
        async with database.reading() as connection:
            user_id = await connection.scalar(select(USERS.c.id))
        event = json.dumps(
            {
                "id": "x",
                "type": "step_finished",
                "message": "Did",
                "details": {"a": "b" * 200},
                "timestamp": "2026-01-01T00:00:00.000Z",
            }
        )
        for _ in range(0, STORED, BATCH):
            rows = [_row(str(user_id)) for _ in range(BATCH)]
            events = [
                {"run_id": row["id"], "number": number, "event": event}
                for row in rows
                for number in range(1, 21)
            ]
            async with database.writing() as connection:
                await connection.execute(insert(RUNS), rows)
                await connection.execute(insert(EVENTS), events)


def _row(user_id: str) -> dict[str, Any]:
    run = Run(mode="rerun_from_config", status="completed", prompt="P", start_url="http://x")
    fields = run.model_dump(exclude={"events_json"})
    return fields | {"user_id": user_id, "event_count": 20, "asked": {}, "worker_id": None, "sealed": None}


async def watched(service: Served, url: str, watchers: int) -> list[Figure]:
    """Many watchers on a few live runs: what each is told, how soon, and how many pictures it sees."""
    steps: list[dict[str, Any]] = [{"action": "goto", "value": f"{url}moving"}]
    for _ in range(30):
        steps += [{"action": "wait", "value": 300}, {"action": "expect", "expect": _SHOWN}]
    flow = {"starting_url": f"{url}moving", "steps": steps}
    # what a server does once, such as starting its browser, is no part of an event's way
    await service.followed(await service.start({**flow, "steps": steps[:3]}))
    runs = [await service.start(flow) for _ in range(LIVE)]
    told = await asyncio.gather(*(_watch(service, runs[number % LIVE]) for number in range(watchers)))
    wrong = 0
    for number, watch in enumerate(told):
        run = await service.run(runs[number % LIVE])
        assert run["status"] == "completed", run["error_message"]
        wrong += watch.ids != [event["id"] for event in run["events_json"]]
    delays = [delay for watch in told for delay in watch.delays]
    rate = sum(watch.frames for watch in told) / sum(watch.seconds for watch in told)
    print(f"{watchers} watchers of {LIVE} runs were told of {len(delays)} events as they happened")
    return [
        Figure("watchers told too little, twice or out of order", wrong, "", 0),
        Figure("an event's way to a watcher, p50", percentile(delays, 50), "ms"),
        Figure("an event's way to a watcher, p99", percentile(delays, 99), "ms"),
        Figure("pictures a watcher sees", rate, "/s"),
    ]


_SHOWN: Final = {"type": "text", "contains": "Moving"}


class _Watch:
    """What one watcher was told."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.delays: list[float] = []
        self.frames = 0
        self.seconds = 0.0


async def _watch(service: Served, run_id: str) -> _Watch:
    watch = _Watch()
    async with connect(service.stream_url(run_id), max_size=None, proxy=None, open_timeout=60) as connection:
        joined, first = datetime.now(UTC), 0.0
        async for text in connection:
            if text.startswith('{"type":"frame"') if isinstance(text, str) else False:
                first = first or perf_counter()
                watch.frames += 1
                watch.seconds = perf_counter() - first
                continue
            message = json.loads(text)
            if message["type"] == "event":
                event = message["event"]
                watch.ids.append(event["id"])
                happened = datetime.fromisoformat(event["timestamp"])
                if happened > joined:
                    watch.delays.append((datetime.now(UTC) - happened).total_seconds() * 1000)
    return watch


def percentile(values: Sequence[float], rank: int) -> float:
    """The value that `rank` percent of all do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(len(ordered) * rank / 100))]


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--watchers", type=int, default=200)
    parser.add_argument("--runs", type=int, default=24)
    asked = parser.parse_args()
    sys.exit(asyncio.run(main(asked.watchers, asked.runs)))

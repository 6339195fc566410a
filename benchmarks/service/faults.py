"""`python -m benchmarks.service.faults`: kill -9 at random moments, and nothing may be lost."""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Final

import httpx
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from benchmarks.flow import PAGES
from benchmarks.service.stage import Process, Served, demo_runner, said, served
from runner.contract.event import TERMINAL
from runner.testing import CannedSite
from tests.service import postgres as postgresql

LATEST_S: Final = 4.0
RUNS: Final = 3
# A run that has not ended by then never will, however busy the machine.
NEVER_S: Final = 300.0


async def main(moments: int, seed: int, database_url: str | None) -> int:
    """Kill as often as asked; the exit code is 1 if anything was lost."""
    chance = random.Random(seed)
    ends: Counter[str] = Counter()
    lost = 0
    key = ""
    # what was accepted, and what was told of each run before the kill
    told: dict[str, list[str]] = {}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        async with CannedSite(PAGES) as site:
            for moment in range(moments):
                async with _everything(folder, key, database_url) as (service, processes):
                    key = service.key
                    lost += await _check(service, told, ends)
                    victim = chance.choice(processes)
                    told = await _until_killed(service, victim, site.url, chance.uniform(0, LATEST_S))
                print(f"\r{moment + 1} kills, {lost} losses", end="", flush=True)
            async with _everything(folder, key, database_url) as (service, _):
                lost += await _check(service, told, ends)
        halves = [path.name for path in (folder / "artifacts").rglob("*.json") if not _whole(path)]
    print(f"\n{dict(ends)}, {len(halves)} artifacts half-written, {lost} losses in {moments} kills")
    return 1 if lost or halves else 0


@asynccontextmanager
async def _everything(
    folder: Path, key: str, database_url: str | None
) -> AsyncIterator[tuple[Served, list[Process]]]:
    """A service, and what of it may be killed: with PostgreSQL its worker is a process of its own."""
    if database_url is None:
        async with served(folder, 2, key) as service:
            yield service, [service.process]
        return
    shared = (
        *("--database-url", database_url, "--allow-host", "127.0.0.1"),
        *("--artifacts-url", f"file://{folder / 'artifacts'}"),
    )
    (folder / "artifacts").mkdir(exist_ok=True)
    async with served(folder / "server", 0, key, *shared) as service:
        secret = {"DEMO_RUNNER_SECRET_KEY": (folder / "server" / "secret.key").read_text().strip()}
        asked = ("worker", "--workers", 2, "--data", folder / "worker", *shared)
        async with demo_runner(*asked, env=secret) as worker:
            await said(worker, r"Taking runs, 2 at a time, as (\S+)")
            yield service, [service.process, worker]


async def _until_killed(service: Served, victim: Process, url: str, after_s: float) -> dict[str, list[str]]:
    """Start runs and watch them, until the kill; returns what was accepted, and the events that were told."""
    accepted: dict[str, list[str]] = {}
    async with asyncio.TaskGroup() as tasks:
        watching: list[asyncio.Task[None]] = []
        busy = tasks.create_task(_busy(service, url, accepted, tasks, watching))
        await asyncio.sleep(after_s)
        victim.kill()
        await victim.wait()
        await busy
        for task in watching:
            task.cancel()
    return accepted


async def _busy(
    service: Served,
    url: str,
    accepted: dict[str, list[str]],
    tasks: asyncio.TaskGroup,
    watching: list[asyncio.Task[None]],
) -> None:
    steps = [{"action": "goto", "value": url}, {"action": "expect", "expect": _WELCOME}] * 3
    try:
        for _ in range(RUNS):
            run_id = await service.start({"starting_url": url, "steps": steps})
            accepted[run_id] = []
            watching.append(tasks.create_task(_watch(service, run_id, accepted[run_id])))
    except httpx.HTTPError:
        # the kill came first
        return


_WELCOME: Final = {"type": "text", "contains": "Welcome"}


async def _watch(service: Served, run_id: str, events: list[str]) -> None:
    try:
        async with connect(service.stream_url(run_id), max_size=None, proxy=None) as connection:
            async for text in connection:
                message: dict[str, Any] = json.loads(text)
                if message["type"] == "event":
                    events.append(message["event"]["id"])
    except (WebSocketException, OSError, EOFError):
        return


async def _check(service: Served, told: dict[str, list[str]], ends: Counter[str]) -> int:
    """How many runs are gone, do not end, end twice, or lack an event that was told."""
    lost = 0
    for run_id, events in told.items():
        async with asyncio.timeout(NEVER_S):
            run = await service.ended(run_id)
        ids = [event["id"] for event in run["events_json"]]
        terminal = [event["type"] for event in run["events_json"] if event["type"] in TERMINAL]
        lost += ids[: len(events)] != events or len(terminal) != 1
        ends["interrupted" if "Interrupted" in (run["error_message"] or "") else run["status"]] += 1
    return lost


def _whole(path: Path) -> bool:
    try:
        json.loads(path.read_text())
    except ValueError:
        return False
    return True


@contextmanager
def _database(kind: str) -> Iterator[str | None]:
    """An empty database of that kind; None: SQLite, which the service brings itself."""
    programs = postgresql.binaries()
    if kind == "sqlite":
        yield None
    elif programs is None:
        sys.exit("There is no PostgreSQL server here (Debian: apt-get install postgresql).")
    else:
        with postgresql.serving(programs) as base:
            yield f"{base}postgres"


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--moments", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    asked = parser.parse_args()
    with _database(asked.database) as database:
        sys.exit(asyncio.run(main(asked.moments, asked.seed, database)))

"""`python -m benchmarks.service.faults`: kill -9 at random moments, and nothing may be lost."""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any, Final

import httpx
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from benchmarks.flow import PAGES
from benchmarks.service.stage import Served, served
from runner.contract.event import TERMINAL
from runner.testing import CannedSite

LATEST_S: Final = 4.0
RUNS: Final = 3


async def main(moments: int, seed: int) -> int:
    """Kill as often as asked; the exit code is 1 if anything was lost."""
    chance = random.Random(seed)
    ends: Counter[str] = Counter()
    lost = 0
    key = ""
    # what was accepted, and what was told of each run before the kill
    told: dict[str, list[str]] = {}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        async with CannedSite(PAGES) as site:
            for moment in range(moments):
                async with served(Path(folder), 2, key) as service:
                    key = service.key
                    lost += await _check(service, told, ends)
                    told = await _until_killed(service, site.url, chance.uniform(0, LATEST_S))
                print(f"\r{moment + 1} kills, {lost} losses", end="", flush=True)
            async with served(Path(folder), 2, key) as service:
                lost += await _check(service, told, ends)
        halves = [path.name for path in (Path(folder) / "artifacts").rglob("*.json") if not _whole(path)]
    print(f"\n{dict(ends)}, {len(halves)} artifacts half-written, {lost} losses in {moments} kills")
    return 1 if lost or halves else 0


async def _until_killed(service: Served, url: str, after_s: float) -> dict[str, list[str]]:
    """Start runs and watch them, until the kill; returns what was accepted, and the events that were told."""
    accepted: dict[str, list[str]] = {}
    async with asyncio.TaskGroup() as tasks:
        busy = tasks.create_task(_busy(service, url, accepted, tasks))
        await asyncio.sleep(after_s)
        service.process.kill()
        await service.process.wait()
        await busy
    return accepted


async def _busy(service: Served, url: str, accepted: dict[str, list[str]], tasks: asyncio.TaskGroup) -> None:
    steps = [{"action": "goto", "value": url}, {"action": "expect", "expect": _WELCOME}] * 3
    try:
        for _ in range(RUNS):
            run_id = await service.start({"starting_url": url, "steps": steps})
            accepted[run_id] = []
            tasks.create_task(_watch(service, run_id, accepted[run_id]))
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
        async with asyncio.timeout(60):
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


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--moments", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    sys.exit(asyncio.run(main(asked.moments, asked.seed)))

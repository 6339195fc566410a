"""`python -m benchmarks.service.machines`: workers on machines of their own, one of which is killed.

As root, with iproute2 and PostgreSQL. Each worker is in a network namespace of its own: it has nothing in
common with the server but a PostgreSQL database and an S3 store (moto's) that it reaches over a network.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Final

import httpx
from cryptography.fernet import Fernet
from sqlalchemy import select
from websockets.asyncio.client import connect

from benchmarks.service.stage import Process, Served, demo_runner, said, served
from runner.service.store.database import opened
from runner.service.store.tables import RUNS
from tests.service import postgres as postgresql

HERE: Final = "10.77.31.1"
MACHINES: Final = {"dr-one": "10.77.31.11", "dr-two": "10.77.31.12"}
BRIDGE: Final = "dr-bridge"
SHORT: Final = 8
_PAGE: Final = "<!doctype html><title>There</title><h1>Welcome</h1>"


async def main() -> int:
    """Its exit code is 1 if runs were not spread, or anything of them was lost."""
    programs = postgresql.binaries()
    if programs is None:
        sys.exit("There is no PostgreSQL server here (Debian: apt-get install postgresql).")
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name,
        _network(),
        postgresql.serving(programs, HERE) as base,
    ):
        async with _installation(Path(name), f"{base}postgres") as (service, workers, page):
            spread = await _spread(service, page, f"{base}postgres")
            survived = await _with_one_killed(service, workers, page)
    return 0 if spread and survived else 1


async def _spread(service: Served, page: str, database_url: str) -> bool:
    """Many runs: both workers have some, and the files of all of them are in S3."""
    runs = [await service.start(_flow(page, 300)) for _ in range(SHORT)]
    ended = [await service.ended(run_id) for run_id in runs]
    async with opened(database_url) as database, database.reading() as connection:
        wanted = select(RUNS.c.worker_id).where(RUNS.c.id.in_(runs))
        shares = Counter((await connection.execute(wanted)).scalars())
    completed = sum(run["status"] == "completed" for run in ended)
    kept = 0
    for run in ended:
        there = await service.client.get(f"/test-runs/{run['id']}/artifacts/events.jsonl")
        async with httpx.AsyncClient() as client:
            text = (await client.get(there.headers["location"])).text
        kept += HERE in there.headers["location"] and '"completed"' in text
    print(
        f"{completed} of {SHORT} runs completed, by workers: {list(shares.values())}; files of {kept} in S3"
    )
    return completed == kept == SHORT and len(shares) == len(MACHINES)


async def _with_one_killed(service: Served, workers: dict[str, Process], page: str) -> bool:
    """A run on each worker, and one that waits; then one worker is killed."""
    runs = [await service.start(_flow(page, 60_000)) for _ in MACHINES]
    told = {run_id: await _told(service, run_id) for run_id in runs}
    waiting = await service.start(_flow(page, 0))
    next(iter(workers.values())).kill()
    watched = [asyncio.create_task(service.ended(run_id)) for run_id in runs]
    done, _ = await asyncio.wait(watched, return_when=asyncio.FIRST_COMPLETED)
    (lost,) = [task.result() for task in done]
    (other,) = set(runs) - {lost["id"]}
    await service.client.post(f"/test-runs/{other}/cancel")
    all_ended = [lost, *(await asyncio.gather(*(set(watched) - done)))]
    whole = all(
        [event["id"] for event in run["events_json"]][: len(told[run["id"]])] == told[run["id"]]
        for run in all_ended
    )
    status = (await service.ended(waiting))["status"]
    print(
        f"one worker killed: its run {lost['error_message']!r}, the other went on, the waiting one {status}"
    )
    print("every event that was told of is there" if whole else "events that were told of are LOST")
    return whole and "Interrupted" in lost["error_message"] and status == "completed"


async def _told(service: Served, run_id: str) -> list[str]:
    """The events that a watcher is told of, until pictures come from where the run is."""
    events: list[str] = []
    async with connect(service.stream_url(run_id), max_size=None, proxy=None) as connection:
        async for text in connection:
            message: dict[str, Any] = json.loads(text)
            if message["type"] == "event":
                events.append(message["event"]["id"])
            if message["type"] == "frame":
                break
    return events


def _flow(page: str, wait_ms: int) -> dict[str, Any]:
    shown = {"action": "expect", "expect": {"type": "text", "contains": "Welcome"}}
    steps = [{"action": "goto", "value": page}, {"action": "wait", "value": wait_ms}, shown]
    return {"starting_url": page, "steps": steps}


@asynccontextmanager
async def _installation(
    folder: Path, database_url: str
) -> AsyncIterator[tuple[Served, dict[str, Process], str]]:
    """The server, a worker on each machine, and a page that they can reach."""
    async with AsyncExitStack() as stack:
        s3 = await stack.enter_async_context(_python("-m", "moto.server", "-H", HERE, "-p", "0"))
        endpoint = await said(s3, r"Running on (\S+)")
        async with httpx.AsyncClient() as client:
            (await client.put(f"{endpoint}/runs")).raise_for_status()
        (folder / "site").mkdir()
        (folder / "site" / "index.html").write_text(_PAGE)
        pages = ("-u", "-m", "http.server", "0", "--bind", HERE, "--directory", str(folder / "site"))
        page = await said(await stack.enter_async_context(_python(*pages)), r"\((http\S+)\)")
        environment = {
            "DEMO_RUNNER_SECRET_KEY": Fernet.generate_key().decode(),
            "DEMO_RUNNER_DATABASE_URL": database_url,
            "DEMO_RUNNER_ARTIFACTS_URL": "s3://runs/here",
            "AWS_ENDPOINT": endpoint,
            "AWS_ALLOW_HTTP": "true",
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "secret",
        }
        allowed = ("--allow-host", HERE)
        service = await stack.enter_async_context(served(folder / "server", 0, "", *allowed, env=environment))
        workers = {}
        for name in MACHINES:
            asked = ("worker", "--workers", 1, "--data", folder / name, *allowed)
            there = ("ip", "netns", "exec", name)
            worker = await stack.enter_async_context(demo_runner(*asked, prefix=there, env=environment))
            workers[await said(worker, r"at a time, as (\S+)")] = worker
        yield service, workers, page


@asynccontextmanager
async def _python(*arguments: str) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    try:
        yield process
    finally:
        process.kill()
        await process.communicate()


@contextmanager
def _network() -> Iterator[None]:
    """A network of namespaces, and this machine in it."""
    try:
        _ip("link", "add", BRIDGE, "type", "bridge")
        _ip("addr", "add", f"{HERE}/24", "dev", BRIDGE)
        _ip("link", "set", BRIDGE, "up")
        for name, address in MACHINES.items():
            _ip("netns", "add", name)
            _ip("link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", name)
            _ip("link", "set", name, "master", BRIDGE, "up")
            _ip("-n", name, "addr", "add", f"{address}/24", "dev", "eth0")
            _ip("-n", name, "link", "set", "eth0", "up")
            _ip("-n", name, "link", "set", "lo", "up")
        yield
    finally:
        for name in MACHINES:
            _ip("netns", "delete", name, check=False)
        _ip("link", "delete", BRIDGE, check=False)


def _ip(*arguments: str, check: bool = True) -> None:
    subprocess.run(["ip", *arguments], check=check, capture_output=not check)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))

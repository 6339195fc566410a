"""Nothing that was accepted is lost: what becomes of runs whose server or worker is killed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import psutil
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from runner.service.settings import ServiceSettings
from runner.service.store.database import opened
from runner.service.store.runs import RunStore
from runner.site import Site
from tests.service.conftest import Api, demo_runner, said, served

INTERRUPTED: Final = "Interrupted: the worker that carried out this run went away in the middle of it."


async def started(api: Api, shop: Site, *, wait_ms: int = 0) -> str:
    """A run that replays a flow, with a pause in it; returns its id."""
    steps: list[dict[str, Any]] = [{"action": "goto", "value": f"{shop.url}/shop"}]
    steps += [{"action": "wait", "value": wait_ms}] if wait_ms else []
    steps.append({"action": "expect", "expect": {"type": "text", "contains": "The Hobbit"}})
    config = {"starting_url": f"{shop.url}/shop", "steps": steps}
    run = await api.json("POST", "/test-runs", json={"prompt": "Look", "test_config": config})
    return str(run["id"])


async def told(api: Api, run_id: str, until: str) -> list[dict[str, Any]]:
    """The events that a subscriber is told of, until one of that type; the run goes on."""
    events = []
    async with connect(api.stream_url(run_id), max_size=None, proxy=None) as connection:
        async for text in connection:
            message = json.loads(text)
            if message["type"] == "event":
                events.append(message["event"])
                if message["event"]["type"] == until:
                    break
    return events


async def kill_browsers_of(api: Api) -> None:
    """Kill the browser of the service's worker, as a machine that runs out of memory does."""
    for process in psutil.Process(api.process.pid).children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            if any(word.startswith("--remote-debugging") for word in process.cmdline()):
                process.kill()


async def kill(process: asyncio.subprocess.Process) -> None:
    process.kill()
    await process.wait()


async def test_a_run_whose_browser_dies_says_so_and_the_others_go_on(api: Api, shop: Site) -> None:
    doomed = await started(api, shop, wait_ms=60_000)
    await told(api, doomed, "step_started")
    await kill_browsers_of(api)
    run = await api.ended(doomed)
    assert run["status"] == "failed"
    assert "browser" in run["error_message"]
    shown = await api.json("GET", f"/runs/{doomed}")
    assert shown["failure_category"] == "system_error"
    assert shown["failure_detail"] == {
        "phase": "runtime",
        "kind": "connect_error",
        "code": "browser_died",
        "public_message": run["error_message"],
        "retryable": True,
    }
    assert (await api.ended(await started(api, shop)))["status"] == "completed"


async def test_a_server_is_killed_and_starts_again(tmp_path: Path, shop: Site) -> None:
    async with served(tmp_path, "--workers", 1) as api:
        under_way = await started(api, shop, wait_ms=60_000)
        waiting = [await started(api, shop) for _ in range(2)]
        known = await told(api, under_way, "step_started")
        await kill(api.process)
    async with served(tmp_path, "--workers", 1, key=api.key) as again:
        run = await again.ended(under_way)
        assert (run["status"], run["error_message"]) == ("failed", INTERRUPTED)
        assert run["events_json"][: len(known)] == known
        assert [event["type"] for event in run["events_json"]].count("failed") == 1
        assert run["events_json"][-1]["details"]["failure"]["category"] == "interrupted"
        for run_id in waiting:
            assert (await again.ended(run_id))["status"] == "completed"
        stopped = await started(again, shop, wait_ms=60_000)
        await told(again, stopped, "step_started")
        again.process.terminate()
        await again.process.communicate()
        assert again.process.returncode == 0
        async with opened(ServiceSettings(data=tmp_path).database) as database:
            found = await RunStore(database).get(stopped)
        assert found is not None
        assert (found.run.status, found.run.error_message) == ("failed", INTERRUPTED)
        assert "events.jsonl" in found.run.artifacts_json
        left = [path for path in (tmp_path / "work").rglob("*") if path.is_file()]
        assert left == []


async def test_workers_share_a_database_and_one_of_them_is_killed(
    tmp_path: Path, shop: Site, postgres: Callable[[], str]
) -> None:
    where = ["--database-url", postgres()]
    allowed = ["--allow-host", "127.0.0.1"]
    async with served(tmp_path / "server", "--workers", 0, *allowed, *where) as api:
        secret = (tmp_path / "server" / "secret.key").read_text()
        workers = {}
        artifacts = f"file://{tmp_path / 'server' / 'artifacts'}"
        shared = {"DEMO_RUNNER_SECRET_KEY": secret.strip(), "DEMO_RUNNER_ARTIFACTS_URL": artifacts}
        for name in ("one", "two"):
            arguments = ["--workers", 1, "--data", tmp_path / name, *allowed, *where]
            process = await demo_runner("worker", *arguments, env=shared)
            workers[await said(process, r"as (\S+)")] = process
        try:
            runs = [await started(api, shop, wait_ms=60_000) for _ in range(2)]
            known = {run_id: await told(api, run_id, "step_started") for run_id in runs}
            waiting = await started(api, shop)
            # what a worker elsewhere shows is seen here
            async with connect(api.stream_url(runs[1]), max_size=None, proxy=None) as connection:
                try:
                    while json.loads(await connection.recv())["type"] != "frame":
                        pass
                except ConnectionClosed as error:
                    raise AssertionError("no picture came") from error
            await kill(next(iter(workers.values())))
            ended = asyncio.create_task(api.ended(waiting))
            lost = await asyncio.wait(
                [asyncio.create_task(api.ended(run_id)) for run_id in runs],
                return_when=asyncio.FIRST_COMPLETED,
            )
            (run,) = [task.result() for task in lost[0]]
            assert run["error_message"] == INTERRUPTED
            assert run["events_json"][: len(known[run["id"]])] == known[run["id"]]
            (other,) = set(runs) - {run["id"]}
            cancelled = await api.json("POST", f"/test-runs/{other}/cancel")
            assert cancelled["events_json"][: len(known[other])] == known[other]
            run = await ended
            assert run["status"] == "completed", run["error_message"]
            files = await api.client.get(f"/test-runs/{waiting}/artifacts/events.jsonl")
            assert files.status_code == 302
            for task in lost[1]:
                await task
        finally:
            for process in workers.values():
                if process.returncode is None:
                    process.terminate()
                await process.communicate()

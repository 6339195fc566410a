"""A service as a user starts it, in a process of its own, and a client of it."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from runner.contract.event import TERMINAL


@dataclass
class Served:
    """A service that serves."""

    url: str
    key: str
    process: asyncio.subprocess.Process
    client: httpx.AsyncClient

    async def start(self, config: dict[str, Any]) -> str:
        """A new run that replays the config; returns its id."""
        answer = await self.client.post("/test-runs", json={"prompt": "Measure", "test_config": config})
        answer.raise_for_status()
        return str(answer.json()["id"])

    async def run(self, run_id: str) -> dict[str, Any]:
        """The run as it is now."""
        answer = await self.client.get(f"/test-runs/{run_id}")
        answer.raise_for_status()
        return dict(answer.json())

    async def ended(self, run_id: str) -> dict[str, Any]:
        """The run, when it has ended."""
        while True:
            run = await self.run(run_id)
            if run["status"] in TERMINAL:
                return run
            await asyncio.sleep(0.1)

    async def followed(self, run_id: str) -> None:
        """Wait for the run's end as clients do, by the stream of its results."""
        async with self.client.stream("GET", f"/validate/{run_id}/results") as answer:
            async for _ in answer.aiter_bytes():
                pass

    def stream_url(self, run_id: str) -> str:
        """Where the run is streamed."""
        return f"{self.url.replace('http', 'ws', 1)}/test-runs/{run_id}/stream?token={self.key}"


Process = asyncio.subprocess.Process


@asynccontextmanager
async def served(
    data: Path, workers: int, key: str = "", *arguments: object, env: Mapping[str, str] | None = None
) -> AsyncIterator[Served]:
    """A service on a free port; one that has been started before needs its key again."""
    asked = ("serve", "--port", 0, "--workers", workers, "--data", data, *arguments)
    async with demo_runner(*asked, env=env) as process:
        url = await said(process, r"Serving (\S+)")
        key = key or await said(process, r"(dr_sk_\S+)")
        headers = {"Authorization": f"Bearer {key}"}
        async with httpx.AsyncClient(base_url=url, headers=headers, timeout=60) as client:
            yield Served(url, key, process, client)


@asynccontextmanager
async def demo_runner(
    *arguments: object, prefix: Sequence[str] = (), env: Mapping[str, str] | None = None
) -> AsyncIterator[Process]:
    """The command, ended with the context at the latest.

    `prefix` is a command that starts it, such as one that puts it into a network of its own.
    """
    process = await asyncio.create_subprocess_exec(
        *(*prefix, sys.executable, "-m", "runner.cli", *map(str, arguments)),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, **(env or {})},
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


async def said(process: Process, pattern: str) -> str:
    """What the process says that is like the pattern, as soon as it does."""
    assert process.stdout is not None
    while line := (await process.stdout.readline()).decode():
        if found := re.search(pattern, line):
            return found[1]
    raise RuntimeError(f"it ended without saying {pattern}")

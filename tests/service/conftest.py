"""One service for all tests, as a user starts it: a process of its own, its key read off its output."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
import psycopg
import pytest

from runner.contract.event import TERMINAL
from runner.site import Site, bundled_site
from tests.service import postgres as postgresql

START_S: Final = 60
RUN_S: Final = 90
DATABASE: Final = "DEMO_RUNNER_TEST_DATABASE"


@dataclass
class Api:
    """A service that serves, its key, and a client that uses it."""

    url: str
    key: str = field(repr=False)
    data: Path
    process: asyncio.subprocess.Process
    client: httpx.AsyncClient
    page: str = field(repr=False)
    database: str = field(repr=False)

    @property
    def log(self) -> bytes:
        """All that it has logged."""
        return _log(self.data).read_bytes()

    async def json(self, method: str, path: str, status: int = 200, **options: Any) -> Any:
        """What the API answers, which must be with that status."""
        answer = await self.client.request(method, path, **options)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def ended(self, run_id: str) -> dict[str, Any]:
        """The run, when it has ended."""
        return await self.until(run_id, lambda run: run["status"] in TERMINAL)

    async def until(self, run_id: str, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The run, when it is as wanted."""
        async with asyncio.timeout(RUN_S):
            while True:
                run: dict[str, Any] = await self.json("GET", f"/demo-runner/runs/{run_id}")
                if wanted(run):
                    return run
                await asyncio.sleep(0.05)

    def stream_url(self, run_id: str, token: str | None = None) -> str:
        """Where the run is streamed."""
        base = self.url.replace("http", "ws", 1)
        return f"{base}/demo-runner/runs/{run_id}/stream?token={self.key if token is None else token}"


Command = Callable[..., Awaitable[str]]


async def demo_runner(
    *arguments: object, env: Mapping[str, str] | None = None, log: int = asyncio.subprocess.STDOUT
) -> asyncio.subprocess.Process:
    """The command, started."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "runner.cli", *map(str, arguments)),
        env={**os.environ, **(env or {})},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=log,
    )


def _log(data: Path) -> Path:
    return data.with_name(f"{data.name}.log")


async def said(process: asyncio.subprocess.Process, pattern: str) -> str:
    """What the process says that is like the pattern, as soon as it does."""
    assert process.stdout is not None
    before = ""
    async with asyncio.timeout(START_S):
        while line := (await process.stdout.readline()).decode():
            before += line
            if found := re.search(pattern, line):
                return found[1]
    raise AssertionError(f"it ended without saying {pattern}: {before}")


@asynccontextmanager
async def served(
    data: Path, *arguments: object, key: str = "", env: Mapping[str, str] | None = None
) -> AsyncIterator[Api]:
    """A service of one's own. Where it has a key already, say which."""
    asked = ("serve", "--port", 0, "--data", data, *arguments)
    with _log(data).open("wb") as log:
        process = await demo_runner(*asked, env=env, log=log.fileno())
    try:
        url = await said(process, r"Serving (\S+)")
        page = await said(process, r"signed in: (\S+)")
        key = key or await said(process, r"(dr_sk_\S+)")
        place = [str(each) for each in arguments]
        named = place[place.index("--database-url") + 1] if "--database-url" in place else None
        database = named or f"sqlite:///{data / 'service.sqlite'}"
        headers = {"Authorization": f"Bearer {key}"}
        async with httpx.AsyncClient(base_url=url, headers=headers, timeout=30) as client:
            yield Api(url, key, data, process, client, page, database)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


@pytest.fixture(scope="session")
async def api(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Api]:
    """The service that all tests share: on SQLite, or on PostgreSQL where the environment says so."""
    arguments: list[object] = ["--workers", 2, "--auth-attempts", 10_000, "--log-json"]
    if os.environ.get(DATABASE) == "postgresql":
        made: Callable[[], str] = request.getfixturevalue("postgres")
        arguments += ["--database-url", made(), "--allow-host", "127.0.0.1"]
    async with served(tmp_path_factory.mktemp("service"), *arguments) as running:
        yield running


@pytest.fixture(scope="session")
def postgres() -> Iterator[Callable[[], str]]:
    """Makes a database on a PostgreSQL server and returns its URL."""
    programs = postgresql.binaries()
    if programs is None:
        pytest.skip("there is no PostgreSQL server here (Debian: apt-get install postgresql)")
    with postgresql.serving(programs) as base:

        def made() -> str:
            name = f"t{uuid.uuid4().hex}"
            with psycopg.connect(f"{base}postgres", autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}".encode())
            return base + name

        yield made


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database, of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'service.sqlite'}"
    made: Callable[[], str] = request.getfixturevalue("postgres")
    return made()


@pytest.fixture(scope="session")
async def shop() -> AsyncIterator[Site]:
    """The bundled app."""
    async with bundled_site() as site:
        yield site


@pytest.fixture(scope="session")
async def recorded(api: Api, shop: Site) -> dict[str, Any]:
    """A flow of the bundled app, recorded through the API."""
    prompt = 'Click Add to cart next to The Hobbit, then open the cart. You should see "The Hobbit".'
    asked = {"prompt": prompt, "start_url": f"{shop.url}/shop"}
    run = await api.json("POST", "/demo-runner/runs", json=asked)
    return await api.ended(run["id"])


def as_lines(text: str) -> list[dict[str, Any]]:
    """JSON lines, read."""
    return [json.loads(line) for line in text.splitlines()]

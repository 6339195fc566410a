"""The bundled app as a running site: a process of its own, for as long as someone needs it.

With it come prompts for it, each with an oracle: questions to the app's database, never to a page.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

from runner.assets import folder
from runner.contract.errors import RunnerError

START_SECONDS: Final = 20.0
STOP_SECONDS: Final = 3.0
POLL_SECONDS: Final = 0.05

_REMEDY: Final = "Run its script by hand to see why: python fixtures/app/serve.py --database shop.db"


@dataclass(frozen=True, slots=True)
class Site:
    """A site that answers: where it is, and the SQLite file that holds its whole state."""

    url: str
    database: Path


@asynccontextmanager
async def bundled_site(*, drifted: bool = False, data: Path | None = None) -> AsyncIterator[Site]:
    """Serve the bundled app on a free loopback port until the context ends, however it ends.

    `data` is the folder that keeps the database; without one a temporary folder is used and removed, so
    that every site begins with the same state. `drifted` serves the redesigned second version.
    Raises RunnerError when the app cannot be started.
    """
    with tempfile.TemporaryDirectory(prefix="demo-runner-site-") as spare, tempfile.TemporaryFile() as log:
        database = _database_in(data or Path(spare))
        process = await _start(database, log, drifted=drifted)
        try:
            yield Site(await _address(process, log), database)
        finally:
            await _stop(process)


@dataclass(frozen=True, slots=True)
class Check:
    """A question to the app's database and the rows that must come back."""

    sql: str
    params: tuple[Any, ...]
    expect: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True, slots=True)
class BundledPrompt:
    """A prompt for the bundled app, where it starts, and how to tell that it was carried out.

    `fails`: the prompt must end in a clear failure that quotes this part of it.
    """

    name: str
    prompt: str
    path: str
    oracle: tuple[Check, ...]
    parameters: Mapping[str, str] = field(default_factory=dict)
    secrets: frozenset[str] = frozenset()
    fails: str | None = None


def bundled_prompts() -> tuple[BundledPrompt, ...]:
    """All prompts that ship with the bundled app; `{{FILES}}` is where its sample files lie."""
    home = folder("fixtures")
    found = []
    for path in sorted((home / "prompts").glob("*.json")):
        text = path.read_text(encoding="utf-8").replace("{{FILES}}", (home / "files").as_posix())
        found += [_prompt(entry) for entry in json.loads(text)]
    return tuple(found)


def unmet(database: Path, oracle: Sequence[Check]) -> list[str]:
    """What the app's database says otherwise than `oracle` expects; empty when all is as it should be."""
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
        return list(_differences(connection, oracle))


async def unmet_at_last(database: Path, oracle: Sequence[Check], patience_ms: int = 2_000) -> list[str]:
    """As `unmet`, but gives requests that are still under way up to `patience_ms` to arrive."""
    deadline = time.monotonic() + patience_ms / 1000
    differences = unmet(database, oracle)
    while differences and time.monotonic() < deadline:
        await asyncio.sleep(POLL_SECONDS)
        differences = unmet(database, oracle)
    return differences


def _differences(connection: sqlite3.Connection, oracle: Sequence[Check]) -> Iterator[str]:
    for check in oracle:
        found = tuple(connection.execute(check.sql, check.params).fetchall())
        if found != check.expect:
            yield f"{check.sql} {check.params or ''}\n  expected {check.expect}\n  found    {found}"


def _prompt(entry: Mapping[str, Any]) -> BundledPrompt:
    return BundledPrompt(
        name=entry["name"],
        prompt=entry["prompt"],
        path=entry["path"],
        oracle=tuple(_check(check) for check in entry["oracle"]),
        parameters=entry.get("parameters", {}),
        secrets=frozenset(entry.get("secrets", ())),
        fails=entry.get("fails"),
    )


def _check(check: Mapping[str, Any]) -> Check:
    rows = tuple(tuple(row) for row in check["expect"])
    return Check(check["sql"], tuple(check.get("params", ())), rows)


def _database_in(data: Path) -> Path:
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunnerError(
            f"the bundled app cannot keep its data in {data}: {error.strerror}",
            remedy="Name a folder that can be written.",
        ) from error
    return data.resolve() / "shop.db"


async def _start(database: Path, log: IO[bytes], *, drifted: bool) -> asyncio.subprocess.Process:
    try:
        script = folder("fixtures") / "app" / "serve.py"
        # Its stdin is a pipe that we hold open: should we be killed, it closes and the app ends by itself.
        return await asyncio.create_subprocess_exec(
            sys.executable,
            str(script),
            *("--port", "0", "--database", str(database), "--until-stdin-closes"),
            *(("--drifted",) if drifted else ()),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
        )
    except OSError as error:
        raise RunnerError(f"the bundled app could not be started: {error}", remedy=_REMEDY) from error


async def _address(process: asyncio.subprocess.Process, log: IO[bytes]) -> str:
    if process.stdout is None:
        raise RunnerError("the bundled app has no output to read its address from")
    try:
        line = await asyncio.wait_for(process.stdout.readline(), START_SECONDS)
    except TimeoutError as error:
        message = f"the bundled app did not answer within {START_SECONDS:.0f} s"
        raise RunnerError(message, remedy=_REMEDY) from error
    try:
        return str(json.loads(line)["url"])
    except (ValueError, KeyError, TypeError) as error:
        said = await _last_words(process, log)
        raise RunnerError(f"the bundled app ended before it answered: {said}", remedy=_REMEDY) from error


async def _last_words(process: asyncio.subprocess.Process, log: IO[bytes]) -> str:
    await _stop(process)
    log.seek(0)
    lines = log.read().decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else f"exit code {process.returncode}"


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        await asyncio.wait_for(asyncio.shield(process.wait()), STOP_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()
    except asyncio.CancelledError:
        process.kill()
        await asyncio.shield(process.wait())
        raise

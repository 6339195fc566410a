"""The bundled app as a running site: a process of its own, for as long as someone needs it."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from runner.assets import folder
from runner.contract.errors import RunnerError

START_SECONDS: Final = 20.0
STOP_SECONDS: Final = 3.0

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
    async with AsyncExitStack() as stack:
        kept = data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="demo-runner-site-")))
        database = _database_in(kept)
        process = await _start(database, drifted=drifted)
        stack.push_async_callback(_stop, process)
        yield Site(await _address(process), database)


def _database_in(data: Path) -> Path:
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunnerError(
            f"the bundled app cannot keep its data in {data}: {error.strerror}",
            remedy="Name a folder that can be written.",
        ) from error
    return data.resolve() / "shop.db"


async def _start(database: Path, *, drifted: bool) -> asyncio.subprocess.Process:
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
            stderr=asyncio.subprocess.PIPE,
        )
    except OSError as error:
        raise RunnerError(f"the bundled app could not be started: {error}", remedy=_REMEDY) from error


async def _address(process: asyncio.subprocess.Process) -> str:
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
        said = await _last_words(process)
        raise RunnerError(f"the bundled app ended before it answered: {said}", remedy=_REMEDY) from error


async def _last_words(process: asyncio.subprocess.Process) -> str:
    await _stop(process)
    said = await process.stderr.read() if process.stderr else b""
    lines = said.decode(errors="replace").strip().splitlines()
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

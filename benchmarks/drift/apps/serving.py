"""Installing an application into a folder of its own, and running it on loopback while it is needed."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from benchmarks.drift.apps import App, Prepared, Version
from runner.contract.errors import RunnerError

START_TIMEOUT_S = 120.0
STOP_TIMEOUT_S = 5.0


async def installed(app: App, version: Version, cellar: Path) -> Path:
    """The folder that holds this version, installed on first use. Raises RunnerError if it cannot be."""
    place = cellar / f"{app.name}-{version.name}"
    done = place / ".installed"
    if not done.exists():
        place.mkdir(parents=True, exist_ok=True)
        for command in _install_commands(version, place):
            await _run(command, place)
        done.write_text("\n".join(version.requirements), encoding="utf-8")
    return place


def _install_commands(version: Version, place: Path) -> list[list[str]]:
    if not version.requirements:
        return []
    if version.registry == "npm":
        quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--silent"]
        return [["npm", "install", "--prefix", str(place), *quiet, *version.requirements]]
    pip = [str(place / "bin" / "pip"), "install", "--quiet", *version.requirements]
    return [[sys.executable, "-m", "venv", str(place)], pip]


async def _run(command: list[str], folder: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *command, cwd=folder, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    _, errors = await process.communicate()
    if process.returncode:
        said = errors.decode(errors="replace").strip().splitlines()[-3:]
        raise RunnerError(f"`{' '.join(command)}` failed: {' '.join(said)}")


@asynccontextmanager
async def serving(app: App, place: Path, folder: Path | None = None) -> AsyncIterator[str]:
    """The URL of the application, started in `folder` (default: a temporary one), ended on leaving."""
    with tempfile.TemporaryDirectory(prefix="drift-") as scratch:
        port = _free_port()
        files = folder or Path(scratch)
        prepared = await asyncio.to_thread(app.prepare, place, files, port)
        with (Path(scratch) / "server.log").open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                *prepared.command,
                cwd=prepared.folder,
                env={**os.environ, **prepared.environment},
                stdout=log,
                stderr=log,
            )
            try:
                url = f"http://127.0.0.1:{port}"
                await _answers(app, prepared, url, process, Path(scratch) / "server.log")
                yield url
            finally:
                await _ended(process)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _answers(
    app: App, prepared: Prepared, url: str, process: asyncio.subprocess.Process, log: Path
) -> None:
    deadline = asyncio.get_running_loop().time() + START_TIMEOUT_S
    while asyncio.get_running_loop().time() < deadline:
        if process.returncode is not None:
            break
        if await asyncio.to_thread(_reachable, url + prepared.answers_at):
            return
        await asyncio.sleep(0.2)
    text = await asyncio.to_thread(log.read_text, encoding="utf-8", errors="replace")
    said = "\n".join(text.splitlines()[-8:])
    raise RunnerError(f"{app.name} did not come up at {url}: {said}")


def _reachable(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except (urllib.error.URLError, OSError):
        return False


async def _ended(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), STOP_TIMEOUT_S)
    except TimeoutError:
        process.kill()
        await process.wait()

"""The command as a user runs it: a process of its own, its output and its exit code."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest


@dataclass(frozen=True)
class Said:
    """What a command said and how it left."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The JSON lines on stdout."""
        return [json.loads(line) for line in self.out.splitlines()]


class Command:
    """A running command."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    async def said(self) -> Said:
        """Wait for its end."""
        out, err = await self.process.communicate()
        code = self.process.returncode
        assert code is not None
        return Said(code, out.decode(), err.decode())


Start = Callable[..., Awaitable[Command]]
Run = Callable[..., Awaitable[Said]]


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[Start]:
    """Starts the command in an empty folder; what still runs after the test is ended."""
    started: list[Command] = []

    async def begin(*arguments: object, env: dict[str, str] | None = None) -> Command:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "runner.cli", *map(str, arguments)),
            cwd=tmp_path,
            env={**os.environ, **(env or {})},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        started.append(Command(process))
        return started[-1]

    yield begin
    for command in started:
        if command.process.returncode is None:
            command.process.kill()
            await command.process.communicate()


@pytest.fixture
def run(start: Start) -> Run:
    """Runs the command to its end. A traceback is never what a user should see."""

    async def to_the_end(*arguments: object, env: dict[str, str] | None = None) -> Said:
        said = await (await start(*arguments, env=env)).said()
        assert "Traceback" not in said.out + said.err
        return said

    return to_the_end


@pytest.fixture
def flow(tmp_path: Path) -> Callable[..., Path]:
    """Writes a TestConfig of these steps and returns its path."""

    def write(*steps: dict[str, Any], name: str = "flow.json", **fields: Any) -> Path:
        path = tmp_path / name
        path.write_text(json.dumps({"steps": list(steps), **fields}))
        return path

    return write

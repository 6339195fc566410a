"""The API as its OpenAPI document has it: thousands of requests, none answered with what is not in there."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.service.conftest import Api, served

CONFIG: Final = Path(__file__).with_name("schemathesis.toml")
# Neither the same handlers under their older names nor what answers with 501 all alike: the whole of it is
# asked, at greater length, by benchmarks/service/openapi.py.
LESS: Final = ("--exclude-path-regex", "^/demo-runner/", "--exclude-tag", "hosted product")


@pytest.fixture
async def idle(tmp_path: Path) -> AsyncIterator[Api]:
    """A service that starts no runs: what is made up here as a URL must not be visited."""
    async with served(tmp_path, "--workers", 0, "--auth-attempts", 1_000_000) as running:
        yield running


async def test_no_answer_is_undocumented(idle: Api) -> None:
    token = (await idle.json("POST", "/auth/token"))["token"]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG)),
        *("run", f"{idle.url}/openapi.json", "--checks", "all", *LESS),
        # that a prompt has a URL or comes with one, that a TestConfig is sound: no schema says it
        *("--exclude-checks", "positive_data_acceptance"),
        *("--header", f"Authorization: Bearer {token}", "--phases", "fuzzing,stateful"),
        *("--max-examples", "1", "--seed", "1", "--suppress-health-check", "all", "--no-color"),
        cwd=idle.data,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await process.communicate()
    assert process.returncode == 0, out.decode()[-6000:]


async def test_every_link_leads_somewhere(api: Api) -> None:
    document = await api.json("GET", "/openapi.json")
    operations: list[dict[str, Any]] = [
        operation for methods in document["paths"].values() for operation in methods.values()
    ]
    known = {operation["operationId"] for operation in operations}
    linked = {
        link["operationId"]
        for operation in operations
        for answer in operation["responses"].values()
        for link in answer.get("links", {}).values()
    }
    assert linked
    assert linked <= known

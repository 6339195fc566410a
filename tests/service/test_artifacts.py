"""The files of runs in an object store, as a team has it: a real S3 server (moto's), the real client."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from runner.contract.errors import ArtifactsNotWritable, RunnerError, UsageError
from runner.service.artifacts import ArtifactStore, artifact_store
from runner.testing import Answer, CannedSite
from tests.service.conftest import said

# More than one part of a multipart upload.
LARGE = os.urandom(11 * 1024 * 1024)


@pytest.fixture(scope="module")
async def s3() -> AsyncIterator[str]:
    """The URL of an S3 server with a bucket."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        url = await said(process, r"Running on (\S+)")
        async with httpx.AsyncClient() as client:
            (await client.put(f"{url}/bucket")).raise_for_status()
        yield url
    finally:
        process.terminate()
        await process.communicate()


def store(url: str, monkeypatch: pytest.MonkeyPatch, place: str = "s3://bucket/prefix") -> ArtifactStore:
    """The store as a worker opens it: its place on the command line, the rest in the environment."""
    for name, value in {
        "AWS_ENDPOINT": url,
        "AWS_ALLOW_HTTP": "true",
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
    }.items():
        monkeypatch.setenv(name, value)
    return artifact_store(Path("unused"), place)


async def test_files_are_kept_in_s3(s3: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    files = store(s3, monkeypatch)
    small, large = tmp_path / "small", tmp_path / "large"
    small.write_text("{}")
    large.write_bytes(LARGE)
    await files.keep("run", "test_config.json", small)
    await files.keep("run", "downloads/large ä.bin", large)
    await files.keep("other", "test_config.json", small)

    found = await files.find("run", "downloads/large ä.bin")
    assert found is not None
    assert found.size == len(LARGE)
    assert b"".join([piece async for piece in found.content]) == LARGE
    assert await files.find("run", "nothing") is None
    assert not await files.has("run", "../other/test_config.json")

    # clients are sent to the store itself, which gives the file to whoever has the link and to nobody else
    link = await files.link("run", "test_config.json")
    assert link is not None
    assert "X-Amz-Expires=3600" in link
    async with httpx.AsyncClient() as client:
        assert (await client.get(link)).text == "{}"

    await files.delete("run")
    assert not await files.has("run", "downloads/large ä.bin")
    assert await files.has("other", "test_config.json")


async def test_a_store_that_refuses_is_told_from_a_file_that_is_not_there(
    canned_site: CannedSite, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    canned_site.pages["/bucket/prefix/runs/run/a.json"] = Answer(status=403)
    files = store(canned_site.url.rstrip("/"), monkeypatch)
    with pytest.raises(RunnerError, match="does not answer"):
        await files.has("run", "a.json")
    (tmp_path / "a.json").write_text("{}")
    with pytest.raises(ArtifactsNotWritable, match=r"a\.json cannot be stored"):
        await files.keep("run", "a.json", tmp_path / "a.json")
    with pytest.raises(UsageError, match="cannot be used"):
        store("", monkeypatch, "nonsense://x")

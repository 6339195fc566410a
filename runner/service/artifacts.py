"""Where the files of runs are kept: a folder, or an S3-compatible store. One code path for both.

A file is there whole or not at all: a folder gets it by a rename, an object store by its own promise.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final, TypeVar

import obstore
from obstore.exceptions import BaseError
from obstore.store import AzureStore, GCSStore, LocalStore, ObjectStore, S3Store, from_url

from runner.contract.errors import ArtifactsNotWritable, RunnerError, UsageError
from runner.service.auth.vault import LINK_SECONDS

T = TypeVar("T")

MAX_NAME: Final = 512
_SEGMENT: Final = re.compile(r"^(?!\.{1,2}$)[^/\\\0-\x1f\x7f]{1,255}$")

_TYPES: Final = {
    ".json": "application/json",
    ".jsonl": "application/x-ndjson",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webm": "video/webm",
    ".txt": "text/plain; charset=utf-8",
    ".yaml": "text/plain; charset=utf-8",
    ".zip": "application/zip",
}
_DOWNLOAD_ONLY: Final = "application/octet-stream"


@dataclass(frozen=True)
class Found:
    """A file of a run: its size in bytes, its type, and its content in pieces."""

    size: int
    content: AsyncIterator[bytes]


class ArtifactStore:
    """The files of all runs. Made by `artifact_store`."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    async def keep(self, run_id: str, name: str, file: Path) -> None:
        """Keep a copy of the file; raises ArtifactsNotWritable."""
        try:
            await obstore.put_async(self._store, _place(run_id, name), file)
        except (BaseError, OSError) as error:
            raise ArtifactsNotWritable(
                f"The artifact {name} cannot be stored.", remedy="Is there space, and may it be written?"
            ) from error

    async def has(self, run_id: str, name: str) -> bool:
        """Whether the run has a file of that name. Raises RunnerError where that cannot be told."""
        return await self._answer(obstore.head_async, run_id, name) is not None

    async def link(self, run_id: str, name: str) -> str | None:
        """A signed URL of the object store, for 60 minutes; None where the files are our own to serve."""
        if not isinstance(self._store, S3Store | GCSStore | AzureStore):
            return None
        until = timedelta(seconds=LINK_SECONDS)
        return str(await obstore.sign_async(self._store, "GET", _place(run_id, name), until))

    async def find(self, run_id: str, name: str) -> Found | None:
        """The file, to be read; None if there is none. Raises RunnerError where that cannot be told."""
        found = await self._answer(obstore.get_async, run_id, name)
        return None if found is None else Found(found.meta["size"], _pieces(found.stream()))

    async def _answer(
        self, ask: Callable[[ObjectStore, str], Awaitable[T]], run_id: str, name: str
    ) -> T | None:
        if not is_safe(name):
            return None
        try:
            return await ask(self._store, _place(run_id, name))
        except FileNotFoundError:
            return None
        except BaseError as error:
            if isinstance(self._store, LocalStore):
                # it is a name that no file can have: too long, or below another file
                return None
            raise RunnerError(
                "The artifact store does not answer.", remedy="Is it there, and may this key read from it?"
            ) from error

    async def delete(self, run_id: str) -> None:
        """Remove all files of a run."""
        found = await obstore.list(self._store, f"runs/{run_id}/").collect_async()
        if found:
            await obstore.delete_async(self._store, [each["path"] for each in found])


def artifact_store(folder: Path, url: str | None) -> ArtifactStore:
    """The store behind the URL, else in the folder. Raises UsageError."""
    if url is None:
        return ArtifactStore(LocalStore(prefix=folder, mkdir=True))
    try:
        return ArtifactStore(from_url(url))
    except (BaseError, ValueError) as error:
        raise UsageError(
            f"The artifact store cannot be used: {error}",
            remedy="As in s3://bucket/prefix; AWS_ACCESS_KEY_ID, AWS_ENDPOINT and so on say the rest.",
        ) from error


def is_safe(name: str) -> bool:
    """Whether a name stays within its run: no empty, hidden-behind or upward parts."""
    return len(name) <= MAX_NAME and all(_SEGMENT.match(part) for part in name.split("/"))


def content_type(name: str) -> str:
    """What a file is served as. What a browser would run is only ever downloaded."""
    return _TYPES.get(Path(name).suffix.lower(), _DOWNLOAD_ONLY)


def _place(run_id: str, name: str) -> str:
    return f"runs/{run_id}/{name}"


async def _pieces(stream: obstore.BytesStream) -> AsyncIterator[bytes]:
    async for piece in stream:
        yield bytes(piece)

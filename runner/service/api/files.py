"""Artifacts: a redirect to a signed URL, and what is behind it.

A recorded page's own files must never run as us: they are served as what they are or for download only, in a
sandbox of their own, and no browser may guess what they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import RedirectResponse, Response, StreamingResponse

from runner.contract.errors import RunnerError
from runner.service.api.identity import Serving, WhoAnyhow
from runner.service.api.models import Detail, Invalid
from runner.service.api.runs import NOT_FOUND, found
from runner.service.api.showing import ALWAYS, Answers, signed_url
from runner.service.artifacts import Found, content_type
from runner.service.running import Service

NO_FILE: Final = "Artifact not found"
NOT_READ: Final = "Failed to retrieve artifact"
EXPIRED: Final = "This link is not valid any more. Ask for the artifact again."
SHOWN: Final = ("image/", "video/", "text/plain", "application/json", "application/x-ndjson")

ROUTER: Final = APIRouter()
OF_A_RUN: Final = APIRouter()
REDIRECTED: Final[Answers] = {
    **ALWAYS,
    302: {"description": "A redirect to a signed URL that is good for 60 minutes."},
    404: {"model": Detail},
    500: {"model": Detail},
}


@OF_A_RUN.get("/{run_id}/artifacts/{filename:path}", responses=REDIRECTED, status_code=302)
async def get_artifact(
    run_id: str, filename: str, who: WhoAnyhow, service: Serving, request: Request
) -> Response:
    """A file of a run: a redirect to where it can be had for 60 minutes."""
    await found(service, run_id, who.user_id, NOT_FOUND)
    return await redirected(service, request, run_id, filename)


@ROUTER.get(
    "/artifacts/{run_id}/{filename:path}",
    responses={
        200: {"description": "The file.", "content": {"application/octet-stream": {}}},
        403: {"model": Detail},
        404: {"model": Detail},
        422: {"model": Invalid},
        500: {"model": Detail},
    },
)
async def serve_artifact(
    run_id: str,
    filename: str,
    service: Serving,
    expires: Annotated[str, Query(max_length=32)] = "",
    signature: Annotated[str, Query(max_length=128)] = "",
) -> Response:
    """The file behind a signed URL."""
    if not service.vault.admits(f"/artifacts/{run_id}/{quote(filename)}", expires, signature):
        raise HTTPException(403, EXPIRED)
    with _told_of_store():
        file = await service.artifacts.find(run_id, filename)
    if file is None:
        raise HTTPException(404, NO_FILE)
    return sent(file, filename)


def sent(file: Found, filename: str) -> Response:
    """The file as an answer that no browser takes for a page of ours."""
    kind = content_type(filename)
    shown = "inline" if kind.startswith(SHOWN) else "attachment"
    headers = {
        "Content-Length": str(file.size),
        "Content-Disposition": f"{shown}; filename*=UTF-8''{quote(PurePosixPath(filename).name)}",
        "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'",
        "Cross-Origin-Resource-Policy": "same-site",
        "Cache-Control": "private, max-age=300",
    }
    return StreamingResponse(file.content, headers=headers, media_type=kind)


async def redirected(service: Service, request: Request, run_id: str, filename: str) -> Response:
    """To the signed URL of the file; 404 if there is none of that name."""
    with _told_of_store():
        if not await service.artifacts.has(run_id, filename):
            raise HTTPException(404, NO_FILE)
        there = await service.artifacts.link(run_id, filename)
    return RedirectResponse(there or signed_url(service, str(request.base_url), run_id, filename), 302)


@contextmanager
def _told_of_store() -> Iterator[None]:
    """500 where the store of the files does not answer."""
    try:
        yield
    except RunnerError as error:
        raise HTTPException(500, NOT_READ) from error

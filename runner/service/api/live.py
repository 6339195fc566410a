"""What the live page needs besides the public API: itself, a way to sign in, light lists, files."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final, Literal, cast

from fastapi import APIRouter, HTTPException, Query, Request, Response
from pydantic import BaseModel, Field

from runner import live
from runner.contract.run import RunMode, RunStatus
from runner.service.api.auth import TokenGiven
from runner.service.api.files import NO_FILE, sent
from runner.service.api.identity import INVALID, Attempts, Serving, Who, client_of
from runner.service.api.models import Body, Detail
from runner.service.api.runs import found
from runner.service.api.showing import ALWAYS, Answers
from runner.service.auth.tokens import same
from runner.service.store.runs import RunRow

PAGE: Final = APIRouter(include_in_schema=False)
ROUTER: Final = APIRouter(prefix="/live", responses=ALWAYS)
MAX_ROWS: Final = 1_000
_THERE: Final[Answers] = {404: {"model": Detail}}


@dataclass(frozen=True, slots=True)
class Invitation:
    """What signs in the person at this machine: a code for as long as the process serves.

    It is in the fragment of the URL that `serve` prints, so that no server and no log ever sees it; the page
    exchanges it for a token that it keeps to itself. A cookie would go to everything else that this machine
    serves, recorded pages included: cookies know no ports.
    """

    user_id: str
    code: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)


class SignIn(Body):
    """The code of the URL that `serve` printed."""

    code: Annotated[str, Field(max_length=255)]


class RowShown(BaseModel):
    """A run in the page's list."""

    id: str
    status: RunStatus
    mode: RunMode
    prompt: str
    start_url: str
    error_message: str | None
    created_at: str
    started_at: str | None
    completed_at: str | None
    steps: int | None
    repairs: int
    test_id: str | None
    test_name: str | None


class RowsShown(BaseModel):
    """A part of the runs, newest first; `more` says whether there are older ones."""

    runs: list[RowShown]
    more: bool


@PAGE.get("/")
@PAGE.get("/page/{name}")
async def page(request: Request) -> Response:
    """The live page, or one of its files."""
    file = live.page_file(request.url.path)
    if file is None:
        raise HTTPException(404, "Not Found")
    headers = {**live.HEADERS, "ETag": file.tag}
    if request.headers.get("if-none-match") == file.tag:
        return Response(status_code=304, headers=headers)
    return Response(file.body, headers=headers, media_type=file.kind)


@ROUTER.post("/sign-in")
async def sign_in(request: Request, asked: SignIn, service: Serving) -> TokenGiven:
    """A token for the person who has the URL that `serve` printed."""
    attempts = cast(Attempts, request.app.state.attempts)
    attempts.check(client_of(request))
    invitation = cast(Invitation | None, request.app.state.invitation)
    if invitation is None or not same(invitation.code, asked.code):
        attempts.count(client_of(request))
        raise HTTPException(401, INVALID)
    return TokenGiven(token=service.vault.token(invitation.user_id))


@ROUTER.get("/runs")
async def list_rows(
    who: Who,
    service: Serving,
    limit: Annotated[int, Query(ge=1, le=MAX_ROWS)] = 100,
    before: Annotated[str | None, Query(max_length=64)] = None,
    status: RunStatus | None = None,
    query: Annotated[str | None, Query(max_length=255)] = None,
    repaired: Literal["true"] | None = None,
    test: Annotated[str | None, Query(max_length=64)] = None,
) -> RowsShown:
    """The runs without their events, newest first: those older than the run `before`, those like `query`,
    those of a saved test."""
    rows = await service.runs.rows(
        who.user_id,
        limit=limit + 1,
        before=before,
        status=status,
        query=query.replace("\0", "") if query else None,
        repaired=repaired is not None,
        test_id=test.replace("\0", "") if test else None,
    )
    ids = {str(row.asked["test_id"]) for row in rows if row.asked.get("test_id")}
    names = await service.saved_tests.names(who.user_id, ids) if ids else {}
    return RowsShown(runs=[_shown(row, names) for row in rows[:limit]], more=len(rows) > limit)


@ROUTER.get(
    "/runs/{run_id}/files/{filename:path}",
    responses=_THERE | {200: {"description": "The file.", "content": {"application/octet-stream": {}}}},
)
async def get_file(run_id: str, filename: str, who: Who, service: Serving) -> Response:
    """A file of a run, without a link that others could use."""
    await found(service, run_id, who.user_id)
    file = await service.artifacts.find(run_id, filename)
    if file is None:
        raise HTTPException(404, NO_FILE)
    return sent(file, filename)


def _shown(row: RunRow, names: Mapping[str, str]) -> RowShown:
    test_id = row.asked.get("test_id")
    steps = (row.summary_json or {}).get("total_steps")
    repairs = sum(bool(patch.get("applied")) for patch in row.repair_patches_json)
    return RowShown.model_validate(
        {name: getattr(row, name) for name in RowShown.model_fields if hasattr(row, name)}
        | {"steps": steps if isinstance(steps, int) else None, "repairs": repairs}
        | {"test_id": test_id, "test_name": names.get(str(test_id))}
    )

"""Validation runs: the older API over the same engine, and what its clients need of it."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import AsyncIterator, Mapping
from typing import Annotated, Any, Final, cast

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from runner.contract.run import Run
from runner.contract.starting import is_absolute
from runner.service.api.accepting import accept, is_id
from runner.service.api.files import REDIRECTED, redirected
from runner.service.api.identity import Serving, Who, WhoAnyhow
from runner.service.api.models import Detail, JsonObject
from runner.service.api.runs import cancel, found
from runner.service.api.showing import ALWAYS, Answers
from runner.service.api.tails import Tails
from runner.service.api.validation_models import (
    Cancelled,
    Feedback,
    FeedbackKept,
    Login,
    RunLogs,
    RunPage,
    RunSummary,
    StartUrlRun,
    UrlRunStarted,
)
from runner.service.api.validation_shape import (
    full_shape,
    runtime_log,
    step_result,
    summary_shape,
    terminal_message,
    worker_log,
)
from runner.service.running import Service
from runner.service.store.runs import StoredRun

NOT_FOUND: Final = "Validation run not found"
BAD_URL: Final = "A valid public http(s) URL is required."
BOTH: Final = "Email and password must both be provided."
BAD_REPO: Final = "Repository must be provided as owner/repo."
MAX_FEEDBACK: Final = 10_000
EMAIL, PASSWORD = "EMAIL", "PASSWORD"
_REPO: Final = re.compile(r"^[^/\s]+/[^/\s]+$")
_PULL: Final = re.compile(r"/pull/(\d+)/?$")

ROUTER: Final = APIRouter(responses=ALWAYS)
_THERE: Final[Answers] = {404: {"model": Detail}}
# Of each event; its data is JSON.
_SSE: Final[dict[str, Any]] = {
    "text/event-stream": {
        "schema": {"type": "object", "properties": {"data": {"type": "string"}}, "required": ["data"]}
    }
}
_STARTED: Final[Answers] = {
    200: {"model": UrlRunStarted, "content": _SSE},
    **_THERE,
}
_STREAMED: Final[Answers] = {200: {"content": _SSE}, **_THERE}
_STOPPED: Final[Answers] = {409: {"model": Detail}, **_THERE}


@ROUTER.post(
    "/validate/url-run",
    responses=_STARTED,
)
async def start_url_run(asked: StartUrlRun, who: Who, service: Serving) -> Response:
    """Start a run against a URL. Without a prompt one is planned, and the planning is streamed (SSE)."""
    _check(asked)
    if not service.settings.reach.permits_url(asked.url):
        raise HTTPException(400, BAD_URL)
    secrets = _secrets(asked.credentials)
    session_id = asked.session_id or str(uuid.uuid4())
    prompt = asked.prompt or planned(asked.url, signs_in=bool(secrets))
    run = Run(mode="record_from_prompt", prompt=prompt, start_url=asked.url)
    asked = asked.model_copy(update={"session_id": session_id})
    stored = await accept(
        service,
        who.user_id,
        run,
        asked,
        sealed=service.vault.seal(secrets),
        **_told(asked),
    )
    if asked.prompt:
        return JSONResponse({"run_id": run.id, "status": stored.run.status, "session_id": session_id})
    headers = {"X-Session-Id": session_id, "X-Run-Id": run.id, "Cache-Control": "no-store"}
    return StreamingResponse(_planning(stored, session_id), headers=headers, media_type="text/event-stream")


@ROUTER.get("/validate/{run_id}/results", responses=_STREAMED, response_class=StreamingResponse)
async def stream_results(run_id: str, who: Who, service: Serving, request: Request) -> Response:
    """The results of a run's steps as they come (SSE); of one that has ended, how it did."""
    stored = await found(service, run_id, who.user_id, NOT_FOUND)
    tails = cast(Tails, request.app.state.tails)
    content = _ended(stored) if stored.ended else _results(service, tails, stored)
    return StreamingResponse(content, media_type="text/event-stream", headers={"Cache-Control": "no-store"})


@ROUTER.post("/validate/{run_id}/cancel", responses=_STOPPED)
async def cancel_validation(run_id: str, who: Who, service: Serving) -> Cancelled:
    """Stop a run."""
    await cancel(service, await found(service, run_id, who.user_id, NOT_FOUND), NOT_FOUND)
    return Cancelled(run_id=run_id)


@ROUTER.post("/validate/{run_id}/feedback", responses=_THERE, deprecated=True)
async def give_feedback(run_id: str, said: Feedback, who: Who, service: Serving) -> FeedbackKept:
    """Say what you think of a run; what was said before is replaced."""
    text = said.feedback.strip()
    for wrong, detail in (
        (not is_id(run_id), "Invalid run_id"),
        (not text, "Feedback cannot be empty"),
        (len(text) > MAX_FEEDBACK, f"Feedback is too long (max {MAX_FEEDBACK} characters)"),
    ):
        if wrong:
            raise HTTPException(400, detail)
    stored = await found(service, run_id, who.user_id, NOT_FOUND)
    await service.runs.note(run_id, asked={**stored.asked, "user_feedback": text})
    return FeedbackKept(run_id=run_id, user_feedback=text)


@ROUTER.get("/validate/{run_id}/artifacts/{filename:path}", responses=REDIRECTED, status_code=302)
async def get_validation_artifact(
    run_id: str, filename: str, who: WhoAnyhow, service: Serving, request: Request
) -> Response:
    """A file of a run: a redirect to where it can be had for 60 minutes."""
    await found(service, run_id, who.user_id, NOT_FOUND)
    return await redirected(service, request, run_id, filename)


@ROUTER.get("/runs/{run_id}", responses=_THERE)
async def get_validation(run_id: str, who: Who, service: Serving, request: Request) -> JsonObject:
    """The whole of a run."""
    shape = await _shape(service, await found(service, run_id, who.user_id, NOT_FOUND))
    return for_client(request, shape)


@ROUTER.get("/runs/{run_id}/logs", responses=_THERE)
async def get_logs(run_id: str, who: Who, service: Serving, request: Request) -> RunLogs:
    """What was logged of a run."""
    if not is_id(run_id):
        raise HTTPException(400, "run_id must be a valid UUID")
    stored = await found(service, run_id, who.user_id, NOT_FOUND)
    shape = await _shape(service, stored)
    texts = [json.dumps(event) for event in shape["event_log_json"]]
    return RunLogs(
        run=for_client(request, shape),
        worker_logs=[worker_log(stored, texts)],
        runtime_logs=[runtime_log(stored, event) for event in shape["event_log_json"]],
        warnings=[],
    )


@ROUTER.get("/validation/runs")
async def list_validations(
    who: Who,
    service: Serving,
    repo: Annotated[str | None, Query(max_length=255)] = None,
    query: Annotated[str | None, Query(max_length=255)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
    offset: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
) -> RunPage:
    """The runs, newest first, a page at a time."""
    if repo is not None and not _REPO.match(repo):
        raise HTTPException(400, BAD_REPO)
    page = await service.runs.page(
        who.user_id,
        repo=_plain(repo),
        query=_plain(query),
        limit=limit,
        offset=offset,
    )
    return RunPage(
        items=[RunSummary.model_validate(summary_shape(listed)) for listed in page.runs],
        total=page.total,
        limit=limit,
        offset=offset,
        has_more=offset + len(page.runs) < page.total,
    )


def planned(url: str, *, signs_in: bool) -> str:
    """The prompt where nobody gave one: open the page, and sign in if that can be done."""
    return f"Open {url}" + (", then sign in." if signs_in else "")


def for_client(request: Request, shape: Mapping[str, Any]) -> dict[str, Any]:
    """The run as this client can read it.

    The API's reference has `failure_detail` as an object, arga-py-sdk (0.1.5) as a text, and it refuses all
    else. It is told by what it alone does: it declares a JSON body on requests that have none.
    """
    detail = shape["failure_detail"]
    if detail is None or "content-type" not in request.headers:
        return dict(shape)
    return {**shape, "failure_detail": detail["public_message"]}


def _check(asked: StartUrlRun) -> None:
    if not is_absolute(asked.url):
        raise HTTPException(400, BAD_URL)
    login = asked.credentials
    if login is not None and bool(login.email) != bool(login.password):
        raise HTTPException(400, BOTH)
    for given, malformed, missing in (
        (asked.provision_id, "Invalid provision_id", "Provision not found"),
        (asked.scenario_id, "Invalid scenario_id format", "Scenario not found"),
    ):
        if given:
            raise HTTPException(404, missing) if is_id(given) else HTTPException(400, malformed)


def _secrets(login: Login | None) -> dict[str, str]:
    if login is None or not login.email or not login.password:
        return {}
    return {EMAIL: login.email, PASSWORD: login.password}


def _told(asked: StartUrlRun) -> dict[str, Any]:
    """What is remembered of a validation run besides."""
    told: dict[str, Any] = {"run_type": "url_run"}
    if asked.runner_mode:
        told["runner_mode"] = asked.runner_mode
    if asked.pr_url and (pull := _PULL.search(asked.pr_url)):
        told["pr_number"] = int(pull[1])
    return told


def _plain(text: str | None) -> str | None:
    return text.replace("\0", "") if text else None


async def _shape(service: Service, stored: StoredRun) -> dict[str, Any]:
    return full_shape(stored, await service.runs.events(stored.run.id))


async def _planning(stored: StoredRun, session_id: str) -> AsyncIterator[str]:
    run = stored.run
    yield _sse({"type": "planning", "message": f"Planning a run for {run.start_url}"})
    yield _sse({"type": "plan", "prompt": run.prompt, "message": run.prompt})
    yield _sse({"type": "run_queued", "run_id": run.id, "status": run.status, "session_id": session_id})


async def _ended(stored: StoredRun) -> AsyncIterator[str]:
    yield _sse(terminal_message(stored.run.status))


async def _results(service: Service, tails: Tails, stored: StoredRun) -> AsyncIterator[str]:
    sent = 0
    async with tails.watching(stored.run.id, pictures=False) as tail:
        while True:
            for message in tail.messages[sent:]:
                sent += 1
                if result := step_result(json.loads(message)["event"]):
                    yield _sse(result)
            if tail.done is not None or tail.gone:
                break
            await tail.more_than(sent, tail.frame_number)
    now = await service.runs.get(stored.run.id)
    yield _sse(terminal_message(now.run.status if now else "cancelled"))


def _sse(message: Mapping[str, Any]) -> str:
    return f"data: {json.dumps(message, ensure_ascii=False)}\n\n"

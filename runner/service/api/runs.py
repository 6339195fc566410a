"""Runs: `/demo-runner/runs`, and the same under `/test-runs`."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Body, HTTPException, Request, Response

from runner.contract.event import Event
from runner.contract.run import Run, summarise
from runner.service.api.accepting import (
    accept,
    checked_config,
    checked_url,
    holding,
    is_id,
    overridden,
    start_url_of,
)
from runner.service.api.identity import Serving, Who
from runner.service.api.models import (
    CreateRun,
    Deleted,
    Detail,
    Message,
    Rerun,
    RunShown,
    RunsShown,
    UpdateConfig,
)
from runner.service.api.showing import ALWAYS, Answers, leading_to, shown_run, shown_runs
from runner.service.queue.job import ANSWER
from runner.service.running import Service
from runner.service.store.runs import StoredRun, changes_by

NEWEST: Final = 25
NOT_FOUND: Final = "Test run not found"
MAX_EVENTS: Final = 5_000
HIDDEN: Final = "••••"

ROUTER: Final = APIRouter(responses=ALWAYS)
_RUN: Final[Answers] = {200: {"model": RunShown}}
_NEW: Final[Answers] = {
    200: {
        "model": RunShown,
        "links": leading_to(
            "run_id",
            "get_run_test_runs__run_id__get",
            "update_config_test_runs__run_id__config_patch",
            "send_message_test_runs__run_id__messages_post",
            "rerun_test_runs__run_id__rerun_post",
            "cancel_run_test_runs__run_id__cancel_post",
            "delete_run_test_runs__run_id__delete",
            "get_validation_runs__run_id__get",
            "get_logs_runs__run_id__logs_get",
        ),
    }
}
_THERE: Final[Answers] = {404: {"model": Detail}}


@ROUTER.post("", responses=_NEW)
async def create_run(asked: CreateRun, who: Who, service: Serving, request: Request) -> Response:
    """Record a flow from a prompt; with `test_config`, replay that. `{{NAME}}` stands for a value given."""
    config = checked_config(asked.test_config) if asked.test_config is not None else None
    start_url = start_url_of(asked, config)
    run = Run(
        mode="record_from_prompt" if config is None else "rerun_from_config",
        prompt=asked.prompt,
        start_url=start_url,
        test_config_json=None
        if config is None
        else overridden(config, prompt=asked.prompt, start_url=start_url),
    )
    given = {"parameters": asked.parameters} if asked.parameters else {}
    sealed = service.vault.seal(asked.credentials)
    return await shown_run(
        service, request, await accept(service, who.user_id, run, asked, sealed=sealed, **given)
    )


@ROUTER.get("", responses={200: {"model": RunsShown}})
async def list_runs(who: Who, service: Serving, request: Request) -> Response:
    """The 25 newest runs, newest first, each without its events."""
    return shown_runs(service, request, await service.runs.recent(who.user_id, NEWEST))


@ROUTER.get("/{run_id}", responses=_RUN | _THERE)
async def get_run(run_id: str, who: Who, service: Serving, request: Request) -> Response:
    """A run, with its events, its files and, where it is there, its TestConfig."""
    return await shown_run(service, request, await found(service, run_id, who.user_id))


@ROUTER.patch("/{run_id}/config", responses=_RUN | _THERE)
async def update_config(
    run_id: str, change: UpdateConfig, who: Who, service: Serving, request: Request
) -> Response:
    """Replace the run's TestConfig. It is checked; nothing is started."""
    stored = await found(service, run_id, who.user_id)
    config = checked_config(change.test_config)
    event = Event(type="test_config_updated", message="TestConfig updated.", details={"test_config": config})
    return await _told(service, request, stored, event, {"test_config_json": config})


@ROUTER.post("/{run_id}/messages", responses=_RUN | _THERE)
async def send_message(run_id: str, said: Message, who: Who, service: Serving, request: Request) -> Response:
    """Say something to a run: an instruction, or the answer to its question."""
    stored = await found(service, run_id, who.user_id)
    event = await spoken(service, stored, said.message.strip())
    return await _told(service, request, stored, event, {})


@ROUTER.post("/{run_id}/rerun", responses=_RUN | _THERE | {409: {"model": Detail}})
async def rerun(
    run_id: str,
    who: Who,
    service: Serving,
    request: Request,
    asked: Annotated[Rerun | None, Body()] = None,
) -> Response:
    """Replay the run's TestConfig, as it is or with another prompt or start URL."""
    source = await found(service, run_id, who.user_id)
    if source.run.test_config_json is None:
        raise HTTPException(409, "Source run does not have a TestConfig yet")
    asked = asked or Rerun()
    start_url = checked_url(asked.start_url) if asked.start_url else None
    held = holding(source.run.test_config_json, asked.hold_before)
    run = Run(
        source_run_id=source.run.id,
        mode="rerun_from_config",
        prompt=asked.prompt or source.run.prompt,
        start_url=start_url or source.run.start_url,
        test_config_json=overridden(source.run.test_config_json, prompt=asked.prompt, start_url=start_url),
    )
    # a run of a saved test that is run again is still one of that test
    of = {"test_id": test_id} if (test_id := source.asked.get("test_id")) else {}
    accepted = await accept(service, who.user_id, run, asked, sealed=source.sealed, **of, **held)
    return await shown_run(service, request, accepted)


@ROUTER.post("/{run_id}/cancel", responses=_RUN | _THERE | {409: {"model": Detail}})
async def cancel_run(run_id: str, who: Who, service: Serving, request: Request) -> Response:
    """Stop a run that has not ended (ours)."""
    stored = await found(service, run_id, who.user_id)
    await cancel(service, stored)
    return await shown_run(service, request, await found(service, run_id, who.user_id))


@ROUTER.delete("/{run_id}", response_model=Deleted, responses=_THERE)
async def delete_run(run_id: str, who: Who, service: Serving) -> Deleted:
    """Remove a run, its events and its files; one that is under way is stopped (ours)."""
    await found(service, run_id, who.user_id)
    await service.runs.delete(run_id)
    await service.wire.tell(run_id, "orders", "events")
    await service.artifacts.delete(run_id)
    return Deleted()


async def found(service: Service, run_id: str, user_id: str, detail: str = NOT_FOUND) -> StoredRun:
    """The user's run of that id; 404 if there is none."""
    stored = await service.runs.get(run_id, user_id) if is_id(run_id) else None
    if stored is None:
        raise HTTPException(404, detail)
    return stored


async def cancel(service: Service, stored: StoredRun, missing: str = NOT_FOUND) -> None:
    """End the run as cancelled; 409 if it has ended, 404 if it has just been deleted."""
    message = "Cancelled by its user."
    summary = summarise(stored.run.test_config_json, completed=False, answer=message)
    event = Event(type="cancelled", message=message, details={"summary": summary})
    _, changes = changes_by(stored.run, event)
    if not await service.runs.append(stored.run.id, [event], changes):
        now = await found(service, stored.run.id, stored.user_id, missing)
        raise HTTPException(409, f"Cannot cancel run in terminal state: {now.run.status}")
    # its worker leaves off; where it has none yet, whoever takes it sees that it has ended
    await service.wire.tell(stored.run.id, "events", "orders")


async def spoken(service: Service, stored: StoredRun, text: str) -> Event:
    """What the user says. The answer to a question for a secret is sealed: only the run itself reads it."""
    if not await _asks_for_secret(service, stored):
        return Event(type="user_message", message=text, details={"role": "user", "content": text})
    sealed = (service.vault.seal({ANSWER: text}) or b"").decode()
    details = {"role": "user", "content": HIDDEN, "sealed": sealed}
    return Event(type="user_message", message=HIDDEN, details=details)


async def _asks_for_secret(service: Service, stored: StoredRun) -> bool:
    parameters = (stored.run.test_config_json or {}).get("parameters") or []
    secret = {each.get("name") for each in parameters if each.get("secret")}
    for text in reversed(await service.runs.events(stored.run.id)):
        event = Event.model_validate_json(text)
        if event.type == "question_answered":
            return False
        if event.type == "question_asked":
            return bool(event.details.get("secret")) or event.details.get("parameter") in secret
    return False


async def say(service: Service, stored: StoredRun, event: Event, changes: dict[str, object]) -> None:
    """Add what the user did to the run's events; 409 if there are too many of them."""
    if stored.event_count >= MAX_EVENTS:
        raise HTTPException(409, f"This run has {MAX_EVENTS} events, and takes no more.")
    if not await service.runs.append(stored.run.id, [event], changes, live=False):
        raise HTTPException(404, NOT_FOUND)
    await service.wire.tell(stored.run.id, "events", "orders")


async def _told(
    service: Service, request: Request, stored: StoredRun, event: Event, changes: dict[str, object]
) -> Response:
    await say(service, stored, event, changes)
    return await shown_run(service, request, await found(service, stored.run.id, stored.user_id))

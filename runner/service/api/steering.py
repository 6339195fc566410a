"""What the live page does with a run besides watching it: have it hold and pick, and judge its repairs."""

from __future__ import annotations

import json
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Body, HTTPException, Request
from fastapi.responses import Response
from pydantic import BaseModel

from runner.contract.errors import ConfigError
from runner.contract.event import Event
from runner.contract.order import Order, StepId
from runner.contract.patch import Patch
from runner.contract.run import Run
from runner.replay.patching import apply as applied_to
from runner.replay.patching import restored, spread
from runner.replay.reading import read_flow
from runner.service.api.accepting import checked_config
from runner.service.api.identity import Serving, Who
from runner.service.api.models import Body as Given
from runner.service.api.models import Detail, RunShown
from runner.service.api.runs import found, say
from runner.service.api.showing import ALWAYS, Answers, run_json
from runner.service.running import Service
from runner.service.store.runs import StoredRun
from runner.service.store.saved_tests import SavedTest

ROUTER: Final = APIRouter(prefix="/live/runs", responses=ALWAYS)
OVER: Final = "The run is over."
NOT_A_REPLAY: Final = "Only a replay can be held: a recording decides as it goes."
NO_PATCH: Final = "There is no repair of that step."
# The file as it was replayed, before any repair.
REPLAYED: Final = "test_config.json"
_ANSWERS: Final[Answers] = {404: {"model": Detail}, 409: {"model": Detail}}


class Ordered(BaseModel):
    """The run is told."""

    status: Literal["told"] = "told"


class Review(Given):
    """What a person thinks of a step's repair; `everywhere`: in all saved tests with the same element."""

    step_id: StepId
    decision: Literal["accept", "reject"]
    everywhere: bool = False


class TestChanged(BaseModel):
    """A saved test that a review has changed."""

    id: str
    name: str


class Reviewed(BaseModel):
    """The run after the review, and the saved tests that it changed."""

    run: RunShown
    tests: list[TestChanged]


@ROUTER.post("/{run_id}/orders", responses=_ANSWERS)
async def give_order(run_id: str, order: Annotated[Order, Body()], who: Who, service: Serving) -> Ordered:
    """Have a replay hold before its next step, pick the element at a point of its picture, or go on."""
    stored = await found(service, run_id, who.user_id)
    if stored.ended:
        raise HTTPException(409, OVER)
    if stored.run.mode != "rerun_from_config":
        raise HTTPException(409, NOT_A_REPLAY)
    details = order.model_dump(mode="json", exclude_none=True)
    await say(service, stored, Event(type="user_ordered", message=order.order, details=details), {})
    return Ordered()


@ROUTER.post("/{run_id}/patches", response_model=Reviewed, responses=_ANSWERS)
async def review_patch(run_id: str, review: Review, who: Who, service: Serving, request: Request) -> Response:
    """Accept a repair into the saved test of the run (or everywhere), or take it out again."""
    stored = await found(service, run_id, who.user_id)
    if not stored.ended:
        raise HTTPException(409, "The run still goes on.")
    patch = _patch_of(stored.run, review.step_id)
    config = await _judged(service, stored, patch, review)
    changed = await _spread(service, stored, patch, review)
    await _tell(service, stored, review, config, [test.fields["name"] for test in changed])
    now = await found(service, run_id, who.user_id)
    events = await service.runs.events(run_id)
    tests = [{"id": test.fields["id"], "name": test.fields["name"]} for test in changed]
    shown = run_json(service, str(request.base_url), now, events)
    text = f'{{"run":{shown},"tests":{json.dumps(tests, ensure_ascii=False)}}}'
    return Response(text.encode("utf-8", "replace"), media_type="application/json")


def _patch_of(run: Run, step_id: str) -> Patch:
    """The last repair of that step."""
    for told in reversed(run.repair_patches_json):
        if told.get("step_id") == step_id:
            return Patch.model_validate(told)
    raise HTTPException(404, NO_PATCH)


async def _judged(service: Service, stored: StoredRun, patch: Patch, review: Review) -> dict[str, Any]:
    """The run's own TestConfig after the review."""
    config = stored.run.test_config_json or {}
    try:
        if review.decision == "accept":
            return accepted(config, patch)
        before = await _replayed(service, stored)
        return restored(read_flow(config)[0], read_flow(before)[0], patch).dump()
    except ConfigError as error:
        raise HTTPException(409, error.message) from error


def accepted(config: dict[str, Any], patch: Patch) -> dict[str, Any]:
    """The config with the patch, which it may have already. Raises ConfigError where it does not fit."""
    flow, _ = read_flow(config)
    step = next((each for each in flow.steps if each.id == patch.step_id), None)
    if step is not None and patch.new is not None and step.sought == patch.new:
        return config
    return applied_to(flow, [patch]).dump()


async def _replayed(service: Service, stored: StoredRun) -> dict[str, Any]:
    """The TestConfig as it was before the run repaired it. Raises ConfigError where that is not known."""
    file = await service.artifacts.find(stored.run.id, REPLAYED)
    if file is None:
        raise ConfigError("What the file was before its repair is not known any more.")
    text = b"".join([part async for part in file.content])
    config: dict[str, Any] = json.loads(text)
    return config


async def _spread(service: Service, stored: StoredRun, patch: Patch, review: Review) -> list[SavedTest]:
    """Change the saved test that was run, and with `everywhere` all that have the element; returns them."""
    tests = await service.saved_tests.of(stored.user_id)
    own = stored.asked.get("test_id")
    changed = []
    for test in tests:
        if test.fields["id"] != own and not (review.everywhere and review.decision == "accept"):
            continue
        config = await _changed(service, stored, test, patch, review)
        if config is not None and config != test.fields["test_config_json"]:
            values = {"test_config_json": checked_config(config)}
            if (
                saved := await service.saved_tests.change(stored.user_id, test.fields["id"], values)
            ) is not None:
                changed.append(saved)
    return sorted(changed, key=lambda test: str(test.fields["name"]))


async def _changed(
    service: Service, stored: StoredRun, test: SavedTest, patch: Patch, review: Review
) -> dict[str, Any] | None:
    """The saved test's config after the review; None where the patch says nothing about it."""
    config = test.fields["test_config_json"]
    try:
        if review.decision == "reject":
            before = await _replayed(service, stored)
            return restored(read_flow(config)[0], read_flow(before)[0], patch).dump()
        flow, _ = read_flow(config)
        if fitting := spread(flow, [patch]):
            return applied_to(flow, fitting).dump()
        return accepted(config, patch) if test.fields["id"] == stored.asked.get("test_id") else None
    except ConfigError:
        # it has been changed since, and is no longer about this element
        return None


async def _tell(
    service: Service, stored: StoredRun, review: Review, config: dict[str, Any], tests: list[str]
) -> None:
    details = {**review.model_dump(), "tests": tests}
    message = f"The repair of {review.step_id} was {review.decision}ed."
    await say(service, stored, Event(type="patch_reviewed", message=message, details=details), {})
    if config != stored.run.test_config_json:
        details = {"test_config": config, "reviewed": review.step_id}
        event = Event(type="test_config_updated", message="TestConfig updated.", details=details)
        await say(service, stored, event, {"test_config_json": config})

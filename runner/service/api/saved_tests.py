"""Saved tests: `/demo-runner/tests`, and the same under `/tests`."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, HTTPException, Query, Request, Response

from runner.contract.run import Run
from runner.service.api.accepting import (
    accept,
    checked_config,
    checked_url,
    holding,
    is_id,
    overridden,
)
from runner.service.api.identity import Serving, Who
from runner.service.api.models import (
    CreateTest,
    Deleted,
    Detail,
    Rerun,
    RunShown,
    TestShown,
    TestsShown,
    UpdateTest,
)
from runner.service.api.runs import found as found_run
from runner.service.api.showing import ALWAYS, Answers, leading_to, shown_run
from runner.service.running import Service
from runner.service.store.saved_tests import SavedTest

NOT_FOUND: Final = "Runner test not found"
NO_REPO: Final = "ci_enabled requires repo_full_name"

ROUTER: Final = APIRouter(responses=ALWAYS)
_NEW: Final[Answers] = {
    200: {
        "links": leading_to(
            "test_id",
            "get_test_tests__test_id__get",
            "update_test_tests__test_id__patch",
            "run_test_tests__test_id__run_post",
            "delete_test_tests__test_id__delete",
        )
    },
    404: {"model": Detail},
    409: {"model": Detail},
}
_THERE: Final[Answers] = {404: {"model": Detail}}
_RUN: Final[Answers] = {200: {"model": RunShown}}


@ROUTER.get("")
async def list_tests(
    who: Who, service: Serving, repo_full_name: Annotated[str | None, Query(max_length=255)] = None
) -> TestsShown:
    """The saved tests, the most recently updated first."""
    repo = repo_full_name.replace("\0", "") if repo_full_name is not None else None
    tests = await service.saved_tests.of(who.user_id, repo)
    return TestsShown.model_validate({"tests": [test.shown() for test in tests]})


@ROUTER.post("", responses=_NEW)
async def create_test(asked: CreateTest, who: Who, service: Serving) -> TestShown:
    """Save a test, from a run with its credentials or as given. They are encrypted and never shown again."""
    values = await _from_run(asked, who.user_id, service) if asked.run_id else {}
    if asked.test_config is not None:
        values["test_config_json"] = checked_config(asked.test_config)
    if values.get("test_config_json") is None:
        raise HTTPException(400, "Provide a test_config or run_id with saved blocks")
    values |= {name: given for name in ("prompt", "start_url") if (given := getattr(asked, name)) is not None}
    if not values.get("prompt") or not values.get("start_url"):
        raise HTTPException(400, "Saved tests require prompt and start_url")
    checked_url(values["start_url"])
    if asked.ci_enabled and not asked.repo_full_name:
        raise HTTPException(400, NO_REPO)
    values |= {
        "name": asked.name,
        "description": asked.description,
        "repo_full_name": asked.repo_full_name,
        "ci_enabled": asked.ci_enabled,
        "tags": asked.tags,
        **_sealed(service, values.pop("credentials", {}) | (asked.credentials or {})),
    }
    return _shown(await service.saved_tests.add(who.user_id, values))


@ROUTER.get("/{test_id}", responses=_THERE)
async def get_test(test_id: str, who: Who, service: Serving) -> TestShown:
    """A saved test."""
    return _shown(await _found(service, test_id, who.user_id))


@ROUTER.patch("/{test_id}", responses=_THERE)
async def update_test(test_id: str, change: UpdateTest, who: Who, service: Serving) -> TestShown:
    """Change a saved test; what is not sent stays as it is."""
    before = await _found(service, test_id, who.user_id)
    values = change.model_dump(include=change.model_fields_set)
    if "start_url" in values:
        checked_url(values["start_url"])
    if "test_config" in values:
        values["test_config_json"] = checked_config(values.pop("test_config"))
    if "credentials" in values:
        values |= _sealed(service, values.pop("credentials"))
    after = {**before.fields, **values}
    if after["ci_enabled"] and not after["repo_full_name"]:
        raise HTTPException(400, NO_REPO)
    changed = await service.saved_tests.change(who.user_id, test_id, values)
    return _shown(_there(changed))


@ROUTER.delete("/{test_id}", responses=_THERE)
async def delete_test(test_id: str, who: Who, service: Serving) -> Deleted:
    """Remove a saved test; its runs stay."""
    if not is_id(test_id) or not await service.saved_tests.delete(who.user_id, test_id):
        raise HTTPException(404, NOT_FOUND)
    return Deleted()


@ROUTER.post("/{test_id}/run", responses=_RUN | _THERE)
async def run_test(
    test_id: str,
    who: Who,
    service: Serving,
    request: Request,
    asked: Annotated[Rerun | None, Body()] = None,
) -> Response:
    """Run a saved test with its credentials, as it is or with another prompt or start URL."""
    test = await _found(service, test_id, who.user_id)
    asked = asked or Rerun()
    prompt = asked.prompt or test.fields["prompt"]
    start_url = checked_url(asked.start_url) if asked.start_url else test.fields["start_url"]
    run = Run(
        source_run_id=test.fields["source_run_id"],
        mode="rerun_from_config",
        prompt=prompt,
        start_url=start_url,
        test_config_json=overridden(test.fields["test_config_json"], prompt=prompt, start_url=start_url),
    )
    held = holding(test.fields["test_config_json"], asked.hold_before)
    accepted = await accept(service, who.user_id, run, asked, sealed=test.sealed, test_id=test_id, **held)
    return await shown_run(service, request, accepted)


async def _from_run(asked: CreateTest, user_id: str, service: Service) -> dict[str, Any]:
    source = await found_run(service, str(asked.run_id), user_id, "Runner run not found")
    if source.run.test_config_json is None and asked.test_config is None:
        raise HTTPException(409, "Runner run does not have editable blocks yet")
    return {
        "source_run_id": source.run.id,
        "prompt": source.run.prompt,
        "start_url": source.run.start_url,
        "test_config_json": source.run.test_config_json,
        "credentials": service.vault.open(source.sealed),
    }


def _sealed(service: Service, credentials: dict[str, str]) -> dict[str, Any]:
    return {"credential_keys": sorted(credentials), "sealed": service.vault.seal(credentials)}


async def _found(service: Service, test_id: str, user_id: str) -> SavedTest:
    return _there(await service.saved_tests.get(user_id, test_id) if is_id(test_id) else None)


def _there(test: SavedTest | None) -> SavedTest:
    if test is None:
        raise HTTPException(404, NOT_FOUND)
    return test


def _shown(test: SavedTest) -> TestShown:
    return TestShown.model_validate(test.shown())

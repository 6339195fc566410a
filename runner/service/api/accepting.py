"""What every way of starting a run has in common: its input is checked, it is remembered, it is queued."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Mapping
from typing import Any, Final

from fastapi import HTTPException

from runner.contract.errors import ConfigError
from runner.contract.event import Event
from runner.contract.run import Run
from runner.contract.starting import first_url, is_absolute
from runner.replay.reading import read_flow
from runner.service.api.models import CreateRun, Surroundings
from runner.service.running import Service
from runner.service.store.runs import StoredRun

NO_URL: Final = "Provide a start URL or include one in the prompt."
BAD_URL: Final = "Start URL must be an absolute http(s) URL."
NOT_REACHED: Final = "Runs may not go there; whoever serves can allow it with --allow-host:"
MAX_SHOWN: Final = 2_000
NO_SANDBOX: Final = "Sandboxes are part of the hosted product; demo-runner runs against any URL it can reach."


def is_id(text: str) -> bool:
    """Whether it can be the id of anything."""
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False


def checked_config(data: Mapping[str, Any]) -> dict[str, Any]:
    """The TestConfig as it was sent, without its wrapper and its secrets; 422 with all that is wrong."""
    try:
        read_flow(data)
    except ConfigError as error:
        raise HTTPException(422, error.message) from error
    unwrapped = next((data[name] for name in ("test_config_json", "test_config") if name in data), data)
    config: dict[str, Any] = copy.deepcopy(dict(unwrapped))
    for parameter in config.get("parameters") or []:
        if parameter.get("secret"):
            parameter.pop("value", None)
    return config


def checked_url(url: str) -> str:
    """The URL; 400 if it is none that a run can start at."""
    if not is_absolute(url):
        raise HTTPException(400, BAD_URL)
    return url


def check_reach(service: Service, run: Run) -> None:
    """400 where a run is asked to go where none may; what it does on its way is watched over as it goes."""
    steps = (run.test_config_json or {}).get("steps", [])
    named = [str(step.get("value")) for step in steps if step.get("action") == "goto"]
    absolute = [url for url in (run.start_url, *named) if is_absolute(url)]
    refused = [url for url in absolute if not service.settings.reach.permits_url(url)]
    if refused:
        raise HTTPException(400, f"{NOT_REACHED} {', '.join(sorted(set(refused)))[:MAX_SHOWN]}")


def start_url_of(asked: CreateRun, config: Mapping[str, Any] | None) -> str:
    """Where the run starts: as asked, else the first URL in the prompt, else where its TestConfig does."""
    chosen = asked.start_url or first_url(asked.prompt) or (config or {}).get("starting_url")
    if not chosen:
        raise HTTPException(400, NO_URL)
    return checked_url(str(chosen))


def overridden(
    config: Mapping[str, Any], *, prompt: str | None = None, start_url: str | None = None
) -> dict[str, Any]:
    """The TestConfig with another prompt, another starting URL and so another first goto."""
    changed = copy.deepcopy(dict(config))
    if prompt:
        changed["prompt"] = prompt
    if start_url:
        changed["starting_url"] = start_url
        first = next((step for step in changed.get("steps", []) if step.get("action") == "goto"), None)
        if first is not None:
            first["value"] = start_url
    return changed


def holding(config: Mapping[str, Any], step_id: str | None) -> dict[str, str]:
    """What is remembered of the wish to hold before a step; 400 if there is no such step."""
    if step_id is None:
        return {}
    flow, _ = read_flow(config)
    if all(step.id != step_id for step in flow.steps):
        raise HTTPException(400, f"There is no step {step_id} to hold before.")
    return {"hold_before": step_id}


async def accept(
    service: Service,
    user_id: str,
    run: Run,
    surroundings: Surroundings,
    *,
    sealed: bytes | None = None,
    **told: Any,
) -> StoredRun:
    """Remember the run and put it into the queue; from now on it is not lost."""
    if surroundings.sandbox_id:
        raise HTTPException(400, NO_SANDBOX)
    check_reach(service, run)
    asked = surroundings.told() | told
    details = {"mode": run.mode, "start_url": run.start_url, **asked}
    created = Event(type="created", message="Demo runner run created.", details=details)
    run = run.model_copy(update={"runner_job_id": run.id, "created_at": created.timestamp})
    stored = await service.runs.add(user_id, run, created, sealed=sealed, asked=asked)
    await service.work.enqueue(run.id)
    return stored

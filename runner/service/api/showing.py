"""Runs as clients see them. Events are stored as JSON and put into the answer as they are."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import quote

from fastapi import Request, Response

from runner.service.api.models import Detail, Invalid
from runner.service.running import Service
from runner.service.store.runs import StoredRun

Answers = dict[int | str, dict[str, Any]]

# What any request may be answered with.
ALWAYS: Final[Answers] = {
    400: {"model": Detail},
    401: {"model": Detail},
    413: {"model": Detail},
    422: {"model": Invalid},
    429: {"model": Detail},
    503: {"model": Detail},
}


def leading_to(parameter: str, *operations: str) -> dict[str, Any]:
    """OpenAPI links: what can be done next with the `id` of an answer."""
    return {
        operation: {"operationId": operation, "parameters": {parameter: "$response.body#/id"}}
        for operation in operations
    }


async def shown_run(
    service: Service, request: Request, stored: StoredRun, *, status_code: int = 200
) -> Response:
    """The run, with all its events so far."""
    events = await service.runs.events(stored.run.id)
    return _json(run_json(service, str(request.base_url), stored, events), status_code)


def shown_runs(service: Service, request: Request, stored: Sequence[StoredRun]) -> Response:
    """Several runs. As the API's reference shows them, their events are left to whoever looks at one."""
    base = str(request.base_url)
    texts = [run_json(service, base, each, ()) for each in stored]
    return _json('{"runs":[' + ",".join(texts) + "]}")


def run_json(service: Service, base: str, stored: StoredRun, events: Sequence[str]) -> str:
    """The run object as JSON text."""
    fields = stored.run.model_dump(mode="json", exclude={"events_json", "artifacts_json"})
    fields["artifacts_json"] = artifact_links(service, base, stored)
    return json.dumps(fields, ensure_ascii=False)[:-1] + ',"events_json":[' + ",".join(events) + "]}"


def artifact_links(service: Service, base: str, stored: StoredRun) -> dict[str, str]:
    """A signed URL for each JSON file, as `NAME_url`; for other files their path within the run."""
    links = {}
    for name in stored.run.artifacts_json:
        if name.endswith(".json") and "/" not in name:
            links[f"{name.removesuffix('.json')}_url"] = signed_url(service, base, stored.run.id, name)
        else:
            links[name] = name
    return links


def signed_url(service: Service, base: str, run_id: str, name: str) -> str:
    """Where the file can be had for 60 minutes, by whoever knows this URL."""
    return base.rstrip("/") + service.vault.signed(f"/artifacts/{run_id}/{quote(name)}")


def _json(text: str, status_code: int = 200) -> Response:
    return Response(text.encode("utf-8", "replace"), status_code, media_type="application/json")

"""What belongs to the hosted product: empty where a client only looks, 501 with a reason otherwise."""

from __future__ import annotations

import re
from typing import Any, Final

from fastapi import APIRouter

from runner.service.api.identity import Who
from runner.service.api.models import Detail

ROUTER: Final = APIRouter(responses={401: {"model": Detail}, 429: {"model": Detail}})

CHANGES: Final = (
    ("POST", "/validate/pr-run"),
    ("POST", "/validate/url/probe"),
    ("POST", "/validate/twins/provision"),
    ("GET", "/validate/twins/provision/{run_id}/status"),
    ("POST", "/validate/twins/provision/{run_id}/extend"),
    ("POST", "/validate/twins/provision/{run_id}/teardown"),
    ("POST", "/validate/twins/provision/{run_id}/reset"),
    ("GET", "/validation/github/config"),
    ("POST", "/validation/github/config"),
    ("PATCH", "/validation/github/config"),
    ("POST", "/validation/github/install"),
    ("POST", "/validation/pr"),
    ("POST", "/scenarios"),
    ("GET", "/scenarios/{scenario_id}"),
    ("PUT", "/scenarios/{scenario_id}"),
    ("DELETE", "/scenarios/{scenario_id}"),
    ("POST", "/twin-runs"),
    ("GET", "/twin-runs/{run_id}"),
    ("POST", "/twin-runs/{run_id}/extend"),
    ("POST", "/twin-runs/{run_id}/teardown"),
    ("POST", "/twin-runs/{run_id}/lock"),
    ("POST", "/sandbox-runs"),
    ("GET", "/sandbox-runs/{sandbox_id}"),
    ("DELETE", "/sandbox-runs/{sandbox_id}"),
    ("GET", "/sandbox-runs/{sandbox_id}/logs"),
)
_PARAMETER: Final = re.compile(r"{(\w+)}")
LISTS: Final = ("/validate/twins", "/twins", "/scenarios", "/validation/github/enabled")


async def not_here(who: Who) -> Detail:
    """This belongs to the hosted product."""
    return Detail(
        detail="Twins, scenarios, sandboxes and GitHub checks are part of the hosted product. "
        "demo-runner runs flows against any URL it can reach."
    )


async def none_here(who: Who) -> list[dict[str, Any]]:
    """There are none."""
    return []


@ROUTER.get("/scenarios/presets")
async def presets() -> list[dict[str, Any]]:
    """There are none."""
    return []


@ROUTER.get("/client-versions/arga-cli")
async def client_version() -> dict[str, None]:
    """Any version of the client will do."""
    return {"latest_version": None, "minimum_version": None}


def _parameters(path: str) -> dict[str, Any]:
    """What the path's own part of the OpenAPI document says of its parameters, which nobody reads."""
    names = _PARAMETER.findall(path)
    told = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]
    return {"parameters": told} if told else {}


for _method, _path in CHANGES:
    ROUTER.add_api_route(
        _path, not_here, methods=[_method], status_code=501, openapi_extra=_parameters(_path)
    )
for _path in LISTS:
    ROUTER.add_api_route(_path, none_here, methods=["GET"])

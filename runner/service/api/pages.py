"""The few pages for people: approving a device, and the API's documentation. No script runs on them."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated, Any, Final, cast

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader
from pydantic import BaseModel

from runner.service.api.identity import Attempts, Serving, client_of, identity_of
from runner.service.api.models import VERSION
from runner.service.running import Service

ROUTER: Final = APIRouter()
_TEMPLATES: Final = Environment(loader=FileSystemLoader(Path(__file__).with_name("pages")), autoescape=True)
_MAX: Final = 255
_HTML: Final[dict[int | str, dict[str, Any]]] = {
    status: {"content": {"text/html": {}}, "description": "A page that says so."}
    for status in (400, 401, 404, 429)
}


class Health(BaseModel):
    """The service is there."""

    status: str = "ok"
    version: str = VERSION


@ROUTER.get("/health")
async def health() -> Health:
    """Whether the service is there."""
    return Health()


@ROUTER.get("/cli", response_class=HTMLResponse, responses={404: _HTML[404]})
async def approval_page(
    service: Serving, device_code: Annotated[str, Query(max_length=_MAX)] = ""
) -> HTMLResponse:
    """The page on which a device is approved."""
    return await _approval(service, device_code)


@ROUTER.post("/cli", response_class=HTMLResponse, responses=_HTML)
async def approve_device(
    request: Request,
    service: Serving,
    device_code: Annotated[str, Form(max_length=_MAX)] = "",
    api_key: Annotated[str, Form(max_length=_MAX)] = "",
) -> HTMLResponse:
    """Approve a device with an API key; it gets a key of its own."""
    attempts = cast(Attempts, request.app.state.attempts)
    attempts.check(client_of(request))
    who = await identity_of(service, api_key.strip())
    if who is None:
        attempts.count(client_of(request))
        return await _approval(service, device_code, "That is not a valid API key.", 401)
    if not await service.accounts.approve_device(device_code, who.user_id):
        return _page("approve.html", 404, device=None, code="", problem="")
    return _page("approved.html", login=who.user.login)


@ROUTER.get("/docs", response_class=HTMLResponse, include_in_schema=False)
async def documentation(request: Request) -> HTMLResponse:
    """The API's documentation, made from its OpenAPI document."""
    document = request.app.openapi()
    paths = [
        (method.upper(), path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    return _page("docs.html", info=document["info"], paths=paths)


async def _approval(service: Service, code: str, problem: str = "", status: int = 200) -> HTMLResponse:
    device = await service.accounts.device(code) if code else None
    waiting = device is not None and not device.used and not device.expired
    return _page(
        "approve.html",
        status if waiting else 404,
        device=device.name if device and waiting else None,
        code=code,
        problem=problem,
    )


def _page(name: str, status: int = 200, **facts: Any) -> HTMLResponse:
    nonce = secrets.token_urlsafe(16)
    policy = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    )
    text = _TEMPLATES.get_template(name).render(nonce=nonce, **facts)
    return HTMLResponse(text, status, headers={"Content-Security-Policy": policy})

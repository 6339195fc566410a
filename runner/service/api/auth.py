"""`/auth`: who am I, API keys, and the device flow by which a command gets one."""

from __future__ import annotations

from typing import Annotated, Final, Literal, cast
from uuid import UUID

from fastapi import APIRouter, HTTPException, Request
from fastapi import Body as Given
from pydantic import BaseModel, Field

from runner.service.api.accepting import is_id
from runner.service.api.identity import Attempts, Serving, Who, WhoByJwt, client_of
from runner.service.api.models import MAX_TTL, Body, Detail
from runner.service.api.showing import ALWAYS
from runner.service.auth.vault import JWT_SECONDS

ROUTER: Final = APIRouter(prefix="/auth", responses=ALWAYS)
DEVICE: Final = "CLI device"
HOSTED: Final = "This belongs to the hosted product; here, demo-runner keys create makes an account's key."
_MASK: Final = "••••"


class StartDevice(Body):
    """What the device calls itself."""

    device_name: Annotated[str, Field(max_length=255)] | None = None


class PollDevice(Body):
    """What `start` answered."""

    device_code: Annotated[str, Field(max_length=255)]


class CreateKey(Body):
    """What the key is for."""

    name: Annotated[str, Field(min_length=1, max_length=255)] = "API Key"


class DeviceStarted(BaseModel):
    """Open the URL, with the code, and approve; then poll."""

    device_code: str
    verification_url: str


class DevicePolled(BaseModel):
    """`status` `pending`, or the key. It is given once."""

    status: Literal["pending"] | None = None
    api_key: str | None = None
    cli_api_key_id: str | None = None
    device_name: str | None = None


class Limits(BaseModel):
    """The limits of a plan: there are none."""

    url_runs_limit: int | None = None
    pr_runs_limit: int | None = None
    pr_runs_used: int = 0
    pr_runs_remaining: int | None = None
    sandbox_runs_limit: int | None = None
    sandbox_runs_used: int = 0
    sandbox_runs_remaining: int | None = None
    max_twins_per_run: int | None = None
    max_ttl_minutes: int | None = MAX_TTL
    ci_checks_limit: int | None = None
    ci_checks_used: int = 0
    ci_checks_remaining: int | None = None
    prompt_required: bool = False


class Me(BaseModel):
    """The account, with the fields of the hosted product; its plan is unlimited."""

    id: str
    github_login: str | None
    email: str | None = None
    email_verified: bool = False
    avatar_url: str | None = None
    workspace: str | None = "demo-runner"
    workspace_id: str | None
    workspace_role: str | None = "owner"
    workspace_github_org: str | None = None
    api_key: str | None
    billing_plan: str = "paid"
    plan_limits: Limits = Limits()
    twin_bootups_used: int = 0
    twin_bootups_limit: int | None = None
    twin_bootups_remaining: int | None = None


class KeyCreated(BaseModel):
    """The key, this once."""

    id: str
    name: str
    key: str
    key_preview: str
    created_at: str | None


class DeviceShown(BaseModel):
    """A key, by its preview."""

    id: str
    device_name: str
    key_preview: str
    created_at: str | None
    last_used_at: str | None
    revoked_at: str | None


class Revoked(BaseModel):
    """The key opens nothing any more."""

    status: str = "revoked"


class TokenGiven(BaseModel):
    """A JWT, and the seconds for which it is good."""

    token: str
    token_type: str = "Bearer"
    expires_in: int = JWT_SECONDS


@ROUTER.post("/device/start", response_model=DeviceStarted)
async def start_device(
    request: Request, service: Serving, asked: Annotated[StartDevice | None, Given()] = None
) -> DeviceStarted:
    """Begin the device flow: a code, and the page on which to approve it."""
    starts = cast(Attempts, request.app.state.starts)
    starts.check(client_of(request))
    starts.count(client_of(request))
    code = await service.accounts.start_device((asked and asked.device_name) or DEVICE)
    return DeviceStarted(device_code=code, verification_url=f"{str(request.base_url).rstrip('/')}/cli")


@ROUTER.post(
    "/device/poll",
    response_model=DevicePolled,
    response_model_exclude_none=True,
    responses={404: {"model": Detail}, 409: {"model": Detail}, 410: {"model": Detail}},
)
async def poll_device(request: Request, asked: PollDevice, service: Serving) -> DevicePolled:
    """The key, once somebody has approved the device; until then `pending`."""
    attempts = cast(Attempts, request.app.state.attempts)
    attempts.check(client_of(request))
    device = await service.accounts.device(asked.device_code)
    if device is None:
        attempts.count(client_of(request))
        raise HTTPException(404, "Device session not found")
    if device.used:
        raise HTTPException(409, "Device code already used. Run `arga login` again.")
    if device.expired:
        raise HTTPException(410, "Device code expired. Run `arga login` again.")
    if device.user_id is None:
        return DevicePolled(status="pending")
    key = await service.accounts.take_key(asked.device_code)
    if key is None:
        raise HTTPException(409, "Device code already used. Run `arga login` again.")
    return DevicePolled(api_key=key.key, cli_api_key_id=key.id, device_name=key.name)


@ROUTER.get("/me")
async def me(who: Who, service: Serving) -> Me:
    """The account behind the token."""
    keys = [key for key in await service.accounts.keys(who.user_id) if key.revoked_at is None]
    shown = who.key or (keys[-1] if keys else None)
    return Me(
        id=who.user_id,
        github_login=who.user.login,
        workspace_id=str(UUID(service.vault.fingerprint)),
        api_key=_MASK + shown.preview[-4:] if shown else None,
    )


@ROUTER.post("/token")
async def make_token(who: Who, service: Serving) -> TokenGiven:
    """A JWT for the holder of an API key (ours; the hosted product gives them to its web app)."""
    return TokenGiven(token=service.vault.token(who.user_id))


@ROUTER.post("/api-keys")
async def create_key(
    who: WhoByJwt, service: Serving, asked: Annotated[CreateKey | None, Given()] = None
) -> KeyCreated:
    """A new API key. It is shown only here."""
    key = await service.accounts.make_key(who.user_id, (asked or CreateKey()).name)
    return KeyCreated(
        id=key.id,
        name=key.name,
        key=key.key or "",
        key_preview=key.preview,
        created_at=key.created_at,
    )


@ROUTER.get("/cli/devices")
async def list_devices(who: WhoByJwt, service: Serving) -> list[DeviceShown]:
    """All keys of the account, revoked ones included."""
    return [
        DeviceShown(
            id=key.id,
            device_name=key.name,
            key_preview=key.preview,
            created_at=key.created_at,
            last_used_at=key.last_used_at,
            revoked_at=key.revoked_at,
        )
        for key in await service.accounts.keys(who.user_id)
    ]


@ROUTER.post("/cli/devices/{cli_api_key_id}/revoke", responses={404: {"model": Detail}})
async def revoke_device(cli_api_key_id: str, who: Who, service: Serving) -> Revoked:
    """Make a key useless."""
    if not is_id(cli_api_key_id) or not await service.accounts.revoke(cli_api_key_id, who.user_id):
        raise HTTPException(404, "CLI device not found")
    return Revoked()


@ROUTER.post("/email/signup", status_code=501)
async def sign_up() -> Detail:
    """There is no sign-up by email here."""
    return Detail(detail=HOSTED)


@ROUTER.post("/email/signup/verify", status_code=501)
async def verify_sign_up() -> Detail:
    """There is no sign-up by email here."""
    return Detail(detail=HOSTED)

"""Who is asking: an API key or a JWT, in the header or the query. Failed attempts are counted."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field
from typing import Annotated, Final, Literal, cast

from fastapi import Depends, HTTPException, Query, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from runner.service.auth.tokens import is_key
from runner.service.running import Service
from runner.service.store.accounts import Key, User

INVALID: Final = "Invalid or expired token."
REQUIRED: Final = "Authentication required"
TOO_MANY: Final = "Too many attempts. Wait a minute and try again."
WINDOW_S: Final = 60.0
_CLIENTS: Final = 10_000

_BEARER: Final = HTTPBearer(auto_error=False, description="An API key (dr_sk_..., arga_sk_...) or a JWT.")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who asks, and with what."""

    user: User
    via: Literal["key", "jwt"]
    key: Key | None = None

    @property
    def user_id(self) -> str:
        """Whose runs and tests they may see."""
        return self.user.id


@dataclass
class Attempts:
    """Counts what a client may not do too often: at most `limit` times a minute."""

    limit: int
    _times: dict[str, deque[float]] = field(default_factory=dict)

    def check(self, client: str) -> None:
        """Raises 429 if the client has used up its attempts."""
        if self.exhausted(client):
            raise HTTPException(429, TOO_MANY, headers={"Retry-After": str(round(WINDOW_S))})

    def exhausted(self, client: str) -> bool:
        """Whether the client has used up its attempts."""
        times = self._times.get(client)
        while times and times[0] < time.monotonic() - WINDOW_S:
            times.popleft()
        return bool(times) and len(times or ()) >= self.limit

    def count(self, client: str) -> None:
        """One more."""
        if len(self._times) >= _CLIENTS:
            del self._times[next(iter(self._times))]
        self._times.setdefault(client, deque(maxlen=self.limit)).append(time.monotonic())


def service_of(request: Request) -> Service:
    """The service behind the application."""
    return cast(Service, request.app.state.service)


def client_of(request: Request) -> str:
    """The address that asks."""
    return request.client.host if request.client else "?"


async def identified(
    request: Request,
    given: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)],
) -> Identity:
    """Who asks, by the header; 401 if that cannot be told."""
    return await admitted(request, given.credentials if given else None, INVALID)


async def identified_by_jwt(who: Annotated[Identity, Depends(identified)]) -> Identity:
    """As `identified`, but an API key is not enough."""
    if who.via != "jwt":
        raise _refused(INVALID)
    return who


async def identified_anyhow(
    request: Request,
    given: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)],
    token: Annotated[str | None, Query(max_length=4096)] = None,
) -> Identity:
    """As `identified`, but the token may stand in the query, too."""
    return await admitted(request, given.credentials if given else token, REQUIRED)


async def admitted(request: Request, token: str | None, detail: str) -> Identity:
    """Whose token that is. A client that guesses is made to wait."""
    attempts = cast(Attempts, request.app.state.attempts)
    who = await identity_of(service_of(request), token) if token else None
    if who is None:
        # Those who share an address with one that guesses are not made to suffer for it.
        attempts.check(client_of(request))
        attempts.count(client_of(request))
        raise _refused(detail)
    return who


async def identity_of(service: Service, token: str) -> Identity | None:
    """Whose token that is."""
    if is_key(token):
        found = await service.accounts.owner_of(token)
        return Identity(found[0], "key", found[1]) if found else None
    user_id = service.vault.user_of(token)
    user = await service.accounts.user_by_id(user_id) if user_id else None
    return Identity(user, "jwt") if user else None


def _refused(detail: str) -> HTTPException:
    return HTTPException(401, detail, headers={"WWW-Authenticate": "Bearer"})


Who = Annotated[Identity, Depends(identified)]
WhoByJwt = Annotated[Identity, Depends(identified_by_jwt)]
WhoAnyhow = Annotated[Identity, Depends(identified_anyhow)]
Serving = Annotated[Service, Depends(service_of)]

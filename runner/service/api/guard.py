"""Around every request: a limit for its body, security headers on its answer, a log without tokens."""

from __future__ import annotations

import json
import time
from collections.abc import MutableMapping
from typing import Any, Final

import structlog
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY: Final = 4 * 1024 * 1024
TOO_LARGE: Final = f"The request is larger than {MAX_BODY // 1024 // 1024} MiB."

_HEADERS: Final = {
    "content-security-policy": (
        "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


class Guard:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(scope, receive, send)
        if exchange.announced > MAX_BODY:
            await exchange.refuse()
            return
        try:
            await self._app(scope, exchange.receive, exchange.send)
        finally:
            exchange.log()


class _Exchange:
    """One request and its answer."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._read = 0
        self._refused = False
        self._status = 500
        self._began = time.perf_counter()
        length = dict(scope["headers"]).get(b"content-length", b"")
        self.announced = int(length) if length.isdigit() else 0

    async def receive(self) -> Message:
        """A part of the body, counted; what is too much is not passed on."""
        message = await self._receive()
        self._read += len(message.get("body", b""))
        if self._read > MAX_BODY:
            await self.refuse()
            return {"type": "http.disconnect"}
        return message

    async def send(self, message: MutableMapping[str, Any]) -> None:
        """A part of the answer; the first gets the headers that it does not have."""
        if self._refused:
            return
        if message["type"] == "http.response.start":
            self._status = message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        await self._send(message)

    async def refuse(self) -> None:
        """Answer 413, whatever else would be answered."""
        if self._refused:
            return
        body = json.dumps({"detail": TOO_LARGE}).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await self.send({"type": "http.response.start", "status": 413, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})
        self._refused = True

    def log(self) -> None:
        """What was asked for, without its query: that may hold a token."""
        structlog.get_logger().info(
            "request",
            method=self._scope["method"],
            path=self._scope["path"],
            status=self._status,
            ms=round((time.perf_counter() - self._began) * 1000, 1),
        )

"""Fakes that ship: a canned site to run against, and a way to gather a run's events.

They need no network beyond loopback and no sleeps, so flows can be tested with them anywhere.
"""

from __future__ import annotations

import asyncio
import http
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import SplitResult, parse_qs, urlsplit

from runner.contract.event import Event

__all__ = ["Answer", "CannedSite", "Request", "collect"]


@dataclass(frozen=True, slots=True)
class Request:
    """What a page asked the canned site for."""

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def path(self) -> str:
        """The path without the query."""
        return self._parts.path

    @property
    def query(self) -> dict[str, list[str]]:
        """The query's values by name."""
        return parse_qs(self._parts.query, keep_blank_values=True)

    @property
    def form(self) -> dict[str, list[str]]:
        """The values of a form sent url-encoded."""
        return parse_qs(self.body.decode(), keep_blank_values=True)

    @property
    def _parts(self) -> SplitResult:
        return urlsplit(self.target)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the canned site answers."""

    body: str | bytes = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "text/html; charset=utf-8"


_TLS_HANDSHAKE = b"\x16"

Handler = Callable[[Request], Awaitable[Answer | str] | Answer | str]
Page = str | Answer | Handler


class CannedSite:
    """Serves pages from memory on loopback: `async with CannedSite({"/": "<h1>Hi</h1>"}) as site`.

    A page is HTML, an `Answer`, or a handler (plain or async) that makes one from the `Request`; a handler
    may wait for as long as a test wants. A path that is not there answers 404. With `tls` it speaks https.
    `requests` lists what was asked for, in order. Leaving the block ends waiting handlers, too.
    """

    def __init__(self, pages: Mapping[str, Page] | None = None, *, tls: ssl.SSLContext | None = None) -> None:
        self.pages: dict[str, Page] = dict(pages or {})
        self.requests: list[Request] = []
        self._tls = tls
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """The site's root, with the closing slash."""
        scheme = "https" if self._tls else "http"
        return f"{scheme}://127.0.0.1:{self.port}/"

    @property
    def port(self) -> int:
        """The loopback port that is served."""
        if self._server is None:
            raise RuntimeError("the canned site is not being served; use it as `async with CannedSite(...)`")
        return int(self._server.sockets[0].getsockname()[1])

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0, ssl=self._tls)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._connections.add(task)
            task.add_done_callback(self._connections.discard)
        try:
            async with AsyncExitStack() as stack:
                stack.callback(writer.close)
                while request := await _read(reader):
                    self.requests.append(request)
                    writer.write(_encoded(await self._answer(request), request))
                    await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError, ssl.SSLError):
            # The browser hung up, or the site is being taken down: nobody is left to answer.
            return

    async def _answer(self, request: Request) -> Answer:
        page = self.pages.get(request.path)
        if page is None:
            return Answer(f"<h1>Not found</h1><p>{request.path}</p>", status=404)
        made = page(request) if callable(page) else page
        answer = await made if isinstance(made, Awaitable) else made
        return Answer(answer) if isinstance(answer, str) else answer


async def collect(run: AsyncGenerator[Event, None]) -> list[Event]:
    """All events of a run, to its end."""
    async with aclosing(run) as events:
        return [event async for event in events]


async def _read(reader: asyncio.StreamReader) -> Request | None:
    begun = await reader.readexactly(1)
    if begun == _TLS_HANDSHAKE:
        # https spoken to a site that speaks http: hang up, as servers do.
        return None
    head = begun + await reader.readuntil(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").rstrip().split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Request(method, target, headers, body)


def _encoded(answer: Answer, request: Request) -> bytes:
    body = answer.body.encode() if isinstance(answer.body, str) else answer.body
    fields = {
        "content-type": answer.content_type,
        "content-length": str(len(body)),
        "cache-control": "no-store",
    }
    fields |= {name.lower(): value for name, value in answer.headers.items()}
    reason = http.HTTPStatus(answer.status).phrase
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    sent = b"" if request.method == "HEAD" else body
    return f"HTTP/1.1 {answer.status} {reason}\r\n{head}\r\n".encode("latin-1") + sent

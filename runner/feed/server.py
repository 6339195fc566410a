"""Serves runs over WebSockets: every event so far first, in order, then what happens, `done` last.

Whoever asks over HTTP gets the live page, which follows a run over the same port.

Each subscriber reads the run's history at its own pace, so a slow one loses frames, never events, and delays
neither the run nor the other subscribers.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from pydantic import BaseModel, ValidationError
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from runner.contract.channel import Frame, FrameSlot, Inbox
from runner.contract.errors import UsageError
from runner.contract.event import Event, TerminalKind
from runner.contract.message import DoneMessage, EventMessage, FrameMessage, Picture, UserMessage
from runner.feed.address import Address
from runner.feed.race import first_of
from runner.feed.silence import SILENT
from runner.live import HEADERS, page_file

LEAVE_TIMEOUT_S: Final = 5.0
POLICY_VIOLATION: Final = 1008
INVALID_MESSAGE: Final = 1007
MAX_INCOMING_BYTES: Final = 64 * 1024


class Channel:
    """One run on a feed: its history, which only grows, and the newest frame."""

    def __init__(self, frames: FrameSlot | None = None, inbox: Inbox | None = None) -> None:
        self.frames = frames
        self.inbox = inbox
        self.history: list[Event] = []
        self._grown = asyncio.Event()

    @property
    def last(self) -> Event | None:
        """The event that ended the run, if it has ended."""
        return self.history[-1] if self.history and self.history[-1].terminal else None

    def publish(self, event: Event) -> None:
        """Tell all subscribers, present and future. Never waits."""
        self.history.append(event)
        self._grown.set()
        self._grown = asyncio.Event()

    async def longer_than(self, count: int) -> None:
        """Wait until the history has more than `count` events."""
        while len(self.history) <= count:
            await self._grown.wait()


class Feed:
    """Runs that can be watched, under one token. Made by `serving`."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.address = Address("", 0)
        self._channels: dict[str, Channel] = {}

    def open(self, run_id: str, *, frames: FrameSlot | None = None, inbox: Inbox | None = None) -> Channel:
        """Make a run watchable; messages of subscribers go into its inbox."""
        return self._channels.setdefault(run_id, Channel(frames, inbox))

    def url(self, run_id: str) -> str:
        """Where the run can be watched, token included."""
        return self.address.stream_url(run_id, self.token)

    def page_url(self, run_id: str) -> str:
        """Where the run can be watched with a browser, token included."""
        return self.address.page_url(run_id, self.token)

    async def subscribed(self, connection: ServerConnection) -> None:
        """Serve one subscriber to the end of its run."""
        channel = self._admitted(connection)
        if channel is None:
            await connection.close(
                POLICY_VIOLATION, "The token is missing or wrong, or there is no such run."
            )
            return
        telling = asyncio.create_task(_tell(connection, channel))
        listening = asyncio.create_task(_listen(connection, channel))
        # Listening ends when the subscriber leaves. It can come back and gets everything from the start.
        await first_of(telling, listening, leaving=ConnectionClosed)

    def _admitted(self, connection: ServerConnection) -> Channel | None:
        request = connection.request
        if request is None:
            return None
        parts = urlsplit(request.path)
        given = parse_qs(parts.query).get("token", [""])[0]
        if not hmac.compare_digest(given.encode(), self.token.encode()):
            return None
        match parts.path.split("/"):
            case ["", "demo-runner", "runs", run_id, "stream"]:
                return self._channels.get(unquote(run_id))
            case _:
                return None


@asynccontextmanager
async def serving(address: Address, token: str | None = None) -> AsyncIterator[Feed]:
    """Serve a feed; on leaving, subscribers get what is left, `done` included, but at most 5 s for it.

    Raises UsageError when the address cannot be listened on.
    """
    feed = Feed(token or secrets.token_urlsafe(32))
    server = await _listening(feed, address)
    host, port = next(iter(server.sockets)).getsockname()[:2]
    feed.address = Address(address.host or host, port)
    try:
        yield feed
    finally:
        await _farewell(server)


async def _listening(feed: Feed, address: Address) -> Server:
    try:
        return await serve(
            feed.subscribed,
            address.host,
            address.port,
            logger=SILENT,
            max_size=MAX_INCOMING_BYTES,
            process_request=_page,
        )
    except OSError as error:
        raise UsageError(
            f"The feed cannot be served on {address}: {error.strerror or error}.",
            remedy="Use a host of this machine and a free port; port 0 picks one.",
        ) from error


def _page(_connection: ServerConnection, request: Request) -> Response | None:
    """The live page to whoever asks for no WebSocket. It holds nothing of the run, and needs no token."""
    if "Upgrade" in request.headers:
        return None
    file = page_file(urlsplit(request.path).path)
    if file is None:
        return Response(404, "Not Found", Headers({"Content-Length": "0", "Connection": "close"}))
    headers = Headers({**HEADERS, "Content-Type": file.kind, "Content-Length": str(len(file.body))})
    headers["Connection"] = "close"
    return Response(200, "OK", headers, file.body)


async def _farewell(server: Server) -> None:
    """Let subscribers have the rest. Those that do not take it in time are cut off."""
    server.close(close_connections=False)
    leaving = [asyncio.ensure_future(connection.wait_closed()) for connection in server.connections]
    if leaving:
        await asyncio.wait(leaving, timeout=LEAVE_TIMEOUT_S)
    for task in leaving:
        task.cancel()
    for connection in list(server.connections):
        connection.transport.abort()
    await server.wait_closed()


async def _tell(connection: ServerConnection, channel: Channel) -> None:
    sent = shown = 0
    while True:
        while sent < len(channel.history):
            await _send(connection, EventMessage(event=channel.history[sent]))
            sent += 1
        if channel.last is not None:
            await _send(connection, _done(channel.last))
            return
        if channel.frames and channel.frames.newest and channel.frames.number > shown:
            shown, frame = channel.frames.number, channel.frames.newest
            await _send(connection, _pictured(frame))
            continue
        await _news(channel, sent, shown)


async def _news(channel: Channel, sent: int, shown: int) -> None:
    """Wait for another event or a newer frame."""
    waits: list[asyncio.Task[Any]] = [asyncio.create_task(channel.longer_than(sent))]
    if channel.frames:
        waits.append(asyncio.create_task(channel.frames.after(shown)))
    await first_of(*waits, leaving=ConnectionClosed)


async def _listen(connection: ServerConnection, channel: Channel) -> None:
    async for text in connection:
        try:
            said = UserMessage.model_validate_json(text)
        except ValidationError:
            await connection.close(INVALID_MESSAGE, 'Expected {"type": "message", "message": "..."}.')
            return
        if channel.inbox is not None:
            channel.inbox.send(said.message.strip())


async def _send(connection: ServerConnection, message: BaseModel) -> None:
    await connection.send(message.model_dump_json(exclude_none=True))


def _done(last: Event) -> DoneMessage:
    status: TerminalKind = last.type  # type: ignore[assignment]
    return DoneMessage(status=status, message=None if status == "completed" else last.message)


def _pictured(frame: Frame) -> FrameMessage:
    data = base64.b64encode(frame.data).decode("ascii")
    return FrameMessage(
        frame=Picture(data=data, timestamp=frame.timestamp, width=frame.width, height=frame.height)
    )

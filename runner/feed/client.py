"""Follows a run's feed: reconnects when the connection drops, and tells every event once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager, suppress
from typing import Final
from urllib.parse import urlsplit

from pydantic import ValidationError
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from runner.contract.channel import Inbox
from runner.contract.errors import RunnerError, UsageError
from runner.contract.message import FEED_MESSAGE, DoneMessage, EventMessage, FrameMessage, UserMessage
from runner.feed.silence import SILENT

POLICY_VIOLATION: Final = 1008
MAX_BYTES: Final = 32 * 1024 * 1024
PAUSES_S: Final = (0.1, 0.2, 0.5, 1.0, 2.0, 2.0, 2.0)

Message = EventMessage | FrameMessage | DoneMessage
Pause = Callable[[float], Awaitable[None]]


async def follow(
    url: str, *, pause: Pause = asyncio.sleep, inbox: Inbox | None = None
) -> AsyncGenerator[Message, None]:
    """The feed's messages to `done`, each event once even where the connection had to be made again.

    What comes into `inbox` is said to the run: answers to its questions, and instructions.

    Raises UsageError where nothing is served or the token is refused, RunnerError where it is gone for good.
    """
    _checked(url)
    seen: set[str] = set()
    failures = 0
    while True:
        try:
            async with aclosing(_messages(url, inbox)) as messages:
                async for message in messages:
                    failures = 0
                    if isinstance(message, EventMessage):
                        if message.event.id in seen:
                            continue
                        seen.add(message.event.id)
                    yield message
                    if isinstance(message, DoneMessage):
                        return
        except (OSError, InvalidHandshake, TimeoutError) as error:
            if not seen:
                raise UsageError(f"No feed can be reached at {_shown(url)}.", remedy=_REMEDY) from error
        if failures == len(PAUSES_S):
            raise RunnerError(
                "The feed went away before the run ended.", remedy="Look at the run's own terminal."
            )
        await pause(PAUSES_S[failures])
        failures += 1


_REMEDY: Final = "Use the URL that `record --feed` or `replay --feed` printed, while that command runs."


async def _messages(url: str, inbox: Inbox | None) -> AsyncGenerator[Message, None]:
    """One connection's messages; ends when the connection does."""
    async with (
        connect(url, max_size=MAX_BYTES, logger=SILENT, proxy=None) as connection,
        _speaking(connection, inbox),
    ):
        try:
            async for text in connection:
                yield FEED_MESSAGE.validate_json(text)
        except ValidationError as error:
            raise UsageError(f"{_shown(url)} is not the feed of a run.", remedy=_REMEDY) from error
        except ConnectionClosed:
            pass
        _raise_refusal(connection, url)


@asynccontextmanager
async def _speaking(connection: ClientConnection, inbox: Inbox | None) -> AsyncIterator[None]:
    """Send what comes into the inbox for as long as the connection is there."""

    async def speak(said: Inbox) -> None:
        with suppress(ConnectionClosed):
            while True:
                await connection.send(UserMessage(message=await said.next()).model_dump_json())

    speaking = asyncio.create_task(speak(inbox)) if inbox is not None else None
    try:
        yield
    finally:
        if speaking is not None:
            speaking.cancel()
            await asyncio.gather(speaking, return_exceptions=True)


def _raise_refusal(connection: ClientConnection, url: str) -> None:
    if connection.close_code == POLICY_VIOLATION:
        raise UsageError(f"{_shown(url)} refused: {connection.close_reason}", remedy=_REMEDY)


def _checked(url: str) -> None:
    parts = urlsplit(url)
    try:
        valid = parts.scheme in ("ws", "wss") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid:
        raise UsageError(f"{_shown(url)} is not the URL of a feed.", remedy=_REMEDY)


def _shown(url: str) -> str:
    """The URL without its token."""
    return url.split("?", 1)[0]

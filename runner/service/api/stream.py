"""The WebSocket stream of a run: all its events so far, then what happens and is seen, `done` last."""

from __future__ import annotations

import asyncio
from typing import Final, cast

from fastapi import APIRouter, WebSocket, WebSocketDisconnect, WebSocketException
from pydantic import ValidationError

from runner.contract.message import UserMessage
from runner.feed.race import first_of
from runner.service.api.accepting import is_id
from runner.service.api.identity import Attempts, identity_of
from runner.service.api.runs import say, spoken
from runner.service.api.tails import Tail, Tails
from runner.service.running import Service
from runner.service.store.runs import StoredRun

POLICY_VIOLATION: Final = 1008
INVALID_MESSAGE: Final = 1007
REFUSED: Final = "The token is missing or invalid, or this is not your run."
MAX_TOKEN: Final = 4096

ROUTER: Final = APIRouter()


@ROUTER.websocket("/{run_id}/stream")
async def stream(websocket: WebSocket, run_id: str, token: str = "") -> None:
    """A run's events as they happen; a late subscriber first gets every one so far, in order, none twice."""
    service = cast(Service, websocket.app.state.service)
    await websocket.accept()
    stored = await _his_run(websocket, service, run_id, token)
    if stored is None:
        raise WebSocketException(POLICY_VIOLATION, REFUSED)
    tails = cast(Tails, websocket.app.state.tails)
    async with tails.watching(run_id) as tail:
        listening = asyncio.create_task(_listen(websocket, service, stored))
        telling = asyncio.create_task(_tell(websocket, tail))
        await first_of(listening, telling, leaving=WebSocketDisconnect)


async def _his_run(websocket: WebSocket, service: Service, run_id: str, token: str) -> StoredRun | None:
    attempts = cast(Attempts, websocket.app.state.attempts)
    client = websocket.client.host if websocket.client else "?"
    who = await identity_of(service, token) if token and len(token) <= MAX_TOKEN else None
    if who is None:
        attempts.count(client)
        return None
    return await service.runs.get(run_id, who.user_id) if is_id(run_id) else None


async def _tell(websocket: WebSocket, tail: Tail) -> None:
    sent = shown = 0
    while True:
        for message in tail.messages[sent:]:
            await websocket.send_text(message)
            sent += 1
        if tail.done is not None and sent == len(tail.messages):
            await websocket.send_text(tail.done)
            await websocket.close()
            return
        if tail.gone:
            await websocket.close(1001, "The run has been deleted.")
            return
        if tail.frame_number > shown:
            shown = tail.frame_number
            await websocket.send_text(tail.frame)
            continue
        await tail.more_than(sent, shown)


async def _listen(websocket: WebSocket, service: Service, stored: StoredRun) -> None:
    """What the subscriber says to the run."""
    while True:
        text = await websocket.receive_text()
        try:
            said = UserMessage.model_validate_json(text).message.strip()
        except ValidationError:
            await websocket.close(INVALID_MESSAGE, 'Expected {"type": "message", "message": "..."}.')
            return
        await say(service, stored, await spoken(service, stored, said), {})

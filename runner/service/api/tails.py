"""Runs that are watched from here: each is read once for all watchers, and they read at their own pace.

A watcher that is slow or late misses pictures, never an event: the events are a list that only grows.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from runner.contract.channel import Frame
from runner.contract.message import DoneMessage, FrameMessage, Picture
from runner.service.queue.wire import Line, Wire
from runner.service.store.runs import RunStore, StoredRun

LOOK_S: Final = 15.0
# Sent to all watchers together. What they are told must not wait behind what they are shown.
PICTURES_A_SECOND: Final = 600


class Tail:
    """One run that is watched: its events as messages, what its browser shows, and how it ended."""

    def __init__(self, run_id: str) -> None:
        self.run_id = run_id
        self.messages: list[str] = []
        self.done: str | None = None
        self.frame = ""
        self.frame_number = 0
        self.gone = False
        self.pictured = False
        self._grown = asyncio.Event()

    async def more_than(self, events: int, frames: int) -> None:
        """Wait until there is something new to be sent."""
        while not (len(self.messages) > events or self.frame_number > frames or self.done or self.gone):
            await self._grown.wait()

    def grow(self) -> None:
        """Wake those who wait."""
        self._grown.set()
        self._grown = asyncio.Event()

    def show(self, frame: Frame) -> None:
        """The newest picture, made into a message once for all."""
        data = base64.b64encode(frame.data).decode("ascii")
        picture = Picture(data=data, timestamp=frame.timestamp, width=frame.width, height=frame.height)
        self.frame = FrameMessage(frame=picture).model_dump_json()
        self.frame_number += 1
        self.grow()


class Tails:
    """The runs that are watched from this process."""

    def __init__(self, runs: RunStore, wire: Wire) -> None:
        self._runs = runs
        self._wire = wire
        self._tails: dict[str, tuple[Tail, asyncio.Task[None]]] = {}
        self._watchers: dict[str, int] = {}

    @asynccontextmanager
    async def watching(self, run_id: str, *, pictures: bool = True) -> AsyncIterator[Tail]:
        """Watch a run, together with whoever watches it already. Pictures: once somebody wants some."""
        if run_id not in self._tails:
            tail = Tail(run_id)
            self._tails[run_id] = tail, asyncio.create_task(self._follow(tail))
        tail, task = self._tails[run_id]
        self._watchers[run_id] = self._watchers.get(run_id, 0) + 1
        try:
            if pictures and not tail.pictured:
                tail.pictured = True
                await self._wire.tell(run_id, "watchers")
            yield tail
        finally:
            self._watchers[run_id] -= 1
            if not self._watchers[run_id]:
                del self._watchers[run_id], self._tails[run_id]
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    async def _follow(self, tail: Tail) -> None:
        with self._wire.on(tail.run_id) as line:
            showing = asyncio.create_task(self._show(tail, line))
            try:
                await self._read(tail, line)
            finally:
                showing.cancel()
                await asyncio.gather(showing, return_exceptions=True)
                tail.gone = tail.done is None
                tail.grow()

    async def _read(self, tail: Tail, line: Line) -> None:
        """Read what is stored, then what is told of, to the run's end."""
        while tail.done is None:
            heard = line.count("events")
            stored = await self._runs.get(tail.run_id)
            if stored is None:
                return
            fresh = await self._runs.events(tail.run_id, len(tail.messages))
            tail.messages += [f'{{"type":"event","event":{text}}}' for text in fresh]
            if stored.ended:
                tail.done = _done(stored)
            tail.grow()
            if tail.pictured and any('"type":"running"' in text for text in fresh):
                # whoever carries it out may not have listened before
                await self._wire.tell(tail.run_id, "watchers")
            if tail.done is None:
                await self._news(line, heard)

    @staticmethod
    async def _news(line: Line, heard: int) -> None:
        """Wait for news. Now and then one looks without: news that was lost must not be waited for."""
        try:
            async with asyncio.timeout(LOOK_S):
                await line.more_than("events", heard)
        except TimeoutError:
            return

    async def _show(self, tail: Tail, line: Line) -> None:
        shown = 0
        while True:
            shown, frame = await line.frames.after(shown)
            tail.show(frame)
            await asyncio.sleep(sum(self._watchers.values()) / PICTURES_A_SECOND)


def _done(stored: StoredRun) -> str:
    """The last message; it says what the terminal event said."""
    done = {"type": "done", "status": stored.run.status, "message": stored.run.error_message}
    return DoneMessage.model_validate(done).model_dump_json(exclude_none=True)

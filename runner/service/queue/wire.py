"""The wire between those who carry out runs and those who watch them, wherever they are.

Nothing of worth goes over it: it says that there is news of a run, and whoever hears it looks into the
database. Pictures are the exception: the newest replaces the one before, and one that is lost is no loss.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Literal, Protocol

from runner.contract.channel import Frame, FrameSlot

# events: the run has more events. orders: its user has said something, or has cancelled it.
# watchers: somebody wants to see pictures of it.
Topic = Literal["events", "orders", "watchers"]


class Line:
    """One run on the wire: how often there was news of each topic, and the newest picture."""

    def __init__(self) -> None:
        self.frames = FrameSlot()
        self.users = 0
        self._news: dict[Topic, int] = defaultdict(int)
        self._heard = asyncio.Event()

    def poke(self, topic: Topic) -> None:
        """There is news."""
        self._news[topic] += 1
        self._heard.set()
        self._heard = asyncio.Event()

    def count(self, topic: Topic) -> int:
        """How often there was news so far."""
        return self._news[topic]

    async def more_than(self, topic: Topic, count: int) -> None:
        """Wait until there has been news more often than that."""
        while self._news[topic] <= count:
            await self._heard.wait()


class Wire(Protocol):
    """Carries news of runs."""

    async def tell(self, run_id: str, *topics: Topic) -> None:
        """There is news of the run, committed already."""

    def show(self, run_id: str, frame: Frame) -> None:
        """What the run's browser shows now. Never waits."""

    def on(self, run_id: str) -> AbstractContextManager[Line]:
        """Listen to news of the run, for as long as the context lasts."""


class LocalWire:
    """The wire inside of one process."""

    def __init__(self) -> None:
        self._lines: dict[str, Line] = {}

    async def tell(self, run_id: str, *topics: Topic) -> None:
        """There is news of the run, committed already."""
        self.hear(run_id, *topics)

    def hear(self, run_id: str, *topics: Topic) -> None:
        """Pass news on to those who listen here."""
        if line := self._lines.get(run_id):
            for topic in topics:
                line.poke(topic)

    def show(self, run_id: str, frame: Frame) -> None:
        """What the run's browser shows now. Never waits."""
        if line := self._lines.get(run_id):
            line.frames.put(frame)

    @contextmanager
    def on(self, run_id: str) -> Iterator[Line]:
        """Listen to news of the run, for as long as the context lasts."""
        line = self._lines.setdefault(run_id, Line())
        line.users += 1
        try:
            yield line
        finally:
            line.users -= 1
            if not line.users:
                del self._lines[run_id]

    @property
    def lines(self) -> dict[str, Line]:
        """The runs that are listened to here."""
        return self._lines

"""Channels between a run and its faces: messages go in, browser frames come out.

Neither ever blocks a run: an inbox is read when the run wants to, a frame that nobody fetched is replaced.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from runner.contract.config import TestConfig
from runner.contract.order import Order


class Inbox:
    """Messages of the user to a run, in the order they were sent."""

    def __init__(self, *, attended: bool = True) -> None:
        self.attended = attended
        self._messages: asyncio.Queue[str] = asyncio.Queue()
        self._orders: asyncio.Queue[Order] = asyncio.Queue()
        self._revised: TestConfig | None = None

    def send(self, message: str) -> None:
        """Put a message where the run will find it."""
        self._messages.put_nowait(message)

    def pending(self) -> list[str]:
        """Take all messages that are there now."""
        messages = []
        while not self._messages.empty():
            messages.append(self._messages.get_nowait())
        return messages

    async def next(self, timeout_ms: int | None = None) -> str:
        """Wait for a message; raises TimeoutError after `timeout_ms`."""
        seconds = None if timeout_ms is None else timeout_ms / 1000
        return await asyncio.wait_for(self._messages.get(), seconds)

    def order(self, order: Order) -> None:
        """Have the run do something other than its steps."""
        self._orders.put_nowait(order)

    def pending_orders(self) -> list[Order]:
        """Take all orders that are there now."""
        orders = []
        while not self._orders.empty():
            orders.append(self._orders.get_nowait())
        return orders

    async def next_order(self) -> Order:
        """Wait for an order."""
        return await self._orders.get()

    def revise(self, config: TestConfig) -> None:
        """The user has changed the file: a replay that holds takes it up when it goes on."""
        self._revised = config

    def revised(self) -> TestConfig | None:
        """Take the changed file, if there is one."""
        config, self._revised = self._revised, None
        return config


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture of the browser: JPEG bytes, seconds since the epoch, viewport in CSS px."""

    data: bytes
    timestamp: float
    width: int
    height: int


@dataclass(slots=True)
class FrameSlot:
    """Holds the newest frame. A slow reader misses frames; it never delays the run.

    Pictures cost time; where `wanted` is given, none are taken before it is set.
    """

    newest: Frame | None = None
    number: int = 0
    wanted: asyncio.Event | None = None
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, frame: Frame) -> None:
        """Replace the newest frame and wake the readers."""
        self.newest, self.number = frame, self.number + 1
        self._arrived.set()
        self._arrived = asyncio.Event()

    async def after(self, number: int) -> tuple[int, Frame]:
        """Wait for a frame newer than the `number`-th; returns its number and the frame."""
        while self.newest is None or self.number <= number:
            await self._arrived.wait()
        return self.number, self.newest

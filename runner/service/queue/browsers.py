"""A worker's one browser: shared by its runs, recycled when worn, replaced when it dies."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from time import monotonic
from types import TracebackType
from typing import Final, Self

import psutil

from runner.page.browser import Browser, BrowserOptions, launch

MAX_RUNS: Final = 200
MAX_MEMORY: Final = 2 * 1024**3
# Looking through all processes costs more than a short run may.
WEIGHED_EVERY_S: Final = 30.0
_NAMES: Final = ("chrom", "headless_shell", "headless-shell", "msedge")


@dataclass
class _Used:
    """A browser and how much it has been used."""

    browser: Browser
    stack: AsyncExitStack
    leases: int = 0
    runs: int = 0
    retired: bool = False


@dataclass
class WorkerBrowser:
    """A context manager. `max_memory` is in bytes, of all the browser's processes together.

    They are weighed when a run begins, but not more often than every `weighed_every_s`.
    """

    options: BrowserOptions
    max_runs: int = MAX_RUNS
    max_memory: int = MAX_MEMORY
    weighed_every_s: float = WEIGHED_EVERY_S
    _current: _Used | None = None
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _weighed_at: float = 0.0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._current is not None:
            await self._current.stack.aclose()

    @asynccontextmanager
    async def lease(self) -> AsyncIterator[Browser]:
        """The browser, for one run. Raises BrowserMissing if none can be started."""
        used = await self._fit()
        used.leases += 1
        used.runs += 1
        try:
            yield used.browser
        finally:
            used.leases -= 1
            if used.retired and not used.leases:
                await used.stack.aclose()

    async def _fit(self) -> _Used:
        """The current browser, or a new one where that is dead or worn out."""
        async with self._lock:
            if self._current is not None and not await self._worn(self._current):
                return self._current
            await self._retire()
            stack = AsyncExitStack()
            browser = await stack.enter_async_context(launch(self.options))
            self._current = _Used(browser, stack)
            self._weighed_at = monotonic()
            return self._current

    async def _worn(self, used: _Used) -> bool:
        return not used.browser.alive or used.runs >= self.max_runs or await self._too_heavy()

    async def _too_heavy(self) -> bool:
        if monotonic() - self._weighed_at < self.weighed_every_s:
            return False
        self._weighed_at = monotonic()
        return await asyncio.to_thread(_memory) > self.max_memory

    async def _retire(self) -> None:
        """The browser gets no more runs, and is closed when its last one ends."""
        old, self._current = self._current, None
        if old is None:
            return
        old.retired = True
        if not old.leases:
            await old.stack.aclose()


def _memory() -> int:
    """Bytes that the browser's processes under this one use."""
    total = 0
    for process in psutil.Process().children(recursive=True):
        try:
            if any(name in process.name().lower() for name in _NAMES):
                total += process.memory_info().rss
        except psutil.Error:
            # it has just ended
            continue
    return total

"""One browser for all runs of a command; another in its place should it die."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

from runner.page.browser import Browser, BrowserOptions, launch


class SharedBrowser:
    """A context manager; the browser is started when the first run asks for it."""

    def __init__(self, options: BrowserOptions) -> None:
        self._options = options
        self._lock = asyncio.Lock()
        self._stack = AsyncExitStack()
        self._browser: Browser | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    async def running(self) -> Browser:
        """The browser, started if there is none (any more). Raises BrowserMissing."""
        async with self._lock:
            if self._browser is None or not self._browser.alive:
                self._browser = None
                await self._stack.aclose()
                self._browser = await self._stack.enter_async_context(launch(self._options))
            return self._browser

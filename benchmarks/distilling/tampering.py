"""A browser in which one request has no effect: what the server would have changed stays as it was."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Final

from playwright.async_api import Request, Route

from runner.page.browser import Browser
from runner.page.observe import Observation
from runner.page.session import Session, SessionOptions
from runner.record.recorder import observed

# Requests that change something, by their method; looking things up, and saying that one was there, is none.
MUTATING: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_REPORTING: Final = frozenset({"ping", "beacon"})


Shown = tuple[tuple[object, ...], ...]


class TamperedBrowser(Browser):
    """Counts the requests of a session that change something, and keeps the `blocked`-th (from 1) away.

    A form that is sent gets no answer that shows anything (204), a script's request fails. `shown` is what
    the page showed when its session ended.
    """

    def __init__(self, browser: Browser, blocked: int | None = None) -> None:
        super().__init__(browser._browser, browser.choice, browser.options)
        self.mutations = 0
        self.shown: Shown = ()
        self._blocked = blocked

    def session(self, options: SessionOptions | None = None) -> AbstractAsyncContextManager[Session]:
        """A session as the browser's own, watched."""
        return self._watched(super().session(options))

    @asynccontextmanager
    async def _watched(self, opening: AbstractAsyncContextManager[Session]) -> AsyncIterator[Session]:
        async with opening as session:
            if self._blocked is None:
                session.context.on("request", self._counted)
            else:
                await session.context.route(lambda _: True, self._passed)
            yield session
            self.shown = _shown(await observed(session))

    def _counted(self, request: Request) -> None:
        self.mutations += _mutates(request)

    async def _passed(self, route: Route, request: Request) -> None:
        if not _mutates(request):
            await route.continue_()
            return
        self.mutations += 1
        if self.mutations != self._blocked:
            await route.continue_()
        elif request.is_navigation_request():
            await route.fulfill(status=204)
        else:
            await route.abort()


def _shown(page: Observation) -> Shown:
    """What can be told of a page by looking at it, wherever the focus is."""
    return tuple(
        (node.role, node.name, node.text, node.value, *sorted(_lasting(node.states).items()))
        for node in page.nodes
    )


def _lasting(states: Mapping[str, str]) -> dict[str, str]:
    return {name: state for name, state in states.items() if name not in ("active", "focused")}


def _mutates(request: Request) -> bool:
    return request.method in MUTATING and request.resource_type not in _REPORTING

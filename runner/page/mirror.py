"""Async code on pages of Playwright's sync flavour.

Sync Playwright may be used in the thread only that started it, and leaves no room there for async code. So
the async code runs on an event loop in another thread, with mirror images of the sync objects; what it awaits
of them is done by the owning thread, which meanwhile does nothing but that. Which members are awaited, the
async flavour of the same class tells. Nothing private of Playwright is touched.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, Final, TypeVar, cast

from anyio.from_thread import BlockingPortal
from playwright import async_api, sync_api
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

from runner.assets import script
from runner.contract.errors import DemoRunnerError
from runner.page.find import TIMEOUT_MS, engines_of, find_prepared, there_already
from runner.page.probe import ENGINE, Purpose

T = TypeVar("T")

_SYNC: Final = sync_api.Page.__module__
_Call = tuple["Future[Any]", Callable[[], Any]]


def find_on_sync(
    portal: BlockingPortal,
    page: sync_api.Page,
    *selectors: str,
    timeout_ms: int = TIMEOUT_MS,
    purpose: Purpose = "act",
) -> sync_api.Locator:
    """`find` on a sync page. Must be called in the page's thread; raises what `find` raises."""
    __tracebackhide__ = True
    with there_already():
        engines = sync_api.Selectors(engines_of(page))
        engines.register(ENGINE, script=script("probe"), content_script=True)

    async def finding(image: Page) -> Any:
        return await find_prepared(image, selectors, timeout_ms=timeout_ms, purpose=purpose)

    try:
        return cast("sync_api.Locator", done_for(portal, page, finding))
    except DemoRunnerError as error:
        raise error.with_traceback(None) from error.__cause__


def done_for(portal: BlockingPortal, page: sync_api.Page, work: Callable[[Page], Awaitable[T]]) -> T:
    """What the async `work` returns for a sync page: done on the portal's loop while this thread serves it.

    A locator that it returns is the sync one. Raises what `work` raises.
    """
    calls: SimpleQueue[_Call | None] = SimpleQueue()

    async def working() -> T:
        return await work(cast("Page", _Image(page, calls, asyncio.get_running_loop())))

    working_on = portal.start_task_soon(working)
    working_on.add_done_callback(lambda _: calls.put(None))
    try:
        while call := calls.get():
            _serve(*call)
    finally:
        working_on.cancel()
    return cast("T", _own(working_on.result()))


def _serve(outcome: Future[Any], call: Callable[[], Any]) -> None:
    """Do in this thread what is awaited in the other one."""
    if not outcome.set_running_or_notify_cancel():
        return
    try:
        result = call()
    except PlaywrightError as error:
        outcome.set_exception(error)
    else:
        outcome.set_result(result)


class _Image:
    """A sync object as its async counterpart would be."""

    def __init__(self, own: Any, calls: SimpleQueue[_Call | None], loop: asyncio.AbstractEventLoop) -> None:
        self._own, self._calls, self._loop = own, calls, loop

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Image) and self._own is other._own

    def __hash__(self) -> int:
        return hash(self._own)

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._own, name)
        if not callable(value):
            return self._of(value)
        if name == "on":
            return self._on
        if inspect.iscoroutinefunction(getattr(_counterpart(self._own), name)):
            return lambda *args, **kwargs: self._asked(lambda: value(*map(_own, args), **kwargs))
        return lambda *args, **kwargs: self._of(value(*map(_own, args), **kwargs))

    async def _asked(self, call: Callable[[], Any]) -> Any:
        outcome: Future[Any] = Future()
        self._calls.put((outcome, call))
        return self._of(await asyncio.wrap_future(outcome))

    def _on(self, event: str, handler: Callable[[Any], object]) -> None:
        """Handlers run where the rest of the async code does."""

        def told(value: Any) -> None:
            if not self._loop.is_closed():
                self._loop.call_soon_threadsafe(handler, self._of(value))

        self._own.on(event, told)

    def _of(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._of(item) for item in value]
        return _Image(value, self._calls, self._loop) if type(value).__module__ == _SYNC else value


def _counterpart(own: Any) -> type:
    counterpart: type = getattr(async_api, type(own).__name__)
    return counterpart


def _own(value: Any) -> Any:
    return value._own if isinstance(value, _Image) else value

"""The selector language for somebody else's page: `await find(page, 'control="Sign in"')`.

A page that Playwright opened without us does not know the engine that looks for elements, nor is anyone
counting its requests; both are made up for when the first element is sought.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from weakref import WeakKeyDictionary

from playwright import sync_api
from playwright.async_api import BrowserContext, Locator, Page, Selectors
from playwright.async_api import Error as PlaywrightError

from runner.contract.errors import ActionFailed, DemoRunnerError, RunnerError
from runner.page.faults import mapped
from runner.page.probe import Purpose, register
from runner.page.resolve import resolve
from runner.page.settle import Activity

TIMEOUT_MS: Final = 10_000

_activities: WeakKeyDictionary[BrowserContext, Activity] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class _Guest:
    """What looking for elements needs of a session."""

    page: Page
    activity: Activity


async def find(
    page: Page, *selectors: str, timeout_ms: int = TIMEOUT_MS, purpose: Purpose = "act"
) -> Locator:
    """The one element that the best of `selectors` (best first) stands for, waited for `timeout_ms`.

    The locator stands for that very element: using it once the page has replaced the element fails with "not
    attached to the DOM". `purpose` "see" also takes what is there but cannot be used. Raises LookupFailed,
    which tells what is there and what to try; SelectorSyntaxError; ActionFailed or BrowserDied where the page
    has gone.
    """
    __tracebackhide__ = True  # pytest: the failure is about the page, not about how it was looked at
    with _told(page, selectors):
        if page.context not in _activities:
            with there_already():
                await register(Selectors(engines_of(page)))
    try:
        return await find_prepared(page, selectors, timeout_ms=timeout_ms, purpose=purpose)
    except DemoRunnerError as error:
        raise error.with_traceback(None) from error.__cause__


async def find_prepared(
    page: Page, selectors: Sequence[str], *, timeout_ms: int, purpose: Purpose
) -> Locator:
    """`find` where the page's Playwright knows the engine."""
    context = page.context
    if context not in _activities:
        _activities[context] = Activity()
        _activities[context].attach(context)
    with _told(page, selectors):
        guest = _Guest(page, _activities[context])
        found = await resolve(guest, selectors, timeout_ms=timeout_ms, purpose=purpose)
    return found.locator


@contextmanager
def there_already() -> Iterator[None]:
    """That the engine is there already is well: in another context it was used before, or `launch` was."""
    try:
        yield
    except PlaywrightError as error:
        if "already registered" not in error.message:
            raise


@contextmanager
def _told(page: Page, selectors: Sequence[str]) -> Iterator[None]:
    try:
        yield
    except PlaywrightError as error:
        browser = page.context.browser
        if page.is_closed() and browser is not None and browser.is_connected():
            raise ActionFailed(f"Could not look for {', '.join(selectors)}: the page was closed.") from error
        raise mapped(error, f"look for {', '.join(selectors)}") from error


def engines_of(page: Page | sync_api.Page) -> Any:
    """What a `Selectors` of either flavour wraps, for the page's Playwright.

    There is no public way from a page to its Playwright, which alone can register an engine. Raises
    RunnerError.
    """
    browser = page.context.browser
    try:
        return browser.browser_type._impl_obj._playwright.selectors  # type: ignore[union-attr]
    except AttributeError as error:
        raise RunnerError(
            "The page's browser does not say which Playwright it belongs to.",
            remedy="Open the page with browser.new_page() or browser.new_context().",
        ) from error

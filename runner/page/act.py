"""The nine actions, done on the page."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, TypeVar, assert_never
from urllib.parse import urlsplit

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Position, Response
from playwright.async_api import TimeoutError as PlaywrightTimeout

from runner.assets import script
from runner.contract.config import ActionKind, Expect, Fingerprint, StepValue
from runner.contract.errors import ActionFailed, ConfigError, ExpectationFailed, NavigationFailed
from runner.page.assertions import expect, wait_for
from runner.page.choose import choose
from runner.page.clock import LAST_TRY_MS, Deadline
from runner.page.faults import (
    Replaced,
    Stale,
    Undecided,
    action_begun,
    action_done,
    coverer,
    headline,
    mapped,
)
from runner.page.fill import fill
from runner.page.glance import glance
from runner.page.probe import Purpose
from runner.page.resolve import Found, resolve
from runner.page.session import Session
from runner.page.settle import settle
from runner.page.values import as_key, as_text

T = TypeVar("T")

# Some pages never finish loading (a picture, an endless stream); after this long their document is enough.
LOAD_MS: Final = 5_000
NEW_TAB_MS: Final = 2_000
# Playwright ends its calls by itself; only a page whose script hangs makes one last longer than this.
GRACE_S: Final = 1.0

_SCHEMES: Final = frozenset({"http", "https", "about", "data"})
# Keys that may do more than move or type: those that press what has the focus, and shortcuts.
_ACTIVATES: Final = re.compile(r"Enter$|Space$| $|^(Control|Meta|Alt)")
_ON_ELEMENT: Final = frozenset({"fill", "click", "press", "select", "hover"})


class StepLike(Protocol):
    """What an action needs to know of its step; a config's step and a planner's decision are both such."""

    @property
    def action(self) -> ActionKind: ...
    @property
    def expect(self) -> Expect | None: ...
    @property
    def wait_for(self) -> str | None: ...


class Finder(Protocol):
    """From ranked selectors to one element, as `resolve` does it."""

    async def __call__(
        self,
        session: Session,
        selectors: Sequence[str],
        *,
        timeout_ms: int,
        purpose: Purpose = "act",
        fingerprint: Fingerprint | None = None,
    ) -> Found:
        """Raises LookupFailed."""
        ...


@dataclass(frozen=True, slots=True)
class Performed:
    """What was done: the element it was done to, if any, and facts for the event."""

    found: Found | None
    facts: dict[str, Any] = field(default_factory=dict)


async def perform(
    session: Session,
    step: StepLike,
    selectors: Sequence[str],
    value: StepValue | None,
    timeout_ms: int,
    fingerprint: Fingerprint | None = None,
    find: Finder = resolve,
    recorded: Mapping[str, Any] | None = None,
) -> Performed:
    """Find the step's element and act on it, looking again while it is being replaced or not ready.

    `find` may do more than resolve the selectors, such as repair them. `recorded` is what the element must
    be for it to be acted on at a glance (see `glance`); None where it must always be looked for first.

    Raises LookupFailed, ActionFailed, ExpectationFailed, NavigationFailed, BrowserDied.
    """
    deadline = Deadline.after(timeout_ms)
    if step.action == "expect" or step.action not in _ON_ELEMENT or not selectors:
        return await _on_page(session, step, selectors, value, deadline, fingerprint)
    purpose: Purpose = "fill" if step.action in ("fill", "select") else "act"
    sure = None if recorded is None else glance(session, step.action, selectors[0], value, purpose, recorded)
    while True:
        try:
            found = sure or await _found(session, find, selectors, deadline, purpose, fingerprint)
            facts = await _done(session, step, found, value, deadline)
        except Stale as doubt:
            sure = None
            if deadline.over and not isinstance(doubt, Undecided):
                raise
            continue
        await _wait_after(session, step, deadline)
        return Performed(found, facts)


def must_have_opened(address: str, facts: Mapping[str, Any]) -> None:
    """Raises NavigationFailed where a start page answered with an error, told by the facts of its goto."""
    status = facts.get("status")
    if isinstance(status, int) and status >= 400:
        raise NavigationFailed(
            f"The start page {address} answered with status {status}.",
            remedy="Is the application up, and this its address?",
            status=status,
            url=address,
        )


async def act(
    session: Session, step: StepLike, found: Found | None, value: StepValue | None, timeout_ms: int
) -> dict[str, Any]:
    """Do one action, on `found` where it has an element; returns facts for the event.

    Raises `Replaced` when nothing was done and another look may help, otherwise as `perform` does.
    """
    deadline = Deadline.after(timeout_ms)
    while True:
        try:
            return await _done(session, step, found, value, deadline)
        except Replaced:
            raise
        except Stale:
            if deadline.over:
                raise


async def _found(
    session: Session,
    find: Finder,
    selectors: Sequence[str],
    deadline: Deadline,
    purpose: Purpose,
    fingerprint: Fingerprint | None,
) -> Found:
    timeout = round(deadline.left_ms)
    try:
        return await find(session, selectors, timeout_ms=timeout, purpose=purpose, fingerprint=fingerprint)
    except PlaywrightError as error:
        raise mapped(error, f"look for {selectors[0]}", alive=session.alive) from error


async def _done(
    session: Session, step: StepLike, found: Found | None, value: StepValue | None, deadline: Deadline
) -> dict[str, Any]:
    doing = _doing(step.action, found, value)
    tabs = session.tabs_opened
    try:
        facts = await _guarded(_dispatch(session, step, found, value, deadline), deadline, doing)
    except PlaywrightError as error:
        raise mapped(error, doing, limit=round(deadline.span_ms), alive=session.alive) from error
    session.activity.touch()
    # A quick tab is there before the click that opened it is over.
    if session.tab_coming:
        facts["new_tab"] = await session.new_tab(NEW_TAB_MS)
    elif session.tabs_opened > tabs:
        facts["new_tab"] = True
    return facts


async def _dispatch(
    session: Session, step: StepLike, found: Found | None, value: StepValue | None, deadline: Deadline
) -> dict[str, Any]:
    match step.action:
        case "goto":
            return await _goto(session, as_text(value), deadline)
        case "fill":
            return await fill(session, _needed(found, step), value, deadline)
        case "click":
            return await _click(session, _needed(found, step), deadline)
        case "press":
            return await _press(session, found, as_key(value), deadline)
        case "select":
            return await choose(session, _needed(found, step), value, deadline)
        case "hover":
            await _needed(found, step).locator.hover(timeout=deadline.try_ms)
            return {}
        case "expect":
            await expect(session, _assertion(step), [found.selector] if found else [], deadline)
            return {}
        case "wait":
            return await _wait(session, step, value, deadline)
        case "ask_user_question":
            # Asking is the engine's, which has the inbox; on the page there is nothing to do.
            return {}
        case _:
            assert_never(step.action)


async def _on_page(
    session: Session,
    step: StepLike,
    selectors: Sequence[str],
    value: StepValue | None,
    deadline: Deadline,
    fingerprint: Fingerprint | None,
) -> Performed:
    if step.action == "expect":
        assertion = _assertion(step)
        return Performed(
            await _watched(
                session, lambda: expect(session, assertion, selectors, deadline, fingerprint), deadline
            )
        )
    limit = _wait_span(step, value, deadline)
    facts = await act(session, step, None, value, round(limit))
    if step.action != "wait":
        await _wait_after(session, step, deadline)
    return Performed(None, facts)


async def _wait_after(session: Session, step: StepLike, deadline: Deadline) -> None:
    if sought := step.wait_for:
        await _watched(session, lambda: wait_for(session, sought, deadline), deadline)


async def _watched(session: Session, look: Callable[[], Coroutine[Any, Any, T]], deadline: Deadline) -> T:
    """The result of looking at the active page, which may change while it is looked at."""
    while True:
        page = session.page
        try:
            return await _guarded(look(), deadline, "look at the page")
        except PlaywrightError as error:
            # A popup that closed under the look: what was before it is active again.
            if not session.alive or session.page is page or deadline.over:
                raise mapped(error, "look at the page", alive=session.alive) from error


def _wait_span(step: StepLike, value: StepValue | None, deadline: Deadline) -> float:
    """A plain wait lasts as long as it says, whatever the step's timeout."""
    pause = _pause_ms(value) if step.action == "wait" else None
    return deadline.left_ms if pause is None else max(deadline.left_ms, pause + 1_000)


async def _guarded(work: Coroutine[Any, Any, T], deadline: Deadline, doing: str) -> T:
    """The result of work on a page that may never answer."""
    try:
        async with asyncio.timeout(deadline.left_ms / 1000 + GRACE_S):
            return await work
    except TimeoutError as error:
        raise ActionFailed(
            f"Could not {doing} within {deadline.span_ms:.0f} ms: the page does not respond.",
            remedy="One of its scripts keeps it busy. The trace or the browser's own tools show which.",
        ) from error


def _needed(found: Found | None, step: StepLike) -> Found:
    if found is None:
        raise ConfigError(f"A {step.action} step needs a selector.", remedy="Name the element it is about.")
    return found


def _assertion(step: StepLike) -> Expect:
    if step.expect is None:
        raise ConfigError(
            "An expect step needs an `expect`.", remedy='For example {"type": "text", "contains": "Saved"}.'
        )
    return step.expect


def _doing(action: ActionKind, found: Found | None, value: StepValue | None) -> str:
    """Completes "could not ..."."""
    on = f" {found.selector}" if found else ""
    match action:
        case "goto":
            return f"open {as_text(value)}"
        case "press":
            return f"press {as_text(value)}" + (f" on{on}" if found else "")
        case "select":
            return f"select from{on}"
        case "hover":
            return f"hover over{on}"
        case "expect":
            return "look at the page"
        case _:
            return f"{action}{on}"


# goto


async def _goto(session: Session, url: str, deadline: Deadline) -> dict[str, Any]:
    scheme = urlsplit(url).scheme.lower()
    if scheme not in _SCHEMES:
        raise ConfigError(
            f"{url!r} is no address that can be opened.",
            remedy="Write it in full, for example http://localhost:3000/.",
        )
    response = await _load(session, url, deadline)
    status = response.status if response else None
    return {"url": session.page.url, "status": status}


async def _load(session: Session, url: str, deadline: Deadline) -> Response | None:
    try:
        response = await session.page.goto(url, timeout=deadline.left_ms, wait_until="domcontentloaded")
    except PlaywrightTimeout as error:
        raise NavigationFailed(
            f"Could not open {url} within {deadline.span_ms:.0f} ms: the server did not send it in time.",
            remedy="Is the server busy, or the address right? A longer timeout_ms gives it more time.",
            url=url,
        ) from error
    except PlaywrightError as error:
        if _superseded(error):
            return None
        raise
    try:
        await session.page.wait_for_load_state("load", timeout=min(LOAD_MS, deadline.left_ms))
    except PlaywrightTimeout:
        # The document is there; a picture or stream that never ends must not stop the flow.
        return response
    return response


def _superseded(error: PlaywrightError) -> bool:
    """The page sent itself elsewhere, or was a download: it was opened all the same."""
    text = headline(error.message)
    return "interrupted by another navigation" in text or "Download is starting" in text


# click, press


async def _click(session: Session, found: Found, deadline: Deadline) -> dict[str, Any]:
    page = session.page
    try:
        # What is in reach is not waited for: if its click takes long, the page does, and has the step's time.
        ready = await found.locator.evaluate(script("in_reach"), timeout=deadline.try_ms)
        await found.locator.click(timeout=max(deadline.try_ms, deadline.left_ms if ready else 0))
    except PlaywrightTimeout as error:
        if not action_begun(error) and (spot := await _open_spot(found, error)) is not None:
            await found.locator.click(position=spot, timeout=deadline.try_ms)
        else:
            await _after_late_click(session, error, deadline)
    except PlaywrightError:
        if not (page.is_closed() and session.alive):
            raise
        # The click closed its own page, as a popup's Close button does: it has done what it should.
        return {"closed": True}
    return {}


async def _open_spot(found: Found, error: PlaywrightTimeout) -> Position | None:
    """Where an element can be clicked that is covered only in part, in px from its corner; else None."""
    spot: Position | None = None
    if coverer(error.message) is not None:
        spot = await found.locator.evaluate(script("open_spot"), timeout=LAST_TRY_MS)
    return spot


async def _after_late_click(session: Session, error: PlaywrightTimeout, deadline: Deadline) -> None:
    """A click whose time ran out: it may have been done all the same, and must then not be done again."""
    if action_done(error):
        # It was; what it set off (a slow form, say) is what took so long.
        await settle(session.page, session.activity, round(deadline.left_ms))
    elif action_begun(error):
        raise ActionFailed(
            "The click was sent, but the page does not respond.",
            remedy="One of its scripts keeps it busy. The trace or the browser's own tools show which.",
        ) from error
    else:
        raise error


async def _press(session: Session, found: Found | None, key: str, deadline: Deadline) -> dict[str, Any]:
    if not key:
        raise ConfigError("A press step needs a key.", remedy="For example Enter, Escape or Control+A.")
    try:
        if found is not None:
            await found.locator.press(key, timeout=deadline.try_ms)
            return {}
        await _let_focus_come(session, deadline)
        await session.page.keyboard.press(key)
    except PlaywrightError as error:
        if "Unknown key" not in error.message:
            raise
        raise ConfigError(
            f"There is no key named {key!r}.",
            remedy="Use a character, or a name such as Enter, Escape, ArrowDown, Control+A.",
        ) from error
    if _ACTIVATES.search(key):
        # Unlike an element's key press, the page's does not wait for a navigation it may have set off.
        session.activity.touch()
        await settle(session.page, session.activity, round(min(LOAD_MS, deadline.left_ms)))
    return {}


async def _let_focus_come(session: Session, deadline: Deadline) -> None:
    """A page that has just come moves the focus where its keys should go only after it has been drawn."""
    if await session.page.evaluate("!document.activeElement || document.activeElement === document.body"):
        await settle(session.page, session.activity, round(deadline.try_ms))


# wait


async def _wait(
    session: Session, step: StepLike, value: StepValue | None, deadline: Deadline
) -> dict[str, Any]:
    pause = _pause_ms(value)
    if pause is not None:
        await asyncio.sleep(pause / 1000)
    sought = step.wait_for or (as_text(value) if pause is None else "")
    if sought:
        try:
            await wait_for(session, sought, deadline)
        except ExpectationFailed as error:
            raise ActionFailed(
                f"Waited in vain: {error.message}", remedy=error.remedy, **error.details
            ) from error
    elif pause is None:
        raise ConfigError(
            "A wait step says neither how long nor what for.", remedy="Give `value` (ms) or `wait_for`."
        )
    return {}


def _pause_ms(value: StepValue | None) -> float | None:
    if value is None or isinstance(value, bool | list):
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        return None

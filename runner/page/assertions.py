"""What is waited for and asserted: texts, URLs and elements, polled until it holds or time is over."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Final, cast
from urllib.parse import unquote

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Frame, Locator
from rapidfuzz import fuzz, process

from runner.assets import script
from runner.contract.config import Expect, Fingerprint
from runner.contract.errors import DemoRunnerError, ExpectationFailed, LookupFailed
from runner.page.awaited import kind_of
from runner.page.clock import Deadline
from runner.page.faults import browser_gone, mapped
from runner.page.resolve import Found, resolve
from runner.page.session import Session

# How long one look stays on the page before it comes back: frames may have come and gone meanwhile.
LOOK_MS: Final = 500
LOOK_EVERY_S: Final = 0.05
FRAMES: Final = frozenset({"iframe", "frame"})
# Telling what is there instead must not make a failure take much longer.
TELL_TIMEOUT_S: Final = 2.0


async def expect(
    session: Session,
    assertion: Expect,
    selectors: Sequence[str],
    deadline: Deadline,
    fingerprint: Fingerprint | None = None,
) -> Found | None:
    """Wait until the assertion holds; returns the element it was about. Raises ExpectationFailed."""
    match assertion.type:
        case "url":
            await _expect_url(session, _contains(assertion), deadline)
            return None
        case "visible":
            return await _expect_visible(session, selectors, deadline, fingerprint)
        case "text" if selectors:
            return await _expect_text_in(session, _contains(assertion), selectors, deadline, fingerprint)
        case "text":
            await _expect_text(session, _contains(assertion), deadline)
            return None


async def wait_for(session: Session, sought: str, deadline: Deadline) -> Found | None:
    """Wait for a selector, part of a URL, or a text; a bare text may also be part of the URL."""
    match kind_of(sought):
        case "selector":
            return await _expect_visible(session, [sought], deadline, None)
        case "url":
            await _expect_url(session, sought.replace("**/", "/").strip("*"), deadline)
        case "text":
            while (
                not await _shown(session.page.frames, sought, deadline.within(LOOK_MS))
                and sought not in session.page.url
            ):
                if deadline.over:
                    raise await _text_missing(session, sought, deadline)
    return None


def _contains(assertion: Expect) -> str:
    if assertion.contains is None or not assertion.contains.strip():
        raise ExpectationFailed("The assertion says nothing to look for.", remedy="Give `contains` a text.")
    return assertion.contains


async def _expect_url(session: Session, part: str, deadline: Deadline) -> None:
    while not _in_url(part, session.page.url):
        if deadline.over:
            raise ExpectationFailed(
                f"The URL does not contain {part!r} after {deadline.span_ms:.0f} ms.",
                remedy=f"It is {session.page.url}.",
                sought=part,
                url=session.page.url,
            )
        await asyncio.sleep(min(LOOK_EVERY_S, deadline.left_ms / 1000))


def _in_url(part: str, url: str) -> bool:
    return part in url or part in unquote(url) or unquote(part) in unquote(url)


async def _expect_visible(
    session: Session, selectors: Sequence[str], deadline: Deadline, fingerprint: Fingerprint | None
) -> Found:
    if not selectors:
        raise ExpectationFailed("The assertion names no element.", remedy="Give the step a selector.")
    try:
        return await resolve(
            session, selectors, timeout_ms=round(deadline.left_ms), purpose="see", fingerprint=fingerprint
        )
    except LookupFailed as error:
        if error.details.get("matches") and "matches" in error.details:
            raise
        raise ExpectationFailed(error.message, remedy=error.remedy, **error.details) from error


async def _expect_text_in(
    session: Session,
    text: str,
    selectors: Sequence[str],
    deadline: Deadline,
    fingerprint: Fingerprint | None,
) -> Found:
    while True:
        found = await _expect_visible(session, selectors, deadline, fingerprint)
        inside = await _documents(found)
        look = deadline.within(LOOK_MS)
        if await (_shown(inside, text, look) if inside else _element_shows(found.locator, text, look)):
            return found
        if deadline.over:
            lines = await (_lines_of(inside) if inside else _lines(found.locator))
            raise _missing(f"{found.selector} does not contain the text {text!r}", text, lines, deadline)


async def _documents(found: Found) -> list[Frame]:
    """What an iframe shows is its document, and the frames inside that; none for any other element."""
    if found.facts.get("tag") not in FRAMES:
        return []
    try:
        element = await found.locator.element_handle(timeout=LOOK_MS)
        inner = await element.content_frame()
    except PlaywrightError as error:
        if browser_gone(error):
            raise mapped(error, "look for a text") from error
        # Replaced or gone meanwhile: the element is looked up again.
        return []
    return _with_frames_inside(inner) if inner else []


def _with_frames_inside(frame: Frame) -> list[Frame]:
    return [frame, *(each for inner in frame.child_frames for each in _with_frames_inside(inner))]


async def _element_shows(element: Locator, text: str, look: Deadline) -> bool:
    try:
        told = await element.evaluate(
            script("visible_text"),
            {"needle": text, "waitMs": look.left_ms, "tell": False},
            timeout=look.left_ms,
        )
    except PlaywrightError as error:
        if browser_gone(error):
            raise mapped(error, "look for a text") from error
        # Replaced or gone meanwhile: the element is looked up again.
        return False
    return bool(told["found"])


async def _expect_text(session: Session, text: str, deadline: Deadline) -> None:
    while not await _shown(session.page.frames, text, deadline.within(LOOK_MS)):
        if deadline.over:
            raise await _text_missing(session, text, deadline)


async def frame_showing(session: Session, text: str) -> Frame | None:
    """The frame inside the page that shows the text now; None where the page itself does, or no frame."""
    now = Deadline.after(0)
    for frame in session.page.frames:
        if await _frame_shows(frame, text, now):
            return frame if frame.parent_frame else None
    return None


async def _shown(frames: Sequence[Frame], text: str, look: Deadline) -> bool:
    """Whether any of the frames shows the text, now or before `look` ends."""
    if len(frames) == 1:
        return await _frame_shows(frames[0], text, look)
    looks = {asyncio.create_task(_frame_shows(frame, text, look)) for frame in frames}
    try:
        while looks:
            done, looks = await asyncio.wait(
                looks, return_when=asyncio.FIRST_COMPLETED, timeout=look.left_ms / 1000 + 1
            )
            if any(task.result() for task in done):
                return True
            if not done:
                return False
        return False
    finally:
        for task in looks:
            task.cancel()
        await asyncio.gather(*looks, return_exceptions=True)


async def _frame_shows(frame: Frame, text: str, look: Deadline) -> bool:
    wait_ms = look.left_ms
    try:
        told = await frame.evaluate(_in_body(), {"needle": text, "waitMs": wait_ms, "tell": False})
    except PlaywrightError as error:
        if browser_gone(error):
            raise mapped(error, "look for a text") from error
        # A navigation took the document away in mid-look. The next look finds the new one; not too soon.
        await asyncio.sleep(min(LOOK_EVERY_S, look.left_ms / 1000))
        return False
    return bool(told["found"])


def _in_body() -> str:
    return f"wanted => ({script('visible_text')})(document.body ?? document.documentElement, wanted)"


async def _text_missing(session: Session, text: str, deadline: Deadline) -> DemoRunnerError:
    lines = await _lines_of(session.page.frames)
    return _missing(f"The page does not show the text {text!r}", text, lines, deadline)


async def _lines_of(frames: Sequence[Frame]) -> list[str]:
    lines: list[str] = []
    try:
        async with asyncio.timeout(TELL_TIMEOUT_S):
            for frame in frames:
                told = await frame.evaluate(_in_body(), {"needle": "", "waitMs": 0, "tell": True})
                lines += told["lines"]
    except (PlaywrightError, TimeoutError):
        # What is there instead is only evidence; that it is not there is known.
        return lines
    return lines


async def _lines(element: Locator) -> list[str]:
    try:
        told = await element.evaluate(
            script("visible_text"), {"needle": "", "waitMs": 0, "tell": True}, timeout=1000
        )
    except PlaywrightError:
        return []
    return cast(list[str], told["lines"])


def _missing(what: str, text: str, lines: Sequence[str], deadline: Deadline) -> ExpectationFailed:
    near = nearest_lines(text, lines)
    listed = ", ".join(repr(line) for line in near)
    return ExpectationFailed(
        f"{what} after {deadline.span_ms:.0f} ms.",
        remedy=f"The nearest texts there are {listed}." if near else "There is no text there at all.",
        sought=text,
        nearest=[{"text": line} for line in near],
    )


def nearest_lines(text: str, lines: Sequence[str], limit: int = 3) -> list[str]:
    """The lines most like the text; where none is like it, the first ones."""
    scored: list[Any] = process.extract(text, lines, scorer=fuzz.WRatio, limit=limit, score_cutoff=45)
    return [cast(str, match[0]) for match in scored] or list(lines[:limit])

"""Has the page come to rest? Loaded, no request under way, no change to any document, for a short spell."""

from __future__ import annotations

import asyncio
import math
import time
from typing import Any, Final

from playwright.async_api import BrowserContext, Frame, Page, Request, Response
from playwright.async_api import Error as PlaywrightError

from runner.assets import script
from runner.page.faults import stale

INIT_SCRIPT: Final = script("settle")
SPELL_MS: Final = 100

# A request that has been under way for this long is a long poll or a stream: the page lives with it.
BACKGROUND_AFTER_MS: Final = 10_000
# A frame that does not answer for this long is not at rest.
ANSWER_MS: Final = 1_000
POLL_MS: Final = 25
# What is done last is sent within this time, or is not waited for.
SENT_MS: Final = 1_000

_NEVER_ENDING: Final = frozenset({"eventsource", "websocket", "ping", "media"})
_TWO_FRAMES: Final = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
_MOTION: Final = (
    "() => { const motion = window[Symbol.for('demo-runner.motion')]; return motion ? motion() : null }"
)


class Activity:
    """The requests under way in a whole context, and when something last happened. Times are in ms."""

    def __init__(self) -> None:
        self._under_way: dict[Request, float] = {}
        self._last: float | None = None

    def attach(self, context: BrowserContext) -> None:
        """Follow the context's requests from now on."""
        context.on("request", self._started)
        context.on("requestfinished", self._ended)
        context.on("requestfailed", self._ended)
        context.on("response", self._answered)

    def touch(self) -> None:
        """Something was done to the page: give it the usual spell to react."""
        self._last = _now_ms()

    def quiet_for_ms(self) -> float:
        """Time since anything happened; infinite if nothing ever did."""
        return math.inf if self._last is None else _now_ms() - self._last

    @property
    def in_flight(self) -> int:
        """How many requests are under way, long polls and streams left out."""
        oldest = _now_ms() - BACKGROUND_AFTER_MS
        for request in [request for request, since in self._under_way.items() if since < oldest]:
            del self._under_way[request]
        return len(self._under_way)

    def _started(self, request: Request) -> None:
        if request.resource_type not in _NEVER_ENDING:
            self._under_way[request] = _now_ms()
            self.touch()

    def _ended(self, request: Request) -> None:
        if self._under_way.pop(request, None) is not None:
            self.touch()

    def _answered(self, response: Response) -> None:
        # Server-sent events read with fetch() look like any request until their answer begins.
        if response.headers.get("content-type", "").startswith("text/event-stream"):
            self._ended(response.request)


async def has_settled(page: Page, activity: Activity, spell_ms: int = SPELL_MS) -> bool:
    """Whether the page is at rest now and has been for `spell_ms`. One round trip a frame, side by side."""
    if activity.in_flight or activity.quiet_for_ms() < spell_ms:
        return False
    states = await asyncio.gather(*(_motion(frame) for frame in page.frames))
    return all(_at_rest(state, spell_ms) for state in states)


async def settle(page: Page, activity: Activity, timeout_ms: int, spell_ms: int = SPELL_MS) -> bool:
    """Wait until the page has come to rest, at most `timeout_ms`; returns whether it has."""
    deadline = _now_ms() + timeout_ms
    while not await has_settled(page, activity, spell_ms):
        left = deadline - _now_ms()
        if left <= 0:
            return False
        await asyncio.sleep(min(POLL_MS, left) / 1000)
    return True


async def sent(page: Page, activity: Activity) -> None:
    """Wait until what was done last is on its way and answered, at most SENT_MS.

    A page may send only from the next frame on, as what watches for a thing to scroll into view does.
    """
    try:
        async with asyncio.timeout(SENT_MS / 1000):
            await page.evaluate(_TWO_FRAMES)
            while True:
                if not activity.in_flight:
                    return
                await asyncio.sleep(POLL_MS / 1000)
    except TimeoutError:
        return
    except PlaywrightError as error:
        if not (stale(error) or page.is_closed()):
            raise


def _at_rest(state: dict[str, Any] | None, spell_ms: int) -> bool:
    return bool(state and state["loaded"] and not state["moving"] and state["still_ms"] >= spell_ms)


async def _motion(frame: Frame) -> dict[str, Any] | None:
    """What settle.js noted in the frame; None if it is on its way elsewhere, hangs, or was not watched."""
    try:
        async with asyncio.timeout(ANSWER_MS / 1000):
            state: dict[str, Any] | None = await frame.evaluate(_MOTION)
            if state is None:
                # A document that was there before the context knew the script.
                await frame.evaluate(INIT_SCRIPT)
            return state
    except TimeoutError:
        return None
    except PlaywrightError as error:
        if frame.is_detached():
            return {"loaded": True, "moving": False, "still_ms": 0.0}
        if not stale(error):
            raise
        return None


def _now_ms() -> float:
    return time.monotonic() * 1000

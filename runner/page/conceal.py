"""No picture shows a secret: screenshots, the frames of a feed and of a trace are painted without them.

A script in a world of its own, out of the page's reach, covers every text that contains a secret and turns
every field that holds one into dots, before it is painted. A field that is about to be typed into is turned
into dots first, so that no part of the value shows either.
"""

from __future__ import annotations

import json
from typing import Final

from playwright.async_api import BrowserContext, CDPSession, Frame, Locator, Page
from playwright.async_api import Error as PlaywrightError

from runner import assets
from runner.contract.masking import Mask

WORLD: Final = "demo-runner"
# A shorter value stands in too many words by chance.
SHORTEST: Final = 3
_DOTS: Final = "field => field.style?.setProperty('-webkit-text-security', 'disc', 'important')"


class Curtain:
    """What one context's pages must not show."""

    def __init__(self, context: BrowserContext, mask: Mask) -> None:
        self.mask = mask
        self._context = context
        self._targets: dict[Page | Frame, CDPSession] = {}

    async def cover(self, page: Page, cdp: CDPSession) -> None:
        """Keep `page` covered from now on; `cdp` is a session of its own."""
        self._targets[page] = cdp
        page.once("close", self._forget)
        await self._send(cdp)

    def target(self, page: Page) -> CDPSession | None:
        """The page's own session, once it is covered."""
        return self._targets.get(page)

    async def cover_frame(self, frame: Frame) -> None:
        """Cover a frame that lives in a process of its own; others are covered with their page."""
        if not self.mask.secrets or frame.parent_frame is None:
            return
        try:
            cdp = await self._context.new_cdp_session(frame)
        except PlaywrightError:
            # it has no process of its own, or is gone again
            return
        self._targets[frame] = cdp
        await self._send(cdp)

    async def change(self, mask: Mask) -> None:
        """From now on hide these secrets."""
        if mask.secrets == self.mask.secrets:
            return
        self.mask = mask
        for page in self._context.pages:
            for frame in page.frames:
                await self.cover_frame(frame)
        for cdp in list(self._targets.values()):
            await self._send(cdp)

    async def before_typing(self, field: Locator, text: str, timeout_ms: float) -> None:
        """Turn the field into dots if a secret is about to go into it."""
        if self.mask.hides(text):
            await field.evaluate(_DOTS, timeout=timeout_ms)

    def _forget(self, page: Page) -> None:
        self._targets = {
            target: cdp
            for target, cdp in self._targets.items()
            if (target.page if isinstance(target, Frame) else target) is not page
        }

    async def _send(self, cdp: CDPSession) -> None:
        sought = [value for value in self.mask.secrets.values() if len(value) >= SHORTEST]
        if not sought:
            return
        source = f"({assets.script('conceal')})({json.dumps(sought)})"
        try:
            await cdp.send("Page.enable")
            await cdp.send(
                "Page.addScriptToEvaluateOnNewDocument",
                {"source": source, "worldName": WORLD, "runImmediately": True},
            )
        except PlaywrightError:
            # what has gone shows nothing any more
            return

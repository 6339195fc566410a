"""Pictures of the active page: one when a step is over, and as it moves, the frames of its screencast.

Secrets are covered before anything is painted (`conceal.py`), so no picture has any.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page, ScreencastFrame

from runner.contract.channel import Frame, FrameSlot
from runner.page.reel import Reel

if TYPE_CHECKING:
    from runner.page.session import Session

FRAME_SIZE: Final = (1280, 800)
QUALITY: Final = 70
TIMEOUT_S: Final = 2.0
POINTING_MS: Final = 500


async def picture(session: Session, name: str) -> str | None:
    """Save a JPEG of the active page's viewport as it is now; returns its path.

    None where the session keeps no pictures of its steps, or the page gives none: one that hangs is not
    waited for. Raises ArtifactsNotWritable.
    """
    tab = session.curtain.target(session.page)
    if tab is None or not session.options.pictures or session.options.artifacts is None:
        return None
    try:
        async with asyncio.timeout(TIMEOUT_S):
            taken = await tab.send(
                "Page.captureScreenshot", {"format": "jpeg", "quality": QUALITY, "optimizeForSpeed": True}
            )
    except (PlaywrightError, TimeoutError):
        # a picture is for whoever reads of the run; the run does without
        return None
    return await session.save(f"screenshots/{name}.jpg", base64.b64decode(taken["data"]))


async def show(page: Page, active: Callable[[], Page], slot: FrameSlot | None, reel: Reel | None) -> None:
    """Hand on what `page` shows, whenever that changes and it is the active one.

    For a reel, actions show where they point: that takes them half a second each.
    """
    width, height = FRAME_SIZE

    def shown(told: ScreencastFrame) -> None:
        if page is active():
            frame = Frame(
                told["data"], told["timestamp"] / 1000, told["viewportWidth"], told["viewportHeight"]
            )
            for sink in (slot, reel):
                if sink is not None:
                    sink.put(frame)

    if slot is not None and slot.wanted is not None and reel is None:
        await slot.wanted.wait()
    try:
        await page.screencast.start(on_frame=shown, size={"width": width, "height": height}, quality=QUALITY)
        if reel is not None:
            # its title would show what is typed, secrets too
            await page.screencast.show_actions(
                cursor="pointer", duration=POINTING_MS, style={"title": "display: none"}
            )
    except PlaywrightError:
        # Pictures are for watching; a page that is gone again has none to show.
        return

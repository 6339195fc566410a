"""A small picture of an element as it stood on the page, for whoever judges a repair later on.

It is taken without scrolling or pointing, so that nothing of the page changes by it.
"""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path
from typing import Final

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import FloatRect, Locator

from runner.contract.config import Fingerprint
from runner.page.session import Session

FOLDER: Final = "elements"
MARGIN: Final = 6
WIDEST, HIGHEST = 480, 240
QUALITY: Final = 70
TIMEOUT_MS: Final = 3_000


def portrait_name(fingerprint: Fingerprint) -> str:
    """The name of its file among the artifacts: the same for the same fingerprint, whatever the step."""
    told = fingerprint.model_dump_json(exclude_none=True)
    return f"{FOLDER}/{hashlib.sha256(told.encode()).hexdigest()[:16]}.jpg"


async def portrait(session: Session, element: Locator) -> bytes | None:
    """A JPEG of the element and a little around it; None where it is not in view, or the page has gone on."""
    try:
        async with asyncio.timeout(TIMEOUT_MS / 1000):
            box = await element.bounding_box(timeout=TIMEOUT_MS)
            clip = _clip(box, session) if box else None
            if clip is None:
                return None
            return await session.page.screenshot(type="jpeg", quality=QUALITY, clip=clip, timeout=TIMEOUT_MS)
    except (PlaywrightError, TimeoutError):
        # a picture is welcome, never needed
        return None


async def keep_portrait(session: Session, element: Locator, fingerprint: Fingerprint) -> None:
    """Put the element's picture among the run's artifacts, if it has any and there is none of it yet.

    Raises ArtifactsNotWritable.
    """
    folder = session.options.artifacts
    if folder is None or (folder / portrait_name(fingerprint)).exists():
        return
    if data := await portrait(session, element):
        await session.save(portrait_name(fingerprint), data, told=False)


def portrait_in(folder: Path, fingerprint: Fingerprint) -> bytes | None:
    """The picture that a recording left in its folder; None where there is none."""
    try:
        return (folder / portrait_name(fingerprint)).read_bytes()
    except OSError:
        # recorded without pictures, or the file was taken elsewhere without them
        return None


def _clip(box: FloatRect, session: Session) -> FloatRect | None:
    view = session.page.viewport_size
    if view is None:
        return None
    left, top = max(0.0, box["x"] - MARGIN), max(0.0, box["y"] - MARGIN)
    right = min(view["width"], box["x"] + box["width"] + MARGIN, left + WIDEST)
    bottom = min(view["height"], box["y"] + box["height"] + MARGIN, top + HIGHEST)
    if right - left < 1 or bottom - top < 1:
        return None
    return {"x": left, "y": top, "width": right - left, "height": bottom - top}

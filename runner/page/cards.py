"""Cards painted by the browser, for a video: it has every script's fonts, and knows how to lay a text out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from runner.page.browser import Browser
from runner.page.faults import translated

TIMEOUT_MS = 5_000


@dataclass(frozen=True, slots=True)
class Card:
    """A page of HTML and the size of its picture in px."""

    html: str
    width: int
    height: int


async def painted(browser: Browser, cards: Sequence[Card]) -> list[bytes]:
    """The cards as JPEG, in their order. Raises BrowserDied, or what else keeps a browser from painting."""
    pictures: list[bytes] = []
    async with browser.session() as session:
        for card in cards:
            with translated("paint the video's captions"):
                await session.page.set_viewport_size({"width": card.width, "height": card.height})
                await session.page.set_content(card.html, timeout=TIMEOUT_MS)
                pictures.append(await session.page.screenshot(type="jpeg", quality=92, timeout=TIMEOUT_MS))
    return pictures

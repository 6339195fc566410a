"""From a point of the picture to the element that is meant by it, and how to name it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

from playwright.async_api import ElementHandle, Frame, Locator
from playwright.async_api import Error as PlaywrightError

from runner import assets
from runner.contract.errors import ActionFailed, LookupFailed
from runner.page.describe import Survey, survey
from runner.page.probe import Purpose
from runner.page.session import Session

LOOK_MS: Final = 2_000
_SAME: Final = "(found, meant) => found === meant"
# Where an iframe's own viewport begins, inside its border.
_INSIDE: Final = "(iframe) => [iframe.clientLeft, iframe.clientTop]"


@dataclass(frozen=True, slots=True)
class Picked:
    """What was picked; `box` is where it is in the main frame's viewport, in CSS px, if it can be seen."""

    survey: Survey
    box: tuple[float, float, float, float] | None


async def pick(session: Session, x: float, y: float, purpose: Purpose = "act") -> Picked:
    """The element at that point of the active page's viewport (CSS px), frames and shadow roots included.

    Raises LookupFailed where there is none that could be found again, ActionFailed when it goes away.
    """
    try:
        element, frame = await _at(session.page.main_frame, x, y, reading=purpose == "see")
        locator = await _locator(element, frame)
        box = await element.bounding_box()
    except PlaywrightError as error:
        raise ActionFailed("The page changed while the element was picked.") from error
    told = await survey(session, locator, purpose)
    if not told.selectors:
        raise LookupFailed(
            "No selector leads to exactly this element.", remedy="Pick what is around it, or inside it."
        )
    return Picked(told, (box["x"], box["y"], box["width"], box["height"]) if box else None)


@cache
def knowing_what_is_meant(name: str) -> str:
    """The page script of that name, with what a person means by pointing at an element."""
    return assets.script(name).replace("= MEANT;", f"= ({assets.script('meant').strip()});")


async def _at(frame: Frame, x: float, y: float, *, reading: bool) -> tuple[ElementHandle, Frame]:
    handle = await frame.evaluate_handle(knowing_what_is_meant("pick"), [x, y, reading])
    element = handle.as_element()
    if element is None:
        raise LookupFailed("There is nothing at this point.", remedy="Pick a point inside the page.")
    inner = await element.content_frame()
    box = await element.bounding_box() if inner is not None else None
    if inner is None or box is None:
        return element, frame
    outer = await frame_corner(frame)
    left, top = await element.evaluate(_INSIDE)
    return await _at(inner, x + outer[0] - box["x"] - left, y + outer[1] - box["y"] - top, reading=reading)


async def frame_corner(frame: Frame) -> tuple[float, float]:
    """Where the frame's own viewport begins in the main frame's: boxes are told in the latter's terms."""
    if frame.parent_frame is None:
        return 0.0, 0.0
    owner = await frame.frame_element()
    box = await owner.bounding_box()
    left, top = await owner.evaluate(_INSIDE)
    return (box["x"] + left, box["y"] + top) if box else (0.0, 0.0)


async def _locator(element: ElementHandle, frame: Frame) -> Locator:
    """A locator that points at exactly this element now."""
    path = (await element.evaluate(assets.script("describe")))["path"]
    locator = frame.locator(f"css={path}").first
    if not path or not await locator.evaluate(_SAME, element, timeout=LOOK_MS):
        raise LookupFailed("No path leads to this element.", remedy="Pick what is around it, or inside it.")
    return locator

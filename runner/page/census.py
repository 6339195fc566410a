"""Everything on the live page that a sought element could be, as fingerprints, in one pass over all frames.

The pass runs in the page (selectors/census.js): it looks cheaply at every element, open shadow roots
included, and describes the likeliest in full, by the same code that described the element when it was
recorded.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any, Final

from playwright.async_api import ElementHandle, Frame, JSHandle, Locator
from playwright.async_api import Error as PlaywrightError

from runner import assets
from runner.contract.config import Fingerprint
from runner.contract.errors import ActionFailed
from runner.page.candidates import Facts
from runner.page.describe import describe, fingerprint_of
from runner.page.nearest import Unanswered
from runner.page.resolve import Searchable

LIMIT: Final = 40
BUDGET_MS: Final = 1_000
# A page that keeps to its budget answers well before this; one whose script hangs never does.
ANSWER_S: Final = 5.0

_TELL: Final = "({rows, population, cut}) => JSON.stringify({rows, population, cut})"
_SAME: Final = "(found, sought) => found === sought"


@dataclass(frozen=True, slots=True)
class Sought:
    """What the first, cheap look goes by.

    `related` are words and phrases, folded, that mean what the captions say. `readable` takes text in, for
    assertions; `plain` also takes elements that nothing marks as a control. `box` is in CSS px.
    """

    captions: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    id: str | None = None
    test_id: str | None = None
    name_attr: str | None = None
    href: str | None = None
    tag: str | None = None
    type: str | None = None
    row: str | None = None
    classes: tuple[str, ...] = ()
    box: tuple[int, ...] | None = None
    readable: bool = False
    plain: bool = False
    limit: int = LIMIT
    budget_ms: int = BUDGET_MS


@dataclass(frozen=True, slots=True)
class Sighting:
    """One element that is there now. `dom` is what describe.js told, `rate` how the cheap look rated it."""

    fingerprint: Fingerprint
    frame: Frame
    dom: Mapping[str, Any]
    rate: float
    at: int
    elements: JSHandle

    @property
    def shown(self) -> bool:
        """Whether it has a visible box; a file input or a tick box need not have one to be used."""
        return bool(self.dom.get("shown"))

    @property
    def disabled(self) -> bool:
        """Whether the page lets nobody use it now."""
        return bool(self.dom.get("disabled"))

    async def element(self) -> ElementHandle:
        """The element itself. Raises ActionFailed when its page has gone."""
        try:
            handle = await self.elements.evaluate_handle("(all, at) => all.elements[at]", self.at)
        except PlaywrightError as error:
            raise ActionFailed("The page changed while it was read.") from error
        element = handle.as_element()
        if element is None:
            raise ActionFailed("The page changed while it was read.")
        return element

    async def locator(self) -> Locator | None:
        """A locator that points at exactly this element now, or None where no path leads to it."""
        path = str(self.dom.get("path") or "")
        if not path:
            return None
        element = await self.element()
        for locator in (self.frame.locator(f"css={path}"), self.frame.locator(f"css={path}").first):
            try:
                if await locator.count() == 1 and await locator.evaluate(_SAME, element, timeout=BUDGET_MS):
                    return locator
            except PlaywrightError:
                # it went away between two questions: the next attempt, or the caller's next census, will tell
                continue
        return None

    async def described(self) -> Fingerprint | None:
        """The fingerprint with role and accessible name as Playwright computes them; None when it is gone."""
        locator = await self.locator()
        if locator is None:
            return None
        try:
            return await describe(locator, self.frame)
        except ActionFailed:
            return None


@dataclass(frozen=True, slots=True)
class Census:
    """What was seen. `population` counts all plausible elements; `cut`: time ran out before all were seen."""

    sightings: tuple[Sighting, ...]
    population: int
    cut: bool
    handles: tuple[JSHandle, ...] = ()

    async def dispose(self) -> None:
        """Let the page forget the elements."""
        for handle in self.handles:
            # a page that has gone has forgotten them already
            with suppress(PlaywrightError):
                await handle.dispose()


async def census(session: Searchable, sought: Sought) -> Census:
    """Look through all frames of the active page. Raises ActionFailed when the page navigates meanwhile."""
    frames = [frame for frame in session.page.frames if not frame.is_detached()]
    counts = await asyncio.gather(*(_count(frame, sought) for frame in frames))
    seen = sorted((each for count in counts for each in count.sightings), key=lambda each: -each.rate)
    return Census(
        sightings=tuple(seen[: sought.limit]),
        population=sum(count.population for count in counts),
        cut=any(count.cut for count in counts),
        handles=tuple(handle for count in counts for handle in count.handles),
    )


async def _count(frame: Frame, sought: Sought) -> Census:
    try:
        async with asyncio.timeout(ANSWER_S):
            elements = await frame.evaluate_handle(_script(), asdict(sought))
            # as one text: Playwright takes many times longer over a value of many parts
            told = json.loads(await elements.evaluate(_TELL))
    except TimeoutError as error:
        if frame.parent_frame is not None:
            return Census((), 0, False)
        raise Unanswered(
            f"The page {frame.url} does not answer: nothing could be looked for in {ANSWER_S:.0f} s.",
            remedy="A script of the page keeps it busy.",
        ) from error
    except PlaywrightError as error:
        if frame.parent_frame is not None:
            # a frame that is gone, or shows the browser's own error page, has nothing to offer
            return Census((), 0, False)
        raise ActionFailed("The page changed while it was read.") from error
    sightings = tuple(_sighting(at, row, frame, elements) for at, row in enumerate(told["rows"]))
    return Census(sightings, int(told["population"]), bool(told["cut"]), (elements,))


def _sighting(at: int, dom: Mapping[str, Any], frame: Frame, elements: JSHandle) -> Sighting:
    fingerprint = fingerprint_of(Facts(dom=dom, role=str(dom.get("roleAttribute") or "")), frame)
    # what only a census tells, and no recording holds
    more = {"row_texts": _row_texts(dom) or None, "clickable": dom.get("clickable")}
    fingerprint = fingerprint.model_copy(
        update={name: told for name, told in more.items() if told is not None}
    )
    return Sighting(fingerprint, frame, dom, float(dom["rate"]), at, elements)


def _row_texts(dom: Mapping[str, Any]) -> Sequence[str]:
    row = dom.get("row") or {}
    return list(row.get("parts") or row.get("texts") or ())


@cache
def _script() -> str:
    return assets.script("census").replace("= FACTS_OF;", f"= ({assets.script('describe').strip()});")

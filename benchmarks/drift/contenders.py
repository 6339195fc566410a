"""Who competes: each remembers an element of the undrifted page and looks for it on the drifted one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from playwright.async_api import ElementHandle, Locator

from benchmarks.drift.similo import most_similar
from benchmarks.drift.stage import Stage, Target
from runner.contract.errors import LookupFailed
from runner.page.describe import Survey
from runner.page.resolve import resolve

_SIMILO: Final = (Path(__file__).parent / "similo.js").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a recording holds of one element, the same for every contender that builds on it."""

    target: Target
    survey: Survey
    locator: Locator
    element: ElementHandle


@dataclass(frozen=True, slots=True)
class Answer:
    """The element it would act on, how sure it is (any scale, more is surer), and whether it does act.

    `took_ms` stands in for the measured time where more was done than finding the element. `identity_ms` is
    the part of it in which what was found was compared with what was recorded, `repair_ms` that of a repair.
    """

    element: ElementHandle | None
    confidence: float = 0.0
    acts: bool = True
    why: str = ""
    took_ms: float | None = None
    identity_ms: float | None = None
    repair_ms: float | None = None


REFUSED: Final = Answer(None, 0.0, acts=False)


class Contender(Protocol):
    """One way of finding an element again."""

    name: str

    async def remember(self, stage: Stage, recorded: Recorded) -> Any:
        """What it keeps of the element; None when it cannot keep any."""
        ...

    async def find(self, stage: Stage, memory: Any) -> Answer:
        """The element on the page as it is now."""
        ...


class RecordedSelectors:
    """No repair: the first recorded selector that leads to exactly one element."""

    name = "recorded selectors"

    async def remember(self, stage: Stage, recorded: Recorded) -> Any:
        """The selectors, as the recorder ranked them."""
        return recorded

    async def find(self, stage: Stage, memory: Any) -> Answer:
        """Whatever the selectors lead to; refused when none leads anywhere."""
        recorded: Recorded = memory
        selectors = recorded.survey.selectors
        if not selectors:
            return REFUSED
        try:
            found = await resolve(stage.session, selectors, timeout_ms=1, purpose=recorded.target.purpose)
        except LookupFailed:
            return REFUSED
        element = await found.locator.element_handle(timeout=1000)
        return Answer(element, 1 - found.rank / 100)


class Similo:
    """The published algorithm: it always takes the most similar element."""

    name = "Similo"

    async def remember(self, stage: Stage, recorded: Recorded) -> Any:
        """The fourteen properties; None when the element is none that Similo considers."""
        return await stage.page.evaluate(_SIMILO, [recorded.element])

    async def find(self, stage: Stage, memory: Any) -> Answer:
        """The most similar element of the page; its lead over the runner-up is its confidence."""
        page = await stage.page.evaluate_handle(_SIMILO, [None])
        best = most_similar(memory, await page.evaluate("page => page.found"))
        if best is None:
            return REFUSED
        place, lead = best
        handle = await page.evaluate_handle("(page, place) => page.elements[place]", place)
        await page.dispose()
        return Answer(handle.as_element(), lead)

"""One look at the page for any number of selectors: all matches, in one round trip a frame.

Playwright's engines find the elements; selectors/probe.js, registered as an engine beside them, keeps the
books and gives the answer. That the whole look is one selector makes it one moment of the page, and cheap: it
runs in the world that Playwright's actions use anyway, which spares each new document a second copy of
Playwright's scripts.
"""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, Protocol
from urllib.parse import quote

from playwright.async_api import ElementHandle, Frame, Locator, Page, Selectors
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeout

from runner.assets import script
from runner.contract.errors import RunnerError
from runner.page import selector as language
from runner.page.faults import browser_gone, headline, stale
from runner.page.selector import Nth, Part, Selector, SelectorSyntaxError
from runner.page.settle import Activity
from runner.page.tiers import WEAK_FROM, Way, quick_ways, ways, wording

Purpose = Literal["act", "fill", "see"]
Status = Literal["there", "disabled", "hidden", "absent"]

ENGINE: Final = "demo"
# A frame that does not answer for this long is left out of the look. The page itself gets the step's time,
# and however short that is, enough for one look at a large page on a slow machine.
CHILD_FRAME_MS: Final = 1_000
ONE_LOOK_MS: Final = 3_000
_FAMILY: Final = 50
# Kinds of which a page holds few enough to look at each before its role is asked for.
_FEW: Final = frozenset({"button", "link"})

_nonces = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Known:
    """What a frame held when it was last looked at: kinds of elements, and parts whose words are nowhere."""

    present: frozenset[str]
    unwritten: frozenset[str]

    def allows(self, way: Way, place: str) -> bool:
        """Whether the way can lead anywhere for the part at `place`."""
        if way.worded and place in self.unwritten:
            return False
        return not way.needs or way.needs in self.present

    def covers(self, now: Known) -> bool:
        """Whether a question asked with this knowledge left out nothing that is there now."""
        return now.present <= self.present and self.unwritten <= now.unwritten


class Searchable(Protocol):
    """What looking for elements needs of a session."""

    @property
    def page(self) -> Page: ...
    @property
    def activity(self) -> Activity: ...


@dataclass(frozen=True, slots=True)
class Match:
    """An element that answers a selector, and what it is; `locator` finds exactly it, or fails as stale."""

    selector: str
    frame: Frame
    tier: int
    facts: Mapping[str, Any]

    @property
    def locator(self) -> Locator:
        """Raises Playwright's error with "not attached" in it once the page has replaced the element."""
        return self.frame.locator(f"{ENGINE}=ref {self.facts['ref']}").describe(self.selector)


@dataclass(frozen=True, slots=True)
class Sighting:
    """What one selector came to in one look.

    `there`: usable matches, all equally good; more than one is a tie. `disabled`, `hidden`: matches that are
    not usable. `firm`: nothing that could still arrive would be preferred. `count`: how many are as good.
    """

    selector: str
    status: Status = "absent"
    tier: int | None = None
    firm: bool = False
    count: int = 0
    matches: tuple[Match, ...] = ()

    @property
    def certain(self) -> bool:
        """Whether it is one usable element that nothing still to come could displace."""
        return self.status == "there" and self.firm and self.count == 1

    @property
    def weak(self) -> bool:
        """Whether it matches in part only."""
        return self.tier is None or self.tier >= WEAK_FROM

    @property
    def family(self) -> int:
        """By name (0), by text (1), in part (2 and more)."""
        return 99 if self.tier is None else self.tier // _FAMILY


async def register(engines: Selectors) -> None:
    """Teach Playwright the probe's engine: once, before the first context is opened."""
    await engines.register(ENGINE, script=script("probe"), content_script=True)


async def look(
    session: Searchable,
    selectors: Sequence[Selector],
    purpose: Purpose,
    *,
    timeout_ms: float = 10_000,
    quick: bool = False,
    known: dict[Frame, Known] | None = None,
) -> list[Sighting] | None:
    """What each selector matches now, over all frames; None if the page did not answer.

    A `quick` look seeks only the first selector, in the usual ways. `known` is kept from look to look of the
    same selectors: what is known not to be in a frame is not sought there.

    Raises SelectorSyntaxError where Playwright cannot read a part of one, and lets TargetClosedError through.
    """
    probe = _Look(purpose, timeout_ms, quick=quick, known={} if known is None else known)
    texts = [language.format(selector) for selector in selectors]
    chains = [selector.parts for selector in selectors]
    frames = session.page.frames
    per_frame = await asyncio.gather(*(probe.frame(frame, texts, chains) for frame in frames))
    if per_frame[0] is None:
        return None
    answers = [answer for answer in per_frame if answer is not None]
    return [merged(text, [answer[at] for answer in answers], purpose) for at, text in enumerate(texts)]


class _Look:
    """One look: the same question to every frame."""

    def __init__(
        self, purpose: Purpose, timeout_ms: float, *, quick: bool, known: dict[Frame, Known]
    ) -> None:
        self.purpose = purpose
        self.timeout_ms = max(timeout_ms, ONE_LOOK_MS)
        self.quick = quick
        self.known = known

    async def frame(
        self, frame: Frame, texts: Sequence[str], chains: Sequence[Sequence[Part]]
    ) -> list[Sighting] | None:
        """The frame's answer, a sighting for each selector; None if it gave none."""
        told = await self._answered(frame, texts, chains)
        if told is None:
            return None
        found = [_sighting(frame, text, answer) for text, answer in zip(texts, told, strict=True)]
        inner = frame.parent_frame is not None and any(one.status == "there" for one in found)
        if inner and not await _is_shown(frame):
            found = [_unseen(one) for one in found]
        return await self._with_frames_inside(frame, chains, told, found)

    async def _answered(
        self, frame: Frame, texts: Sequence[str], chains: Sequence[Sequence[Part]]
    ) -> list[dict[str, Any]] | None:
        """The answer to a question that left out nothing which is there by now."""
        while True:
            before = self.known.get(frame)
            answer = await self._asked(frame, texts, chains)
            if answer is None:
                return None
            told: list[dict[str, Any]] = answer["told"]
            if "present" not in answer:
                # The best selector has its one element here: nothing more is asked of this frame.
                self.known.pop(frame, None)
                return told
            now = Known(frozenset(answer["present"]), frozenset(answer["unwritten"]))
            self.known[frame] = now
            if self.quick or before is None or before.covers(now):
                return told

    async def _asked(
        self, frame: Frame, texts: Sequence[str], chains: Sequence[Sequence[Part]]
    ) -> dict[str, Any] | None:
        timeout = self.timeout_ms if frame.parent_frame is None else CHILD_FRAME_MS
        program = self._program(frame, chains).describe(f"look for {texts[0]}")
        try:
            answer = await program.get_attribute("value", timeout=timeout)
        except PlaywrightTimeout:
            return None
        except PlaywrightError as error:
            if stale(error) or frame.is_detached():
                return None
            raise await self._explained(error, frame, texts, chains) from error
        told: dict[str, Any] = json.loads(answer or "null")
        return told

    def _program(self, frame: Frame, chains: Sequence[Sequence[Part]]) -> Locator:
        joined = frame.locator(f"{ENGINE}=begin {next(_nonces)} {self.purpose}")
        for candidate, parts in enumerate(chains):
            for place, part in enumerate(parts):
                for step in self._steps(frame, candidate, place, part):
                    joined = joined.or_(step)
            if not self.quick:
                joined = joined.or_(frame.locator(f"{ENGINE}=decide {candidate} {len(parts) - 1}"))
        lasts = " ".join(str(len(parts) - 1) for parts in chains)
        return joined.or_(frame.locator(f"{ENGINE}=end {lasts}"))

    def _steps(self, frame: Frame, candidate: int, place: int, part: Part) -> Iterable[Locator]:
        where = f"{candidate} {place}"
        if isinstance(part, Nth):
            if self.quick and candidate > 0:
                return
            yield frame.locator(f"{ENGINE}=nth {where} {part.index}")
            return
        if words := wording(part):
            yield frame.locator(f"{ENGINE}=words {where} {quote(words)}")
        if self.quick and candidate > 0:
            return
        known = self.known.get(frame)
        for way in quick_ways(part) if self.quick else ways(part):
            if known is not None and not known.allows(way, f"{candidate}.{place}"):
                continue
            start = "near" if self.quick and way.needs in _FEW else "at"
            scope = frame.locator(
                f"{ENGINE}={start} {where} {way.tier} {int(way.worded)} {way.needs}".rstrip()
            )
            noted = f"{ENGINE}=put {where} {way.tier} {way.keep} >> visible=true >> {ENGINE}=seen {where}"
            yield way.find(scope).locator(noted)

    async def _with_frames_inside(
        self,
        frame: Frame,
        chains: Sequence[Sequence[Part]],
        told: Sequence[Mapping[str, Any]],
        found: Sequence[Sighting],
    ) -> list[Sighting]:
        """A scope that is an iframe means its document: the rest of the selector is looked for inside."""
        result = []
        for parts, answer, sighting in zip(chains, told, found, strict=True):
            inner = [
                await self._inside(frame, place["ref"], sighting.selector, parts[place["part"] + 1 :])
                for place in answer["frames"]
            ]
            result.append(merged(sighting.selector, [sighting, *inner], self.purpose) if inner else sighting)
        return result

    async def _inside(self, frame: Frame, ref: str, text: str, rest: Sequence[Part]) -> Sighting:
        inner = await _content_frame(frame, ref)
        if inner is None:
            return Sighting(text)
        frames = [inner, *_descendants(inner)]
        within = _Look(self.purpose, CHILD_FRAME_MS, quick=False, known={})
        answers = await asyncio.gather(*(within.frame(each, [text], [rest]) for each in frames))
        return merged(text, [answer[0] for answer in answers if answer], self.purpose)

    async def _explained(
        self, error: PlaywrightError, frame: Frame, texts: Sequence[str], chains: Sequence[Sequence[Part]]
    ) -> Exception:
        if browser_gone(error) or "has been closed" in error.message:
            return error
        if "Unknown engine" in error.message:
            return RunnerError(
                "The browser was opened without the engine that looks for elements.",
                remedy="Open it with runner.page.browser.launch, which registers it.",
            )
        for text, parts in zip(texts, chains, strict=True):
            if cause := await self._complaint(frame, parts):
                return SelectorSyntaxError(
                    cause,
                    selector=text,
                    position=0,
                    remedy="Correct it, or use control=, field= or role= instead.",
                )
        return error

    async def _complaint(self, frame: Frame, parts: Sequence[Part]) -> str | None:
        """What Playwright has against a selector, if it cannot be read."""
        for part in parts:
            try:
                await self._program(frame, [[part]] if not isinstance(part, Nth) else []).get_attribute(
                    "value", timeout=CHILD_FRAME_MS
                )
            except PlaywrightTimeout:
                continue
            except PlaywrightError as error:
                if not stale(error):
                    return headline(error.message).splitlines()[0].removeprefix("Error: ").rstrip(".")
        return None


def merged(text: str, sightings: Sequence[Sighting], purpose: Purpose) -> Sighting:
    """What several frames saw, as one: the best matches of all; what blocks in one blocks in all."""
    there = [one for one in sightings if one.status == "there"]
    disabled = [one for one in sightings if one.status == "disabled"]
    hidden = [one for one in sightings if one.status == "hidden"]
    family = min((one.family for one in there), default=99)
    if disabled and min(one.family for one in disabled) < family:
        return _best(text, "disabled", disabled)
    real = [one for one in hidden if not one.weak]
    if there and real and purpose != "see" and family >= WEAK_FROM // _FAMILY:
        return _best(text, "hidden", real)
    if there:
        best = _best(text, "there", there)
        return replace(best, firm=best.firm and not disabled)
    if disabled or hidden:
        return _best(text, "disabled" if disabled else "hidden", disabled or hidden)
    return Sighting(text)


def _best(text: str, status: Status, sightings: Sequence[Sighting]) -> Sighting:
    tier = min(one.tier for one in sightings if one.tier is not None)
    best = [one for one in sightings if one.tier == tier]
    return Sighting(
        selector=text,
        status=status,
        tier=tier,
        firm=all(one.firm for one in best),
        count=sum(one.count for one in best),
        matches=tuple(match for one in best for match in one.matches),
    )


def _sighting(frame: Frame, text: str, told: Mapping[str, Any]) -> Sighting:
    tier = told["tier"]
    matches = tuple(Match(text, frame, tier, facts) for facts in told["matches"])
    return Sighting(text, told["status"], tier, told["firm"], told["count"], matches)


def _unseen(sighting: Sighting) -> Sighting:
    return replace(sighting, status="hidden") if sighting.status == "there" else sighting


async def _is_shown(frame: Frame) -> bool:
    """Whether the frame's own element is visible, and so on up to the page."""
    inner: Frame | None = frame
    try:
        while inner is not None and inner.parent_frame is not None:
            owner = await inner.frame_element()
            if not await owner.is_visible():
                return False
            inner = inner.parent_frame
    except PlaywrightError as error:
        if stale(error) or frame.is_detached():
            return False
        raise
    return True


async def _content_frame(frame: Frame, ref: str) -> Frame | None:
    try:
        handle: ElementHandle = await frame.locator(f"{ENGINE}=ref {ref}").element_handle(
            timeout=CHILD_FRAME_MS
        )
        return await handle.content_frame()
    except PlaywrightError as error:
        if stale(error) or isinstance(error, PlaywrightTimeout) or frame.is_detached():
            return None
        raise


def _descendants(frame: Frame) -> list[Frame]:
    return [each for child in frame.child_frames for each in (child, *_descendants(child))]

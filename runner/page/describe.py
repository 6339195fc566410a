"""From an element to what it is (its fingerprint) and how to name it (ranked selectors).

Role and accessible name are Playwright's; everything else is read by one call of selectors/describe.js on the
element. No proposal is believed: each selector is resolved on the page, by the very resolver a replay uses,
and kept only if it leads to exactly the element it was made for.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from playwright.async_api import ElementHandle, Frame, Locator
from playwright.async_api import Error as PlaywrightError

from runner import assets
from runner.contract.config import Fingerprint
from runner.contract.errors import ActionFailed
from runner.page.candidates import Basis, Facts, Proposal, iframe_selectors, propose
from runner.page.durable import generated, lasting_classes
from runner.page.observe import Node
from runner.page.probe import Known, Match, Purpose, Searchable, Sighting, look
from runner.page.selector import SelectorSyntaxError, parse
from runner.page.snapshot import parse_snapshot

KEPT: Final = 5
# How many proposals of one basis are tried: an ambiguous label is so in every spelling, scopes differ.
TRIES: Final = 3
SCOPES_TRIED: Final = 12
LAST_RESORTS: Final[tuple[Basis, ...]] = ("class", "place")
NAME_LENGTH: Final = 80
LOOK_TIMEOUT_MS: Final = 2_000
# On a page of tens of thousands of elements a look takes its time; what is proven by then has to do.
LOOK_MS: Final = 10_000
ENOUGH_S: Final = 1.0

_SAME: Final = "(found, sought) => found === sought"
_AMONG: Final = "(found, sought) => found.includes(sought)"
_FRAME_FACTS: Final = """(iframe) => ({
  title: iframe.title, name_attr: iframe.getAttribute('name'), id: iframe.id, src: iframe.getAttribute('src'),
})"""
_AS_TOLD: Final = ("tag", "type", "name_attr", "test_id", "href", "form", "options", "value_kind")
_OWN_WORDS: Final = ("text", "label", "placeholder", "title", "alt")


@dataclass(frozen=True, slots=True)
class Survey:
    """All there is to say about an element: its fingerprint and its selectors, best first."""

    fingerprint: Fingerprint
    selectors: tuple[str, ...]
    empty: bool = False
    password: bool = False


async def describe(element: Locator, frame: Frame, node: Node | None = None) -> Fingerprint:
    """What `element` of `frame` is. `node` saves asking Playwright for role and name again.

    Raises ActionFailed when the element is gone.
    """
    handle = await _pinned(element)
    return fingerprint_of(await _facts(element, handle, frame, node), frame)


async def rank_selectors(
    session: Searchable,
    element: Locator,
    purpose: Purpose = "act",
    node: Node | None = None,
    typed: Collection[str] = (),
) -> list[str]:
    """Selectors that lead to exactly `element` now, best first, at most five.

    `typed` are values the flow has typed: a text that repeats one is a poor name. Raises ActionFailed when
    the element is gone.
    """
    return list((await survey(session, element, purpose, node, typed)).selectors)


async def survey(
    session: Searchable,
    element: Locator,
    purpose: Purpose = "act",
    node: Node | None = None,
    typed: Collection[str] = (),
) -> Survey:
    """Fingerprint and ranked selectors from one look at the element."""
    handle = await _pinned(element)
    frame = await handle.owner_frame()
    if frame is None:
        raise ActionFailed("The element went away before it could be described.")
    facts = await _facts(element, handle, frame, node, tuple(typed))
    selectors = await _proven(session, facts, purpose, handle, frame)
    return Survey(
        fingerprint=fingerprint_of(facts, frame),
        selectors=selectors,
        empty=bool(facts.dom.get("empty")),
        password=facts.dom.get("type") == "password",
    )


async def survey_frame(session: Searchable, frame: Frame) -> Survey:
    """What the iframe of `frame` is, and those of its names that lead to it alone.

    Raises ActionFailed when it is gone.
    """
    try:
        owner = await frame.frame_element()
        outer = await owner.owner_frame()
        if outer is None:
            raise ActionFailed("The frame went away before it could be described.")
        dom: dict[str, Any] = await owner.evaluate(assets.script("describe"))
        facts = Facts(dom=dom, frames=await _frames(outer))
        named = iframe_selectors(await _frame_facts(owner))
    except PlaywrightError as error:
        raise ActionFailed("The frame went away while it was described.") from error
    scopes = ("", *(f"{scope} >> " for scope in facts.frames))
    looks = {
        selector: await _alone(session, selector, "see")
        for selector in (scope + name for name in named for scope in scopes)
    }
    right = await _same_element([look.matches[0] if look else None for look in looks.values()], owner, outer)
    proven = tuple(selector for selector, is_right in zip(looks, right, strict=True) if is_right)
    return Survey(fingerprint=fingerprint_of(facts, outer), selectors=proven)


async def _pinned(element: Locator) -> ElementHandle:
    """The element itself: a locator could mean another one by the time it is asked again."""
    try:
        return await element.element_handle(timeout=LOOK_TIMEOUT_MS)
    except PlaywrightError as error:
        raise ActionFailed("The element went away before it could be described.") from error


async def _facts(
    element: Locator, handle: ElementHandle, frame: Frame, node: Node | None, typed: tuple[str, ...] = ()
) -> Facts:
    try:
        dom: dict[str, Any] = await handle.evaluate(assets.script("describe"))
        role, name = (node.role, node.name) if node else await _role_and_name(element, handle, frame)
        return Facts(dom=dom, role=role, name=name, frames=await _frames(frame), typed=typed)
    except PlaywrightError as error:
        raise ActionFailed("The element went away while it was described.") from error


async def _role_and_name(element: Locator, handle: ElementHandle, frame: Frame) -> tuple[str, str]:
    """Role and accessible name as Playwright computes them; empty for what has no role of its own.

    The snapshot of an element without a role begins with its children, so the answer is held against the
    element.
    """
    entries = parse_snapshot(await element.aria_snapshot(depth=1, timeout=LOOK_TIMEOUT_MS))
    if not entries or entries[0].role in ("text", "generic"):
        return "", ""
    role, name = entries[0].role, entries[0].name
    # any role is a valid argument; Playwright's types list the known ones
    alike = (
        frame.get_by_role(cast(Any, role), name=name, exact=True)
        if name
        else frame.get_by_role(cast(Any, role))
    )
    return (role, name) if await alike.evaluate_all(_AMONG, handle) else ("", "")


async def _frames(frame: Frame) -> tuple[str, ...]:
    if frame.parent_frame is None:
        return ()
    return (iframe_selectors(await _frame_facts(await frame.frame_element()))[0],)


async def _frame_facts(iframe: ElementHandle) -> dict[str, Any]:
    told: dict[str, Any] = await iframe.evaluate(_FRAME_FACTS)
    return told


# -- selectors -----------------------------------------------------------------------------------------


async def _proven(
    session: Searchable, facts: Facts, purpose: Purpose, handle: ElementHandle, frame: Frame
) -> tuple[str, ...]:
    """The best proposals that lead to the element, best first.

    Proposals that go by the same thing fail together, so of each basis one is wanted: the best that is right.
    """
    proposals = propose(facts, purpose)
    queues = {
        basis: deque(_first_of(basis, proposals))
        for basis in dict.fromkeys(proposal.basis for proposal in proposals)
    }
    spare = [queues.pop(basis) for basis in LAST_RESORTS if basis in queues]
    proven = await _one_of_each(session, list(queues.values()), purpose, handle, frame)
    for queue in spare:
        if proven:
            break
        proven = await _one_of_each(session, [queue], purpose, handle, frame)
    # a match in part only is what a replay takes when nothing better turns up: it comes last here, too
    proven.sort(key=lambda found: (found[1], found[0].score))
    return tuple(proposal.selector for proposal, _ in proven[:KEPT])


def _first_of(basis: Basis, proposals: Sequence[Proposal]) -> list[Proposal]:
    tries = SCOPES_TRIED if basis in ("row", "scoped") else TRIES
    return [proposal for proposal in proposals if proposal.basis == basis][:tries]


async def _one_of_each(
    session: Searchable, queues: list[deque[Proposal]], purpose: Purpose, handle: ElementHandle, frame: Frame
) -> list[tuple[Proposal, bool]]:
    """From each queue the first proposal that is right, with whether it matches in part only."""
    proven: list[tuple[Proposal, bool]] = []
    began = time.monotonic()
    while queues := [queue for queue in queues if queue]:
        heads = [queue.popleft() for queue in queues]
        looks = await asyncio.gather(*(_alone(session, head.selector, purpose) for head in heads))
        right = await _same_element([look.matches[0] if look else None for look in looks], handle, frame)
        found = [at for at, is_right in enumerate(right) if is_right]
        proven += [(heads[at], look.weak) for at in found if (look := looks[at])]
        queues = [queue for at, queue in enumerate(queues) if at not in found]
        if proven and time.monotonic() - began > ENOUGH_S:
            break
    return proven


async def _alone(session: Searchable, selector: str, purpose: Purpose) -> Sighting | None:
    """What a replay would see of the selector, if it stands for one usable element.

    Like a replay it asks the cheap way first; only what that does not settle is looked for in every way.
    """
    known: dict[Frame, Known] = {}
    sighting: Sighting | None = None
    try:
        for quick in (True, False):
            seen = await look(
                session, [parse(selector)], purpose, timeout_ms=LOOK_MS, quick=quick, known=known
            )
            sighting = seen[0] if seen else None
            if sighting is None or (sighting.status == "there" and sighting.firm):
                break
    except SelectorSyntaxError:
        return None
    return sighting if sighting and sighting.status == "there" and sighting.count == 1 else None


async def _same_element(matches: Sequence[Match | None], handle: ElementHandle, frame: Frame) -> list[bool]:
    """Whether each match is the element. Usually all are, which takes one question."""
    there = [match for match in matches if match is not None and match.frame == frame]
    if there and await _are(there, handle):
        return [match is not None and match.frame == frame for match in matches]
    return [match is not None and match.frame == frame and await _are([match], handle) for match in matches]


async def _are(matches: Sequence[Match], handle: ElementHandle) -> bool:
    first, *others = (match.locator for match in matches)
    for other in others:
        first = first.or_(other)
    try:
        return bool(await first.evaluate(_SAME, handle, timeout=LOOK_TIMEOUT_MS))
    except PlaywrightError:
        # they are several, or have been replaced meanwhile
        return False


# -- fingerprint ---------------------------------------------------------------------------------------


def fingerprint_of(facts: Facts, frame: Frame) -> Fingerprint:
    """The fingerprint that an element's facts make: short texts, nothing generated, nothing empty."""
    dom = facts.dom
    told: dict[str, Any] = {key: dom.get(key) for key in _AS_TOLD}
    told |= {key: _short(dom.get(key)) for key in _OWN_WORDS}
    told["text"] = told["text"] or _short(dom.get("caption"))
    told["role"] = facts.role if facts.role not in ("generic", "text") else dom.get("roleAttribute")
    told["name"] = _short(facts.name)
    told["id"] = _unless_generated(dom.get("id"))
    told["name_attr"] = _unless_generated(told["name_attr"])
    told["classes"] = lasting_classes(dom.get("classes") or ())
    told["landmarks"] = [_landmark(place) for place in dom.get("places") or ()]
    told["row"] = (dom.get("row") or {}).get("text")
    told["siblings"] = dom.get("siblings")
    told["lookalikes"] = dom.get("lookalikes")
    between = dom.get("between") or ()
    told["between"] = list(between) if any(between) else None
    told["frame"] = _frame_name(frame)
    told["box"] = dom.get("box")
    if (dom.get("submits") or 1) > 1:
        told["submits"] = dom["submits"]
    if dom.get("of", 1) > 1:
        told |= {"ordinal": dom["ordinal"], "of": dom["of"]}
    return Fingerprint(**{key: value for key, value in told.items() if value})


def _short(text: Any) -> str | None:
    folded = " ".join(str(text or "").split())
    return folded[:NAME_LENGTH] or None


def _unless_generated(word: Any) -> str | None:
    return str(word) if word and not generated(str(word)) else None


def _landmark(place: Mapping[str, Any]) -> str:
    return f'{place["role"]} "{place["name"]}"' if place.get("name") else str(place["role"])


def _frame_name(frame: Frame) -> str | None:
    if frame.parent_frame is None:
        return None
    return frame.name or frame.url.split("?")[0].split("://")[-1].partition("/")[2] or frame.url

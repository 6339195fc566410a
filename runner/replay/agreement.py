"""Two witnesses: what was recorded of an element, and what a planner takes for it by the step's words."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Locator

from runner.contract.config import ActionKind, Fingerprint
from runner.replay.decide import BAR, Verdict
from runner.replay.lexicon import destructive
from runner.replay.search import Search
from runner.replay.traits import traits

# How many times likelier a planner points at an element by the step's words if it is the one than if it is
# another: of things on a page that are called so, nine in ten and more are what is meant.
WORTH: Final = 15.0
# Of two that are about as likely by what was recorded, words alone do not tell which one it is.
LEAD: Final = 2.0
LOOK_MS: Final = 1_000

_SAME: Final = "(one, other) => one === other"


async def agreed(seen: Search, picked: Locator, old: Fingerprint, action: ActionKind) -> Search:
    """The search with a verdict to act on, where its likeliest element is the one that was picked.

    Where it is another, nothing is to be touched.
    """
    verdict, sighting = seen.verdict, seen.sighting
    if sighting is None:
        return seen
    try:
        same = await picked.evaluate(_SAME, await sighting.element(), timeout=LOOK_MS)
    except PlaywrightError:
        # it lies in another frame, or went away
        same = False
    if not same:
        doubt = "the step's words lead to another element than what was recorded of it"
        return replace(seen, verdict=replace(verdict, decision="refuse", reason=doubt))
    return replace(seen, verdict=_together(verdict, old, action))


def _together(verdict: Verdict, old: Fingerprint, action: ActionKind) -> Verdict:
    """What is asserted, and what destroys something, needs the proof of what was recorded alone."""
    best, runner_up = verdict.best, verdict.runner_up
    if verdict.decision == "apply" or best is None or action == "expect":
        return verdict
    captions = (*traits(old).captions, *traits(best.fingerprint).captions)
    leads = runner_up is None or best.probability >= LEAD * runner_up.probability
    confidence = WORTH * best.probability / (1 + (WORTH - 1) * best.probability)
    if confidence < BAR or not leads or any(destructive(caption) for caption in captions):
        return verdict
    reason = "the step's own words and what was recorded of its element lead to the same one"
    return replace(verdict, decision="apply", confidence=confidence, reason=reason)

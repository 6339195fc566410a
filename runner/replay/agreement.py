"""Two witnesses: what was recorded of an element, and what a planner takes for it by the step's words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Locator

from runner.contract.config import ActionKind, Fingerprint
from runner.page.census import Census
from runner.replay.decide import BAR, BAR_DESTRUCTIVE, Verdict
from runner.replay.lexicon import destructive
from runner.replay.score import Scored, score
from runner.replay.search import Search
from runner.replay.traits import traits

# How many times likelier a planner points at an element by the step's words if it is the one than if it is
# another: of things on a page that are called so, nine in ten and more are what is meant. That a caption was
# only made longer or shorter must not count beyond this: on the pages of benchmarks/drift a look-alike of a
# removed element ("Save as draft" for "Save") would be taken for it in one case in eight.
WORTH: Final = 15.0
# Of two that are about as likely by what was recorded, words alone do not tell which one it is.
LEAD: Final = 2.0
LOOK_MS: Final = 1_000

_SAYS_THE_SAME: Final = frozenset({"same", "synonym"})
_INDEX: Final = "(element, all) => all.elements.indexOf(element)"


async def agreed(
    seen: Search, picked: Locator, old: Fingerprint, action: ActionKind, rivals: Sequence[Fingerprint]
) -> Search:
    """The search with its verdict on the element that was picked, whatever its own likeliest is."""
    at = await _position(seen.census, picked)
    if at is None:
        doubt = "the step's words lead to what cannot be the element"
        return replace(seen, sighting=None, verdict=replace(seen.verdict, decision="refuse", reason=doubt))
    page = [each.fingerprint for each in seen.census.sightings]
    ranked = score(old, page, action, rivals=rivals, population=seen.census.population)
    verdict = witnessed(old, ranked, at, action)
    return replace(seen, sighting=seen.census.sightings[at], verdict=verdict)


async def _position(census: Census, picked: Locator) -> int | None:
    """Where the picked element stands among those that were seen."""
    for elements in dict.fromkeys(each.elements for each in census.sightings):
        try:
            at = await picked.evaluate(_INDEX, elements, timeout=LOOK_MS)
        except PlaywrightError:
            # it lies in another frame, or went away
            continue
        found = [
            index
            for index, each in enumerate(census.sightings)
            if each.elements is elements and each.at == at
        ]
        if found:
            return None if census.sightings[found[0]].disabled else found[0]
    return None


def witnessed(old: Fingerprint, ranked: Sequence[Scored], at: int, action: ActionKind) -> Verdict:
    """What to do with the element at `at`, which a planner has picked by the step's words.

    What is asserted needs the proof of what was recorded alone. Pure.
    """
    mine = next(each for each in ranked if each.index == at)
    others = [each for each in ranked if each is not mine and not each.contradictions]
    runner_up = others[0] if others else None
    if mine.contradictions:
        return Verdict("refuse", 0.0, f"{mine.contradictions[0]}", nearest=mine)
    confidence = _together(mine, runner_up)
    destroys = any(destructive(each) for each in (*traits(old).captions, *traits(mine.fingerprint).captions))
    enough = confidence >= (BAR_DESTRUCTIVE if destroys else BAR)
    if destroys and not _certain(mine):
        enough = False
    if not enough or action == "expect":
        reason = "what was recorded does not bear out that it is the one"
        on_trial, for_trial = not destroys, "the step's own words lead to it"
        return Verdict("refuse", confidence, reason, mine, runner_up, mine, on_trial, for_trial)
    reason = "the step's own words lead to it, and what was recorded of its element bears that out"
    return Verdict("apply", confidence, reason, mine, runner_up, mine)


def _together(mine: Scored, runner_up: Scored | None) -> float:
    if runner_up is not None and mine.probability < LEAD * runner_up.probability:
        return mine.probability
    return WORTH * mine.probability / (1 + (WORTH - 1) * mine.probability)


def _certain(mine: Scored) -> bool:
    """Whether what it says means the same, and it stands in the same row if it stood in one."""
    levels = {name: level for name, (level, _) in mine.evidence.items()}
    return levels.get("wording") in _SAYS_THE_SAME and levels.get("row", "same") == "same"

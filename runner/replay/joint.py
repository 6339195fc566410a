"""The fields that a flow fills in one form, held against the fields there are now, all at once. Pure.

One field of other words may be a new one in the place of the old. Where the others of its form have been
found under other names, too, and only this one of its kind is left, it has been renamed with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from runner.contract.config import ActionKind, Fingerprint
from runner.replay.decide import LEAD_ALONE, Verdict, decide
from runner.replay.lexicon import units
from runner.replay.score import Scored, score
from runner.replay.traits import traits

# So many others must have been found anew in the same form.
WITNESSES: Final = 2
MOST: Final = 6
BAR_JOINT: Final = 0.02
_SHARES_WORDS: Final = frozenset({"synonym", "similar", "more", "less", "partly"})
_TELLS_APART: Final = frozenset({"verb", "qualifier", "number"})


@dataclass(frozen=True, slots=True)
class Claim:
    """What another step of the flow is about, and what it does to it."""

    fingerprint: Fingerprint
    action: ActionKind


def jointly(
    old: Fingerprint,
    verdict: Verdict,
    page: Sequence[Fingerprint],
    ranked: Sequence[Scored],
    others: Sequence[Claim],
    population: int,
) -> Verdict:
    """The verdict, in the light of what the flow's other fields of that form are now."""
    best = verdict.best
    if verdict.decision == "apply" or best is None or not old.form or not old.value_kind:
        return verdict
    mates = [each for each in others if each.fingerprint.form == old.form and each.fingerprint != old][:MOST]
    if len(mates) < WITNESSES or not _could_be(old, best, ranked):
        return verdict
    found = [_found(each, page, population) for each in mates]
    here = [each for each in found if each is not None and each.fingerprint.form == best.fingerprint.form]
    taken = {each.index for each in here}
    renamed = [each for each in here if each.evidence.get("wording", ("", 0.0))[0] != "same"]
    if best.index in taken or len(renamed) < WITNESSES or not _alone(best, page, taken):
        return verdict
    reason = "the other fields of its form have other names now, too, and only this one of its kind is left"
    return replace(verdict, decision="apply", reason=reason)


def _could_be(old: Fingerprint, best: Scored, ranked: Sequence[Scored]) -> bool:
    levels = {name: level for name, (level, _) in best.evidence.items()}
    second = next((each.probability for each in ranked if each is not best and not each.contradictions), 0.0)
    leads = best.probability >= max(BAR_JOINT, LEAD_ALONE * second)
    words = levels.get("wording") in _SHARES_WORDS and not _told_apart(old, best.fingerprint)
    return leads and words and levels.get("kind") == "same"


def _told_apart(old: Fingerprint, new: Fingerprint) -> bool:
    """Whether it says more, and what it says tells one of two alike from the other: first, old, confirm."""
    mine, theirs = set(units(traits(old).caption)), set(units(traits(new).caption))
    return any(unit.sort in _TELLS_APART for unit in theirs - mine)


def _found(claim: Claim, page: Sequence[Fingerprint], population: int) -> Scored | None:
    ranked = score(claim.fingerprint, page, claim.action, population=population)
    verdict = decide(claim.fingerprint, ranked, claim.action)
    return verdict.best if verdict.decision == "apply" else None


def _alone(best: Scored, page: Sequence[Fingerprint], taken: set[int]) -> bool:
    """Whether no other field of that form takes the same kind of value, but those that are spoken for."""
    mine = best.fingerprint
    return not any(
        (other.form, other.tag, other.type, other.role) == (mine.form, mine.tag, mine.type, mine.role)
        for index, other in enumerate(page)
        if index != best.index and index not in taken
    )

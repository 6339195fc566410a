"""The fields that a flow fills in one form, held against the fields there are now, all at once. Pure.

One field of other words may be a new one in the place of the old. Where the others of its form have been
found under other names, too, and only this one of its kind is left, it has been renamed with them. Where that
cannot be told, the only field of its kind in the form that goes where the old one went is worth a trial.

A control that says more may be a look-alike (“Delete selected” for “Delete”). Where those before and after it
say the same more now, all of them have been reworded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from runner.contract.config import ActionKind, Fingerprint
from runner.replay.decide import BAR, LEAD_ALONE, Verdict, decide
from runner.replay.lexicon import Unit, destructive, units
from runner.replay.score import Scored, score
from runner.replay.traits import traits

# So many others must have been found anew in the same form.
WITNESSES: Final = 2
MOST: Final = 6
BAR_JOINT: Final = 0.02
# Both neighbours in their old order, reworded in the very same way, tell more than the element itself.
BAR_REWORDED: Final = 0.002
_SHARES_WORDS: Final = frozenset({"synonym", "similar", "thing", "more", "less", "partly"})
_MEANS_ANOTHER: Final = frozenset({"different", "opposite"})
_TELLS_APART: Final = frozenset({"verb", "qualifier", "number"})


@dataclass(frozen=True, slots=True)
class Claim:
    """What another step of the flow is about, and what it does to it; `now` is what it was healed to."""

    fingerprint: Fingerprint
    action: ActionKind
    now: Fingerprint | None = None


def jointly(
    old: Fingerprint,
    verdict: Verdict,
    page: Sequence[Fingerprint],
    ranked: Sequence[Scored],
    others: Sequence[Claim],
    population: int,
) -> Verdict:
    """The verdict, in the light of what its neighbours and the flow's other fields of that form are now."""
    best = verdict.best
    if verdict.decision == "apply" or best is None:
        return verdict
    if _reworded_alike(old, best.fingerprint) and _leads(best, ranked, BAR_REWORDED):
        reason = "it says more, and so do, in the same words, the controls before and after it"
        return _applied(verdict, reason)
    if not old.form or not old.value_kind:
        return verdict
    mates = [each for each in others if each.fingerprint.form == old.form and each.fingerprint != old][:MOST]
    found = [_found(each, page, population) for each in mates]
    taken = {each.index for each in found if each is not None}
    here = [each for each in found if each is not None and each.fingerprint.form == best.fingerprint.form]
    renamed = [mate for mate, at in zip(mates, found, strict=True) if at in here and _is_renamed(mate, at)]
    others_are = len(renamed) >= WITNESSES and _could_be(old, best, ranked)
    if others_are and best.index not in taken and _alone(best, page, {each.index for each in here}):
        reason = (
            "the other fields of its form have other names now, too, and only this one of its kind is left"
        )
        return _applied(verdict, reason)
    lost = [each for each, at in zip(mates, found, strict=True) if at is None]
    if any(_takes_the_same(old, each.fingerprint) for each in lost):
        # either of them may be what is left
        return verdict
    return _worth_a_trial(old, verdict, page, ranked, taken)


def _applied(verdict: Verdict, reason: str) -> Verdict:
    return replace(verdict, decision="apply", confidence=max(verdict.confidence, BAR), reason=reason)


def _worth_a_trial(
    old: Fingerprint,
    verdict: Verdict,
    page: Sequence[Fingerprint],
    ranked: Sequence[Scored],
    taken: set[int],
) -> Verdict:
    """The verdict, with the only field of its kind in the old one's form on trial."""
    possible = [each for each in ranked if not each.contradictions and each.index not in taken]
    alike = [each for each in possible if _takes_the_same(old, each.fingerprint)]
    if len(alike) != 1 or alike[0].evidence.get("wording", ("", 0.0))[0] in _MEANS_ANOTHER:
        return verdict
    only = alike[0]
    if verdict.decision == "suggest" and verdict.best is not only:
        return verdict
    address = (old.form or "").partition(" ")[2]
    reason = f"it is the only field of its kind left in the form that is sent to {address}"
    return replace(verdict, best=only, confidence=only.probability, on_trial=True, for_trial=reason)


def _takes_the_same(old: Fingerprint, new: Fingerprint) -> bool:
    """Whether both take the same kind of value, for the same form."""
    mine = (old.form, old.tag, old.type, old.value_kind, old.frame)
    return mine == (new.form, new.tag, new.type, new.value_kind, new.frame)


def _reworded_alike(old: Fingerprint, new: Fingerprint) -> bool:
    """Whether what it says more is what both its neighbours, otherwise as they were, say more, too."""
    mine = _more(traits(old).caption, traits(new).caption)
    if not mine or not old.between or not new.between or destructive(traits(new).caption):
        return False
    beside = [_more(was, now) for was, now in zip(old.between, new.between, strict=True)]
    return all(beside) and mine <= frozenset().union(*(each or () for each in beside))


def _more(old: str, new: str) -> frozenset[Unit] | None:
    """What `new` says besides all that `old` said; None where something of that is missing."""
    before, after = frozenset(units(old)), frozenset(units(new))
    return after - before if old and before <= after else None


def _leads(best: Scored, ranked: Sequence[Scored], bar: float = BAR_JOINT) -> bool:
    second = next((each.probability for each in ranked if each is not best and not each.contradictions), 0.0)
    return best.probability >= max(bar, LEAD_ALONE * second)


def _could_be(old: Fingerprint, best: Scored, ranked: Sequence[Scored]) -> bool:
    levels = {name: level for name, (level, _) in best.evidence.items()}
    leads = _leads(best, ranked)
    words = levels.get("wording") in _SHARES_WORDS and not _told_apart(old, best.fingerprint)
    return leads and words and levels.get("kind") == "same"


def _told_apart(old: Fingerprint, new: Fingerprint) -> bool:
    """Whether it says more, and what it says tells one of two alike from the other: first, old, confirm."""
    mine, theirs = set(units(traits(old).caption)), set(units(traits(new).caption))
    return any(unit.sort in _TELLS_APART for unit in theirs - mine)


def _found(claim: Claim, page: Sequence[Fingerprint], population: int) -> Scored | None:
    sought = claim.now or claim.fingerprint
    ranked = score(sought, page, claim.action, population=population)
    verdict = decide(sought, ranked, claim.action)
    return verdict.best if verdict.decision == "apply" else None


def _is_renamed(claim: Claim, at: Scored | None) -> bool:
    known = at is not None and at.evidence.get("wording", ("", 0.0))[0] == "same"
    return not known or traits(claim.fingerprint).caption != traits(claim.now or claim.fingerprint).caption


def _alone(best: Scored, page: Sequence[Fingerprint], taken: set[int]) -> bool:
    """Whether no other field of that form takes the same kind of value, but those that are spoken for."""
    mine = best.fingerprint
    return not any(
        (other.form, other.tag, other.type, other.role) == (mine.form, mine.tag, mine.type, mine.role)
        for index, other in enumerate(page)
        if index != best.index and index not in taken
    )

"""Is the element a selector leads to the one that was recorded? Pure, and fast enough for every step."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from runner.contract.config import ActionKind, Fingerprint
from runner.page.durable import volatile
from runner.replay.contradiction import contradictions
from runner.replay.evidence import Readings, readings
from runner.replay.lexicon import units
from runner.replay.score import TABLE
from runner.replay.traits import Traits, traits

Status = Literal["same", "drifted", "other"]

_READ: Final = (
    "tag", "type", "role", "text", "placeholder", "title", "alt", "name_attr", "id", "test_id",
)  # fmt: skip
_JUDGED: Final = ("wording", "kind", "id", "test_id", "name_attr", "href")
_IDENTIFIERS: Final = ("id", "test_id", "name_attr", "href")
_HINTS: Final = ("placeholder", "title", "alt")
_UNCHANGED: Final = frozenset({"same", "path"})
_SAYS_THE_SAME: Final = frozenset({"same", "synonym", "similar"})
_SAYS_SOMETHING_ELSE: Final = frozenset({"other", "different"})
_SHORTENED: Final = 80


@dataclass(frozen=True, slots=True)
class Identity:
    """Whether it is the same, how sure (0..1), and what differs or speaks against it."""

    status: Status
    confidence: float
    reasons: tuple[str, ...] = ()


def from_facts(facts: Mapping[str, Any]) -> Fingerprint:
    """What a probe's plain facts say as a fingerprint; they tell nothing of where the element stands."""
    told = {name: facts[name] for name in _READ if facts.get(name)}
    told["label"] = facts.get("aria_label") or facts.get("label")
    told["href"] = facts.get("link")
    if len(told.get("text", "")) >= _SHORTENED:
        # cut in the middle of a word, where a fingerprint is cut between two
        told["text"] = told["text"][:_SHORTENED].rpartition(" ")[0]
    if facts.get("contenteditable"):
        told["value_kind"] = "text"
    if row := facts.get("row_text"):
        told["row_text"] = row
    return Fingerprint.model_construct(**told)


def recorded(old: Fingerprint | None) -> dict[str, Any] | None:
    """What an element must plainly be for `identity` to find it the same, for a check in the page itself.

    Everything a person reads of it, absent words included, and every identifier that was worth recording;
    nothing where there is no fingerprint. None if the fingerprint tells too little to know it by.
    """
    if old is None:
        return {}
    words = {name: getattr(old, name) or "" for name in ("text", "label", *_HINTS)}
    identifiers = {name: getattr(old, name) for name in _IDENTIFIERS if getattr(old, name)}
    if not old.tag or not (any(words.values()) or identifiers):
        return None
    kind = {"tag": old.tag} | ({"type": old.type or ""} if old.tag == "input" else {})
    return {"is": kind | words | identifiers, "role": old.role or "", "row": old.row or ""}


def identity(old: Fingerprint, now: Fingerprint, action: ActionKind) -> Identity:
    """Compare what is there now with what was recorded."""
    before, after = traits(old), traits(now)
    against = contradictions(before, after, action)
    if against:
        return Identity("other", 0.0, against)
    told = readings(before, after)
    levels: Readings = {name: told[name] for name in _JUDGED if name in told}
    likely = _likely(levels)
    changed = tuple(_difference(name, before, after) for name, level in levels.items() if level != "same")
    if not _is_the_one(levels, before, after):
        return Identity("other", likely, changed)
    return Identity("drifted" if changed else "same", likely, changed)


def _is_the_one(levels: Readings, before: Traits, after: Traits) -> bool:
    says = levels.get("wording")
    if says in _SAYS_THE_SAME:
        return True
    identifiers = {name: levels[name] for name in _IDENTIFIERS if name in levels}
    unchanged = any(level in _UNCHANGED for level in identifiers.values())
    if says in _SAYS_SOMETHING_ELSE and not _is_data(before, after):
        return False
    # it says more, or nothing, or what it says is data: an identifier must speak for it, or none against it
    return unchanged or (says in (None, "mute") and not identifiers)


def _is_data(before: Traits, after: Traits) -> bool:
    """Whether what is written there comes from the data: a date, a name, but no word of the interface."""
    if before.captions and all(volatile(caption) for caption in before.captions):
        return True
    if before.kind != "control":
        return False
    captions = (*before.captions, *after.captions)
    return not any(unit.sort in ("verb", "thing") for caption in captions for unit in units(caption))


def _difference(name: str, before: Traits, after: Traits) -> str:
    if name == "wording":
        return f"it says “{after.caption}”, not “{before.caption}”"
    if name == "kind":
        return f"it is a {after.fingerprint.tag}, not a {before.fingerprint.tag}"
    was, now = getattr(before.fingerprint, name), getattr(after.fingerprint, name)
    return f"its {name} is {now!r}, not {was!r}" if now else f"it has no {name}, which was {was!r}"


def _likely(levels: Readings) -> float:
    total = sum(math.log(for_same / for_other) for for_same, for_other in _odds(levels))
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, total))))


def _odds(levels: Readings) -> list[tuple[float, float]]:
    return [TABLE[name][level] for name, level in levels.items()]

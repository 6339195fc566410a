"""Is the element a selector leads to the one that was recorded? Pure, and fast enough for every step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from runner.contract.config import ActionKind, Fingerprint
from runner.page.durable import volatile
from runner.replay.contradiction import contradictions
from runner.replay.evidence import Readings, readings
from runner.replay.lexicon import units
from runner.replay.traits import Traits, traits
from runner.replay.whereabouts import told_apart

Status = Literal["same", "drifted", "unsure", "other"]

_READ: Final = (
    "tag", "type", "role", "text", "placeholder", "title", "alt", "name_attr", "id", "test_id",
)  # fmt: skip
_JUDGED: Final = ("wording", "kind", "id", "test_id", "name_attr", "href")
_IDENTIFIERS: Final = ("id", "test_id", "name_attr", "href")
_HINTS: Final = ("placeholder", "title", "alt")
_UNCHANGED: Final = frozenset({"same", "path"})
_SAYS_THE_SAME: Final = frozenset({"same", "synonym"})
_ELSEWHERE: Final = frozenset({"differ", "query"})
# What a copy of the element beside it would be given.
_COPIED: Final = "extended"
_NAMES: Final = ("id", "test_id", "name_attr")
_SHORTENED: Final = 80


@dataclass(frozen=True, slots=True)
class Identity:
    """Whether it is the same, and what differs or speaks against it."""

    status: Status
    reasons: tuple[str, ...] = ()


def from_facts(facts: Mapping[str, Any]) -> Fingerprint:
    """What a probe's plain facts say as a fingerprint; they tell nothing of where the element stands."""
    told = {name: facts[name] for name in _READ if facts.get(name)}
    told["label"] = facts.get("aria_label") or facts.get("label")
    told["href"] = facts.get("link")
    if len(told.get("text", "")) >= _SHORTENED:
        # cut in the middle of a word, where a fingerprint is cut between two
        told["text"] = told["text"][:_SHORTENED].rpartition(" ")[0]
    told["clickable"] = facts.get("clickable", True)
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
    if old.tag != "a":
        # where the link in it leads; its own it is not
        identifiers.pop("href", None)
    if (old.of or 1) > 1 and not (old.row or old.id or old.test_id):
        # of several that said the same, only where it stands tells which
        return None
    if not old.tag or not (any(words.values()) or identifiers):
        return None
    kind = {"tag": old.tag} | ({"type": old.type or ""} if old.tag == "input" else {})
    return {"is": kind | words | identifiers, "role": old.role or "", "row": old.row or ""}


def identity(old: Fingerprint, now: Fingerprint, action: ActionKind) -> Identity:
    """Compare what is there now with what was recorded.

    “unsure” is one of several that were alike when recorded, or one whose words are not known, of which `now`
    does not tell enough.
    """
    before, after = traits(old), traits(now)
    against = contradictions(before, after, action)
    if against:
        return Identity("other", against)
    told = readings(before, after)
    levels: Readings = {name: told[name] for name in _JUDGED if name in told}
    changed = tuple(_difference(name, before, after) for name, level in levels.items() if level != "same")
    if not _is_the_one(levels, before, after):
        # a probe does not read every name that an element may be given
        mute = levels.get("wording") == "mute" and now.box is None
        return Identity("unsure") if mute else Identity("other", changed)
    if (old.of or 1) > 1 and not _told_apart(told, before):
        known = now.box is not None
        return Identity("other", ("it is another one of its like",)) if known else Identity("unsure")
    return Identity("drifted" if changed else "same", changed)


def _is_the_one(levels: Readings, before: Traits, after: Traits) -> bool:
    says = levels.get("wording")
    unchanged = _identified(levels, before)
    if says in _SAYS_THE_SAME:
        # another tag of the same words may be another control, and so may a link to another address: a look
        # at the whole page tells
        likely = levels.get("kind", "same") == "same" and levels.get("href") not in _ELSEWHERE
        return unchanged or (likely and not any(levels.get(name) == _COPIED for name in _NAMES))
    if says is None:
        # the name that a group of tick boxes shares tells none of them, but it speaks against none either
        return unchanged or all(levels.get(name, "same") == "same" for name in _IDENTIFIERS)
    if says == "mute":
        return unchanged
    # what says more, or less, or something else may have taken its place: a look at the whole page tells
    counted = says == "partly" and all(volatile(each) for each in (*before.captions, *after.captions))
    return unchanged and (counted or _is_data(before, after))


def _identified(told: Readings, before: Traits) -> bool:
    """Whether an identifier of its own is unchanged; a group of tick boxes shares one name."""
    if any(told.get(name) == "same" for name in ("id", "test_id")):
        return True
    if told.get("name_attr") == "same" and before.kind != "toggle":
        return True
    within_the_page = (before.fingerprint.href or "").startswith("#")
    return told.get("href") in _UNCHANGED and not within_the_page


def _told_apart(told: Readings, before: Traits) -> bool:
    """Whether it is the one of several that said the same."""
    return _identified(told, before) or told_apart(told)


def _is_data(before: Traits, after: Traits) -> bool:
    """Whether what is written there comes from the data: a date, a name, but no word of the interface."""
    if before.kind != "control" or _of_interface(after):
        return False
    return not _of_interface(before) or all(volatile(caption) for caption in before.captions)


def _of_interface(some: Traits) -> bool:
    return any(unit.sort in ("verb", "thing") for caption in some.captions for unit in units(caption))


def _difference(name: str, before: Traits, after: Traits) -> str:
    if name == "wording":
        return f"it says “{after.caption}”, not “{before.caption}”"
    if name == "kind":
        return f"it is a {after.fingerprint.tag}, not a {before.fingerprint.tag}"
    was, now = getattr(before.fingerprint, name), getattr(after.fingerprint, name)
    return f"its {name} is {now!r}, not {was!r}" if now else f"it has no {name}, which was {was!r}"

"""A field's phrase read another way, where the page knows no field of that name."""

from __future__ import annotations

from dataclasses import replace

from runner.page.observe import Observation
from runner.record.prompt.grounding.matching import FIELDS, anchors_of, decided, ground
from runner.record.prompt.language.intent import Intent, Place, Target, Value

_SURE = 0.74
_QUANTITIES = ("number of ", "amount of ", "name of the ", "name of ", "count of ")


def reread(seen: Observation, intent: Intent) -> Intent:
    """The intent with its field and value as the page lets them be understood, else as it was."""
    target = intent.target or Target()
    if target.quoted or not target.name or _sure(seen, target):
        return intent
    for reading in (_owned, _counted, _turned_round):
        other = reading(seen, intent, target)
        if other is not None:
            return other
    return intent


def _sure(seen: Observation, target: Target) -> bool:
    found = ground(seen, target, "fill")
    return bool(found) and found[0].score >= _SURE and len(decided(seen, found)) == 1


def _owned(seen: Observation, intent: Intent, target: Target) -> Intent | None:
    """ "Emma status", "Emma's status": the Status in the row for Emma."""
    words = target.name.split()
    if target.place is not None or len(words) < 2:
        return None
    for cut in range(len(words) - 1, 0, -1):
        owner = " ".join(words[:cut]).removesuffix("'s").removesuffix("’s")
        holder = Target(name=owner)
        near = Target(name=" ".join(words[cut:]), place=Place("of", holder), wording=target.wording)
        anchors = anchors_of(seen, holder)
        if anchors and seen.nodes[anchors[0].index].role in FIELDS:
            continue  # that is the field itself: "the wake-up time" of a field Wake-up
        if anchors and anchors[0].score > 0.9 and _sure(seen, near):
            return replace(intent, target=near)
    return None


def _counted(seen: Observation, intent: Intent, target: Target) -> Intent | None:
    """ "The number of people" where the field says People."""
    start = next((words for words in _QUANTITIES if target.name.lower().startswith(words)), "")
    short = replace(target, name=target.name[len(start) :], whole="", others=())
    return replace(intent, target=short) if start and _sure(seen, short) else None


def _turned_round(seen: Observation, intent: Intent, target: Target) -> Intent | None:
    """ "Put Plan to Team": the value is the field, and the field the value."""
    value = intent.value
    if "either" not in intent.options or value is None or value.quoted or value.parameter:
        return None
    field = Target(name=value.text, wording=value.text)
    return replace(intent, target=field, value=Value(target.name)) if _sure(seen, field) else None


def led(seen: Observation, text: str) -> tuple[Target, str] | None:
    """ "Select in Kind Invoice": the field and the option, where one field holds such an option."""
    words = text.split()
    for cut in range(1, len(words)):
        field, option = Target(name=" ".join(words[:cut])), " ".join(words[cut:])
        if _sure(seen, field):
            return field, option
    return None

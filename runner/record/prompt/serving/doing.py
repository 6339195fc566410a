"""Procedures for verbs that a control bears itself: delete, add, save, reply, buy."""

from __future__ import annotations

import re
from collections.abc import Generator
from dataclasses import replace
from typing import Final

from runner.contract.config import Expect
from runner.page.observe import Observation
from runner.record.plan import Act, Decision
from runner.record.prompt.grounding.comparing import meets
from runner.record.prompt.grounding.matching import anchors_of, decided, described, ground
from runner.record.prompt.grounding.names import folded, likeness
from runner.record.prompt.grounding.placing import Match, placed
from runner.record.prompt.language.intent import Condition, Intent, Place, Target, Value
from runner.record.prompt.serving.clicking import chosen_of, clicking, control_of, superlative
from runner.record.prompt.serving.composing import composing
from runner.record.prompt.serving.filling import put, setting, valueless
from runner.record.prompt.serving.forms import SUBMITS, button_beside, form_button, send_form
from runner.record.prompt.serving.leading import leading
from runner.record.prompt.serving.moment import Moment, Procedure, Stuck, do, resolved
from runner.record.prompt.serving.seeking import SURE, seek
from runner.record.prompt.serving.service import Service, click, standing, still_there
from runner.record.prompt.serving.undecided import ambiguous, missing

_RATING: Final = re.compile(r"\b(\d)\s*(?:stars?|/|out of|points?)|\b(\d)$")
_PASSING_ON: Final = ("forward", "share", "send to")
_MESSAGES: Final = frozenset({"reply", "forward", "send", "share", "email", "mail", "message", "comment"})


def doing(now: Moment, intent: Intent, service: Service) -> Procedure:
    """A verb that a control bears: "Delete the task Milk" is the Delete of that task."""
    word = intent.value.text if intent.value else ""
    target = intent.target or Target()
    target = service.named.get(target.wording, target)
    if (moved := _moved(now.seen, word, intent)) is not None:
        return (yield from setting(now, moved, service))
    if word == "filter" and "by" in intent.options:
        return (yield from _filtering(now, target, intent, service))
    if word == "sort" and (by := _sorting(now.seen, target)) is not None:
        return (yield from do(now, Act("select", ref=by[0], value=by[1], intent=intent.part)))
    if word == "rate" and (star := _star(now, intent, target)) is not None:
        return (yield from click(now, star, intent))
    if target.condition is not None and word in _REPEATING:
        return (yield from _until_figure(now, word, target.condition, intent))
    if target.condition is not None or target.count is not None:
        each = replace(intent, verb="click", target=_control_in(word, target))
        return (yield from clicking(now, each, service))
    if target.quantifier in ("all", "any") and (several := _every(now, word, target)):
        return (yield from _do_each(now, several, intent))
    if word in _MESSAGES and not intent.fields and (texted := _texted(now.seen, target)) is not None:
        target, text = texted
        intent = replace(intent, fields=((Target(name="text"), Value(text, True)),))
    told = target.vague or (target.kind == "item" and not target.name and target.place is None)
    if told and service.spoken is not None and (word in _MESSAGES or target.wording):
        target = service.spoken
    return (yield from _doing_to(now, word, target, intent, service))


def _doing_to(now: Moment, word: str, target: Target, intent: Intent, service: Service) -> Procedure:
    """The control of that name at the thing that is meant, and the form that comes of it."""
    target = _without_noun(now.seen, word, target)
    control, adding = _at_hand(now, word, target, intent)
    if control is None and adding is None and (way := leading(now.seen, target, intent)) is not None:
        now = yield from click(now, way, intent)
        control, adding = _at_hand(now, word, target, intent)
    if control is None and adding is None and (spot := _spot(now.seen, word, target)) is not None:
        now = yield from click(now, spot, intent)
        target = replace(target, place=None)
        adding = _adding_field(now.seen, word, target)
        adding = service.last_field(now.seen) if adding is None else adding
        adding = _fresh_field(now.seen) if adding is None else adding
    if control is None and adding is not None:
        return (yield from _adding(now, adding, word, target, intent, service))
    if control is None and word in _CHANGING and (at := valueless(now.seen, Value(target.name))) is not None:
        node = now.node(at)
        given, now = yield from missing(now, node.name or node.label or target.name, intent.part)
        again = valueless(now.seen, Value(target.name))
        return (yield from put(now, at if again is None else again, intent, given, service))
    if control is None:
        control, now = yield from _inside(now, word, target, intent)
    service.clicked = word
    now = yield from click(now, control, intent)
    if word in _MESSAGES and (intent.fields or intent.options.get("to")):
        text = next((value.text for _, value in intent.fields), "")
        return (yield from composing(now, intent, intent.options.get("to", ""), text, service))
    for field, value in intent.fields:
        now = yield from setting(now, Intent("set", target=field, value=value, part=intent.part), service)
    if intent.fields:
        return (yield from send_form(now, intent, service, (word, *SUBMITS)))
    return now


def _spot(seen: Observation, word: str, target: Target) -> int | None:
    """ "Add Lunch at 1 PM": the time in a calendar that is clicked to put something there."""
    place = target.place.target if target.place is not None and word in _ADDING and target.name else None
    if place is None or not _CLOCK.fullmatch(folded(place.name)):
        return None
    found = [match for match in ground(seen, place, "click") if match.score > SURE]
    return found[0].index if len(decided(seen, found)) == 1 else None


_CLOCK: Final = re.compile(r"\d{1,2}(?::\d{2})?\s?(?:[ap]\.?m\.?)?")


def _fresh_field(seen: Observation) -> int | None:
    """The only empty text field of the dialog that is open."""
    fields = [
        at for at, node in enumerate(seen.nodes)
        if node.role == "textbox" and node.ref and not node.value
        and any(seen.nodes[up].role == "dialog" for up in seen.ancestors(at))
    ]  # fmt: skip
    return fields[0] if len(fields) == 1 else None


def _at_hand(now: Moment, word: str, target: Target, intent: Intent) -> tuple[int | None, int | None]:
    """The control of that name, else the field that takes such things, as far as the page has them."""
    if (asked := superlative(target)) is not None:
        return control_of(now.seen, chosen_of(now.seen, asked), word), None
    nameable = bool(target.name) or (word in _ADDING and target.place is None and target.ordinal is None)
    field = _adding_field(now.seen, word, target) if nameable else None
    if field is not None and _is_new(now.seen, target, intent):
        return None, field
    control = _control(now, word, target, intent)
    if control is not None and (field is None or not _takes(now.seen, control, field, word, intent)):
        return control, None
    return None, field


def _without_noun(seen: Observation, word: str, target: Target) -> Target:
    """ "Add an errand" names none, where the page itself speaks of adding errands."""
    if word not in _ADDING or not target.name or not _ONE.fullmatch(target.wording.removesuffix(target.name)):
        return target
    said = ground(seen, Target(name=f"{word} {target.name}"), "click")
    return replace(target, name="", kind="item") if said and said[0].score > SURE else target


def _is_new(seen: Observation, target: Target, intent: Intent) -> bool:
    """Whether what has a name is not there yet: the Add beside another one of that name is not meant."""
    if not target.name or "to" in intent.options or intent.fields:
        return False
    return bool(_NEW.match(target.wording)) or not anchors_of(seen, target)


def _takes(seen: Observation, control: int, field: int, word: str, intent: Intent) -> bool:
    """Whether the control is the one beside the field for new things, which is still empty: "add a task"."""
    beside = button_beside(seen, field, (word, "add", "+"))
    return (
        beside == control and not seen.nodes[field].value and not intent.fields and "to" not in intent.options
    )


def _adding(
    now: Moment, field: int, word: str, target: Target, intent: Intent, service: Service
) -> Procedure:
    """Write the new thing into the field for new things, and send it off."""
    value = Value(target.name, target.quoted)
    if not target.name:
        node = now.node(field)
        value, now = yield from missing(now, node.name or node.label or target.wording, intent.part)
        field = _adding_field(now.seen, word, target) or field
        named = Target(name=resolved(now.goal, value.text), quoted=True, wording=value.text)
        service.named[target.wording] = named
    filling = replace(intent, options={**intent.options, "goes on": "yes"})
    now = yield from put(now, field, filling, value, service)
    at = service.last_field(now.seen)
    at = field if at is None else at
    button = form_button(now.seen, at, (word, "add", "create", "save", "+"))
    if button is not None:
        return (yield from click(now, button, intent))
    return (yield from do(now, Act("press", ref=now.node(at).ref, value="Enter", intent=intent.part)))


def _moved(seen: Observation, word: str, intent: Intent) -> Intent | None:
    """ "Move the Due date to 27 March": where that is a field, it is set."""
    to, target = intent.options.get("to", ""), intent.target
    if word not in ("move", "push", "bring", "shift", "switch", "turn") or not to or target is None:
        return None
    found = ground(seen, target, "fill")
    surely = bool(found) and found[0].score >= SURE and len(decided(seen, found)) == 1
    return Intent("set", target=target, value=Value(to), part=intent.part) if surely else None


def _filtering(now: Moment, target: Target, intent: Intent, service: Service) -> Procedure:
    """ "Filter the tasks by poetry": the field that filters, else the control of that name."""
    text = intent.options["by"]
    for name in (f"filter {target.name or target.kind}", "filter", "search"):
        found = [m for m in ground(now.seen, Target(name=name.strip()), "fill") if m.score > 0.6]
        if found and len(decided(now.seen, found)) == 1:
            inner = replace(intent, options={"search": "yes"})
            return (yield from put(now, found[0].index, inner, Value(text), service))
    match, now = yield from seek(now, Target(name=text, wording=intent.part), "click", intent.part)
    return (yield from click(now, match.index, intent))


def _sorting(seen: Observation, target: Target) -> tuple[str, str] | None:
    """ "Sort the books by price": the only native select about sorting that offers just that."""
    named = target.place.target if target.place is not None and target.place.relation == "by" else target
    found = [
        (node.ref, str(option))
        for node in seen.nodes
        if node.tag == "select" and likeness("sort", node.name or node.label or " ".join(node.hints)) > 0.6
        for option in node.attributes.get("options", ())
        if likeness(named.name, str(option)) > 0.9
    ]
    return found[0] if len(found) == 1 else None


_CHANGING: Final = frozenset({"change", "edit", "update", "modify", "set"})
_REPEATING: Final = frozenset({"generate", "draw", "roll", "spin", "deal", "shuffle"})


def _control_in(word: str, target: Target) -> Target:
    """The control of that name in each of the things that are picked out by a figure or a number."""
    return Target(name=word, wording=target.wording, place=Place("of", target))


def _texted(seen: Observation, target: Target) -> tuple[Target, str] | None:
    """ "Reply to Ann's email "Thanks"": what is quoted is the reply, where nothing is called so."""
    subject = target if target.name or target.place is None else target.place.target
    if not subject.quoted or subject.place is None or subject.place.relation != "by":
        return None
    there = ground(seen, replace(subject, place=None), "see")
    return None if there else (subject.place.target, subject.name)


def _until_figure(now: Moment, word: str, condition: Condition, intent: Intent) -> Procedure:
    """Press again and again until the number that is shown is as it is wanted; that number is asserted."""
    for _ in range(_TRIES):
        match, now = yield from seek(now, Target(name=word, wording=intent.part), "click", intent.part)
        now = yield from click(now, match.index, intent)
        shown = [
            now.seen.text_of(at) for at, node in enumerate(now.seen.nodes)
            if not now.seen.children[at] and node.role != "button" and _FIGURE.fullmatch(now.seen.text_of(at))
        ]  # fmt: skip
        if len(set(shown)) != 1:
            raise Stuck(f"{len(set(shown))} numbers are shown that could be meant", tuple(shown[:8]))
        if meets(float(shown[0]), condition):
            expect = Expect(type="text", contains=shown[0])
            return (yield from do(now, Act("expect", expect=expect, intent=intent.part)))
    raise Stuck(f"{_TRIES} times {word!r} did not bring such a number")


_TRIES: Final = 60
_FIGURE: Final = re.compile(r"-?\d+(?:\.\d+)?")


def _star(now: Moment, intent: Intent, target: Target) -> int | None:
    """The n-th star of a rating: by its name, else by its order among the stars."""
    found = _RATING.search(folded(intent.part))
    if not found:
        return None
    number = int(found[1] or found[2])
    for name in (f"{number} stars", f"{number} star", str(number)):
        named = [m for m in ground(now.seen, Target(name=name), "click") if m.score > 0.9]
        if len(decided(now.seen, named)) == 1:
            return named[0].index
    stars = [m for m in ground(now.seen, Target(name="star"), "click") if m.score > 0.56]
    ordered = sorted(match.index for match in stars)
    return ordered[number - 1] if len(ordered) in (5, 10) and number <= len(ordered) else None


def _every(now: Moment, word: str, target: Target) -> list[tuple[str, str]]:
    """The controls of that name in each of the things that are meant, with what stands around each."""
    things = [match.index for match in anchors_of(now.seen, replace(target, quantifier="one"))]
    refs: list[tuple[str, str]] = []
    for thing in sorted(things):
        found = [match for match in ground(now.seen, Target(name=word), "click") if match.score > 0.56]
        held = placed(now.seen, found, "of", [Match(thing, 1.0, "one of several")], spread=True)
        refs += [(now.node(match.index).ref, standing(now.seen, match.index)) for match in held[:1]]
    refs = list(dict.fromkeys(refs))
    return refs[:1] if target.quantifier == "any" else refs


def _do_each(now: Moment, refs: list[tuple[str, str]], intent: Intent) -> Procedure:
    """Click each; where the page draws its list anew after each, the rest is found by what stands there."""
    word, target = (intent.value.text if intent.value else ""), intent.target or Target()
    for ref, stood in refs:
        index = still_there(now.seen, ref, stood)
        if index is None:
            left = {around: other for other, around in _every(now, word, target)}
            if stood not in left:
                raise Stuck("the things were replaced while they were gone through")
            index = now.seen.by_ref[left[stood]]
        now = yield from click(now, index, intent)
    return now


def _inside(
    now: Moment, word: str, target: Target, intent: Intent
) -> Generator[Decision, Moment, tuple[int, Moment]]:
    """The control where its object has to be opened first: the Forward of a message in a list of messages."""
    whole = f"{word} to {intent.options['to']}" if "to" in intent.options and word not in _MESSAGES else word
    held = Target(name=whole, place=_of(target), wording=intent.part)
    found = (
        [match for match in ground(now.seen, target, "click") if match.score > SURE] if target.name else []
    )
    if target.vague and (passing := _passing_on(now.seen, word)) is not None:
        return passing, now  # the message that is open is sent on
    if not found or word not in _MESSAGES:
        match, now = yield from seek(now, held, "click", intent.part)
        return match.index, now
    alike = decided(now.seen, found)
    if len(alike) > 1:
        raise ambiguous(now.seen, target, alike)
    now = yield from click(now, alike[0].index, intent)
    if (onward := _passing_on(now.seen, word)) is not None:
        return onward, now
    match, now = yield from seek(now, Target(name=word, wording=intent.part), "click", intent.part)
    return match.index, now


def _passing_on(seen: Observation, word: str) -> int | None:
    """What sends an open message on to somebody else."""
    for name in _PASSING_ON if word in _MESSAGES - {"reply", "comment"} else ():
        passing = [match for match in ground(seen, Target(name=name), "click") if match.score > 0.9]
        if passing:
            return passing[0].index
    return None


def _of(target: Target) -> Place | None:
    if target.vague:
        return None
    if (
        not target.name
        and target.place is not None
        and target.kind in ("item", "button", "icon", "element", "")
    ):
        return target.place
    return Place("of", target)


def _control(now: Moment, word: str, target: Target, intent: Intent) -> int | None:
    """The control that is meant: named by the whole phrase, or by the verb and next to its object."""
    whole = intent.value.whole if intent.value else word
    for name in dict.fromkeys((whole, f"{word} {target.name}".strip(), f"{word} {target.kind}".strip())):
        found = [match for match in ground(now.seen, Target(name=name), "click") if match.score > 0.86]
        alike = decided(now.seen, found)
        if len(alike) == 1:
            return alike[0].index
        if len(alike) > 1 and target.vague:
            raise ambiguous(now.seen, Target(name=name, wording=intent.part), alike)
    if target.vague:
        return None
    one_of_many = not (described(target) or target.ordinal) and len(anchors_of(now.seen, target)) > 1
    near = Target(name=word, place=None if one_of_many else _of(target))  # "the task" tells none from others
    label = word.partition(" as ")[2]  # "mark as important": what is marked may be called after the mark
    names = (f"{word} to {intent.options['to']}", word) if "to" in intent.options else (word, label)
    found = []
    for name in filter(None, names):
        found = found or [
            m
            for m in ground(now.seen, replace(near, name=name), "click")
            if m.score > (0.7 if name != label else 0.58)
        ]
    alike = decided(now.seen, found)
    if len(alike) > 1:
        raise ambiguous(now.seen, replace(near, wording=intent.part), alike)
    return alike[0].index if alike else None


_ADDING: Final = frozenset({"add", "create", "post"})
_ONE: Final = re.compile(r"(?:an?|another|one|(?:the |a )?new) ", re.IGNORECASE)
# "A task called Milk" is one that is not there yet, "the task Milk" one that is.
_NEW: Final = re.compile(
    r"(?:an?|another|(?:the |a )?new)\b.*\b(?:named|called|titled|labell?ed|entitled|saying)\b", re.IGNORECASE
)


def _adding_field(seen: Observation, word: str, target: Target) -> int | None:
    """The field that takes new things: "New task", "Add an item", the one beside an Add button."""
    if word not in _ADDING:
        return None
    for name in (f"{word} {target.kind}", f"new {target.kind}", word, "new"):
        found = [match for match in ground(seen, Target(name=name.strip()), "fill") if match.score > 0.6]
        if found and len(decided(seen, found)) == 1:
            return found[0].index
    for index, node in enumerate(seen.nodes):
        if node.role == "textbox" and node.ref and button_beside(seen, index, (word, "add", "+")) is not None:
            return index
    return None

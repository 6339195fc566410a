"""Procedures for options: choose one from the field or list that is named, or wherever one is called so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from runner.page.observe import Observation
from runner.record.plan import Act
from runner.record.prompt.grounding.dates import as_date
from runner.record.prompt.grounding.matching import TICKS, decided, ground
from runner.record.prompt.grounding.names import folded, likeness
from runner.record.prompt.grounding.placing import Match
from runner.record.prompt.language.intent import Intent, Place, Target, Value
from runner.record.prompt.serving.calendar import date_fields
from runner.record.prompt.serving.clicking import clicking, told_apart
from runner.record.prompt.serving.filling import (
    CHOOSABLE,
    SURE_OPTION,
    chosen_in_group,
    label_of,
    option_of,
    put,
    take,
    valueless,
)
from runner.record.prompt.serving.moment import Moment, Procedure, do, resolved
from runner.record.prompt.serving.rereading import led
from runner.record.prompt.serving.seeking import seek
from runner.record.prompt.serving.service import Service
from runner.record.prompt.serving.told import ANSWERS
from runner.record.prompt.serving.undecided import ambiguous, missing


def choosing(now: Moment, intent: Intent, service: Service) -> Procedure:
    """Choose an option: from the field or list that is named, or wherever one of that name is."""
    value = intent.value or Value()
    if value.source is not None and value.source.quantifier == "none":
        return now
    wanted = resolved(now.goal, value.text)
    known = service.clipboard if not value.quoted and folded(value.text) in ANSWERS else None
    if known is not None and not _choices(now.seen, wanted, None, sure=0.9):
        found = Target(name=known, quoted=True, wording=intent.part)
        return (yield from clicking(now, replace(intent, verb="click", target=found), service))
    if "led" in intent.options and (pair := led(now.seen, wanted)) is not None:
        field, wanted = pair
        value = Value(wanted, kind="option", source=Target(name=wanted))
        return (yield from _choose_from(now, intent, field, value, wanted, service))
    source = value.source
    if intent.target is None and source is not None and told_apart(source):
        return (yield from clicking(now, replace(intent, target=source), service))
    if "path" in intent.options:
        return (yield from clicking(now, replace(intent, verb="click", target=value.source), service))
    if intent.target is not None and not intent.target.vague:
        return (yield from _choose_from(now, intent, intent.target, value, wanted, service))
    if intent.joint and (whole := _choices(now.seen, intent.joint, None, sure=0.9)):
        service.absorb(intent.absorbs)
        return (yield from take(now, whole[0], intent, value))
    values = _grouped(intent, service)
    return (yield from _choose_anywhere(now, intent, value, wanted, values, service))


def _grouped(intent: Intent, service: Service) -> list[str]:
    """All options that one phrase lists; the others' intents are still pending."""
    count = int(intent.options.get("of", "1"))
    rest = [
        other.value.text
        for other in list(service.pending)[: count - 1]
        if other.verb == "choose" and other.value and other.part == intent.part
    ]
    return [intent.value.text if intent.value else "", *rest]


def _choose_from(
    now: Moment, intent: Intent, target: Target, value: Value, wanted: str, service: Service
) -> Procedure:
    if value.whole and (choices := _choices(now.seen, value.whole, None, sure=0.8)):
        return (yield from take(now, choices[0], intent, value))
    named = target if value.kind != "option" or as_date(wanted) is None else replace(target, kind="")
    found = [match for match in ground(now.seen, named, "fill") if now.node(match.index).role not in TICKS]
    if not found and as_date(wanted) is not None:
        found = [Match(index, 1.0, "the only field for a date") for index in date_fields(now.seen)]
        found = found if len(found) == 1 else []
    if found and found[0].score > SURE_OPTION:
        alike = decided(now.seen, found)
        if len(alike) > 1:
            raise ambiguous(now.seen, target, alike)
        match = alike[0]
        node = now.node(match.index)
        several = _grouped(intent, service)
        multiple = node.attributes.get("multiple") or (node.role == "listbox" and node.tag != "select")
        if len(several) > 1 and multiple:
            service.absorb(len(several) - 1)
            labels = [option_of(now.seen, match.index, resolved(now.goal, each)) for each in several]
            return (yield from do(now, Act("select", ref=node.ref, value=labels, intent=intent.part)))
        return (yield from put(now, match.index, intent, value, service))
    option = replace(value.source or Target(name=wanted), name=wanted)
    if group := chosen_in_group(now.seen, target, wanted):
        return (yield from take(now, group, intent, value))
    match, now = yield from seek(now, replace(option, place=Place("in", target)), "click", intent.part)
    return (yield from take(now, match, intent, value))


def _choices(seen: Observation, wanted: str, source: Target | None, *, sure: float) -> list[Match]:
    """Elements that can be chosen by that name: options, tick boxes, menu items, tabs."""
    target = replace(source or Target(), name=wanted, quantifier="one")
    among = [index for index, node in enumerate(seen.nodes) if node.ref and node.role in CHOOSABLE]
    found = ground(seen, target, "click", among=among)
    return [match for match in found if match.score >= sure]


def _choose_anywhere(
    now: Moment, intent: Intent, value: Value, wanted: str, values: Sequence[str], service: Service
) -> Procedure:
    selects = list(_selects_with(now.seen, wanted))
    choices = _choices(now.seen, wanted, value.source, sure=SURE_OPTION)
    choices = [match for match in choices if not _inside_select(now.seen, match.index)]
    if selects and (not choices or selects[0][0] > choices[0].score):
        best = [index for score, index, _ in selects if score > selects[0][0] - 0.03]
        if len(best) > 1:
            raise ambiguous(
                now.seen, Target(name=wanted), [Match(index, 1.0, "has that option") for index in best]
            )
        node = now.node(best[0])
        service.touch(now.seen, best[0])
        if len(values) > 1 and node.attributes.get("multiple"):
            service.absorb(len(values) - 1)
            labels = [option_of(now.seen, best[0], resolved(now.goal, each)) for each in values]
            return (yield from do(now, Act("select", ref=node.ref, value=labels, intent=intent.part)))
        return (yield from do(now, Act("select", ref=node.ref, value=selects[0][2], intent=intent.part)))
    if choices:
        alike = decided(now.seen, choices)
        if len(alike) > 1:
            raise ambiguous(now.seen, Target(name=wanted), alike)
        return (yield from take(now, alike[0], intent, value))
    field = valueless(now.seen, value)
    options = (
        [str(label) for label in now.node(field).attributes.get("options", ())] if field is not None else []
    )
    if field is not None and options:
        asked, now = yield from missing(now, label_of(now.node(field)), intent.part, options)
        at = valueless(now.seen, value)
        return (yield from put(now, field if at is None else at, intent, asked, service))
    source = replace(value.source or Target(), name=value.text)
    match, now = yield from seek(now, source, "click", intent.part)
    return (yield from take(now, match, intent, value))


def _inside_select(seen: Observation, index: int) -> bool:
    return any(seen.nodes[at].tag == "select" for at in seen.ancestors(index))


def _selects_with(seen: Observation, wanted: str) -> list[tuple[float, int, str]]:
    """Native selects that have the option: (likeness, index, its label), best first."""
    found: list[tuple[float, int, str]] = []
    for index, node in enumerate(seen.nodes):
        labels = [str(label) for label in node.attributes.get("options", ())] if node.tag == "select" else []
        scored = max(((likeness(wanted, label), label) for label in labels if label), default=(0.0, ""))
        if scored[0] >= SURE_OPTION:
            found.append((scored[0], index, scored[1]))
    return sorted(found, key=lambda each: -each[0])

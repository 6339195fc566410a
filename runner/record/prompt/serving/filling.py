"""Procedures for fields: set, type, choose, clear, upload, copy."""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from dataclasses import replace

from runner.page.observe import Node, Observation
from runner.record.plan import Act, Decision
from runner.record.prompt.grounding.appearance import in_hexadecimal
from runner.record.prompt.grounding.dates import as_date
from runner.record.prompt.grounding.matching import FIELDS, TICKS, decided, ground
from runner.record.prompt.grounding.names import folded, likeness
from runner.record.prompt.grounding.placing import Match
from runner.record.prompt.language.intent import Intent, Place, Target, Value
from runner.record.prompt.language.values import in_case
from runner.record.prompt.serving.calendar import date_fields, for_field, picked, picking
from runner.record.prompt.serving.clicking import in_context, tick
from runner.record.prompt.serving.clock import in_parts
from runner.record.prompt.serving.moment import Moment, Procedure, Stuck, attempt, do, resolved, written
from runner.record.prompt.serving.rereading import reread
from runner.record.prompt.serving.seeking import absent, seek
from runner.record.prompt.serving.service import Service, click
from runner.record.prompt.serving.sliding import handles, sliding, stepper_of, stepping
from runner.record.prompt.serving.told import ANSWERS, value_told
from runner.record.prompt.serving.undecided import ambiguous, missing

_YES = frozenset({"yes", "true", "on", "checked", "1", "enabled", "ticked", "selected"})
_NO = frozenset({"no", "false", "off", "unchecked", "0", "disabled", "unticked"})
# What stands for the text that was copied, found or worked out before.
CHOOSABLE = frozenset({"option", "radio", "checkbox", "menuitem", "menuitemradio", "menuitemcheckbox",
    "treeitem", "tab",
                        "switch", "gridcell"})  # fmt: skip
SURE_OPTION = 0.7
SUGGESTING_MS = (350, 1000)  # suggestions are looked up a moment after the last key


def setting(now: Moment, intent: Intent, service: Service) -> Procedure:
    """Bring a field to a value, whatever kind of field it is."""
    intent = reread(now.seen, intent)
    target = intent.target or Target()
    value = intent.value or Value()
    found = ground(now.seen, target, "fill")
    if target.quantifier == "all" and len(found) > 1:
        return (yield from _each_field(now, found, intent, value, service))
    if target.kind == "slider" and (grips := handles(now.seen)) and not found:
        return (yield from _sliders(now, grips, target, intent, resolved(now.goal, value.text)))
    if not found and (group := chosen_in_group(now.seen, target, resolved(now.goal, value.text))):
        return (yield from take(now, group, intent, value))
    if not found and (day := _date_field(now.seen, target, resolved(now.goal, value.text))) is not None:
        return (yield from put(now, day, intent, value, service))
    if not found and (stepper := stepper_of(now.seen, target)) is not None:
        return (yield from stepping(now, stepper, target, resolved(now.goal, value.text), intent))
    if not found and (parts := in_parts(now.seen, target, resolved(now.goal, value.text))):
        return (yield from _each_part(now, parts, intent, service))
    match, now = yield from seek(now, in_context(now, target, service), "fill", intent.part)
    return (yield from put(now, match.index, intent, value, service))


def _each_part(now: Moment, parts: list[tuple[int, str]], intent: Intent, service: Service) -> Procedure:
    """Hours and minutes, each into its field."""
    inner = replace(intent, options={**intent.options, "goes on": "yes"})
    for ref, text in [(now.node(at).ref, text) for at, text in parts]:
        index = now.seen.by_ref.get(ref)
        if index is None:
            raise Stuck("a field was replaced while the others were filled in")
        now = yield from put(now, index, inner, Value(text, True), service)
    return now


def _each_field(
    now: Moment, found: Sequence[Match], intent: Intent, value: Value, service: Service
) -> Procedure:
    """ "... into both fields": each gets the value."""
    refs = [
        now.node(index).ref for index in sorted(m.index for m in found if m.score > found[0].score - 0.06)
    ]
    for ref in refs:
        index = now.seen.by_ref.get(ref)
        if index is None:
            raise Stuck("a field was replaced while the others were filled in")
        now = yield from put(now, index, intent, value, service)
    return now


def _date_field(seen: Observation, target: Target, text: str) -> int | None:
    """The only field that takes a date, where one is to be set and no field is called so."""
    fields = date_fields(seen) if as_date(text) is not None and "date" in folded(target.name) else []
    return fields[0] if len(fields) == 1 else None


def _sliders(now: Moment, grips: Sequence[int], target: Target, intent: Intent, text: str) -> Procedure:
    """Set one slider, or all of them to a list of numbers."""
    numbers = re.findall(r"-?\d+(?:\.\d+)?", text)
    if target.ordinal is not None and len(numbers) == 1:
        at = target.ordinal - 1 if target.ordinal > 0 else target.ordinal
        grips = grips[at:][:1]
    if len(numbers) != len(grips):
        raise Stuck(f"there are {len(grips)} sliders, but {len(numbers)} numbers are named")
    refs = [now.node(index).ref for index in grips]
    for ref, number in zip(refs, numbers, strict=True):
        index = now.seen.by_ref.get(ref)
        if index is None:
            raise Stuck("a slider was replaced while the others were set")
        now = yield from sliding(now, index, number, intent)
    return now


def put(now: Moment, index: int, intent: Intent, value: Value, service: Service) -> Procedure:
    """Give one field its value."""
    node = now.node(index)
    service.touch(now.seen, index)
    text, plain = _text(now, value, service), resolved(now.goal, _text(now, value, service))
    if node.role in TICKS or node.type in ("checkbox", "radio"):
        wanted = "true" if folded(plain) in _YES else "false" if folded(plain) in _NO else ""
        if not wanted:
            raise Stuck(f"{plain!r} says neither on nor off for the {node.role} {node.name!r}")
        return (yield from do(now, Act("fill", ref=node.ref, value=wanted, intent=intent.part)))
    if node.tag == "select" or (node.role == "listbox" and now.seen.children[index]):
        option = option_of(now.seen, index, plain)
        chosen = text if value.parameter or "{{" in text else option
        return (yield from do(now, Act("select", ref=node.ref, value=chosen, intent=intent.part)))
    if node.role == "combobox" and node.tag not in ("input", "textarea"):
        return (yield from do(now, Act("select", ref=node.ref, value=text, intent=intent.part)))
    if (day := picked(node, plain)) is not None:
        return (yield from picking(now, index, day, intent))
    before = now.seen
    text = for_field(node, in_hexadecimal(node, text))
    now = yield from do(now, Act("fill", ref=node.ref, value=text, intent=intent.part))
    service.typed = (*service.typed, plain)
    now = yield from _suggested(now, before, node, plain, intent)
    return (yield from _committed(now, before, node, intent, service))


def _committed(now: Moment, before: Observation, node: Node, intent: Intent, service: Service) -> Procedure:
    """Leave a field that was filled in last: many pages take a value only then."""
    last = all(other.verb in ("expect", "wait") for other in service.pending)
    index = service.last_field(now.seen)
    goes_on = intent.options.get("search") or intent.options.get("goes on")
    plain = node.role in ("textbox", "spinbutton") and not goes_on
    if not last or not plain or index is None or before.text != now.seen.text:
        return now
    leaving = "Leave the field, so that its value is taken"
    return (
        yield from do(
            now, Act("press", ref=now.node(index).ref, value="Tab", intent=intent.part, description=leaving)
        )
    )


def _text(now: Moment, value: Value, service: Service) -> str:
    """The text a value stands for, as it is recorded: what the page told is recorded as it was read."""
    kept = not value.quoted and (folded(value.text) in ANSWERS or value.kind == "answer")
    if kept and service.clipboard is not None:
        return in_case(service.clipboard, value.case)
    if value.kind == "answer" or (value.source is not None and not value.quoted and value.kind != "option"):
        return in_case(value_told(now.seen, _about(value, service)), value.case)
    return written(now.goal, value)


def _about(value: Value, service: Service) -> Value:
    """ "Its price" is the price of what was last spoken of."""
    source = value.source
    spoken = service.spoken
    its = folded(value.text).startswith(("its ", "their ", "his ", "her "))
    if not its or source is None or source.place is not None or spoken is None:
        return value
    return replace(value, source=replace(source, place=Place("of", spoken)))


def _suggested(now: Moment, before: Observation, node: Node, text: str, intent: Intent) -> Procedure:
    """Take the suggestion that typing brought up, where it is just what was typed."""
    if node.role not in ("combobox", "textbox", "searchbox") or not text:
        return now
    pattern = intent.value.source if intent.value and intent.value.kind == "pattern" else None
    fresh = _fresh_options(before, now.seen)
    suggests = pattern is not None or _suggests(node)
    for pause in SUGGESTING_MS if suggests and not intent.options.get("search") else ():
        if fresh:
            break
        now = yield from attempt(now, Act("wait", value=str(pause), intent=intent.part, tentative=True))
        fresh = _fresh_options(before, now.seen)
    if pattern is not None:
        fitting = [match.index for match in ground(now.seen, pattern, "click", among=fresh)]
        if not fitting:
            raise absent(now.seen, pattern)
        return (yield from click(now, fitting[0], intent))
    exact = [index for index in fresh if likeness(text, now.seen.text_of(index)) > 0.94]
    if not exact and suggests:
        exact = [index for index in fresh if likeness(text, now.seen.text_of(index)) >= SURE_OPTION]
    if len(exact) != 1 or (intent.options.get("search") and node.role != "combobox"):
        return now
    return (yield from click(now, exact[0], intent))


def _suggests(node: Node) -> bool:
    """Whether a field is known to offer what begins like its text."""
    told = node.attributes
    return bool(told.get("autocompletes")) or bool({"autocomplete", "typeahead", "suggest"} & set(node.hints))


def _fresh_options(before: Observation, seen: Observation) -> list[int]:
    """The options that were not there before, in the order they are listed."""
    roles = ("option", "menuitem", "listitem")
    known = {folded(before.text_of(at)) for at, each in enumerate(before.nodes) if each.role in roles[:2]}
    return [
        at
        for at, each in enumerate(seen.nodes)
        if each.ref and each.role in roles and folded(seen.text_of(at)) not in known and _in_popup(seen, at)
    ]


def _in_popup(seen: Observation, index: int) -> bool:
    return any(seen.nodes[at].role in ("listbox", "menu", "list") for at in seen.ancestors(index))


def option_of(seen: Observation, index: int, wanted: str) -> str:
    """The label of the option that is meant; stuck with the list of all where none or several are."""
    node = seen.nodes[index]
    labels = [str(label) for label in node.attributes.get("options", ())]
    labels = labels or [
        seen.nodes[at].name or seen.text_of(at)
        for at in seen.descendants(index)
        if seen.nodes[at].role == "option"
    ]
    scored = sorted(((likeness(wanted, label), label) for label in labels if label), reverse=True)
    close = [label for score, label in scored if score >= SURE_OPTION and score > scored[0][0] - 0.03]
    if not close:
        if not labels:
            return wanted
        raise Stuck(
            f"{_called(node)} has no option {wanted!r}", tuple(labels[:20]), "choose one of those options"
        )
    if len(set(close)) > 1:
        raise Stuck(f"{wanted!r} could be any of {len(close)} options of {_called(node)}", tuple(close[:20]))
    return close[0]


def _called(node: Node) -> str:
    return repr(node.name or node.label or node.placeholder or node.role)


def chosen_in_group(seen: Observation, target: Target, wanted: str) -> Match | None:
    """The radio button or option `wanted` of the group that `target` names: "set Plan to Pro"."""
    if not wanted:
        return None
    for group in ground(seen, replace(target, kind=""), "anchor")[:5]:
        holder: int | None = group.index
        for _ in range(3):
            if holder is None:
                break
            among = [
                at
                for at in seen.descendants(holder)
                if seen.nodes[at].role in CHOOSABLE or seen.nodes[at].role == "button"
            ]
            found = ground(seen, Target(name=wanted), "click", among=among)
            if found and found[0].score > SURE_OPTION and len(decided(seen, found)) == 1:
                return found[0]
            holder = seen.nodes[holder].parent
    return None


def take(now: Moment, match: Match, intent: Intent, value: Value) -> Procedure:
    """Choose an option, whatever it is: tick it, select it or click it."""
    node = now.node(match.index)
    if node.role in ("radio", "checkbox", "switch"):
        return (yield from tick(now, match, intent))
    return (yield from click(now, match.index, intent))


def typing(now: Moment, intent: Intent, service: Service) -> Procedure:
    """Type into the field that is at hand: the one in focus, used last, or the only one."""
    value = intent.value or Value()
    if not service.touched and (named := valueless(now.seen, value)) is not None:
        asked, now = yield from missing(now, label_of(now.node(named)), intent.part)
        at = valueless(now.seen, value)  # the page may have been drawn anew while it was asked
        return (yield from put(now, named if at is None else at, intent, asked, service))
    index = service.last_field(now.seen) if service.touched else _focused_or_only(now.seen)
    if index is None:
        raise Stuck("it does not say which field to type into", _fields(now.seen), "name the field")
    return (yield from put(now, index, intent, value, service))


def _focused_or_only(seen: Observation) -> int | None:
    fields = [index for index, node in enumerate(seen.nodes) if node.ref and node.role in ("textbox",
        "searchbox", "combobox", "spinbutton")
              and node.tag != "select"]  # fmt: skip
    focused = [index for index in fields if seen.nodes[index].attributes.get("focused")]
    return focused[0] if focused else fields[0] if len(fields) == 1 else None


def _fields(seen: Observation) -> tuple[str, ...]:
    return tuple(f"{node.role} {_called(node)}" for node in seen.nodes if node.ref and node.role in FIELDS)[
        :12
    ]


def clearing(now: Moment, intent: Intent, service: Service) -> Procedure:
    """Empty a field."""
    match, now = yield from seek(now, intent.target or Target(), "fill", intent.part)
    service.touch(now.seen, match.index)
    return (yield from do(now, Act("fill", ref=now.node(match.index).ref, value="", intent=intent.part)))


def valueless(seen: Observation, value: Value) -> int | None:
    """The field of that name, where what should be a value is the name of a field: "fill in Email"."""
    if value.quoted or value.parameter or (value.source is not None and value.kind != "option"):
        return None
    found = [match for match in ground(seen, Target(name=value.text), "fill") if match.score > _CALLED_SO]
    return found[0].index if len(decided(seen, found)) == 1 else None


_CALLED_SO = 0.9


def label_of(node: Node) -> str:
    return node.name or node.label or node.placeholder or node.role


def uploading(now: Moment, intent: Intent, service: Service) -> Procedure:
    """Give a file field its file."""
    value = intent.value or Value()
    inputs = [index for index, node in enumerate(now.seen.nodes) if node.type == "file"]
    target = replace(intent.target, kind="file") if intent.target is not None else Target(kind="file")
    if len(inputs) == 1 and (intent.target is None or not target.name):
        index = inputs[0]
    else:
        found = ground(now.seen, target, "fill", among=inputs)
        alike = decided(now.seen, found)
        if len(alike) > 1:
            raise ambiguous(now.seen, target, alike)
        if not alike and len(inputs) != 1:
            raise absent(now.seen, target)
        index = alike[0].index if alike else inputs[0]
    return (
        yield from do(
            now, Act("fill", ref=now.node(index).ref, value=written(now.goal, value), intent=intent.part)
        )
    )


def copying(now: Moment, intent: Intent, service: Service) -> Generator[Decision, Moment, Moment]:
    """Remember the text of something; "it" pasted later is that text."""
    yield from ()
    value = intent.value or Value(source=intent.target or Target())
    service.clipboard = value_told(now.seen, _about(value, service))
    return now

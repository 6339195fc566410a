"""Procedures for what the page makes one work out: sums, guesses, sorting into classes, forms from tables."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from runner.page.observe import Observation
from runner.record.plan import Act
from runner.record.prompt.grounding.describing import told
from runner.record.prompt.grounding.facts import fact_of, facts, field_label
from runner.record.prompt.grounding.matching import FIELDS, anchors_of, ground
from runner.record.prompt.grounding.names import folded
from runner.record.prompt.language.intent import Intent, Target, Value
from runner.record.prompt.serving.clicking import offered
from runner.record.prompt.serving.filling import put
from runner.record.prompt.serving.forms import SUBMITS, form_button
from runner.record.prompt.serving.moment import Moment, Procedure, Stuck, do
from runner.record.prompt.serving.seeking import absent
from runner.record.prompt.serving.service import Service, click
from runner.record.prompt.serving.told import ANSWERS, answer, shown_sums, value_told

_GUESSES: Final = 40
_LOWER: Final = re.compile(
    r"\b(lower|smaller|less|below|too (?:high|big|large|much)|decrease|down)\b", re.IGNORECASE
)
_HIGHER: Final = re.compile(
    r"\b(higher|greater|bigger|larger|more|above|too (?:low|small|little)|increase|up)\b", re.IGNORECASE
)
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")


def _prime(number: float) -> bool:
    whole = int(number)
    return whole == number and whole > 1 and all(whole % by for by in range(2, int(whole**0.5) + 1))


_PROPERTIES: Final[dict[str, Callable[[float], bool]]] = {
    "odd": lambda number: number % 2 == 1,
    "even": lambda number: number % 2 == 0,
    "positive": lambda number: number > 0,
    "negative": lambda number: number < 0,
    "zero": lambda number: number == 0,
    "prime": _prime,
}


def solving(now: Moment, intent: Intent, service: Service) -> Procedure:
    """Work something out and keep it; where the sentence says no more of it, enter it beside the sum."""
    value = intent.value or Value(kind="answer")
    result = answer(now.seen, value) if value.kind == "answer" else value_told(now.seen, value)
    service.clipboard = result
    if any(_takes_answer(other) for other in service.pending):
        yield from ()
        return now
    beside = _field_beside(now.seen) if value.kind == "answer" else None
    if beside is None:
        return (yield from offered(now, result, intent, service))
    return (yield from put(now, beside, intent, Value(result, True), service))


def _takes_answer(intent: Intent) -> bool:
    return intent.value is not None and (
        intent.value.kind == "answer" or folded(intent.value.text) in ANSWERS
    )


def _field_beside(seen: Observation) -> int | None:
    """The field that stands for the answer: the one whose label is the sum."""
    sums = {folded(text) for _, text in shown_sums(seen)}
    labelled = [
        index
        for index, node in enumerate(seen.nodes)
        if node.ref and node.role in FIELDS and any(each in folded(field_label(node)) for each in sums)
    ]
    return labelled[0] if len(labelled) == 1 else None


def guessing(now: Moment, intent: Intent, service: Service) -> Procedure:
    """Try numbers, halving the range each time by what the page answers, until it asks for no other."""
    low, high = (int(number) for number in (intent.value or Value("0 0")).text.split())
    field = _only_field(now.seen)
    said_before = _lines(now.seen)
    if service.pending and service.pending[0].verb in ("click", "submit", "press"):
        service.absorb(1)
    for _ in range(_GUESSES):
        if low > high:
            raise Stuck("what the page answered fits no number any more")
        guess = (low + high) // 2
        url = now.seen.url
        now = yield from put(now, field, _inner(intent), Value(str(guess), True), service)
        button = form_button(now.seen, field, SUBMITS)
        if button is not None:
            now = yield from click(now, button, intent)
        else:
            ref = now.node(field).ref
            now = yield from do(now, Act("press", ref=ref, value="Enter", intent=intent.part))
        fresh = _lines(now.seen) - said_before
        lower = any(_LOWER.search(line) for line in fresh)
        higher = any(_HIGHER.search(line) for line in fresh)
        if lower == higher or now.seen.url != url:
            return now
        low, high = (low, guess - 1) if lower else (guess + 1, high)
        field = _only_field(now.seen)
    raise Stuck(f"the number was not found in {_GUESSES} guesses")


def _inner(intent: Intent) -> Intent:
    return Intent(intent.verb, part=intent.part, options={"goes on": "yes"})


def _lines(seen: Observation) -> set[str]:
    return {line for line in seen.text.splitlines() if line.strip()}


def _only_field(seen: Observation) -> int:
    fields = [
        index
        for index, node in enumerate(seen.nodes)
        if node.ref and node.role in ("textbox", "spinbutton") and not node.disabled
    ]
    if len(fields) != 1:
        raise Stuck(
            f"there are {len(fields)} fields a guess could go into",
            tuple(told(seen, index) for index in fields[:10]),
        )
    return fields[0]


def classifying(now: Moment, intent: Intent, service: Service) -> Procedure:
    """For each thing choose the control that says what it is: odd or even, positive or negative."""
    classes = intent.options["as"].split("|")
    unknown = [name for name in classes if folded(name) not in _PROPERTIES]
    if unknown:
        raise Stuck(f"what makes a thing {unknown[0]!r} cannot be told", (), "say which are which")
    members = _sorted_members(now.seen, classes)
    if not members:
        raise absent(now.seen, Target(name=classes[0], kind="button"))
    for _, choices in members:
        for name, ref in choices.items():
            index = now.seen.by_ref.get(ref)
            if index is None:
                raise Stuck(f"{name!r} was replaced while the others were marked")
            now = yield from click(now, index, intent)
    return now


def _sorted_members(seen: Observation, classes: list[str]) -> list[tuple[int, dict[str, str]]]:
    """For each thing that has a control for every class: the ref of the one that fits its number."""
    members: list[tuple[int, dict[str, str]]] = []
    controls = {
        name: [m.index for m in ground(seen, Target(name=name), "click") if m.score > 0.9] for name in classes
    }
    for first in sorted(controls[classes[0]]):
        holder = next(
            (
                at
                for at in seen.ancestors(first)
                if all(set(seen.descendants(at)) & set(controls[name]) for name in classes)
            ),
            None,
        )
        if holder is None:
            continue
        inside = set(seen.descendants(holder))
        of_class = {name: sorted(inside & set(found)) for name, found in controls.items()}
        if any(len(found) != 1 for found in of_class.values()):
            raise Stuck("which control belongs to which thing cannot be told")
        numbers = [
            float(seen.text_of(at))
            for at in inside
            if not seen.children[at] and _NUMBER.fullmatch(seen.text_of(at).strip())
        ]
        fitting = [name for name in classes if numbers and _PROPERTIES[folded(name)](numbers[0])]
        if len(set(numbers)) != 1 or len(fitting) != 1:
            raise Stuck(f"{seen.text_of(holder)[:60]!r} shows no single number to judge by")
        members.append((holder, {fitting[0]: seen.nodes[of_class[fitting[0]][0]].ref}))
    return members


def transferring(now: Moment, intent: Intent, service: Service) -> Procedure:
    """Fill in every empty field of a form with what the page says of its label."""
    among = _given_place(now.seen, intent)
    filled: list[tuple[str, str]] = []
    for index in _empty_fields(now.seen):
        label = field_label(now.node(index))
        told_here = facts(now.seen, label, among) if label else []
        if len(told_here) == 1:
            filled.append((now.node(index).ref, told_here[0]))
        elif len(told_here) > 1:
            raise Stuck(f"the page gives {len(told_here)} values for {label!r}", tuple(told_here[:10]))
        else:
            raise Stuck(f"the page gives no value for the field {label!r}", _labels(now.seen))
    if not filled:
        raise absent(now.seen, Target(kind="field", wording="an empty field with a label"))
    for ref, value in filled:
        index_now = now.seen.by_ref.get(ref)
        if index_now is None:
            raise Stuck("a field was replaced while the others were filled in")
        now = yield from put(now, index_now, _inner(intent), Value(value, True), service)
    return now


def _given_place(seen: Observation, intent: Intent) -> list[int] | None:
    source = intent.value.source if intent.value else None
    if source is None or not (source.name or source.kind == "table"):
        return None
    anchors = anchors_of(seen, source)
    if not anchors:
        return None
    return [at for anchor in anchors for at in (anchor.index, *seen.descendants(anchor.index))]


def _empty_fields(seen: Observation) -> list[int]:
    return [
        index
        for index, node in enumerate(seen.nodes)
        if node.ref and node.role in ("textbox", "spinbutton", "combobox", "searchbox")
        and not node.disabled and not node.attributes.get("readonly")
        and (not node.value or node.tag == "select")
    ]  # fmt: skip


def _labels(seen: Observation) -> tuple[str, ...]:
    return tuple(
        seen.text_of(index)[:80] for index, node in enumerate(seen.nodes) if node.role in ("row", "term")
    )[:12]


__all__ = ["classifying", "fact_of", "guessing", "solving", "transferring"]

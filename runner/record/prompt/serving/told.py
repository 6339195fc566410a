"""What the page tells: values that are read off it or worked out of what it shows. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from typing import Final

from runner.page.observe import Observation
from runner.record.prompt.grounding.arithmetic import NotASum, sums_in, worked_out, written
from runner.record.prompt.grounding.comparing import alike, measure
from runner.record.prompt.grounding.facts import fact_of, facts
from runner.record.prompt.grounding.matching import STATIC, anchors_of, decided, ground
from runner.record.prompt.grounding.names import folded, likeness
from runner.record.prompt.grounding.texts import part
from runner.record.prompt.language.intent import Target, Value
from runner.record.prompt.serving.moment import Stuck
from runner.record.prompt.serving.seeking import SURE, absent
from runner.record.prompt.serving.service import Service
from runner.record.prompt.serving.undecided import ambiguous

_HOLDERS: Final = frozenset({"row", "listitem", "article", "treeitem", "group", "region", "dialog"})
_UNTOLD: Final = frozenset(
    {"button", "link", "tab", "option", "menuitem", "checkbox", "radio", "label", "heading", "combobox"}
)
_SELF: Final = frozenset({"text", "page", "element", ""})
_TEXTUAL: Final = {"paragraph": "paragraph", "quote": "blockquote", "code": "code", "message": "status"}
_ROWS: Final = frozenset({"row", "item"})


ANSWERS: Final = frozenset(
    {start + noun for start in ("", "the ", "that ", "your ", "this ") for noun in (
        "text", "value", "result", "answer", "solution", "number", "word", "sum", "total", "count", "code",
        "sentence", "line", "amount", "outcome", "letter", "price", "name", "average", "difference",
    )} | {"it", "that", "this", "the copied text", "what you copied", "the copied value", "them"}
)  # fmt: skip


def answer_found(seen: Observation, target: Target, service: Service) -> Target | None:
    """ "The right answer", "the button with that number": what was found out before, as it is offered."""
    if service.clipboard is None or target.quoted:
        return None
    said = folded(target.name) in ANSWERS or (target.place is not None and _that(target.place.target))
    if not said or any(match.score > SURE for match in ground(seen, target, "click")):
        return None
    return Target(name=service.clipboard, quoted=True, kind=target.kind, wording=target.wording)


_THAT: Final = frozenset({"that number", "this number", "that answer", "that text", "that word", "that value",
    "this value", "the same number", "the answer"})  # fmt: skip


def _that(target: Target) -> bool:
    return folded(target.wording) in _THAT


def value_told(seen: Observation, value: Value) -> str:
    """The text that a value stands for, read off the page; raises Stuck where the page does not tell."""
    source = value.source or Target(kind="text")
    if value.kind == "answer":
        return answer(seen, value)
    if value.piece is not None and value.piece.unit in ("count", "sum", "average"):
        return _figure(seen, source, value)
    text = read_off(seen, source)
    if value.piece is None:
        return text
    unit, ordinal = value.piece.unit, value.piece.ordinal or 1
    found = part(text, unit, ordinal)
    if not found:
        raise Stuck(f"the text has no {unit} number {ordinal}", (text[:200],))
    return found


def answer(seen: Observation, value: Value) -> str:
    """What the sum in the sentence comes to, else the only sum that the page shows."""
    for text in (value.whole, value.text):
        if said := sums_in(text):
            return _single(said, "the sentence")
        try:
            return worked_out(text) if any(character.isdigit() for character in text) else _shown_sum(seen)
        except NotASum:
            continue
    return _shown_sum(seen)


def _shown_sum(seen: Observation) -> str:
    return _single([found for _, found in shown_sums(seen)], "the page")


def shown_sums(seen: Observation) -> list[tuple[int, str]]:
    """The sums that the page shows, with the element each stands in, the innermost one."""
    found: dict[str, int] = {}
    for index in range(len(seen.nodes)):
        text = seen.text_of(index)
        if len(text) <= 200 and seen.nodes[index].role not in ("link", "option"):
            for each in sums_in(text):
                if not _side_by_side(each):
                    found[each] = index
    equations = [each for each in found if "=" in each.rstrip("= ")]
    # the text of two elements in a row may look like one more sum: "x + 8 = 68" and the label "x ="
    merged = {each for each in found if any(inner != each and inner in each for inner in equations)}
    kept = [each for each in found if each not in merged]
    whole = [each for each in kept if not any(each != other and each in other for other in kept)]
    return [(found[each], each) for each in whole]


def _side_by_side(text: str) -> bool:
    """Whether these are but numbers side by side ("40 -3"), which add up to nothing."""
    return all(re.fullmatch(r"-?\d+(?:\.\d+)?", each) for each in text.split())


def _single(sums: list[str], where: str) -> str:
    answers = {worked_out(each) for each in sums}
    if not answers:
        raise Stuck("there is no sum on the page that could be worked out")
    if len(answers) > 1:
        raise Stuck(f"{where} shows {len(sums)} sums", tuple(sums[:12]), "say which one")
    return answers.pop()


def read_off(seen: Observation, source: Target) -> str:
    """The text of the thing a value is to be taken from."""
    if source.extreme is not None and not source.name and "number" in folded(source.wording):
        return _extreme_number(seen, source.extreme[0])
    if not source.name and source.place is None and source.ordinal is None and source.kind in _SELF:
        return _standing_text(seen, source)
    if source.name and source.place is not None and (found := _fact(seen, source)):
        return found
    if not source.name and source.place is not None and source.kind == "text":
        return read_off(seen, source.place.target)
    if source.name and source.place is None:
        listed = facts(seen, source.name)
        if len(listed) == 1:
            return listed[0]
        if len(listed) > 1:
            raise Stuck(f"the page gives {len(listed)} values for {source.name!r}", tuple(listed[:12]))
    return _text_of(seen, source)


def _extreme_number(seen: Observation, end: str) -> str:
    """The least or greatest of the numbers that stand on the page by themselves."""
    alone = {
        seen.text_of(at).strip()
        for at in range(len(seen.nodes))
        if not seen.children[at] and re.fullmatch(r"-?\d[\d,]*(?:\.\d+)?", seen.text_of(at).strip())
    }
    if not alone:
        raise Stuck("no number stands on the page by itself")
    return (min if end == "least" else max)(alone, key=lambda text: float(text.replace(",", "")))


def _text_of(seen: Observation, source: Target) -> str:
    for purpose in ("fill", "see"):
        found = ground(seen, source, "fill" if purpose == "fill" else "see")
        filled = [match for match in found if seen.nodes[match.index].value] or found
        if filled:
            alike = decided(seen, filled)
            texts = {seen.nodes[m.index].value or seen.text_of(m.index) for m in alike}
            if len(texts) > 1:
                raise ambiguous(seen, source, alike)
            node = seen.nodes[alike[0].index]
            return node.value if node.value is not None else joined(seen, alike[0].index)
    raise absent(seen, source)


def joined(seen: Observation, index: int) -> str:
    """The text of an element; letters that stand in elements of their own make a word."""
    letters = [seen.text_of(at) for at in seen.descendants(index) if not seen.children[at]]
    text = seen.text_of(index)
    return "".join(letters) if len(letters) > 1 and all(len(each) == 1 for each in letters) else text


def _fact(seen: Observation, source: Target) -> str:
    """ "The price of Dune": what the row or card that holds Dune says of its price."""
    assert source.place is not None
    answers: dict[str, None] = {}
    for anchor in anchors_of(seen, source.place.target):
        for holder in (anchor.index, *seen.ancestors(anchor.index)):
            holds = seen.nodes[holder].role in _HOLDERS or holder == anchor.index
            if holds and (found := fact_of(seen, holder, source.name)):
                answers[found] = None
                break
    if len(answers) > 1:
        raise Stuck(f"{source.wording!r} could be any of {len(answers)} values", tuple(answers))
    return next(iter(answers), "")


def _standing_text(seen: Observation, source: Target) -> str:
    """The text that is simply there: the only one, be it in a filled field or standing on the page."""
    filled = [
        node.value for node in seen.nodes
        if node.ref and node.role == "textbox" and node.value and node.value.strip()
    ]  # fmt: skip
    if len(filled) == 1:
        return filled[0]
    texts = [
        joined(seen, index)
        for index, node in enumerate(seen.nodes)
        if _stands(seen, index) and node.tag != "label" and not _labels_field(seen, index)
    ]
    role = next((role for word, role in _TEXTUAL.items() if word in folded(source.wording).split()), "")
    ofrole = [seen.text_of(index) for index, node in enumerate(seen.nodes) if role and node.role == role]
    texts = list(dict.fromkeys(text for text in ofrole or texts if text.strip()))
    if len(texts) == 1:
        return texts[0]
    if not texts:
        raise absent(seen, replace(source, name=source.name or "text"))
    raise Stuck(f"{source.wording or 'the text'!r} could be any of {len(texts)} texts", tuple(texts[:12]))


def _stands(seen: Observation, index: int) -> bool:
    """Whether an element is a text by itself: nothing in it or around it can be operated."""
    node = seen.nodes[index]
    if node.role not in STATIC - {"heading", "img", "alert", "status"} or node.pointer:
        return False
    if node.parent is not None and _stands(seen, node.parent):
        return False
    around = (index, *seen.descendants(index), *seen.ancestors(index))
    return bool(node.text or node.name or len(seen.children[index]) > 1) and not any(
        seen.nodes[at].role in _UNTOLD or seen.nodes[at].role == "textbox" for at in around
    )


def _labels_field(seen: Observation, index: int) -> bool:
    text = seen.text_of(index)
    return any(likeness(text, node.name or node.label) > 0.9 for node in seen.nodes if node.role == "textbox")


def _figure(seen: Observation, counted: Target, value: Value) -> str:
    """How many there are, or what their numbers come to."""
    assert value.piece is not None
    members = _members(seen, counted)
    if value.piece.unit == "count":
        return str(len(members))
    numbers = [measure(seen.text_of(at), "", counted.name or value.whole) for at in members]
    known = [Fraction(str(number)) for number in numbers if number is not None]
    if not known or len(known) < len(numbers):
        raise Stuck("what is to be added up are no numbers", tuple(seen.text_of(at)[:60] for at in members))
    total = sum(known, Fraction(0))
    return written(total / len(known) if value.piece.unit == "average" else total)


def _members(seen: Observation, counted: Target) -> list[int]:
    """All the things of that description; at least one."""
    if column := _column(seen, counted):
        return column
    each = replace(counted, quantifier="one", ordinal=None)
    if counted.kind in _ROWS and not counted.name:
        within = [m.index for m in anchors_of(seen, counted.place.target)] if counted.place else []
        rows = _plain_rows(seen, within)
        if rows:
            return rows
    found = ground(seen, each, "see")
    if not found and (group := alike(seen, counted.name)):
        return group
    if not found:
        raise absent(seen, counted)
    return [match.index for match in found if match.score >= found[0].score - 0.06]


def _plain_rows(seen: Observation, within: list[int]) -> list[int]:
    inside = {at for holder in within for at in seen.descendants(holder)}
    return [
        index
        for index, node in enumerate(seen.nodes)
        if node.role in ("row", "listitem", "article")
        and (not inside or index in inside)
        and not any(seen.nodes[at].role == "columnheader" for at in seen.children[index])
    ]


def _column(seen: Observation, counted: Target) -> list[int]:
    """The cells under a header of that name: "the prices" are what stands under Price."""
    header = next(
        (
            index
            for index, node in enumerate(seen.nodes)
            if counted.name
            and node.role == "columnheader"
            and likeness(counted.name, seen.text_of(index)) >= 0.76
        ),
        None,
    )
    row = seen.nodes[header].parent if header is not None else None
    if header is None or row is None:
        return []
    heads = [at for at in seen.children[row] if seen.nodes[at].role == "columnheader"]
    table = next((up for up in seen.ancestors(header) if seen.nodes[up].role in ("table", "grid")), row)
    rows = [
        [at for at in seen.children[each] if seen.nodes[at].role in ("cell", "gridcell", "rowheader")]
        for each in seen.descendants(table)
        if seen.nodes[each].role == "row"
    ]
    return [cells[heads.index(header)] for cells in rows if len(cells) == len(heads)]

"""Superlatives: which of several things alike is the cheapest, the longest, the latest. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from runner.page.observe import Observation
from runner.record.prompt.grounding.dates import as_date
from runner.record.prompt.grounding.facts import fact_of
from runner.record.prompt.grounding.names import folded, words
from runner.record.prompt.language.intent import Condition

SAYS_ENOUGH: Final = 5  # characters of text a member, on average
_MONEY: Final = re.compile(
    r"[$€£¥]\s?(\d[\d,]*(?:\.\d+)?)|(\d[\d,]*(?:\.\d+)?)\s?(?:€|£|usd|eur)\b", re.IGNORECASE
)
_LASTING: Final = re.compile(
    r"(?:(\d+)\s?d(?:ays?)?\b)?\s*(?:(\d+)\s?h(?:ours?|rs?)?\b)?\s*(?:(\d+)\s?m(?:in(?:ute)?s?)?\b)?"
)
_NUMBER: Final = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
_DATE: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}/\d{4}"
    r"|[A-Z][a-z]{2,8}\.? \d{1,2},? \d{4}|\d{1,2} [A-Z][a-z]{2,8} \d{4}"
)
_PRICED: Final = frozenset({"cheapest", "least expensive", "most expensive", "priciest", "costliest"})
_LASTS: Final = frozenset({"shortest", "longest", "fastest", "slowest", "soonest"})
_DATED: Final = frozenset({"earliest", "latest", "newest", "oldest", "most recent"})


def alike(seen: Observation, described: str) -> list[int]:
    """The things of the page that are told in the same way, several of them side by side: rows, cards, items.

    Of several such groups the one whose words answer `described`, else the one that says most.
    """
    wanted = set(words(described))
    best: tuple[float, list[int]] = (0.0, [])
    for siblings in (seen.roots, *seen.children):
        groups: dict[tuple[str, str, tuple[str, ...], str], list[int]] = {}
        for at in siblings:
            node = seen.nodes[at]
            if seen.text_of(at) and node.role not in ("text", "option", "columnheader", "rowgroup"):
                first = next(iter(seen.children[at]), None)
                shape = seen.nodes[first].role if first is not None else ""
                groups.setdefault((node.role, node.tag, node.hints[:2], shape), []).append(at)
        for group in groups.values():
            if len(group) < 2:
                continue
            said = " ".join(seen.text_of(at) for at in group)
            if len(said) < SAYS_ENOUGH * len(group):
                continue  # page numbers, letters of an index
            numbers = sum(bool(_NUMBER.search(seen.text_of(at))) for at in group) / len(group)
            score = numbers * 2 + min(len(said) / 400, 2) + len(wanted & set(words(said)))
            if score > best[0]:
                best = (score, group)
    return best[1]


def numbers_alike(seen: Observation) -> list[int]:
    """Things that are nothing but a number each, side by side and alike: the largest such group."""
    best: list[int] = []
    for siblings in (seen.roots, *seen.children):
        groups: dict[tuple[str, str], list[int]] = {}
        for at in siblings:
            if seen.nodes[at].ref and _NUMBER.fullmatch(seen.text_of(at).strip()):
                groups.setdefault((seen.nodes[at].role, seen.nodes[at].tag), []).append(at)
        best = max((best, *groups.values()), key=len)
    return best if len(best) > 1 else []


def figure(seen: Observation, index: int, quality: str, about: str) -> float | None:
    """The number that is meant of a thing: in the column or under the label it is about, else its own."""
    if about and (told := fact_of(seen, index, about)) and (found := _NUMBER.search(told)):
        return _number(found[0])
    return measure(seen.text_of(index), quality or ("cheapest" if about == "price" else ""), about)


def meets(value: float, condition: Condition) -> bool:
    """Whether a number is as the condition wants it."""
    match condition.op:
        case "more":
            return value > condition.number
        case "less":
            return value < condition.number
        case "at least":
            return value >= condition.number
        case "at most":
            return value <= condition.number
        case "odd" | "even":
            return value % 2 == (condition.op == "odd")
        case "positive" | "negative":
            return value > 0 if condition.op == "positive" else value < 0
        case "prime":
            whole = int(value)
            return whole == value and whole > 1 and all(whole % by for by in range(2, int(whole**0.5) + 1))


def selected(seen: Observation, described: str, condition: Condition | None, order: str) -> list[int]:
    """The things alike that meet a condition, in the order that is asked for; each must have its number."""
    group = numbers_alike(seen) if not described else []
    group = group or alike(seen, described)
    about = condition.about if condition else ""
    figures = {at: figure(seen, at, "", about) for at in group}
    if condition is not None:
        if any(value is None for value in figures.values()):
            return []
        group = [at for at in group if meets(figures[at] or 0.0, condition)]
    if order:
        numeric = all(value is not None for value in figures.values())
        ranked = sorted(
            group, key=lambda at: (figures[at] or 0.0, "") if numeric else (0.0, folded(seen.text_of(at)))
        )
        return ranked if order == "ascending" else ranked[::-1]
    return group


def extreme(seen: Observation, group: Sequence[int], end: str, quality: str, compared: str) -> list[int]:
    """The members of a group with the least or the most of what is compared; several where they tie."""
    measured = [(figure(seen, at, quality, compared), at) for at in group]
    known = [(value, at) for value, at in measured if value is not None]
    if len(known) < 2:
        return []
    wanted = (min if end == "least" else max)(value for value, _ in known)
    return [at for value, at in known if value == wanted]


def measure(text: str, quality: str, compared: str = "") -> float | None:
    """What a text says of what is compared: money, a time span, a date, or the number by its label."""
    about = folded(compared)
    if quality in _PRICED or re.search(r"\b(price|cost|fare|total)\b", about):
        found = _MONEY.search(text)
        return _number(found[1] or found[2]) if found else _labelled(text, about)
    if quality in _DATED:
        found = _DATE.search(text)
        day = as_date(found[0]) if found else None
        return float(day.toordinal()) if day else _labelled(text, about)
    if quality in _LASTS:
        spans = [found for found in _LASTING.finditer(text) if any(found.groups())]
        if spans:
            days, hours, minutes = (float(part or 0) for part in spans[0].groups())
            return days * 1440 + hours * 60 + minutes
    return _labelled(text, about)


def _labelled(text: str, about: str) -> float | None:
    """The number after the label, else the only number there is."""
    if about and (
        found := re.search(re.escape(about) + r"\W{0,3}(-?[$€£]?\d[\d,]*(?:\.\d+)?)", folded(text))
    ):
        return _number(found[1].lstrip("$€£"))
    numbers = _NUMBER.findall(text)
    return _number(numbers[0]) if len(numbers) == 1 else None


def _number(text: str) -> float:
    return float(text.replace(",", ""))

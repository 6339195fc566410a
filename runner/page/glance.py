"""The usual case in one round trip: the element is found, recognised and acted on in the same moment.

Where the best selector leads to one element beyond doubt, and that element is plainly the recorded one and
takes the value as it is, nothing has to be asked beforehand. Everything else is `resolve`'s.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from playwright.async_api import Frame, Locator

from runner.contract.config import ActionKind, StepValue
from runner.contract.errors import ActionFailed
from runner.page.probe import ENGINE, Purpose
from runner.page.resolve import Found
from runner.page.selector import Field, Nth, Part, Selector, parse
from runner.page.session import Session
from runner.page.tiers import Way, quick_ways, wording
from runner.page.values import SHAPES, as_text, for_type

# Fields that take a text as it is. Telephone fields often wear a mask, so they are looked at before.
_TEXTS: Final = ("textarea", "text", "email", "password", "search", "url", "number")


def glance(
    session: Session,
    action: ActionKind,
    selector: str,
    value: StepValue | None,
    purpose: Purpose,
    recorded: Mapping[str, Any],
) -> Found | None:
    """The element as it is found in the moment it is used, or None where it must be looked for first.

    Using it raises `faults.Undecided` where there is doubt; then nothing was done. `recorded` is what it must
    be: `is` (properties by a fingerprint's names), `role`, `row`; nothing at all where nothing is known.
    Raises SelectorSyntaxError.
    """
    frames = session.page.frames
    taken = _taken(action, value)
    if len(frames) != 1 or taken is None:
        # Where there are several frames, each of them may hold what is meant.
        return None
    wanted, facts = taken
    locator = _program(frames[0], parse(selector), purpose, {**recorded, **wanted})
    return Found(selector, 0, locator.describe(selector), frames[0], facts)


def _program(frame: Frame, selector: Selector, purpose: Purpose, expected: Mapping[str, Any]) -> Locator:
    """As `probe` joins a look, with the fewest ways that can leave no doubt; `only` says what to expect."""
    joined = frame.locator(f"{ENGINE}=begin 0 {purpose}")
    for place, part in enumerate(selector.parts):
        for step in _steps(frame, place, part, expected):
            joined = joined.or_(step)
    body = quote(json.dumps(expected, ensure_ascii=False, separators=(",", ":")))
    return joined.locator(f"{ENGINE}=only {len(selector.parts) - 1} {body}")


def _steps(frame: Frame, place: int, part: Part, expected: Mapping[str, Any]) -> Iterator[Locator]:
    if isinstance(part, Nth):
        yield frame.locator(f"{ENGINE}=nth 0 {place} {part.index}")
        return
    words = quote(wording(part))
    for way in _ways(part, expected):
        # Playwright's role engine asks every element below its root, so it is led to those it could be.
        start = (
            f"near 0 {place} {way.tier} 0 {way.needs} {words}" if way.needs else f"at 0 {place} {way.tier} 0"
        )
        yield way.find(frame.locator(f"{ENGINE}={start}")).locator(
            f"{ENGINE}=note 0 {place} {way.tier} {way.keep}"
        )


def _ways(part: Part, expected: Mapping[str, Any]) -> Sequence[Way]:
    """Nothing beats a field's label; the other ways are for fields that have none to be found by.

    A list inside of its own label is one of them: its options are part of that label's text.
    """
    if not isinstance(part, Field):
        return quick_ways(part)
    by_label, _, by_role = quick_ways(part)
    return (by_label, by_role) if "option" in expected else (by_label,)


def _taken(action: ActionKind, value: StepValue | None) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """What the element must take for `value` to be given to it unseen, and the facts that follow from it."""
    match action, value:
        case (("click" | "hover" | "press"), _):
            return {}, {}
        case "fill", bool():
            kinds = ["checkbox", "radio"] if value else ["checkbox"]
            return {"types": kinds}, {"tag": "input", "type": "checkbox"}
        case "fill", str() | int() | float():
            return {"types": _types(as_text(value))}, {"tag": "input", "type": "text"}
        case "select", str() if value:
            options = [(value, value, value, False)]
            return {"option": value}, {"tag": "select", "options": options}
        case _:
            return None


def _types(text: str) -> list[str]:
    """The kinds of fields that take `text` just as it is written."""
    alike = (kind for kind, shape in SHAPES.items() if len(shape) == len(text))
    return [*_TEXTS, *(kind for kind in alike if _fits(kind, text))]


def _fits(kind: str, text: str) -> bool:
    try:
        return for_type(kind, text) == text
    except ActionFailed:
        return False


__all__ = ["glance"]

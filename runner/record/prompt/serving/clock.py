"""A time of day that is entered in parts: hours and minutes, each in a field of its own."""

from __future__ import annotations

import re
from typing import Final

from runner.page.observe import Observation
from runner.record.prompt.grounding.matching import anchors_of
from runner.record.prompt.grounding.names import words
from runner.record.prompt.language.intent import Target

_TIME: Final = re.compile(r"(\d{1,2}):(\d{2})\s*([AaPp])?\.?(?:[Mm]\.?)?")
_PARTS: Final[tuple[frozenset[str], ...]] = (
    frozenset({"hour", "hours", "hh", "hr", "hrs", "h"}),
    frozenset({"minute", "minutes", "mm", "min", "mins", "m"}),
    frozenset({"am", "pm", "meridiem", "ampm", "period"}),
)
_FIELDS: Final = frozenset({"combobox", "spinbutton", "textbox"})
_LEVELS: Final = 4


def in_parts(seen: Observation, target: Target, text: str) -> list[tuple[int, str]]:
    """The fields for hours, minutes and half of the day beside the name, each with its value."""
    time = _TIME.fullmatch(text.strip())
    if time is None or not target.name:
        return []
    for anchor in anchors_of(seen, Target(name=target.name))[:3]:
        for holder in (anchor.index, *list(seen.ancestors(anchor.index))[:_LEVELS]):
            fields = [at for at in seen.descendants(holder) if seen.nodes[at].role in _FIELDS]
            parts = [_field(seen, fields, names) for names in _PARTS]
            if parts[0] is not None and parts[1] is not None and parts[0] != parts[1]:
                return _values(seen, (parts[0], parts[1], parts[2]), time)
            if fields:
                break
    return []


def _field(seen: Observation, fields: list[int], names: frozenset[str]) -> int | None:
    found = [at for at in fields if names & set(_called(seen, at))]
    return found[0] if len(found) == 1 else None


def _called(seen: Observation, at: int) -> tuple[str, ...]:
    node = seen.nodes[at]
    options = " ".join(str(each) for each in node.attributes.get("options", ()))
    halves = words(options) if len(options) < 8 else ()
    return (*words(node.name), *words(node.label), *words(node.placeholder or ""), *node.hints, *halves)


def _values(
    seen: Observation, parts: tuple[int, int, int | None], time: re.Match[str]
) -> list[tuple[int, str]]:
    hour, half = int(time[1]), (time[3] or "").lower()
    if parts[2] is None and half:  # hours of the whole day
        hour = hour % 12 + (12 if half == "p" else 0)
    elif parts[2] is not None and not half:
        half, hour = ("p" if hour >= 12 else "a"), (hour % 12 or 12)
    found = [
        (parts[0], _as_listed(seen, parts[0], hour)),
        (parts[1], _as_listed(seen, parts[1], int(time[2]))),
    ]
    return [*found, (parts[2], f"{half}m".upper())] if parts[2] is not None else found


def _as_listed(seen: Observation, at: int, number: int) -> str:
    """The number as the field's options write it: 8 or 08."""
    listed = [str(each) for each in seen.nodes[at].attributes.get("options", ())]
    return next((each for each in listed if each.isdecimal() and int(each) == number), f"{number:02}")

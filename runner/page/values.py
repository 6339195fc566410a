"""From a value as people write it to the value a field takes. Pure."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from runner.contract.config import StepValue
from runner.contract.errors import ActionFailed

_TRUE: Final = frozenset({"true", "yes", "on", "1", "checked", "x"})
_FALSE: Final = frozenset({"false", "no", "off", "0", "unchecked", ""})

_DATES: Final = (
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%d %B %Y",
    "%d %b %Y",
    "%B %d, %Y",
    "%b %d, %Y",
    "%B %d %Y",
    "%b %d %Y",
)
_TIMES: Final = ("%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p", "%I:%M%p", "%I %p", "%I%p")
_MONTHS: Final = ("%Y-%m", "%Y/%m", "%m/%Y", "%B %Y", "%b %Y")
_SLASHED: Final = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})")
_WEEK: Final = re.compile(r"(\d{4})-?\s?W(\d{1,2})", re.IGNORECASE)
_SHORT_COLOR: Final = re.compile(r"#([0-9a-f])([0-9a-f])([0-9a-f])")

SHAPES: Final = {
    "date": "YYYY-MM-DD",
    "time": "HH:MM",
    "datetime-local": "YYYY-MM-DDTHH:MM",
    "month": "YYYY-MM",
    "week": "YYYY-Www",
    "color": "#rrggbb",
}


def as_text(value: StepValue | None) -> str:
    """The value as it would be typed. Raises ActionFailed for a list of several."""
    if isinstance(value, list):
        if len(value) == 1:
            return value[0]
        raise ActionFailed(
            "A list of values was given for a field that takes one.",
            remedy="Give one value, or a step for each.",
        )
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def as_state(value: StepValue | None) -> bool | None:
    """Whether the value says on or off; None if it says neither."""
    text = as_text(value).strip().lower()
    return True if text in _TRUE else False if text in _FALSE else None


def as_list(value: StepValue | None) -> list[str]:
    """The value as several texts."""
    return list(value) if isinstance(value, list) else [as_text(value)]


def for_type(kind: str, value: StepValue | None) -> str:
    """The value in the shape an `<input type=kind>` takes.

    Raises ActionFailed naming the shape when it cannot be read, or when it can be read as two different days.
    """
    text = as_text(value).strip()
    if not text or kind not in SHAPES:
        return text
    shaped = _shaped(kind, text)
    if shaped is None:
        raise ActionFailed(
            f"{text!r} is no value for a {kind} field.",
            remedy=f"Write it as {SHAPES[kind]}.",
            value=text,
            allowed=SHAPES[kind],
        )
    return shaped


def _shaped(kind: str, text: str) -> str | None:
    match kind:
        case "date":
            return _date(text)
        case "time":
            return _time(text)
        case "datetime-local":
            day, _, time = text.replace("T", " ", 1).partition(" ")
            parts = (_date(day), _time(time))
            return f"{parts[0]}T{parts[1]}" if all(parts) else None
        case "month":
            return _parsed(text, _MONTHS, "%Y-%m")
        case "week":
            week = _WEEK.fullmatch(text)
            return f"{week[1]}-W{int(week[2]):02}" if week else None
        case _:
            return _color(text)


def _date(text: str) -> str | None:
    if slashed := _SLASHED.fullmatch(text):
        first, second, year = int(slashed[1]), int(slashed[3]), int(slashed[4])
        # 03/04/2026 is two different days on two sides of an ocean: nobody's habit is guessed.
        if first <= 12 and second <= 12 and first != second:
            return None
        day, month = (first, second) if first > 12 else (second, first)
        return _parsed(f"{year:04}-{month:02}-{day:02}", _DATES, "%Y-%m-%d")
    plain = re.sub(r"(?<=\d)(st|nd|rd|th)\b", "", text)
    return _parsed(plain, _DATES, "%Y-%m-%d")


def _time(text: str) -> str | None:
    plain = text.upper().replace("A.M.", "AM").replace("P.M.", "PM")
    with_seconds = plain.count(":") == 2
    return _parsed(plain, _TIMES, "%H:%M:%S" if with_seconds else "%H:%M")


def _color(text: str) -> str | None:
    lower = text.lower()
    if short := _SHORT_COLOR.fullmatch(lower):
        return "#" + "".join(digit * 2 for digit in short.groups())
    return lower if re.fullmatch(r"#[0-9a-f]{6}", lower) else None


def _parsed(text: str, shapes: tuple[str, ...], wanted: str) -> str | None:
    for shape in shapes:
        try:
            moment = datetime.strptime(text, shape)
        except ValueError:
            continue
        # strftime("%Y") writes early years without their zeros on some systems.
        return moment.strftime(wanted.replace("%Y", f"{moment.year:04}"))
    return None


_KEYS: Final = {
    "ctrl": "Control",
    "cmd": "Meta",
    "command": "Meta",
    "win": "Meta",
    "option": "Alt",
    "mod": "ControlOrMeta",
    "esc": "Escape",
    "return": "Enter",
    "del": "Delete",
    "ins": "Insert",
    "spacebar": "Space",
    "up": "ArrowUp",
    "down": "ArrowDown",
    "left": "ArrowLeft",
    "right": "ArrowRight",
    "pgup": "PageUp",
    "pgdn": "PageDown",
    "pagedown": "PageDown",
    "pageup": "PageUp",
}
_NAMED_KEYS: Final = (
    *("Enter", "Tab", "Escape", "Backspace", "Delete", "Insert", "Home", "End", "Space", "ContextMenu"),
    *("Shift", "Control", "Alt", "Meta", "ControlOrMeta", "CapsLock", "PageUp", "PageDown"),
    *("ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"),
)
_KEYS_FOLDED: Final = {name.lower(): name for name in _NAMED_KEYS} | _KEYS


def as_key(value: StepValue | None) -> str:
    """A key or chord in Playwright's names, with the usual other names of keys allowed."""
    text = as_text(value)
    if len(text) <= 1:
        return text
    # "Control++" presses the plus key.
    parts = [part or "+" for part in re.split(r"\+(?!$)", text.strip())]
    return "+".join(_KEYS_FOLDED.get(part.lower(), part) for part in parts)

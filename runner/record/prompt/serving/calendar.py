"""Procedures for dates: native date fields, text fields, and calendars that open beside a field."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from runner.page.observe import Node, Observation
from runner.record.plan import Act
from runner.record.prompt.grounding.dates import as_date, month_shown
from runner.record.prompt.grounding.names import folded
from runner.record.prompt.language.intent import Intent
from runner.record.prompt.serving.moment import Moment, Procedure, Stuck, do

_STEPS: Final = 60
_BACK: Final = frozenset(
    {"prev", "previous", "previous month", "‹", "«", "<", "←", "prev month", "go to the previous month"}
)
_ONWARD: Final = frozenset({"next", "next month", "›", "»", ">", "→", "go to the next month"})
_OUTSIDE: Final = frozenset({"other", "outside", "disabled", "adjacent", "off", "old", "new", "muted"})
_NATIVE: Final = {"date": "%Y-%m-%d", "month": "%Y-%m"}


def for_field(node: Node, text: str) -> str:
    """A date as the field takes it: ISO for a native date field, else as it was written."""
    pattern = _NATIVE.get(node.type)
    day = as_date(text) if pattern else None
    return day.strftime(pattern) if day and pattern else text


def date_fields(seen: Observation) -> list[int]:
    """Fields that take a date, by type or by what is written about them."""
    return [
        index
        for index, node in enumerate(seen.nodes)
        if node.ref and (node.type in ("date", "datetime-local") or _speaks_of_dates(node))
    ]


def _speaks_of_dates(node: Node) -> bool:
    if node.role != "textbox":
        return False
    said = {
        *node.hints,
        *folded(f"{node.name} {node.label} {node.placeholder or ''}").replace(":", "").split(),
    }
    return bool(said & {"date", "datepicker", "calendar", "mm/dd/yyyy", "dd/mm/yyyy", "yyyy-mm-dd"})


def picked(node: Node, text: str) -> date | None:
    """The date to pick from a calendar, where the field cannot be typed into."""
    return as_date(text) if node.attributes.get("readonly") and node.tag == "input" else None


def picking(now: Moment, index: int, wanted: date, intent: Intent) -> Procedure:
    """Open the calendar of a field, turn to the month and click the day."""
    now = yield from do(now, Act("click", ref=now.node(index).ref, intent=intent.part))
    caption = _caption(now.seen)
    for _ in range(_STEPS):
        if caption is None:
            raise Stuck(
                "no calendar opened that shows its month and year", (), "name the controls of the calendar"
            )
        at, shown = caption
        if shown == (wanted.year, wanted.month):
            break
        onward = shown < (wanted.year, wanted.month)
        control = _turner(now.seen, at, onward=onward)
        if control is None:
            raise Stuck(f"the calendar shows {shown[0]}-{shown[1]:02} and cannot be turned further")
        now = yield from do(now, Act("click", ref=now.node(control).ref, intent=intent.part))
        turned = _caption(now.seen)
        if turned is not None and turned[1] == shown:
            raise Stuck(f"the calendar stays at {shown[0]}-{shown[1]:02}, whatever is clicked")
        caption = turned
    else:
        raise Stuck(f"{wanted.isoformat()} is too far away for this calendar")
    day = _day(now.seen, at, wanted.day)
    if day is None:
        raise Stuck(f"the calendar has no day {wanted.day} that can be clicked")
    return (yield from do(now, Act("click", ref=now.node(day).ref, intent=intent.part)))


def _caption(seen: Observation) -> tuple[int, tuple[int, int]] | None:
    """The innermost element that says a month and a year."""
    found: tuple[int, tuple[int, int]] | None = None
    for index, node in enumerate(seen.nodes):
        text = seen.text_of(index) if node.role not in ("option", "combobox") else ""
        if len(text) < 30 and (shown := month_shown(text)):
            found = (index, shown)
    return found


def _turner(seen: Observation, caption: int, *, onward: bool) -> int | None:
    """The control that turns the month, next to the caption."""
    names = _ONWARD if onward else _BACK
    hints = {"next", "forward"} if onward else {"prev", "previous", "back"}
    for holder in list(seen.ancestors(caption))[:4]:
        for at in seen.descendants(holder):
            node = seen.nodes[at]
            called = folded(node.name or seen.text_of(at))
            usable = node.ref and not node.disabled and "disabled" not in node.hints
            if usable and (
                called in names or (node.pointer and set(node.hints) & hints and "month" not in called)
            ):
                return at
    return None


def _day(seen: Observation, caption: int, day: int) -> int | None:
    """The cell of a day of the month that is shown; days of the months around it are passed over."""
    for holder in list(seen.ancestors(caption))[:5]:
        days = [at for at in seen.descendants(holder) if re.fullmatch(r"\d{1,2}", seen.text_of(at).strip())]
        if len(days) < 28:
            continue
        fitting = [at for at in days if seen.text_of(at).strip() == str(day) and seen.nodes[at].ref]
        fitting = [at for at in fitting if not _beside(seen, at)]
        inner = [at for at in fitting if not set(seen.descendants(at)) & set(fitting)]
        return (inner[0] if day < 15 else inner[-1]) if inner else None
    return None


def _beside(seen: Observation, at: int) -> bool:
    """Whether a cell belongs to the month before or after, or cannot be chosen."""
    lineage = (at, *list(seen.ancestors(at))[:1])
    return any(seen.nodes[each].disabled or set(seen.nodes[each].hints) & _OUTSIDE for each in lineage)

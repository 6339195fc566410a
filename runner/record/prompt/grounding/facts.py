"""What a page says of something: the value beside a label, in a table's cell, after a colon. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from runner.page.observe import Node, Observation
from runner.record.prompt.grounding.names import folded, likeness, trimmed

_SURE: Final = 0.76
_LABELLED: Final = re.compile(r"^\s*([^:：=]{1,60}?)\s*[:：=]\s*(\S.*)$", re.DOTALL)
_ENTRIES: Final = frozenset({"textbox", "searchbox", "combobox", "spinbutton", "slider", "listbox"})
_CELLS: Final = frozenset({"cell", "gridcell", "rowheader"})
# Things that are known by their form, for when a row holds one of them and bears no label.
_FORMS: Final = tuple(
    (re.compile(about), re.compile(form))
    for about, form in (
        (
            r"price|cost|amount|fee|fare|total|money",
            r"[$€£¥]\s?\d[\d,]*(?:\.\d+)?|\d[\d,]*(?:\.\d+)?\s?(?:€|£|USD|EUR)\b",
        ),
        (r"e-?mail", r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
        (r"phone|mobile|telephone|tel|fax", r"\+?\(?\d[\d\s()./-]{5,}\d"),
        (r"date|day|birthday", r"\d{4}-\d{2}-\d{2}|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}"),
        (r"time|hour", r"\d{1,2}:\d{2}(?:\s?[AaPp][Mm])?"),
        (r"website|url|link|site", r"(?:https?://|www\.)\S+"),
    )
)


def facts(seen: Observation, label: str, among: Iterable[int] | None = None) -> list[str]:
    """The values the page gives for a label, the surest first; each once, none made up."""
    listed = list(range(len(seen.nodes)) if among is None else among)
    best: dict[str, float] = {}
    for index in listed:
        for sure, value in _told_by(seen, index, label):
            if value and likeness(label, value) < 0.9:
                best[value] = max(best.get(value, 0.0), sure)
    top = max(best.values(), default=0.0)
    return [value for value, sure in best.items() if sure > top - 0.03]


def _told_by(seen: Observation, index: int, label: str) -> Iterator[tuple[float, str]]:
    """What one element tells of the label: its own text after a colon, or what stands beside it."""
    node = seen.nodes[index]
    if node.role in ("option", "button", "link", "textbox", "row", "table", "list", "grid"):
        return
    own = node.text or node.name or (seen.text_of(index) if len(seen.children[index]) < 8 else "")
    if not own or len(own) > 300 or _operable(seen, index):
        return
    if (pair := _LABELLED.match(own)) and (sure := likeness(label, pair[1])) >= _SURE:
        yield sure, pair[2].strip()
        return
    sure = likeness(label, own)
    if sure >= _SURE and (value := _beside(seen, index)):
        yield sure - 0.01, value


def _beside(seen: Observation, index: int) -> str:
    """The text that stands beside a label: the next cell, definition or sibling, else the next line."""
    node = seen.nodes[index]
    if node.role == "columnheader":
        return _only_below(seen, index)
    at: int | None = index
    while at is not None:
        parent = seen.nodes[at].parent
        siblings = seen.children[parent] if parent is not None else seen.roots
        after = siblings[siblings.index(at) + 1 :]
        if after or len(siblings) > 1 or node.role in _CELLS:
            return _answer(seen, after[0]) if after else ""
        at = parent  # a wrapper around the label alone is the label, too
    return ""


def _answer(seen: Observation, index: int) -> str:
    """The text of what follows a label; nothing where that is one more label, or something to operate."""
    node = seen.nodes[index]
    if node.role in _ENTRIES:
        return node.value or ""
    if _operable(seen, index):
        return ""
    text = seen.text_of(index).strip()
    return text.lstrip(":= ").strip() if len(text) <= 300 and not text.endswith(":") else ""


def _operable(seen: Observation, index: int) -> bool:
    """Whether it holds something to operate: then its text is no plain statement."""
    held = (index, *seen.descendants(index))
    return any(seen.nodes[at].role in (*_ENTRIES, "button", "checkbox", "radio") for at in held)


def _only_below(seen: Observation, header: int) -> str:
    """The cell under a column's header, where the table has just one row."""
    table = _table(seen, header)
    if table is None:
        return ""
    rows = [at for at in seen.descendants(table) if seen.nodes[at].role == "row" and _cells(seen, at)]
    return cell_under(seen, rows[0], seen.text_of(header)) if len(rows) == 1 else ""


def _table(seen: Observation, index: int) -> int | None:
    return next(
        (at for at in seen.ancestors(index) if seen.nodes[at].role in ("table", "grid", "treegrid")), None
    )


def _cells(seen: Observation, row: int) -> list[int]:
    return [at for at in seen.children[row] if seen.nodes[at].role in _CELLS]


def headers(seen: Observation, table: int) -> list[str]:
    """The names of a table's columns: of its column headers, else of a first row without numbers."""
    named = [seen.text_of(at) for at in seen.descendants(table) if seen.nodes[at].role == "columnheader"]
    return [trimmed(name) for name in named]


def cell_under(seen: Observation, row: int, column: str) -> str:
    """What a row says in the column of that name; empty where the table has none of the name."""
    table = _table(seen, row)
    names = headers(seen, table) if table is not None else []
    cells = _cells(seen, row)
    scored = sorted(((likeness(column, name), -at) for at, name in enumerate(names)), reverse=True)
    if not scored or scored[0][0] < _SURE or -scored[0][1] >= len(cells):
        return ""
    return seen.text_of(cells[-scored[0][1]]).strip()


def fact_of(seen: Observation, holder: int, label: str) -> str:
    """What a row, card or item says of itself under a label: by column, by label, else by its form."""
    if (seen.nodes[holder].role == "row") and (cell := cell_under(seen, holder, label)):
        return cell
    inside = [holder, *seen.descendants(holder)]
    told = facts(seen, label, inside)
    if len(told) == 1:
        return told[0]
    hinted = [at for at in inside if folded(label) in seen.nodes[at].hints and seen.text_of(at)]
    if len(hinted) == 1:
        return seen.text_of(hinted[0]).strip()
    for about, form in _FORMS:
        if about.search(folded(label)):
            found = list(dict.fromkeys(match[0] for match in form.finditer(seen.text_of(holder))))
            if len(found) == 1:
                return found[0].strip()
    return ""


def field_label(node: Node) -> str:
    """What a field is called: by markup, by what stands beside it, else by its placeholder."""
    return node.name or node.label or node.placeholder or ""

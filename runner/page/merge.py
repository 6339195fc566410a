"""Matching the entries of an aria snapshot with the rows of a document scan: by box, kind and order. Pure."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from runner.page.snapshot import Entry

_IMPLICIT: dict[str, frozenset[str]] = {
    "a": frozenset({"link", "generic"}),
    "button": frozenset({"button"}),
    "select": frozenset({"combobox", "listbox"}),
    "textarea": frozenset({"textbox"}),
    "img": frozenset({"img", "presentation"}),
    "svg": frozenset({"img", "generic"}),
    "li": frozenset({"listitem"}),
    "ul": frozenset({"list"}),
    "ol": frozenset({"list"}),
    "table": frozenset({"table"}),
    "tr": frozenset({"row"}),
    "td": frozenset({"cell", "gridcell"}),
    "th": frozenset({"columnheader", "rowheader", "cell"}),
    "option": frozenset({"option"}),
    "p": frozenset({"paragraph"}),
    "iframe": frozenset({"iframe"}),
    "frame": frozenset({"iframe"}),
    "dialog": frozenset({"dialog"}),
    "fieldset": frozenset({"group"}),
    "details": frozenset({"group"}),
} | {f"h{level}": frozenset({"heading"}) for level in range(1, 7)}

_INPUT = frozenset(
    {"textbox", "searchbox", "combobox", "spinbutton", "slider", "checkbox", "radio", "switch", "button"}
)
_PLAIN = frozenset({"generic", "text", "paragraph"})
_FIGURES = frozenset({"circle", "ellipse", "rect", "line", "polygon", "polyline"})
_WINDOW = 400  # rows looked ahead before a match is sought from the start again


@dataclass(frozen=True)
class Scanned:
    """One element of a scan."""

    data: dict[str, Any]

    @property
    def tag(self) -> str:
        """The tag, in lower case."""
        return str(self.data["tag"])

    @cached_property
    def box(self) -> tuple[int, int, int, int] | None:
        """The box as the snapshot prints it: rounded."""
        raw = self.data.get("box")
        if not raw:
            return None
        x, y, width, height = (math.floor(part + 0.5) for part in raw)
        return x, y, width, height

    @property
    def inset(self) -> tuple[float, float]:
        """From the border box to the document of an iframe, px."""
        left, top = self.data.get("inset", (0, 0))
        return float(left), float(top)

    @property
    def attributes(self) -> dict[str, Any]:
        """What is neither told by a node's own fields nor of use to a planner."""
        dropped = (
            "tag",
            "parent",
            "nth",
            "box",
            "hints",
            "value",
            "placeholder",
            "label",
            "inset",
            "pointer",
        )
        return {key: value for key, value in self.data.items() if key not in dropped}

    def path(self, rows: list[Scanned]) -> str:
        """A CSS path from the document, one piece a level; shadow roots are entered with `>>`."""
        pieces: list[str] = []
        row = self
        while True:
            piece = f"{row.tag}:nth-child({row.data['nth']})" if row.data["parent"] >= 0 else row.tag
            pieces.append(piece)
            if row.data["parent"] < 0:
                break
            pieces.append(" >> " if row.data.get("shadow") else " > ")
            row = rows[row.data["parent"]]
        return "css=" + "".join(reversed(pieces)).replace(" >> ", " >> css=")


def align(entries: list[Entry], mine: list[int], rows: list[Scanned]) -> dict[int, int]:
    """From entry index to row index, for the entries `mine` of one frame."""
    by_box: dict[tuple[int, int, int, int], list[int]] = {}
    for at, row in enumerate(rows):
        if (box := row.box) is not None:
            by_box.setdefault(box, []).append(at)
    found: dict[int, int] = {}
    used: set[int] = set()
    last = -1
    for index in mine:
        entry = entries[index]
        if not entry.ref or entry.box is None:
            continue
        there = [at for at in by_box.get(entry.box, ()) if at not in used]
        match = _match(entry, there, rows, last)
        if match is not None:
            found[index] = match
            used.add(match)
            last = match
    return found


def _match(entry: Entry, alike: list[int], rows: list[Scanned], last: int) -> int | None:
    scored = [(_kinship(entry, rows[at]), 0 if last < at < last + _WINDOW else 1, at) for at in alike]
    fitting = [(-kinship, order, at) for kinship, order, at in scored if kinship > 0]
    return min(fitting)[2] if fitting else None


def _kinship(entry: Entry, row: Scanned) -> int:
    explicit = row.data.get("role")
    if explicit and explicit not in ("presentation", "none"):
        return 3 if explicit.split(" ")[0] == entry.role else int(entry.role in _PLAIN)
    if row.tag == "input":
        return 3 if entry.role in _INPUT else 0
    implicit = _IMPLICIT.get(row.tag)
    if implicit is None:
        return 2 if entry.role in _PLAIN else 1
    return 3 if entry.role in implicit else int(entry.role in _PLAIN)


@dataclass(frozen=True, slots=True)
class Extra:
    """A row to be added to a snapshot: behind which entry, inside which row."""

    at: int
    follows: int
    inside: int | None


def extras(found: dict[int, int], rows: list[Scanned]) -> list[Extra]:
    """Elements that the snapshot leaves out: what one can act on, and what holds several of those together.

    The first are unnamed icons and spans that look clickable, and small pictures without any text; the second
    are containers that the snapshot saw no reason to keep.
    """
    told = {at: index for index, at in found.items()}
    acted = [at for at, row in enumerate(rows) if at not in told and _worth_adding(row, rows)]
    kept = {*told, *acted}
    kept |= _holders(acted, kept, rows)
    listed: list[Extra] = []
    follows = -1
    for at in sorted(kept):
        if at in told:
            follows = max(follows, told[at])
        else:
            listed.append(Extra(at, follows, enclosing(at, rows, kept)))
    return listed


def _holders(acted: list[int], kept: set[int], rows: list[Scanned]) -> set[int]:
    """Rows with a box that hold an added element and at least one other thing in another branch."""
    branches: dict[int, set[int]] = {}
    wanted = {at for start in acted for at in _above(start, rows)}
    for start in kept:
        below = start
        for at in _above(start, rows):
            if at in wanted:
                branches.setdefault(at, set()).add(below)
            if at in kept:
                break
            below = at
    return {
        at
        for at, held in branches.items()
        if len(held) > 1 and at not in kept and rows[at].box and rows[at].tag not in ("html", "body")
    }


def _above(at: int, rows: list[Scanned]) -> Iterator[int]:
    at = rows[at].data["parent"]
    while at >= 0:
        yield at
        at = rows[at].data["parent"]


def enclosing(at: int, rows: list[Scanned], kept: Collection[int]) -> int | None:
    """The nearest kept row that a row lies in."""
    return next((above for above in _above(at, rows) if above in kept), None)


def _worth_adding(row: Scanned, rows: list[Scanned]) -> bool:
    data = row.data
    box = row.box
    if box is None or box[2] < 3 or box[3] < 3 or row.tag in ("html", "body", "option", "label", "br", "hr"):
        return False
    if data.get("shape") and row.tag in _FIGURES:
        return True
    if row.tag in (*_FIGURES, "path", "g", "use", "defs") and not data.get("title"):
        return False
    if data.get("leaf"):
        drawn = box[2] <= 120 and box[3] <= 120 and bool(data.get("hints") or data.get("title"))
        return drawn or bool(data.get("pointer") or data.get("widget"))
    parent = data["parent"]
    own_pointer = bool(data.get("pointer")) and not (parent >= 0 and rows[parent].data.get("pointer"))
    return own_pointer or bool(data.get("widget") and data.get("title"))

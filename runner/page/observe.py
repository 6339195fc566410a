"""What a planner sees: the page's accessibility tree with boxes, and the elements that tree leaves out.

Two reads make an observation: Playwright's aria snapshot (roles, accessible names, refs, iframes) and one
scan of each frame's document (selectors/observe.js: tags, input types, hints, labels by geometry). Both
walk the composed tree in the same order, so they are merged by box and order.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from playwright.async_api import Error as PlaywrightError

from runner import assets
from runner.page.merge import Extra, Scanned, align, enclosing, extras
from runner.page.snapshot import Entry, parse_snapshot

if TYPE_CHECKING:
    from playwright.async_api import Frame, Locator, Page

_DOM_REF = re.compile(r"^dom:([^:]*):(.+)$")
SCAN_TIMEOUT_S = 2.0


@dataclass(frozen=True, slots=True)
class Box:
    """CSS px in the main frame's viewport."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The bottom edge."""
        return self.y + self.height

    @property
    def middle(self) -> tuple[float, float]:
        """The centre."""
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Node:
    """One element as Playwright's aria snapshot (mode `ai`) tells it, plus hints read from the DOM.

    `ref` is good until the next observation; it is empty for bare text (role `text`). `name` is the
    accessible name as Playwright computes it; `label` what a person reads as the label where that name is
    empty. `value` is never read from password inputs. `attributes` holds what else the scan found: min, max,
    options, whether it is covered, ...
    """

    ref: str
    role: str
    name: str = ""
    text: str = ""
    value: str | None = None
    placeholder: str | None = None
    url: str | None = None
    states: dict[str, str] = field(default_factory=dict)
    box: Box | None = None
    pointer: bool = False
    depth: int = 0
    parent: int | None = None
    frame: str = ""
    hints: tuple[str, ...] = ()
    label: str = ""
    tag: str = ""
    type: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def disabled(self) -> bool:
        """Whether it cannot be operated."""
        return "disabled" in self.states or bool(self.attributes.get("disabled"))

    @property
    def covered(self) -> bool:
        """Whether something else lies over its middle."""
        return bool(self.attributes.get("covered"))

    @property
    def checked(self) -> bool:
        """Whether it is ticked, pressed or chosen."""
        state = self.states.get("checked") or self.states.get("pressed") or self.states.get("selected")
        return state == "true"


@dataclass(frozen=True)
class Observation:
    """A page at one moment: its nodes in document order, frames included."""

    url: str
    title: str
    nodes: tuple[Node, ...] = ()
    viewport: tuple[float, float] = (1280, 720)

    @cached_property
    def children(self) -> tuple[tuple[int, ...], ...]:
        """For each node the indices of its children."""
        lists: list[list[int]] = [[] for _ in self.nodes]
        for index, node in enumerate(self.nodes):
            if node.parent is not None:
                lists[node.parent].append(index)
        return tuple(tuple(found) for found in lists)

    @cached_property
    def text(self) -> str:
        """The visible text, one line an element."""
        return "\n".join(part for index in self.roots for part in self._parts(index))

    @cached_property
    def roots(self) -> tuple[int, ...]:
        """The nodes that lie in no other."""
        return tuple(index for index, node in enumerate(self.nodes) if node.parent is None)

    @cached_property
    def by_ref(self) -> dict[str, int]:
        """From ref to index."""
        return {node.ref: index for index, node in enumerate(self.nodes) if node.ref}

    @cached_property
    def _texts(self) -> dict[int, str]:
        return {}

    def text_of(self, index: int) -> str:
        """The text in and below a node, or its name where it has none."""
        if index not in self._texts:
            self._texts[index] = " ".join(self._parts(index))
        return self._texts[index]

    def _parts(self, index: int) -> Iterator[str]:
        node = self.nodes[index]
        below = [part for child in self.children[index] for part in self._parts(child)]
        if node.text:
            yield node.text
        elif not below and node.name:
            yield node.name
        yield from below

    def descendants(self, index: int) -> Iterator[int]:
        """All nodes below a node, in document order."""
        for child in self.children[index]:
            yield child
            yield from self.descendants(child)

    def ancestors(self, index: int) -> Iterator[int]:
        """The nodes a node lies in, innermost first."""
        parent = self.nodes[index].parent
        while parent is not None:
            yield parent
            parent = self.nodes[parent].parent


class Observable(Protocol):
    """What observing needs of a session."""

    @property
    def page(self) -> Page:
        """The active page."""
        ...


async def observe(session: Observable) -> Observation:
    """Read the active page. A frame that cannot be scanned is told by the snapshot alone."""
    page = session.page
    snapshot = await page.aria_snapshot(mode="ai", boxes=True)
    entries = parse_snapshot(snapshot)
    frames = [frame for frame in page.frames if not frame.is_detached()]
    scans = await asyncio.gather(*(_scan(frame) for frame in frames))
    main = scans[0] or {}
    nodes = build(entries, [scan for scan in scans if scan])
    viewport = (main.get("width", 1280), main.get("height", 720))
    return Observation(page.url, str(main.get("title", "")), tuple(nodes), viewport)


async def _scan(frame: Frame) -> dict[str, Any] | None:
    try:
        async with asyncio.timeout(SCAN_TIMEOUT_S):
            found: dict[str, Any] = json.loads(await frame.evaluate(assets.script("observe")))
    except (
        PlaywrightError,
        TimeoutError,
    ):  # navigating, or a script of the page hangs: the snapshot has to do
        return None
    return found


def locate(session: Observable, ref: str) -> Locator:
    """The locator of a node of the last observation."""
    match = _DOM_REF.match(ref)
    if not match:
        return session.page.get_by_ref(ref)
    frame, path = match.groups()
    if frame:
        return session.page.get_by_ref(frame).content_frame.locator(path)
    return session.page.locator(path)


def build(entries: list[Entry], scans: list[dict[str, Any]]) -> list[Node]:
    """Nodes from a snapshot and the scans of its frames, the main frame's first."""
    frames = _frames_of(entries)
    offsets = {"": (0.0, 0.0)}
    pairs: dict[int, Scanned] = {}
    weft: list[_Thread] = []
    remaining = [[Scanned(row) for row in scan["rows"]] for scan in scans]
    for owner in sorted(set(frames), key=frames.index):
        mine = [index for index, frame in enumerate(frames) if frame == owner]
        rows = _best_scan(entries, mine, remaining)
        if rows is None:
            continue
        remaining.remove(rows)
        found = align(entries, mine, rows)
        pairs |= {index: rows[at] for index, at in found.items()}
        if owner:
            offsets[owner] = _offset(entries, pairs, owner, offsets, frames)
        weft.append(_Thread(owner, rows, found, extras(found, rows), offsets.get(owner, (0.0, 0.0))))
    told = [_node(entry, pairs.get(index), frames[index], offsets) for index, entry in enumerate(entries)]
    return _weave(told, weft)


@dataclass(frozen=True, slots=True)
class _Thread:
    """One frame's scan, matched: what of it goes in between the entries of the snapshot."""

    frame: str
    rows: list[Scanned]
    found: dict[int, int]
    extras: list[Extra]
    offset: tuple[float, float]


def _frames_of(entries: list[Entry]) -> list[str]:
    """For each entry the ref of the iframe it lies in, empty for the main frame."""
    frames: list[str] = []
    for entry in entries:
        if entry.parent is None:
            frames.append("")
        elif entries[entry.parent].role == "iframe":
            frames.append(entries[entry.parent].ref)
        else:
            frames.append(frames[entry.parent])
    return frames


def _best_scan(entries: list[Entry], mine: list[int], scans: list[list[Scanned]]) -> list[Scanned] | None:
    if len(scans) < 2:
        return scans[0] if scans else None
    return max(scans, key=lambda rows: (len(align(entries, mine, rows)) / (len(rows) + 1), len(rows)))


def _offset(
    entries: list[Entry],
    pairs: dict[int, Scanned],
    owner: str,
    offsets: dict[str, tuple[float, float]],
    frames: list[str],
) -> tuple[float, float]:
    at = next(index for index, entry in enumerate(entries) if entry.ref == owner)
    outer, box = offsets.get(frames[at], (0.0, 0.0)), entries[at].box
    left, top = pairs[at].inset if at in pairs else (0.0, 0.0)
    return (outer[0] + box[0] + left, outer[1] + box[1] + top) if box else outer


_VALUED = frozenset({"textbox", "searchbox", "combobox", "spinbutton", "slider"})


def _node(entry: Entry, row: Scanned | None, frame: str, offsets: dict[str, tuple[float, float]]) -> Node:
    dx, dy = offsets.get(frame, (0.0, 0.0))
    box = Box(entry.box[0] + dx, entry.box[1] + dy, *entry.box[2:]) if entry.box else None
    states = dict(entry.states)
    pointer = states.pop("cursor", "") == "pointer"
    told = Node(
        ref=entry.ref,
        role=entry.role,
        name=entry.name,
        text=entry.text,
        url=entry.properties.get("url"),
        placeholder=entry.properties.get("placeholder"),
        states=states,
        box=box,
        pointer=pointer,
        depth=entry.depth,
        parent=entry.parent,
        frame=frame,
    )
    if entry.role in _VALUED:
        told = replace(told, value=entry.text or None, text="")
    return _enriched(told, row) if row else told


def _enriched(node: Node, row: Scanned) -> Node:
    data = row.data
    kind = str(data.get("type", ""))
    value = None if kind == "password" else data.get("value", node.value)
    return replace(
        node,
        value=value,
        placeholder=data.get("placeholder") or node.placeholder,
        label=data.get("label") or ("" if node.name else data.get("near")) or "",
        tag=row.tag,
        type=kind,
        hints=tuple(data.get("hints", ())),
        pointer=node.pointer or bool(data.get("pointer")),
        attributes=row.attributes,
    )


def _extra(row: Scanned, frame: str, rows: list[Scanned], offset: tuple[float, float]) -> Node:
    """A node for an element that the snapshot leaves out. Its ref is its path in the document."""
    x, y, width, height = row.data["box"]
    named = row.data.get("aria-label") or row.data.get("title") or row.data.get("alt") or ""
    bare = Node(
        ref=f"dom:{frame}:{row.path(rows)}",
        role=str(row.data.get("role") or "generic"),
        name=str(named),
        text=str(row.data.get("text", "")),
        box=Box(x + offset[0], y + offset[1], width, height),
        frame=frame,
    )
    return _enriched(bare, row)


def _weave(told: list[Node], weft: list[_Thread]) -> list[Node]:
    """Put the added nodes behind the entries they follow; parents and depths are told anew."""
    after: dict[int, list[tuple[_Thread, Extra]]] = {}
    for thread in weft:
        for extra in thread.extras:
            after.setdefault(extra.follows, []).append((thread, extra))
    woven: list[Node] = []
    entry_at: dict[int, int] = {}
    extra_at: dict[tuple[str, int], int] = {}
    inside = _adopted(weft)

    def add(node: Node, parent: int | None) -> None:
        depth = 0 if parent is None else woven[parent].depth + 1
        woven.append(replace(node, parent=parent, depth=depth))

    def add_extras(index: int) -> None:
        for thread, extra in after.get(index, ()):
            told_at = {at: entry for entry, at in thread.found.items()}
            parent = None
            if extra.inside is not None:
                parent = extra_at.get(
                    (thread.frame, extra.inside), entry_at.get(told_at.get(extra.inside, -1))
                )
            extra_at[(thread.frame, extra.at)] = len(woven)
            add(_extra(thread.rows[extra.at], thread.frame, thread.rows, thread.offset), parent)

    add_extras(-1)
    for index, node in enumerate(told):
        parent = None if node.parent is None else entry_at[node.parent]
        holder = extra_at.get(inside[index]) if index in inside else None
        entry_at[index] = len(woven)
        add(node, parent if holder is None else holder)
        add_extras(index)
    return woven


def _adopted(weft: list[_Thread]) -> dict[int, tuple[str, int]]:
    """The entries that lie in an added element rather than where the snapshot has them: (frame, row)."""
    inside: dict[int, tuple[str, int]] = {}
    for thread in weft:
        added = {extra.at for extra in thread.extras}
        kept = {*added, *thread.found.values()}
        for index, at in thread.found.items():
            holder = enclosing(at, thread.rows, kept)
            if holder in added and holder is not None:
                inside[index] = (thread.frame, holder)
    return inside

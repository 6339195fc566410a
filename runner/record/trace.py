"""What a recording saw and did, as plain data: the material that distilling works on.

A trace is a list of sightings (what the page showed) and deeds (what was done, and what came of it), in the
order they happened. It is written before anything is thrown away, so a person can see why a step is or isn't
in the config.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final, Literal

from runner.contract.config import ActionKind, StepValue, Tab
from runner.page.observe import Node

OUTLINE_LINES: Final = 250
LINE_LENGTH: Final = 120


@dataclass(frozen=True, slots=True)
class Sighting:
    """What the page showed when the planner was asked; only the first carries all lines, later ones what is
    new.

    `state` is the same for two sightings that show the same, so a detour can be told.
    """

    number: int
    url: str
    title: str
    state: str
    elements: int
    appeared: tuple[str, ...] = ()
    vanished: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Deed:
    """One action as it was done. Values are as they are stored: parameters and secrets by their `{{NAME}}`.

    `before` and `after` are the numbers of the sightings around it; `seen_in` the sightings that showed the
    element; `element` tells elements of one page apart (not a selector, never replayed).
    """

    number: int
    action: ActionKind
    before: int
    after: int | None = None
    status: Literal["passed", "failed"] = "passed"
    error: str | None = None
    selector: str | None = None
    candidates: tuple[str, ...] = ()
    fingerprint: Mapping[str, Any] | None = None
    element: str | None = None
    seen_in: tuple[int, ...] = ()
    value: StepValue | None = None
    expect: Mapping[str, Any] | None = None
    wait_for: str | None = None
    target: Any = None
    parameter_refs: tuple[str, ...] = ()
    intent: str = ""
    description: str = ""
    tentative: bool = False
    changed: bool = False
    navigated: bool = False
    was_empty: bool = False
    tab: Tab | None = None
    duration_ms: float = 0.0


Entry = Sighting | Deed


@dataclass(frozen=True, slots=True)
class Trace:
    """Everything a recording saw and did, in order."""

    entries: tuple[Entry, ...] = ()

    @property
    def sightings(self) -> tuple[Sighting, ...]:
        """The observations, in order."""
        return tuple(entry for entry in self.entries if isinstance(entry, Sighting))

    @property
    def deeds(self) -> tuple[Deed, ...]:
        """The actions, in order."""
        return tuple(entry for entry in self.entries if isinstance(entry, Deed))

    def then(self, *entries: Entry) -> Trace:
        """The trace once `entries` have happened, too."""
        return replace(self, entries=(*self.entries, *entries))


def to_json(entry: Entry) -> dict[str, Any]:
    """An entry as it is written to `recorded_trace.json`: what is empty is left out."""
    kind = "sighting" if isinstance(entry, Sighting) else "deed"
    told = {
        field.name: getattr(entry, field.name)
        for field in fields(entry)
        if getattr(entry, field.name) != field.default
    }
    return {"kind": kind, **{name: list(v) if isinstance(v, tuple) else v for name, v in told.items()}}


def from_json(data: Mapping[str, Any]) -> Entry:
    """Read back what `to_json` wrote."""
    told: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) and name in _TUPLES else value
        for name, value in data.items()
        if name != "kind"
    }
    return Sighting(**told) if data["kind"] == "sighting" else Deed(**told)


_TUPLES: Final = frozenset({"appeared", "vanished", "candidates", "seen_in", "parameter_refs"})


def outline(nodes: Iterable[Node]) -> tuple[str, ...]:
    """The page as lines a person can read: role, name, text and states, indented as the page nests them."""
    return tuple(_line(node) for node in nodes)


def _line(node: Node) -> str:
    parts = [node.role]
    if node.name:
        parts.append(f'"{node.name}"')
    parts += [f"[{state}={text}]" if text else f"[{state}]" for state, text in sorted(node.states.items())]
    content = node.text if node.text != node.name else ""
    # a field's value tells states apart, but what people typed is not written down
    content = content or ("(filled)" if node.value else "")
    line = " ".join(parts) + (f": {content}" if content else "")
    return "  " * min(node.depth, 12) + line[:LINE_LENGTH]


def state_of(url: str, nodes: Sequence[Node]) -> str:
    """A short digest of what is shown: the URL, and each element with its states and value."""
    digest = hashlib.sha256(url.encode())
    for node in nodes:
        facts = (
            node.frame,
            node.depth,
            node.role,
            node.name,
            node.text,
            node.value,
            sorted(node.states.items()),
        )
        digest.update(repr(facts).encode())
    return digest.hexdigest()[:16]


def sight(number: int, url: str, title: str, nodes: Sequence[Node], before: Sequence[str] = ()) -> Sighting:
    """A sighting of a page whose last outline was `before`; only what is new or gone is kept."""
    lines = outline(nodes)
    old, new = set(before), set(lines)
    return Sighting(
        number=number,
        url=url,
        title=title,
        state=state_of(url, nodes),
        elements=len(nodes),
        appeared=tuple(line for line in lines if line not in old)[:OUTLINE_LINES],
        vanished=tuple(line for line in before if line not in new)[:OUTLINE_LINES],
    )


def element_keys(nodes: Sequence[Node]) -> dict[str, str]:
    """For each ref a key that stays the same from one sighting to the next as long as the element looks the
    same.

    Refs are renumbered by the browser when elements are re-rendered, so an element is known by its frame,
    role and name, the named things around it, and its position among elements that are alike in all of that.
    """
    keys: dict[str, str] = {}
    counts: dict[str, int] = {}
    for node in nodes:
        base = "/".join(
            (node.frame, *_surroundings(node, nodes), node.role, node.name or node.placeholder or node.text)
        )
        counts[base] = counts.get(base, 0) + 1
        keys[node.ref] = hashlib.sha256(f"{base}#{counts[base]}".encode()).hexdigest()[:12]
    return keys


def _surroundings(node: Node, nodes: Sequence[Node]) -> list[str]:
    names = []
    while node.parent is not None:
        node = nodes[node.parent]
        if node.name:
            names.append(f"{node.role}:{node.name}")
    return names

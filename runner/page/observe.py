"""What a planner sees: the page's accessibility tree with boxes, and the elements that tree leaves out."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Box:
    """CSS px in the main frame's viewport."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Node:
    """One element as Playwright's aria snapshot (mode `ai`) tells it, plus hints read from the DOM.

    `ref` is good until the next observation. `name` is the accessible name as Playwright computes it.
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

"""Elements in words, for failures that teach: what was found, what is nearest to what was sought. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from runner.page.observe import Observation
from runner.record.prompt.grounding.matching import WIDGETS
from runner.record.prompt.grounding.names import folded, likeness
from runner.record.prompt.language.intent import Target


def told(seen: Observation, index: int) -> str:
    """An element in words: its role, its name and what tells it from others."""
    node = seen.nodes[index]
    name = node.name or node.label or node.placeholder or seen.text_of(index)[:60] or " ".join(node.hints)
    where = _landmark(seen, index)
    return f"{node.role} {name!r}{f' in {where}' if where else ''}"


def _landmark(seen: Observation, index: int) -> str:
    for at in seen.ancestors(index):
        node = seen.nodes[at]
        if node.role in ("row", "listitem", "article"):
            return f"{node.role} {(_row(seen, at) or seen.text_of(at))[:60]!r}"
        if node.role in ("dialog", "region", "form", "group", "navigation", "tabpanel") and node.name:
            return f"{node.role} {node.name!r}"
    return ""


def _row(seen: Observation, at: int) -> str:
    """What a row is about: its texts, each once, without what its buttons say."""
    return " ".join(dict.fromkeys(_said(seen, at)))


def _said(seen: Observation, at: int) -> Iterator[str]:
    node = seen.nodes[at]
    if node.role == "button":
        return
    if node.text or (node.name and not seen.children[at]):
        yield node.text or node.name
    for child in seen.children[at]:
        yield from _said(seen, child)


def nearest(seen: Observation, target: Target, limit: int = 8) -> tuple[str, ...]:
    """What is there instead, the most similar names first."""
    scored: list[tuple[float, str]] = []
    for index, node in enumerate(seen.nodes):
        if not node.ref or not (node.role in WIDGETS or node.pointer):
            continue
        name = node.name or node.label or node.placeholder or seen.text_of(index)[:60]
        if name:
            closeness = max(likeness(target.name, name), _overlap(target.name, name))
            scored.append((-closeness, f"{node.role} {name!r}"))
    return tuple(dict.fromkeys(text for _, text in sorted(scored)))[:limit]


def _overlap(sought: str, name: str) -> float:
    left, right = set(folded(sought)), set(folded(name))
    return 0.5 * len(left & right) / max(len(left | right), 1)

"""What lies over the page and keeps its controls from being used, and how it is put away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from runner.page.observe import Box, Observation
from runner.record.plan import Act
from runner.record.prompt.grounding.describing import told
from runner.record.prompt.serving.service import first_named

# How what lies over a page is put away, the most careful answer first.
DISMISSALS: Final = (
    "only necessary", "necessary only", "reject all", "reject", "decline", "refuse", "no thanks", "not now",
    "maybe later", "later", "skip", "cancel", "no", "close", "dismiss", "×", "✕", "x", "got it", "ok",
    "i understand", "accept all", "accept", "agree", "allow",
)  # fmt: skip


def overlays(seen: Observation) -> Iterator[int]:
    """What lies over a control that would be usable without it, the innermost first."""
    hidden = [(index, node.box) for index, node in enumerate(seen.nodes) if node.covered and node.box]
    over = {
        at
        for at, node in enumerate(seen.nodes)
        if node.box and any(_lies_over(seen, at, node.box, index, box) for index, box in hidden)
    }
    return iter(sorted(over, key=lambda at: -seen.nodes[at].depth))


def _lies_over(seen: Observation, at: int, mine: Box, index: int, box: Box) -> bool:
    x, y = box.middle
    if not (mine.x <= x <= mine.right and mine.y <= y <= mine.bottom):
        return False
    return at != index and at not in set(seen.ancestors(index)) and index not in set(seen.ancestors(at))


def put_away(seen: Observation, act: Act) -> Act | None:
    """The click that puts away what lies over the element of `act`; None where there is none."""
    index = seen.by_ref.get(act.ref) if act.ref else None
    if index is None or not seen.nodes[index].covered or act.action not in _TOUCHING:
        return None
    within = {index, *seen.ancestors(index)}
    for holder in overlays(seen):
        if holder in within:
            continue
        found = first_named(seen, DISMISSALS, tuple(seen.descendants(holder)))
        if found is not None:
            words = f"Put away what covers the page: click the {told(seen, found.index)}"
            return Act("click", ref=seen.nodes[found.index].ref, intent=act.intent, description=words)
    return None


_TOUCHING: Final = frozenset({"click", "fill", "press", "select"})

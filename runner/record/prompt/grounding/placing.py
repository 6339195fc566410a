"""Telling elements apart by where they are: in a row, under a heading, next to a name. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from runner.page.observe import Box, Observation
from runner.record.prompt.language.intent import Relation

SAME = 0.03  # names about as good: then the nearer one counts
_DIRECTIONS = frozenset({"below", "above", "left", "right"})


@dataclass(frozen=True, slots=True)
class Match:
    """An element that may be meant: its index in the observation, how likely, and why."""

    index: int
    score: float
    reason: str


def placed(
    seen: Observation, matches: Sequence[Match], relation: Relation, anchors: Sequence[Match], *, spread: bool
) -> list[Match]:
    """The matches that are where the place says; with `spread` one for each anchor."""
    if not anchors or not matches:
        return []
    spots = [anchor.index for anchor in anchors]
    if relation in _DIRECTIONS and (found := _directed(seen, matches, relation, spots)):
        return found
    costs = {match.index: {spot: _cost(seen, match.index, spot) for spot in spots} for match in matches}
    if spread:
        kept = {min(costs, key=lambda index: costs[index][spot]) for spot in spots}
        return [match for match in matches if match.index in kept]
    best = {index: min(each.values()) for index, each in costs.items()}
    near = [match for match in matches if best[match.index][0] == min(cost[0] for cost in best.values())]
    surest = max(match.score for match in near)
    near = [match for match in near if match.score > surest - SAME]
    least = min(best[match.index] for match in near)
    return [replace(match, reason=f"{match.reason}, placed") for match in near if best[match.index] <= least]


def _cost(seen: Observation, index: int, spot: int) -> tuple[int, int, float]:
    """How far apart two elements are: first the size of the smallest part of the page that holds both."""
    if index == spot:
        return (0, 0, 0.0)
    shared = _shared(seen, index, spot)
    size = _size(seen, shared) if shared is not None else len(seen.nodes) + 1
    if shared == spot:  # the place itself holds the element: as near as can be, whatever its size
        size = 1
    box, other = seen.nodes[index].box, _visible_box(seen, spot)
    apart = _distance(box, other) if box and other else abs(index - spot) * 10.0
    aligned = 0 if box and other and _same_line(box, other) else 1
    return (size, aligned, round(apart) if aligned else round(apart / 4))


def _visible_box(seen: Observation, index: int) -> Box | None:
    """The node's box, or for bare text that of the element it lies in."""
    node = seen.nodes[index]
    if node.box is not None:
        return node.box
    return seen.nodes[node.parent].box if node.parent is not None else None


def _shared(seen: Observation, index: int, spot: int) -> int | None:
    above = {index, *seen.ancestors(index)}
    if spot in above:
        return spot
    return next((at for at in seen.ancestors(spot) if at in above), None)


def _size(seen: Observation, index: int) -> int:
    return sum(1 for _ in seen.descendants(index))


def _same_line(one: Box, other: Box) -> bool:
    middle = one.middle[1]
    return other.y <= middle <= other.bottom or one.y <= other.middle[1] <= one.bottom


def _distance(one: Box, other: Box) -> float:
    dx = max(other.x - one.right, one.x - other.right, 0.0)
    dy = max(other.y - one.bottom, one.y - other.bottom, 0.0)
    return dx + dy if dy >= 0 else dx


def _directed(
    seen: Observation, matches: Sequence[Match], relation: Relation, spots: Sequence[int]
) -> list[Match]:
    """Below, above, left or right of an anchor: the nearest ones in that direction."""
    reached: list[tuple[float, Match]] = []
    for match in matches:
        box = seen.nodes[match.index].box
        for spot in spots:
            other = _visible_box(seen, spot)
            if box and other and match.index != spot and (gap := _gap(box, other, relation)) is not None:
                reached.append((gap, match))
    if not reached:
        return []
    least = min(gap for gap, _ in reached)
    return list({match.index: match for gap, match in reached if gap <= least + 1}.values())


def _gap(box: Box, other: Box, relation: Relation) -> float | None:
    sideways = max(other.x - box.right, box.x - other.right, 0.0)
    updown = max(other.y - box.bottom, box.y - other.bottom, 0.0)
    along, across = {
        "below": (box.y - other.bottom, sideways),
        "above": (other.y - box.bottom, sideways),
        "left": (other.x - box.right, updown),
        "right": (box.x - other.right, updown),
    }[relation]
    return along + 2 * across if along > -4 else None

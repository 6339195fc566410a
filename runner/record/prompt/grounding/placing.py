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
    held = [match for match in near if best[match.index] <= least]
    spot = min(costs[held[0].index], key=lambda spot: costs[held[0].index][spot])
    if headed := _headed(seen, near, spot):
        held = headed
    elif least[1]:  # on no line with it: being a little nearer than others says nothing
        gaps = {match.index: _gap_to(seen, match.index, spots) for match in near}
        held = [match for match in near if _rivals(gaps[match.index], gaps[held[0].index])]
    return [replace(match, reason=f"{match.reason}, placed") for match in held]


def _headed(seen: Observation, matches: Sequence[Match], spot: int) -> list[Match]:
    """Where the spot is a heading: all that stands below it, up to the next heading."""
    if seen.nodes[spot].role != "heading":
        return []
    after = range(spot + 1, len(seen.nodes))
    end = next((at for at in after if seen.nodes[at].role == "heading"), len(seen.nodes))
    return [match for match in matches if spot < match.index < end]


_NEARER = 1.1  # how many times as far another one must be
_FAR_NEARER = 1.5  # and where neither above each other nor beside
_LINED_UP = 16.0  # px


def _rivals(gap: tuple[float, float], least: tuple[float, float]) -> bool:
    """Whether a gap, across and down, is hardly wider than the least: as a whole, and down alone."""
    times = _NEARER if min(least) < _LINED_UP else _FAR_NEARER
    return all(_weighed(gap, across) <= _weighed(least, across) * times + 1 for across in (1.0, 0.1))


def _weighed(gap: tuple[float, float], across: float) -> float:
    return gap[0] * across + gap[1]


def _gap_to(seen: Observation, index: int, spots: Sequence[int]) -> tuple[float, float]:
    """How far the element is from the nearest of the spots, across and down, in px."""
    box = seen.nodes[index].box
    gaps = [_apart(box, other) for spot in spots if box and (other := _visible_box(seen, spot))]
    return min(gaps, key=sum, default=(0.0, 0.0))


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
    return sum(_apart(one, other))


def _apart(one: Box, other: Box) -> tuple[float, float]:
    return (
        max(other.x - one.right, one.x - other.right, 0.0),
        max(other.y - one.bottom, one.y - other.bottom, 0.0),
    )


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

"""Which elements are drifted and how: planned from a seed alone, so that all contenders meet the same cases.

Split. Nothing is tuned on what is held back: whole applications, some kinds of drift, and wordings of their
own (`reword-unseen`, `translate-unseen` take theirs from a part of the lexicon that no other kind uses). A
case is held back if its application or any of its kinds is.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from benchmarks.drift.saved import SavedPage
from benchmarks.drift.stage import Target

Split = Literal["dev", "held"]

DRIFTS: Final = (
    "rename-ids", "hash-ids", "rename-names", "rename-classes", "hash-classes", "drop-test-ids",
    "rename-test-ids", "drop-ids", "move-addresses", "reword", "reword-unseen", "translate",
    "translate-unseen", "reword-freely", "reword-around", "add-icon", "decorate", "elaborate", "shorten",
    "specify", "change-options",
    "split-text", "merge-text", "relabel", "icon-only", "retitle-sections", "wrap", "unwrap", "reorder",
    "move-section", "retag", "swap-widget", "insert-above", "respace", "sectioning", "table-to-grid",
    "into-component", "drop-neighbours", "new-neighbour", "other-data", "lookalike", "steal-identifiers",
    "duplicate-rows", "hide-and-replace", "hidden-twin",
    "lookalike-section", "redesign",
)  # fmt: skip
# What a recorded selector or a name goes by: these lead a case twice as often as the rest.
_TELLING: Final = (
    "rename-ids", "hash-ids", "rename-names", "reword", "reword-freely", "reword-unseen", "translate",
    "translate-unseen", "decorate", "elaborate", "shorten", "specify", "relabel", "icon-only", "retag",
    "swap-widget", "hide-and-replace", "duplicate-rows", "steal-identifiers", "move-addresses", "redesign",
    "redesign",
)  # fmt: skip
REMOVALS: Final = (
    "remove", "remove-row", "remove-beside-lookalike", "replaced-by-other", "becomes-text",
    "removed-with-section", "hidden",
)  # fmt: skip

HELD_APPS: Final = frozenset({"wagtail", "trac", "jupyterlab"})
HELD_KINDS: Final = frozenset(
    {
        "reword-unseen", "translate-unseen", "rename-names", "elaborate", "icon-only", "swap-widget",
        "table-to-grid", "into-component", "steal-identifiers", "lookalike-section", "removed-with-section",
        "hidden",
    }
)  # fmt: skip

_DEPTHS: Final = (1, 1, 2, 2, 2, 3, 3, 3, 4, 4)
_REMOVED: Final = 0.28
_HELD_IN_DEV: Final = 0.15


@dataclass(frozen=True, slots=True)
class Plan:
    """One case before it is tried: the first `count` of `kinds` that fit are applied around `target`."""

    page: SavedPage
    target: Target
    kinds: tuple[str, ...]
    count: int
    seed: int


def split_of(page: SavedPage, kinds: Sequence[str]) -> Split:
    """Where a case belongs."""
    return "held" if page.app in HELD_APPS or HELD_KINDS.intersection(kinds) else "dev"


def plans(
    page: SavedPage, targets: Sequence[Target], seed: int, depth: int, per_target: int
) -> Iterator[Plan]:
    """Cases for at most `depth` targets of a page, `per_target` for each."""
    dice = random.Random(f"{seed} {page.label}")
    leads = {True: _endless(REMOVALS, dice), False: _endless((*DRIFTS, *_TELLING), dice)}
    for target in _spread(targets, depth, dice):
        for _ in range(per_target):
            removed = dice.random() < _REMOVED
            count = dice.choice(_DEPTHS)
            kinds = _order(page, next(leads[removed]), removed, count, dice)
            yield Plan(page, target, kinds, count, dice.getrandbits(31))


def _endless(kinds: Sequence[str], dice: random.Random) -> Iterator[str]:
    while True:
        yield from dice.sample(kinds, len(kinds))


def _spread(targets: Sequence[Target], count: int, dice: random.Random) -> list[Target]:
    """A draw in which every sort of element has its turn."""
    sorts: dict[str, list[Target]] = {}
    for target in dice.sample(targets, len(targets)):
        sorts.setdefault(target.kind + (" in a row" if target.row else ""), []).append(target)
    drawn: list[Target] = []
    while len(drawn) < count and any(sorts.values()):
        drawn += [waiting.pop() for waiting in sorts.values() if waiting]
    return drawn[:count]


def _order(page: SavedPage, lead: str, removed: bool, count: int, dice: random.Random) -> tuple[str, ...]:
    """The lead, what goes with it, then what takes the place of those that do not fit.

    Held kinds are among them only where the case is held back anyway, or now and then, so that it is.
    """
    others = dice.sample(DRIFTS, len(DRIFTS))
    spare = dice.sample(REMOVALS, len(REMOVALS)) if removed else []
    if not (page.app in HELD_APPS or lead in HELD_KINDS or dice.random() < _HELD_IN_DEV):
        others = [kind for kind in others if kind not in HELD_KINDS]
        spare = [kind for kind in spare if kind not in HELD_KINDS]
    return tuple(dict.fromkeys([lead, *others[: count - 1], *spare, *others[count - 1 :]]))

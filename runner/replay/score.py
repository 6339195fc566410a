"""How likely each element of a page is the one that was recorded. Pure.

Every property that agrees or disagrees is evidence, worth so many nats: a weight for how it agrees, and more
the fewer other elements of the page agree as well. What half the page shares (a class, a form) tells little,
what nothing else has (an id, a caption) tells much. All elements of the page, and the possibility that the
element is gone, are held against each other (a conditional logit), so that the distance to the runner-up
needs no rule of its own.

The weights are plain figures in weights.json. `python -m benchmarks.drift.fit` finds them, by the likelihood
of the right answers to the development cases of benchmarks/drift.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

from runner.contract.config import ActionKind, Fingerprint
from runner.replay.contradiction import contradictions
from runner.replay.evidence import Readings, page_readings
from runner.replay.traits import Traits, traits
from runner.replay.whereabouts import leads_on_from_its_place

Counts = Mapping[tuple[str, str], int]

# That nothing else agrees in this way makes it telling; that nothing else differs in this way does not.
AGREES: Final = frozenset(
    {"same", "synonym", "similar", "thing", "less", "close", "kin", "path", "shared", "numbered"}
    | {"restyled", "moved", "only"}
    | {"most", "innermost", "all", "both", "one", "ordinal", "there", "near", "plainer", "like"}
)
_SAME: Final = frozenset({"same", "only"})
_OWN: Final = ("id", "test_id", "name_attr", "href")
# What is usual elsewhere counts for as much as this many elements of the page itself.
USUAL: Final = 25


@dataclass(frozen=True, slots=True)
class Weights:
    """What evidence is worth, in nats.

    `levels`: for each property and level its worth, and how large a part of a page's other elements usually
    shows it. `rarity`: how much of a level's surprise on this very page is added. `gone`: how well an element
    that is not there any more explains a page; compare it with the sums of the elements.
    """

    gone: float
    rarity: Mapping[str, float]
    levels: Mapping[str, Mapping[str, tuple[float, float]]]


@dataclass(frozen=True, slots=True)
class Scored:
    """One element and how likely it is the one. `evidence` maps properties to (level, worth in nats).

    `index` is the element's position in what was given to `score`; `contradictions` rule it out.
    """

    index: int
    fingerprint: Fingerprint
    total: float
    probability: float
    evidence: dict[str, tuple[str, float]]
    contradictions: tuple[str, ...] = ()


@cache
def weights() -> Weights:
    """The figures, read once."""
    told: Any = json.loads(resources.files(__package__).joinpath("weights.json").read_text(encoding="utf-8"))
    levels = {
        name: {level: (worth, usual) for level, (worth, usual) in each.items()}
        for name, each in told["levels"].items()
    }
    return Weights(told["gone"], told["rarity"], levels)


def score(
    old: Fingerprint,
    page: Sequence[Fingerprint],
    action: ActionKind,
    *,
    rivals: Sequence[Fingerprint] = (),
    population: int | None = None,
    by: Weights | None = None,
    led_alone: bool = False,
) -> list[Scored]:
    """All elements of `page`, the likeliest first; those ruled out stand last with probability 0.

    `population` is how many elements the page has, where `page` is only the best of them. `by` are other
    weights than the usual ones. `led_alone`: when it was recorded, no other link led where the old one did.
    """
    by = by or weights()
    sought, known = traits(old), [traits(rival) for rival in rivals]
    seen = [traits(fingerprint) for fingerprint in page]
    read = page_readings(sought, seen, led_alone=led_alone)
    counts = Counter((name, level) for each in read for name, level in each.items())
    total = max(population or 0, len(seen))
    scored = []
    for index, (each, levels) in enumerate(zip(seen, read, strict=True)):
        worth = {name: (level, _worth(by, name, level, counts, total)) for name, level in levels.items()}
        against = ruled_out(sought, each, action, levels, read, known)
        nats = sum(each for _, each in worth.values())
        scored.append(Scored(index, each.fingerprint, nats, 0.0, worth, against))
    return _with_probabilities(scored, total, by.gone)


def ruled_out(
    old: Traits,
    new: Traits,
    action: ActionKind,
    levels: Readings,
    page: Sequence[Readings],
    rivals: Sequence[Traits] = (),
) -> tuple[str, ...]:
    """Why `new`, of these `levels` among those of the whole `page`, cannot be the one."""
    leads_there = levels.get("href") == "only" or leads_on_from_its_place(old.fingerprint, levels)
    against = contradictions(old, new, action, rivals, leads_there=leads_there)
    return against or _row_is_elsewhere(levels, page) or _is_of_another_row(levels, page)


def _alone(levels: Readings, name: str, page: Sequence[Readings]) -> bool:
    return sum(each.get(name) == levels.get(name) for each in page) == 1


def _row_is_elsewhere(levels: Readings, page: Sequence[Readings]) -> tuple[str, ...]:
    """A row that says more is another row where the recorded one is still there."""
    if levels.get("row") != "like":
        return ()
    says, kind = levels.get("wording"), levels.get("kind")
    there = any(
        (each.get("row"), each.get("wording"), each.get("kind")) == ("same", says, kind) for each in page
    )
    return ("the row it stood in is still there, and this is another one",) if there else ()


def _is_of_another_row(levels: Readings, page: Sequence[Readings]) -> tuple[str, ...]:
    """Another row may be the old one renamed by what is its element's own, not by what every row has."""
    own = any(levels.get(name) in _SAME and _alone(levels, name, page) for name in _OWN)
    if levels.get("row") != "differ" or own:
        return ()
    return ("it stands in another row, and other rows have one of the same id or name",)


def _worth(by: Weights, name: str, level: str, counts: Counts, total: int) -> float:
    worth, usual = by.levels[name][level]
    return worth + (by.rarity[name] * surprise(counts[name, level], usual, total) if level in AGREES else 0.0)


def surprise(count: int, usual: float, total: int) -> float:
    """How unlikely another element of the page shows a level that `count` of its `total` elements show."""
    return -math.log((count - 1 + USUAL * usual) / (total - 1 + USUAL))


def _with_probabilities(scored: list[Scored], total: int, gone: float) -> list[Scored]:
    possible = [each for each in scored if not each.contradictions]
    prior = -math.log(max(total, 1))
    top = max([gone, *(prior + each.total for each in possible)])
    likely = {each.index: math.exp(prior + each.total - top) for each in possible}
    whole = sum(likely.values()) + math.exp(gone - top)
    judged = [
        Scored(
            each.index,
            each.fingerprint,
            each.total,
            likely.get(each.index, 0.0) / whole,
            each.evidence,
            each.contradictions,
        )
        for each in scored
    ]
    return sorted(judged, key=lambda each: (-each.probability, -each.total, each.index))

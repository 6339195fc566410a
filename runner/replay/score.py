"""How likely each element of a page is the one that was recorded. Pure.

Every property that agrees or disagrees is evidence: the logarithm of how much likelier that is for the same
element in a new version of the page than for another element of that page. What half the page shares (a
class, a form) tells little, what nothing else has (an id, a caption) tells much: the second figure is taken
from the page itself. The sums become probabilities by holding all elements of the page, and the possibility
that the element is gone, against each other; so the distance to the runner-up needs no rule of its own.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from runner.contract.config import ActionKind, Fingerprint
from runner.replay.contradiction import contradictions
from runner.replay.evidence import readings
from runner.replay.traits import traits

# (how often the same element shows this level in the page's next version, how often another element of the
# page does). First figures after the stabilities that arXiv 2505.16424 measured, then adjusted on the
# development part of benchmarks/drift; the second figure is only where the page's own count starts from.
Odds = tuple[float, float]
TABLE: Final[dict[str, dict[str, Odds]]] = {
    "wording": {
        "same": (0.70, 0.004),
        "synonym": (0.08, 0.004),
        "similar": (0.04, 0.006),
        "more": (0.03, 0.020),
        "partly": (0.03, 0.030),
        "mute": (0.03, 0.250),
        "other": (0.08, 0.600),
        "different": (0.004, 0.200),
        "opposite": (0.001, 0.100),
    },
    "kind": {"same": (0.86, 0.35), "close": (0.06, 0.15), "kin": (0.05, 0.20), "changed": (0.03, 0.30)},
    "id": {
        "same": (0.80, 0.003),
        "alike": (0.05, 0.020),
        "extended": (0.02, 0.040),
        "numbered": (0.01, 0.050),
        "differ": (0.07, 0.560),
        "gone": (0.07, 0.330),
    },
    "test_id": {
        "same": (0.93, 0.001),
        "alike": (0.02, 0.010),
        "extended": (0.005, 0.020),
        "numbered": (0.005, 0.050),
        "differ": (0.02, 0.540),
        "gone": (0.025, 0.400),
    },
    "name_attr": {
        "same": (0.86, 0.010),
        "alike": (0.04, 0.020),
        "extended": (0.015, 0.040),
        "numbered": (0.01, 0.050),
        "differ": (0.05, 0.620),
        "gone": (0.04, 0.300),
    },
    "href": {
        "same": (0.80, 0.005),
        "path": (0.04, 0.010),
        "alike": (0.05, 0.060),
        "numbered": (0.01, 0.100),
        "differ": (0.05, 0.600),
        "gone": (0.05, 0.225),
    },
    "row": {"same": (0.88, 0.05), "like": (0.02, 0.03), "gone": (0.09, 0.45), "differ": (0.01, 0.47)},
    "label": {"same": (0.60, 0.30), "gone": (0.15, 0.25), "differ": (0.25, 0.45)},
    "placeholder": {"same": (0.70, 0.10), "gone": (0.15, 0.50), "differ": (0.15, 0.40)},
    "title": {"same": (0.70, 0.15), "gone": (0.15, 0.50), "differ": (0.15, 0.35)},
    "alt": {"same": (0.70, 0.15), "gone": (0.15, 0.50), "differ": (0.15, 0.35)},
    "value_kind": {"same": (0.92, 0.40), "plainer": (0.06, 0.35), "differ": (0.02, 0.25)},
    "classes": {"most": (0.55, 0.20), "some": (0.20, 0.25), "none": (0.25, 0.55)},
    "landmarks": {
        "same": (0.60, 0.25),
        "innermost": (0.15, 0.10),
        "most": (0.10, 0.20),
        "roles": (0.05, 0.15),
        "some": (0.05, 0.15),
        "differ": (0.05, 0.15),
    },
    "siblings": {"all": (0.50, 0.06), "most": (0.20, 0.08), "some": (0.15, 0.16), "none": (0.15, 0.70)},
    "place": {"same": (0.60, 0.20), "ordinal": (0.20, 0.15), "differ": (0.20, 0.65)},
    "box": {"there": (0.35, 0.02), "near": (0.30, 0.18), "far": (0.35, 0.80)},
    "size": {"alike": (0.55, 0.25), "differ": (0.45, 0.75)},
    "frame": {"same": (0.97, 0.80), "differ": (0.03, 0.20)},
}

# The page's own counts outweigh the table's second figures from about this many elements on.
_TABLE_WEIGHT: Final = 25
_AROUND: Final = frozenset({"landmarks", "siblings", "box", "size", "place"})
_MOVED: Final = -2.0
_PLACED: Final = 3.5
# Properties are not independent of each other, so their sum is taken for less than it says.
_TEMPER: Final = 0.8
# How likely, before looking, that an element whose selectors all failed is gone altogether.
_GONE: Final = 0.3


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


def score(
    old: Fingerprint,
    page: Sequence[Fingerprint],
    action: ActionKind,
    *,
    rivals: Sequence[Fingerprint] = (),
    population: int | None = None,
) -> list[Scored]:
    """All elements of `page`, the likeliest first; those ruled out stand last with probability 0.

    `population` is how many elements the page has, where `page` is only the best of them.
    """
    sought, known = traits(old), [traits(rival) for rival in rivals]
    seen = [traits(fingerprint) for fingerprint in page]
    read = [readings(sought, each) for each in seen]
    counts = Counter((name, level) for each in read for name, level in each.items())
    total = max(population or 0, len(seen))
    scored = []
    for index, (each, levels) in enumerate(zip(seen, read, strict=True)):
        evidence = {name: (level, _worth(name, level, counts, total)) for name, level in levels.items()}
        worth = _TEMPER * _sum(evidence)
        scored.append(
            Scored(index, each.fingerprint, worth, 0.0, evidence, contradictions(sought, each, action, known))
        )
    return _with_probabilities(scored, total)


def _sum(evidence: Mapping[str, tuple[str, float]]) -> float:
    """What all evidence comes to. What moves changes its surroundings all at once, which counts once."""
    around = sum(nats for name, (_, nats) in evidence.items() if name in _AROUND)
    own = sum(nats for name, (_, nats) in evidence.items() if name not in _AROUND)
    return own + min(_PLACED, max(_MOVED, around))


def _worth(name: str, level: str, counts: Counter[tuple[str, str]], total: int) -> float:
    for_same, for_other = TABLE[name][level]
    others = counts[name, level] - 1
    seen = (others + _TABLE_WEIGHT * for_other) / (total - 1 + _TABLE_WEIGHT)
    return math.log(for_same / seen)


def _with_probabilities(scored: list[Scored], total: int) -> list[Scored]:
    possible = [each for each in scored if not each.contradictions]
    prior = math.log((1 - _GONE) / max(total, 1))
    gone = math.log(_GONE)
    top = max([gone, *(prior + each.total for each in possible)])
    weights = {each.index: math.exp(prior + each.total - top) for each in possible}
    whole = sum(weights.values()) + math.exp(gone - top)
    judged = [
        Scored(
            each.index,
            each.fingerprint,
            each.total,
            weights.get(each.index, 0.0) / whole,
            each.evidence,
            each.contradictions,
        )
        for each in scored
    ]
    return sorted(judged, key=lambda each: (-each.probability, -each.total, each.index))

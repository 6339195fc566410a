"""`python -m benchmarks.drift.fit FILE...`: find the weights of repair's evidence.

They come from cases that `gather` kept. A conditional logit: the elements of a page, and the possibility that
the right one is gone, compete; the weights are those that make the right answers likeliest, held near 0 by a
penalty (ridge), found by gradient descent (Adam). Only development cases are fitted;
`--check` says what each application's cases come to under weights fitted on all the others, which is what a
page never seen before can expect.

Each case counts twice: as it was recorded, and as a config without fingerprints would tell of it.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.drift.gather import Case, read
from benchmarks.drift.rescore import figured, judged, page_of
from runner.contract.config import Fingerprint, Step
from runner.replay import score
from runner.replay.evidence import LEVELS, page_readings
from runner.replay.inference import inferred
from runner.replay.score import Weights
from runner.replay.search import led_alone
from runner.replay.traits import traits

Usual = dict[tuple[str, str], float]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

WEIGHTS: Final = Path(score.__file__).parent / "weights.json"
_AT: Final = {
    pair: place for place, pair in enumerate((name, level) for name in LEVELS for level in LEVELS[name])
}
_RARITY: Final = {name: len(_AT) + place for place, name in enumerate(LEVELS)}
_WIDTH: Final = len(_AT) + len(_RARITY)
_MOST: Final = 40
_LEAST: Final = 0.001
# A case that the recorded selectors settle teaches little, one told in a selector's words is a guest here.
_EASY: Final = 0.3
_TOLD_BY_SELECTOR: Final = 0.25
# What agrees less than another level is never worth more than it: each level and the one it stands below.
# What tells of the page rather than of the element (ids that are gone everywhere) stands below "same" alone.
_BELOW: Final[dict[str, dict[str, str]]] = {
    "wording": {
        "synonym": "same",
        "similar": "synonym",
        "thing": "synonym",
        "partly": "similar",
        "other": "partly",
        "different": "other",
        "opposite": "different",
        "more": "same",
        "less": "same",
        "mute": "same",
    },
    "kind": {"close": "same", "kin": "close", "changed": "kin", "bare": "same", "twin": "same"},
    "href": {"same": "only", "path": "same", "query": "path", "moved": "same", "differ": "moved"},
    "options": {"most": "same", "some": "most", "none": "some"},
    "value_kind": {"plainer": "same", "differ": "plainer"},
    "classes": {"some": "most", "none": "some"},
    "landmarks": {"innermost": "same", "most": "same", "roles": "most", "some": "most", "differ": "some"},
    "siblings": {"most": "all", "some": "most", "none": "some"},
    "place": {"ordinal": "same", "differ": "ordinal"},
    "box": {"near": "there", "far": "near"},
    "size": {"differ": "alike"},
    "slot": {"one": "both", "none": "one"},
}
_BARS: Final = (0.5, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98, 0.99)


@dataclass(frozen=True, slots=True)
class Choices:
    """Cases as arrays: the features of a page's elements, which may be the one, which is; gone is last."""

    features: NDArray[np.float32]
    possible: Flags
    right: Flags
    prior: Floats
    counts: Floats
    cases: tuple[Case, ...]

    def only(self, chosen: Flags) -> Choices:
        """Some of the cases."""
        kept = tuple(case for case, keep in zip(self.cases, chosen, strict=True) if keep)
        return Choices(
            self.features[chosen],
            self.possible[chosen],
            self.right[chosen],
            self.prior[chosen],
            self.counts[chosen],
            kept,
        )


Read = tuple[Case, list[dict[str, str]], list[bool], list[bool], float]


def _read(cases: Iterable[Case]) -> Iterator[Read]:
    """Each case twice: the levels of its elements, which are possible, which right, and what it counts."""
    for case in cases:
        page, right = page_of(case)
        found = case["found"] or {}
        yield _levels(case, Fingerprint(**case["old"]), page, right, _EASY if found.get("right") else 1.0)
        step = Step(id="s", ordinal=1, action=case["action"], selector=case["selectors"][0])
        yield _levels(case, inferred(step), page, right, _TOLD_BY_SELECTOR)


def _levels(
    case: Case, old: Fingerprint, page: Sequence[Fingerprint], right: Sequence[bool], counts: float
) -> Read:
    sought, seen = traits(old), [traits(each) for each in page]
    levels = page_readings(sought, seen, led_alone=led_alone(old, case["selectors"]))
    possible = [
        not score.ruled_out(sought, each, case["action"], told, levels)
        for each, told in zip(seen, levels, strict=True)
    ]
    return case, levels, possible, list(right), counts


def usual(cases: Sequence[Read]) -> Usual:
    """How large a part of a page's other elements shows each level."""
    shown: Counter[tuple[str, str]] = Counter()
    known: Counter[str] = Counter()
    for _, levels, _, right, _ in cases:
        for each, is_right in zip(levels, right, strict=True):
            if not is_right:
                shown.update(each.items())
                known.update(each.keys())
    parts = {pair: (shown[pair] + 1) / (known[pair[0]] + len(LEVELS[pair[0]])) for pair in _AT}
    return {pair: max(_LEAST, round(part, 4)) for pair, part in parts.items()}


def choices(cases: Sequence[Read], usually: Usual) -> Choices:
    """The cases as arrays."""
    size = len(cases)
    features = np.zeros((size, _MOST, _WIDTH), np.float32)
    possible, right = np.zeros((size, _MOST + 1), bool), np.zeros((size, _MOST + 1), bool)
    prior, counts = np.zeros(size), np.zeros(size)
    possible[:, _MOST] = True
    for row, (case, levels, may_be, is_right, weight) in enumerate(cases):
        total = max(case["population"], len(levels), 1)
        shared = Counter(pair for each in levels for pair in each.items())
        for column, each in enumerate(levels[:_MOST]):
            for pair in each.items():
                features[row, column, _AT[pair]] = 1
                if pair[1] in score.AGREES:
                    features[row, column, _RARITY[pair[0]]] = score.surprise(
                        shared[pair], usually[pair], total
                    )
            possible[row, column] = may_be[column]
            right[row, column] = may_be[column] and is_right[column]
        right[row, _MOST] = not right[row].any()
        prior[row], counts[row] = -math.log(total), weight
    return Choices(features, possible, right, prior, counts, tuple(each[0] for each in cases))


def probabilities(some: Choices, weights: Floats) -> Floats:
    """How likely each element is the one, by these weights; the last column is that it is gone."""
    sums = np.empty(some.possible.shape)
    told = some.features.reshape(-1, _WIDTH) @ weights[:-1].astype(np.float32)
    sums[:, :_MOST] = told.reshape(-1, _MOST) + some.prior[:, None]
    sums[:, _MOST] = weights[-1]
    sums = np.where(some.possible, sums, -np.inf)
    likely: Floats = np.exp(sums - sums.max(axis=1, keepdims=True))
    return np.asarray(likely / likely.sum(axis=1, keepdims=True))


def _below(name: str, level: str) -> str | None:
    """The level that `level` is never worth more than."""
    order = _BELOW.get(name, {})
    ordered = level == "same" or level in order or level in order.values() or "same" not in LEVELS[name]
    return order.get(level) if ordered else "same"


def _steps() -> Floats:
    """What turns steps (how far each level stands below the one above it) into weights."""
    steps = np.eye(_WIDTH + 1)
    for (name, level), place in _AT.items():
        above = _below(name, level)
        steps[place, place] = -1.0 if above else 1.0
        while above:
            top = _below(name, above)
            steps[place, _AT[name, above]] = -1.0 if top else 1.0
            above = top
    return steps


def _never_negative() -> Flags:
    """Steps down, what agrees in full, and what rarity adds: no agreement speaks against an element."""
    known = np.ones(_WIDTH + 1, bool)
    known[-1] = False
    # that all classes of a page are new is said of the page
    known[_AT["classes", "renewed"]] = False
    return known


def fitted(some: Choices, ridge: float, rounds: int, pace: float = 0.05) -> Floats:
    """The weights, of those that keep the levels in order, that make the right answers likeliest."""
    steps, bound = _steps(), _never_negative()
    told, first, second = np.zeros((3, _WIDTH + 1))
    told[len(_AT) : -1] = 0.5
    start = told.copy()
    for number in range(1, rounds + 1):
        weights = steps @ told
        slope = steps.T @ (_slope(some, weights) + ridge * (weights - start))
        first = 0.9 * first + 0.1 * slope
        second = 0.99 * second + 0.01 * slope**2
        pull = (first / (1 - 0.9**number)) / (np.sqrt(second / (1 - 0.99**number)) + 1e-8)
        told = told - pace * pull
        told[bound] = np.maximum(told[bound], 0.0)
    return np.asarray(steps @ told)


def _slope(some: Choices, weights: Floats) -> Floats:
    likely = probabilities(some, weights)
    hits = likely * some.right
    missing = (likely - hits / np.maximum(hits.sum(axis=1, keepdims=True), 1e-12)) * some.counts[:, None]
    slope = np.empty(_WIDTH + 1)
    slope[:-1] = missing[:, :_MOST].astype(np.float32).ravel() @ some.features.reshape(-1, _WIDTH)
    slope[-1] = missing[:, _MOST].sum()
    return slope


def _checked(some: Choices, usually: Usual, ridge: float, rounds: int) -> None:
    """Each application under weights from all the others: the whole judgement, then the search by its bar."""
    apps = np.array([case["app"] for case in some.cases])
    likely = np.zeros(some.possible.shape)
    told = []
    for app in sorted(set(apps)):
        weights = fitted(some.only(apps != app), ridge, rounds)
        likely[apps == app] = probabilities(some.only(apps == app), weights)
        by = _named(weights, usually)
        mine = (apps == app) & (some.counts != _TOLD_BY_SELECTOR)
        told += [judged(case, by) for case in some.only(mine).cases]
    print("the whole judgement, each application under weights from the others\n" + figured(told))
    for title, those in (
        ("the search alone", some.counts != _TOLD_BY_SELECTOR),
        ("the search alone where the recorded selectors fail", some.counts == 1.0),
        ("the search by what the selector tells", some.counts == _TOLD_BY_SELECTOR),
    ):
        print(title)
        _curve(likely[those], some.only(those))


def _curve(likely: Floats, some: Choices) -> None:
    best = likely[:, :_MOST].argmax(axis=1)
    rows = np.arange(len(likely))
    sure, hit = likely[rows, best], some.right[rows, best]
    there = np.array([not case["gone"] for case in some.cases])
    print(f"  {len(likely)} cases, {there.sum()} healable, {(~some.right[:, _MOST]).sum()} within reach")
    for bar in _BARS:
        acts = sure >= bar
        wrong = acts & ~hit
        print(
            f"  bar {bar:.2f}: right {(acts & hit).sum() / max(1, there.sum()):6.1%}, wrong "
            f"{wrong.sum():3} of all ({wrong.mean():.2%}), {(wrong & ~there).sum()} of them removed"
        )


def _named(weights: Floats, usually: Usual) -> Weights:
    levels: dict[str, dict[str, tuple[float, float]]] = defaultdict(dict)
    for (name, level), place in _AT.items():
        levels[name][level] = (round(float(weights[place]), 2), usually[name, level])
    rarity = {name: round(float(weights[place]), 2) for name, place in _RARITY.items()}
    return Weights(round(float(weights[-1]), 2), rarity, dict(levels))


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit, check, write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.drift.fit", description=__doc__)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--ridge", type=float, default=0.5)
    parser.add_argument("--rounds", type=int, default=400)
    parser.add_argument("--check", action="store_true", help="only say what unseen applications come to")
    options: Any = parser.parse_args(arguments)
    cases = [case for file in options.files for case in read(file) if case["split"] == "dev"]
    known = list(_read(cases))
    usually = usual(known)
    some = choices(known, usually)
    print(f"{len(cases)} cases: {dict(Counter(case['app'] for case in cases))}")
    if options.check:
        _checked(some, usually, options.ridge, options.rounds)
        return
    told = _named(fitted(some, options.ridge, options.rounds), usually)
    lines = (
        json.dumps(asdict(told), indent=1)
        .replace("[\n   ", "[")
        .replace(",\n    ", ", ")
        .replace("\n   ]", "]")
    )
    WEIGHTS.write_text(lines + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

"""Similo (Nass et al., arXiv 2208.00677): fourteen weighted properties, the most similar element always wins.

Weights, comparisons and the elements considered follow the authors' published implementation (Similo2),
where text is compared by edit distance, sizes by their ratio, places by distance up to 100 px, and
neighbouring texts word by word.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from math import hypot
from typing import Any, Final

from rapidfuzz.distance import Levenshtein

Properties = Mapping[str, Any]


def equal(one: str, other: str) -> float:
    """1 for the same word, whatever its case."""
    return float(one.lower() == other.lower())


@lru_cache(maxsize=200_000)
def edit_distance(one: str, other: str) -> float:
    """1 for the same text, less by each edit it takes, per letter of the longer one."""
    if one == other:
        return 1.0
    longest = max(len(one), len(other))
    distance: int = Levenshtein.distance(_letters(one), _letters(other))
    return int((longest - distance) * 100 / longest) / 100


def ratio(one: int, other: int) -> float:
    """The smaller of two sizes as a part of the larger."""
    return min(one, other) / max(one, other) if max(one, other) else 0.0


@lru_cache(maxsize=200_000)
def shared_words(one: str, other: str) -> float:
    """The part of the letters in words both have; a word is had where one begins or ends with it."""
    mine, theirs = one.split(), other.split()
    count = max(len(one) - len(mine) + 1, len(other) - len(theirs) + 1)
    shared = sum(len(word) for word in mine if _has(word, theirs))
    return min(shared * 100 // count, 100) / 100


def _has(word: str, words: Sequence[str]) -> bool:
    return any(
        each == word
        or each.startswith(word)
        or each.endswith(word)
        or word.startswith(each)
        or word.endswith(each)
        for each in words
    )


@lru_cache(maxsize=200_000)
def _letters(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum())


_COMPARED: Final[tuple[tuple[str, float, Callable[[Any, Any], float]], ...]] = (
    ("tag", 1.5, equal),
    ("class", 0.5, edit_distance),
    ("name", 1.5, equal),
    ("id", 1.5, equal),
    ("href", 0.5, edit_distance),
    ("alt", 0.5, edit_distance),
    ("xpath", 0.5, edit_distance),
    ("idxpath", 0.5, edit_distance),
    ("is_button", 0.5, equal),
    ("area", 0.5, ratio),
    ("shape", 0.5, ratio),
    ("visible_text", 1.5, edit_distance),
    ("neighbor_text", 1.5, shared_words),
)
_LOCATION: Final = 0.5
MOST: Final = sum(weight for _, weight, _ in _COMPARED) + _LOCATION


def similarity(target: Properties, candidate: Properties) -> float:
    """How similar two elements are, 0 to MOST."""
    total = 0.0
    for name, weight, compared in _COMPARED:
        mine, theirs = target[name], candidate[name]
        if mine and theirs:
            total += weight * compared(mine, theirs)
    apart = int(hypot(target["x"] - candidate["x"], target["y"] - candidate["y"]))
    return total + _LOCATION * max(100 - apart, 0) / 100


def most_similar(target: Properties, candidates: Sequence[Properties]) -> tuple[int, float] | None:
    """The place of the most similar candidate and its lead over the next one, as a part of its own score."""
    scores = [similarity(target, candidate) for candidate in candidates]
    if not scores:
        return None
    ranked = sorted(scores, reverse=True)
    runner_up = ranked[1] if len(ranked) > 1 else 0.0
    return scores.index(ranked[0]), (ranked[0] - runner_up) / ranked[0] if ranked[0] else 0.0

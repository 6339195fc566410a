"""Whether two captions say the same: pure.

Rewordings and translations of interface words count as the same; another verb, another number or an opposite
does not, however many letters the two share.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from rapidfuzz.distance import JaroWinkler

from runner.replay.lexicon import Unit, against, fold, near, units

_TOKEN = re.compile(r"\w+")
_COUNT = re.compile(r"\s*[(\[]\s*[\d.,+]+\s*[)\]]\s*$")
_SPELLED_ALIKE = 0.93
_SPELLED_FROM = 5
_SPELLED_WEIGHT = 0.9
_NOT = "not"
_NEAR_WEIGHT = 0.75
_SEVERAL = 3
# How much of the meaning must be left where one side only leaves something out, or only adds something.
_SHORTENED = 0.5
_LENGTHENED = 0.6


class Level(IntEnum):
    """How well two wordings agree, worst first."""

    OPPOSITE = 0  # one excludes the other: Delete and Edit, first name and last name
    DIFFERENT = 1  # known to mean another thing: Add user and Add group
    OTHER = 2  # nothing in common that is known
    PARTLY = 3  # some of it is the same
    SIMILAR = 4  # most of it is, or it is a usual rewording
    SYNONYM = 5  # the same meaning in other words or another language
    SAME = 6  # the same words


@dataclass(frozen=True, slots=True)
class Agreement:
    """How two wordings compare: the level, the share of meaning they have in common, and why not more.

    `more`: one of them says something that the other does not, as “Save as draft” beside “Save”; `extra` is
    what. `less`: it is the new one that only leaves something out. `strict`: one says the contrary of the
    other, not only another verb. `thing`: the new one only ends with the name of a kind of thing, "page".
    """

    level: Level
    share: float
    conflict: str | None = None
    more: bool = False
    less: bool = False
    extra: frozenset[str] = frozenset()
    strict: bool = False
    thing: bool = False


SAME = Agreement(Level.SAME, 1.0)
OTHER = Agreement(Level.OTHER, 0.0)


@lru_cache(maxsize=50_000)
def compare(old: str, new: str) -> Agreement:
    """Compare two captions that are both not empty."""
    if fold(old) == fold(new):
        return SAME
    # what stands in brackets behind a caption is a count, and counts change
    mine, theirs = units(_COUNT.sub("", old)), units(_COUNT.sub("", new))
    if not mine or not theirs:
        return OTHER
    if mine == theirs:
        return _counted_alike(old, new)
    found = _weighed(mine, theirs, old, new)
    return (
        Agreement(Level.SYNONYM, 1.0) if found.level < Level.SYNONYM and _one_word_apart(old, new) else found
    )


def _one_word_apart(old: str, new: str) -> bool:
    """Whether one word of several has given way to one that means the same, though they are a phrase."""
    mine, theirs = _TOKEN.findall(fold(old)), _TOKEN.findall(fold(new))
    if len(mine) != len(theirs) or len(mine) < _SEVERAL:
        return False
    apart = [pair for pair in zip(mine, theirs, strict=True) if pair[0] != pair[1]]
    return len(apart) == 1 and units(apart[0][0]) == units(apart[0][1])


def best(old: Iterable[str], new: Sequence[str]) -> Agreement:
    """The best agreement among several captions on each side; OTHER when one side has none."""
    return max((compare(mine, theirs) for mine in old for theirs in new), key=_order, default=OTHER)


def _order(agreement: Agreement) -> tuple[int, float]:
    # what excludes one pair of captions says little while another pair agrees
    return agreement.level, agreement.share


def _counted_alike(old: str, new: str) -> Agreement:
    spelled = fold(old).replace("-", " ") == fold(new).replace("-", " ")
    return SAME if spelled else Agreement(Level.SYNONYM, 1.0)


def _weighed(mine: Sequence[Unit], theirs: Sequence[Unit], old: str, new: str) -> Agreement:
    matched, left, right = _matched(mine, theirs)
    share = 2 * matched / (len(mine) + len(theirs))
    if conflict := _contrary(left, right):
        return Agreement(Level.OPPOSITE, share, conflict, strict=True)
    if cut := _cut(old, new):
        return cut
    if conflict := _other_verb(left, right):
        return Agreement(Level.OPPOSITE, share, conflict)
    if _only_numbers(left) and _only_numbers(right) and left and right:
        # page 3 beside page 4, or the same counter a day later: the words cannot tell
        return Agreement(Level.PARTLY, share, f"{right[0].key} is not {left[0].key}")
    if conflict := _difference(left, right):
        return Agreement(Level.DIFFERENT, share, conflict)
    if not left and not right:
        return Agreement(Level.SYNONYM if share > 0.99 else Level.SIMILAR, share)
    if matched and share >= (_SHORTENED if not right else _LENGTHENED) and (not left or not right):
        return _one_says_more(share, (*left, *right), theirs, less=not right)
    return Agreement(Level.PARTLY if share >= 0.3 else Level.OTHER, share, more=True)


def _cut(old: str, new: str) -> Agreement | None:
    """One caption is the beginning of the other, if it means something else alone: “Log” of “Log in”."""
    mine, theirs = _TOKEN.findall(fold(old)), _TOKEN.findall(fold(new))
    short, long = sorted((mine, theirs), key=len)
    share = 2 * len(short) / (len(short) + len(long))
    if not short or len(short) == len(long) or share < _LENGTHENED or long[: len(short)] != short:
        return None
    extra = units(" ".join(long[len(short) :]))
    return _one_says_more(share, extra, units(new), less=short == theirs)


def _one_says_more(share: float, extra: Sequence[Unit], theirs: Sequence[Unit], *, less: bool) -> Agreement:
    # what stands before the old words tells them apart, “Report on people”, “Book title”
    ends = tuple(theirs[-len(extra) :]) == tuple(extra)
    thing = not less and ends and all(unit.sort == "thing" for unit in extra)
    keys = frozenset(unit.key for unit in extra)
    return Agreement(Level.SIMILAR, share, more=True, less=less, extra=keys, thing=thing)


def _matched(mine: Sequence[Unit], theirs: Sequence[Unit]) -> tuple[float, list[Unit], list[Unit]]:
    """The weight of what both say, and what only one of them says."""
    left, right = list(mine), list(theirs)
    weight = 0.0
    for alike, worth in ((_equal, 1.0), (_spelled_alike, _SPELLED_WEIGHT), (near, _NEAR_WEIGHT)):
        for unit in list(left):
            partner = next((other for other in right if alike(unit, other)), None)
            if partner is not None:
                left.remove(unit)
                right.remove(partner)
                weight += worth
    return weight, left, right


def _equal(one: Unit, other: Unit) -> bool:
    return one.key == other.key


def _spelled_alike(one: Unit, other: Unit) -> bool:
    if one.sort != "word" or other.sort != "word" or min(len(one.key), len(other.key)) < _SPELLED_FROM:
        return False
    return JaroWinkler.similarity(one.key, other.key) >= _SPELLED_ALIKE


def _contrary(left: list[Unit], right: list[Unit]) -> str | None:
    if any(unit.key == _NOT for unit in left) != any(unit.key == _NOT for unit in right):
        return "one of them says not to"
    for one in left:
        for other in right:
            if against(one, other):
                return f"“{other.key}” excludes “{one.key}”"
    return None


def _other_verb(left: list[Unit], right: list[Unit]) -> str | None:
    mine, theirs = _of(left, "verb"), _of(right, "verb")
    return f"“{theirs[0].key}” is not “{mine[0].key}”" if mine and theirs else None


def _difference(left: list[Unit], right: list[Unit]) -> str | None:
    things = _of(left, "thing"), _of(right, "thing")
    return f"“{things[1][0].key}” is not “{things[0][0].key}”" if things[0] and things[1] else None


def _only_numbers(some: list[Unit]) -> bool:
    return all(unit.sort == "number" for unit in some)


def _of(some: list[Unit], sort: str) -> list[Unit]:
    return [unit for unit in some if unit.sort == sort]

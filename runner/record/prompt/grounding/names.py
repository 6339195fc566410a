"""How well a name on the page answers a name in the sentence."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise
from typing import Final

from rapidfuzz import fuzz
from rapidfuzz.distance import DamerauLevenshtein

from runner.record.prompt.language.everyday import ALIKE
from runner.record.prompt.language.lexicon import STOPWORDS, SYNONYMS

_TRIM: Final = re.compile(r"^[\s:*.…!?,;→»›>«‹<()\[\]{}\"'“”]+|[\s:*.…!?,;→»›>«‹<()\[\]{}\"'“”]+$")
_SPACE: Final = re.compile(r"\s+")
_SEPARATOR: Final = re.compile(r"[\s_/|,;:()\[\]{}.\-–—]+")

EXACT: Final = 1.0
CASELESS: Final = 0.98
TRIMMED: Final = 0.95
SPACELESS: Final = 0.92
SUBSET: Final = 0.8
SYNONYM: Final = 0.78
STEM: Final = 0.76
REWORDED: Final = 0.75
HINT: Final = 0.6
ENOUGH: Final = 0.58


@lru_cache(maxsize=8192)
def folded(name: str) -> str:
    """The name in one case, compatibility forms and spaces folded."""
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", name)).strip().casefold().replace("’", "'")


@lru_cache(maxsize=8192)
def trimmed(name: str) -> str:
    """Folded, without decoration: "Email: *" is "email"."""
    return _TRIM.sub("", folded(name)).replace("&", "and")


@lru_cache(maxsize=8192)
def words(name: str) -> tuple[str, ...]:
    """The words of a name, folded."""
    return tuple(word for word in _SEPARATOR.split(trimmed(name)) if word)


@lru_cache(maxsize=32768)
def likeness(sought: str, name: str) -> float:
    """From 0 to 1: how well `name` on the page answers `sought` in the sentence."""
    if not sought or not name:
        return 0.0
    if sought == name:
        return EXACT
    if folded(sought) == folded(name):
        return CASELESS
    wanted, there = trimmed(sought), trimmed(name)
    if not wanted or not there:
        return 0.0
    if wanted == there:
        return TRIMMED
    if len(wanted) > 2 and re.sub(r"[\W_]", "", wanted) == re.sub(r"[\W_]", "", there) != "":
        return SPACELESS
    return max(
        _subset(words(sought), words(name)),
        _synonymous(wanted, there),
        _stemmed(sought, name),
        _typo(wanted, there),
        _reworded(sought, name),
    )


def left_out(sought: str, name: str) -> frozenset[str]:
    """The words, as stems, that were said and that `name` leaves out, where it says nothing beyond the rest.

    "Milk" leaves out "oat" of "oat milk": another thing, unless that word is what such things are called.
    """
    wanted, there = _stems(sought), _stems(name)
    return frozenset(wanted - there) if there and there < wanted else frozenset()


def _stems(name: str) -> set[str]:
    return {stem_of(word) for word in words(name) if word not in STOPWORDS}


def stem_of(word: str) -> str:
    """What forms of one word share: books -> book."""
    return _stem(word).rstrip("e")


def _subset(wanted: tuple[str, ...], there: tuple[str, ...]) -> float:
    """All wanted words are there, in order or not; the fuller the better."""
    if not wanted or not there:
        return 0.0
    essential = [word for word in wanted if word not in STOPWORDS] or list(wanted)
    present = [word for word in there if word not in STOPWORDS] or list(there)
    if essential == present:
        return 0.94
    held = set(present)
    if all(word in held for word in essential):
        share = len(essential) / len(present)
        starts = 0.04 if there[: len(wanted)] == wanted else 0.0
        return SUBSET + 0.1 * share + starts if share > 0.12 else 0.6 + starts
    wanted_set = set(essential)
    if len(present) > 1 and all(word in wanted_set for word in present):
        return 0.62 + 0.12 * len(present) / len(essential)
    if len(present) == 1 and len(essential) == 2 and present[0] in wanted_set and len(present[0]) > 2:
        return 0.56 + 0.1 / len(essential)
    return 0.0


def _synonymous(wanted: str, there: str) -> float:
    if there in SYNONYMS.get(wanted, ()):
        return SYNONYM
    group = SYNONYMS.get(wanted, frozenset())
    if any(len(word) > 3 and there.startswith(f"{word} ") for word in group if word != wanted):
        return SYNONYM - 0.06
    return 0.0


@lru_cache(maxsize=8192)
def _stem(word: str) -> str:
    for ending in ("ies", "ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) > 2:
            return word[: -len(ending)] + ("y" if ending == "ies" else "")
    return word.rstrip("e") if len(word) > 3 else word


def _stemmed(sought: str, name: str) -> float:
    wanted = [stem_of(word) for word in words(sought) if word not in STOPWORDS]
    there = [stem_of(word) for word in words(name) if word not in STOPWORDS]
    if not wanted or not there:
        return 0.0
    if wanted == there:
        return STEM + 0.1
    return STEM - 0.04 if set(wanted) <= set(there) and len(there) - len(wanted) < 4 else 0.0


def _reworded(sought: str, name: str) -> float:
    """Word for word the same or what people also say for it: "quick delivery" is "Fast shipping"."""
    wanted = [word for word in words(sought) if word not in STOPWORDS]
    there = [word for word in words(name) if word not in STOPWORDS]
    if not wanted or len(wanted) != len(there):
        return 0.0
    pairs = list(zip(wanted, there, strict=True))
    said = all(
        one == other or other in ALIKE.get(one, ()) or _stem(one) == _stem(other) for one, other in pairs
    )
    return REWORDED if said else 0.0


def _typo(wanted: str, there: str) -> float:
    """A slip of the fingers: few edits for the length, digits never differ."""
    if min(len(wanted), len(there)) < 4 or re.sub(r"\D", "", wanted) != re.sub(r"\D", "", there):
        return 0.0
    if abs(len(wanted) - len(there)) <= 3:
        allowed = 1 if len(wanted) < 8 else 2 if len(wanted) < 14 else 3
        edits = DamerauLevenshtein.distance(wanted, there, score_cutoff=allowed)
        if edits <= allowed:
            return 0.84 - 0.05 * edits
    ratio = fuzz.token_sort_ratio(wanted, there)
    return 0.6 + (ratio - 88) / 100 if ratio >= 88 else 0.0


def hinted(sought: str, hints: tuple[str, ...]) -> float:
    """Whether classes, ids and data attributes speak of what is sought; never more than a hint."""
    wanted = [word for word in words(sought) if word not in STOPWORDS]
    if not wanted or not hints:
        return 0.0
    held = set(hints)
    said = words(sought)
    if len(said) > 1 and any(hints[at : at + len(said)] == said for at in range(len(hints))):
        return HINT + 0.12
    if all(word in held for word in wanted):
        return HINT + 0.08
    joined = "".join(wanted)
    if joined in held or any(joined == "".join(pair) for pair in pairwise(hints)):
        return HINT + 0.06
    meanings = {word for group in (SYNONYMS.get(" ".join(wanted), ()),) for word in group}
    if held & meanings:
        return HINT + 0.02
    if len(wanted) == 1 and len(wanted[0]) > 3 and any(wanted[0] in hint for hint in hints):
        return HINT
    if len(wanted) == 1 and any(len(hint) > 3 and wanted[0].startswith(hint) for hint in hints):
        return HINT  # "the printer icon" of the class "print"
    return 0.0

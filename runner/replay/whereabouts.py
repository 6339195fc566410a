"""Where an element stands, held against where it stood: landmarks, neighbours, order, position. Pure.

Each property as a level of agreement (evidence.py lists them), None where the recording says nothing of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from runner.contract.config import Fingerprint
from runner.replay.lexicon import fold
from runner.replay.traits import Traits
from runner.replay.wording import Level, best, compare

_LANDMARK: Final = re.compile(r'^([\w-]+)(?: "(.*)")?$')
_NEAR_PX: Final = 120
_THERE_PX: Final = 8


def leads_on_from_its_place(old: Fingerprint, levels: Mapping[str, str]) -> bool:
    """Whether a link leads where the old one led and stands where it stood: others that lead there do not.

    What a link within its page does is a script's affair.
    """
    if not old.href or old.href.startswith("#"):
        return False
    return levels.get("href") == "same" and levels.get("kind") == "same" and stands_where_it_stood(levels)


def stands_where_it_stood(levels: Mapping[str, str]) -> bool:
    """Whether it is in the same part of the page, and what was before or after it still is."""
    beside = levels.get("slot") == "both" or (
        levels.get("slot") == "one" and levels.get("siblings") in ("all", "most")
    )
    return beside and levels.get("landmarks", "same") in ("same", "innermost")


def told_apart(levels: Mapping[str, str]) -> bool:
    """Whether its row, its neighbours or its place tells which of several that said the same it is.

    Their order alone does not: what stands between neither of the old two has changed places.
    """
    in_order = levels.get("place") == "same" and levels.get("slot") != "none"
    return levels.get("row") == "same" or levels.get("slot") == "both" or in_order


def landmarks(old: Traits, new: Traits) -> str | None:
    """How many of the parts of the page that it stands in are those that it stood in."""
    mine, theirs = old.fingerprint.landmarks or [], new.fingerprint.landmarks or []
    if not mine:
        return None
    if mine == theirs:
        return "same"
    pairs = [(parsed(one), parsed(other)) for one, other in zip(mine, theirs, strict=False)]
    if pairs and _same_place(*pairs[0]):
        return "innermost"
    shared = sum(any(_same_place(parsed(one), parsed(other)) for other in theirs) for one in mine)
    if shared >= max(1, len(mine) / 2):
        return "most"
    if [parsed(one)[0] for one in mine] == [parsed(other)[0] for other in theirs]:
        return "roles"
    return "some" if shared else "differ"


def parsed(landmark: str) -> tuple[str, str]:
    """A landmark's role and name."""
    match = _LANDMARK.match(landmark)
    return (match[1], match[2] or "") if match else ("", landmark)


def _same_place(one: tuple[str, str], other: tuple[str, str]) -> bool:
    if not one[1] or not other[1]:
        return one == other
    return compare(one[1], other[1]).level >= Level.SIMILAR


def siblings(old: Traits, new: Traits) -> str | None:
    """How many of its neighbours are still beside it."""
    mine, theirs = old.fingerprint.siblings or [], new.fingerprint.siblings or []
    if not mine:
        return None
    shared = sum(best([one], theirs).level >= Level.SIMILAR for one in mine) / len(mine)
    return "all" if shared > 0.99 else "most" if shared >= 0.5 else "some" if shared > 0 else "none"


def slot(old: Traits, new: Traits) -> str | None:
    """Whether it stands between the same two as before; what is taken away leaves such a slot empty."""
    mine, theirs = old.fingerprint.between, new.fingerprint.between
    if not mine or len(mine) != 2 or not any(mine):
        return None
    theirs = theirs if theirs and len(theirs) == 2 else ["", ""]
    kept = sum(_same_neighbour(one, other) for one, other in zip(mine, theirs, strict=True))
    return ("none", "one", "both")[kept]


def _same_neighbour(one: str, other: str) -> bool:
    return one == other or (bool(one and other) and compare(one, other).level >= Level.SIMILAR)


def place(old: Traits, new: Traits) -> str | None:
    """Whether it is still the same one of several that say the same."""
    one, other = old.fingerprint, new.fingerprint
    if not one.ordinal or not one.of or one.of < 2 or one.tag != other.tag:
        return None
    if (one.of, one.ordinal) == (other.of, other.ordinal):
        return "same"
    return "ordinal" if one.ordinal == (other.ordinal or 1) else "differ"


def box(old: Traits, new: Traits) -> str | None:
    """How far from its old position it is, in pixels."""
    one, other = old.fingerprint.box, new.fingerprint.box
    if not one or not other:
        return None
    distance = max(abs(one[0] - other[0]), abs(one[1] - other[1]))
    return "there" if distance <= _THERE_PX else "near" if distance <= _NEAR_PX else "far"


def size(old: Traits, new: Traits) -> str | None:
    """Whether it is about as large as it was."""
    one, other = old.fingerprint.box, new.fingerprint.box
    if not one or not other:
        return None
    widths, heights = sorted((one[2], other[2])), sorted((one[3], other[3]))
    alike = widths[0] >= 0.8 * widths[1] and heights[0] >= 0.8 * heights[1]
    return "alike" if alike else "differ"


def frame(old: Traits, new: Traits) -> str | None:
    """Whether it is in the same frame."""
    return "same" if fold(old.fingerprint.frame or "") == fold(new.fingerprint.frame or "") else "differ"

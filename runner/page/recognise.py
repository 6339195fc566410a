"""Which of several elements that match alike is the one that was recorded? Pure; undecided is an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from rapidfuzz import fuzz

from runner.contract.config import Fingerprint
from runner.page.probe import Match

# What a property is worth when it agrees. What identifies one of many (its row, id, target) counts most;
# place on the page least, since that is what changes when a row is added.
_EXACT: Final[Mapping[str, float]] = {
    "test_id": 5,
    "id": 4,
    "name_attr": 3,
    "href": 3,
    "placeholder": 2,
    "title": 2,
    "alt": 2,
    "type": 1,
    "tag": 1,
}
_ROW: Final = 6.0
_LABEL: Final = 2.0
_TEXT: Final = 2.0
_LANDMARK: Final = 3.0
_FRAME: Final = 4.0
_MARGIN: Final = 1.5
_ALIKE: Final = 90.0


def recognised(matches: Sequence[Match], fingerprint: Fingerprint) -> Match | None:
    """The match that agrees with the fingerprint clearly better than any other, or None."""
    scored = sorted(
        ((_score(match, fingerprint), index) for index, match in enumerate(matches)), reverse=True
    )
    if len(scored) == 1 or scored[0][0] - scored[1][0] >= _MARGIN:
        return matches[scored[0][1]]
    return None


def _score(match: Match, was: Fingerprint) -> float:
    facts = match.facts
    score = sum(
        worth
        for name, worth in _EXACT.items()
        if getattr(was, name) and _same(name, getattr(was, name), facts.get(name))
    )
    score += _ROW * _contained(was.row, facts.get("row"))
    score += _TEXT * _likeness(was.text, facts.get("text"))
    score += _LABEL * _likeness(was.label, facts.get("label"))
    score += _LANDMARK * _shared(was.landmarks, facts.get("landmarks"))
    score += _FRAME * _same_frame(was.frame, match)
    return score


def _same(name: str, was: str, now: Any) -> bool:
    if name == "href":
        return bool(now) and str(now).endswith(str(was))
    return bool(was == now)


def _contained(was: str | None, now: Any) -> float:
    """A row is told by a text it contains: all of it, word for word, or it is another row."""
    if not was or not now:
        return 0.0
    return 1.0 if f" {_folded(was)} " in f" {_folded(str(now))} " else 0.0


def _likeness(was: str | None, now: Any) -> float:
    if not was or not now:
        return 0.0
    return 1.0 if fuzz.ratio(_folded(was), _folded(str(now))) >= _ALIKE else 0.0


def _shared(was: Sequence[str] | None, now: Any) -> float:
    """The share of the recorded landmarks whose name is still around the element."""
    names = [name for mark in was or () if (name := mark.partition(" ")[2].strip('"'))]
    if not names or not now:
        return 0.0
    around = {_folded(str(name)) for name in now}
    return sum(_folded(name) in around for name in names) / len(names)


def _same_frame(was: str | None, match: Match) -> float:
    frame = match.frame
    if was is None:
        return 1.0 if frame.parent_frame is None else 0.0
    return 1.0 if was and (was == frame.name or was in frame.url) else 0.0


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()

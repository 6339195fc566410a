"""A search told in one phrase, for a form that asks for each part: "thriller movies by Hurley from 1999"."""

from __future__ import annotations

import re
from typing import Final

from runner.page.observe import Observation
from runner.record.prompt.grounding.facts import field_label
from runner.record.prompt.grounding.names import folded, words
from runner.record.prompt.language.lexicon import STOPWORDS

# What ties a part to the phrase; the word before it ("directed by") belongs to that part.
_TIES: Final = frozenset({"by", "from", "in", "with", "for", "of", "at", "near", "starring", "about"})
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_DATED: Final = frozenset({"year", "date", "released", "release", "published"})
_ALIKE: Final = 5  # letters that words of one family have in common: directed, director
_LEAST: Final = 2


def assigned(seen: Observation, phrase: str) -> list[tuple[int, str]] | None:
    """Field and value of each part of a phrase, or None where the form does not take it just so."""
    fields = {
        index: words(field_label(node))
        for index, node in enumerate(seen.nodes)
        if node.ref and node.role == "textbox" and node.type in ("text", "") and not node.value
    }
    parts = _parts(phrase)
    if len(fields) < _LEAST or len(parts) < _LEAST or not all(fields.values()):
        return None
    found: dict[int, str] = {}
    left: list[list[str]] = []
    for part in parts:
        asked = [at for at, label in fields.items() if at not in found and _about(part, label)]
        if len(asked) == 1:
            found[asked[0]] = _value(part, fields[asked[0]])
        else:
            left.append(part)
    free = [at for at in fields if at not in found]
    if len(left) == 1 and len(free) == 1:
        found[free[0]] = _value(left[0][:-1] if len(left[0]) > 1 else left[0], ())
    elif left:
        return None
    return list(found.items()) if all(found.values()) else None


def _parts(phrase: str) -> list[list[str]]:
    """The phrase cut before each tie, a participle before it included."""
    parts: list[list[str]] = [[]]
    for word in phrase.split():
        if folded(word) in _TIES:
            participle = parts[-1].pop() if len(parts[-1]) > 1 and parts[-1][-1].endswith("ed") else ""
            parts.append([participle] if participle else [])
        else:
            parts[-1].append(word)
    return [part for part in parts if part]


def _about(part: list[str], label: tuple[str, ...]) -> bool:
    year = any(_YEAR.fullmatch(word) for word in part)
    return (year and bool(_DATED & set(label))) or any(_akin(word, each) for word in part for each in label)


def _akin(word: str, other: str) -> bool:
    one = folded(word)
    size = min(len(one), len(other))
    short = one == other or one.rstrip("s") == other.rstrip("s")
    return short or (size > _ALIKE and one[:_ALIKE] == other[:_ALIKE])


def _value(part: list[str], label: tuple[str, ...]) -> str:
    kept = [word for word in part if folded(word) not in STOPWORDS]
    if year := [word for word in kept if _YEAR.fullmatch(word) and _DATED & set(label)]:
        return year[0]
    return " ".join(word for word in kept if not any(_akin(word, each) for each in label))

"""Figures that are waited for: "the price drops below $50", "fewer than 5 people are waiting". Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from runner.record.prompt.language import lexicon
from runner.record.prompt.language.heads import undetermined
from runner.record.prompt.language.intent import Condition, Intent, Target
from runner.record.prompt.language.phrase import Phrase, width
from runner.record.prompt.language.telling_apart import OPS, Op

# How a figure comes to be so: "drops", "goes", "has gone". What follows says to what.
_MOVES: Final = lexicon.listed(
    "is are be being gets get got goes go going gone drops drop dropped falls fall fallen sinks sink rises "
    "rise risen climbs climb jumps jump comes come becomes become has have had to down up reads shows"
)
_REACHES: Final[dict[str, Op]] = {
    "reaches": "at least", "reach": "at least", "hits": "at least", "hit": "at least",
    "exceeds": "more", "exceed": "more", "passes": "more", "pass": "more",
}  # fmt: skip
_BOUNDS: Final[dict[str, Op]] = OPS | _REACHES | {
    "at or below": "at most", "at or above": "at least", "no higher than": "at most",
    "no lower than": "at least", "beneath": "less", "beyond": "more",
}  # fmt: skip
_UNITS: Final = lexicon.listed("dollars dollar euros euro pounds pound percent % degrees points usd eur")
_MOST_WORDS: Final = 5
CONDITIONS: Final = ("as soon as", "once", "when", "after", "if")


def awaited(phrase: Phrase, part: str) -> list[Intent]:
    """The figure a clause waits for, where that is all it says."""
    found = figure_in(phrase)
    if found is None:
        return []
    about, condition = found
    return [Intent("wait", target=Target(name=about, wording=part, condition=condition), part=part)]


def figure_in(phrase: Phrase) -> tuple[str, Condition] | None:
    """What the figure is of, and what it must be; None where the phrase says no such thing."""
    phrase = phrase.trimmed()
    for at, words in phrase.find(_BOUNDS, 0):
        after = at + width(words)
        if after >= len(phrase) or phrase.tokens[after].kind not in ("number", "money"):
            continue
        condition = Condition(_BOUNDS[words], _number(phrase.tokens[after].text))
        behind = Phrase(
            tuple(token for token in phrase.tokens[after + 1 :] if token.lower not in _UNITS), phrase.source
        )
        if at == 0:
            return _of_many(behind, condition)
        start = at
        while start > 0 and phrase.lower(start - 1) in _MOVES:
            start -= 1
        moved = start < at or words in _REACHES
        subject = undetermined(phrase[:start])
        if not moved or not 0 < len(subject) <= _MOST_WORDS or len(behind) > 1:
            return None
        about = subject.plain if not len(behind) else behind.plain  # "the queue has fewer than 3 people"
        return about, condition
    return None


def _of_many(behind: Phrase, condition: Condition) -> tuple[str, Condition] | None:
    """ "fewer than 5 people are waiting", "there are more than 3 results"."""
    at = next(
        (at for at in range(len(behind)) if behind.lower(at) in _MOVES | {"remain", "left"}), len(behind)
    )
    about = behind[:at].plain
    return (about, replace(condition, about=about)) if about and at <= 2 else None


def _number(text: str) -> float:
    return float(re.sub(r"[^\d.\-]", "", text.replace("−", "-")).rstrip("."))

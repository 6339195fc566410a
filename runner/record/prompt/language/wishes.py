"""Sentences that say one thing twice: a wish and how to fulfil it, a deed and how it is done. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from runner.record.prompt.language import lexicon
from runner.record.prompt.language.clauses import Clause
from runner.record.prompt.language.intent import Intent, Target
from runner.record.prompt.language.nouns import target_of
from runner.record.prompt.language.phrase import Phrase, width

_WISHES: Final = ("i want to", "i'd like to", "i would like to", "i need to", "let's", "lets", "let us",
    "we need to", "we want to", "i want", "we'd like to")  # fmt: skip
LIKINGS: Final = (
    "i'd like",
    "i would like",
    "i want",
    "i need",
    "we'd like",
    "we need",
    "we want",
    "i'd love",
)
_CREDENTIALS: Final = frozenset(
    {name for word in ("email", "password", "username") for name in lexicon.SYNONYMS[word]} | {"name"}
)


def wishes(clause: Clause) -> bool:
    """Whether a clause says what one wants rather than what to do: "I'd like to buy Dune"."""
    return any(clause.lead.endswith(words) for words in _WISHES) or wished_for(clause.phrase) is not None


def wished_for(phrase: Phrase) -> Target | None:
    """The thing that one says one would like: "I'd like the cheapest book"; None where it is no wish."""
    words = phrase.match(0, LIKINGS)
    return target_of(phrase[width(words) :]) if words and len(phrase) > width(words) else None


def spelt_out(clause: Clause, wish: Sequence[Intent], found: Sequence[Intent]) -> bool:
    """Whether a clause tells how to do what was just wished for: "..., so click Add to cart next to it"."""
    if not found or any(intent.verb == "unsupported" for intent in found):
        return False
    if clause.lead.split()[:2] in (["so"], [",", "so"], ["so", "please"]) or clause.lead.startswith(", so"):
        return True
    first, last = found[0], wish[-1]
    if clause.start or first.verb != "click" or first.target is None or last.value is None:
        return False
    return _bare(first.target.wording) == _bare(
        f"{last.value.text} {last.target.wording if last.target else ''}"
    )


def _bare(wording: str) -> list[str]:
    return [word for word in wording.casefold().split() if word not in lexicon.DETERMINERS]


def spoken_of(intent: Intent) -> Intent:
    """What is left of a wish that is spelt out: the thing it was about, for "it" to mean."""
    target = intent.target
    if intent.verb == "set" and intent.value is not None:  # "I'd like to have Dune"
        target = Target(name=intent.value.text, wording=intent.value.text)
    if target is None or (target.vague and intent.value is not None):
        return Intent("find", part=intent.part)
    return Intent("find", target=target, part=intent.part, options={"only": target.wording})


def repeats(clause: Clause, before: Sequence[Intent], found: Sequence[Intent]) -> bool:
    """Whether a sentence only tells how the deed before is done: "Just hit its Delete button"."""
    if clause.start or not before or not clause.lead.endswith(("just", "simply", "only")) or len(found) != 1:
        return False
    last, how = before[-1], found[0]
    if last.verb != "do" or last.value is None or how.verb != "click" or how.target is None:
        return False
    names = lexicon.SYNONYMS.get(last.value.text, frozenset({last.value.text}))
    mine = how.target.place is None or how.target.place.target.vague
    return mine and how.target.ordinal is None and how.target.name.casefold() in names


def with_credentials(intents: Sequence[Intent]) -> list[Intent]:
    """The intents, a sign-in that says nothing of them with the user and password that are said after it."""
    result: list[Intent] = []
    for intent in intents:
        last = result[-1] if result else None
        target, value = intent.target, intent.value
        given = last is not None and last.verb == "login" and "as" not in last.options
        if (
            last
            and given
            and intent.verb == "set"
            and target
            and value
            and target.name.lower() in _CREDENTIALS
        ):
            result[-1] = replace(last, fields=(*last.fields, (target, value)))
        else:
            result.append(intent)
    return result

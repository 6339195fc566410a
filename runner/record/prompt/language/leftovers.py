"""Words of a clause that none of its intents took up: what would be passed over in silence. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from runner.record.prompt.language import lexicon
from runner.record.prompt.language.intent import Intent, Target, Value
from runner.record.prompt.language.phrase import LITERALS, Phrase

# Capitals that say nothing by themselves: who speaks, keys, and words of courtesy.
_IDLE: Final = lexicon.listed(
    "i i'm i'd i've i'll ok okay url please thanks thank hi hello hey given when then and the a an in on at "
    "to for from of next first finally step user"
)


def left_over(phrase: Phrase, intents: Iterable[Intent]) -> list[str]:
    """The quoted words, figures, addresses and names of `phrase` that `intents` say nothing of."""
    listed = list(intents)
    if not listed or any(intent.verb == "unsupported" for intent in listed):
        return []
    said = "\n".join(text for intent in listed for text in _said(intent)).casefold()
    if any(intent.verb == "press" for intent in listed):
        return []
    figures = len(listed) > 1 or any(_counts(intent) for intent in listed)
    changes = any(intent.verb == "set" for intent in listed)
    return [
        token.text
        for at, token in enumerate(phrase)
        if (token.kind in LITERALS or _names(phrase, at))
        and not _mentioned(token.text.strip().casefold().removesuffix("'s"), said)
        and not (token.kind in ("number", "money") and figures)
        and not _owner(phrase, at)
        and not (changes and phrase.lower(at - 1) == "from")  # what it was before
    ]


def _mentioned(words: str, said: str) -> bool:
    if not words:
        return True
    before, after = ("(?<!\\w)" if words[0].isalnum() else ""), ("(?!\\w)" if words[-1].isalnum() else "")
    return re.search(f"{before}{re.escape(words)}{after}", said) is not None


def _owner(phrase: Phrase, at: int) -> bool:
    """Whether a word only tells whose a quoted thing is: Ann's email "Hello"."""
    quoted = any(token.kind == "quoted" for token in phrase[at + 1 : at + 4])
    return phrase.lower(at).endswith("'s") and quoted


def _shouted(phrase: Phrase) -> bool:
    """Whether all of it is written in capitals: then none of them makes a name."""
    words = [token.text for token in phrase if token.kind == "word"]
    return len(words) > 2 and all(word.isupper() for word in words)


def _names(phrase: Phrase, at: int) -> bool:
    """Whether a word is a name by its capital, where no sentence begins."""
    token = phrase.tokens[at]
    capital = at > 0 and token.kind == "word" and token.text[:1].isupper() and not _shouted(phrase)
    letter = len(token.text) == 1 and token.text.isupper() and token.text != "I"  # a list of A, B and C
    return capital and (letter or token.lower not in _IDLE) and token.lower not in lexicon.MODIFIERS


def _counts(intent: Intent) -> bool:
    """Whether a figure may have become an order, a number of times or a time."""
    target = intent.target
    if intent.verb in ("wait", "solve", "guess") or intent.assertion is not None:
        return True
    return target is not None and any(
        each.ordinal or each.count or each.condition or each.extreme for each in _chain(target)
    )


def _chain(target: Target) -> Iterator[Target]:
    yield target
    if target.place is not None:
        yield from _chain(target.place.target)


def _said(intent: Intent) -> Iterator[str]:
    """All that an intent has taken from its words."""
    yield from (intent.joint, *intent.options.values())
    for target, value in ((intent.target, intent.value), *intent.fields):
        yield from _of_target(target)
        yield from _of_value(value)
    if intent.assertion is not None:
        yield intent.assertion.contains
        yield from _of_target(intent.assertion.target)


def _of_target(target: Target | None) -> Iterator[str]:
    for each in _chain(target) if target is not None else ():
        yield from (each.name, each.starts, each.ends, each.contains, each.compared, each.kind)
        if each.condition is not None:
            yield each.condition.about
        for other in each.others:
            yield from _of_target(other)


def _of_value(value: Value | None) -> Iterator[str]:
    if value is not None:
        yield from (value.text, value.parameter, value.whole if value.kind in ("answer", "figure") else "")
        yield from _of_target(value.source)

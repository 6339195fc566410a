"""What stands before a noun, and nouns that name a kind of thing or tell it by who made it. Pure."""

from __future__ import annotations

import re
from typing import Final

from runner.record.prompt.language import lexicon
from runner.record.prompt.language.intent import Place, Target
from runner.record.prompt.language.phrase import LITERALS, Phrase, width

_ORDINAL: Final = re.compile(r"^(\d+)(?:st|nd|rd|th)$")


def undetermined(phrase: Phrase) -> Phrase:
    while len(phrase) > 1 and phrase.lower(0) in lexicon.DETERMINERS and _drops(phrase):
        phrase = phrase[1:]
    alone = len(phrase) == 1 and phrase.tokens[0].text.islower()
    if alone and phrase.lower(0) in lexicon.PRONOUNS | lexicon.STRICT_DETERMINERS:
        return phrase[1:]
    return phrase


def _drops(phrase: Phrase) -> bool:
    word, capital = phrase.lower(0), phrase.tokens[0].text[0].isupper()
    if capital and phrase.tokens[0].start > 0 and phrase.tokens[1].text[:1].isupper():
        return False  # "next to The Hobbit"
    return word in lexicon.STRICT_DETERMINERS or not capital


def ordinal_in(phrase: Phrase) -> tuple[int | None, Phrase]:
    word = phrase.lower(0)
    number = lexicon.ORDINALS.get(word)
    if match := _ORDINAL.match(word):
        number = int(match[1])
    if number is None or len(phrase) == 1:
        return (number, phrase[1:]) if match else (None, phrase)
    if phrase.lower(1) in ("name", "names", "and", "page") or (
        number == 1 and word == "top" and phrase.lower(1) == "right"
    ):
        return None, phrase
    if phrase.lower(1) in ("one", "ones") and len(phrase) == 2:
        return number, phrase[2:]
    if phrase.lower(1) == "of":
        return number, undetermined(phrase[2:])
    return number, phrase[1:]


def kind_of(phrase: Phrase) -> str:
    if any(token.kind in LITERALS for token in phrase):
        return ""
    return lexicon.KINDS.get(" ".join(token.lower for token in phrase), "")


_MADE = lexicon.listed(
    "sent wrote posted shared made created added submitted left uploaded published gave emailed mailed"
)
_GOT = ("you got from", "i got from", "you received from", "i received from", "received from",
        "you have from", "sent by",
        "written by", "posted by", "from", "that came from", "written to me by", "sent to me by",
        "made by", "by",
        "created by", "you were sent by")  # fmt: skip


def made_by(phrase: Phrase) -> Target | None:
    """Things told by who made them: "the email Ann sent", "the post by Bob", "Ann's last message"."""
    if (who := _owner_at(phrase)) is not None:
        owner = phrase[: who + 1].plain[:-2]
        ordinal, rest = ordinal_in(phrase[who + 1 :])
        if len(rest) == 2 and rest.tokens[1].kind == "quoted" and kind_of(rest[:1]) == "item":
            by = Place("by", Target(name=owner, kind="item"))  # Ann's email "Hello"
            return Target(name=rest.tokens[1].text, kind="item", quoted=True, place=by)
        if kind_of(rest) == "item":
            return Target(name=owner, kind="item", ordinal=None if ordinal == -1 else ordinal)
    head = next((size for size in (3, 2, 1) if len(phrase) > size and kind_of(phrase[:size])), 0)
    kind = kind_of(phrase[:head]) if head else ""
    if kind != "item" and phrase.lower(0) not in ("information", "info", "stuff"):
        return None
    rest = phrase[max(head, 1) :]
    rest = rest[1:] if rest.lower(0) in ("that", "which") else rest
    if words := rest.match(0, _GOT):
        name = rest[width(words) :].trimmed()
        return Target(name=name.plain, kind="item") if 0 < len(name) <= 3 and _proper(name) else None
    made = next((at for at in range(1, min(4, len(rest))) if rest.lower(at) in _MADE), None)
    return Target(name=rest[:made].plain, kind="item") if made and _proper(rest[:made]) else None


def _owner_at(phrase: Phrase) -> int | None:
    """Where the name of an owner ends: "Ann's ...", "Ann Lee's ..."."""
    for at in range(min(2, len(phrase) - 1)):
        token = phrase.tokens[at]
        if token.kind == "word" and token.lower.endswith("'s") and token.lower not in _DAYS:
            return at if not at or _proper(phrase[: at + 1]) else None
    return None


_DAYS: Final = frozenset({"today's", "yesterday's", "tomorrow's", "let's", "it's", "what's", "who's"})


def _proper(phrase: Phrase) -> bool:
    return all(
        token.text[:1].isupper() or token.text[:1] == "@" or token.kind == "quoted" for token in phrase
    )

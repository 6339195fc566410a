"""Finding the verb of a clause, and telling verbs from names that look like one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from rapidfuzz.distance import DamerauLevenshtein

from runner.record.prompt.language import lexicon
from runner.record.prompt.language.phrase import LITERALS, Phrase, stems, width

_BY_FIRST: dict[str, list[str]] = {}
for _phrase in lexicon.VERBS:
    _BY_FIRST.setdefault(_phrase.split(" ")[0], []).append(_phrase)

# Nouns as often as verbs: a verb only where something a verb governs follows.
_NOUNS = lexicon.listed(
    "email mail order book comment message report mark name play post share like star run place "
    "contact label view show use set change input load sort print type copy start stop next search "
    "filter pin follow reply forward comment test address group file record note review rate list tab "
    "access star update state focus hit write tick run back edit value return exit let export import "
    "download apply notice query head house enable point move slide turn drag find switch flip check "
    "look insert call"
)
_COPULAS = lexicon.listed(
    "is are was were should must will has have had isn't aren't appears appear shows show becomes "
    "contains says reads"
)
_GOVERNING = lexicon.listed("on in into to from for at with over down up until that if whether off out")
_TAKES_KIND = frozenset({"click", "choose", "check", "uncheck", "toggle", "hover", "press", "focus",
    "type", "expand",
                         "collapse", "find", "expect", "wait", "scroll", "clear", "set", "copy",
                         "upload", "accept", "close"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Heard:
    """A verb that was found: its class, the phrase of the lexicon, and how many tokens it spans."""

    verb: str
    phrase: str
    width: int
    fuzzy: bool = False


def verb_at(phrase: Phrase, at: int) -> Heard | None:
    """The verb that stands at `at`, in whatever form, or None."""
    word = phrase.lower(at)
    if not word or phrase.tokens[at].kind != "word":
        return None
    best: Heard | None = None
    for stem in stems(word):
        for candidate in _BY_FIRST.get(stem, ()):
            rest = candidate.split(" ", 1)[1:]
            if rest and not phrase.stands(at + 1, rest[0]):
                continue
            heard = Heard(lexicon.VERBS[candidate], candidate, width(candidate))
            if best is None or heard.width > best.width:
                best = heard
    return best or _misspelt(phrase, at)


def _misspelt(phrase: Phrase, at: int) -> Heard | None:
    word = phrase.lower(at)
    if (
        len(word) < 4
        or word in lexicon.KINDS
        or not word.isalpha()
        or (phrase.tokens[at].text[0].isupper() and at)
    ):
        return None
    nearest = _nearest_verb(word)
    return Heard(lexicon.VERBS[nearest], nearest, 1, fuzzy=True) if nearest else None


_COMMON = lexicon.listed(
    "click press select choose check uncheck enter type write fill open visit navigate scroll hover "
    "wait upload login logout search submit close accept cancel verify ensure expect toggle switch "
    "clear delete remove"
)


@cache
def _nearest_verb(word: str) -> str:
    scored = [
        (DamerauLevenshtein.distance(word, verb), verb) for verb in _COMMON if abs(len(verb) - len(word)) <= 1
    ]
    near = [verb for distance, verb in scored if distance == 1 and verb[0] == word[0]]
    return near[0] if len(near) == 1 else ""


def imperative(phrase: Phrase, at: int) -> Heard | None:
    """The verb at `at` where it can be a command: no name, no field's label, no subject of a statement."""
    heard = verb_at(phrase, at)
    if heard is None or heard.fuzzy:
        return heard
    if heard.phrase == "do" and not _names_control(phrase, at + 1):
        return None
    if heard.phrase == "give it" and phrase.lower(at + 3) in ("star", "stars"):
        return Heard("do", "rate", 2)
    after = at + heard.width
    following = phrase.lower(after)
    if following in _COPULAS and heard.verb != "expect":
        return None
    kind = phrase.match(after, lexicon.KINDS)
    noun = (
        kind
        and heard.verb not in (*_TAKES_KIND, "goto")
        and heard.width == 1
        and phrase.tokens[after].text[:1].islower()
    )
    if noun and not _object_after(phrase, after, kind):
        return None
    if phrase.lower(at) in _NOUNS and not _governs(phrase, after, heard):
        return None
    return heard


def _names_control(phrase: Phrase, at: int) -> bool:
    """ "Do Save book" is a click; "do it", "do the rest" are nothing by themselves."""
    token = phrase.tokens[at] if at < len(phrase) else None
    return token is not None and (
        token.kind == "quoted" or (token.kind == "word" and token.text[:1].isupper())
    )


def _object_after(phrase: Phrase, after: int, kind: str) -> bool:
    """Whether the noun is itself qualified ("delete task Milk"), so that the verb governs it."""
    at = after + width(kind)
    return lexicon.KINDS[kind] == "item" or (at < len(phrase) and phrase.tokens[at].kind in LITERALS)


_SUPERLATIVES = lexicon.listed(
    "most least latest newest oldest earliest recent cheapest highest lowest biggest largest smallest "
    "longest shortest best worst nearest"
)


def _governs(phrase: Phrase, after: int, heard: Heard) -> bool:
    if after >= len(phrase):
        return (
            heard.width > 1
            or heard.verb in ("search", "back", "reload")
            or heard.phrase not in ("name", "email", "type")
        )
    token = phrase.tokens[after]
    following = phrase.lower(after)
    if heard.verb == "search" and token.text == ",":
        return phrase.tokens[after - 1].text[:1].isupper()  # "author: asimov, Search, ..."
    if heard.verb == "search" or (heard.verb == "do" and token.kind == "word" and "." in token.text[1:-1]):
        return token.kind != "mark"
    if token.kind == "mark":
        return token.text not in ":=#"
    return (
        token.kind in LITERALS
        or following in lexicon.DETERMINERS
        or following in lexicon.PRONOUNS
        or following in _GOVERNING
        or following in ("all", "each", "every", "and", "then", "both", "only")
        or following in lexicon.ORDINALS
        or following in _SUPERLATIVES
        or (heard.verb == "do" and following in lexicon.CARDINALS)
        or heard.width > 1
        or heard.verb in _TAKES_KIND
        or (heard.verb in ("goto", "do", "search") and token.text[:1].isupper())
        or bool(phrase.match(after, lexicon.KINDS))
    )

"""So many of things: "order 2 croissants and one baguette", "add 3 x rye bread to the cart". Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from runner.record.prompt.language import lexicon
from runner.record.prompt.language.heads import undetermined
from runner.record.prompt.language.intent import Intent, Target, Value
from runner.record.prompt.language.nouns import target_of
from runner.record.prompt.language.phrase import Phrase, width
from runner.record.prompt.language.verbs import Heard
from runner.record.prompt.language.wishes import LIKINGS

# Those that end in sending the order off, and those that only collect what is to be ordered.
ORDERING: Final = frozenset({"order", "buy", "purchase"})
_COLLECTING: Final = frozenset({"add", "put", "get"})
_TIMES: Final = re.compile(r"(\d{1,3})\s*[x×]|[x×]\s*(\d{1,3})")
_MOST: Final = 99
_GOES: Final = ("to the", "to my", "to your", "to", "into the", "into my", "into", "in the", "in my", "in")
_EACH: Final = ("of each", "of every", "each of")


def ordering(verb: Heard, rest: Phrase, part: str) -> list[Intent]:
    """An intent for each thing of a list that says how many; nothing where no number is said."""
    if verb.phrase not in ORDERING | _COLLECTING:
        return []
    wanted = amounts(_without_basket(rest), part)
    if not wanted or verb.phrase not in ORDERING:
        return wanted
    send = Intent("submit", part=part, optional=True, options={"names": verb.phrase, "order": "yes"})
    return [*wanted, send]


def wished(phrase: Phrase, part: str) -> list[Intent]:
    """ "I'd like 2 bagels and a coffee": put there, not ordered."""
    words = phrase.match(0, LIKINGS)
    return amounts(_without_basket(phrase[width(words) :]), part) if words else []


def amounts(rest: Phrase, part: str) -> list[Intent]:
    """ "2 croissants, one baguette and a bagel": how many of each; nothing where it is no such list."""
    pieces = [piece.trimmed() for piece in rest.split((",", "and", "&", "plus"))]
    read = [_amount(piece) for piece in pieces if len(piece)]
    if not read or any(each is None for each in read):
        return []
    found = [each for each in read if each is not None]
    if not any(counted for _, _, counted in found):
        return []
    return [Intent("amount", target=thing, value=Value(str(number)), part=part) for thing, number, _ in found]


def _amount(piece: Phrase) -> tuple[Target, int, bool] | None:
    """The thing, how many of it, and whether a number said so rather than an article."""
    number, noun = _number_in(piece)
    if not number or not len(noun):
        return None
    if each := noun.match(0, _EACH):
        thing = replace(target_of(noun[width(each) :]), quantifier="all")
        return thing, number, True
    if noun.lower(0) == "of":
        noun = noun[1:]
    noun = undetermined(noun)
    plain = all(token.kind in ("word", "quoted") for token in noun)
    named = [token for token in noun if token.lower not in lexicon.KINDS]
    tied = any(noun.lower(at) in (*lexicon.RELATIONS, "as") for at in range(1, len(noun)))
    if not plain or not named or tied or noun.lower(0) in lexicon.RELATIONS:
        return None
    article = piece.lower(0) in ("a", "an")
    quoted = any(token.kind == "quoted" for token in noun)
    return Target(name=noun.plain, quoted=quoted, wording=piece.text), number, not article


def _number_in(piece: Phrase) -> tuple[int, Phrase]:
    """How many a piece says, and the rest of it; 0 where it says no number."""
    for at, rest in ((0, piece[1:]), (len(piece) - 1, piece[:-1])):
        glued = _TIMES.fullmatch(piece.lower(at))
        if glued and len(piece) > 1:
            return int(glued[1] or glued[2]), rest
    word = piece.lower(0)
    number = int(word) if word.isdecimal() else lexicon.CARDINALS.get(word, 0)
    rest = piece[2:] if piece.lower(1) in ("x", "×") else piece[1:]
    return (number, rest) if 0 < number <= _MOST else (0, piece)


def _without_basket(rest: Phrase) -> Phrase:
    """Without "to the cart" at the end."""
    for at, words in rest.find(_GOES, 2):
        if rest[at + width(words) :].plain.lower() in _BASKETS:
            return rest[:at]
    return rest


_BASKETS: Final = lexicon.SYNONYMS["cart"] | {"order", "my order", "list", "shopping list"}

"""What the words of interfaces mean: synonyms and translations, what excludes what, and what destroys.

The words are data (lexicon.txt). Reading them takes some ms, once, when a repair or an identity check first
needs them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import resources
from typing import Final, Literal

Sort = Literal["verb", "thing", "qualifier", "number", "word"]

_SECTIONS: Final[dict[str, Sort]] = {"[verbs]": "verb", "[things]": "thing", "[qualifiers]": "qualifier"}
_WORD: Final = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*")
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_WITHOUT_SPACES: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_LONGEST: Final = 5


@dataclass(frozen=True, slots=True)
class Unit:
    """One piece of meaning: a known concept, a number, or a word that is only itself."""

    sort: Sort
    key: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Phrases (folded words) to concepts, and how concepts relate."""

    phrases: dict[tuple[str, ...], Unit] = field(default_factory=dict)
    unspaced: tuple[tuple[str, Unit], ...] = ()
    destructive: frozenset[str] = frozenset()
    near: frozenset[frozenset[str]] = frozenset()
    against: frozenset[frozenset[str]] = frozenset()
    fillers: frozenset[str] = frozenset()


def units(text: str) -> tuple[Unit, ...]:
    """What `text` says, in order, fillers left out (unless there is nothing else)."""
    return _units(text[:200])


def destructive(text: str) -> bool:
    """Whether a control with this caption destroys something or cannot be taken back."""
    words = lexicon().destructive
    return any(unit.sort == "verb" and unit.key in words for unit in units(text))


def near(one: Unit, other: Unit) -> bool:
    """Whether one concept is commonly reworded as the other."""
    return frozenset((one.key, other.key)) in lexicon().near


def against(one: Unit, other: Unit) -> bool:
    """Whether the two exclude each other."""
    return frozenset((one.key, other.key)) in lexicon().against


def related(text: str) -> tuple[str, ...]:
    """Words and phrases that mean what parts of `text` mean, folded; most useful for a quick search."""
    known = lexicon()
    keys = {unit.key for unit in units(text) if unit.sort not in ("word", "number")}
    wanted = keys | {other for pair in known.near if pair & keys for other in pair}
    return tuple(" ".join(words) for words, unit in known.phrases.items() if unit.key in wanted)


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """Lower case, no accents, single spaces: what two writings of one caption share."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("ł", "l").replace("ø", "o"))
    bare = "".join(char for char in plain if not unicodedata.combining(char) or _joins_kana(char))
    return " ".join(unicodedata.normalize("NFC", bare).casefold().split())


def _joins_kana(char: str) -> bool:
    return char in "\u3099\u309a"


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """A word without the endings that rewording adds; only where enough of it is left to keep its sense."""
    for ending, kept in (("ies", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("s", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word[: -len(ending)] + kept
            break
    return word[:-1] if len(word) > 4 and word.endswith("e") else word


@lru_cache(maxsize=20_000)
def _units(text: str) -> tuple[Unit, ...]:
    known = lexicon()
    words = _words(text)
    told = list(_read(words, known))
    kept = [unit for unit in told if not (unit.sort == "word" and unit.key in known.fillers)]
    return tuple(kept or told)


def _words(text: str) -> list[str]:
    return [word.replace("’", "'") for word in _WORD.findall(fold(_CAMEL.sub(" ", text)))]


def _read(words: list[str], known: Lexicon) -> Iterator[Unit]:
    at = 0
    while at < len(words):
        if _WITHOUT_SPACES.search(words[at]):
            yield from _unspaced(words[at], known)
            at += 1
            continue
        unit, length = _longest(words, at, known)
        yield unit
        at += length


def _longest(words: list[str], at: int, known: Lexicon) -> tuple[Unit, int]:
    for length in range(min(_LONGEST, len(words) - at), 0, -1):
        phrase = tuple(words[at : at + length])
        unit = known.phrases.get(phrase) or (known.phrases.get((stem(phrase[0]),)) if length == 1 else None)
        if unit:
            return unit, length
    word = words[at]
    return (Unit("number", word) if word[0].isdigit() else Unit("word", stem(word))), 1


def _unspaced(text: str, known: Lexicon) -> Iterator[Unit]:
    """Scripts without spaces: known words wherever they stand, else the text as it is."""
    rest = text
    found = False
    for phrase, unit in known.unspaced:
        if phrase in rest:
            rest, found = rest.replace(phrase, " "), True
            yield unit
    for piece in rest.split() if found else [text]:
        if len(piece) > 1 or not found:
            yield Unit("word", piece)


@cache
def lexicon() -> Lexicon:
    """The words, read once."""
    text = resources.files(__package__).joinpath("lexicon.txt").read_text(encoding="utf-8")
    return parse(text)


def parse(text: str) -> Lexicon:
    """The lexicon that `text` (the format of lexicon.txt) describes."""
    sort: Sort = "word"
    phrases: dict[tuple[str, ...], Unit] = {}
    destroys: set[str] = set()
    fillers: set[str] = set()
    relations: dict[str, set[frozenset[str]]] = {"near": set(), "against": set()}
    for line in text.splitlines():
        if line in _SECTIONS:
            sort = _SECTIONS[line]
        name, equals, told = line.partition(" = ")
        if not equals or line.startswith("#"):
            continue
        if name == "filler":
            fillers |= {stem(word) for word in told.split()}
            continue
        if name in relations:
            relations[name] |= _pairs(told.split())
            continue
        if name.endswith("!"):
            name = name[:-1]
            destroys.add(name)
        for phrase in told.split(","):
            # a phrase two concepts share belongs to the first: the commoner one stands further up
            phrases.setdefault(tuple(_words(phrase)), Unit(sort, name))
    stemmed: dict[tuple[str, ...], Unit] = {
        (stem(words[0]),): unit for words, unit in phrases.items() if len(words) == 1
    }
    unspaced = [
        ("".join(words), unit) for words, unit in phrases.items() if _WITHOUT_SPACES.search("".join(words))
    ]
    unspaced.sort(key=lambda pair: -len(pair[0]))
    return Lexicon(
        phrases={**stemmed, **phrases},
        unspaced=tuple(unspaced),
        destructive=frozenset(destroys),
        near=frozenset(relations["near"]),
        against=frozenset(relations["against"]),
        fillers=frozenset(fillers),
    )


def _pairs(names: list[str]) -> set[frozenset[str]]:
    return {frozenset((one, other)) for one in names for other in names if one != other}

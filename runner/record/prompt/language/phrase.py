"""A run of tokens with its wording: what the grammar's rules look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from runner.record.prompt.language.lexicon import IRREGULAR
from runner.record.prompt.language.tokens import Token

LITERALS = frozenset({"quoted", "url", "path", "email", "date", "time", "money", "number", "digits",
    "parameter"})  # fmt: skip
# What these hold is somebody's text: {{PASSWORD}} is a value, not the word "password".
_OPAQUE = frozenset({"quoted", "parameter"})


@dataclass(frozen=True, slots=True)
class Phrase:
    """Tokens of one stretch of the sentence, in order."""

    tokens: tuple[Token, ...]
    source: str

    def __len__(self) -> int:
        return len(self.tokens)

    def __getitem__(self, part: slice) -> Phrase:
        return Phrase(self.tokens[part], self.source)

    def __iter__(self) -> Iterator[Token]:
        return iter(self.tokens)

    @property
    def text(self) -> str:
        """The wording, as it was written."""
        if not self.tokens:
            return ""
        return self.source[self.tokens[0].start : self.tokens[-1].end].strip()

    @property
    def plain(self) -> str:
        """The wording with quotes taken off each quoted token and spaces folded."""
        if not self.tokens:
            return ""
        pieces = [self.tokens[0].text]
        for before, token in zip(self.tokens, self.tokens[1:], strict=False):
            gap = (
                " "
                if self.source[before.end : token.start].strip(" \n\t")
                != self.source[before.end : token.start]
                else ""
            )
            pieces.append(gap + token.text)
        return "".join(pieces).strip()

    def lower(self, at: int) -> str:
        """The token at `at` in lower case, empty beyond the end or where it is quoted or a parameter."""
        if not -len(self.tokens) <= at < len(self.tokens):
            return ""
        token = self.tokens[at]
        return "" if token.kind in _OPAQUE else token.lower

    def match(self, at: int, phrases: Iterable[str]) -> str:
        """The longest of `phrases` that stands at `at`, or an empty string."""
        return max((phrase for phrase in phrases if self.stands(at, phrase)), key=len, default="")

    def stands(self, at: int, phrase: str) -> bool:
        """Whether the words of `phrase` stand at `at`."""
        return all(self.lower(at + step) == word for step, word in enumerate(_words(phrase)))

    def find(self, phrases: Iterable[str], start: int = 0) -> Iterator[tuple[int, str]]:
        """Every place where one of `phrases` stands, with the longest that does."""
        listed = tuple(phrases)
        for at in range(start, len(self.tokens)):
            if found := self.match(at, listed):
                yield at, found

    def split(self, marks: Iterable[str]) -> list[Phrase]:
        """Cut at every token that reads as one of `marks`; empty pieces are dropped."""
        wanted = set(marks)
        pieces: list[list[Token]] = [[]]
        for token in self.tokens:
            if token.kind not in _OPAQUE and token.lower in wanted:
                pieces.append([])
            else:
                pieces[-1].append(token)
        return [Phrase(tuple(piece), self.source) for piece in pieces if piece]

    def without(self, marks: str) -> Phrase:
        """Without these marks, wherever they stand."""
        kept = tuple(token for token in self.tokens if token.kind in _OPAQUE or token.text not in marks)
        return Phrase(kept, self.source)

    def trimmed(self, marks: str = ",.;:!?-–—…") -> Phrase:
        """Without punctuation at either end."""
        start, end = 0, len(self.tokens)
        while (
            start < end
            and self.tokens[start].kind in ("mark", "break", "marker")
            and self.tokens[start].text in marks
        ):
            start += 1
        while (
            end > start
            and self.tokens[end - 1].kind in ("mark", "break")
            and self.tokens[end - 1].text in marks
        ):
            end -= 1
        return self[start:end]


@cache
def _words(phrase: str) -> tuple[str, ...]:
    return tuple(phrase.split(" "))


def width(phrase: str) -> int:
    """How many tokens a phrase of the lexicon spans."""
    return len(_words(phrase))


@cache
def stems(word: str) -> tuple[str, ...]:
    """The word and what it may be a form of: clicks, clicking, clicked -> click."""
    forms = [word]
    if word in IRREGULAR:
        forms.append(IRREGULAR[word])
    for ending, swaps in (
        ("ing", ("", "e")),
        ("ed", ("", "e")),
        ("es", ("", "e")),
        ("s", ("",)),
        ("ies", ("y",)),
    ):
        if word.endswith(ending) and len(word) - len(ending) > 1:
            stem = word[: -len(ending)]
            forms += [stem + swap for swap in swaps]
            if len(stem) > 2 and stem[-1] == stem[-2]:
                forms.append(stem[:-1])
    return tuple(dict.fromkeys(forms))

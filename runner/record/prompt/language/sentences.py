"""Cutting a text into sentences: at full stops that end one, at line breaks, at the numbers of a list."""

from __future__ import annotations

from collections.abc import Iterator

from runner.record.prompt.language import lexicon
from runner.record.prompt.language.phrase import Phrase
from runner.record.prompt.language.tokens import Token

_ENDS = frozenset(".;!?")


def sentences(tokens: list[Token], source: str) -> Iterator[Phrase]:
    """The sentences of a text that has been cut into tokens."""
    current: list[Token] = []
    for at, token in enumerate(tokens):
        last = at + 1 == len(tokens)
        ends = token.kind in ("break", "marker") or (token.kind == "mark" and token.text in _ENDS)
        if ends and token.text == "." and current and not last:
            ends = not _abbreviates(current[-1], token, tokens[at + 1])
        if token.kind == "break" and current and current[-1].text == ":" and len(current) > 1:
            ends = False
        if not ends:
            current.append(token)
            continue
        if current:
            yield Phrase(tuple(current), source)
        current = []
    if current:
        yield Phrase(tuple(current), source)


_ABBREVIATIONS = lexicon.listed("dr mr mrs ms prof st no nr vs etc e.g i.e approx inc ltd co jr sr dept")


def _abbreviates(before: Token, dot: Token, after: Token) -> bool:
    """Whether the dot belongs to an abbreviation, an initial or a name ("R. F. Kuang", "notes.txt")."""
    if after.start == dot.end:
        return after.kind == "word"
    if before.kind != "word" or before.end != dot.start:
        return False
    initial = len(before.text) == 1 and before.text.isupper() and after.text[:1].isupper()
    return initial or before.lower in _ABBREVIATIONS

"""Values that are not said but are to be read off the page: "the last word in the text", "the answer"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final, Literal

from runner.record.prompt.language import lexicon
from runner.record.prompt.language.intent import Piece, Place, Target, Unit, Value
from runner.record.prompt.language.nouns import target_of
from runner.record.prompt.language.phrase import LITERALS, Phrase, width

UNITS: Final[dict[str, Unit]] = {
    "word": "word", "words": "word", "line": "line", "lines": "line", "sentence": "sentence",
    "letter": "letter", "character": "letter", "digit": "number", "number": "number",
    "paragraph": "paragraph",
}  # fmt: skip
_FIGURES: Final[dict[str, Unit]] = {
    "number of": "count", "total number of": "count", "count of": "count", "amount of": "count",
    "quantity of": "count", "how many": "count", "sum of": "sum", "total of": "sum", "average of": "average",
    "mean of": "average", "average": "average", "sum": "sum", "grand total of": "sum",
}  # fmt: skip
_ANSWERS: Final = (
    "answer", "answers", "result", "solution", "outcome", "right answer", "correct answer", "final answer",
    "value of x", "value of y", "correct solution", "right result", "correct result",
)  # fmt: skip
_ORDINAL: Final = re.compile(r"^(\d+)(?:st|nd|rd|th)?$")
_WITHIN: Final = ("in", "of", "from", "inside", "within", "on", "out of")
_TRAILING: Final = (
    "there are", "are there", "that are shown", "are shown", "you see", "you can see", "are listed",
    "you find", "there is", "are displayed", "are visible", "do you see", "shown", "can you see",
    "do you count", "can you find",
)  # fmt: skip
_SPEAKS: Final = frozenset({"text", "contents", "content", "value", "message", "code", "paragraph", "string",
    "quote", "sentence", "phrase", "word", "words"})  # fmt: skip
_HERE: Final = (
    "below", "above", "on the page", "shown", "shown below", "shown above", "displayed", "given below",
    "on the screen", "given", "here", "provided", "displayed below", "displayed above", "on the left",
    "on the right", "on the page below", "that is shown", "you see", "given above", "from below",
    "from above",
)  # fmt: skip
_CASES: Final[dict[str, Literal["upper", "lower", "title"]]] = {
    "upper case": "upper", "uppercase": "upper", "capital": "upper", "caps": "upper", "capitals": "upper",
    "all caps": "upper", "upper-case": "upper", "block capitals": "upper", "lower case": "lower",
    "lowercase": "lower", "lower-case": "lower", "small": "lower", "title case": "title",
}  # fmt: skip


def source_of(phrase: Phrase) -> Value | None:
    """The value where the phrase says what to read or to work out, instead of the text itself."""
    at = 1 if phrase.lower(0) in ("the", "your", "its", "their", "this", "that", "my") else 0
    body = phrase[at:]
    if not len(body) or (at == 0 and body.tokens[0].kind in LITERALS):
        return None
    return _answer(body) or _figure(body) or _piece(body) or (_shown(body) if at else None)


def _answer(body: Phrase) -> Value | None:
    words = body.match(0, _ANSWERS)
    rest = body[width(words) :] if words else body
    if not words or (len(rest) and not rest.match(0, ("to", "of", "for", "from", "in", "here", "there"))):
        return None
    return Value(body.plain, kind="answer", source=Target(name=words, wording=body.text))


def _figure(body: Phrase) -> Value | None:
    """ "number of rows", "how many open tasks there are", "sum of the prices"."""
    words = body.match(0, _FIGURES)
    rest = body[width(words) :].trimmed() if words else body
    if not words or not len(rest) or (words in ("sum", "average") and rest.lower(0) not in ("of", "price")):
        return None
    for ending in sorted(_TRAILING, key=len, reverse=True):
        at = len(rest) - width(ending)
        if at > 0 and rest.stands(at, ending):
            rest = rest[:at]
    if rest.lower(0) == "of":
        rest = rest[1:]
    numbers = [token for token in rest if token.kind in ("number", "money")]
    if words.startswith(("sum", "total", "average", "mean")) and len(numbers) > 1:
        return Value(body.plain, kind="answer", whole=_spelled(words, [token.text for token in numbers]))
    counted = replace(target_of(rest), quantifier="all")
    return Value(body.plain, kind="figure", source=counted, piece=Piece(_FIGURES[words]), whole=rest.plain)


def _spelled(words: str, numbers: list[str]) -> str:
    """ "sum of 3 and 4" as the sum it is."""
    added = " + ".join(number.strip("$€£ ") for number in numbers)
    return f"({added}) / {len(numbers)}" if words.startswith(("average", "mean")) else added


def _piece(body: Phrase) -> Value | None:
    """ "last word in the text area", "third line", "word 3 of the paragraph"."""
    ordinal, rest = _counted(body)
    unit = UNITS.get(rest.lower(0))
    if unit is None:
        return None
    rest = rest[1:]
    if ordinal is None and len(rest) and (match := _ORDINAL.match(rest.lower(0))):
        ordinal, rest = int(match[1]), rest[1:]
    if ordinal is None:
        return None
    if words := rest.match(0, _WITHIN):
        rest = rest[width(words) :]
    elif len(rest) and not rest.match(0, _HERE):
        return None
    where = target_of(rest) if len(rest) and not rest.match(0, _HERE) else Target(kind="text")
    return Value(body.plain, kind="piece", source=where, piece=Piece(unit, ordinal))


def _counted(body: Phrase) -> tuple[int | None, Phrase]:
    ordinal: int | None = lexicon.ORDINALS.get(body.lower(0))
    if ordinal is None and len(body) > 1 and (match := _ORDINAL.match(body.lower(0))):
        ordinal = int(match[1])
    return ordinal, body[1:] if ordinal is not None else body


def _shown(body: Phrase) -> Value | None:
    """ "the text below", "the code shown on the page", "the value of Country"."""
    if body.lower(0) not in _SPEAKS:
        return None
    rest = body[1:]
    if not len(rest) or any(rest.stands(0, words) and len(rest) == width(words) for words in _HERE):
        return Value(body.plain, source=Target(kind="text", name="", wording=body.text))
    if rest.lower(0) in ("of", "for") and len(rest) > 1:
        return Value(body.plain, source=replace(target_of(rest[1:]), wording=body.text))
    return None


def fact_wanted(phrase: Phrase) -> Target | None:
    """ "the email of Bob", "Bob's email", "the price in the row for Dune": what is wanted, and of whom."""
    body = phrase[1:] if phrase.lower(0) in lexicon.STRICT_DETERMINERS else phrase
    owner = next((at for at in range(min(4, len(body) - 1)) if body.lower(at).endswith("'s")), None)
    if owner is not None and owner + 1 < len(body) <= owner + 5:
        name = body[: owner + 1].plain[:-2]
        wanted = body[owner + 1 :].plain
        return Target(name=wanted, place=Place("of", Target(name=name)), wording=phrase.text)
    for at, words in body.find(("of", "for", "in the row for", "in the row of", "from the row for"), 1):
        if at <= 3 and at + width(words) < len(body):
            subject = target_of(body[at + width(words) :])
            return Target(name=body[:at].plain, place=Place("of", subject), wording=phrase.text)
    return None


def without_case(phrase: Phrase) -> tuple[Phrase, Literal["", "upper", "lower", "title"]]:
    """The phrase without "in all upper case letters" wherever it stands, and which case it asks for."""
    for at, _ in phrase.find(("in", "as", "using", "with"), 1):
        end = at + 1
        while phrase.lower(end) in ("all", "only", "the"):
            end += 1
        if not (words := phrase.match(end, _CASES)) or words == "small":
            continue
        end += width(words)
        while phrase.lower(end) in ("letters", "characters", "only"):
            end += 1
        return Phrase(phrase.tokens[:at] + phrase.tokens[end:], phrase.source), _CASES[words]
    return phrase, ""


def cased(phrase: Phrase) -> tuple[Phrase, Literal["", "upper", "lower", "title"]]:
    """The phrase without "in upper case letters" at its end, and which case it asks for."""
    for at, _ in phrase.find(("in", "as", "using", "with"), 1):
        words = [token.lower for token in phrase[at + 1 :]]
        words = [word for word in words if word not in ("all", "letters", "only", "the", "characters")]
        if case := _CASES.get(" ".join(words)):
            return phrase[:at], case
    return phrase, ""

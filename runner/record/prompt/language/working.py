"""Commands whose values the page gives: solve, count, guess, classify, copy over, fill in from a table."""

from __future__ import annotations

import re
from typing import Final

from runner.record.prompt.language import lexicon
from runner.record.prompt.language.intent import Intent, Piece, Target, Value
from runner.record.prompt.language.nouns import field_of, several, target_of
from runner.record.prompt.language.phrase import LITERALS, Phrase, width
from runner.record.prompt.language.sources import fact_wanted, source_of
from runner.record.prompt.language.values import value_of
from runner.record.prompt.language.verbs import Heard

_RANGE: Final = re.compile(r"(-?\d+)\s*(?:-|–|to|and|\.\.|through)\s*(-?\d+)")
_GIVEN: Final = lexicon.listed(
    "value values information info details data entries content contents answer answers fact facts "
    "corresponding matching table"
)
_FORMS: Final = lexicon.listed("form fields inputs boxes textboxes field label labels blanks input box")
_EACH: Final = lexicon.listed("each every all corresponding matching form fields blanks inputs")
_SOURCES: Final = ("table", "list", "section", "text", "page", "dialog", "grid", "item")


def solving(verb: Heard, rest: Phrase, part: str) -> list[Intent]:
    """ "Solve the equation", "calculate 3 + 4", "count the rows", "add up the prices"."""
    if verb.phrase in ("count", "count up", "tally") or rest.match(0, ("how many",)):
        rest = rest[2:] if rest.match(0, ("how many",)) else rest
        counted = Value(rest.plain, kind="figure", source=target_of(rest), piece=Piece("count"))
        return [Intent("solve", value=counted, part=part)] if len(rest) else []
    if (found := source_of(rest)) is not None and found.kind in ("figure", "answer"):
        return [Intent("solve", value=found, part=part)]
    literal = [token for token in rest if token.kind in ("number", "money", "digits")]
    if verb.phrase in ("add up", "sum up") and not literal:
        added = Value(rest.plain, kind="figure", source=target_of(rest), piece=Piece("sum"))
        return [Intent("solve", value=added, part=part)]
    where = target_of(rest) if len(rest) and not literal else None
    return [
        Intent("solve", value=Value(rest.plain, kind="answer", source=where, whole=rest.plain), part=part)
    ]


def asking(phrase: Phrase, part: str) -> list[Intent]:
    """ "How many rows are there?", "what is the price of Dune": to be found out for what comes next."""
    if phrase.match(0, ("how many",)):
        value = source_of(phrase)
        return [Intent("solve", value=value, part=part)] if value is not None else []
    words = phrase.match(0, ("what is", "what's", "what are", "how much is", "what does"))
    rest = phrase[width(words) :] if words else phrase
    if not words or not len(rest):
        return []
    if any(token.kind in ("number", "money", "digits") for token in rest):
        return [Intent("solve", value=Value(rest.plain, kind="answer", whole=rest.plain), part=part)]
    return [Intent("find", target=target_of(rest), value=_read(rest), part=part)]


def guessing(verb: Heard, rest: Phrase, part: str) -> list[Intent]:
    """ "Guess the number between 0 and 9": tried out, as the page says higher or lower."""
    span = _RANGE.search(rest.text)
    if not span:
        return [Intent("unsupported", part=part, reason="it does not say between which numbers to guess")]
    low, high = sorted((int(span[1]), int(span[2])))
    return [Intent("guess", value=Value(f"{low} {high}", kind="range"), part=part)]


def classifying(rest: Phrase, part: str) -> list[Intent]:
    """ "Mark the numbers as odd or even": one of several words for each; nothing where only one is named."""
    at, words = next(((at, words) for at, words in rest.find(("as either", "as", "into"), 1)), (0, ""))
    if not at:
        return []
    if not any(token.lower in ("or", "/") for token in rest):
        return []
    classes = [piece.trimmed() for piece in rest[at + width(words) :].split(("or", "/", ","))]
    classes = [piece for piece in classes if len(piece)]
    if len(classes) < 2:
        return []
    options = {"as": "|".join(target_of(piece).name or piece.plain for piece in classes)}
    return [Intent("classify", target=target_of(rest[:at]), part=part, options=options)]


def copying(verb: Heard, rest: Phrase, part: str) -> list[Intent]:
    """ "Copy the code", "copy the code into the Code field"."""
    if found := transferring(rest, part):
        return found
    into = [(at, words) for at, words in rest.find(("into", "to", "in to", "onto", "over to"), 1)]
    if into and into[-1][0] + width(into[-1][1]) < len(rest):
        at, words = into[-1]
        place = field_of(rest[at + width(words) :])
        return [Intent("set", target=place, value=_read(rest[:at]), part=part)]
    if verb.phrase == "transfer":
        return []
    if not len(rest):
        return []
    if source_of(rest) is None and len(targets := several(rest)) > 1:
        return [Intent("copy", target=target, part=part) for target in targets]
    wanted = fact_wanted(rest)
    value = source_of(rest) or (Value(rest.plain, source=wanted) if wanted else None)
    return [Intent("copy", target=target_of(rest), value=value, part=part)]


def _read(phrase: Phrase) -> Value:
    """What is copied: read off the page unless it stands in quotes."""
    found = value_of(phrase)
    if found.source is not None or found.quoted or found.parameter or found.kind == "answer":
        return found
    return Value(phrase.plain, source=fact_wanted(phrase) or field_of(phrase))


def transferring(rest: Phrase, part: str) -> list[Intent]:
    """ "Fill in the form with the values from the table": each field by its label."""
    words = [token.lower for token in rest if token.kind == "word"]
    if any(token.kind in LITERALS for token in rest):
        return []
    spoken = set(words)
    if not (spoken & _FORMS and spoken & _GIVEN and spoken & _EACH):
        return []
    if not (spoken & {"form", "fields", "inputs", "boxes", "textboxes", "blanks", "each", "every"}):
        return []
    return [Intent("transfer", target=_form(rest), value=_given(rest), part=part)]


def _form(rest: Phrase) -> Target:
    for at in range(len(rest)):
        if rest.lower(at) == "form":
            return Target(kind="form", wording=rest.text)
    return Target(kind="field", quantifier="all", wording=rest.text)


def _given(rest: Phrase) -> Value | None:
    """Where the values stand, if that is said: "from the table", "in the Details section"."""
    for at, words in rest.find(("from", "in", "of", "using", "with"), 0):
        named = rest[at + width(words) :]
        end = next((step for step, _ in named.find(("into", "to", "in"), 1)), len(named))
        place = target_of(named[:end])
        if place.kind in ("table", "list", "dialog") or (place.kind == "section" and place.name):
            return Value(place.wording, source=place)
    return None


def commanding(verb: Heard, rest: Phrase, part: str) -> list[Intent]:
    """Work for a terminal: the verb says which command, its object on what."""
    quoted = next((token.text for token in rest if token.kind == "quoted"), "")
    if verb.phrase in ("run", "execute", "type", "enter", "input", "type in") and len(rest):
        command = quoted or rest.plain.removeprefix("the command ").removeprefix("command ")
        return [Intent("command", value=Value(command, True, "command"), part=part)]
    return [Intent("command", target=target_of(rest), value=Value(verb.phrase), part=part)]

"""Commands to search: for what, and where."""

from __future__ import annotations

from runner.record.prompt.language import lexicon
from runner.record.prompt.language.heads import made_by, undetermined
from runner.record.prompt.language.intent import Intent, Target, Value
from runner.record.prompt.language.nouns import target_of
from runner.record.prompt.language.phrase import Phrase, width
from runner.record.prompt.language.values import value_of
from runner.record.prompt.language.verbs import Heard


def searching(verb: Heard, rest: Phrase, part: str) -> list[Intent]:
    rest = rest[1:] if rest.lower(0) in ("for", "up", "after") and len(rest) > 1 else rest
    if not len(rest):
        return [Intent("click", target=Target(name="Search"), part=part)]
    if (made := made_by(undetermined(rest))) is not None:  # "an email written by Ann": Ann is looked for
        return [Intent("search", value=Value(made.name), part=part, options={"among": made.kind})]
    for at, words in rest.find(("in the", "in", "using the", "using", "on the", "with the", "within"), 1):
        place = target_of(rest[at + width(words) :])
        if place.kind in ("field", "page", "form", "section", "menu", "list", "table") or place.name:
            target = None if place.kind == "page" else place
            return [Intent("search", target=target, value=value_of(rest[:at]), part=part)]
    options = {"among": ""} if _names_a_list(rest) else {}
    return [Intent("search", value=value_of(rest), part=part, options=options)]


def _names_a_list(rest: Phrase) -> bool:
    """Whether it is said where to look rather than what for: "search today's emails", "search the inbox"."""
    noun = rest.lower(-1)
    plain = all(token.kind == "word" and token.text[:1].islower() for token in rest)
    return plain and (
        lexicon.KINDS.get(noun) in ("item", "list", "table") or noun in ("inbox", "feed", "mailbox")
    )

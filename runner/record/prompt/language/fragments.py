"""Clauses without a verb: "page 3", "3rd Edit, notes ...", "Security tab: new password ...", lists."""

from __future__ import annotations

import re
from typing import Final

from runner.record.prompt.language import commands, pointing, quantities, sending
from runner.record.prompt.language.clauses import Clause
from runner.record.prompt.language.intent import Intent, Value
from runner.record.prompt.language.nouns import target_of
from runner.record.prompt.language.phrase import LITERALS, Phrase
from runner.record.prompt.language.values import pairs
from runner.record.prompt.language.verbs import Heard, imperative
from runner.record.prompt.language.wishes import wished_for

REPEATED: Final = frozenset({"click", "check", "uncheck", "toggle", "hover", "choose", "press"})


def fragment(clause: Clause, before: list[Intent]) -> list[Intent]:
    """A list of fields, or one more thing of what the clause before asked for."""
    part = clause.part
    if ordered := _ordered(clause.phrase, part):
        return ordered
    if turned := _turned(clause.phrase, part):
        return turned
    if listed := headed(clause):
        return listed
    found = pairs(clause.phrase, marks=(":", "=", "->", "=>", "→"))
    if found and all(value.text for _, value in found):
        return [Intent("set", target=target, value=value, part=part) for target, value in found]
    if part.lower().startswith(("i've ", "i have ", "i'm done", "i am done", "i'm finished")):
        return []  # why it is asked, not what
    first = clause.phrase.tokens[0]
    goes = any(clause.phrase.find(("into",), 1))  # "poetry into Filter tasks"
    if (first.kind in LITERALS or goes) and (
        placed := commands.read(Heard("type", "type", 1), clause.phrase, part)
    ):
        return placed if all(intent.verb == "set" for intent in placed) else [unclear(part)]
    if path := pointing.hops(clause.phrase):
        return [pointing.clicked(hop, part, {"path": "end" if hop is path[-1] else "way"}) for hop in path]
    if wanted := sending.wanted(clause.phrase, part):
        return wanted
    if (thing := wished_for(clause.phrase)) is not None:
        if counted := quantities.wished(clause.phrase, part):
            return counted
        return [
            Intent("unsupported", target=thing, part=part, reason="it says what is wanted, not what to do")
        ]
    last = before[-1] if before else None
    if last and clause.start and last.verb in REPEATED and len(clause.phrase) < 8:
        return commands.repeated(last, clause.phrase, part)
    if len(clause.phrase) == 1 and clause.phrase.tokens[0].kind == "url":
        return [] if any(intent.verb == "goto" for intent in before) else pointing.goto(clause.phrase, part)
    if _CONSENT.fullmatch(part):
        return [Intent("accept", value=Value("accept"), part=part)]
    thing = target_of(clause.phrase)
    if _among_others(clause) and thing.name and thing.kind in ("tab", "button", "link"):
        return [pointing.clicked(thing, part)]  # "Security tab:", above what is done there
    named = len(clause.phrase) <= 3 and all(token.kind == "word" for token in clause.phrase)
    if named and _among_others(clause):
        return [pointing.clicked(target_of(clause.phrase), part, {"exact": "yes"})]
    return [unclear(part)]


# What is said to a dialog that the browser shows.
_CONSENT: Final = re.compile(
    r"(?:ok|okay|yes)\s+(?:in|on|to)\s+(?:the\s+)?(?:confirm(?:ation)?\s+)?(?:dialog|popup|pop-up|alert|prompt)",
    re.IGNORECASE,
)


def _among_others(clause: Clause) -> bool:
    """Whether more is asked for than this clause."""
    return len(clause.phrase.source.strip(" .!?;,:")) > len(clause.part)


def headed(clause: Clause) -> list[Intent]:
    """ "Notifications tab: untick Digest", "New customer: name Ada, plan Pro": open that, then the rest."""
    phrase = clause.phrase
    at = next((at for at in range(1, min(6, len(phrase))) if phrase.lower(at) == ":"), None)
    if at is None or at + 1 >= len(phrase):
        return []
    head, tail = phrase[:at], phrase[at + 1 :].trimmed(",:")
    opening = pointing.clicked(target_of(head), clause.part)
    heard = imperative(tail, 0)
    if heard is not None and not heard.fuzzy and len(tail) > heard.width:
        return [opening, *commands.read(heard, tail[heard.width :], clause.part)]
    listed = pairs(tail)
    if not listed or (len(listed) == 1 and len(tail) < 3):
        return []
    return [opening, *(Intent("set", target=each, value=value, part=clause.part) for each, value in listed)]


def _ordered(phrase: Phrase, part: str) -> list[Intent]:
    """ "2nd Delete", "3rd Edit, notes "Twice a week"": what is clicked, then the fields it opens."""
    cut = next((at for at in range(1, len(phrase)) if phrase.lower(at) == ","), len(phrase))
    counted = target_of(phrase[:cut])
    if not counted.ordinal or not counted.name or cut > 3 or counted.place:
        return []
    given = pairs(phrase[cut + 1 :]) if cut + 1 < len(phrase) else []
    if given is None:
        return []
    opening = pointing.clicked(counted, part)
    return [opening, *(Intent("set", target=each, value=value, part=part) for each, value in given)]


_TURNING: Final = frozenset({"next page", "previous page", "last page", "first page"})


def _turned(phrase: Phrase, part: str) -> list[Intent]:
    """ "Page 3", "next page"."""
    numbered = phrase.lower(0) == "page" and len(phrase) == 2 and phrase.tokens[1].text.isdecimal()
    if not numbered and phrase.text.lower() not in _TURNING:
        return []
    return commands.read(Heard("goto", "go to", 2), phrase, part)


# What a statement says of a state, never of a value.
_STATES: Final = frozenset(
    {"shown", "visible", "there", "displayed", "listed", "present", "checked", "ticked", "selected", "open",
     "disabled", "enabled", "unchecked", "gone", "empty", "here", "on", "off", "available", "active"}
)  # fmt: skip


def stated(clause: Clause, before: list[Intent]) -> list[Intent]:
    """ "My email is ada@x.org", "Title is Babel, Year is 2022" after a form was opened: values, no checks."""
    phrase = clause.phrase
    mine = phrase.lower(0) in ("my", "our")
    copulas = any(token.lower in ("is", "are") for token in phrase)
    listed = pairs(phrase, marks=("is", "are")) if copulas else None
    if not listed or not before or before[-1].verb not in (*_OPENING, "set"):
        return []
    if not mine and (len(listed) < 2 or phrase.lower(0) in ("the", "it", "there", "this", "that")):
        return []
    if any(value.text.lower() in _STATES or not value.text for _, value in listed):
        return []
    return [Intent("set", target=target, value=value, part=clause.part) for target, value in listed]


_OPENING: Final = frozenset({"login", "click", "goto", "do", "type"})


def unclear(part: str) -> Intent:
    reason = "this part names no action and states nothing that could be checked"
    if part.lower().startswith(("don't", "do not", "never", "avoid", "without")):
        reason = "a prohibition is nothing that can be done or checked"
    return Intent("unsupported", part=part, reason=reason)

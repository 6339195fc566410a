"""A sentence read into intents. Pure: nothing of the page is known here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Literal

from runner.record.prompt.language import commands, figures, lexicon, pointing, working
from runner.record.prompt.language.assertions import PRONOUNS, assertion_of
from runner.record.prompt.language.clauses import REFUSALS, Clause, clauses_of
from runner.record.prompt.language.fragments import fragment, stated, unclear
from runner.record.prompt.language.intent import Intent, Place, Target, Value
from runner.record.prompt.language.leftovers import left_over
from runner.record.prompt.language.nouns import target_of
from runner.record.prompt.language.phrase import Phrase, width
from runner.record.prompt.language.verbs import Heard
from runner.record.prompt.language.wishes import repeats, spelt_out, spoken_of, wishes, with_credentials

_OBJECT = 2  # words after "do not submit": "it", "the form"
_READING = Heard("scroll", "scroll", 1)


def read(prompt: str, values: Mapping[str, str] | None = None) -> list[Intent]:
    """The intents of `prompt`, in the order they are to be served.

    A `{{NAME}}` stands for its value in `values`; without one (a secret), a field can be given it, but no
    element can be called by it.
    """
    intents: list[Intent] = []
    doubtful = False
    latest = 0  # how many intents the clause before had
    wished = 0  # how many intents came of a wish ("I'd like to buy Dune") that the next clause may spell out
    for clause in clauses_of(prompt, values):
        found = _read(clause, intents)
        if clause.place is not None and clause.verb and target_of(clause.place[1:]).kind == "terminal":
            found = working.commanding(clause.verb, clause.rest, clause.part)
        elif clause.place is not None:
            found = [_as_click(intent) for intent in found]
            found = [_placed(intent, clause.place) for intent in found]
        if doubtful and clause.start and clause.tie in (",", "and"):
            found = [replace(intent, optional=True) for intent in found]
        doubtful = clause.condition == "if"
        if missed := left_over(clause.phrase, found):
            found = [_passed_over(clause.part, missed)]
        if wished and spelt_out(clause, intents[-wished:], found):
            intents[-wished:] = [spoken_of(intents[-1])]
        elif repeats(clause, intents, found):
            found = []
        wished = len(found) if wishes(clause) else 0
        if _comes_first(clause, found):
            intents[len(intents) - latest :] = [*found, *intents[len(intents) - latest :]]
            continue
        latest = len(found)
        intents = _appended(intents, found, clause)
    return list(_tidied(with_credentials(intents)))


def _comes_first(clause: Clause, found: list[Intent]) -> bool:
    """Whether a clause tells when to do what was said right before: "buy once the price is below $50"."""
    awaits = [
        intent for intent in found if intent.verb == "wait" and intent.target and intent.target.condition
    ]
    return bool(clause.start and awaits) and clause.tie not in (",", "and", "then") and not clause.verb


def _passed_over(part: str, missed: list[str]) -> Intent:
    words = ", ".join(repr(each) for each in missed)
    return Intent("unsupported", part=part, reason=f"it is not understood what {words} is for")


def _read(clause: Clause, before: list[Intent]) -> list[Intent]:
    part = clause.part
    if refused := clause.phrase.match(0, REFUSALS):
        return [] if before and len(clause.phrase) - width(refused) <= _OBJECT else [unclear(part)]
    read_on = (
        pointing.scrolling(_READING, clause.phrase[1:], part) if clause.phrase.lower(0) == "read" else []
    )
    if read_on and "within" in read_on[0].options:
        return read_on  # "read the terms to the end"
    if clause.condition in ("unless", "before", "while", "whenever", "in case"):
        return [unclear(part)]
    if clause.condition:
        return _condition(clause, before)
    verb = clause.verb
    if verb and verb.verb == "expect":
        return assertion_of(clause.rest, part, explicit=True) or [unclear(part)]
    if asked := working.asking(clause.phrase, part):
        return asked
    if part.lower().startswith(("don't ", "do not ", "never ", "avoid ")):
        return [unclear(part)]
    if verb is None and (values := stated(clause, before)):
        return values
    if verb is None or verb.fuzzy or verb.verb in ("do", "search"):
        statement = assertion_of(clause.phrase, part, explicit=False)
        if statement and (
            verb is None or any(intent.assertion and intent.assertion.type == "url" for intent in statement)
        ):
            return _arriving(statement, part) if not before else statement
    if verb is None:
        return fragment(clause, before)
    if verb.phrase in ("email", "mail") and len(clause.rest) == 1 and clause.rest.tokens[0].kind == "email":
        field = Target(name=verb.phrase, wording=verb.phrase)  # "name Mei; email mei@x.org"
        return [Intent("set", target=field, value=Value(clause.rest.text, kind="email"), part=part)]
    if verb.phrase in ("enter", "return") and not len(clause.rest):
        return [Intent("press", value=Value("Enter", kind="key"), part=part)]
    if verb.verb in ("check", "find") and (said := assertion_of(clause.rest, part, explicit=False)):
        return said
    found = commands.read(verb, clause.rest, part)
    return found or [unclear(part)]


def _arriving(statement: list[Intent], part: str) -> list[Intent]:
    """ "Given I am on /login", said first, is where to begin."""
    assertion = statement[0].assertion
    if (
        assertion is None
        or assertion.type != "url"
        or not part.lower().startswith(("i am", "i'm", "we are", "am ", "are ", "on "))
    ):
        return statement
    return [Intent("goto", value=Value(assertion.contains, kind="path"), part=part)]


def _as_click(intent: Intent) -> Intent:
    """ "In the Dune row, press Delete" is no key: with a place, what may be a caption is clicked."""
    value = intent.value
    if (
        intent.verb != "press"
        or intent.target is not None
        or value is None
        or value.text.lower() not in lexicon.CAPTION_KEYS
    ):
        return intent
    return Intent("click", target=Target(name=value.text), part=intent.part)


def _placed(intent: Intent, phrase: Phrase) -> Intent:
    """The intent in the place that led it in, unless it names one of its own."""
    lead = target_of(Phrase(phrase.tokens[1:], phrase.source))
    relation = lexicon.RELATIONS.get(phrase.lower(0), "in")
    if lead.vague or (lead.kind == "page" and intent.verb in ("expect", "wait")):
        return intent
    if intent.assertion is not None:
        target = intent.assertion.target
        if target is None or target.place is not None:
            return intent
        return replace(
            intent, assertion=replace(intent.assertion, target=replace(target, place=Place(relation, lead)))
        )
    if intent.verb == "type" and intent.target is None and lead.kind in ("", "field") and lead.name:
        return replace(intent, verb="set", target=lead)  # "In Name write Ada"
    target = intent.target or (
        Target() if intent.verb in ("choose", "search", "submit", "type", "do") else None
    )
    if target is None or target.place is not None:
        return intent
    return replace(intent, target=replace(target, place=Place(relation, lead)))


def _condition(clause: Clause, before: list[Intent]) -> list[Intent]:
    """ "After logging in": done, if not done yet. "When X is shown": waited for."""
    part = clause.part
    if clause.verb and clause.verb.verb in ("login", "logout") and clause.condition != "if":
        done = any(intent.verb == clause.verb.verb for intent in before) or "logged" in part.lower()
        return [] if done else commands.read(clause.verb, clause.rest, part) or []
    if clause.condition != "if" and (figure := figures.awaited(clause.phrase, part)):
        return figure
    if clause.condition == "if":
        return []
    said = assertion_of(clause.phrase, part, explicit=False)
    if not said and clause.verb and clause.verb.verb != "expect":
        return commands.read(clause.verb, clause.rest, part) or [unclear(part)]
    return [
        Intent("wait", target=found.assertion.target, part=part, options={"text": found.assertion.contains})
        for found in said
        if found.assertion and found.assertion.contains and not found.assertion.negated
    ]


def _appended(before: list[Intent], found: list[Intent], clause: Clause) -> list[Intent]:
    """Tie a capitalised verb to the name before it: "click Save and Close" may be one button."""
    if not (clause.capital and before and found and clause.start and clause.tie == "and"):
        return before + found
    last = before[-1]
    if last.verb not in ("click", "press") or not last.target or last.target.quoted or last.target.kind:
        return before + found
    joint = f"{last.target.name} and {clause.phrase.plain}"
    return [*before[:-1], replace(last, joint=joint, absorbs=len(found)), *found]


_OWNED = frozenset({"click", "set", "check", "uncheck", "toggle", "hover", "choose"})


def _possessed(target: Target) -> bool:
    """Whether it is said to be somebody's: "click its Delete", "switch his Plan to Team"."""
    said = target.wording.lower().startswith(("its ", "their ", "his ", "her "))
    return said and target.place is None and len(target.wording.split()) > 1


def _means(place: Target) -> bool:
    """Whether a place is known from what was spoken of only: "in it", "in its row"."""
    owned = place.wording.lower().startswith(("its ", "their ", "that ", "this ", "the same "))
    return place.vague or (owned and not place.name and place.kind in ("row", "item"))


def _speaks_of_something(intent: Intent) -> bool:
    """Whether a pronoun is all that an assertion is about: "it is listed"."""
    target = intent.assertion.target if intent.assertion is not None else None
    return target is not None and not target.name and not target.kind and target.wording in PRONOUNS


def _about(intent: Intent, meant: Target | None) -> Intent:
    assertion = intent.assertion
    assert assertion is not None
    assert assertion.target is not None
    if meant is None:
        wording = assertion.target.wording
        reason = f"nothing was spoken of before that {wording!r} could mean"
        return Intent("unsupported", part=intent.part, reason=reason)
    about = replace(meant, place=assertion.target.place or meant.place)
    contains = assertion.contains or meant.name
    kind: Literal["text", "visible"] = "text" if contains.startswith("{{") else "visible"
    return replace(intent, assertion=replace(assertion, type=kind, target=about, contains=contains))


def _brought(intent: Intent) -> Target | None:
    """What an intent brings to the page: a thing that is added, a text that is entered."""
    value, target = intent.value, intent.target
    if intent.verb == "do" and target is not None and target.name:
        named = _NAMED.split(target.name)[-1]  # "customer named Mei"
        return Target(name=named, quoted=target.quoted, wording=named)
    if intent.verb not in ("set", "type", "search", "upload") or value is None or not value.text:
        return None
    if value.kind == "parameter":
        return Target(name=f"{{{{{value.parameter}}}}}", quoted=True, wording=value.parameter)
    text = value.text.replace("\\", "/").rpartition("/")[2] if intent.verb == "upload" else value.text
    return Target(name=text, quoted=value.quoted, wording=text)


def _of_those(intent: Intent, made: Mapping[str, Target]) -> Intent:
    """ "Add a task called Milk, then delete the task": the one that was added."""
    target = intent.target
    said = _THAT.fullmatch(target.wording) if target is not None else None
    if target is None or said is None or target.name.lower() not in ("", said[1].lower()):
        return intent
    if target.place is not None or target.ordinal or target.quantifier != "one":
        return intent
    known = made.get(said[1].lower())
    if known is None:
        return intent
    return replace(intent, target=replace(known, wording=f"{target.wording} {known.name}"))


_MADE = re.compile(
    r"(?:an?|another|(?:the |a )?new) (\w+) (?:named|called|titled|labell?ed|entitled) ", re.IGNORECASE
)
_THAT = re.compile(r"(?:the|this|that|the new|our new) (\w+)", re.IGNORECASE)
_NAMED = re.compile(r"\b(?:named|called|titled|labell?ed|entitled)\s+")


def _tidied(intents: list[Intent]) -> Iterator[Intent]:
    """Pronouns take the last thing spoken of; what only leads up to the next intent goes with it."""
    spoken, sought = None, False
    brought: Target | None = None  # what was entered or added last: what "it is listed" speaks of
    made: dict[str, Target] = {}  # what was added, by what it is
    for intent in intents:
        intent = _of_those(intent, made)
        target = intent.target
        if _speaks_of_something(intent):
            state = intent.assertion is not None and "=" in intent.assertion.contains
            yield _about(intent, (spoken or brought) if state else (brought or spoken))
            continue
        brought = _brought(intent) or brought
        if intent.verb == "do" and target is not None and (new := _MADE.match(target.wording)):
            made[new[1].lower()] = replace(target, name=_NAMED.split(target.name)[-1])
        pronoun = target is not None and target.vague and bool(target.wording)
        pronoun = pronoun and intent.verb not in ("accept", "cancel", "close")
        if target is not None and spoken is not None and _possessed(target) and intent.verb in _OWNED:
            near = spoken.place if not sought else None
            owner = near.target if near is not None else replace(spoken, place=None)
            if not target.name:  # "their email", "its address"
                target = replace(target, name=target.wording.partition(" ")[2], kind="")
            target = replace(target, place=Place("of", owner), others=(target, *target.others))
            intent = replace(intent, target=target)
        if target is not None and target.place and _means(target.place.target) and spoken is not None:
            target = replace(target, place=replace(target.place, target=spoken))
            intent = replace(intent, target=target)
        if pronoun and spoken is not None and intent.verb not in ("press", "scroll", "wait", "type"):
            intent = replace(intent, target=spoken)
        elif target is not None and not target.vague:
            if (
                spoken is not None
                and target.kind in ("item", "")
                and target.wording.endswith((" one", " ones"))
            ):
                noun = spoken.wording.rpartition(" ")[2]  # "the last one", after "the first post"
                wording = f"{target.wording.rpartition(' ')[0]} {noun}"
                target = replace(target, wording=wording, kind=target.kind or spoken.kind)
                intent = replace(intent, target=target)
            spoken, sought = target, intent.verb == "find"
        yield intent

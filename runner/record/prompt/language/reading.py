"""A sentence read into intents. Pure: nothing of the page is known here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from runner.record.prompt.language import commands, lexicon, pointing, working
from runner.record.prompt.language.assertions import assertion_of
from runner.record.prompt.language.clauses import Clause, clauses_of
from runner.record.prompt.language.intent import Intent, Place, Target, Value
from runner.record.prompt.language.nouns import target_of
from runner.record.prompt.language.phrase import LITERALS, Phrase
from runner.record.prompt.language.values import pairs
from runner.record.prompt.language.verbs import Heard, imperative

_REPEATED = frozenset({"click", "check", "uncheck", "toggle", "hover", "choose", "press"})


def read(prompt: str) -> list[Intent]:
    """The intents of `prompt`, in the order they are to be served."""
    intents: list[Intent] = []
    doubtful = False
    for clause in clauses_of(prompt):
        found = _read(clause, intents)
        if clause.place is not None and clause.verb and target_of(clause.place[1:]).kind == "terminal":
            found = working.commanding(clause.verb, clause.rest, clause.part)
        elif clause.place is not None:
            found = [_as_click(intent) for intent in found]
            found = [_placed(intent, clause.place) for intent in found]
        if doubtful and clause.start and clause.tie in (",", "and"):
            found = [replace(intent, optional=True) for intent in found]
        doubtful = clause.condition == "if"
        intents = _appended(intents, found, clause)
    return list(_tidied(intents))


def _read(clause: Clause, before: list[Intent]) -> list[Intent]:
    part = clause.part
    if clause.condition in ("unless", "before", "while", "whenever", "in case"):
        return [_unclear(part)]
    if clause.condition:
        return _condition(clause, before)
    verb = clause.verb
    if verb and verb.verb == "expect":
        return assertion_of(clause.rest, part, explicit=True) or [_unclear(part)]
    if asked := working.asking(clause.phrase, part):
        return asked
    if part.lower().startswith(("don't ", "do not ", "never ", "avoid ")):
        return [_unclear(part)]
    if verb is None or verb.fuzzy or verb.verb in ("do", "search"):
        stated = assertion_of(clause.phrase, part, explicit=False)
        if stated and (
            verb is None or any(intent.assertion and intent.assertion.type == "url" for intent in stated)
        ):
            return _arriving(stated, part) if not before else stated
    if verb is None:
        return _without_verb(clause, before)
    if verb.phrase in ("email", "mail") and len(clause.rest) == 1 and clause.rest.tokens[0].kind == "email":
        field = Target(name=verb.phrase, wording=verb.phrase)  # "name Mei; email mei@x.org"
        return [Intent("set", target=field, value=Value(clause.rest.text, kind="email"), part=part)]
    if verb.phrase in ("enter", "return") and not len(clause.rest):
        return [Intent("press", value=Value("Enter", kind="key"), part=part)]
    if verb.verb in ("check", "find") and (stated := assertion_of(clause.rest, part, explicit=False)):
        return stated
    found = commands.read(verb, clause.rest, part)
    return found or [_unclear(part)]


def _arriving(stated: list[Intent], part: str) -> list[Intent]:
    """ "Given I am on /login", said first, is where to begin."""
    assertion = stated[0].assertion
    if (
        assertion is None
        or assertion.type != "url"
        or not part.lower().startswith(("i am", "i'm", "we are", "am ", "are ", "on "))
    ):
        return stated
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
    if clause.condition == "if":
        return []
    stated = assertion_of(clause.phrase, part, explicit=False)
    if not stated and clause.verb and clause.verb.verb != "expect":
        return commands.read(clause.verb, clause.rest, part) or [_unclear(part)]
    return [
        Intent("wait", target=found.assertion.target, part=part, options={"text": found.assertion.contains})
        for found in stated
        if found.assertion and found.assertion.contains and not found.assertion.negated
    ]


def _without_verb(clause: Clause, before: list[Intent]) -> list[Intent]:
    """A list of fields, or one more thing of what the clause before asked for."""
    part = clause.part
    counted = target_of(clause.phrase)
    if counted.ordinal and counted.name and len(clause.phrase) <= 3 and not counted.place:
        return [pointing.clicked(counted, part)]  # "2nd Delete"
    if headed := _headed(clause, before):
        return headed
    found = pairs(clause.phrase, marks=(":", "=", "->", "=>", "→"))
    if found and all(value.text for _, value in found):
        return [Intent("set", target=target, value=value, part=part) for target, value in found]
    if (
        clause.phrase.lower(0) == "page"
        and len(clause.phrase) == 2
        and clause.phrase.tokens[1].text.isdecimal()
    ):
        return commands.read(Heard("goto", "go to", 2), clause.phrase, part)
    if part.lower().startswith(("i've ", "i have ", "i'm done", "i am done", "i'm finished")):
        return []  # why it is asked, not what
    first = clause.phrase.tokens[0]
    if first.kind in LITERALS and (placed := commands.read(Heard("type", "type", 1), clause.phrase, part)):
        return placed if all(intent.verb == "set" for intent in placed) else [_unclear(part)]
    if path := pointing.hops(clause.phrase):
        return [pointing.clicked(hop, part, {"path": "end" if hop is path[-1] else "way"}) for hop in path]
    if wanted := pointing.wanted(clause.phrase, part):
        return wanted
    last = before[-1] if before else None
    if last and clause.start and last.verb in _REPEATED and len(clause.phrase) < 8:
        return commands.repeated(last, clause.phrase, part)
    if len(clause.phrase) == 1 and clause.phrase.tokens[0].kind == "url":
        return [] if any(intent.verb == "goto" for intent in before) else pointing.goto(clause.phrase, part)
    named = len(clause.phrase) <= 3 and all(token.kind == "word" for token in clause.phrase)
    whole = clause.phrase.source.strip(" .!?;,")
    if named and len(whole) > len(part):
        return [pointing.clicked(target_of(clause.phrase), part, {"exact": "yes"})]
    return [_unclear(part)]


def _headed(clause: Clause, before: list[Intent]) -> list[Intent]:
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


def _unclear(part: str) -> Intent:
    reason = "this part names no action and states nothing that could be checked"
    if part.lower().startswith(("don't", "do not", "never", "avoid", "without")):
        reason = "a prohibition is nothing that can be done or checked"
    return Intent("unsupported", part=part, reason=reason)


def _appended(before: list[Intent], found: list[Intent], clause: Clause) -> list[Intent]:
    """Tie a capitalised verb to the name before it: "click Save and Close" may be one button."""
    if not (clause.capital and before and found and clause.start and clause.tie == "and"):
        return before + found
    last = before[-1]
    if last.verb not in ("click", "press") or not last.target or last.target.quoted or last.target.kind:
        return before + found
    joint = f"{last.target.name} and {clause.phrase.plain}"
    return [*before[:-1], replace(last, joint=joint, absorbs=len(found)), *found]


def _tidied(intents: list[Intent]) -> Iterator[Intent]:
    """Pronouns take the last thing spoken of; what only leads up to the next intent goes with it."""
    spoken = None
    for intent in intents:
        target = intent.target
        pronoun = target is not None and target.vague and bool(target.wording)
        pronoun = pronoun and intent.verb not in ("accept", "cancel", "close")
        if target is not None and target.place and target.place.target.vague and spoken is not None:
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
            spoken = target
        yield intent

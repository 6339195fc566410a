"""A sentence read into intents. Pure: nothing of the page is known here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from runner.record.prompt import commands
from runner.record.prompt.assertions import assertion_of
from runner.record.prompt.clauses import Clause, clauses_of
from runner.record.prompt.intent import Intent
from runner.record.prompt.values import pairs


def read(prompt: str) -> list[Intent]:
    """The intents of `prompt`, in the order they are to be served."""
    intents: list[Intent] = []
    for clause in clauses_of(prompt):
        found = _read(clause, intents)
        if found and clause.condition == "if":
            found = [replace(intent, optional=True) for intent in found]
        intents = _appended(intents, found, clause)
    return list(_tidied(intents))


def _read(clause: Clause, before: list[Intent]) -> list[Intent]:
    part = clause.phrase.text
    if clause.condition and clause.condition not in ("if", "after", "once", "when", "upon", "as soon as"):
        return []
    if clause.condition:
        return _condition(clause, before)
    verb = clause.verb
    if verb and verb.verb == "expect":
        return assertion_of(clause.rest, part, explicit=True) or [_unclear(part)]
    if verb is None or verb.fuzzy or verb.verb in ("do", "search"):
        stated = assertion_of(clause.phrase, part, explicit=False)
        if stated and (
            verb is None or any(intent.assertion and intent.assertion.type == "url" for intent in stated)
        ):
            return stated
    if verb is None:
        return _without_verb(clause, before)
    if verb.verb in ("check", "find") and (stated := assertion_of(clause.rest, part, explicit=False)):
        return stated
    return commands.read(verb, clause.rest, part) or [_unclear(part)]


def _condition(clause: Clause, before: list[Intent]) -> list[Intent]:
    """ "If a popup appears, close it": looked for, not insisted on. "After logging in": done, if not done yet."""
    part = clause.phrase.text
    if clause.verb and clause.verb.verb in ("login", "logout") and clause.condition != "if":
        done = any(intent.verb == clause.verb.verb for intent in before)
        return [] if done else commands.read(clause.verb, clause.rest, part)
    if clause.condition == "if":
        return []
    stated = assertion_of(clause.phrase, part, explicit=False)
    return [
        Intent("wait", target=found.assertion.target, part=part, options={"text": found.assertion.contains})
        for found in stated
        if found.assertion and found.assertion.contains and not found.assertion.negated
    ]


def _without_verb(clause: Clause, before: list[Intent]) -> list[Intent]:
    """A list of fields, or one more thing of what the clause before asked for."""
    part = clause.phrase.text
    found = pairs(clause.phrase)
    if found and all(value.text for _, value in found):
        return [Intent("set", target=target, value=value, part=part) for target, value in found]
    if len(clause.phrase) == 1 and clause.phrase.tokens[0].kind == "url":
        return [] if any(intent.verb == "goto" for intent in before) else commands.goto(clause.phrase, part)
    return [_unclear(part)]


def _unclear(part: str) -> Intent:
    return Intent(
        "unsupported", part=part, reason="this part names no action and states nothing that could be checked"
    )


def _appended(before: list[Intent], found: list[Intent], clause: Clause) -> list[Intent]:
    """Tie a capitalised verb to the name before it: "click Save and Close" may be one button."""
    if not (clause.capital and before and found and clause.start):
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
        if (
            target is not None
            and target.vague
            and spoken is not None
            and intent.verb not in ("press", "scroll", "wait", "type")
        ):
            intent = replace(intent, target=spoken)
        elif target is not None and not target.vague:
            spoken = target
        yield intent

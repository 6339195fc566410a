"""Sending things to people: "Send Ann the report", "Ann wants the email Bob sent"."""

from __future__ import annotations

from runner.record.prompt.language import lexicon
from runner.record.prompt.language.intent import Intent, Target, Value
from runner.record.prompt.language.nouns import target_of
from runner.record.prompt.language.phrase import Phrase, width
from runner.record.prompt.language.verbs import Heard

GIVEN = frozenset({"send", "forward", "mail", "email", "message", "share", "assign to", "remind"})


def giving(verb: Heard, rest: Phrase, part: str) -> list[Intent]:
    """ "Send Ann the report", "send to Ann the report Bob wrote": the recipient comes first."""
    if to_whom := _only_to_whom(verb, rest):
        options = {"to": to_whom, "to_kind": ""}
        return [Intent("do", target=Target(), value=Value(verb.phrase), part=part, options=options)]
    for at, _ in rest.find(("with",), 1) if verb.phrase == "share" else ():
        if whom := _only_to_whom(verb, rest[at:]):  # "share the report with Ann"
            options = {"to": whom, "to_kind": ""}
            thing = target_of(rest[:at])
            return [Intent("do", target=thing, value=Value("share"), part=part, options=options)]
    start = 1 if rest.lower(0) == "to" else 0
    if verb.phrase not in GIVEN or rest.lower(start) in lexicon.DETERMINERS or start >= len(rest):
        return []
    end = next(
        (at for at in range(start + 1, len(rest)) if rest.lower(at) in lexicon.STRICT_DETERMINERS), None
    )
    if end is None or not rest.tokens[start].text[:1].isupper():
        return []
    options = {"to": rest[start:end].plain, "to_kind": ""}
    return [Intent("do", target=target_of(rest[end:]), value=Value(verb.phrase), part=part, options=options)]


def handing(verb: Heard, rest: Phrase, part: str) -> list[Intent]:
    """ "Give Ann the report Bob wrote": it is sent to her, where it is a thing that can be sent."""
    if verb.phrase not in ("give", "provide", "hand"):
        return []
    sent = giving(Heard("do", "send", 1), rest, part)
    return sent if all(each.target is not None and each.target.kind == "item" for each in sent) else []


def _only_to_whom(verb: Heard, rest: Phrase) -> str:
    """ "Send to Ann", "share with Ann": nothing is named but who gets it."""
    leads = ("to", "with") if verb.phrase == "share" else ("to",)
    who = rest[1:].trimmed()
    named = (
        len(who) and len(who) <= 3 and all(token.text[:1].isupper() or token.kind == "email" for token in who)
    )
    return who.plain if verb.phrase in GIVEN and rest.lower(0) in leads and named else ""


def wanted(phrase: Phrase, part: str) -> list[Intent]:
    """ "Ann wants the email Bob sent", "I need the report sent to Ann": somebody is to be sent something."""
    for at, _ in phrase.find(("wants", "needs", "asked for", "would like", "is waiting for"), 1):
        rest = phrase[at + 1 :] if phrase.lower(at) in ("wants", "needs") else phrase[at + 2 :]
        if phrase.tokens[0].text[:1].isupper() and at <= 3 and target_of(rest).kind == "item":
            return _sending(target_of(rest), phrase[:at], part)
    if phrase.lower(0) not in ("need", "want", "i"):
        return []
    for at, words in phrase.find(("sent to", "forwarded to", "mailed to", "emailed to", "passed on to"), 1):
        start = next(step for step in range(at) if phrase.lower(step) not in ("i", "need", "want"))
        return _sending(target_of(phrase[start:at]), phrase[at + width(words) :], part)
    return []


def _sending(target: Target, recipient: Phrase, part: str) -> list[Intent]:
    options = {"to": recipient.plain, "to_kind": ""}
    return [Intent("do", target=target, value=Value("send"), part=part, options=options)]

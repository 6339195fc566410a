"""Commands: what a verb and the words after it ask for, one reader a verb."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from runner.record.prompt.language import (
    credentials,
    entering,
    journeys,
    looking,
    pointing,
    quantities,
    sending,
    styling,
    working,
)
from runner.record.prompt.language.intent import Intent, Target, Value
from runner.record.prompt.language.nouns import several, target_of
from runner.record.prompt.language.phrase import Phrase, width
from runner.record.prompt.language.values import value_of
from runner.record.prompt.language.verbs import Heard, imperative, verb_at


def read(verb: Heard, rest: Phrase, part: str) -> list[Intent]:
    """The intents of a command; an empty list where its words say nothing that can be done."""
    rest = rest.trimmed(",;:!?")
    how = verb_at(rest, 0) if verb.phrase.endswith(" by") else None
    if how is not None and rest.lower(0).endswith("ing"):
        return read(how, rest[how.width :], part)  # "sort by clicking on Year"
    by = _by_doing(rest)
    if by is not None and (verb.verb not in ("type", "choose") or by[0].verb == "click"):
        return [*_purpose(rest, part), *read(by[0], by[1], part)]
    if trip := journeys.booking(verb, rest, part):
        return trip
    if counted := quantities.ordering(verb, rest, part) or styling.styling(verb, rest, part):
        return counted
    if verb.phrase in _CLASSIFYING and (sorted_out := working.classifying(rest, part)):
        return sorted_out
    if in_terminal := _in_terminal(verb, rest, part):
        return in_terminal
    reader = _READERS.get(verb.verb)
    return reader(verb, rest, part) if reader else []


_CLASSIFYING: Final = frozenset({"mark", "flag", "classify", "categorize", "categorise", "identify", "tag",
    "label", "set", "choose", "pick"})  # fmt: skip


def _in_terminal(verb: Heard, rest: Phrase, part: str) -> list[Intent]:
    """ "Delete notes.txt in the terminal", "run ls in the console": nothing where no terminal is named."""
    for at, words in rest.find(("in", "from", "using", "on", "with", "into", "through", "via"), 1):
        end = rest[at + width(words) :]
        if target_of(end).kind == "terminal" and verb.verb in ("do", "type", "set", "copy"):
            return working.commanding(verb, rest[:at], part)
    return []


def _by_doing(rest: Phrase) -> tuple[Heard, Phrase] | None:
    """ "Log out by clicking Exit": the way it is to be done takes the place of what it is for."""
    for at, _ in rest.find(("by",)):
        heard = verb_at(rest, at + 1)
        if heard and rest.lower(at + 1).endswith("ing"):
            return heard, rest[at + 1 + heard.width :]
    return None


def _purpose(rest: Phrase, part: str) -> list[Intent]:
    """What "by clicking ..." is for, so that "it" in what follows means that."""
    at = next(at for at, _ in rest.find(("by",)))
    purpose = target_of(rest[:at]) if at else Target()
    if not purpose.name:
        return []
    return [Intent("find", target=replace(purpose, place=None), part=part, options={"only": purpose.wording})]


def repeated(last: Intent, phrase: Phrase, part: str) -> list[Intent]:
    """ "Go to A, then B": the verb goes on."""
    if last.verb == "choose":
        return [
            replace(intent, options=last.options)
            for intent in entering.options_of(phrase, last.target, part, phrase.plain)
        ]
    if last.verb == "press" and not (key := pointing.key_of(phrase, article=False)):
        return []
    if last.verb == "press":
        return [Intent("press", target=last.target, value=Value(key, kind="key"), part=part)]
    return [replace(last, target=target, part=part, joint="", absorbs=0) for target in several(phrase)]


def _use(rest: Phrase, part: str) -> list[Intent]:
    """ "Use the textbox to enter Ada": the tool is the place."""
    for at, _ in rest.find(("to",), 1):
        heard = imperative(rest, at + 1)
        if heard:
            tool = target_of(rest[:at])
            if tool.kind == "terminal":
                return working.commanding(heard, rest[at + 1 + heard.width :], part)
            if heard.verb in ("find", "guess", "solve"):
                return []
            found = read(heard, rest[at + 1 + heard.width :], part)
            return [_with_tool(intent, tool) for intent in found]
    for at, _ in rest.find(("as", "for"), 1):
        return [Intent("set", target=target_of(rest[at + 1 :]), value=value_of(rest[:at]), part=part)]
    return []


def _is_advice(rest: Phrase) -> bool:
    """ "Use the hints below to find the number" says how, and is nothing to be done by itself."""
    for at, _ in rest.find(("to",), 1):
        heard = imperative(rest, at + 1) or verb_at(rest, at + 1)
        kind = target_of(rest[:at]).kind
        return heard is not None and heard.verb in ("find", "guess", "solve") and kind in ("text", "")
    return False


def _with_tool(intent: Intent, tool: Target) -> Intent:
    if intent.target is not None:
        return intent
    return replace(intent, verb="set" if intent.verb == "type" else intent.verb, target=tool)


def _typing(verb: Heard, rest: Phrase, part: str) -> list[Intent]:
    """Type something, or use one thing to do another."""
    if sent := sending.handing(verb, rest, part):
        return sent
    if told := working.transferring(rest, part):
        return told
    if verb.phrase == "use" and _is_advice(rest):
        return [Intent("find", part=part)]
    used = _use(rest, part) if verb.phrase == "use" else []
    tool = verb.phrase == "use" and not used and all(token.kind == "word" for token in rest)
    if tool and target_of(rest).kind in ("field", "textarea", "section", "table", "menu", "date"):
        return [Intent("find", part=part)]  # "using the editor, ...": with what, not what
    return used or entering.typing(verb, rest, part)


_READERS: Final[dict[str, Callable[[Heard, Phrase, str], list[Intent]]]] = {
    "goto": pointing.going,
    "click": pointing.clicking,
    "press": pointing.pressing,
    "type": _typing,
    "set": entering.setting,
    "choose": entering.choosing,
    "check": pointing.ticking,
    "uncheck": pointing.ticking,
    "scroll": pointing.scrolling,
    "wait": pointing.waiting,
    "upload": entering.uploading,
    "login": credentials.signing_in,
    "search": looking.searching,
    "accept": pointing.confirming,
    "cancel": pointing.confirming,
    "do": pointing.doing,
    "find": pointing.finding,
    "solve": working.solving,
    "guess": working.guessing,
    "copy": working.copying,
    **dict.fromkeys(("toggle", "hover", "focus", "clear", "expand", "collapse"), pointing.each),
    **dict.fromkeys(("logout", "submit", "close", "back", "forward", "reload"), pointing.bare),
}

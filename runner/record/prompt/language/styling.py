"""Looks that are given to a text in an editor: "make the word urgent bold", "underline “next week”". Pure."""

from __future__ import annotations

from typing import Final

from runner.record.prompt.language import lexicon
from runner.record.prompt.language.heads import undetermined
from runner.record.prompt.language.intent import Intent, Target, Value
from runner.record.prompt.language.phrase import Phrase, width
from runner.record.prompt.language.telling_apart import COLOURS
from runner.record.prompt.language.verbs import Heard

_STYLES: Final[dict[str, str]] = {
    "bold": "bold", "italic": "italic", "italics": "italic", "italicized": "italic",
    "underlined": "underline", "underline": "underline", "strikethrough": "strikethrough",
    "highlighted": "highlight",
}  # fmt: skip
_VERBS: Final = {"underline": "underline", "italicize": "italic", "italicise": "italic", "embolden": "bold"}
_MAKING: Final = frozenset({"make", "turn", "set", "change"})
_TEXTS: Final = frozenset({"text", "word", "words", "phrase", "sentence", "line", "paragraph"})
_WHOLE: Final = ("all the text", "all of the text", "the whole text", "the entire text", "everything",
                 "all text", "whole text", "entire text")  # fmt: skip
_COLOUR_OF: Final = (
    "colour of",
    "color of",
    "font colour of",
    "text colour of",
    "text color of",
    "font color of",
)
_NAMES: Final = frozenset({"style", "colour", "color", "format", "formatting", "font"})


def styling(verb: Heard, rest: Phrase, part: str) -> list[Intent]:
    """What is to look how; nothing where no text is spoken of, or no look."""
    if verb.phrase in _VERBS:
        return _styled(rest, _VERBS[verb.phrase], part)
    if verb.phrase in ("select", "highlight", "mark"):
        bare = len(rest) and all(token.kind == "quoted" for token in rest)  # an option, more likely
        named = rest.text.lower() in _WHOLE or any(token.kind == "quoted" for token in rest)
        return _styled(rest, "", part) if named and not bare else []
    if verb.phrase == "give":
        return _given(rest, part)
    if verb.phrase not in _MAKING:
        return []
    body = undetermined(rest)
    if words := body.match(0, _COLOUR_OF):
        at = next((at for at, _ in body.find(("to",), width(words))), None)
        look = _look(body[at + 1 :]) if at is not None else ""
        return _styled(body[width(words) : at], look, part) if look else []
    look = _look(rest[-1:])
    if look and len(rest) == 2 and rest.lower(0) in ("it", "them", "that"):
        return [Intent("style", target=Target(wording=rest.lower(0)), value=Value(look), part=part)]
    return _styled(rest[:-1], look, part) if look else []


def _given(rest: Phrase, part: str) -> list[Intent]:
    """ "Give the word urgent the bold style", "... the colour red"."""
    at = max((at for at in range(1, len(rest)) if rest.lower(at) == "the"), default=0)
    said = [token.lower for token in rest[at + 1 :]] if at else []
    look = next((_known(word) for word in said if _known(word)), "")
    return _styled(rest[:at], look, part) if len(said) == 2 and look and set(said) & _NAMES else []


def _look(phrase: Phrase) -> str:
    return _known(phrase.lower(0)) if len(phrase) == 1 else ""


def _known(word: str) -> str:
    return _STYLES.get(word) or (word if word in COLOURS else "")


def _styled(thing: Phrase, look: str, part: str) -> list[Intent]:
    target = _text_in(thing)
    return [Intent("style", target=target, value=Value(look), part=part)] if target is not None else []


def _text_in(thing: Phrase) -> Target | None:
    """The text that is meant: all of it, or a part that is quoted or follows "the word"."""
    thing = thing.trimmed()
    if thing.text.lower() in _WHOLE:
        return Target(kind="text", quantifier="all", wording=thing.text)
    body = undetermined(thing)
    quoted = [token for token in body if token.kind == "quoted"]
    plain = [token for token in body if token.kind != "quoted"]
    if len(quoted) == 1 and all(token.lower in _TEXTS for token in plain):
        return Target(name=quoted[0].text, kind="text", quoted=True, wording=thing.text)
    known = any(token.lower in lexicon.KINDS or token.lower in lexicon.RELATIONS for token in body[1:])
    if not quoted and body.lower(0) in _TEXTS and 1 < len(body) <= 5 and not known:
        return Target(name=body[1:].plain, kind="text", wording=thing.text)
    return None

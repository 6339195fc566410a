"""Statements about the page ("Welcome is shown", "the URL contains /cart") as assertions."""

from __future__ import annotations

import re
from dataclasses import replace

from runner.record.prompt.language import lexicon
from runner.record.prompt.language.intent import Assertion, Intent, Place, Target
from runner.record.prompt.language.nouns import several, target_of
from runner.record.prompt.language.phrase import LITERALS, Phrase, width

_INTRO = ("that", "if", "whether", "to see", "to find", "for", "you", "i", "we", "the user", "user",
    "can see", "sees", "now",
          "there is", "there are", "there's", "to have", "still", "it", "page", "a", "also",
          "there should be", "it says",
          "can", "should see", "see", "to", "they", "find", "you can see", "i can see", "to be shown",
          "there exists")  # fmt: skip
_NEGATIONS = lexicon.listed(
    "not no never isn't aren't doesn't don't cannot can't won't without nothing gone disappears "
    "disappeared vanishes hidden absent removed vanished nowhere shouldn't wasn't weren't neither "
    "hasn't invisible none missing mustn't"
)
_SEEN = (
    "is shown", "are shown", "is displayed", "are displayed", "is visible", "are visible", "is present",
    "are present",
    "is there", "are there", "appears", "appear", "exists", "exist", "shows up", "show up", "is listed",
    "are listed",
    "is on the page", "are on the page", "is on the screen", "is seen", "is available", "shows",
    "is on page", "pops up", "pop up", "turn up", "turns up",
    "be shown", "be displayed", "be visible", "be present", "be there", "be listed", "be on the page",
    "be seen", "come up",
    "be available", "has appeared", "is now shown", "is now visible", "is now listed", "is showing",
    "be showing", "comes up",
    "is now displayed", "are now listed", "is still there", "is still visible", "is still listed",
    "can be seen", "opens",
    "is open", "is opened", "be open", "has loaded", "loads", "is loaded", "finishes loading",
    "is rendered", "been added",
    "has been added", "was added", "is on screen", "is in view", "is there now", "is visible now",
    "are visible now", "is showed", "are showed", "is appear", "is appeared", "is appearing", "appeared",
    "is showed up", "showed",
)  # fmt: skip
# The same without its verb, as notes are written: "Saved visible".
_ELLIPTIC = ("visible", "shown", "displayed", "present", "listed", "appears", "on screen")
_SAYS = (
    "contains", "contain", "shows", "show", "says", "say", "reads", "read", "displays", "display",
    "has the text", "has text",
    "includes", "include", "has", "have", "is", "are", "equals", "be", "containing", "with the text",
    "states", "has changed to",
    "changes to", "becomes", "changed to", "is now", "lists", "to contain", "to be", "to show",
    "have the text", "with text",
    "has the value", "has value", "have value", "has a value of", "mentions", "was", "turns into",
    "is set to", "be set to", "is equal to", "be equal to", "will be", "should be", "must be",
    "should say", "should show",
    "should contain", "should read", "should display", "should have", "should now be", "should equal",
    "must contain", "must show",
)  # fmt: skip
_MODALS = (
    "should",
    "must",
    "will",
    "would",
    "shall",
    "can",
    "may",
    "is supposed to",
    "ought to",
    "now",
    "also",
    "still",
)
_STATES = {
    "checked": ("checked", "true"), "ticked": ("checked", "true"), "unchecked": ("checked", "false"),
    "unticked": ("checked", "false"), "disabled": ("disabled", "true"), "enabled": ("disabled", "false"),
    "greyed out": ("disabled", "true"), "grayed out": ("disabled", "true"), "clickable": ("disabled",
    "false"),
    "active": ("selected", "true"), "expanded": ("expanded", "true"), "collapsed": ("expanded", "false"),
    "selected": ("selected", "true"), "turned on": ("checked", "true"), "turned off": ("checked", "false"),
    "on": ("checked", "true"), "off": ("checked", "false"), "pressed": ("pressed", "true"),
}  # fmt: skip
_ADDRESS = (
    "url",
    "address",
    "location",
    "address bar",
    "current url",
    "page url",
    "path",
    "link in the address bar",
)
_ARRIVED = ("on", "at", "taken to", "redirected to", "sent to", "back on", "land on", "lands on",
    "brought to", "back at",
            "end up on", "ends up on", "led to", "navigated to", "landed on", "arrive at", "arrived at",
            "returned to",
            "redirects to", "get to", "reach", "forwarded to", "redirected back to", "back to",
            "return to", "arrive on")  # fmt: skip
_SUBJECTS = ("i am", "i'm", "we are", "we're", "you are", "you're", "user is", "it is", "page is", "am",
    "are", "is", "i", "we",
             "you", "user", "page", "it", "they are", "browser is", "being", "be", "get", "gets", "was",
             "were", "now", "app",
             "'s", "will be", "should be", "are now", "am now", "is now", "have been",
             "has been")  # fmt: skip
# What was spoken of before; which of it is known where the whole sentence is read.
PRONOUNS = frozenset({"it", "they", "this", "that", "these", "those"})
_BEING = ("is", "are", "be", "should", "must", "will", "now", "also", "still", "to", "appears", "appear",
          "shows up", "show up", "is shown", "are shown", "is listed", "are listed", "is displayed",
          "are displayed", "is visible", "are visible", "been added")  # fmt: skip
_COUNT = re.compile(r"^\d+$")


def assertion_of(phrase: Phrase, part: str, *, explicit: bool) -> list[Intent]:
    """The assertions of a statement, if it is one. `explicit`: an asserting verb came before."""
    phrase = _introduced(phrase) if explicit else phrase.trimmed()
    if not len(phrase):
        return []
    if denied := _denied(phrase, part, explicit=explicit):
        return denied
    if negation := _negation(phrase):
        return [_negated(phrase, part, negation)]
    for rule in (_url, _arrived, _count, _state, _placed, _seen, _located, _says):
        found = rule(phrase)
        if found:
            return [Intent("expect", assertion=assertion, part=part) for assertion in found]
    if not explicit:
        return []
    return [Intent("expect", assertion=assertion, part=part) for assertion in _things(phrase)]


def _introduced(phrase: Phrase) -> Phrase:
    phrase = phrase.trimmed()
    while len(phrase) > 1:
        if phrase.match(
            0, ("it is", "i am", "we are", "you are", "page is", "it's", "i'm", "we're", "you're")
        ):
            break
        intro = phrase.match(0, _INTRO)
        after = width(intro)
        if not intro or (intro in ("page", "it", "to", "user", "find", "can") and after >= len(phrase)):
            break
        if intro in ("for", "page", "i", "we", "you", "user", "the user", "it", "they") and phrase.match(
            after, (*_SUBJECTS, *_ARRIVED, *_SAYS, *_MODALS)
        ):
            break
        if intro in PRONOUNS and phrase.match(after, _SEEN):
            break
        phrase = phrase[after:].trimmed()
    return phrase


def _denied(phrase: Phrase, part: str, *, explicit: bool) -> list[Intent]:
    """ ""Saved" is shown and no error", "..., no Retry is visible": what is there, then what is not."""
    for at, _ in phrase.find((", but no", ", and no", "and no", "but no", ", no"), 1):
        stated, after = phrase[:at], at
        while phrase.lower(after) != "no":
            after += 1
        if stated.lower(0) in _NEGATIONS or len(phrase) < after + 2:
            return []
        first = assertion_of(stated, part, explicit=explicit)
        return [*first, *assertion_of(phrase[after:], part, explicit=True)] if first else []
    return []


def _negation(phrase: Phrase) -> str:
    for at, token in enumerate(phrase):
        if token.kind != "word" or (phrase.tokens[at].text.isupper() and len(token.text) < 3):
            continue
        if token.lower in _NEGATIONS:
            if token.lower == "no" and at and phrase.tokens[at].text[0].isupper():
                continue
            if token.lower == "not" and phrase.lower(at + 1) == "only":
                continue
            return token.lower
    return ""


def _negated(phrase: Phrase, part: str, word: str) -> Intent:
    """What must not be there. `contains` is the text, where only a text's absence is asserted."""
    kept = [token for token in phrase if token.kind == "quoted" or token.lower not in _NEGATIONS]
    state = _state(Phrase(tuple(kept), phrase.source))
    if state and state[0].target and word in ("not", "isn't", "aren't"):
        return Intent("expect", assertion=replace(state[0], negated=True), part=part)
    quoted = [token.text for token in phrase if token.kind == "quoted"]
    subject = _before_verb(Phrase(tuple(kept), phrase.source))
    target = target_of(subject) if len(subject) else Target()
    contains = quoted[0] if len(quoted) == 1 else ""
    return Intent(
        "expect", assertion=Assertion("text", contains, target, negated=True), part=part, reason=word
    )


def _before_verb(phrase: Phrase) -> Phrase:
    words = ("is", "are", "be", "exist", "exists", "longer", "appear", "appears", "should", "there",
        "anymore", "any", "does",
             "shown", "visible", "listed", "displayed", "present", "must", "on the page", "contain",
             "contains", "from", "in",
             "show", "shows", "do", "has", "have", "been", "was", "see", "can", "you", "say",
             "more")  # fmt: skip
    while len(phrase) and phrase.match(0, words):
        phrase = phrase[width(phrase.match(0, words)) :]
    for at, _ in phrase.find(words, 1):
        return phrase[:at]
    return phrase


_ABOUT_ADDRESS = (
    "contains", "contain", "includes", "include", "has", "have", "is", "be", "equals", "to", "should",
    "must", "now", "will",
    "ends with", "end with", "ends in", "starts with", "start with", "matches", "match", "that",
    "of the page", "page", "bar",
    "the text", "the string", "the word", "in", "changes to", "changed to", "of", "the", "reads", "says",
    "becomes", "containing",
)  # fmt: skip


def _url(phrase: Phrase) -> list[Assertion]:
    start = 1 if phrase.lower(0) in lexicon.STRICT_DETERMINERS else 0
    subject = phrase.match(start, _ADDRESS)
    if not subject:
        return []
    rest = phrase[start + width(subject) :].trimmed(",")
    while len(rest) > 1 and (word := rest.match(0, _ABOUT_ADDRESS)):
        rest = rest[width(word) :]
    literal = next((token.text for token in rest if token.kind in LITERALS), "")
    return [Assertion("url", literal or rest.plain)] if len(rest) else []


def _arrived(phrase: Phrase) -> list[Assertion]:
    """ "we are on the Dashboard page", "redirected to /orders"."""
    at = 1 if phrase.lower(0) in lexicon.STRICT_DETERMINERS else 0
    moved = at
    while word := phrase.match(moved, (*_SUBJECTS, *_MODALS)):
        moved += width(word)
    arrived = phrase.match(moved, _ARRIVED)
    if (
        not arrived
        or (moved == at and arrived in ("on", "at", "get to", "reach"))
        or moved + width(arrived) >= len(phrase)
    ):
        return []
    rest = phrase[moved + width(arrived) :]
    literal = next((token for token in rest if token.kind in ("url", "path")), None)
    if literal:
        return [Assertion("url", literal.text)]
    target = target_of(rest)
    if target.kind == "page" and not target.name and target.place:
        target = target.place.target
    return [Assertion("text", target.name, replace(target, kind="page"))] if target.name else []


def _count(phrase: Phrase) -> list[Assertion]:
    """ "there are 3 rows", "the table has 2 rows": a number and a kind of thing."""
    for at, token in enumerate(phrase):
        number = int(token.text) if _COUNT.match(token.text) and token.kind == "number" else None
        if (
            number is None
            and token.lower in lexicon.CARDINALS
            and token.lower not in ("a", "an", "no", "one")
        ):
            number = lexicon.CARDINALS[token.lower]
        kind = phrase.match(at + 1, lexicon.KINDS)
        if number is None or not kind or lexicon.KINDS[kind] in ("text", "page", "key"):
            continue
        if at and phrase.match(at - 1, tuple(lexicon.KINDS)):
            continue
        return [
            Assertion(
                "visible", phrase[at : at + 1 + width(kind)].plain, target_of(phrase[at + 1 :]), count=number
            )
        ]
    return []


def _state(phrase: Phrase) -> list[Assertion]:
    """ "the Terms checkbox is checked", "Save is disabled"."""
    for state, pair in _STATES.items():
        at = len(phrase) - width(state)
        if at < 1 or not phrase.stands(at, state):
            continue
        subject = phrase[:at]
        while len(subject) > 1 and subject.match(
            len(subject) - 1, ("is", "are", "be", "should", "must", "now", "still", "to", "will")
        ):
            subject = subject[:-1]
        if len(subject) == at:
            return []
        return [Assertion("visible", "=".join(pair), target) for target in several(subject)]
    return []


def _placed(phrase: Phrase) -> list[Assertion]:
    """ "it is in the list", "they appear under Done": what was spoken of, somewhere."""
    if phrase.lower(0) not in PRONOUNS:
        return []
    at = 1
    while word := phrase.match(at, _BEING):
        at += width(word)
    relation = phrase.match(at, lexicon.RELATIONS)
    if at == 1 or not relation or at + width(relation) >= len(phrase):
        return []
    place = target_of(phrase[at + width(relation) :])
    where = None if place.kind == "page" else Place(lexicon.RELATIONS[relation], place)
    return [Assertion("visible", "", Target(wording=phrase.lower(0), place=where))]


_IN_SOMETHING = ("is in", "are in", "is among", "are among", "should be in", "must be in", "is still in",
    "is now in", "are still in", "are now in", "be in", "appears in", "appear in")  # fmt: skip
_WHATEVER = frozenset({"result", "results", "search results", "list", "page", "table", "overview", "listing"})


def _located(phrase: Phrase) -> list[Assertion]:
    """ ""Dune" is in the results": it is shown, and where, if that is a place of its own."""
    for at, words in phrase.find(_IN_SOMETHING, 1):
        subject, place = _unmodal(phrase[:at]), phrase[at + width(words) :].trimmed()
        if not len(subject) or not len(place) or _is_page(subject) or subject.lower(0) in PRONOUNS:
            return []
        where = target_of(place)
        if not where.name or where.name.casefold() in _WHATEVER:
            return _things(subject)
        return _things(Phrase((*subject.tokens, *phrase.tokens[at + width(words) - 1 :]), phrase.source))
    return []


def _seen(phrase: Phrase) -> list[Assertion]:
    """ "Welcome is shown", "the Save button should be visible in the toolbar"."""
    for words in _ELLIPTIC:
        at = len(phrase) - width(words)
        if at >= 1 and phrase.stands(at, words) and all(token.kind == "quoted" for token in phrase[:at]):
            return _things(phrase[:at])
    for at, words in phrase.find(_SEEN, 1):
        after = phrase[at + width(words) :].trimmed(",")
        if (
            words in ("shows", "opens", "loads", "appear", "is available")
            and len(after)
            and not after.match(0, lexicon.RELATIONS)
        ):
            continue
        subject = _unmodal(phrase[:at])
        if not len(subject):
            return []
        if len(subject) == 1 and subject.lower(0) in PRONOUNS and not len(after):
            return [Assertion("visible", "", Target(wording=subject.lower(0)))]
        if len(after) and (relation := after.match(0, lexicon.RELATIONS)) and len(after) > width(relation):
            place = target_of(after[width(relation) :])
            if place.kind not in ("page", "") or place.name:
                joined = Phrase(subject.tokens + after.tokens, phrase.source)
                return _things(joined)
        return [_wholly(assertion, phrase[:at].plain) for assertion in _things(subject)]
    return []


def _wholly(assertion: Assertion, whole: str) -> Assertion:
    """With the words as they stand, too: "now" may be filler or the end of what is shown ("Done now")."""
    target = assertion.target
    filler = whole.lower().endswith((" now", " still", " also"))
    if target is None or target.quoted or not filler or target.whole or "," in whole:
        return assertion
    return replace(assertion, target=replace(target, whole=whole))


def _unmodal(phrase: Phrase) -> Phrase:
    while len(phrase) > 1 and (word := phrase.match(len(phrase) - 1, (*_MODALS, "to", "is", "are"))):
        phrase = phrase[: -width(word)]
    return phrase


def _says(phrase: Phrase) -> list[Assertion]:
    """ "the cart shows 2 items", "the status of order 12 is Shipped", "it says Saved"."""
    best: tuple[int, str] | None = None
    for at, words in phrase.find(
        (*_SAYS, *(f"{modal} {word}" for modal in _MODALS[:3] for word in ("say", "show", "be", "have")))
    ):
        if at + width(words) < len(phrase) and (best is None or at == best[0]):
            best = (at, words)
    if best is None:
        return []
    at, words = best
    subject, said = _unmodal(phrase[:at]), phrase[at + width(words) :]
    while said.lower(0) in ("that", "now", ":", "exactly", "the text", "equal", "to") and len(said) > 1:
        said = said[1:]
    if words in ("has", "have", "is", "are", "be") and not len(subject):
        return []
    quoted = [token.text for token in said if token.kind == "quoted"]
    place = target_of(subject) if len(subject) and not _is_page(subject) else None
    texts = quoted or [_undetermined_text(said)]
    return [Assertion("text", text, place) for text in texts if text]


def _undetermined_text(said: Phrase) -> str:
    target = target_of(said)
    if target.kind == "text" and target.name and not target.place:
        return target.name
    if said.lower(0) in ("a", "an", "the") and len(said) > 1:
        said = said[1:]
    return said.plain


def _is_page(phrase: Phrase) -> bool:
    words = [token.lower for token in phrase if token.lower not in lexicon.STRICT_DETERMINERS]
    return not words or all(
        word in ("page", "it", "screen", "site", "app", "there", "browser", "website", "result")
        for word in words
    )


def _things(phrase: Phrase) -> list[Assertion]:
    """Things that must be there: quoted words are text; the page decides what the rest are."""
    found: list[Assertion] = []
    for target in several(phrase):
        if target.quoted and target.kind in ("", "text", "heading", "page", "dialog", "item", "cell"):
            found.append(Assertion("text", target.name, target))
        elif target.name or target.kind or target.place:
            found.append(Assertion("visible", target.name, target))
    return found

"""Noun phrases: which thing on the page is meant ("the second Delete button in the row for Dune")."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from runner.record.prompt.language import lexicon
from runner.record.prompt.language.heads import kind_of, made_by, ordinal_in, undetermined
from runner.record.prompt.language.intent import Place, Quantifier, Relation, Target
from runner.record.prompt.language.phrase import Phrase, width
from runner.record.prompt.language.telling_apart import condition_in, count_in, look_in, order_in

_QUANTIFIERS: dict[str, Quantifier] = {
    "all the": "all", "all of the": "all", "all": "all", "every": "all", "each": "all", "each of the": "all",
    "both": "all", "both of the": "all", "any": "any", "any of the": "any", "either": "any",
    "nothing": "none", "none": "none",
    "every single": "all", "all of": "all", "one of the": "any", "a random": "any", "one of": "any",
    "none of the": "none",
}  # fmt: skip
_STARTS = ("that starts with", "starting with", "which starts with", "beginning with", "that begins with",
    "starts with",
           "start with", "begins with", "which begins with", "that start with", "whose name starts with",
           "prefixed with")  # fmt: skip
_ENDS = ("that ends with", "ending with", "which ends with", "ends with", "ending in", "that ends in",
    "ends in", "end with",
         "that end with", "ending with the extension", "with the extension", "with extension")  # fmt: skip
_CONTAINS = (
    "that contains",
    "containing",
    "which contains",
    "that includes",
    "contains",
    "including",
    "that contain",
)
_LEAST = ("cheapest", "lowest", "smallest", "shortest", "least", "fewest", "earliest", "oldest", "minimum",
    "youngest",
          "soonest", "lightest", "fastest", "least expensive", "nearest", "min")  # fmt: skip
_MOST = ("most expensive", "highest", "largest", "biggest", "longest", "greatest", "most", "latest",
    "newest", "maximum",
         "priciest", "heaviest", "slowest", "best", "most recent", "farthest", "costliest", "max",
         "tallest")  # fmt: skip
WEAK_KINDS = frozenset({"item", "text", "heading", "page", "section", "element", "key"})
_LOOKS = lexicon.listed("big small large little round bold main")
_SIDES = ("on the left", "on the right", "on the top", "at the top", "at the bottom", "below", "above",
    "on the page",
          "on the screen", "here", "there", "on this page", "on the left side", "on the right side",
          "at the top right",
          "in the top right", "in the corner", "in the top right corner", "at the very bottom", "of the page",
          "on the left hand side", "in the middle", "shown", "shown below", "shown above", "given",
          "given below",
          "on top", "at the top of the page", "at the bottom of the page", "from the page",
          "in the upper right corner",
          "in the top left", "in the top left corner", "that appears", "which appears", "that opens",
          "as well",
          "pls", "plz", "thanks", "thx", "thank you", "ok", "cheers", "asap", "for me",
          "when done", "again", "please", "once more", "if needed", "too", "instead", "afterwards",
          "now", "you have", "you've got", "you sell", "there is", "there are")  # fmt: skip


def target_of(phrase: Phrase) -> Target:
    """The target a noun phrase describes."""
    phrase = _without_purpose(phrase.trimmed())
    wording = phrase.text
    phrase, after = _ordered_after(phrase)
    phrase, order = order_in(phrase)
    indefinite = phrase.lower(0) in ("a", "an") and phrase.tokens[0].text.islower()
    quantifier, phrase = _quantified(phrase)
    phrase, count = count_in(undetermined(phrase))
    phrase, condition = condition_in(phrase)
    target = _described(phrase, wording, quantifier)
    target = target if after is None else replace(target, ordinal=after)
    if indefinite and quantifier == "one" and _only_a_kind(target):
        target = replace(target, quantifier="any")  # "click on a red item"
    if condition is None and order == "" and count is None:
        return target
    many = "all" if order and target.quantifier == "one" else target.quantifier
    return replace(target, condition=condition, count=count, order=order, quantifier=many)


def _only_a_kind(target: Target) -> bool:
    """Whether nothing tells one of a kind from the others: "a red item", "a button"."""
    told = target.name or target.place or target.extreme or target.starts or target.ends or target.contains
    return not told and target.ordinal is None and bool(target.kind or target.look)


def _ordered_after(phrase: Phrase) -> tuple[Phrase, int | None]:
    """The phrase without "that is last", "which comes third", and that order."""
    for at, words in phrase.find(("that is", "that's", "which is", "that comes", "which comes"), 1):
        tail = phrase[at + width(words) :]
        ordinal, rest = ordinal_in(undetermined(tail))
        alone = len(tail) and lexicon.ORDINALS.get(undetermined(tail).lower(0))
        if alone and len(undetermined(tail)) == 1:
            return phrase[:at], alone
        if ordinal is not None and not len(rest):
            return phrase[:at], ordinal
    return phrase, None


def _described(phrase: Phrase, wording: str, quantifier: Quantifier) -> Target:
    """The target of a phrase that has lost what goes before and behind its noun."""
    ordinal, phrase = ordinal_in(undetermined(phrase))
    extreme, phrase = _extreme(undetermined(phrase))
    phrase, look = look_in(phrase)
    if not len(phrase):
        return Target(quantifier=quantifier, ordinal=ordinal, extreme=extreme, look=look, wording=wording)
    if made := made_by(phrase):
        return replace(made, quantifier=quantifier, ordinal=ordinal, extreme=extreme, wording=wording)
    readings = [_reading(phrase, cut) for cut in _cuts(phrase)]
    target = _lifted(readings[0])
    return replace(
        target,
        look=look,
        quantifier=quantifier if target.quantifier == "one" else target.quantifier,
        ordinal=target.ordinal if ordinal is None else ordinal,
        extreme=extreme or target.extreme,
        whole=_whole(phrase, target),
        wording=wording,
        others=tuple(replace(other, ordinal=ordinal, wording=wording) for other in readings[1:]),
    )


def _lifted(target: Target) -> Target:
    """ "The card with the greatest number" is the greatest card; the item with an icon is that icon."""
    place = target.place
    if place is not None and place.relation == "with" and place.target.kind == "icon" and place.target.name:
        alone = not target.name and target.kind in (
            "item",
            "menuitem",
            "button",
            "option",
            "link",
            "element",
            "",
        )
        return replace(place.target, quantifier=target.quantifier) if alone else target
    if place is None or place.relation not in ("with", "of") or place.target.extreme is None:
        return target
    if target.kind not in ("item", "row", "option", "") or place.relation == "of":
        return target
    named = place.target
    compared = named.name or ("" if named.kind in ("text", "item") else named.kind)
    return replace(target, place=None, extreme=named.extreme, compared=compared)


def _reading(phrase: Phrase, cut: tuple[int, str, Relation] | None) -> Target:
    """The phrase taken apart at one preposition, or not at all."""
    if cut is None:
        return _head(phrase.trimmed(), None)
    at, words, relation = cut
    tail = phrase[at + width(words) :].trimmed()
    return _head(phrase[:at].trimmed(), Place(relation, target_of(tail)) if len(tail) else None)


def _whole(phrase: Phrase, target: Target) -> str:
    """The phrase as one name, where taking it apart may have been wrong."""
    if phrase.tokens[0].kind == "quoted" or target.quoted:
        return ""
    if target.place is None and (not target.name or target.name == phrase.plain):
        return phrase.plain if target.kind in WEAK_KINDS else ""
    return phrase.plain


def field_of(phrase: Phrase) -> Target:
    """The field a phrase names: here "email" and "title" are labels, not kinds of things."""
    target = target_of(phrase)
    dropped = phrase.lower(0) in ("new", "same") and not target.name.lower().startswith(phrase.lower(0))
    if dropped and target.name and not target.quoted and target.place is None:
        return replace(target, name=f"{phrase.tokens[0].text} {target.name}", others=(target,))
    if not target.name and target.kind == "text" and target.place and target.place.relation == "of":
        return Target(name=undetermined(phrase).plain, wording=phrase.text)
    if target.kind in WEAK_KINDS and target.place is None and not target.starts and not target.quoted:
        return replace(target, name=target.whole or phrase.plain, kind="", whole="")
    return target


def _without_purpose(phrase: Phrase) -> Phrase:
    """Drop "so that ...", "in order to ...", "because ..."."""
    for at, _ in phrase.find(("so that", "in order to", "because", "so as to", "in order that"), 1):
        phrase = phrase[:at].trimmed()
        break
    for at, words in phrase.find(_SIDES, 1):
        if at + width(words) == len(phrase):
            return phrase[:at].trimmed()
    return phrase


def _quantified(phrase: Phrase) -> tuple[Quantifier, Phrase]:
    found = phrase.match(0, _QUANTIFIERS)
    if not found or (
        found in ("all", "any", "none") and phrase.tokens[0].text[0].isupper() and len(phrase) < 3
    ):
        return "one", phrase
    return _QUANTIFIERS[found], phrase[width(found) :]


def _extreme(phrase: Phrase) -> tuple[tuple[str, str] | None, Phrase]:
    """ "cheapest flight", "lowest price": which end, and what is compared."""
    for words, end in [(word, "least") for word in _LEAST] + [(word, "most") for word in _MOST]:
        if phrase.stands(0, words) and len(phrase) > width(words):
            return (end, words), phrase[width(words) :]
    return None, phrase


def _cuts(phrase: Phrase) -> list[tuple[int, str, Relation] | None]:
    """The prepositions that may tie a head to a place, the first one first; None where there is none."""
    found: list[tuple[int, str, Relation] | None] = []
    taken = 0
    naming = next(((at, words) for at, words in phrase.find(lexicon.NAMING, 0)), None)
    start = 1
    if naming:
        start = naming[0] + width(naming[1]) + 1
    for at, words in phrase.find(lexicon.RELATIONS, start):
        if at < taken or at + width(words) >= len(phrase) or _inside_name(phrase, at, words):
            continue
        if naming is None and phrase.match(at, (*_STARTS, *_ENDS, *lexicon.NAMING)):
            continue
        found.append((at, words, lexicon.RELATIONS[words]))
        taken = at + width(words)
    return found[:3] or [None]


def _inside_name(phrase: Phrase, at: int, words: str) -> bool:
    """Whether the preposition rather belongs to a verb of the name ("Sign in", "Check out") or opens none."""
    before, after = phrase.lower(at - 1), phrase.lower(at + width(words))
    if words in ("in", "on", "over") and before in (
        "log",
        "sign",
        "opt",
        "check",
        "turn",
        "plug",
        "add",
        "zoom",
        "roll",
    ):
        return True
    if words == "to":
        return True
    return words in ("by", "at", "with", "about") and phrase.tokens[0].kind != "quoted" and after in ("", "a")


def _head(phrase: Phrase, place: Place | None) -> Target:
    """The thing itself: its kind and its name."""
    quantifier, phrase = _quantified(phrase)
    ordinal, phrase = ordinal_in(undetermined(phrase))
    target = Target(place=place, ordinal=ordinal, quantifier=quantifier)
    affixes = _affixes(phrase)
    if affixes:
        phrase, starts, ends, contains = affixes
        target = replace(target, starts=starts, ends=ends, contains=contains)
    for at, words in phrase.find(lexicon.NAMING):
        kind, rest = _kind_only(phrase[:at]), phrase[at + width(words) :]
        if kind is not None and len(rest):
            return _named(replace(target, kind=kind), undetermined(rest) if len(rest) > 1 else rest)
    return _container(_named(target, phrase))


def _affixes(phrase: Phrase) -> tuple[Phrase, str, str, str] | None:
    found: dict[str, str] = {}
    cut = len(phrase)
    marks = [(at, words, key) for key, listed in (("starts", _STARTS), ("ends", _ENDS), ("contains",
        _CONTAINS))
             for at, words in phrase.find(listed)]  # fmt: skip
    marks.sort(key=lambda mark: (mark[0], -width(mark[1])))
    taken = -1
    for at, words, key in marks:
        if at < taken or (at == 0 and len(phrase) == width(words)):
            continue
        taken = at + width(words)
        rest = phrase[taken:]
        end = next((step for step, _ in rest.find(("and", ",", "or", "but"))), len(rest))
        found[key] = undetermined(rest[:end]).trimmed().plain
        cut = min(cut, at)
    if not found:
        return None
    return phrase[:cut].trimmed(), found.get("starts", ""), found.get("ends", ""), found.get("contains", "")


def _kind_only(phrase: Phrase) -> str | None:
    """The kind where the phrase says nothing else ("the button", "folder or file"), else None."""
    phrase = undetermined(phrase)
    if not len(phrase):
        return ""
    pieces = phrase.split(("or", "and", "/", ","))
    kinds = [lexicon.KINDS.get(" ".join(token.lower for token in undetermined(piece))) for piece in pieces]
    if kinds and all(kinds):
        return str(kinds[0])
    return None


def _named(target: Target, phrase: Phrase) -> Target:
    phrase = phrase.trimmed()
    if not len(phrase):
        return target
    number, phrase = _numbered(phrase)
    if number is not None:
        target = replace(target, ordinal=number)
    quoted = [token for token in phrase if token.kind == "quoted"]
    if len(quoted) == 1:
        rest = Phrase(tuple(token for token in phrase if token.kind != "quoted"), phrase.source)
        kind = _kind_only(rest.trimmed()) if len(rest.trimmed()) else ""
        words = [token.lower for token in undetermined(rest.trimmed())]
        if kind is None:
            kind = next((lexicon.KINDS[word] for word in words if word in lexicon.KINDS), None)
        if words == ["widget"] and (said := lexicon.KINDS.get(quoted[0].text.strip().lower())):
            return replace(target, kind=said)  # 'a "button" widget'
        if kind is not None or len(words) < 3:
            return replace(target, name=quoted[0].text.strip(), quoted=True, kind=target.kind or kind or "")
    return _unquoted(target, phrase)


def _numbered(phrase: Phrase) -> tuple[int | None, Phrase]:
    """ "row 3", "Delete #2", "item number 4"."""
    if len(phrase) >= 2 and phrase.tokens[-1].kind == "number" and phrase.tokens[-1].text.isdecimal():
        number = int(phrase.tokens[-1].text)
        head = phrase[:-1]
        if len(head) > 1 and head.lower(-1) in ("#", "number", "no", "nr"):
            return number, head[:-1]
        if len(head) == 1 and lexicon.KINDS.get(head.lower(0)) in (
            "row",
            "column",
            "checkbox",
            "radio",
            "field",
        ):
            return number, head
    return None, phrase


def _unquoted(target: Target, phrase: Phrase) -> Target:
    phrase = undetermined(phrase)
    while (
        len(phrase) > 1
        and phrase.tokens[0].text in _LOOKS
        and phrase.tokens[-1].text[:1].isupper() | bool(kind_of(phrase[-1:]))
    ):
        phrase = phrase[1:]
    if (kind := kind_of(phrase)) and not phrase.tokens[0].text[:1].isupper():
        return replace(target, kind=target.kind or kind)
    for size in (3, 2, 1):  # a trailing noun: "Save button"
        if len(phrase) > size:
            kind = kind_of(phrase[-size:])
            if kind and phrase.tokens[-1].kind == "word" and not phrase.tokens[-1].text[:1].isupper():
                if kind_of(phrase[:-size]) == kind and phrase.tokens[0].text.islower():
                    return replace(target, kind=target.kind or kind)  # "the 2nd input textbox"
                return replace(target, name=undetermined(phrase[:-size]).plain, kind=target.kind or kind)
    for size in (3, 2, 1):  # a leading one: "button Save"
        if len(phrase) < size:
            continue
        kind = kind_of(phrase[:size])
        if kind and len(phrase) > size and not phrase.tokens[0].text[:1].isupper():
            rest = phrase[size:].trimmed(",:-")
            return replace(target, name=undetermined(rest).plain, kind=target.kind or kind)
    for size in (2, 1):  # "Save Button": a capital does not tell a noun from a name; both are tried
        if len(phrase) > size and (kind := kind_of(phrase[-size:])) and not target.kind:
            return replace(target, name=phrase[:-size].plain, kind=kind, whole=phrase.plain)
    return replace(target, name=phrase.plain)


def _container(target: Target) -> Target:
    """ "the row for Dune", "the card of Bob": the container is told by what it holds."""
    place = target.place
    if not place or target.name or target.kind not in lexicon.CONTAINER_KINDS:
        return target
    plain = place.target.place is None and place.target.extreme is None
    if place.relation in ("of", "with", "by") and place.target.name and plain:
        return replace(target, name=place.target.name, quoted=place.target.quoted, place=None)
    return target


def several(phrase: Phrase) -> list[Target]:
    """The targets of a coordination ("A, B and C"); a kind said once goes for all."""
    phrase = phrase.trimmed()
    if phrase.lower(0) == "both" and any(phrase.find(("and", "&"), 1)):
        phrase = phrase[1:]
    pieces = [piece.trimmed() for piece in phrase.split((",", "and", "&", "plus", "+"))]
    pieces = [piece for piece in pieces if len(piece)]
    if len(pieces) > 1 and all(len(p) == 2 and p.lower(0) in ("in", "on") for p in pieces[1:]):
        pieces = [pieces[0], *(piece[1:] for piece in pieces[1:])]  # "in A and in B"
    if len(pieces) < 2 or _affixes(phrase) or _names_one(phrase, pieces):
        return [target_of(phrase)]
    targets = [target_of(piece) for piece in pieces]
    kind = next((target.kind for target in (targets[0], targets[-1]) if target.kind), "")
    names = [target if target.kind or not kind else replace(target, kind=kind) for target in targets]
    return [target for target in names if not target.vague]


def _names_one(phrase: Phrase, pieces: list[Phrase]) -> bool:
    """Whether the comma or "and" belongs to a place or a clause rather than to a list of things."""
    return any(
        piece.lower(0) in lexicon.RELATIONS or piece.lower(0) in ("that", "which", "not", "whose")
        for piece in pieces[1:]
    )


_OF_A_KIND: Final = re.compile(
    r"(?:(?:new|other) )?[a-z][\w-]*(?: [a-z][\w-]*)? (?:called|named|titled|entitled) (.+)"
)


def called_so(target: Target) -> Target:
    """ "An errand called Bread" is Bread, whatever errands are."""
    found = _OF_A_KIND.fullmatch(target.name) if not target.kind else None
    return replace(target, name=found[1], whole="", kind="item") if found else target

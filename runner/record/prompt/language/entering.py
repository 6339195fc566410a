"""Commands that give values: type, fill, set, choose, upload, search."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from runner.record.prompt.language import lexicon
from runner.record.prompt.language.heads import made_by, undetermined
from runner.record.prompt.language.intent import Intent, Place, Target, Value, Verb
from runner.record.prompt.language.nouns import field_of, several, target_of
from runner.record.prompt.language.phrase import LITERALS, Phrase, width
from runner.record.prompt.language.pointing import doing, hops
from runner.record.prompt.language.sources import source_of, without_case
from runner.record.prompt.language.telling_apart import condition_in
from runner.record.prompt.language.values import in_case, pairs, value_of
from runner.record.prompt.language.verbs import Heard

_INTO = (
    "into",
    "in to",
    "in",
    "inside",
    "on",
    "onto",
    "to",
    "within",
    "inside of",
    "under",
    "for",
    "at",
    "into the",
)
_WITH = ("with", "using", "as follows", "by")
_GENERIC = frozenset({"field", "form", "element", "text", "section", "page"})


def typing(verb: Heard, rest: Phrase, part: str) -> list[Intent]:
    if not len(rest):
        return []
    if verb.phrase == "put" and rest.lower(0) == "on" and len(rest) > 1:
        return [Intent("check", target=target, part=part) for target in several(rest[1:])]
    rest, case = without_case(rest)
    if case:
        return [_in_case(intent, case) for intent in typing(verb, rest, part)]
    if verb.phrase.split(" ")[0] in ("fill", "complete", "populate"):
        return _fill(rest, part)
    pattern = target_of(rest)
    if pattern.starts or pattern.ends or pattern.contains:
        value = Value(pattern.starts or pattern.contains or pattern.ends, True, "pattern", source=pattern)
        return [Intent("type", value=value, part=part)]
    if collected := _collecting(verb, rest, part):
        return collected
    if found := _valued(rest, part):
        return found
    return [Intent("type", value=value_of(rest), part=part)]


_BASKETS = lexicon.SYNONYMS["cart"] | {"wishlist", "wish list", "favorites", "favourites", "playlist"}


def _collecting(verb: Heard, rest: Phrase, part: str) -> list[Intent]:
    """ "Put Dune in the cart" is adding it."""
    if verb.phrase != "put" or rest.tokens[0].kind in LITERALS - {"quoted"}:
        return []
    for at, words in rest.find(("into", "in", "to", "onto", "on"), 1):
        basket = target_of(rest[at + width(words) :]).name
        if basket.lower() in _BASKETS:
            added = doing(Heard("do", "add", 1), rest[:at], part)
            return [replace(each, options={"to": basket, "to_kind": ""}) for each in added]
    return []


def _in_case(intent: Intent, case: Literal["upper", "lower", "title"]) -> Intent:
    value = intent.value
    if value is None:
        return intent
    read = value.source is not None or value.parameter
    return replace(
        intent, value=replace(value, case=case, text=value.text if read else in_case(value.text, case))
    )


def _valued(rest: Phrase, part: str) -> list[Intent]:
    """ "Ada in Name", "06/29/2014 as the date", "username x and password y into the fields"."""
    if several_pairs := _each_into(rest):
        return _set_all(several_pairs, part)
    for at, _ in rest.find(("as", "for the field", "for field"), 1):
        if at + 1 < len(rest):
            return [Intent("set", target=field_of(rest[at + 1 :]), value=value_of(rest[:at]), part=part)]
    into = _last_into(rest)
    if into:
        at, words = into
        given, place = rest[:at], field_of(rest[at + width(words) :])
        listed = pairs(given) if source_of(given) is None else None
        if listed and len(listed) == 1 and place.quantifier == "all":
            return [Intent("set", target=place, value=listed[0][1], part=part)]  # "into both fields"
        if listed and _spread(given, listed, place):
            return _set_all(listed, part)
        value = replace(value_of(given), whole=rest.plain)
        options = {"either": "yes"} if words in ("to", "on", "at", "in") else {}
        return [Intent("set", target=place, value=value, part=part, options=options)]
    listed = pairs(rest)
    return _set_all(listed, part) if listed else []


def _spread(given: Phrase, listed: list[tuple[Target, Value]], place: Target) -> bool:
    """Whether a list of fields and values goes into "the fields", rather than one value into one field."""
    if place.name or place.ordinal or place.kind not in _GENERIC | {""}:
        return False
    return len(listed) > 1 or value_of(given).text != listed[0][1].text


def _set_all(listed: list[tuple[Target, Value]], part: str) -> list[Intent]:
    return [Intent("set", target=target, value=value, part=part) for target, value in listed]


def _each_into(rest: Phrase) -> list[tuple[Target, Value]]:
    """ "Ada in Name and ada@x.org in Email", "4242 as the card number and 123 as the CVC"."""
    pieces = _rejoined([piece.trimmed() for piece in rest.split((",", "and"))])
    if len(pieces) < 2:
        return []
    found: list[tuple[Target, Value]] = []
    for piece in pieces:
        naming = next((at for at, _ in piece.find(("as",), 1)), None)
        into = (naming, "as") if naming is not None else _last_into(piece)
        if not into or into[0] + width(into[1]) >= len(piece):
            return []
        at, words = into
        same = found[-1][1] if found and piece[:at].text.lower() in _SAME else None
        found.append((field_of(piece[at + width(words) :]), same or value_of(piece[:at])))
    return found


_SAME = ("the same", "it", "it again", "the same again", "the same value", "the same text")


def _rejoined(pieces: list[Phrase]) -> list[Phrase]:
    """The pieces of a list, each with its field: "the same, x1, into Repeat" is one of them."""
    joined: list[Phrase] = []
    for piece in (piece for piece in pieces if len(piece)):
        if joined and piece.match(0, _INTO):
            piece = Phrase(joined.pop().tokens + piece.tokens, piece.source)
        elif joined and joined[-1].text.lower() in _SAME:
            joined.pop()  # what "the same" is follows: "the same, x1, into Repeat"
        joined.append(piece)
    return joined


def _last_into(rest: Phrase) -> tuple[int, str] | None:
    """The preposition before the field: "into" wherever it stands, else the last that fits."""
    found = [(at, words) for at, words in rest.find(_INTO, 1) if at + width(words) < len(rest)]
    if not found and rest.lower(-2) in ("in", "into") and len(rest) > 2:
        found = [(len(rest) - 2, rest.lower(-2))]  # a field called To, From, ...
    if not found:
        return None
    certain = [pair for pair in found if pair[1].startswith("in") and pair[1] != "in"]
    if certain:
        return certain[-1]
    literals = [at for at, token in enumerate(rest) if token.kind in LITERALS]
    if literals:
        after = [pair for pair in found if pair[0] > literals[0]]
        before = [pair for pair in found if pair[0] < literals[0]]
        return after[0] if after else before[-1]
    first = next((pair for pair in found if pair[1] in ("in", "on")), found[0])
    last = next((pair for pair in reversed(found) if pair[1] in ("in", "on")), found[-1])
    return first if _is_field_place(rest[first[0] + width(first[1]) :]) else last


def _is_field_place(rest: Phrase) -> bool:
    """Whether a noun phrase ends in a field and then a place of its own."""
    kind = next(
        (at for at in range(len(rest)) if lexicon.KINDS.get(rest.lower(at)) in ("field", "select")), None
    )
    return kind is not None and kind < 4


def _fill(rest: Phrase, part: str) -> list[Intent]:
    colon = next((at for at in range(1, min(4, len(rest))) if rest.lower(at) == ":"), None)
    if colon is not None:
        head = target_of(rest[:colon])
        listed = pairs(rest[colon + 1 :])
        if listed and (not head.name or head.kind in _GENERIC):
            return _set_all(listed, part)
    for at, words in rest.find(_WITH, 1):
        head, given = target_of(rest[:at]), rest[at + width(words) :]
        broad = head.kind in ("form", "section", "page", "dialog") or head.vague or _plural(rest[:at])
        listed = pairs(given) if broad else pairs(rest)
        if listed and (broad or len(listed) > 1):
            return _set_all(listed, part)
        if len(given):
            return [Intent("set", target=field_of(rest[:at]), value=value_of(given), part=part)]
    if found := _valued(rest, part):
        return found
    target = target_of(rest)
    if target.kind in ("form", "field", "section", "page") and not target.name:
        reason = "it does not say which values to fill in"
        return [Intent("unsupported", part=part, reason=reason)]
    return [Intent("type", value=value_of(rest), part=part)]


def _plural(phrase: Phrase) -> bool:
    return phrase.lower(-1) in (
        "fields",
        "inputs",
        "boxes",
        "details",
        "data",
        "info",
        "information",
        "it",
        "everything",
    )


def setting(verb: Heard, rest: Phrase, part: str) -> list[Intent]:
    if not len(rest):
        return []
    if verb.phrase in ("turn", "switch") and rest.lower(-1) in ("on", "off"):
        return _switching(rest, part)
    for at, _ in rest.find(("for",), 1):
        if at + 1 < len(rest) and (given := value_of(rest[at + 1 :])).kind in ("time", "date"):
            return [Intent("set", target=field_of(rest[:at]), value=given, part=part)]
    pieces = _set_pieces(rest, loosely=verb.phrase in _CHANGING)
    if pieces:
        return [Intent("set", target=target, value=value, part=part) for target, value in pieces]
    if verb.phrase in ("edit", "change", "update", "modify"):
        return doing(verb, rest, part)
    if verb.phrase in ("move", "drag", "slide", "make", "turn", "switch", "assign"):
        return doing(verb, rest, part)
    return []


def _switching(rest: Phrase, part: str) -> list[Intent]:
    """ "Turn A and B on", "turn A off and B on"."""
    found: list[Intent] = []
    begin = 0
    for at, word in rest.find(("on", "off")):
        if at + 1 < len(rest) and rest.lower(at + 1) not in ("and", ",", "&"):
            continue  # "turn the light on the porch off"
        ticked: Verb = "check" if word == "on" else "uncheck"
        things = several(rest[begin:at].trimmed(",&"))
        found += [Intent(ticked, target=target, part=part) for target in things]
        begin = at + 1
        while rest.lower(begin) in ("and", ",", "&"):
            begin += 1
    return found


_CHANGING = frozenset({"change", "set", "switch", "update", "turn", "adjust", "modify"})


def _set_pieces(rest: Phrase, *, loosely: bool) -> list[tuple[Target, Value]]:
    """Fields and values; `loosely`: "change Status on Sold", as who speaks another language says it."""
    marks: tuple[str, ...] = ("to be", "to", "=", ":", "as", "with", "->", "at")
    whole = _set_one(rest, marks)
    if whole is None and loosely and not any(token.text in ":=" for token in rest):
        marks = ("into", "in", "on")
        whole = _set_one(rest, marks)
        given = whole[1] if whole is not None else Value()
        named = given.quoted or given.kind != "text" or given.text[:1].isupper()
        whole = whole if named else None
    if whole is None:
        return pairs(rest) or []
    pieces = [piece.trimmed() for piece in rest.split((",", "and"))]
    each = [_set_one(piece, marks) for piece in pieces if len(piece)]
    if len(each) > 1 and all(each):
        return [pair for pair in each if pair]
    return [whole]


def _set_one(piece: Phrase, marks: tuple[str, ...]) -> tuple[Target, Value] | None:
    for at, words in piece.find(marks, 1):
        given = piece[at + width(words) :]
        if not len(given):
            continue
        for cut, row in given.find(("in the row for", "in the row of", "in the line of", "for the row"), 1):
            holder = Target(name=target_of(given[cut + width(row) :]).name, kind="row")
            field = field_of(piece[:at])
            return replace(field, place=Place("in", holder)), value_of(given[:cut])
        head = piece[:at]
        old = next((step for step, _ in head.find(("from",), 1)), None)
        return field_of(head if old is None else head[:old]), value_of(given)
    return None


def choosing(verb: Heard, rest: Phrase, part: str) -> list[Intent]:
    if not len(rest):
        return []
    if path := hops(rest):
        return [
            Intent(
                "choose",
                value=_as_value(hop),
                part=part,
                options={"path": "end" if hop is path[-1] else "way"},
            )
            for hop in path
        ]
    for at, _ in rest.find(("as",), 1):
        if at + 1 < len(rest):
            return [Intent("choose", target=target_of(rest[at + 1 :]), value=value_of(rest[:at]), part=part)]
    for at, words in rest.find(("with", "using"), 1):
        tool = target_of(rest[at + width(words) :])
        if tool.kind in ("slider", "spinner", "select", "date", "field", "list"):
            return [Intent("set", target=tool, value=value_of(rest[:at]), part=part)]
    if rest.lower(0) in ("in", "from", "under") and len(rest) > 2:  # "select in Kind Invoice"
        led = rest[1:]
        return [Intent("choose", value=Value(led.plain, kind="option"), part=part, options={"led": "yes"})]
    made = made_by(undetermined(rest))  # "select the email from Ann" is a message, no option
    if made is not None and verb.phrase in ("select", "choose", "pick"):
        return [Intent("click", target=replace(made, wording=rest.text), part=part)]
    if each := _each_from(rest):
        return [Intent("choose", target=target, value=value, part=part) for target, value in each]
    source = _from(rest) if condition_in(rest)[1] is None else None
    if source:
        at, words = source
        place = target_of(rest[at + width(words) :])
        return options_of(rest[:at], place, part, rest.plain)
    listed = [pair for pair in (pairs(rest) or []) if pair[0].name and rest.tokens[0].kind != "quoted"]
    marked = any(token.text in ":=" for token in rest if token.kind == "mark")
    if listed and marked:
        return [Intent("choose", target=target, value=value, part=part) for target, value in listed]
    return options_of(rest, None, part, rest.plain)


def _each_from(rest: Phrase) -> list[tuple[Target, Value]]:
    found: list[tuple[Target, Value]] = []
    pieces = [piece.trimmed() for piece in rest.split((",", "and")) if len(piece.trimmed())]
    for piece in pieces:
        source = _from(piece)
        if not source:
            return []
        at, words = source
        found.append((target_of(piece[at + width(words) :]), value_of(piece[:at])))
    return found if len(found) > 1 else []


def _from(rest: Phrase) -> tuple[int, str] | None:
    found = [(at, words) for at, words in rest.find(("from", "in", "on", "under", "for", "out of",
        "from among"), 1)
             if at + width(words) < len(rest)]  # fmt: skip
    if not found:
        return None
    return next((pair for pair in found if pair[1] in ("from", "out of")), found[-1])


def options_of(chosen: Phrase, place: Target | None, part: str, whole: str) -> list[Intent]:
    targets = several(chosen)
    if place is None and any(
        target.kind in ("button", "link", "tab", "icon", "menuitem") for target in targets
    ):
        return [Intent("click", target=target, part=part) for target in targets]
    if len(targets) == 1 and targets[0].kind in ("checkbox", "radio", "switch"):
        target = targets[0]
        return [Intent("check", target=target, part=part, options={"place": place.name if place else ""})]
    joint = chosen.plain if len(targets) > 1 else ""
    intents = [
        Intent(
            "choose",
            target=place,
            value=_as_value(target, whole),
            part=part,
            options={"of": str(len(targets))},
        )
        for target in targets
    ]
    if joint:
        intents[0] = replace(intents[0], joint=joint, absorbs=len(targets) - 1)
    return intents


def _as_value(target: Target, whole: str = "") -> Value:
    return Value(target.name or target.wording, target.quoted, "option", source=target, whole=whole)


def uploading(verb: Heard, rest: Phrase, part: str) -> list[Intent]:
    if not len(rest):
        return [Intent("click", target=Target(name=verb.phrase.capitalize()), part=part)]
    first, *more = [piece for piece in rest.split((",",)) if len(piece.trimmed())]
    listed = [pairs(piece) for piece in more]
    if more and all(listed):
        fields = [pair for each in listed for pair in each or ()]
        return [*uploading(verb, first, part), *_set_all(fields, part)]
    for at, words in rest.find(("to", "into", "in", "as", "using", "via", "with", "through", "for", "on"), 1):
        tail, file = rest[at + width(words) :], _file(rest[:at])
        given = pairs(tail) if words == "with" and not target_of(tail).kind else None
        if given and all(value.text for _, value in given):  # "with kind Invoice"
            return [Intent("upload", value=file, part=part), *_set_all(given, part)]
        if len(tail):
            return [Intent("upload", target=target_of(tail), value=file, part=part)]
    return [Intent("upload", value=_file(rest), part=part)]


def _file(phrase: Phrase) -> Value:
    named = next((token for token in phrase if token.kind in ("quoted", "path", "parameter")), None)
    dotted = next((token for token in phrase if token.kind in ("word", "url") and "." in token.text), None)
    chosen = named or dotted
    if chosen is None:
        return value_of(phrase)
    return Value(chosen.text, True, "file", chosen.parameter)

"""Commands: what a verb and the words after it ask for, one reader a verb."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from runner.record.prompt import lexicon
from runner.record.prompt.intent import Intent, Target, Value, Verb
from runner.record.prompt.nouns import several, target_of
from runner.record.prompt.phrase import LITERALS, Phrase, width
from runner.record.prompt.values import pairs, value_of
from runner.record.prompt.verbs import Heard, imperative, verb_at

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


def read(verb: Heard, rest: Phrase, part: str) -> list[Intent]:
    """The intents of a command; an empty list where its words say nothing that can be done."""
    rest = rest.trimmed(",;:!?")
    if (by := _by_doing(rest)) is not None and verb.verb not in ("type", "choose"):
        return read(by[0], by[1], part)
    reader = _READERS.get(verb.verb)
    return reader(verb, rest, part) if reader else []


def _by_doing(rest: Phrase) -> tuple[Heard, Phrase] | None:
    """ "Log out by clicking Exit": the way it is to be done takes the place of what it is for."""
    for at, _ in rest.find(("by",)):
        heard = verb_at(rest, at + 1)
        if heard and rest.lower(at + 1).endswith("ing"):
            return heard, rest[at + 1 + heard.width :]
    return None


def goto(rest: Phrase, part: str) -> list[Intent]:
    """Navigation to the first address named."""
    url = next((token for token in rest if token.kind in ("url", "path", "parameter")), None)
    return [Intent("goto", value=Value(url.text, kind=url.kind), part=part)] if url else []


def _goto(verb: Heard, rest: Phrase, part: str) -> list[Intent]:
    if found := goto(rest, part):
        return found
    if (
        rest.lower(0) == "back"
        or rest.stands(0, "to the previous page")
        or rest.stands(0, "the previous page")
    ):
        return [Intent("back", part=part)]
    if rest.lower(0) in ("to", "into") and len(rest) > 1:
        rest = rest[1:]
    if not len(rest):
        return []
    if method := _hop(rest):
        return [Intent("click", target=target, part=part, options={"go": "yes"}) for target in method]
    return [_clicked(target, part, {"go": "yes", "verb": verb.phrase}) for target in several(rest)]


def _hop(rest: Phrase) -> list[Target]:
    """A path through menus: "File > Export > PDF"."""
    pieces = [piece.trimmed() for piece in rest.split((">", "›", "→", "»", "->", ">>", "/", "|"))]
    pieces = [piece for piece in pieces if len(piece)]
    return [target_of(piece) for piece in pieces] if len(pieces) > 1 else []


def _clicked(target: Target, part: str, options: dict[str, str] | None = None) -> Intent:
    return Intent("click", target=target, part=part, options=options or {})


def _click(verb: Heard, rest: Phrase, part: str) -> list[Intent]:
    if not len(rest):
        return []
    rest = _without_method(rest)
    if "double" in verb.phrase:
        reason = "a double click is none of the nine actions of a TestConfig"
        return [Intent("unsupported", part=part, reason=reason)]
    if hops := _hop(rest):
        return [_clicked(target, part) for target in hops]
    if verb.phrase in ("hit", "push", "strike") and (key := _key(rest, article=False)):
        return [Intent("press", value=Value(key, kind="key"), part=part)]
    targets = several(rest)
    return [_joint(rest, targets, _clicked(target, part), at) for at, target in enumerate(targets)]


def _joint(rest: Phrase, targets: list[Target], intent: Intent, at: int) -> Intent:
    """Names that contain "and" or a comma: the first intent also carries the whole."""
    if at or len(targets) < 2:
        return intent
    return replace(intent, joint=_whole_name(rest), absorbs=len(targets) - 1)


def _whole_name(rest: Phrase) -> str:
    whole = rest.plain
    for determiner in ("the ", "The "):
        whole = whole.removeprefix(determiner)
    return whole


def _without_method(rest: Phrase) -> Phrase:
    """Drop a purpose: "Save to store it", when a verb follows the "to"."""
    for at, _ in rest.find(("to",), 1):
        heard = verb_at(rest, at + 1)
        if heard and not heard.fuzzy and rest.tokens[at - 1].kind == "quoted":
            return rest[:at]
    return rest


def _key(rest: Phrase, *, article: bool) -> str:
    """The key or chord a phrase names, in Playwright's names; empty where it names none."""
    words = [
        token
        for token in rest
        if token.lower not in ("the", "key", "keys", "on", "keyboard", "button", "your", "a")
    ]
    explicit = any(token.lower in ("key", "keys", "keyboard") for token in rest)
    if not words or (
        words[0].kind == "quoted"
        and not explicit
        and len(words[0].text) > 1
        and words[0].text.lower() not in lexicon.KEYS
    ):
        return ""
    name = " ".join(token.text.lower() for token in words)
    if name in lexicon.KEYS:
        caption = name in lexicon.CAPTION_KEYS and not explicit
        said_button = any(token.lower == "button" for token in rest)
        return (
            ""
            if (caption and (article or said_button)) or said_button and not explicit
            else lexicon.KEYS[name]
        )
    parts = [part for part in name.replace(" + ", "+").replace(" ", "+").replace("-", "+").split("+") if part]
    if len(parts) > 1 and all(part in lexicon.MODIFIERS for part in parts[:-1]):
        last = lexicon.KEYS.get(
            parts[-1], parts[-1].upper() if len(parts[-1]) == 1 and "shift" in parts else parts[-1]
        )
        return "+".join([*(lexicon.MODIFIERS[part] for part in parts[:-1]), last])
    return words[0].text if explicit and len(words) == 1 and len(words[0].text) == 1 else ""


def _press(verb: Heard, rest: Phrase, part: str) -> list[Intent]:
    times = 1
    for at, token in enumerate(rest):
        if token.lower in ("times", "twice", "once", "thrice"):
            times = {"twice": 2, "once": 1, "thrice": 3}.get(token.lower) or _number(rest, at - 1)
            rest = rest[: at if token.lower != "times" else at - 1]
            break
    where: Target | None = None
    article = rest.lower(0) == "the"
    for at, word in rest.find(("in", "on", "inside", "within", "while in"), 1):
        if key := _key(rest[:at], article=article):
            place = rest[at + width(word) :]
            where = None if any(token.lower in ("keyboard", "page") for token in place) else target_of(place)
            return [Intent("press", target=where, value=Value(key, kind="key"), part=part)] * times
    keys = [_key(piece, article=article) for piece in rest.split((",", "and", "then"))]
    if keys and all(keys):
        return [
            Intent("press", value=Value(key, kind="key"), part=part) for key in keys for _ in range(times)
        ]
    return _click(verb, rest, part) * times


def _number(rest: Phrase, at: int) -> int:
    word = rest.lower(at)
    return int(word) if word.isdigit() else lexicon.CARDINALS.get(word, 1)


def _type(verb: Heard, rest: Phrase, part: str) -> list[Intent]:
    if verb.phrase == "use" and (used := _use(rest, part)):
        return used
    if not len(rest):
        return []
    if verb.phrase.split(" ")[0] in ("fill", "complete", "populate"):
        return _fill(rest, part)
    if found := _valued(rest, part):
        return found
    return [Intent("type", value=value_of(rest), part=part)]


def _use(rest: Phrase, part: str) -> list[Intent]:
    """ "Use the textbox to enter Ada": the tool is the place."""
    for at, _ in rest.find(("to",), 1):
        heard = imperative(rest, at + 1)
        if heard:
            tool = target_of(rest[:at])
            found = read(heard, rest[at + 1 + heard.width :], part)
            return [replace(intent, target=tool) if intent.target is None else intent for intent in found]
    for at, _ in rest.find(("as", "for"), 1):
        return [Intent("set", target=target_of(rest[at + 1 :]), value=value_of(rest[:at]), part=part)]
    return []


def _valued(rest: Phrase, part: str) -> list[Intent]:
    """ "Ada in Name", "06/29/2014 as the date", "username x and password y into the fields"."""
    for at, _ in rest.find(("as", "for the field", "for field"), 1):
        if at + 1 < len(rest) and not rest.stands(at, "as well"):
            target = target_of(rest[at + 1 :])
            return [Intent("set", target=target, value=value_of(rest[:at]), part=part)]
    several_pairs = _each_into(rest)
    if several_pairs:
        return [Intent("set", target=target, value=value, part=part) for target, value in several_pairs]
    into = _last_into(rest)
    if into:
        at, words = into
        given, place = rest[:at], target_of(rest[at + width(words) :])
        listed = pairs(given)
        if listed and not place.name and place.kind in _GENERIC | {""}:
            return _set_all(listed, part, place)
        value = replace(value_of(given), whole=rest.plain)
        return [Intent("set", target=place, value=value, part=part)]
    listed = pairs(rest)
    return _set_all(listed, part, None) if listed else []


def _set_all(listed: list[tuple[Target, Value]], part: str, place: Target | None) -> list[Intent]:
    return [Intent("set", target=target, value=value, part=part) for target, value in listed]


def _each_into(rest: Phrase) -> list[tuple[Target, Value]]:
    """ "Ada in Name and ada@x.org in Email": each piece has its own place."""
    pieces = [piece for piece in rest.split((",", "and")) if len(piece.trimmed())]
    if len(pieces) < 2:
        return []
    found: list[tuple[Target, Value]] = []
    for piece in pieces:
        into = _last_into(piece.trimmed())
        if not into:
            return []
        at, words = into
        piece = piece.trimmed()
        found.append((target_of(piece[at + width(words) :]), value_of(piece[:at])))
    return found


def _last_into(rest: Phrase) -> tuple[int, str] | None:
    """The preposition before the field: "into" wherever it stands, else the last that fits."""
    found = [(at, words) for at, words in rest.find(_INTO, 1) if at + width(words) < len(rest)]
    if not found:
        return None
    certain = [pair for pair in found if pair[1].startswith("in") and pair[1] != "in"]
    if certain:
        return certain[-1] if len(certain) == 1 else certain[0]
    quoted = [at for at, token in enumerate(rest) if token.kind in LITERALS]
    if quoted:
        after = [pair for pair in found if pair[0] > quoted[0]]
        return after[0] if after else None
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
    if any(rest.lower(at) == ":" for at in range(min(4, len(rest)))):
        at = next(at for at in range(len(rest)) if rest.lower(at) == ":")
        head = target_of(rest[:at])
        listed = pairs(rest[at + 1 :])
        if listed and (not head.name or head.kind in _GENERIC):
            return _set_all(listed, part, head)
    for at, words in rest.find(_WITH, 1):
        head, given = target_of(rest[:at]), rest[at + width(words) :]
        listed = pairs(given)
        broad = head.kind in ("form", "section", "page", "dialog") or head.vague or _plural(rest[:at])
        if listed and broad:
            return _set_all(listed, part, head)
        if len(given):
            piecewise = _fill_each(rest)
            if len(piecewise) > 1:
                return [Intent("set", target=target, value=value, part=part) for target, value in piecewise]
            return [Intent("set", target=head, value=value_of(given), part=part)]
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


def _fill_each(rest: Phrase) -> list[tuple[Target, Value]]:
    """ "Name with Ada and Email with ada@x.org"."""
    found: list[tuple[Target, Value]] = []
    for piece in rest.split((",", "and")):
        at = next((at for at, _ in piece.find(("with", "to", "as"), 1)), None)
        if at is None or at + 1 >= len(piece):
            return []
        found.append((target_of(piece[:at].trimmed()), value_of(piece[at + 1 :])))
    return found


def _set(verb: Heard, rest: Phrase, part: str) -> list[Intent]:
    if not len(rest):
        return []
    if verb.phrase == "turn" and rest.lower(-1) in ("on", "off"):
        ticked: Verb = "check" if rest.lower(-1) == "on" else "uncheck"
        return [Intent(ticked, target=target, part=part) for target in several(rest[:-1])]
    pieces = _set_pieces(rest)
    if pieces:
        return [Intent("set", target=target, value=value, part=part) for target, value in pieces]
    if verb.phrase in ("edit", "change", "update", "modify"):
        return _do(verb, rest, part)
    if verb.phrase in ("move", "drag", "slide", "make", "turn", "switch", "assign"):
        return _do(verb, rest, part)
    return []


def _set_pieces(rest: Phrase) -> list[tuple[Target, Value]]:
    marks = ("to be", "to", "=", ":", "as", "with", "->", "at")
    whole = _set_one(rest, marks)
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
        head = piece[:at]
        old = next((step for step, _ in head.find(("from",), 1)), None)
        return target_of(head if old is None else head[:old]), value_of(given)
    return None


def _choose(verb: Heard, rest: Phrase, part: str) -> list[Intent]:
    if not len(rest):
        return []
    if hops := _hop(rest):
        return [
            Intent("choose", target=None, value=_as_value(hop), part=part, options={"path": "yes"})
            for hop in hops
        ]
    for at, _ in rest.find(("as",), 1):
        if at + 1 < len(rest):
            return [Intent("choose", target=target_of(rest[at + 1 :]), value=value_of(rest[:at]), part=part)]
    for at, words in rest.find(("with", "using"), 1):
        tool = target_of(rest[at + width(words) :])
        if tool.kind in ("slider", "spinner", "select", "date", "field", "list"):
            return [Intent("set", target=tool, value=value_of(rest[:at]), part=part)]
    if each := _each_from(rest):
        return [Intent("choose", target=target, value=value, part=part) for target, value in each]
    source = _from(rest)
    if source:
        at, words = source
        place = target_of(rest[at + width(words) :])
        return _options(rest[:at], place, part, rest.plain)
    listed = [pair for pair in (pairs(rest) or []) if pair[0].name and rest.tokens[0].kind != "quoted"]
    marked = any(token.text in ":=" for token in rest if token.kind == "mark")
    if listed and marked:
        return [Intent("choose", target=target, value=value, part=part) for target, value in listed]
    return _options(rest, None, part, rest.plain)


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
    found = [(at, words) for at, words in rest.find(("from", "in", "on", "under", "for", "out of", "from among"), 1)
             if at + width(words) < len(rest)]  # fmt: skip
    if not found:
        return None
    return next((pair for pair in found if pair[1] in ("from", "out of")), found[-1])


def _options(chosen: Phrase, place: Target | None, part: str, whole: str) -> list[Intent]:
    targets = several(chosen)
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


def _ticked(verb: Heard, rest: Phrase, part: str) -> list[Intent]:
    at = next((at for at, _ in rest.find(("as",), 1)), None)
    if at is not None and verb.phrase in ("mark", "flag"):
        label = target_of(rest[at + 1 :])
        return [
            Intent(
                "do",
                target=target_of(rest[:at]),
                value=Value(f"{verb.phrase} as {label.name or label.wording}"),
                part=part,
            )
        ]
    return [Intent(_verb(verb), target=target, part=part) for target in several(rest)]


def _verb(heard: Heard) -> Verb:
    return lexicon.VERB_NAMES[heard.verb]


def _each(verb: Heard, rest: Phrase, part: str) -> list[Intent]:
    targets = several(rest) if len(rest) else [Target()]
    return [Intent(_verb(verb), target=target, part=part) for target in targets]


def _scroll(verb: Heard, rest: Phrase, part: str) -> list[Intent]:
    direction = next(
        (
            word
            for word in ("up", "down", "bottom", "top", "end")
            if word in f"{verb.phrase} {rest.text.lower()}".split()
        ),
        "",
    )
    while len(rest) > 1 and rest.lower(0) in (
        "down",
        "up",
        "to",
        "until",
        "over",
        "all",
        "way",
        "into",
        "you",
        "see",
        "the",
    ):
        rest = rest[1:]
    target = target_of(rest)
    for at, _ in rest.find(
        ("is visible", "appears", "comes into view", "into view", "is in view", "is shown"), 1
    ):
        target = target_of(rest[:at])
    bare = (
        target.vague
        or target.name in ("down", "up", "bottom", "top", "end", "page")
        or (target.kind == "page" and not target.name)
    )
    return [
        Intent(
            "scroll", target=None if bare else target, part=part, options={"direction": direction or "down"}
        )
    ]


def _wait(verb: Heard, rest: Phrase, part: str) -> list[Intent]:
    for at, token in enumerate(rest):
        unit = rest.lower(at + 1)
        number = token.text if token.kind == "number" else str(lexicon.CARDINALS.get(token.lower, ""))
        glued = token.lower.rstrip("smec") if token.kind == "word" and token.lower[:1].isdigit() else ""
        if glued and glued.isdigit():
            number, unit = glued, token.lower[len(glued) :]
        scale = {"s": 1000, "sec": 1000, "secs": 1000, "second": 1000, "seconds": 1000, "ms": 1, "millisecond": 1,
                 "milliseconds": 1, "minute": 60000, "minutes": 60000, "min": 60000, "moment": 1000}.get(unit)  # fmt: skip
        if number and scale:
            return [Intent("wait", value=Value(str(int(float(number) * scale)), kind="ms"), part=part)]
    while rest.lower(0) in ("for", "until", "till", "that", "to") and len(rest) > 1:
        rest = rest[1:]
    for at, _ in rest.find(("to load", "to appear", "to be visible", "to show up", "to show", "to finish", "to be shown", "to open",
                            "is visible", "appears", "is shown", "shows up", "is displayed", "loads", "has loaded", "is loaded",
                            "to be displayed", "to come up", "is there", "to be there", "to be loaded", "to pop up", "opens",
                            "have loaded", "are shown", "are loaded", "pops up", "comes up", "is ready", "to arrive"), 1):  # fmt: skip
        rest = rest[:at]
        break
    target = target_of(rest)
    if target.kind == "page" and not target.name:
        return [Intent("wait", part=part)]
    if target.vague:
        return [Intent("wait", part=part)]
    return [Intent("wait", target=target, part=part)]


def _upload(verb: Heard, rest: Phrase, part: str) -> list[Intent]:
    for at, words in rest.find(("to", "into", "in", "as", "using", "via", "with", "through", "for", "on"), 1):
        if at + width(words) < len(rest):
            return [
                Intent(
                    "upload", target=target_of(rest[at + width(words) :]), value=_file(rest[:at]), part=part
                )
            ]
    return [Intent("upload", value=_file(rest), part=part)]


def _file(phrase: Phrase) -> Value:
    named = next((token for token in phrase if token.kind in ("quoted", "path", "parameter")), None)
    dotted = next((token for token in phrase if token.kind in ("word", "url") and "." in token.text), None)
    chosen = named or dotted
    if chosen is None:
        return value_of(phrase)
    return Value(chosen.text, True, "file", chosen.text if chosen.kind == "parameter" else "")


def _login(verb: Heard, rest: Phrase, part: str) -> list[Intent]:
    options: dict[str, str] = {}
    fields: list[tuple[Target, Value]] = []
    while rest.lower(0) in ("to", "into", "in") and len(rest) > 1:
        at = next((at for at, _ in rest.find(("as", "with", "using"), 1)), len(rest))
        rest = rest[at:]
        if at == 0:
            break
    tail = rest[1:] if rest.lower(0) in ("as", "with", "using", "by") else rest
    password_at = next((at for at, _ in tail.find(("with password", "using password", "password", "pw", "pass", "with the password",
                                                   "and password"), 0)), None)  # fmt: skip
    listed = pairs(tail) if password_at is not None or ":" in tail.text else None
    slash = tail.split(("/",))
    if listed and any(_is_password(target) for target, _ in listed):
        fields = listed
    elif len(slash) == 2 and len(tail) >= 3:
        fields = [
            (Target(name="username"), value_of(slash[0])),
            (Target(name="password"), value_of(slash[1])),
        ]
    elif password_at:
        user = tail[:password_at].trimmed()
        while len(user) and user.lower(-1) in ("and", "with", "using", ",", "the"):
            user = user[:-1]
        given = tail[password_at + width(tail.match(password_at, ("with the password", "with password", "using password", "and password",
                                                                 "password", "pw", "pass"))) :]  # fmt: skip
        fields = (
            [(Target(name="username"), value_of(user)), (Target(name="password"), value_of(given))]
            if len(user)
            else []
        )
    elif (middle := _two_values(tail)) is not None:
        fields = [(Target(name="username"), middle[0]), (Target(name="password"), middle[1])]
    elif len(tail) and tail.text:
        options["as"] = target_of(tail).name or tail.plain
    return [Intent("login", fields=tuple(fields), part=part, options=options)]


def _two_values(tail: Phrase) -> tuple[Value, Value] | None:
    pieces = [piece for piece in tail.split(("and", ",", "with")) if len(piece)]
    if len(pieces) == 2 and all(len(piece) == 1 for piece in pieces):
        return value_of(pieces[0]), value_of(pieces[1])
    return None


def _is_password(target: Target) -> bool:
    return target.name.lower() in lexicon.SYNONYMS["password"]


def _search(verb: Heard, rest: Phrase, part: str) -> list[Intent]:
    rest = rest[1:] if rest.lower(0) in ("for", "up") and len(rest) > 1 else rest
    if not len(rest):
        return [Intent("click", target=Target(name="Search"), part=part)]
    for at, words in rest.find(("in the", "in", "using the", "using", "on the", "with the", "within"), 1):
        place = target_of(rest[at + width(words) :])
        if place.kind in ("field", "page", "form", "section", "menu", "list", "table") or place.name:
            target = None if place.kind == "page" else place
            return [Intent("search", target=target, value=value_of(rest[:at]), part=part)]
    return [Intent("search", value=value_of(rest), part=part)]


def _bare(verb: Heard, rest: Phrase, part: str) -> list[Intent]:
    target = target_of(rest) if len(rest) else None
    if target is not None and target.vague:
        target = None
    return [Intent(_verb(verb), target=target, part=part)]


def _confirm(verb: Heard, rest: Phrase, part: str) -> list[Intent]:
    target = target_of(rest) if len(rest) else None
    return [Intent(_verb(verb), target=target, value=Value(verb.phrase), part=part)]


def _do(verb: Heard, rest: Phrase, part: str) -> list[Intent]:
    """A verb that a control is likely to bear itself: "Delete the task Milk", "Add Milk to the cart"."""
    for at, _ in rest.find(("with", "using"), 1):
        if listed := pairs(rest[at + 1 :]):
            return [
                Intent(
                    "do",
                    target=target_of(rest[:at]),
                    value=Value(verb.phrase),
                    fields=tuple(listed),
                    part=part,
                )
            ]
    targets = several(rest) if len(rest) else [Target()]
    return [
        Intent(
            "do",
            target=target,
            value=Value(verb.phrase, whole=f"{verb.phrase} {rest.plain}".strip()),
            part=part,
        )
        for target in targets
    ]


def _find(verb: Heard, rest: Phrase, part: str) -> list[Intent]:
    for at, _ in rest.find(("to find", "to"), 1):
        if imperative(rest, at + 1):
            return []
    return [Intent("find", target=target_of(rest), part=part)] if len(rest) else []


_READERS: Final[dict[str, Callable[[Heard, Phrase, str], list[Intent]]]] = {
    "goto": _goto, "click": _click, "press": _press, "type": _type, "set": _set, "choose": _choose,
    "check": _ticked, "uncheck": _ticked, "toggle": _each, "hover": _each, "focus": _each, "clear": _each,
    "scroll": _scroll, "wait": _wait, "upload": _upload, "login": _login, "logout": _bare, "search": _search,
    "submit": _bare, "close": _bare, "accept": _confirm, "cancel": _confirm, "expand": _each, "collapse": _each,
    "back": _bare, "forward": _bare, "reload": _bare, "copy": _each, "do": _do, "find": _find,
}  # fmt: skip

"""Commands that point: go to, click, press, tick, scroll, wait, and verbs that a control bears itself."""

from __future__ import annotations

from dataclasses import replace

from runner.record.prompt.language import figures, lexicon
from runner.record.prompt.language.assertions import assertion_of
from runner.record.prompt.language.intent import Intent, Place, Target, Value, Verb
from runner.record.prompt.language.nouns import called_so, several, target_of
from runner.record.prompt.language.phrase import Phrase, width
from runner.record.prompt.language.sending import GIVEN, giving
from runner.record.prompt.language.sources import source_of
from runner.record.prompt.language.telling_apart import times_in
from runner.record.prompt.language.tokens import Token
from runner.record.prompt.language.values import pairs, value_of
from runner.record.prompt.language.verbs import Heard, imperative, verb_at


def goto(rest: Phrase, part: str) -> list[Intent]:
    """Navigation to the first address named."""
    url = next((token for token in rest if token.kind in ("url", "path", "parameter") or _given(token)), None)
    if url is None:
        return []
    return [Intent("goto", value=Value(url.text, kind=url.kind, parameter=url.parameter), part=part)]


def _given(token: Token) -> bool:
    """Whether a parameter stands for an address."""
    return bool(token.parameter) and token.text.startswith(("http://", "https://", "/"))


def going(verb: Heard, rest: Phrase, part: str) -> list[Intent]:
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
    if method := hops(rest):
        return [Intent("click", target=target, part=part, options={"go": "yes"}) for target in method]
    for at, _ in rest.find(("for", "to"), 1):  # "open Dune for editing"
        purpose = verb_at(rest, at + 1) if at + 2 == len(rest) else None
        if (
            purpose is not None
            and not purpose.fuzzy
            and (rest.lower(at) == "to" or rest.lower(-1).endswith("ing"))
        ):
            return [Intent("do", target=target_of(rest[:at]), value=Value(purpose.phrase), part=part)]
    return [clicked(target, part, {"go": "yes", "verb": verb.phrase}) for target in several(rest)]


def hops(rest: Phrase) -> list[Target]:
    """A path through menus: "File > Export > PDF"."""
    pieces = [piece.trimmed() for piece in rest.split((">", "›", "→", "»", "->", ">>", "/", "|"))]
    pieces = [piece for piece in pieces if len(piece)]
    return [target_of(piece) for piece in pieces] if len(pieces) > 1 else []


def clicked(target: Target, part: str, options: dict[str, str] | None = None) -> Intent:
    return Intent("click", target=target, part=part, options=options or {})


def clicking(verb: Heard, rest: Phrase, part: str) -> list[Intent]:
    if not len(rest):
        return []
    named = rest.lower(0) in ("in", "to") and len(rest) > 1 and rest.tokens[1].text[:1].isupper()
    if (rest.lower(0) in ("on", "onto") and len(rest) > 1) or named:
        rest = rest[1:]
    rest = _without_method(rest)
    if "double" in verb.phrase:
        reason = "a double click is none of the nine actions of a TestConfig"
        return [Intent("unsupported", part=part, reason=reason)]
    if path := hops(rest):
        return [clicked(target, part, {"path": "end" if target is path[-1] else "way"}) for target in path]
    if verb.phrase in ("hit", "push", "strike") and (key := key_of(rest, article=False)):
        return [Intent("press", value=Value(key, kind="key"), part=part)]
    for at, _ in rest.find(("until", "till"), 1):
        return _clicking_until(rest[:at], rest[at + 1 :], part)
    rest, times = times_in(rest)
    targets = several(rest)
    return [_joint(rest, targets, clicked(target, part), at) for at, target in enumerate(targets)] * times


def _clicking_until(rest: Phrase, condition: Phrase, part: str) -> list[Intent]:
    """ "Click Next until Dune appears"."""
    for found in assertion_of(condition, part, explicit=True):
        assertion = found.assertion
        if assertion and not assertion.negated and assertion.type != "url" and assertion.contains:
            return [clicked(target_of(rest), part, {"until": assertion.contains})]
    return []


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
        noun = rest.lower(at - 1) in lexicon.KINDS or rest.tokens[at - 1].kind == "quoted"
        if heard and not heard.fuzzy and noun:
            return rest[:at]
    return rest


def key_of(rest: Phrase, *, article: bool) -> str:
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
            if (caption and (article or said_button)) or (said_button and not explicit)
            else lexicon.KEYS[name]
        )
    parts = [part for part in name.replace(" + ", "+").replace(" ", "+").replace("-", "+").split("+") if part]
    if len(parts) > 1 and all(part in lexicon.MODIFIERS for part in parts[:-1]):
        last = lexicon.KEYS.get(
            parts[-1], parts[-1].upper() if len(parts[-1]) == 1 and "shift" in parts else parts[-1]
        )
        return "+".join([*(lexicon.MODIFIERS[part] for part in parts[:-1]), last])
    return words[0].text if explicit and len(words) == 1 and len(words[0].text) == 1 else ""


def pressing(verb: Heard, rest: Phrase, part: str) -> list[Intent]:
    times = 1
    for at, token in enumerate(rest):
        if token.lower in ("times", "twice", "once", "thrice"):
            times = {"twice": 2, "once": 1, "thrice": 3}.get(token.lower) or _number(rest, at - 1)
            rest = rest[: at if token.lower != "times" else at - 1]
            break
    where: Target | None = None
    article = rest.lower(0) == "the"
    for at, word in rest.find(("in", "on", "inside", "within", "while in"), 1):
        if key := key_of(rest[:at], article=article):
            place = rest[at + width(word) :]
            where = None if any(token.lower in ("keyboard", "page") for token in place) else target_of(place)
            if where is not None and where.kind in lexicon.CONTAINER_KINDS:
                return clicking(verb, rest, part) * times
            return [Intent("press", target=where, value=Value(key, kind="key"), part=part)] * times
    keys = [key_of(piece, article=article) for piece in rest.split((",", "and", "then"))]
    if keys and all(keys):
        return [
            Intent("press", value=Value(key, kind="key"), part=part) for key in keys for _ in range(times)
        ]
    return clicking(verb, rest, part) * times


def _number(rest: Phrase, at: int) -> int:
    word = rest.lower(at)
    return int(word) if word.isdecimal() else lexicon.CARDINALS.get(word, 1)


_MARKS = lexicon.listed(
    "complete completed done finished read unread important paid unpaid resolved closed open favorite "
    "favourite spam"
)


def ticking(verb: Heard, rest: Phrase, part: str) -> list[Intent]:
    at = next((at for at, _ in rest.find(("as",), 1)), None)
    after = 1
    if at is None and len(rest) > 1 and rest.lower(len(rest) - 1) in _MARKS:
        at, after = len(rest) - 1, 0  # "mark it complete"
    if at is not None and verb.phrase in ("mark", "flag"):
        label = target_of(rest[at + after :])
        word = Value(f"{verb.phrase} as {label.name or label.wording}")
        return [Intent("do", target=target, value=word, part=part) for target in several(rest[:at])]
    return [Intent(_verb(verb), target=target, part=part) for target in several(rest)]


def _verb(heard: Heard) -> Verb:
    return lexicon.VERB_NAMES[heard.verb]


def each(verb: Heard, rest: Phrase, part: str) -> list[Intent]:
    targets = several(rest) if len(rest) else [Target()]
    return [Intent(_verb(verb), target=target, part=part) for target in targets]


def scrolling(verb: Heard, rest: Phrase, part: str) -> list[Intent]:
    direction = next(
        (
            word
            for word in ("up", "down", "bottom", "top", "end")
            if word in f"{verb.phrase} {rest.text.lower()}".split()
        ),
        "",
    )
    if within := _scrolled(rest):
        ends = {"end": "bottom"}.get(direction, direction)
        return [Intent("scroll", target=within, part=part, options={"direction": ends, "within": "yes"})]
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


_ENDS = ("to the bottom", "to the top", "to the end", "to the very bottom", "to its end", "to the start",
         "all the way down", "all the way up", "the bottom", "the top", "the end")  # fmt: skip


def _scrolled(rest: Phrase) -> Target | None:
    """The text area or list to scroll: "scroll the list to the bottom", "to the end of the text"."""
    for at, words in rest.find(_ENDS):
        after = rest[at + width(words) :]
        held = rest[:at] if at else after[1:] if after.lower(0) in ("of", "in") else None
        target = target_of(held) if held is not None and len(held) else None
        scrolls = ("textarea", "list", "section", "table", "text", "dialog", "field", "item", "element")
        if target is not None and (target.kind in scrolls or (target.name and not target.kind)):
            return target
        return None
    return None


def waiting(verb: Heard, rest: Phrase, part: str) -> list[Intent]:
    for at, token in enumerate(rest):
        unit = rest.lower(at + 1)
        number = token.text if token.kind == "number" else str(lexicon.CARDINALS.get(token.lower, ""))
        glued = token.lower.rstrip("smec") if token.kind == "word" and token.lower[:1].isdecimal() else ""
        if glued and glued.isdecimal():
            number, unit = glued, token.lower[len(glued) :]
        scale = {"s": 1000, "sec": 1000, "secs": 1000, "second": 1000, "seconds": 1000, "ms": 1,
            "millisecond": 1,
                 "milliseconds": 1, "minute": 60000, "minutes": 60000, "min": 60000,
                 "moment": 1000}.get(unit)  # fmt: skip
        if number and scale:
            return [Intent("wait", value=Value(str(int(float(number) * scale)), kind="ms"), part=part)]
    while rest.lower(0) in ("for", "until", "till", "that", "to") and len(rest) > 1:
        rest = rest[1:]
    if figure := figures.awaited(rest, part):
        return figure
    for at, _ in rest.find(("to load", "to appear", "to be visible", "to show up", "to show", "to finish",
        "to be shown", "to open",
                            "is visible", "appears", "is shown", "shows up", "is displayed", "loads",
                            "has loaded", "is loaded",
                            "to be displayed", "to come up", "is there", "to be there", "to be loaded",
                            "to pop up", "opens",
                            "have loaded", "are shown", "are loaded", "pops up", "comes up", "is ready",
                            "to arrive"), 1):  # fmt: skip
        rest = rest[:at]
        break
    target = target_of(rest)
    if target.kind == "page" and not target.name:
        return [Intent("wait", part=part)]
    if target.vague:
        return [Intent("wait", part=part)]
    return [Intent("wait", target=target, part=part)]


def bare(verb: Heard, rest: Phrase, part: str) -> list[Intent]:
    target = target_of(rest) if len(rest) else None
    if target is not None and target.vague:
        target = None
    return [Intent(_verb(verb), target=target, part=part)]


def confirming(verb: Heard, rest: Phrase, part: str) -> list[Intent]:
    if rest.lower(0) in ("with", "by", "via") and len(rest) == 2 and rest.tokens[1].kind == "quoted":
        return [clicked(target_of(rest[1:]), part)]
    if rest.lower(0) in ("to", "in", "on") and len(rest) > 1:
        asked = target_of(rest[1:])
        rest = rest[:0] if asked.name in ("question", "") else rest
    target = target_of(rest) if len(rest) else None
    return [Intent(_verb(verb), target=target, value=Value(verb.phrase), part=part)]


def doing(verb: Heard, rest: Phrase, part: str) -> list[Intent]:
    """A verb that a control is likely to bear itself: "Delete the task Milk", "Add Milk to the cart"."""
    if ": " in rest.text and (headed := _headed(verb, rest, part)):
        return headed
    verb = replace(verb, phrase=_PLAIN.get(verb.phrase, verb.phrase))
    if verb.phrase.startswith("filter") and (filtered := _filtering(rest, part)):
        return filtered
    for at, words in rest.find(_SAYING, 1):
        said = rest[at + width(words) :].trimmed(":,")
        if len(said) and (said.tokens[0].kind in ("quoted", "parameter") or words == "saying"):
            fields = ((Target(name="text"), value_of(said)),)
            head = rest[1:at] if rest.lower(0) == "to" else rest[:at]
            return [Intent("do", target=target_of(head), value=Value(verb.phrase), fields=fields, part=part)]
    if verb.phrase == "get rid of" and target_of(rest).kind == "dialog":
        return [Intent("close", target=target_of(rest), part=part)]
    verb = replace(verb, phrase="delete") if verb.phrase == "get rid of" else verb
    if changed := _changing(verb, rest, part):
        return changed
    for at, _ in rest.find(("with", "using"), 1):
        said = rest[at + 1 :].trimmed(":,")
        message = verb.phrase in (*GIVEN, "reply") and len(said) == 1 and said.tokens[0].kind == "quoted"
        listed = [(Target(name="text"), value_of(said))] if message else pairs(rest[at + 1 :])
        if listed and not (len(listed) == 1 and rest.match(at, _CALLED)):
            head = rest[1:at] if rest.lower(0) == "to" else rest[:at]
            return [
                Intent(
                    "do",
                    target=target_of(head),
                    value=Value(verb.phrase),
                    fields=tuple(listed),
                    part=part,
                )
            ]
    if sent := giving(verb, rest, part):
        return sent
    for at, words in rest.find(("over to", "on to", "to", "into", "onto"), 1):
        after = at + width(words)
        if after < len(rest) and not verb_at(rest, after):
            return _doing_to(verb, rest[:at], rest[after:], part)
    if relation := rest.match(0, lexicon.RELATIONS):
        where = Place(lexicon.RELATIONS[relation], target_of(rest[width(relation) :]))
        return [Intent("do", target=Target(place=where), value=Value(verb.phrase), part=part)]
    targets = [called_so(target) for target in several(rest)] if len(rest) else [Target()]
    return [
        Intent(
            "do",
            target=target,
            value=Value(verb.phrase, whole=f"{verb.phrase} {rest.plain}".strip()),
            part=part,
        )
        for target in targets
    ]


def _filtering(rest: Phrase, part: str) -> list[Intent]:
    """ "Filter the tasks by poetry", "filter tasks: poetry", "filter for done ones"."""
    for at, words in rest.find(("by", "for", "with", "on", ":", "to show only", "to show"), 0):
        if at + width(words) < len(rest):
            noun = target_of(rest[:at]) if at else Target()
            value = value_of(rest[at + width(words) :].trimmed(":"))
            options = {"by": value.text}
            return [Intent("do", target=noun, value=Value("filter"), part=part, options=options)]
    return []


def finding(verb: Heard, rest: Phrase, part: str) -> list[Intent]:
    for at, _ in rest.find(("to",), 1):
        if imperative(rest, at + 1):
            rest = rest[:at]
            break
    target = target_of(rest) if len(rest) else None
    return [Intent("find", target=target, value=source_of(rest), part=part)]


def _doing_to(verb: Heard, rest: Phrase, end: Phrase, part: str) -> list[Intent]:
    """ "Add Milk to the cart", "forward it to Ann": the verb, its object, and where that goes."""
    goes = target_of(end)
    options = {"to": goes.name or end.plain, "to_kind": goes.kind}
    whole = f"{verb.phrase} {rest.plain} to {end.plain}"
    return [
        Intent("do", target=target, value=Value(verb.phrase, whole=whole), part=part, options=options)
        for target in several(rest)
    ]


def _headed(verb: Heard, rest: Phrase, part: str) -> list[Intent]:
    """ "Add book: title Babel, year 2022": what opens the form, then its fields."""
    at = next((at for at in range(1, len(rest)) if rest.lower(at) == ":"), None)
    given = pairs(rest[at + 1 :]) if at is not None and at <= 5 else None
    if at is None or not given:
        return []
    opening = doing(verb, rest[:at], part)
    return [*opening, *(Intent("set", target=target, value=value, part=part) for target, value in given)]


def _changing(verb: Heard, rest: Phrase, part: str) -> list[Intent]:
    """ "Edit Dune, stock 12, price 9.99": what is opened, then its fields."""
    pieces = [piece for piece in rest.split((",",)) if len(piece.trimmed())]
    if verb.phrase not in ("edit", "add", "create", "update", "change", "modify") or len(pieces) < 2:
        return []
    given = [pairs(piece) for piece in pieces[1:]]
    if not all(given):
        return []
    fields = [pair for each in given for pair in each or ()]
    opening = doing(verb, pieces[0], part)
    return [*opening, *(Intent("set", target=target, value=value, part=part) for target, value in fields)]


_PLAIN = {
    "do delete of": "delete", "do the delete of": "delete", "make delete of": "delete",
    "fwd": "forward", "forward on": "forward", "send on": "forward", "pass on": "forward", "respond": "reply",
    "answer": "reply", "trash": "delete", "bin": "delete", "discard": "delete",
}  # fmt: skip
_SAYING = ("saying", "that says", "and say", "with the words", "telling them", "to say", "with the message",
           "with message")  # fmt: skip
_CALLED = ("with name", "with the name", "with title", "with the title", "with subject", "with the subject")

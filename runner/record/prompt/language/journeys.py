"""Journeys in one phrase: "book the cheapest one-way flight from Oslo to Lisbon on 12 May for 2 people"."""

from __future__ import annotations

from typing import Final

from runner.record.prompt.language import lexicon
from runner.record.prompt.language.intent import Intent, Target, Value
from runner.record.prompt.language.nouns import target_of
from runner.record.prompt.language.phrase import Phrase, width
from runner.record.prompt.language.values import value_of
from runner.record.prompt.language.verbs import Heard

_JOURNEYS: Final = lexicon.listed(
    "flight flights trip trips train trains bus buses ticket tickets journey ride connection route ferry"
)
_VERBS: Final = frozenset({"book", "search", "search for", "find", "look for", "reserve", "buy", "order",
    "look up", "get", "locate"})  # fmt: skip
# What introduces each part of a journey, and the field it goes into.
_MARKS: Final = {
    "from": "from", "departing from": "from", "leaving from": "from", "starting from": "from", "to": "to",
    "on": "date", "departing on": "date", "departing": "date", "leaving on": "date", "leaving": "date",
    "returning on": "return date", "returning": "return date", "back on": "return date", "for": "passengers",
}  # fmt: skip
_KINDS: Final = {
    "one-way": "one way", "round-trip": "round trip", "roundtrip": "round trip", "return": "return",
    "direct": "direct", "nonstop": "nonstop", "non-stop": "nonstop",
}  # fmt: skip


def booking(verb: Heard, rest: Phrase, part: str) -> list[Intent]:
    """The fields of a journey's form, the search, and the choice; nothing where it is no journey."""
    noun = next((at for at in range(len(rest)) if rest.lower(at) in _JOURNEYS), None)
    if verb.phrase not in _VERBS or noun is None or noun > 6:
        return []
    slots = _slots(rest[noun + 1 :])
    if not ({"from", "to"} <= set(slots)):
        return []
    head = target_of(rest[: noun + 1])
    found = [
        Intent("set", target=Target(name=name, wording=name), value=value, part=part)
        for name, value in slots.items()
    ]
    found += [
        Intent("choose", value=Value(said, kind="option", source=Target(name=said)), part=part, optional=True)
        for word, said in _KINDS.items()
        if any(rest.lower(at) == word for at in range(noun))
    ]
    found.append(Intent("submit", part=part, options={"names": "search"}))
    if head.extreme is not None or verb.phrase in ("book", "reserve", "buy", "order"):
        word = verb.phrase if verb.phrase in ("book", "reserve", "buy", "order") else "book"
        chosen = Target(kind="item", extreme=head.extreme, wording=rest[: noun + 1].text)
        found.append(Intent("do", target=chosen, value=Value(word), part=part))
    return found


def _slots(tail: Phrase) -> dict[str, Value]:
    """The parts of the journey by field."""
    marks = [(at, words) for at, words in tail.find(_MARKS) if at + width(words) < len(tail)]
    kept: list[tuple[int, str]] = []
    for at, words in marks:
        if not kept or at >= kept[-1][0] + width(kept[-1][1]):
            kept.append((at, words))
    found: dict[str, Value] = {}
    for number, (at, words) in enumerate(kept):
        end = kept[number + 1][0] if number + 1 < len(kept) else len(tail)
        given = tail[at + width(words) : end].trimmed(":,.")
        while len(given) > 1 and given.lower(-1) in ("and", ",", "with"):
            given = given[:-1]
        name = _MARKS[words]
        if name == "passengers":
            numbers = [token for token in given if token.kind == "number" or token.lower in lexicon.CARDINALS]
            if not numbers:
                continue
            text = numbers[0].text
            found[name] = Value(str(lexicon.CARDINALS.get(text.lower(), text)))
        elif len(given):
            found[name] = value_of(given)
    return found

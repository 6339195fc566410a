"""What tells the things meant from others of their kind: figures, number, order, looks."""

from __future__ import annotations

import re
from typing import Final, Literal

from runner.record.prompt.language import lexicon
from runner.record.prompt.language.intent import Condition, Look
from runner.record.prompt.language.phrase import Phrase, width

Op = Literal["more", "less", "at least", "at most"]
Order = Literal["", "ascending", "descending"]

OPS: Final[dict[str, Op]] = {
    "more than": "more", "greater than": "more", "larger than": "more", "bigger than": "more",
    "higher than": "more", "over": "more", "above": "more", "exceeding": "more", "longer than": "more",
    "older than": "more", "less than": "less", "fewer than": "less", "lower than": "less",
    "smaller than": "less", "below": "less", "under": "less", "cheaper than": "less", "shorter than": "less",
    "younger than": "less", "at least": "at least", "no less than": "at least", "at most": "at most",
    "no more than": "at most", "up to": "at most", "not more than": "at most",
}  # fmt: skip
_ABOUT: Final = {
    "costs": "price", "cost": "price", "costing": "price", "priced": "price", "cheaper": "price",
    "price": "price", "prices": "price",
}  # fmt: skip
_LINKS: Final = lexicon.listed(
    "that which who whose with a an the of have has having is are at value valued number numbers figure by"
)
_PROPERTIES: Final = lexicon.listed("odd even positive negative prime")
_ORDERS: Final[dict[str, Order]] = {
    "in ascending order": "ascending", "in increasing order": "ascending", "in numerical order": "ascending",
    "in alphabetical order": "ascending", "from smallest to largest": "ascending",
    "alphabetically": "ascending", "from low to high": "ascending", "from lowest to highest": "ascending",
    "from least to greatest": "ascending",
    "in descending order": "descending", "in decreasing order": "descending", "in order": "ascending",
    "from largest to smallest": "descending", "from high to low": "descending", "from a to z": "ascending",
    "from highest to lowest": "descending", "in reverse order": "descending", "smallest first": "ascending",
    "largest first": "descending", "from small to big": "ascending", "from big to small": "descending",
}  # fmt: skip
COLOURS: Final = lexicon.listed(
    "red orange yellow green blue purple violet pink magenta cyan aqua brown black white grey gray lime "
    "olive teal navy maroon silver gold indigo coral salmon beige turquoise crimson lavender fuchsia tan "
    "khaki"
)
SHAPES: Final = {
    "circle": "circle", "circles": "circle", "square": "rectangle", "squares": "rectangle",
    "rectangle": "rectangle", "rectangles": "rectangle", "rect": "rectangle", "box": "rectangle",
    "triangle": "triangle", "triangles": "triangle", "ellipse": "circle", "oval": "circle", "dot": "circle",
    "shape": "any", "shapes": "any", "figure": "any", "swatch": "patch", "swatches": "patch", "line": "line",
    "polygon": "polygon", "pentagon": "polygon", "hexagon": "polygon",
}  # fmt: skip
_SIZES: Final[dict[str, Literal["small", "large"]]] = {
    "small": "small", "little": "small", "tiny": "small", "large": "large", "big": "large", "huge": "large",
}  # fmt: skip
_TIMES: Final = re.compile(r"^(\d+)x$")


def condition_in(phrase: Phrase) -> tuple[Phrase, Condition | None]:
    """The phrase without "that costs more than £40", and that condition; also "odd", "negative" before it."""
    if phrase.lower(0) in ("an", "a") and phrase.lower(1) in _PROPERTIES:
        phrase = phrase[1:]
    if phrase.lower(0) in _PROPERTIES and len(phrase) > 1 and phrase.lower(1) in lexicon.KINDS:
        return phrase[1:], Condition(phrase.lower(0))  # type: ignore[arg-type]
    for at, words in phrase.find(OPS, 1):
        after = at + width(words)
        if after >= len(phrase) or phrase.tokens[after].kind not in ("number", "money"):
            continue
        number = float(re.sub(r"[^\d.\-]", "", phrase.tokens[after].text.replace("−", "-")).rstrip("."))
        start, about = at, "price" if words == "cheaper than" else ""
        while start > 1 and (phrase.lower(start - 1) in _LINKS or phrase.lower(start - 1) in _ABOUT):
            about = _ABOUT.get(phrase.lower(start - 1), about)
            start -= 1
        tied = (
            start < at
            or phrase.tokens[after].kind == "money"
            or words not in ("over", "above", "below", "under")
        )
        if not tied and phrase.lower(start - 1) not in lexicon.KINDS:
            continue
        tail = [
            token.lower
            for token in phrase[after + 1 :]
            if token.lower not in (*_LINKS, "in", "dollars", "pounds")
        ]
        return phrase[:start], Condition(OPS[words], number, about or " ".join(tail))
    return phrase, None


def order_in(phrase: Phrase) -> tuple[Phrase, Order]:
    """The phrase without "in ascending order", and that order."""
    for words, order in _ORDERS.items():
        at = len(phrase) - width(words)
        if at >= 1 and phrase.stands(at, words):
            return phrase[:at], order
    return phrase, ""


def count_in(phrase: Phrase) -> tuple[Phrase, int | None]:
    """The phrase without the number before its noun ("2 posts by Bob"), and that number, at least 2."""
    word = phrase.lower(0)
    number = int(word) if word.isdecimal() and len(word) < 3 else lexicon.CARDINALS.get(word, 0)
    noun = phrase.match(1, lexicon.KINDS)
    singular = number == 1 and word == "1"
    if not noun or not (singular or (number > 1 and noun.endswith("s"))) or phrase.tokens[0].kind == "quoted":
        return phrase, None
    return phrase[1:], number


def times_in(phrase: Phrase) -> tuple[Phrase, int]:
    """The phrase without "3 times" or "twice" at its end or before a place, and how often that is."""
    for at, _ in phrase.find(lexicon.RELATIONS, 2):
        said, times = times_in(phrase[:at]) if at < len(phrase) else (phrase, 1)
        if times > 1 and len(said):
            return Phrase((*said.tokens, *phrase.tokens[at:]), phrase.source), times
    last = phrase.lower(-1)
    if last in ("twice", "thrice") and len(phrase) > 1:
        return phrase[:-1], 2 if last == "twice" else 3
    if match := _TIMES.match(last):
        return phrase[:-1], int(match[1])
    if last == "times" and len(phrase) > 2:
        word = phrase.lower(-2)
        number = int(word) if word.isdecimal() else lexicon.CARDINALS.get(word, 0)
        if 0 < number <= 50:
            return phrase[:-2], number
    return phrase, 1


def look_in(phrase: Phrase) -> tuple[Phrase, Look | None]:
    """The phrase without "large red" before its noun or name, and that look. Names keep their capitals."""
    size: Literal["", "small", "large"] = ""
    colour = ""
    rest = phrase
    if phrase.match(0, ("shades of", "tints of", "tones of")) and phrase.lower(2) in COLOURS:
        return phrase[3:], Look(phrase.lower(2), "", "any")
    while len(rest) > 1 and rest.tokens[0].kind == "word" and (word := rest.lower(0)) == rest.tokens[0].text:
        if word in _SIZES and not size:
            size, rest = _SIZES[word], rest[1:]
        elif word in COLOURS and not colour:
            colour, rest = word, rest[1:]
        elif word in ("coloured", "colored", "bright", "dark", "light", "and", ",") and (colour or size):
            rest = rest[1:]
        else:
            break
    shape = SHAPES.get(rest.lower(0), "") if len(rest) == 1 else ""
    if len(rest) == 1 and (colour or size) and rest.lower(0) in ("thing", "things", "object", "objects"):
        shape = "any"
    if shape and (shape != "rectangle" or colour or size or rest.lower(0) != "box"):
        return rest[1:], Look(colour, size, shape)
    if colour:
        return rest, Look(colour, size)
    return phrase, None

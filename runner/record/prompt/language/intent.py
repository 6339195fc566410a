"""What a sentence asks for, as plain data: intents with targets and values, each with its wording."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Verb = Literal[
    "goto", "back", "forward", "reload",
    "click", "choose", "set", "type", "clear", "check", "uncheck", "toggle",
    "press", "hover", "focus", "scroll", "wait", "upload",
    "login", "logout", "search", "submit", "close", "accept", "cancel", "expand", "collapse",
    "expect", "find", "copy", "do", "form", "unsupported",
    "solve", "guess", "classify", "transfer", "command", "amount", "style",
]  # fmt: skip
Unit = Literal["word", "line", "sentence", "letter", "number", "paragraph", "count", "sum", "average"]

Relation = Literal["in", "of", "near", "below", "above", "with", "by", "left", "right"]
Quantifier = Literal["one", "all", "any", "none"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a target is: in, near, below, ... another one."""

    relation: Relation
    target: Target


@dataclass(frozen=True, slots=True)
class Condition:
    """What a thing's figure must be: "costs more than £40", "with at most 3 stars", "odd".

    `about` is what the figure is of, empty where the thing itself is the number.
    """

    op: Literal["more", "less", "at least", "at most", "odd", "even", "positive", "negative", "prime"]
    number: float = 0.0
    about: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """How a thing looks: its colour, size and shape, as far as they are said."""

    colour: str = ""
    size: Literal["", "small", "large"] = ""
    shape: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """A thing on the page as the sentence describes it.

    `name` is what it is called,
        empty where only its kind is said; `kind` the noun's own class (`button`, `field`,
    `row`,
        ...). `whole` is the phrase before it was taken apart at a preposition: an element may bear it all as
    its name; `others` are further ways to take the phrase apart. `ordinal` counts from 1,
        or from the end where
    negative.
    """

    name: str = ""
    kind: str = ""
    quoted: bool = False
    ordinal: int | None = None
    place: Place | None = None
    quantifier: Quantifier = "one"
    extreme: tuple[str, str] | None = None  # ("least" | "most", what is compared)
    starts: str = ""
    ends: str = ""
    contains: str = ""
    whole: str = ""
    wording: str = ""
    others: tuple[Target, ...] = ()
    condition: Condition | None = None
    count: int | None = None  # "2 posts": that many, the first ones
    order: Literal["", "ascending", "descending"] = ""
    look: Look | None = None
    compared: str = ""  # "the row with the lowest price": price

    @property
    def vague(self) -> bool:
        """Whether nothing but a pronoun or nothing at all is said."""
        return not (
            self.name
            or self.kind
            or self.place
            or self.ordinal
            or self.starts
            or self.ends
            or self.contains
            or self.condition
            or self.look
            or self.extreme
        )


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text ("the last word"), or a figure that comes of several things ("the number of rows").

    `ordinal` counts from 1, or from the end where negative.
    """

    unit: Unit
    ordinal: int | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """What is to be typed or chosen: literal text, a parameter, or something to be read off the page.

    `source` is where it is read, `piece` which part of that is meant, `case` how it is to be written.
    """

    text: str = ""
    quoted: bool = False
    kind: str = "text"
    parameter: str = ""
    source: Target | None = None
    whole: str = ""
    piece: Piece | None = None
    case: Literal["", "upper", "lower", "title"] = ""


@dataclass(frozen=True, slots=True)
class Assertion:
    """What an `expect` intent wants: `text`, `url` or `visible`; `negated` cannot be expressed."""

    type: Literal["text", "url", "visible"]
    contains: str = ""
    target: Target | None = None
    negated: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Intent:
    """One thing to do. `part` is the wording it was read from.

    `joint` is a name that would swallow this and the `absorbs` intents after it ("Save and Close"): it is
    preferred where the page has exactly that.
    """

    verb: Verb
    target: Target | None = None
    value: Value | None = None
    fields: tuple[tuple[Target, Value], ...] = ()
    assertion: Assertion | None = None
    part: str = ""
    joint: str = ""
    absorbs: int = 0
    optional: bool = False
    reason: str = ""
    options: dict[str, str] = field(default_factory=dict)

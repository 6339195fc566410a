"""Questions to the user: a value that is missing, or several things that are meant as likely."""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from runner.page.observe import Node, Observation
from runner.record.plan import Ask, Decision
from runner.record.prompt.grounding.describing import told
from runner.record.prompt.grounding.names import folded, likeness, words
from runner.record.prompt.grounding.placing import Match
from runner.record.prompt.language.intent import Target, Value
from runner.record.prompt.language.lexicon import ORDINALS, STOPWORDS
from runner.record.prompt.serving.moment import Moment, Stuck, ask, named

_WHICH: Final = (
    'say which one: by place ("in the row for ..."), by order ("the second ...") or by its full name'
)
_SURE: Final = 0.6
_LISTED: Final = 10
# Words of an answer that point at a thing and say nothing of it: "the one in the row of Emma".
_POINTING: Final = frozenset(words("one ones which says called named row line item please from by i mean"))


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several things that may be meant: how it is told, and what tells it across observations."""

    label: str
    identity: str


class Undecided(Stuck):
    """Several things are meant as likely, and only the user knows which; never leaves this package."""

    def __init__(self, called: str, choices: Sequence[Choice]) -> None:
        self.choices = tuple(choices)
        self.asked = 0
        saw = tuple(choice.label for choice in choices)
        super().__init__(f"{called} could be any of {len(saw)} elements", saw, _WHICH)
        self.question = "\n".join(
            [f"Which {called}?", *(f"  {at}. {label}" for at, label in enumerate(saw, 1))]
        )

    def asking(self, part: str) -> Ask:
        """The question, and what is to be said where nobody is there to answer."""
        labels = tuple(choice.label for choice in self.choices)
        again = "That fits none of them, or more than one. " if self.asked else ""
        self.asked += 1
        return Ask(again + self.question, intent=part, choices=labels, otherwise=self.give_up(part))

    def settled(self, answer: str) -> tuple[str, ...] | None:
        """The identities of all that is not meant by the answer; None where it tells none of them."""
        at = _told_by_number(answer, len(self.choices))
        if at is None:
            at = _told_by_name(answer, [choice.label for choice in self.choices])
        if at is None:
            return None
        return tuple(choice.identity for place, choice in enumerate(self.choices) if place != at)


def _told_by_number(answer: str, count: int) -> int | None:
    said = re.fullmatch(r"(?:the |number |no\.? |#)?(\d{1,2})(?:st|nd|rd|th)?\.?", folded(answer))
    number = int(said[1]) if said else 0
    for word in () if said else words(answer):
        number = number or ORDINALS.get(word, 0)
    number = number + count + 1 if number < 0 else number
    return number - 1 if 1 <= number <= count else None


def _told_by_name(answer: str, labels: Sequence[str]) -> int | None:
    """The label that says just the answer, or holds it, or all its words that tell something, where only
    one does; else the one that is surely likest."""
    telling = {word for word in words(answer) if word not in STOPWORDS | _POINTING}
    for held in (
        [at for at, label in enumerate(labels) if repr(folded(answer)) in folded(label)],
        [at for at, label in enumerate(labels) if folded(answer) in folded(label)],
        [at for at, label in enumerate(labels) if telling and telling <= {*_bare(label)}],
    ):
        if len(held) == 1:
            return held[0]
    scored = sorted(((likeness(answer, label), at) for at, label in enumerate(labels)), reverse=True)
    clear = len(scored) < 2 or scored[0][0] > scored[1][0]
    return scored[0][1] if scored and scored[0][0] >= _SURE and clear else None


def _bare(label: str) -> list[str]:
    return [word.strip("'\"") for word in words(label)]


def ambiguous(seen: Observation, target: Target, alike: Sequence[Match]) -> Undecided:
    """More than one element is meant as likely: they are listed."""
    choices = [Choice(told(seen, match.index), identity(seen, match.index)) for match in alike[:_LISTED]]
    return Undecided(called(target), choices)


def called(target: Target) -> str:
    """How a target is spoken of: its kind and name, else the words it was described with."""
    if target.name:
        return f"{target.kind + ' ' if target.kind else ''}{target.name!r}"
    return repr(target.wording or target.kind)


def identity(seen: Observation, index: int) -> str:
    """What tells an element across observations: role, name and place in the document."""
    node = seen.nodes[index]
    same = [at for at, other in enumerate(seen.nodes) if other.role == node.role and other.name == node.name]
    return f"{node.frame}|{node.role}|{node.name or node.label}|{same.index(index)}"


def without(seen: Observation, hidden: Sequence[str]) -> Observation:
    """The page without the elements that the user did not mean, nor what lies in them."""
    if not hidden:
        return seen
    gone: set[int] = set()
    for index in range(len(seen.nodes)):
        if index not in gone and identity(seen, index) in hidden:
            gone |= {index, *seen.descendants(index)}
    return kept(seen, gone)


def kept(seen: Observation, gone: set[int]) -> Observation:
    """The page without some of its nodes; what lay in them moves up."""
    moved: dict[int, int] = {}
    nodes: list[Node] = []
    for index, node in enumerate(seen.nodes):
        if index not in gone:
            moved[index] = len(nodes)
            parent = moved.get(node.parent) if node.parent is not None else None
            nodes.append(replace(node, parent=parent))
    return Observation(seen.url, seen.title, tuple(nodes), seen.viewport)


def missing(
    now: Moment, label: str, part: str, choices: Sequence[str] = ()
) -> Generator[Decision, Moment, tuple[Value, Moment]]:
    """The value for a field the sentence names without one: a parameter of that name, else by asking."""
    name = re.sub(r"\W+", "_", label).strip("_").upper() or "VALUE"
    if known := named(now.goal, name):
        return Value(known, parameter=known.strip("{}")), now
    question = f"Which {label}?" if choices else f"What should be entered as {label!r}?"
    listed = "\n".join([question, *(f"  {choice}" for choice in choices[:_LISTED])])
    _, now = yield from ask(now, listed, name, part)
    return Value(f"{{{{{name}}}}}", parameter=name), now

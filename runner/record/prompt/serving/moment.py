"""What a procedure works with: the page as it is now, what came of the last decision, ways to end."""

from __future__ import annotations

import re
from collections.abc import Generator
from dataclasses import dataclass

from runner.page.observe import Node, Observation
from runner.record.plan import Act, Ask, Decision, GiveUp, Goal, Outcome
from runner.record.prompt.grounding.names import folded
from runner.record.prompt.language.intent import Value

_PARAMETER = re.compile(r"\{\{\s*([A-Za-z_]\w*)\s*\}\}")


@dataclass(frozen=True, slots=True)
class Moment:
    """The page now, and what came of the decision before (None at the very start)."""

    goal: Goal
    seen: Observation
    outcome: Outcome | None = None

    def node(self, index: int) -> Node:
        """A node of the observation."""
        return self.seen.nodes[index]


# Yields decisions, is sent the moment after each, and returns the last moment.
Procedure = Generator[Decision, Moment, Moment]


class Stuck(Exception):
    """A part that cannot be done here; never leaves this package."""

    def __init__(self, reason: str, saw: tuple[str, ...] = (), remedy: str = "") -> None:
        super().__init__(reason)
        self.reason, self.saw, self.remedy = reason, saw, remedy

    def give_up(self, part: str, seen: Observation | None = None) -> GiveUp:
        """The decision this ends in; what the page itself complains of comes first."""
        said = complaints(seen) if seen is not None else ()
        return GiveUp(part=part, reason=self.reason, saw=(*said, *self.saw), remedy=self.remedy)


def complaints(seen: Observation) -> tuple[str, ...]:
    """What the page says in alerts: often why the next part of the sentence has nowhere to be done."""
    alerts = [index for index, node in enumerate(seen.nodes) if node.role == "alert"]
    texts = dict.fromkeys(seen.text_of(index).strip() for index in alerts)
    return tuple(f"alert {text!r}" for text in texts if text)


def do(now: Moment, act: Act) -> Procedure:
    """Act, and insist that it worked."""
    after = yield act
    outcome = after.outcome
    if outcome is not None and outcome.status == "failed":
        raise Stuck(f"it could not be done: {outcome.error or 'the action failed'}")
    return after


def attempt(now: Moment, act: Act) -> Procedure:
    """Act, whatever comes of it."""
    return (yield act)


def ask(
    now: Moment, question: str, parameter: str, part: str
) -> Generator[Decision, Moment, tuple[str, Moment]]:
    """Ask the user for a value; stuck where nobody answers."""
    otherwise = GiveUp(part, f"it leaves open: {question}", remedy=f"pass it with --param {parameter}=...")
    after = yield Ask(question=question, parameter=parameter, intent=part, otherwise=otherwise)
    answer = after.outcome.answer if after.outcome else None
    if not answer:
        raise Stuck(
            f"nobody answered the question: {question}", remedy=f"pass it with --param {parameter}=..."
        )
    return answer, after


def resolved(goal: Goal, text: str) -> str:
    """The text with parameters filled in, for comparing with the page; secrets stay as they are."""

    def fill(found: re.Match[str]) -> str:
        name = found[1]
        return found[0] if name in goal.secrets else goal.parameters.get(name, found[0])

    return _PARAMETER.sub(fill, text)


def written(goal: Goal, value: Value) -> str:
    """A value as it is recorded: by the parameter's name where it is one, else as it stands."""
    if value.parameter:
        return f"{{{{{value.parameter}}}}}"
    for name, known in goal.parameters.items():
        if known and known == value.text:
            return f"{{{{{name}}}}}"
    return value.text


def named(goal: Goal, *names: str) -> str:
    """The parameter among `names`, whatever its case, as `{{NAME}}`; empty where there is none."""
    wanted = {folded(name).replace("_", "").replace(" ", "") for name in names}
    for name in goal.parameters:
        if folded(name).replace("_", "") in wanted:
            return f"{{{{{name}}}}}"
    return ""

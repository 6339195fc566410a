"""What recorder and planner say to each other: goal, observation and history in, one decision out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, runtime_checkable

from runner.contract.config import ActionKind, Expect, StepValue
from runner.page.observe import Observation

# Why a recorded step cannot be taken as it stands: its element is not there, something lies over it, or the
# page does not let it be used yet.
Obstacle = Literal["absent", "covered", "disabled"]


@dataclass(frozen=True, slots=True)
class Goal:
    """The sentence, where it starts, and the values it may use.

    `parameters` maps names to values; those named in `secrets` must never be shown or stored. `obstacle` is
    set where a replay asks for the way to one step's element: the prompt is that step's sentence then, and
    all that is wanted is tentative acts that make the element usable, and at last the act on it.
    """

    prompt: str
    start_url: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    secrets: frozenset[str] = frozenset()
    obstacle: Obstacle | None = None

    @property
    def known(self) -> dict[str, str]:
        """The parameters whose values may be seen."""
        return {name: value for name, value in self.parameters.items() if name not in self.secrets}


@dataclass(frozen=True, slots=True)
class Act:
    """Do one of the nine actions on the element `ref` of the observation that was shown.

    `intent` is the part of the prompt this serves, quoted; `description` one plain sentence for the step.
    `tentative` marks an exploration (opening a menu to look inside) that distilling may drop again.
    `timeout_ms` is how long it is tried now; a replay tries it for as long as any other step.
    """

    action: ActionKind
    ref: str | None = None
    value: StepValue | None = None
    expect: Expect | None = None
    wait_for: str | None = None
    intent: str = ""
    description: str = ""
    tentative: bool = False
    timeout_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """A value is missing, or two readings differ: ask the user.

    The answer becomes `parameter`, unless it only tells which of `choices` is meant. `otherwise` is what to
    give up with where nobody can be asked.
    """

    question: str
    parameter: str | None = None
    intent: str = ""
    choices: tuple[str, ...] = ()
    otherwise: GiveUp | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """Every part of the prompt has been served; `limitations` are what a person should know about it."""

    answer: str = ""
    limitations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GiveUp:
    """A part of the prompt could not be grounded: the part, the reason, and what was seen instead."""

    part: str
    reason: str
    saw: tuple[str, ...] = ()
    remedy: str = ""


Decision = Act | Ask | Done | GiveUp


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a decision: whether it worked, why not, and whether the page changed."""

    decision: Act | Ask
    status: Literal["passed", "failed"]
    error: str | None = None
    changed: bool = False
    answer: str | None = None
    navigated: bool = False


class Planner(Protocol):
    """Asked again and again for the next decision; keeps what it needs of its own between calls."""

    async def decide(self, goal: Goal, observation: Observation, history: Sequence[Outcome]) -> Decision:
        """The next decision, given what is on the page now."""
        ...

    def hear(self, message: str) -> None:
        """A message the user sent in mid-run."""
        ...


@runtime_checkable
class Metered(Protocol):
    """A planner whose decisions cost something."""

    def usage(self) -> dict[str, Any]:
        """What it has cost so far, as plain data for the summary."""
        ...

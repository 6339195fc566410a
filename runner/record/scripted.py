"""A planner that follows a script: a fake that ships, for tests and for flows known beforehand.

    ScriptedPlanner([
        fill("textbox", "Email", "ada@x.org"),
        click("button", "Sign in"),
        expect_text("Welcome"),
    ])

A line of the script is a decision, or a function from the observation to one, called when its turn comes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from runner.contract.config import ActionKind, Expect, StepValue
from runner.page.observe import Node, Observation
from runner.record.plan import Act, Ask, Decision, Done, GiveUp, Goal, Outcome

Line = Decision | Callable[[Observation], Decision]


class ScriptedPlanner:
    """Takes its decisions from a list, then says it has done.

    What it heard and saw is kept for a look afterwards.
    """

    def __init__(self, script: Sequence[Line]) -> None:
        self._script = list(script)
        self.heard: list[str] = []
        self.history: tuple[Outcome, ...] = ()
        self.seen: list[Observation] = []

    async def decide(self, goal: Goal, observation: Observation, history: Sequence[Outcome]) -> Decision:
        """The next line of the script; `Done` after the last."""
        self.history = tuple(history)
        self.seen.append(observation)
        if not self._script:
            return Done()
        line = self._script.pop(0)
        return line(observation) if callable(line) else line

    def hear(self, message: str) -> None:
        """Keep the message."""
        self.heard.append(message)


def on(action: ActionKind, role: str, name: str, value: StepValue | None = None, **more: Any) -> Line:
    """Do `action` on the element with this role and name; `nth` (0-based) and `within` (a text of its row)
    choose among several. Gives up, telling what it saw, where there is none.
    """
    nth, within = more.pop("nth", 0), more.pop("within", None)

    def line(view: Observation) -> Decision:
        found = [
            node for node in view.nodes if node.ref and node.role == role and name in (node.name, node.text)
        ]
        found = [node for node in found if within is None or within in _around(view, node)]
        if nth >= len(found):
            saw = tuple(f'{node.role} "{node.name}"' for node in view.nodes if node.name)
            return GiveUp(f'{role} "{name}"', "it is not on the page", saw)
        return Act(action, ref=found[nth].ref, value=value, **more)

    return line


def click(role: str, name: str, **more: Any) -> Line:
    """Click the element with this role and name."""
    return on("click", role, name, **more)


def fill(role: str, name: str, value: StepValue, **more: Any) -> Line:
    """Set the field with this role and name."""
    return on("fill", role, name, value, **more)


def expect_text(contains: str, **more: Any) -> Line:
    """Assert that the page shows a text."""
    return Act("expect", expect=Expect(type="text", contains=contains), **more)


def ask(question: str, parameter: str | None = None) -> Line:
    """Ask the user."""
    return Ask(question, parameter)


def _around(view: Observation, node: Node) -> str:
    index = view.by_ref[node.ref]
    for above in view.ancestors(index):
        if view.nodes[above].role in ("row", "listitem", "article", "generic"):
            text = view.text_of(above)
            if len(text) > len(node.name) + 2:
                return text
    return ""

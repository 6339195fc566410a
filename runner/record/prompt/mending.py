"""The embedded planner for a step that a replay cannot take any more: the way to its element, no more."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from runner.page.observe import Node, Observation
from runner.record.plan import Act, Ask, Decision, GiveUp, Goal, Outcome
from runner.record.prompt.grounding.describing import told
from runner.record.prompt.grounding.matching import TICKS
from runner.record.prompt.grounding.names import folded
from runner.record.prompt.planner import PromptPlanner
from runner.record.prompt.serving.overlays import DISMISSALS, overlays
from runner.record.prompt.serving.service import first_named

_ONWARD: Final = frozenset(
    {"next", "continue", "proceed", "next step", "next page", "weiter", "suivant", "siguiente", "avanti"}
)
# What a page makes people agree to before they may go on; offers and newsletters are not among it.
_CONSENTS: Final = frozenset(
    {"agree", "accept", "terms", "conditions", "consent", "confirm", "understand", "understood", "privacy"}
)
_CLICKED: Final = frozenset({"button", "link"})
_ONWARD_MAX: Final = 2
_HOLDER_LEVELS: Final = 6
# As descriptions of recorded steps say it.
_ROW: Final = re.compile(r'\s+in the row of "[^"]*"')


class MendingPlanner:
    """Serves the sentence of one step; opens what is closed, puts away what lies over it, goes a page on."""

    def __init__(self) -> None:
        self._reader = PromptPlanner()
        self._tried: set[str] = set()
        self._gone_on = 0

    async def decide(self, goal: Goal, observation: Observation, history: Sequence[Outcome]) -> Decision:
        """The next decision; tentative until it is the act on the step's own element."""
        match goal.obstacle:
            case "covered":
                return self._cleared(goal, observation)
            case "disabled":
                return self._enabled(goal, observation)
            case _:
                return await self._sought(goal, observation, history)

    def hear(self, message: str) -> None:
        """A message in mid-run is not about the way to one element."""

    async def _sought(self, goal: Goal, seen: Observation, history: Sequence[Outcome]) -> Decision:
        decision = await self._reader.decide(goal, seen, history)
        if isinstance(decision, Ask) and decision.otherwise is not None:
            decision = decision.otherwise  # nobody is asked about the way to one element
        if not _is_final(decision) and (rowless := _ROW.sub("", goal.prompt)) != goal.prompt:
            # its row may have gone, or say something else; what was recorded must bear out what is found
            plain = await PromptPlanner().decide(replace(goal, prompt=rowless), seen, ())
            decision = plain if _is_final(plain) else decision
        if not isinstance(decision, GiveUp) or self._gone_on >= _ONWARD_MAX:
            return decision
        onward = next(_onward(seen), None)
        if onward is None:
            return decision
        self._gone_on += 1
        self._reader = PromptPlanner()
        return _tentative(seen, onward, goal, "Go on with")

    def _cleared(self, goal: Goal, seen: Observation) -> Decision:
        for holder in overlays(seen):
            found = first_named(seen, DISMISSALS, tuple(seen.descendants(holder)))
            if found is not None and self._is_new(seen, found.index):
                return _tentative(seen, found.index, goal, "Put away what covers the page:")
        return GiveUp(goal.prompt, "nothing is known to put away what covers it", _shown(seen))

    def _enabled(self, goal: Goal, seen: Observation) -> Decision:
        for index in _consents(seen):
            if self._is_new(seen, index):
                words = f"Tick the {told(seen, index)}"
                return Act(
                    "fill",
                    ref=seen.nodes[index].ref,
                    value="true",
                    intent=goal.prompt,
                    description=words,
                    tentative=True,
                )
        return GiveUp(goal.prompt, "nothing is known that would make it usable", _shown(seen))

    def _is_new(self, seen: Observation, index: int) -> bool:
        node = seen.nodes[index]
        key = f"{node.frame}|{node.role}|{node.name or seen.text_of(index)}"
        new = key not in self._tried
        self._tried.add(key)
        return new


def _is_final(decision: Decision) -> bool:
    return isinstance(decision, Act) and not decision.tentative


def _tentative(seen: Observation, index: int, goal: Goal, words: str) -> Act:
    return Act(
        "click",
        ref=seen.nodes[index].ref,
        intent=goal.prompt,
        description=f"{words} click the {told(seen, index)}",
        tentative=True,
    )


def _onward(seen: Observation) -> Iterator[int]:
    for index, node in enumerate(seen.nodes):
        usable = node.ref and node.role in _CLICKED and not node.disabled and not node.covered
        if usable and folded(node.name or seen.text_of(index)) in _ONWARD:
            yield index


def _consents(seen: Observation) -> Iterator[int]:
    """Boxes not ticked that stand in one part of the page with a control that cannot be used yet."""
    dead = [at for at, node in enumerate(seen.nodes) if node.disabled and node.role in _CLICKED]
    for control in dead:
        for holder in list(seen.ancestors(control))[:_HOLDER_LEVELS]:
            boxes = [at for at in seen.descendants(holder) if _is_unticked(seen.nodes[at])]
            boxes = [at for at in boxes if _CONSENTS & set(_words(seen, at))]
            yield from boxes
            if boxes:
                break


def _words(seen: Observation, index: int) -> list[str]:
    node = seen.nodes[index]
    return re.findall(r"[^\W\d_]+", folded(node.name or node.label or seen.text_of(index)))


def _is_unticked(node: Node) -> bool:
    return bool(node.ref) and node.role in TICKS and node.role != "radio" and not node.checked


def _shown(seen: Observation, limit: int = 8) -> tuple[str, ...]:
    usable: Iterable[int] = (
        index for index, node in enumerate(seen.nodes) if node.ref and node.role in _CLICKED
    )
    return tuple(told(seen, index) for index in usable)[:limit]

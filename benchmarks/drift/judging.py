"""What became of a replayed flow, and how a run's events tell it."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Literal

from runner.contract.config import Fallback, TestConfig
from runner.contract.event import Event

Fate = Literal["right", "asserted", "refused", "wrong"]

FALLBACKS: tuple[Fallback, ...] = ("agent", "repair", "none")


@dataclass(frozen=True, slots=True)
class Replayed:
    """One flow.

    `right`: it passed and the state is right. `asserted`: the state is right, an assertion's words are gone,
    which no repair may change. `refused`: it stopped and did no harm. `wrong`: it passed and the state is not
    what the flow makes, or it stopped in a state that the flow never goes through.
    """

    flow: str
    fate: Fate
    healed: int
    said: str = ""


def fate(*, passed: bool, right: bool, harmless: bool, at_assertion: bool) -> Fate:
    """What became of a flow, by the application's own state."""
    if passed:
        return "right" if right else "wrong"
    if right and at_assertion:
        return "asserted"
    return "refused" if harmless else "wrong"


async def ended(events: AsyncGenerator[Event, None]) -> list[Event]:
    """All events of a run."""
    async with aclosing(events) as run:
        return [event async for event in run]


def told(flow: str, events: Sequence[Event], config: TestConfig, *, right: bool, harmless: bool) -> Replayed:
    """A replay's fate from its events and the state it left behind."""
    last = events[-1]
    passed = last.type == "completed"
    failure = last.details.get("failure") or {}
    failing = next((step for step in config.steps if step.id == failure.get("step_id")), None)
    at_assertion = failing is not None and failing.action == "expect"
    healed = sum(
        event.type == "patch_proposed" and bool(event.details.get("applied", True)) for event in events
    )
    what = fate(passed=passed, right=right, harmless=harmless, at_assertion=at_assertion)
    said = (
        "" if what == "right" else f"{failing.description or failing.id if failing else ''}: {last.message}"
    )
    return Replayed(flow, what, healed, " ".join(said.split())[:300])


def table(title: str, recorded: int, flows: int, results: dict[Fallback, list[Replayed]]) -> str:
    """What came of one application, with repair and without, and every flow that is not right."""
    lines = [f"\n{title}: {flows} flows, {recorded} recorded and right on the old version"]
    for fallback, replayed in results.items():
        fates = Counter(each.fate for each in replayed)
        healed = sum(each.healed for each in replayed)
        shown = ", ".join(f"{fates[name]} {name}" for name in ("right", "asserted", "refused", "wrong"))
        lines.append(f"  fallback {fallback:7} {shown}; {healed} heals")
        lines += [f"    {each.fate:8} {each.flow}: {each.said}" for each in replayed if each.fate != "right"]
    return "\n".join(lines)

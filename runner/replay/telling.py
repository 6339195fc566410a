"""What a replay says about its steps: sentences and the plain data of its events. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, assert_never

from runner.contract.config import Step, TestConfig
from runner.contract.errors import DemoRunnerError
from runner.contract.event import Event
from runner.contract.patch import Patch
from runner.contract.run import summarise
from runner.page.observe import Node
from runner.page.resolve import FellThrough, Found
from runner.record.plan import Act, Ask, Decision, Done, GiveUp

_VERBS = {
    "goto": "Open",
    "fill": "Fill",
    "click": "Click",
    "press": "Press",
    "select": "Select",
    "hover": "Hover over",
    "expect": "Expect",
    "wait": "Wait for",
    "ask_user_question": "Ask",
}


def sentence(step: Step) -> str:
    """The step in one plain sentence: its own, or one made from its fields."""
    if step.description:
        return step.description
    verb, on = _VERBS[step.action], step.sought
    match step.action:
        case "goto" | "ask_user_question":
            return f"{verb} {step.value}"
        case "fill":
            return f"{verb} {on} with {_shown(step.value)}"
        case "press":
            return f"{verb} {step.value}" + (f" on {on}" if on else "")
        case "select":
            return f"{verb} {_shown(step.value)} from {on}"
        case "wait":
            return f"{verb} {step.wait_for or _shown(step.value)}" + ("" if step.wait_for else " ms")
        case "expect":
            return f"{verb} {_assertion(step)}"
        case _:
            return f"{verb} {on}"


def _shown(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _assertion(step: Step) -> str:
    if step.expect is None:
        return "nothing"
    match step.expect.type:
        case "url":
            return f"the URL to contain {step.expect.contains!r}"
        case "text":
            return f"{step.sought or 'the page'} to show {step.expect.contains!r}"
        case "visible":
            return f"{step.sought} to be visible"


def about(step: Step) -> dict[str, Any]:
    """What every event of a step says. `step` is as it stands in the file: no parameter's value is in it."""
    return {
        "step_id": step.id,
        "ordinal": step.ordinal,
        "action": step.action,
        "selector": step.sought,
        "description": sentence(step),
    }


def finished(
    step: Step,
    status: str,
    duration_ms: float,
    *,
    found: Found | None = None,
    facts: Mapping[str, Any] | None = None,
    error: DemoRunnerError | None = None,
) -> Event:
    """The event that ends a step."""
    # Facts first: what an action found out, a page's HTTP status say, never overrides how the step went.
    details = dict(facts or {}) | about(step) | {"status": status, "duration_ms": round(duration_ms, 1)}
    if found is not None:
        details |= {"selector": found.selector, "rank": found.rank}
    if error is not None:
        details |= {"error": error.message, "remedy": error.remedy}
    return Event(type="step_finished", message=f"{sentence(step)}: {status}", details=details)


def fell_through(step: Step, found: Found) -> list[Event]:
    """One event for each better-ranked selector that did not lead to an element."""
    return [_fell(step, each, found) for each in found.fell_through]


def _fell(step: Step, fell: FellThrough, found: Found) -> Event:
    return Event(
        type="selector_fell_through",
        message=f"{fell.selector} is {fell.reason}; used {found.selector}",
        details={
            "step_id": step.id,
            "selector": fell.selector,
            "rank": fell.rank,
            "reason": fell.reason,
            "matches": fell.matches,
            "waited_ms": fell.waited_ms,
            "used": found.selector,
        },
    )


def considered(step: Step, decision: Decision, node: Node | None) -> Event:
    """What the planner wants on the way to the step's element, values left out."""
    details: dict[str, Any] = {"step_id": step.id, "kind": type(decision).__name__.lower()}
    if isinstance(decision, Act):
        details |= {"action": decision.action, "tentative": decision.tentative}
    if node is not None:
        details |= {"role": node.role, "name": node.name}
    return Event(type="decided", message=_wanted(decision), details=details)


def _wanted(decision: Decision) -> str:
    match decision:
        case Act():
            return decision.description or decision.action
        case Ask():
            return f"Ask: {decision.question}"
        case GiveUp():
            return f"No way on: {decision.reason}"
        case Done():
            return "Nothing more to do"
        case _:
            assert_never(decision)


def on_the_way(step: Step, before: Step, duration_ms: float) -> Iterator[Event]:
    """The events of an inserted step; its number is that of the step it leads to."""
    details = about(step) | {"inserted": True, "before": before.id}
    del details["ordinal"]
    yield Event(type="step_started", message=sentence(step), details=details)
    done = {"status": "passed", "duration_ms": round(duration_ms, 1)}
    yield Event(type="step_finished", message=f"{sentence(step)}: passed", details=details | done)


def proposed(step: Step, patch: Patch) -> Event:
    """The event of a repair: made, or only suggested."""
    done = "Repaired step" if patch.applied else "Suggested, not made, a repair of step"
    details = about(step) | {"patch": patch.model_dump(mode="json"), "applied": patch.applied}
    return Event(type="patch_proposed", message=f"{done} {step.ordinal}: {patch.reason}", details=details)


def updated(config: TestConfig, patches: Sequence[Patch]) -> Event:
    """The event of a flow that passed with repairs: its config with all of them applied."""
    applied = [patch.step_id for patch in patches if patch.applied]
    return Event(
        type="test_config_updated",
        message=f"The repaired config: {_counted(len(applied), 'step')} changed",
        details={"test_config": config.dump(), "repaired_steps": applied},
    )


def completed(
    config: TestConfig, skipped: Sequence[str], patches: Sequence[Patch] = (), source: Path | None = None
) -> Event:
    """The last event of a run in which everything held."""
    count = len(config.steps)
    repaired = sum(patch.applied for patch in patches)
    answer = f"{_counted(count, 'step')} passed"
    if skipped:
        answer = f"{count - len(skipped)} of {count} steps passed, {len(skipped)} optional ones were skipped"
    if repaired:
        answer += f", {repaired} of them repaired"
    summary = summarise(config.dump(), completed=True, answer=answer, limitations=skipped)
    summary["notable_observations"] = [f"Repaired: {patch.reason}" for patch in patches if patch.applied]
    return Event(type="completed", message=answer, details={"summary": summary} | _told(patches, source))


def metered(ending: Event, usage: Mapping[str, Any] | None) -> Event:
    """The last event with what a model has cost, where one was asked."""
    if usage is None:
        return ending
    summary = {**ending.details["summary"], "model_usage": dict(usage)}
    return ending.model_copy(update={"details": {**ending.details, "summary": summary}})


def _told(patches: Sequence[Patch], source: Path | None) -> dict[str, Any]:
    """The patches as they stand at the run's end, and the file they are about."""
    if not patches:
        return {}
    told = {"patches": [patch.model_dump(mode="json") for patch in patches]}
    return told | ({"source": str(source)} if source else {})


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def failed(
    config: TestConfig,
    error: DemoRunnerError,
    step: Step | None,
    evidence: Mapping[str, Any],
    patches: Sequence[Patch] = (),
    source: Path | None = None,
) -> Event:
    """The last event of a run that failed: where, why, what to try, and what was there instead."""
    place = f"Step {step.ordinal} ({sentence(step)}): " if step else ""
    message = f"{place}{error.message}"
    failure = {
        **error.details,
        **error.told(step.id if step else None),
        "ordinal": step.ordinal if step else None,
        "nearest": error.details.get("nearest", []),
        "aria_snapshot": None,
        "screenshot": None,
        **evidence,
    }
    summary = summarise(config.dump(), completed=False, answer=message, issues=[message])
    details = {"summary": summary, "failure": failure} | _told(patches, source)
    return Event(type="failed", message=message, details=details)

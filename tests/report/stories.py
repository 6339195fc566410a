"""Runs made of events, as engines tell them."""

from __future__ import annotations

from typing import Any

from runner.contract.event import Event
from runner.contract.run import Run, RunMode, summarise
from runner.report.story import Story, told

PATCH: dict[str, Any] = {
    "step_id": "s1", "ops": [], "old": "a", "new": "b", "strategy": "search", "confidence": 0.9,
    "reason": "moved", "applied": True,
}  # fmt: skip


def at(second: float) -> str:
    return f"2026-01-01T00:00:{second:06.3f}Z"


def event(kind: Any, second: float, message: str = "", /, **details: Any) -> Event:
    return Event(type=kind, message=message or kind, details=details, timestamp=at(second))


def beginning(mode: RunMode = "rerun_from_config", **details: Any) -> list[Event]:
    about: dict[str, Any] = {"mode": mode, "prompt": "Press it", "start_url": "http://x/", **details}
    return [event("created", 0, **about), event("running", 0, **about)]


def step(
    number: int, second: float, status: str = "passed", between: list[Event] | None = None, **details: Any
) -> list[Event]:
    about = {"step_id": f"s{number}", "ordinal": number, "action": "click"}
    about["description"] = details.get("description", f"Step {number}")
    ended = {**about, "status": status, "duration_ms": 500.0, **details}
    return [
        event("step_started", second, **about),
        *(between or []),
        event("step_finished", second + 0.5, **ended),
    ]


def ending(kind: Any, second: float, **details: Any) -> Event:
    summary = summarise({"steps": [{}, {}]}, completed=kind == "completed", answer=kind)
    return event(kind, second, f"It {kind}", summary=summary, **details)


def run_of(*events: Event, mode: RunMode = "rerun_from_config") -> Run:
    run = Run(mode=mode)
    for each in events:
        run = run.after(each)
    return run


def story(*events: Event) -> Story:
    return told(run_of(*events))


def passed() -> Story:
    """A flow of one step that passed; its page had something to say."""
    error = event("page_error", 1, "TypeError: x", kind="exception", url="http://x/a.js")
    return story(*beginning(), *step(1, 1, between=[error]), ending("completed", 2))


def repaired() -> Story:
    """A flow that passed because its step was repaired."""
    return story(
        *beginning(), *step(1, 1, between=[event("patch_proposed", 1, patch=PATCH)]), ending("completed", 2)
    )


def failing(message: str = "There is no such thing.", **failure: Any) -> Story:
    """A flow that failed at its second step."""
    details = {"exit_code": 1, "category": "flow", "step_id": "s2", "ordinal": 2, **failure}
    ended = event("failed", 3, message, failure=details)
    return story(*beginning(), *step(1, 1), *step(2, 2, "failed", error=message), ended)

"""A recording that is only called recorded once its replay in a fresh context has passed."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, Final

from runner.contract.channel import Inbox
from runner.contract.config import TestConfig
from runner.contract.errors import FlowError
from runner.contract.event import Event
from runner.contract.run import summarise
from runner.page.browser import Browser
from runner.record.plan import Goal, Planner
from runner.record.recorder import RecordOptions, record
from runner.replay.replayer import ReplayOptions, replay

# The replay's own beginning and end are not the run's.
_ITS_OWN: Final = frozenset({"created", "running", "completed", "failed", "cancelled"})


async def record_verified(
    goal: Goal, planner: Planner, browser: Browser, options: RecordOptions, inbox: Inbox | None = None
) -> AsyncGenerator[Event, None]:
    """Record, then replay what was recorded in a fresh context; ends with `failed` if the replay does.

    The replay's events come between `verify_started` and `verify_finished` and carry `details.verifying`.
    """
    events = verified(record(goal, planner, browser, options, inbox), goal, browser, options)
    async with aclosing(events):
        async for event in events:
            yield event


async def verified(
    recording: AsyncGenerator[Event, None], goal: Goal, browser: Browser, options: RecordOptions
) -> AsyncGenerator[Event, None]:
    """The events of a recording, then of the replay of what it recorded, as `record_verified` has them."""
    recorded: Event | None = None
    config: dict[str, Any] = {}
    async with aclosing(recording) as events:
        async for event in events:
            if event.type == "distilled":
                config = event.details["test_config"]
            if event.type == "completed":
                recorded = event
            else:
                yield event
    if recorded is None:
        return
    async with aclosing(
        _verified(TestConfig.model_validate(config), goal, browser, options, recorded)
    ) as rest:
        async for event in rest:
            yield event


async def _verified(
    config: TestConfig, goal: Goal, browser: Browser, options: RecordOptions, recorded: Event
) -> AsyncGenerator[Event, None]:
    yield Event(type="verify_started", message="Replaying it in a fresh context")
    began = time.perf_counter()
    ending: Event | None = None
    async with aclosing(replay(config, browser, _replay_options(goal, options))) as events:
        async for event in events:
            if event.type not in _ITS_OWN:
                yield _marked(event)
            elif event.terminal:
                ending = event
    passed = ending is not None and ending.type == "completed"
    yield Event(
        type="verify_finished",
        message="The replay passed" if passed else "The replay failed",
        details={
            "status": "passed" if passed else "failed",
            "duration_ms": round((time.perf_counter() - began) * 1000, 1),
        },
    )
    yield recorded if passed else _unproven(config, ending)


def _marked(event: Event) -> Event:
    """The event as one of the verification; its files are told apart from the recording's."""
    details = {**event.details, "verifying": True}
    if event.type in ("artifact_saved", "download_saved"):
        details["name"] = f"verify/{details['name']}"
    return event.model_copy(update={"details": details})


def _replay_options(goal: Goal, options: RecordOptions) -> ReplayOptions:
    artifacts = options.artifacts / "verify" if options.artifacts else None
    return ReplayOptions(
        parameters=goal.parameters,
        artifacts=artifacts,
        timeout_ms=options.timeout_ms,
        pictures=options.pictures,
        frames=options.frames,
        # what needs repair as soon as it is recorded has not been recorded right
        repair="off",
    )


def _unproven(config: TestConfig, ending: Event | None) -> Event:
    cause = ending.message if ending else "it broke off"
    message = f"It was recorded, but its replay failed: {cause}"
    error = FlowError(
        message, remedy="The recording may need the state it started from: reset it, or drop --verify."
    )
    failure = {
        **error.told(),
        **(ending.details.get("failure", {}) if ending else {}),
        "message": message,
    }
    summary = summarise(config.dump(), completed=False, answer=message, issues=[message])
    return Event(type="failed", message=message, details={"summary": summary, "failure": failure})

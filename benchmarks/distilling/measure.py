"""One recording put to the test: replayed again and again, then with its effect prevented."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Final

from benchmarks.distilling.subjects import Subject
from benchmarks.distilling.tampering import TamperedBrowser
from runner.contract.config import Step, TestConfig
from runner.contract.event import Event
from runner.page.browser import Browser
from runner.page.selector import Css, parse
from runner.record.prompt import PromptPlanner
from runner.record.recorder import record
from runner.replay.replayer import ReplayOptions, replay

# What is done on a page, in contrast to what only looks at it.
DEEDS: Final = frozenset({"click", "fill", "press", "select", "hover", "goto"})


@dataclass(frozen=True, slots=True)
class Worth:
    """What one recording is worth. A failure is told in words, empty where there is none.

    `named` of its `targeted` steps begin with a semantic selector; `steady` of `rounds` replays were right
    in a row; `skipped` is None where nothing is done, `blocked` where nothing is sent that could be kept
    away. `silent`: after its last action the page showed nothing that it had not shown before.
    """

    name: str
    unrecorded: str = ""
    actions: int = 0
    steps: int = 0
    targeted: int = 0
    named: int = 0
    by_place: tuple[str, ...] = ()
    rounds: int = 0
    steady: int = 0
    unsteady: str = ""
    skipped: str | None = ""
    blocked: str | None = None
    silent: bool = False

    @property
    def notices(self) -> bool:
        """Whether the recording fails when its effect is prevented."""
        return not self.skipped and not self.blocked


async def worth(subject: Subject, browser: Browser, rounds: int) -> Worth:
    """Record one sentence, replay it `rounds` times in fresh contexts, then prevent its effect."""
    subject.renew()
    async with aclosing(record(subject.goal, PromptPlanner(), browser)) as events:
        told = [event async for event in events]
    wrong = told[-1].message if told[-1].type != "completed" else await subject.wrong()
    if wrong:
        return Worth(subject.name, unrecorded=wrong)
    distilled = next(event for event in reversed(told) if event.type == "distilled")
    flow = TestConfig.model_validate(distilled.details["test_config"])
    steady, unsteady = await _steadiness(subject, flow, browser, rounds)
    targeted = [step for step in flow.steps if step.selector]
    by_place = tuple(step.selector or "" for step in targeted if not _semantic(step))
    return Worth(
        subject.name,
        actions=int(distilled.details["actions"]),
        steps=len(flow.steps),
        targeted=len(targeted),
        named=len(targeted) - len(by_place),
        by_place=by_place,
        rounds=rounds,
        steady=steady,
        unsteady=unsteady,
        skipped=await _skipping(subject, flow, browser),
        blocked=await _blocking(subject, flow, browser),
        silent=_silent([event.details["entry"] for event in told if "entry" in event.details]),
    )


def _silent(trace: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the page showed nothing new after the last thing that was done, the focus left aside."""
    at = max(at for at, entry in enumerate(trace) if entry.get("action") in DEEDS)
    seen = next((entry for entry in trace[at:] if entry["kind"] == "sighting"), {})
    new, gone = (
        {re.sub(r" \[active[^\]]*\]", "", line) for line in seen.get(key, ())}
        for key in ("appeared", "vanished")
    )
    return new == gone


def _semantic(step: Step) -> bool:
    """Whether a step's first selector says what the element is rather than where it stands."""
    return not isinstance(parse(step.selector or "").parts[-1], Css)


async def _steadiness(subject: Subject, flow: TestConfig, browser: Browser, rounds: int) -> tuple[int, str]:
    for done in range(rounds):
        if wrong := await _replayed(subject, flow, browser):
            return done, f"replay {done + 1}: {wrong}"
    return rounds, ""


async def _replayed(subject: Subject, flow: TestConfig, browser: Browser) -> str:
    """One replay from the first state; what was wrong with it, also where it passed for no good reason."""
    ended = await _ended(subject, flow, browser)
    return ended.message if ended.type != "completed" else await subject.wrong()


async def _ended(subject: Subject, flow: TestConfig, browser: Browser) -> Event:
    subject.renew()
    goal = subject.goal
    options = ReplayOptions(start_url=goal.start_url, parameters=goal.parameters)
    async with aclosing(replay(flow, browser, options)) as events:
        return [event async for event in events][-1]


async def _skipping(subject: Subject, flow: TestConfig, browser: Browser) -> str | None:
    """Leave out the last thing that is done: the replay must fail."""
    at = max(at for at, step in enumerate(flow.steps) if step.action in DEEDS)
    if at == 0:
        return None
    left = flow.steps[at]
    shorter = flow.model_copy(update={"steps": _without(flow.steps, at), "fallback": "none"})
    ended = await _ended(subject, shorter, browser)
    return f"passes without: {left.description}" if ended.type == "completed" else ""


def _without(steps: Sequence[Step], at: int) -> list[Step]:
    kept = [*steps[:at], *steps[at + 1 :]]
    return [step.model_copy(update={"ordinal": ordinal}) for ordinal, step in enumerate(kept, 1)]


async def _blocking(subject: Subject, flow: TestConfig, browser: Browser) -> str | None:
    """Keep the last request that changes something from the server: the replay must fail."""
    counting = TamperedBrowser(browser)
    await _ended(subject, flow, counting)
    if not counting.mutations:
        return None
    ended = await _ended(subject, flow, TamperedBrowser(browser, blocked=counting.mutations))
    return "passes though its last request never arrived" if ended.type == "completed" else ""

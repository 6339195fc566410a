"""One recording put to the test: replayed again and again, then with its effect prevented."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final

from benchmarks.distilling.subjects import Subject
from benchmarks.distilling.tampering import Shown, TamperedBrowser
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

    `by_place` are the first selectors of its `targeted` steps that are not semantic; `steady` of `rounds`
    replays were right in a row, none of them repaired; `skipped` is None where nothing is done, `blocked`
    where nothing is sent that could be kept away. `silent`: where that was not noticed, the page looked the
    same in the end as it does when nothing is prevented. `seconds` is what all this took.
    """

    kind: str
    name: str
    unrecorded: str = ""
    actions: int = 0
    steps: int = 0
    targeted: int = 0
    by_place: tuple[str, ...] = ()
    rounds: int = 0
    steady: int = 0
    unsteady: str = ""
    skipped: str | None = None
    blocked: str | None = None
    silent: bool = False
    seconds: float = 0.0

    @property
    def notices(self) -> bool:
        """Whether the recording fails when its effect is prevented."""
        return not self.skipped and not self.blocked

    @property
    def good(self) -> bool:
        """Whether nothing is amiss but what no page could show."""
        return not self.unrecorded and self.steady == self.rounds and (self.notices or self.silent)


async def worth(kind: str, subject: Subject, browser: Browser, rounds: int) -> Worth:
    """Record one sentence, replay it `rounds` times in fresh contexts, then prevent its effect."""
    began = time.monotonic()
    subject.renew()
    async with aclosing(record(subject.goal, PromptPlanner(), browser)) as events:
        told = [event async for event in events]
    wrong = told[-1].message if told[-1].type != "completed" else await subject.wrong()
    if wrong:
        return Worth(kind, subject.name, unrecorded=wrong, seconds=time.monotonic() - began)
    distilled = next(event for event in reversed(told) if event.type == "distilled")
    flow = TestConfig.model_validate(distilled.details["test_config"])
    counting = TamperedBrowser(browser)
    steady, unsteady = await _steadiness(subject, flow, [counting, *[browser] * (rounds - 1)])
    without, less = await _skipping(subject, flow, browser), await _blocking(subject, flow, browser, counting)
    unnoticed = [each for each in (without, less) if each and each.passes]
    targeted = [step for step in flow.steps if step.selector]
    return Worth(
        kind,
        subject.name,
        actions=int(distilled.details["actions"]),
        steps=len(flow.steps),
        targeted=len(targeted),
        by_place=tuple(_placed(step) for step in targeted if not _semantic(step.selector or "")),
        rounds=rounds,
        steady=steady,
        unsteady=unsteady,
        skipped=without.passes if without else None,
        blocked=less.passes if less else None,
        silent=bool(unnoticed) and all(each.shown == counting.shown for each in unnoticed),
        seconds=time.monotonic() - began,
    )


def _semantic(selector: str) -> bool:
    """Whether a selector says what the element is rather than where it stands."""
    return not isinstance(parse(selector).parts[-1], Css)


def _placed(step: Step) -> str:
    """A first selector that goes by place, and the semantic one that stands behind it, if any does."""
    named = (other for other in step.candidates or () if _semantic(other) and '"' in other)
    better = next(named, None)  # a role alone is no name
    return f"{step.selector}" + (f" (though {better} would do)" if better else "")


async def _steadiness(subject: Subject, flow: TestConfig, browsers: Sequence[Browser]) -> tuple[int, str]:
    """How many replays in a row were right, and what was wrong with the first that was not."""
    for done, browser in enumerate(browsers):
        if wrong := await _replayed(subject, flow, browser):
            return done, f"replay {done + 1}: {wrong}"
    return len(browsers), ""


async def _replayed(subject: Subject, flow: TestConfig, browser: Browser) -> str:
    """One replay from the first state; what was wrong with it, also where it passed for no good reason."""
    ended = await _ended(subject, flow, browser)
    return ended.message if ended.type != "completed" else await subject.wrong()


async def _ended(subject: Subject, flow: TestConfig, browser: Browser) -> Event:
    subject.renew()
    goal = subject.goal
    # a replay that needs a repair as soon as it is recorded has not been recorded right
    options = ReplayOptions(start_url=goal.start_url, parameters=goal.parameters, repair="off")
    async with aclosing(replay(flow, browser, options)) as events:
        return [event async for event in events][-1]


@dataclass(frozen=True, slots=True)
class Prevented:
    """A replay that could not have its effect: how it passes all the same, if it does, and the page then."""

    passes: str
    shown: Shown


async def _skipping(subject: Subject, flow: TestConfig, browser: Browser) -> Prevented | None:
    """Leave out the last thing that is done: the replay must fail. None where nothing is done."""
    at = max(at for at, step in enumerate(flow.steps) if step.action in DEEDS)
    if at == 0:
        return None
    shorter = flow.model_copy(update={"steps": _without(flow.steps, at)})
    return await _prevented(
        subject, shorter, TamperedBrowser(browser), f"without: {flow.steps[at].description}"
    )


async def _prevented(subject: Subject, flow: TestConfig, browser: TamperedBrowser, how: str) -> Prevented:
    ended = await _ended(subject, flow, browser)
    return Prevented(f"passes {how}" if ended.type == "completed" else "", browser.shown)


def _without(steps: Sequence[Step], at: int) -> list[Step]:
    kept = [*steps[:at], *steps[at + 1 :]]
    return [step.model_copy(update={"ordinal": ordinal}) for ordinal, step in enumerate(kept, 1)]


async def _blocking(
    subject: Subject, flow: TestConfig, browser: Browser, counted: TamperedBrowser
) -> Prevented | None:
    """Keep the last request that changes something from the server: the replay must fail."""
    if not counted.mutations:
        return None
    blocking = TamperedBrowser(browser, blocked=counted.mutations)
    return await _prevented(subject, flow, blocking, "though its last request never arrived")

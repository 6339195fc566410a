"""From a TestConfig to what happens when it is replayed: find, act, tell, step by step.

The engine only yields events. Stop early by closing the generator (`contextlib.aclosing`): that closes the
run's browser context, too.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Coroutine, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, TypeVar
from urllib.parse import urljoin

from playwright.async_api import Error as PlaywrightError

from runner.contract.channel import FrameSlot, Inbox
from runner.contract.config import Step, StepValue, TestConfig
from runner.contract.errors import (
    ArtifactsNotWritable,
    DemoRunnerError,
    FlowError,
    UnansweredQuestion,
)
from runner.contract.event import Event
from runner.contract.masking import Mask
from runner.contract.patch import Patch
from runner.contract.places import Places
from runner.contract.references import fill_step, values_for
from runner.page.act import Performed, must_have_opened, perform
from runner.page.browser import Browser
from runner.page.faults import mapped
from runner.page.groups import grouped
from runner.page.pictures import picture
from runner.page.reel import Reel
from runner.page.session import Session, SessionOptions
from runner.replay import saying
from runner.replay.detour import Detour, Help, NoWay, PlannerFactory, Way, lost, obstacle_of, reached
from runner.replay.harmless import unsent
from runner.replay.holding import Holding
from runner.replay.identity import recorded
from runner.replay.patching import fitting
from runner.replay.repair import RepairMode, Repairs
from runner.replay.telling import (
    about,
    completed,
    failed,
    fell_through,
    finished,
    metered,
    on_the_way,
    proposed,
    sentence,
    updated,
)
from runner.replay.trial import Trials

T = TypeVar("T")
TraceKept = Literal["always", "failed"]

# An optional step that says nothing else is for what shows up now or not at all, a cookie banner say.
OPTIONAL_MS: Final = 1_500
# A start page has a cold server and its caches to wait for; the steps on it have not.
START_MS: Final = 30_000


class OutOfTime(FlowError):
    """The whole run's time is over."""


@dataclass(frozen=True, slots=True)
class ReplayOptions:
    """How to replay. `timeout_ms` is for the whole run.

    `start_url` replaces the config's, and its first goto; one without a path only moves them to that site.
    `parameters` are values by name. `artifacts` is the run's folder; `pictures` puts one of each step there.
    `source` is the config's file: files to upload are named relative to it. `planner` makes the planner that
    is asked where a step itself has drifted, if the config's fallback is `agent`. `context` are arguments of
    Playwright's own `new_context()`, a viewport say. A trace may be kept only of a run that failed.
    `hold_before` is the id of a step before which the replay holds until the inbox has an order to go on.
    `recording` is where the recording left its pictures [default: beside `source`].
    """

    start_url: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict, repr=False)
    artifacts: Path | None = None
    timeout_ms: int | None = None
    trace: bool = False
    trace_kept: TraceKept = "always"
    pictures: bool = False
    frames: FrameSlot | None = None
    reel: Reel | None = None
    source: Path | None = None
    repair: RepairMode | None = None
    planner: PlannerFactory | None = None
    context: Mapping[str, Any] = field(default_factory=dict)
    hold_before: str | None = None
    recording: Path | None = None


async def replay(
    config: TestConfig, browser: Browser, options: ReplayOptions | None = None, inbox: Inbox | None = None
) -> AsyncGenerator[Event, None]:
    """Replay `config`; yields what happens, secrets masked, and ends with `completed` or `failed`.

    Without an inbox nobody is there to answer questions.
    """
    run = _Replay(config, options or ReplayOptions(), inbox or Inbox(attended=False))
    async with aclosing(run.events(browser)) as events:
        async for event in events:
            yield run.mask.event(event)


class _Replay:
    """The state of one replay."""

    def __init__(self, config: TestConfig, options: ReplayOptions, inbox: Inbox) -> None:
        self.options = options
        self.inbox = inbox
        self.holding = Holding(inbox, options.hold_before)
        self.answers: dict[str, str] = {}
        self._take_up(config)
        self.told: list[Event] = []
        self.places = Places(options.source if options.trace else None)
        self.start_url = saying.beginning(config, options.start_url)
        self.step: Step | None = None
        self.skipped: list[str] = []
        self.ending: Event | None = None
        self.usage: dict[str, Any] | None = None  # what a model has cost that was asked for a way
        self._until = None if options.timeout_ms is None else time.monotonic() + options.timeout_ms / 1000

    def _take_up(self, config: TestConfig, made: Sequence[Patch] = ()) -> None:
        """From now on this is the file that is replayed; of the repairs `made` those stay that fit it."""
        options = self.options
        self.config = config
        self.values = values_for(config, options.parameters) | self.answers
        self.secret = {parameter.name for parameter in config.parameters if parameter.secret}
        self.mask = self._made_mask()
        mode = options.repair or ("off" if config.fallback == "none" else "auto")
        recording = options.recording or (options.source.parent if options.source else None)
        self.repairs = Repairs(config, mode, self.values, recording, fitting(config, made))
        helped = options.planner is not None and mode == "auto" and config.fallback == "agent"
        self.help = (
            Help(options.planner, self.values, frozenset(self.secret)) if options.planner and helped else None
        )
        self.trials = Trials(self.repairs, config, lambda step: fill_step(step, self.values))

    def _made_mask(self) -> Mask:
        return Mask({name: value for name, value in self.values.items() if name in self.secret and value})

    # The run's story

    async def events(self, browser: Browser) -> AsyncGenerator[Event, None]:
        """The run from `created` to its one terminal event."""
        details = {
            "mode": "rerun_from_config",
            "start_url": self.start_url or "",
            "prompt": self.config.prompt or "",
            "digest": self.config.digest,
        } | ({"source": str(self.options.source)} if self.options.source else {})
        yield Event(type="created", message="Replay created", details=details)
        ahead = {"steps": [about(step) for step in self.config.steps]}
        yield Event(
            type="running", message=f"Replaying {len(self.config.steps)} steps", details=details | ahead
        )
        try:
            saying.check_values(self.config, self.values)
            async with (
                browser.session(self._session_options()) as session,
                aclosing(self._guarded(session)) as events,
            ):
                async for event in events:
                    yield event
            for event in session.drain():
                yield event
        except DemoRunnerError as error:
            ending = failed(self.config, error, self.step, {}, self.repairs.patches, self.options.source)
            yield metered(ending, self.usage)
            return
        if self.ending is not None:
            yield metered(self.ending, self.usage)
            return
        patches = self.repairs.proven()
        if any(patch.applied for patch in patches):
            yield updated(self.repairs.repaired(), patches)
        ending = completed(self.config, self.skipped, patches, self.options.source)
        yield metered(ending, self.usage)

    def _session_options(self) -> SessionOptions:
        source = self.options.source
        return SessionOptions(
            artifacts=self.options.artifacts,
            trace=self.options.trace,
            pictures=self.options.pictures,
            frames=self.options.frames,
            reel=self.options.reel,
            files_from=source.parent if source else None,
            mask=self.mask,
            context=self.options.context,
        )

    async def _guarded(self, session: Session) -> AsyncGenerator[Event, None]:
        """The steps, and where one fails the evidence, gathered while the page is still there."""
        try:
            async with aclosing(self._steps(session)) as events:
                async for event in events:
                    yield event
            await session.finish(unseen=saying.ends_unseen(self.config))
            session.keep_trace = self.options.trace_kept == "always"
        except (DemoRunnerError, PlaywrightError) as raised:
            error = mapped(raised, "go on") if isinstance(raised, PlaywrightError) else raised
            evidence = await self._evidence(session, error)
            self.ending = failed(
                self.config, error, self.step, evidence, self.repairs.patches, self.options.source
            )
        for event in session.drain():
            yield event

    async def _steps(self, session: Session) -> AsyncGenerator[Event, None]:
        if self.config.steps and self.config.steps[0].action != "goto" and self.start_url:
            await self._open_start_page(session)
        at = 0
        while at < len(self.config.steps):
            step = self.config.steps[at]
            if self.holding.wanted(step):
                async with aclosing(self._held(session, step)) as events:
                    async for event in events:
                        yield event
                at = self._place(step, at)
                if at == len(self.config.steps):
                    break
                step = self.config.steps[at]
            at += 1
            self.step = step
            yield Event(type="step_started", message=sentence(step), details=about(step))
            work = (
                self._ask(session, step) if step.action == "ask_user_question" else self._take(session, step)
            )
            async with aclosing(work) as events:
                async for event in events:
                    yield event
        self.step = None

    # Holding

    async def _held(self, session: Session, step: Step) -> AsyncGenerator[Event, None]:
        """Hold before the step; what has been changed of the file meanwhile counts from then on."""
        holding = self.holding.events(session, step, lambda: self._in_time(self.inbox.next_order()))
        async with aclosing(holding) as events:
            async for event in events:
                yield event
        if (config := self.inbox.revised()) is not None:
            self._take_up(config, self.repairs.patches)
            saying.check_values(self.config, self.values)
            await session.hide(self.mask)
        for event in session.drain():
            yield event

    def _place(self, step: Step, at: int) -> int:
        """Where the step stands now; where it has been removed, what stands in its place goes on."""
        places = (index for index, each in enumerate(self.config.steps) if each.id == step.id)
        return next(places, min(at, len(self.config.steps)))

    # One step

    async def _take(self, session: Session, step: Step) -> AsyncGenerator[Event, None]:
        began = time.perf_counter()
        performed, error, repaired = Performed(None), None, len(self.repairs.patches)
        try:
            async with grouped(session, sentence(step), self.places.of(step.ordinal - 1), step.ordinal):
                performed = await self._perform(session, step)
        except (DemoRunnerError, PlaywrightError) as raised:
            error = mapped(raised, "do this step") if isinstance(raised, PlaywrightError) else raised
        took = (time.perf_counter() - began) * 1000
        shot = await picture(session, f"step-{step.ordinal}")
        fell = fell_through(step, performed.found) if performed.found is not None else []
        told, self.told = [*fell, *self.told], []
        for event in told:
            yield event
        for patch in self.repairs.patches[repaired:]:
            yield proposed(step, patch)
        for event in session.drain():
            yield event
        skipped = step.optional and isinstance(error, FlowError) and not isinstance(error, OutOfTime)
        status = "skipped" if skipped else "failed" if error else "passed"
        facts = performed.facts | ({"screenshot": shot} if shot else {})
        yield finished(step, status, took, found=performed.found, facts=facts, error=error)
        if skipped:
            self.skipped.append(f"Skipped the optional step {step.ordinal}: {sentence(step)}")
        elif error is not None:
            raise self.trials.lost(error) if isinstance(error, FlowError) else error
        else:
            self.trials.passed(step)

    async def _perform(self, session: Session, step: Step) -> Performed:
        return await self._in_time(self._performed(session, step))

    async def _performed(self, session: Session, step: Step) -> Performed:
        live = fill_step(step, self.values)
        value = live.value
        session.dialog_answer = saying.dialog_answer(live)
        if step.action == "goto":
            value = self._address(step, str(value or ""))
        try:
            performed = await self._do(session, live, value, self._span(step))
        except FlowError as failure:
            performed = await self._do_after_all(session, step, live, value, failure)
        if step.action == "goto" and step is saying.first_goto_step(self.config):
            must_have_opened(str(value), performed.facts)
        if step.expect is not None and step.action != "expect":
            await perform(session, saying.asserting(live), saying.asserted(live), None, self._span(step))
        return performed

    async def _do(self, session: Session, live: Step, value: StepValue | None, span_ms: int) -> Performed:
        if live.action == "expect" and live.selectors:
            return await self.repairs.asserted(
                session,
                live,
                lambda step: perform(session, step, step.selectors, None, span_ms, step.fingerprint),
            )
        find, sure = self.repairs.finder(live), recorded(live.fingerprint)
        return await perform(session, live, live.selectors, value, span_ms, live.fingerprint, find, sure)

    async def _do_after_all(
        self, session: Session, step: Step, live: Step, value: StepValue | None, failure: FlowError
    ) -> Performed:
        """The step once more, where there is a way to its element. Raises the failure where there is none."""
        filled = unsent(self.config.steps[: step.ordinal - 1])
        obstacle = None if step.optional else obstacle_of(failure)
        likely = await self.trials.healed(session, live, unsent=filled) if obstacle == "absent" else None
        if likely is not None:
            return await self._do(session, reached(live, Way((), likely)), value, self._span(step))
        if self.help is None or obstacle is None or not live.selectors or live.action == "expect":
            raise failure
        detour = Detour(session, self.repairs, live, step, obstacle, self.help)
        try:
            way = await detour.find(filled=filled)
        finally:
            self.usage = detour.usage()
        self.told += detour.events
        if isinstance(way, NoWay) and detour.doubted is not None and obstacle == "absent":
            likely = await self.trials.healed(session, live, unsent=filled, picked=detour.doubted)
            if likely is not None:
                return await self._do(session, reached(live, Way((), likely)), value, self._span(step))
        if isinstance(way, NoWay):
            raise lost(failure, way) from failure
        for each in way.taken:
            self.told += on_the_way(each.step, step, each.duration_ms)
        self.repairs.keep_way(live, [each.step for each in way.taken], way.healed)
        return await self._do(session, reached(live, way), value, self._span(step))

    async def _open_start_page(self, session: Session) -> None:
        address = str(self.start_url)
        span = max(START_MS, self.config.defaults.timeout_ms)
        opening = Step(id="start", ordinal=1, action="goto", value=address)
        performed = await self._in_time(perform(session, opening, (), address, span))
        must_have_opened(address, performed.facts)

    def _address(self, step: Step, written: str) -> str:
        """Where a goto leads: the first one where the run was told to start, others relative to that."""
        if self.options.start_url and step is saying.first_goto_step(self.config):
            return str(self.start_url)
        return saying.moved(urljoin(self.start_url or "", written), self.config, self.options.start_url)

    # Time

    def _span(self, step: Step) -> int:
        if step.optional and step.timeout_ms is None:
            return min(OPTIONAL_MS, self.config.defaults.timeout_ms)
        if step.action == "goto" and step.timeout_ms is None:
            return max(START_MS, self.config.defaults.timeout_ms)
        return self.config.timeout_of(step)

    async def _in_time(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of `work`, broken off when the whole run's time is over. Raises OutOfTime."""
        left = None if self._until is None else max(0.0, self._until - time.monotonic())
        limit = asyncio.timeout(left)
        try:
            async with limit:
                return await work
        except TimeoutError as error:
            if not limit.expired():
                raise
            raise OutOfTime(
                f"The run took longer than {self.options.timeout_ms} ms.",
                remedy="Give it more time with --timeout, or find out which step is slow.",
            ) from error

    # Questions

    async def _ask(self, session: Session, step: Step) -> AsyncGenerator[Event, None]:
        """Put the step's question to the user; the answer becomes the parameter it is for."""
        began = time.perf_counter()
        question, name = str(step.value or ""), saying.answer_name(step)
        if name is None or name not in self.options.parameters:
            yield Event(
                type="question_asked",
                message=question,
                details={"step_id": step.id, "question": question, "parameter": name},
            )
            try:
                answer = await self._answer(question, name, step)
            except UnansweredQuestion as error:
                yield finished(step, "failed", (time.perf_counter() - began) * 1000, error=error)
                raise
            if name is not None:
                self.values[name] = self.answers[name] = answer
                self.mask = self._made_mask()
                await session.hide(self.mask)
            yield Event(
                type="question_answered",
                message="The answer is kept as {{" + name + "}}" if name else "The question is answered",
                details={"step_id": step.id, "question": question, "parameter": name},
            )
            yield Event(type="user_message", message=answer, details={"role": "user", "content": answer})
        yield finished(step, "passed", (time.perf_counter() - began) * 1000)

    async def _answer(self, question: str, name: str | None, step: Step) -> str:
        unanswered = UnansweredQuestion(
            f"The flow asked and nobody answered: {question}",
            remedy=f"Give the answer with --param {name}=VALUE."
            if name
            else "Answer it while the run is watched.",
            question=question,
        )
        if not self.inbox.attended:
            raise unanswered
        try:
            return await self._in_time(self.inbox.next(step.timeout_ms))
        except TimeoutError as error:
            raise unanswered from error

    # Before and after

    async def _evidence(self, session: Session, error: DemoRunnerError) -> dict[str, Any]:
        """A picture of the page and its accessibility tree, as far as the page still gives them."""
        told: dict[str, Any] = {"url": session.page.url}
        if not session.alive or isinstance(error, ArtifactsNotWritable) or self.options.artifacts is None:
            return told
        picture, tree = await asyncio.gather(session.screenshot("failure"), session.aria_snapshot())
        told["screenshot"] = picture
        told["aria_snapshot"] = (
            await session.save("failure.aria.yaml", self.mask.text(tree)) if tree else None
        )
        return told

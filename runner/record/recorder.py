"""From a sentence to a TestConfig: ask the planner, act on the page, keep a trace, distil it.

The engine only yields events. The trace travels in them (`details["entry"]` of `observed` and of
`step_finished`), so whoever folds events has all of it, however the run ends.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable
from contextlib import aclosing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, TypeVar, assert_never
from urllib.parse import urlsplit

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

from runner.contract.channel import FrameSlot, Inbox
from runner.contract.config import Fallback, Tab
from runner.contract.errors import ActionFailed, DemoRunnerError, FlowError, UsageError
from runner.contract.event import Event
from runner.contract.references import reference
from runner.page.act import must_have_opened, perform
from runner.page.browser import Browser
from runner.page.describe import Survey, survey
from runner.page.faults import mapped, translated
from runner.page.groups import grouped
from runner.page.hosts import Hosts
from runner.page.observe import Observation, locate, observe
from runner.page.pictures import picture
from runner.page.portrait import keep_portrait
from runner.page.probe import Purpose
from runner.page.reel import Reel
from runner.page.session import Session, SessionOptions
from runner.page.settle import settle
from runner.record import telling
from runner.record.framed import in_its_frame
from runner.record.notebook import Notebook
from runner.record.plan import Act, Ask, Done, GiveUp, Goal, Metered, Outcome, Planner
from runner.record.trace import Deed, Sighting

SETTLE_MS: Final = 3_000
ACTION_MS: Final = 5_000
GOTO_MS: Final = 30_000

Returned = TypeVar("Returned")


@dataclass(frozen=True, slots=True)
class RecordOptions:
    """How to record. Times in ms; `timeout_ms` is for the whole run, `action_timeout_ms` for one action.

    `max_actions` ends a planner that goes round in circles. `artifacts` is the folder for the run's files;
    `pictures` puts one of each action there.
    `hosts` are those that tabs may be on (None: any).
    """

    artifacts: Path | None = None
    timeout_ms: int | None = None
    trace: bool = False
    pictures: bool = False
    frames: FrameSlot | None = None
    reel: Reel | None = None
    max_actions: int = 80
    action_timeout_ms: int = ACTION_MS
    question_timeout_ms: int | None = None
    fallback: Fallback = "agent"
    hosts: Hosts | None = None


async def record(
    goal: Goal,
    planner: Planner,
    browser: Browser,
    options: RecordOptions | None = None,
    inbox: Inbox | None = None,
) -> AsyncGenerator[Event, None]:
    """Record `goal`; yields what happens, secrets masked, and ends with `completed` or `failed`.

    Without an inbox nobody is there to answer questions. Closing the generator closes the browser context.
    """
    recording = Recording(goal, planner, options or RecordOptions(), inbox or Inbox(attended=False))
    parameters = recording.notebook.parameters
    async with aclosing(recording.events(browser)) as events:
        async for event in events:
            # the file repeats the prompt, with whatever password it shows; all else shows none
            mask = parameters.file_mask if event.type == "distilled" else parameters.mask
            yield mask.event(event)


class Recording:
    """The state of one recording. `by_hand.py` makes another kind of it, where a person decides."""

    def __init__(self, goal: Goal, planner: Planner, options: RecordOptions, inbox: Inbox) -> None:
        self.goal = goal
        self.planner = planner
        self.options = options
        self.inbox = inbox
        self.notebook = Notebook(goal)
        self.history: list[Outcome] = []
        self.answer = ""
        self._error: DemoRunnerError | None = None
        self._failed_step: str | None = None
        self._deadline: float | None = None

    # -- the run's story -------------------------------------------------------------------------------

    async def events(self, browser: Browser) -> AsyncGenerator[Event, None]:
        """The run from `created` to its terminal event."""
        for event in telling.beginnings(self.goal):
            yield event
        if self.options.timeout_ms is not None:
            self._deadline = asyncio.get_running_loop().time() + self.options.timeout_ms / 1000
        ending: Event | None = None
        session: Session | None = None
        try:
            async with (
                browser.session(self._session_options()) as session,
                aclosing(self._guarded(session)) as events,
            ):
                async for event in events:
                    ending = event if event.terminal else ending
                    if not event.terminal:
                        yield event
        except DemoRunnerError as error:
            # opening or closing the session failed; a flow that failed before keeps its own reason
            ending = ending if ending and ending.type == "failed" else telling.failed(error, None, {})
        for event in session.drain() if session else []:
            # that the tabs closed now is our own doing
            if event.type != "page_closed":
                yield event
        yield ending or telling.failed(ActionFailed("The recording ended early."), None, {})

    def _session_options(self) -> SessionOptions:
        options = self.options
        return SessionOptions(
            artifacts=options.artifacts,
            trace=options.trace,
            pictures=options.pictures,
            frames=options.frames,
            reel=options.reel,
            mask=self.notebook.parameters.mask,
            hosts=options.hosts,
        )

    async def _guarded(self, session: Session) -> AsyncGenerator[Event, None]:
        """The flow and its ending; where it fails, evidence is gathered while the page is still there."""
        try:
            async with aclosing(self._flow(session)) as events:
                async for event in events:
                    yield event
            await session.finish()
            config = self.notebook.config(self.options.fallback)
            yield telling.distilled(config, len(self.notebook.trace.deeds))
            ending = telling.completed(config, self.answer, self.notebook, self._usage())
        except (DemoRunnerError, PlaywrightError) as raised:
            error = raised if isinstance(raised, DemoRunnerError) else mapped(raised, "look at the page")
            evidence = await self._evidence(session)
            ending = telling.failed(
                error, self._failed_step if error is self._error else None, evidence, self._usage()
            )
        for event in session.drain():
            yield event
        yield ending

    async def _flow(self, session: Session) -> AsyncGenerator[Event, None]:
        if urlsplit(self.goal.start_url).scheme.lower() not in ("http", "https"):
            raise UsageError(
                f"{self.goal.start_url!r} is no address a recording can start at.",
                remedy="Write it in full, for example http://localhost:3000/.",
            )
        start = Act("goto", value=self.goal.start_url, description="Open the start page")
        async with aclosing(self._perform(session, start)) as events:
            async for event in events:
                yield event
        if self._error is not None:
            raise self._error
        async with aclosing(self._plan(session)) as events:
            async for event in events:
                yield event
        async with aclosing(self._assert_effect(session)) as events:
            async for event in events:
                yield event

    async def _plan(self, session: Session) -> AsyncGenerator[Event, None]:
        """Ask for the next decision and carry it out, until the planner has done."""
        while view := self.notebook.discreet_view:
            for event in self._listen():
                yield event
            decision = await self._bounded(self.planner.decide(self._goal_now(), view, tuple(self.history)))
            node = self.notebook.node(decision.ref) if isinstance(decision, Act) and decision.ref else None
            yield telling.decided(decision, node)
            match decision:
                case Done():
                    self.answer = decision.answer
                    self.notebook.limitations += decision.limitations
                    return
                case GiveUp():
                    raise telling.not_understood(decision)
                case Ask():
                    work = self._ask(session, decision)
                case Act(action="ask_user_question"):
                    question = Ask(str(decision.value or decision.description), intent=decision.intent)
                    work = self._ask(session, question, decision)
                case Act():
                    work = self._perform(session, decision)
                case _:
                    assert_never(decision)
            async with aclosing(work) as events:
                async for event in events:
                    yield event
            if len(self.history) > self.options.max_actions:
                raise telling.endless(self.options.max_actions, self.history[-1].decision.intent)

    def _goal_now(self) -> Goal:
        """The goal with the values that have turned up since, and all that must not be shown."""
        parameters = self.notebook.parameters
        return replace(
            self.goal, parameters=parameters.values, secrets=self.goal.secrets | set(parameters.mask.secrets)
        )

    def _usage(self) -> dict[str, Any] | None:
        return self.planner.usage() if isinstance(self.planner, Metered) else None

    def _listen(self) -> list[Event]:
        """Hand what the user has said to the planner."""
        messages = self.inbox.pending()
        for message in messages:
            self.planner.hear(message)
        return [telling.user_message(message) for message in messages]

    async def _bounded(self, work: Awaitable[Returned]) -> Returned:
        """`work`, ended when the run's time is up."""
        try:
            async with asyncio.timeout_at(self._deadline):
                return await work
        except TimeoutError as error:
            if not self._out_of_time():
                raise
            raise telling.too_slow(self.options.timeout_ms) from error

    def _out_of_time(self) -> bool:
        return self._deadline is not None and asyncio.get_running_loop().time() >= self._deadline

    # -- looking ---------------------------------------------------------------------------------------

    async def _look(self, session: Session) -> Sighting:
        """Let the page come to rest and see what it shows."""
        await self._bounded(settle(session.page, session.activity, SETTLE_MS))
        return self.notebook.see(await self._bounded(observed(session)))

    # -- acting ----------------------------------------------------------------------------------------

    async def _perform(self, session: Session, decision: Act) -> AsyncGenerator[Event, None]:
        """One action: name its element, act, look at what came of it."""
        deed, seen, error = await self._prepared(session, decision)
        yield telling.step_started(deed)
        began, page = time.perf_counter(), session.page
        facts: dict[str, Any] = {}
        if error is None:
            async with grouped(session, telling.described(deed), number=deed.number):
                facts, error = await self._act(session, decision, deed, seen)
        if error is None and decision.action == "expect":
            deed = await self._bounded(in_its_frame(session, decision, deed, self.notebook))
        deed = replace(deed, duration_ms=round((time.perf_counter() - began) * 1000, 1))
        for event in session.drain():
            yield event
        sighting = await self._look_after(session, error)
        shot = await picture(session, f"action-{deed.number}")
        facts |= {"screenshot": shot} if shot else {}
        for event in session.drain():
            yield event
        deed = self.notebook.finish(replace(deed, tab=_tab(page, session.page)), sighting, error)
        self._remember(decision, deed, error)
        yield telling.step_finished(deed, facts, error)
        yield telling.observed(sighting)

    async def _prepared(
        self, session: Session, decision: Act
    ) -> tuple[Deed, Survey | None, DemoRunnerError | None]:
        """The deed with its selectors and fingerprint, taken before the action may change the page."""
        deed = self.notebook.begin(decision)
        if decision.ref is None:
            return deed, None, None
        try:
            seen = await self._bounded(self._survey(session, decision))
        except FlowError as error:
            if self._out_of_time():
                raise
            return deed, None, error
        deed = self.notebook.name(deed, seen, decision)
        # now that its field is known, a value may have turned out to be a password
        await session.hide(self.notebook.parameters.mask)
        await self._bounded(keep_portrait(session, locate(session, decision.ref), seen.fingerprint))
        return deed, seen, None

    async def _survey(self, session: Session, decision: Act) -> Survey:
        node = self.notebook.node(decision.ref or "")
        if node is None:
            raise ActionFailed("The element to act on is not on the page any more.")
        locator = locate(session, node.ref)
        with translated("describe the element"):
            seen = await survey(session, locator, _purpose(decision), node=node, typed=self.notebook.typed)
        if not seen.selectors:
            raise ActionFailed(
                "No selector leads to exactly this element.", element=f'{node.role} "{node.name}"'
            )
        return seen

    async def _act(
        self, session: Session, decision: Act, deed: Deed, seen: Survey | None
    ) -> tuple[dict[str, Any], DemoRunnerError | None]:
        """Act the way a replay will; what fails here the planner's next decision may still save."""
        step = self.notebook.live_step(deed, decision)
        asserted = decision.expect.selector if decision.expect else None
        selectors = seen.selectors[:1] if seen else ([asserted] if asserted else ())
        timeout_ms = decision.timeout_ms or self._time_for(decision)
        try:
            done = await self._bounded(perform(session, step, selectors, step.value, timeout_ms))
            if not self.history:
                must_have_opened(str(step.value), done.facts)
        except (FlowError, UsageError) as error:
            if self._out_of_time():
                raise
            return {}, error
        if decision.action == "fill" and isinstance(step.value, str) and not (seen and seen.password):
            self.notebook.typed.append(step.value)
        return ({"rank": done.found.rank} if done.found else {}) | done.facts, None

    def _time_for(self, decision: Act) -> int:
        return GOTO_MS if decision.action == "goto" else self.options.action_timeout_ms

    async def _look_after(self, session: Session, error: DemoRunnerError | None) -> Sighting:
        try:
            return await self._look(session)
        except (DemoRunnerError, PlaywrightError):
            if error is None:
                raise
            # why the action failed says more than that the page cannot be looked at afterwards
            raise error from None

    def _remember(self, decision: Act, deed: Deed, error: DemoRunnerError | None) -> None:
        self._error = error
        self._failed_step = telling.provisional_id(deed) if error else None
        self.history.append(
            Outcome(
                decision=decision,
                status=deed.status,
                error=error.message if error else None,
                changed=deed.changed,
                navigated=deed.navigated,
            )
        )

    # -- asking ----------------------------------------------------------------------------------------

    async def _ask(
        self, session: Session, question: Ask, decision: Act | None = None
    ) -> AsyncGenerator[Event, None]:
        """Put a question to the user; the answer becomes a parameter."""
        deed = self.notebook.begin(decision) if decision else None
        if deed is not None:
            yield telling.step_started(deed)
        for event in self._listen():
            # said before the question, it cannot be its answer
            yield event
        secret = self.notebook.parameters.asks_secret(question.question, question.parameter or "")
        yield telling.question_asked(question, secret=secret)
        text = await self._answered(question)
        settles = question.choices and question.parameter is None  # it only tells which one is meant
        parameters = self.notebook.parameters
        name = "" if settles else parameters.answer(question.question, text, question.parameter)
        await session.hide(self.notebook.parameters.mask)
        yield telling.question_answered(question, name)
        yield telling.user_message(text)
        sighting = await self._look(session)
        if deed is not None:
            deed = replace(deed, target={"parameter": name}, parameter_refs=(name,))
            yield telling.step_finished(self.notebook.finish(deed, sighting, None), {}, None)
        told = reference(name) if name in self.notebook.parameters.mask.secrets else text
        self.history.append(Outcome(decision=decision or question, status="passed", answer=told))
        yield telling.observed(sighting)

    async def _answered(self, question: Ask) -> str:
        if not self.inbox.attended:
            raise telling.unanswered(question)
        try:
            return await self._bounded(self.inbox.next(self.options.question_timeout_ms))
        except TimeoutError as late:
            raise telling.unanswered(question) from late

    # -- the effect ------------------------------------------------------------------------------------

    async def _assert_effect(self, session: Session) -> AsyncGenerator[Event, None]:
        """A flow that asserts nothing gets one assertion for what its last action brought about."""
        for decision in self.notebook.checks():
            async with aclosing(self._perform(session, decision)) as events:
                async for event in events:
                    yield event
            if self._error is None:
                return

    async def _evidence(self, session: Session) -> dict[str, Any]:
        """A picture of the page and our outline of it, which holds nothing that was typed."""
        view, text = self.notebook.view, self.notebook.outline
        found: dict[str, Any] = {"url": view.url if view else None}
        try:
            found["screenshot"] = await session.screenshot("failure")
            found["aria_snapshot"] = await session.save("failure.aria.txt", text) if text else None
        except DemoRunnerError as error:
            # the run failed for a better reason than that its evidence cannot be kept
            found["evidence_lost"] = error.message
        return {name: value for name, value in found.items() if value}


async def observed(session: Session) -> Observation:
    """What the page shows, also while it is navigating."""
    try:
        return await observe(session)
    except PlaywrightError:
        # a navigation ran over the look; when it has come to rest the page can be seen
        await settle(session.page, session.activity, SETTLE_MS)
        return await observe(session)


def _tab(before: Page, after: Page) -> Tab | None:
    """What became of the tab that an action was done in."""
    if after is before:
        return None
    return "closes" if before.is_closed() else "opens"


def _purpose(decision: Act) -> Purpose:
    match decision.action:
        case "fill" | "select":
            return "fill"
        case "expect" | "wait":
            return "see"
        case _:
            return "act"

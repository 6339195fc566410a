"""A recording by hand: a person uses the page, and what they do is recorded as if a planner had wanted it.

selectors/by_hand.js watches in every document and tells of gestures. What has an effect at once is held back
there until its element has been named, and is then done here, the way a replay will do it; so what is
recorded is what works. Everything after that (trace, distilling, assertions) is the recorder's.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, Literal

from playwright.async_api import ElementHandle, Frame, Page
from playwright.async_api import Error as PlaywrightError

from runner.contract.channel import Inbox
from runner.contract.config import Expect
from runner.contract.errors import DemoRunnerError
from runner.contract.event import Event
from runner.page.browser import Browser
from runner.page.describe import Survey
from runner.page.observe import Node, locate
from runner.page.pick import knowing_what_is_meant
from runner.page.session import Session
from runner.record import telling
from runner.record.plan import Act, Decision, Done, Goal
from runner.record.recorder import Recording, RecordOptions, observed
from runner.record.trace import Deed

TOLD: Final = "demoRunnerTold"
STOP_WORDS: Final = frozenset({"stop", "done", "end", "quit"})
LOOK_MS: Final = 1_000
# An element is known by its box; of those with nearly the same one, so many are asked whether they are it.
ALIKE: Final = 8
NEAR_PX: Final = 3.0
CLIMB: Final = 3
# How Chromium calls a navigation that a person began outside the page.
_BY_PERSON: Final = frozenset({"typed", "address_bar", "reload", "generated", "auto_bookmark", "keyword"})


GestureKind = Literal[
    "click", "fill", "select", "press", "assert", "picking", "picked", "navigated", "closed", "stop"
]


@dataclass(frozen=True, slots=True)
class Gesture:
    """Something a person did, as the page told it.

    `held`: it has not happened yet, and is done here. `early`: it came while the page was still busy with
    what was done before.
    """

    kind: GestureKind
    frame: Frame | None = None
    id: int = 0
    value: Any = None
    held: bool = False
    field: bool = False
    files: bool = False
    early: bool = False


class _Nobody:
    """The planner of a recording by hand: never asked, the person decides."""

    async def decide(self, goal: Goal, observation: object, history: object) -> Decision:
        return Done()

    def hear(self, message: str) -> None:
        return


async def record_by_hand(
    goal: Goal, browser: Browser, options: RecordOptions | None = None, inbox: Inbox | None = None
) -> AsyncGenerator[Event, None]:
    """Record what a person does in `browser`, from `goal.start_url` until they stop or close the window.

    Yields what `record` does. The message "stop" in the inbox ends it, too.
    """
    recording = HandRecording(goal, options or RecordOptions(), inbox or Inbox())
    parameters = recording.notebook.parameters
    async with aclosing(recording.events(browser)) as events:
        async for event in events:
            mask = parameters.file_mask if event.type == "distilled" else parameters.mask
            yield mask.event(event)


class HandRecording(Recording):
    """One recording by hand."""

    def __init__(self, goal: Goal, options: RecordOptions, inbox: Inbox) -> None:
        super().__init__(goal, _Nobody(), options, inbox)
        self._gestures: asyncio.Queue[Gesture] = asyncio.Queue()
        self._gesture: Gesture | None = None
        self._history_at: dict[Page, int] = {}
        self._acting = False
        self._settling = False

    async def _flow(self, session: Session) -> AsyncGenerator[Event, None]:
        async with AsyncExitStack() as stack:
            await self._watch(session, stack)
            async with aclosing(super()._flow(session)) as events:
                async for event in events:
                    yield event

    async def _watch(self, session: Session, stack: AsyncExitStack) -> None:
        """From now on every document of the context tells of gestures."""

        def told(source: Mapping[str, Any], gesture: Mapping[str, Any]) -> None:
            known = {name: gesture[name] for name in Gesture.__slots__ if name in gesture}
            self._gestures.put_nowait(Gesture(**known, frame=source["frame"]))

        def opened(page: Page) -> None:
            page.on("framenavigated", self._navigated)
            page.on("close", lambda _: self._gestures.put_nowait(Gesture("closed", page.main_frame)))

        hearing = asyncio.create_task(self._hear())
        stack.push_async_callback(_ended, hearing)
        await stack.enter_async_context(await session.context.expose_binding(TOLD, told))
        await session.context.add_init_script(script=knowing_what_is_meant("by_hand"))
        session.context.on("page", opened)
        stack.callback(session.context.remove_listener, "page", opened)
        for page in session.context.pages:
            opened(page)

    def _navigated(self, frame: Frame) -> None:
        if frame.parent_frame is None and self.notebook.view is not None and not self._acting:
            self._gestures.put_nowait(Gesture("navigated", frame, early=self._settling))

    # -- gesture by gesture ----------------------------------------------------------------------------

    async def _plan(self, session: Session) -> AsyncGenerator[Event, None]:
        """Take gesture after gesture, until the person stops."""
        await self._note_history(session.page)
        while True:
            gesture = await self._bounded(self._gestures.get())
            if gesture.kind == "stop" or session.page.is_closed():
                self.answer = f"Recorded {len(self.history) - 1} actions by hand"
                return
            if gesture.kind in ("picking", "picked"):
                await self._everywhere(
                    session, f"picking = {'true' if gesture.kind == 'picking' else 'false'}"
                )
                continue
            async with aclosing(self._taken(session, gesture)) as events:
                async for event in events:
                    yield event

    async def _hear(self) -> None:
        """Messages that say stop are gestures, too."""
        while True:
            if (await self.inbox.next()).strip().casefold() in STOP_WORDS:
                self._gestures.put_nowait(Gesture("stop"))

    async def _taken(self, session: Session, gesture: Gesture) -> AsyncGenerator[Event, None]:
        """Record one gesture, and do it where it has been held back."""
        self.notebook.see(await self._bounded(observed(session)))
        element = await _element(gesture)
        node = await self._node_of(session, element) if element else None
        decision = await self._decision(session, gesture, node)
        if decision is None or (gesture.id and node is None):
            await self._unrecorded(gesture, element)
            return
        self._gesture, self._settling = gesture, True
        yield telling.decided(decision, node)
        async with aclosing(self._perform(session, decision)) as events:
            async for event in events:
                yield event
        self._settling = False
        if self._error is not None:
            await self._unrecorded(gesture, element)
        await self._note_history(session.page)
        await self._everywhere(session, f"count?.({len(self.history) - 1})", frames=session.page.frames[:1])

    async def _decision(self, session: Session, gesture: Gesture, node: Node | None) -> Act | None:
        """What the gesture means as an action; None where it means none of the nine."""
        ref = node.ref if node else None
        match gesture.kind:
            case "fill" | "select" | "press":
                action: Literal["fill", "select", "press"] = gesture.kind
                return Act(action, ref=ref, value=gesture.value)
            case "click":
                # clicking into a field is only needed where that brings something up, a calendar say
                return Act("click", ref=ref, tentative=gesture.field)
            case "assert":
                text = str(gesture.value or "").strip()
                expect = Expect(type="text", contains=text) if text else Expect(type="visible")
                return Act("expect", ref=ref, expect=expect, timeout_ms=LOOK_MS)
            case "navigated" if gesture.frame and await self._by_person(gesture.frame.page, gesture.early):
                return Act("goto", value=gesture.frame.url)
            case _:
                return None

    async def _act(
        self, session: Session, decision: Act, deed: Deed, seen: Survey | None
    ) -> tuple[dict[str, Any], DemoRunnerError | None]:
        gesture = self._gesture
        if gesture is None or gesture.held or decision.action == "expect":
            async with self._doing(session):
                return await super()._act(session, decision, deed, seen)
        # it has happened already
        if decision.action == "fill" and isinstance(decision.value, str) and not (seen and seen.password):
            self.notebook.typed.append(decision.value)
        return {}, None

    async def _unrecorded(self, gesture: Gesture, element: ElementHandle | None) -> None:
        """What cannot be recorded is done all the same, and told at the end."""
        if gesture.kind in ("navigated", "closed") or not gesture.id:
            return
        where = gesture.frame.page.url if gesture.frame else ""
        self.notebook.limitations.append(f"A {gesture.kind} on {where} could not be recorded.")
        if gesture.held and gesture.kind == "click" and element is not None:
            try:
                async with self._passing(gesture.frame):
                    await element.click(timeout=LOOK_MS)
            except PlaywrightError:
                # what the person sees is that nothing happens; the limitation says why
                return

    async def _assert_effect(self, session: Session) -> AsyncGenerator[Event, None]:
        if session.page.is_closed():
            return
        async with aclosing(super()._assert_effect(session)) as events:
            async for event in events:
                yield event

    # -- the page --------------------------------------------------------------------------------------

    async def _node_of(self, session: Session, element: ElementHandle) -> Node | None:
        """What was just seen of the element, or of what it lies in."""
        climbing: ElementHandle | None = element
        for _ in range(CLIMB):
            if climbing is None:
                return None
            if node := await self._same(session, climbing):
                return node
            parent = await climbing.evaluate_handle(
                "e => e.assignedSlot ?? e.parentElement ?? e.getRootNode().host"
            )
            climbing = parent.as_element()
        return None

    async def _same(self, session: Session, element: ElementHandle) -> Node | None:
        view, box = self.notebook.view, await element.bounding_box()
        if view is None or box is None:
            return None
        near = [
            (
                abs(node.box.x - box["x"]) + abs(node.box.y - box["y"]) + abs(node.box.width - box["width"]),
                node,
            )
            for node in view.nodes
            if node.ref and node.box
        ]
        for distance, node in sorted(near, key=lambda found: found[0])[:ALIKE]:
            if distance <= NEAR_PX and await _is(session, node, element):
                return node
        return None

    @asynccontextmanager
    async def _doing(self, session: Session) -> AsyncIterator[None]:
        """While the recorder does something itself, the page's watcher lets it pass."""
        self._acting = True
        await self._everywhere(session, "performing = true")
        try:
            yield
        finally:
            self._acting = False
            await self._everywhere(session, "performing = false")

    @asynccontextmanager
    async def _passing(self, frame: Frame | None) -> AsyncIterator[None]:
        frames = [frame] if frame else []
        await _evaluated(frames, "performing = true")
        try:
            yield
        finally:
            await _evaluated(frames, "performing = false")

    async def _everywhere(self, session: Session, doing: str, frames: Sequence[Frame] | None = None) -> None:
        every = [frame for page in session.context.pages for frame in page.frames]
        await _evaluated(every if frames is None else frames, doing)

    # -- navigation ------------------------------------------------------------------------------------

    async def _by_person(self, page: Page, early: bool) -> bool:
        """Whether the page went where it is because of the person: the address bar, reload, back, forward.

        Soon after an action a reload or a way back may be the page's own doing.
        """
        before = self._history_at.get(page)
        entry = await self._note_history(page)
        if entry is None:
            return False
        if entry["transitionType"] == "typed":
            return True
        went_back = before is not None and self._history_at[page] < before
        return not early and (went_back or entry["transitionType"] in _BY_PERSON)

    async def _note_history(self, page: Page) -> Mapping[str, Any] | None:
        try:
            cdp = await page.context.new_cdp_session(page)
            history = await cdp.send("Page.getNavigationHistory")
            await cdp.detach()
        except PlaywrightError:
            return None
        self._history_at[page] = history["currentIndex"]
        entry: Mapping[str, Any] = history["entries"][history["currentIndex"]]
        return entry


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _element(gesture: Gesture) -> ElementHandle | None:
    if gesture.frame is None or not gesture.id:
        return None
    try:
        handle = await gesture.frame.evaluate_handle("id => demoRunnerHand.element(id)", gesture.id)
    except PlaywrightError:
        # the document has gone, and the element with it
        return None
    return handle.as_element()


async def _is(session: Session, node: Node, element: ElementHandle) -> bool:
    try:
        same = await locate(session, node.ref).evaluate(
            "(found, meant) => found === meant", element, timeout=LOOK_MS
        )
    except PlaywrightError:
        # of another frame, or gone
        return False
    return bool(same)


async def _evaluated(frames: Sequence[Frame], doing: str) -> None:
    script = f"() => {{ if (window.demoRunnerHand) demoRunnerHand.{doing} }}"
    results = await asyncio.gather(*(frame.evaluate(script) for frame in frames), return_exceptions=True)
    for result in results:
        # a frame that is gone or on its way has nothing to be told
        if isinstance(result, BaseException) and not isinstance(result, PlaywrightError):
            raise result

"""Where a step itself has drifted: a planner looks for the way to its element, step by step, within bounds.

The planner gets the step's own sentence. What it wants done on the way is done only if it is harmless; after
each act the step's element is looked for again, as strictly as ever. Of what was done only that is kept
without which the element would not have come up.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Locator

from runner.contract.config import ActionKind, Step, StepValue
from runner.contract.errors import ActionFailed, FlowError, LookupFailed, UsageError
from runner.contract.event import Event
from runner.page.act import perform
from runner.page.describe import survey
from runner.page.faults import translated
from runner.page.nearest import Unanswered
from runner.page.observe import Node, Observation, locate, observe
from runner.page.probe import Purpose
from runner.page.session import DialogAnswer, Session
from runner.page.settle import settle
from runner.record.plan import Act, Goal, Metered, Obstacle, Outcome, Planner
from runner.replay import telling
from runner.replay.harmless import Place, objection
from runner.replay.patching import way_id
from runner.replay.repair import Healed, Refused, Repairs

PlannerFactory = Callable[[], Planner]

# A way is short: a menu, a banner, a page further on. What takes longer is another flow.
ACTS: Final = 16
KEPT: Final = 4
TIME_S: Final = 20.0
ACT_MS: Final = 3_000
SETTLE_MS: Final = 2_000
TRIAL_MS: Final = 500


@dataclass(frozen=True, slots=True)
class Help:
    """Who is asked for a way, and what may be told: the run's values, and which of them are secrets."""

    planner: PlannerFactory
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    secrets: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Taken:
    """An act that was done on the way, and what could be used before and after it."""

    step: Step
    key: str
    before: frozenset[str]
    after: frozenset[str]
    duration_ms: float


@dataclass(frozen=True, slots=True)
class Way:
    """The element can be used now. `steps` lead there; `healed` where it must be found anew, too."""

    taken: tuple[Taken, ...]
    healed: Healed | None


@dataclass(frozen=True, slots=True)
class NoWay:
    """The step stays undone, and why."""

    reason: str


def obstacle_of(failure: FlowError) -> Obstacle | None:
    """What stood in the way, as far as a planner could help; None where it could not."""
    if isinstance(failure, ActionFailed):
        return "covered" if failure.details.get("covered_by") else None
    if not isinstance(failure, LookupFailed) or isinstance(failure, Unanswered):
        return None
    reasons = {each.get("reason") for each in failure.details.get("fell_through") or ()}
    return "disabled" if "disabled" in reasons else "absent"


def lost(failure: FlowError, way: NoWay) -> FlowError:
    """The failure, with why no way around it was found."""
    told = {**failure.details, "detour": way.reason}
    return type(failure)(
        f"{failure.message} No way to it was found: {way.reason}.", remedy=failure.remedy, **told
    )


def reached(step: Step, way: Way) -> Step:
    """The step, to be taken on the element that the way leads to."""
    if way.healed is None:
        return step
    first, *others = way.healed.selectors
    anew = {"selector": first, "candidates": others or None, "fingerprint": way.healed.fingerprint}
    return step.model_copy(update=anew)


class Detour:
    """The search for the way to one step's element. `events` tell what was tried."""

    def __init__(
        self, session: Session, repairs: Repairs, step: Step, written: Step, obstacle: Obstacle, help_: Help
    ) -> None:
        self.session = session
        self.repairs = repairs
        self.step = step
        self.written = written
        self.obstacle = obstacle
        self.events: list[Event] = []
        self.doubted: Locator | None = (
            None  # what the planner took for it, and what was recorded does not bear out
        )
        self._planner = help_.planner()
        self._goal = Goal(
            telling.sentence(written), session.page.url, help_.values, help_.secrets, obstacle=obstacle
        )
        self._taken: list[Taken] = []
        self._history: list[Outcome] = []

    def usage(self) -> dict[str, Any] | None:
        """What the planner has cost so far in this run; None where it costs nothing."""
        return self._planner.usage() if isinstance(self._planner, Metered) else None

    async def find(self, *, filled: bool) -> Way | NoWay:
        """The way, within `ACTS` acts and `TIME_S` seconds; `filled`: see `harmless.Place`."""
        answer, self.session.dialog_answer = self.session.dialog_answer, DialogAnswer(accept=False)
        limit = asyncio.timeout(TIME_S)
        try:
            async with limit:
                return await self._found(filled=filled)
        except TimeoutError:
            if not limit.expired():
                raise
            return NoWay(f"no way to it was found within {TIME_S:.0f} s")
        except (FlowError, PlaywrightError) as error:
            return NoWay(f"the page could not be looked at any more: {error.message}")
        finally:
            self.session.dialog_answer = answer

    async def _found(self, *, filled: bool) -> Way | NoWay:
        for known in self.repairs.ways():
            if (again := await self._again(known, filled=filled)) is not None:
                return again
        seen = await self._look()
        for _ in range(ACTS):
            decision = await self._planner.decide(self._goal, seen, tuple(self._history))
            self.events.append(telling.considered(self.written, decision, _node(seen, decision)))
            if not isinstance(decision, Act):
                return NoWay(getattr(decision, "reason", "") or "the planner knows no way to it")
            if decision.action == "wait":
                # the page has come to rest already
                self._history.append(Outcome(decision, "passed"))
                continue
            if decision.action == self.step.action and not decision.tentative:
                return await self._picked(seen, decision)
            unsent = filled and seen.url == self._goal.start_url
            place = Place(seen, unsent, self.obstacle == "covered")
            if (reason := objection(decision, place)) is not None:
                return NoWay(reason)
            before, seen = seen, await self._act(seen, decision)
            if seen.url.split("/")[2:3] != before.url.split("/")[2:3]:
                return NoWay("the way led to another site")
            if self._history[-1].changed and (way := await self._reached(seen)) is not None:
                return way
        return NoWay(f"{ACTS} acts did not lead to it")

    async def _again(self, known: Sequence[Step], *, filled: bool) -> Way | None:
        """A way that was found before in this run, if it leads to this step's element, too."""
        if filled and any(step.fingerprint is None or step.fingerprint.href for step in known):
            return None
        again = {"id": way_id(self.written), "ordinal": self.written.ordinal}
        taken = []
        for step in known:
            began = time.perf_counter()
            try:
                found = await self.repairs.resolved_now(self.session, step)
                await perform(self.session, step, (found.selector,), step.value, ACT_MS)
            except FlowError:
                # another page, or open already
                return None
            took = (time.perf_counter() - began) * 1000
            taken.append(Taken(step.model_copy(update=again), "", frozenset(), frozenset(), took))
        arrived = await self._arrived()
        return None if arrived is None else Way(tuple(taken), arrived.healed)

    async def _look(self) -> Observation:
        for last in (False, True):
            await settle(self.session.page, self.session.activity, SETTLE_MS)
            try:
                return await observe(self.session)
            except PlaywrightError:
                # a navigation ran over the look; when it has come to rest the page can be seen
                if last:
                    raise
        raise ActionFailed("The page does not come to rest.")

    # -- acting ----------------------------------------------------------------------------------------

    async def _act(self, seen: Observation, act: Act) -> Observation:
        """Do one act on the way; gives what the page shows afterwards."""
        began, error, step = time.perf_counter(), None, None
        try:
            step = await self._performed(seen, act)
        except (FlowError, UsageError) as raised:
            error = raised.message
        after = await self._look()
        changed = _shown(after) != _shown(seen) or after.text != seen.text or after.url != seen.url
        if step is not None:
            took = (time.perf_counter() - began) * 1000
            key = _keys(seen).get(act.ref or "", "")
            self._taken.append(Taken(step, key, _usable(seen), _usable(after), took))
        self._history.append(
            Outcome(
                act,
                "failed" if error else "passed",
                error,
                changed=changed,
                navigated=after.url != seen.url,
            )
        )
        return after

    async def _performed(self, seen: Observation, act: Act) -> Step:
        told: dict[str, Any] = {"id": way_id(self.written), "ordinal": self.written.ordinal}
        told |= {"action": act.action, "value": _value(act), "description": act.description or None}
        selectors: tuple[str, ...] = ()
        if act.ref is not None:
            node = seen.nodes[seen.by_ref[act.ref]]
            with translated("describe the element"):
                known = await survey(
                    self.session, locate(self.session, act.ref), _purpose(act.action), node=node
                )
            if not known.selectors:
                raise ActionFailed("No selector leads to exactly this element.")
            selectors = known.selectors
            told |= {"selector": selectors[0], "candidates": list(selectors[1:]) or None}
            told["fingerprint"] = known.fingerprint
        if self.obstacle == "covered":
            # what lies over a page does not come every time
            told["optional"] = True
        step = Step(**{name: value for name, value in told.items() if value is not None})
        await perform(self.session, step, selectors[:1], step.value, ACT_MS)
        return step

    # -- arriving --------------------------------------------------------------------------------------

    async def _reached(self, seen: Observation) -> Way | NoWay | None:
        arrived = await self._arrived()
        return None if arrived is None else self._way(seen, arrived.healed)

    async def _arrived(self) -> Way | None:
        """The end of a way, if the step's element is there now, can be used, and is the one."""
        try:
            found = await self.repairs.resolved_now(self.session, self.step)
        except LookupFailed:
            if self.obstacle != "absent":
                return None
            outcome = await self.repairs.heal(self.session, self.step)
            return Way((), outcome) if isinstance(outcome, Healed) else None
        if self.step.action == "click":
            try:
                await found.locator.click(trial=True, timeout=TRIAL_MS)
            except PlaywrightError:
                # there, and still not to be used
                return None
        return Way((), None)

    async def _picked(self, seen: Observation, act: Act) -> Way | NoWay:
        """The element that the planner takes for the step's, if what was recorded agrees."""
        if act.ref is None:
            return NoWay("the planner names no element")
        outcome = await self.repairs.heal(self.session, self.step, picked=locate(self.session, act.ref))
        if isinstance(outcome, Refused):
            self.doubted = None if self._taken else locate(self.session, act.ref)
            return NoWay(f"an element fits the words of the step, but {outcome.reason}")
        return self._way(seen, outcome, _keys(seen).get(act.ref))

    def _way(self, seen: Observation, healed: Healed | None, target: str | None = None) -> Way | NoWay:
        kept = _needed(self._taken, target, every=self.obstacle != "absent")
        if len(kept) > KEPT:
            return NoWay(f"it would take {len(kept)} more steps")
        return Way(kept, healed)


def _needed(taken: Sequence[Taken], target: str | None, *, every: bool) -> tuple[Taken, ...]:
    """The acts without which the element, or what another of them acted on, would not have come up."""
    if every or not taken:
        return tuple(taken)
    wanted = {target} if target else {taken[-1].key}
    kept = [] if target else [taken[-1]]
    for act in reversed(taken if target else taken[:-1]):
        if any(key in act.after and key not in act.before for key in wanted):
            kept.append(act)
            wanted = {key for key in wanted if key in act.before or key not in act.after} | {act.key}
    return tuple(reversed(kept))


def _value(act: Act) -> StepValue | None:
    return "true" if act.action == "fill" else act.value


def _purpose(action: ActionKind) -> Purpose:
    return "fill" if action == "fill" else "act"


def _node(seen: Observation, decision: object) -> Node | None:
    ref = decision.ref if isinstance(decision, Act) else None
    index = seen.by_ref.get(ref) if ref else None
    return None if index is None else seen.nodes[index]


def _keys(seen: Observation) -> dict[str, str]:
    """For each ref what tells its element across looks: frame, role, name and order among its like."""
    counts: dict[str, int] = {}
    keys = {}
    for index, node in enumerate(seen.nodes):
        if node.ref:
            base = f"{node.frame}|{node.role}|{node.name or node.placeholder or seen.text_of(index)[:60]}"
            counts[base] = counts.get(base, 0) + 1
            keys[node.ref] = f"{base}|{counts[base]}"
    return keys


def _shown(seen: Observation) -> list[tuple[str, str, bool]]:
    return [(node.role, str(sorted(node.states.items())), node.covered) for node in seen.nodes]


def _usable(seen: Observation) -> frozenset[str]:
    keys = _keys(seen)
    usable = (node for node in seen.nodes if node.ref and not node.covered and not node.disabled)
    return frozenset(keys[node.ref] for node in usable)

"""What a recording has seen and done so far: the trace in the making. Nothing here touches a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from runner.contract.config import Expect, Fallback, Step, TestConfig
from runner.contract.errors import DemoRunnerError
from runner.contract.references import names_in
from runner.page.describe import Survey
from runner.page.observe import Node, Observation
from runner.record.absence import absent, can_tell_absence
from runner.record.discreet import discreet
from runner.record.distil import distil, kept
from runner.record.effect import changed_figures, changed_states, effects, vanished, weakest
from runner.record.parameters import Parameters
from runner.record.plan import Act, Goal
from runner.record.trace import Deed, Sighting, Trace, element_keys, outline, sight

CHECKS_TRIED: Final = 3
CHECK_MS: Final = 1_000
ALERT_LENGTH: Final = 200


class Notebook:
    """Takes down observations and actions, values by the names of their parameters, secrets never."""

    def __init__(self, goal: Goal) -> None:
        self.goal = goal
        self.parameters = Parameters(goal)
        self.trace = Trace()
        self.typed: list[str] = []
        self.limitations: list[str] = []
        self._views: dict[int, Observation] = {}
        self._keys: dict[int, dict[str, str]] = {}
        self._lines: tuple[str, ...] = ()

    @property
    def view(self) -> Observation | None:
        """What was seen last."""
        return self._views.get(len(self._views))

    @property
    def discreet_view(self) -> Observation | None:
        """What was seen last, without secrets."""
        return discreet(self.view, self.parameters.mask) if self.view else None

    @property
    def outline(self) -> str:
        """What was seen last, as lines; nothing that was typed is in it."""
        return self.parameters.mask.text("\n".join(self._lines))

    def see(self, view: Observation) -> Sighting:
        """Take down an observation."""
        number = len(self._views) + 1
        sighting = sight(number, view.url, view.title, view.nodes, self._lines)
        self._lines = outline(view.nodes)
        self._views[number] = view
        self._keys[number] = element_keys(view.nodes)
        self.trace = self.trace.then(sighting)
        return sighting

    def node(self, ref: str) -> Node | None:
        """A node of what was seen last."""
        at = self.view.by_ref.get(ref) if self.view else None
        return self.view.nodes[at] if self.view and at is not None else None

    def begin(self, decision: Act) -> Deed:
        """The deed a decision will be, before anything is known of its element."""
        before = len(self._views)
        key = self._keys.get(before, {}).get(decision.ref or "")
        expect = decision.expect.model_dump(exclude_none=True) if decision.expect else None
        deed = Deed(
            number=len(self.trace.deeds) + 1,
            action=decision.action,
            before=before,
            element=key,
            seen_in=tuple(at for at, keys in self._keys.items() if key in keys.values()) if key else (),
            expect=self.parameters.stored(expect),
            wait_for=self.parameters.stored(decision.wait_for),
            tentative=decision.tentative,
        )
        return self._valued(deed, decision, password=False)

    def name(self, deed: Deed, seen: Survey, decision: Act) -> Deed:
        """The deed with what was found out about its element."""
        selectors = [
            self.parameters.stored_selector(selector)
            for selector in seen.selectors
            if self._harmless(selector)
        ]
        fingerprint = seen.fingerprint.model_dump(exclude_none=True)
        deed = replace(
            deed,
            selector=next(iter(selectors), None),
            candidates=tuple(selectors[1:]),
            fingerprint=self.parameters.free_of_parameters(fingerprint, selectors),
            was_empty=seen.empty,
        )
        return self._valued(deed, decision, password=seen.password)

    def finish(self, deed: Deed, sighting: Sighting, error: DemoRunnerError | None) -> Deed:
        """Take down a deed with what came of it; it happened before `sighting`, which was noted first."""
        before = next((each for each in self.trace.sightings if each.number == deed.before), None)
        deed = replace(
            deed,
            after=sighting.number,
            status="failed" if error else "passed",
            error=self.parameters.mask.text(error.message) if error else None,
            changed=before is None or before.state != sighting.state,
            navigated=before is None or before.url != sighting.url,
        )
        self.trace = Trace((*self.trace.entries[:-1], deed, sighting))
        return deed

    def live_step(self, deed: Deed, decision: Act) -> Step:
        """The action as a step whose strings are the values themselves."""
        live, expect = self.parameters.live, decision.expect
        if expect is not None and expect.contains is not None:
            expect = expect.model_copy(update={"contains": live(expect.contains)})
        return Step(
            id=f"step_{deed.number}",
            ordinal=deed.number,
            action=decision.action,
            value=live(decision.value),
            wait_for=str(live(decision.wait_for)) if decision.wait_for else None,
            expect=expect,
        )

    def checks(self) -> Sequence[Act]:
        """Assertions for the last action's effect, best first; none where the flow asserts after it.

        Where the flow asserts something before, an assertion that holds wherever it ended adds nothing.
        """
        deeds, after = kept(self.trace), self.discreet_view
        done = [at for at, deed in enumerate(deeds) if deed.action not in ("wait", "hover", "expect")]
        asserted = [at for at, deed in enumerate(deeds) if deed.action == "expect"]
        if after is None or (asserted and (not done or asserted[-1] > done[-1])):
            return []
        before = self._views.get(deeds[done[-1]].before) if done else None
        found = self._told(discreet(before, self.parameters.mask), after) if before else []
        last = weakest(after) if not asserted else None
        return [*found, *([_checking(last)] if last else [])]

    def _told(self, before: Observation, after: Observation) -> list[Act]:
        """What tells that the last action had its effect: new texts, else states or figures that changed,
        else what is gone."""
        # a text cut short could hold a part of a secret that nothing would recognise
        new = [effect.expect for effect in effects(before, after, self.typed)]
        told = [_checking(expect) for expect in new if self._harmless(expect.contains or "")]
        states = [_checking(expect) for expect in changed_states(before, after)]
        figures = [
            _checking(expect, ref)
            for ref, expect in changed_figures(before, after)
            if self._harmless(expect.contains or "")
        ]
        return [*told[:CHECKS_TRIED], *states[:1], *figures[:CHECKS_TRIED], *self._gone(before, after)]

    def _gone(self, before: Observation, after: Observation) -> list[Act]:
        if not can_tell_absence(after):
            return []
        texts = [text for text in vanished(before, after) if self._harmless(text)]
        return [
            replace(_checking(absent(text, whole=False)), description=f'Do not see the text "{text}"')
            for text in texts[:CHECKS_TRIED]
        ]

    def alerts(self) -> list[str]:
        """What the page warns of at the end and did not warn of at the start."""
        first, last = self._views.get(1), self.view
        if first is None or last is None:
            return []
        old = {first.text_of(at) for at, node in enumerate(first.nodes) if node.role == "alert"}
        shown = [last.text_of(at) for at, node in enumerate(last.nodes) if node.role == "alert"]
        return [text[:ALERT_LENGTH] for text in dict.fromkeys(shown) if text and text not in old]

    def config(self, fallback: Fallback) -> TestConfig:
        """The trace so far, distilled."""
        mask = self.parameters.file_mask
        return distil(
            self.trace,
            prompt=mask.text(self.goal.prompt) or None,
            starting_url=mask.text(self.goal.start_url),
            parameters=self.parameters.declared(),
            fallback=fallback,
        )

    def _harmless(self, text: str) -> bool:
        return self.parameters.mask.text(text) == text

    def _valued(self, deed: Deed, decision: Act, *, password: bool) -> Deed:
        stored: Any = self.parameters.stored(decision.value)
        if password and decision.action == "fill" and isinstance(decision.value, str):
            stored = self.parameters.password(decision.value, self.view.text if self.view else "")
        deed = replace(
            deed,
            value=stored,
            # only now, when its field is known, a quoted word may turn out to be a password
            intent=self.parameters.mask.text(decision.intent),
            description=self.parameters.mask.text(decision.description),
        )
        names = names_in([deed.value, deed.expect, deed.wait_for, deed.selector, deed.candidates])
        return replace(deed, parameter_refs=tuple(names))


def _checking(expect: Expect, ref: str | None = None) -> Act:
    """The assertion as an action to be tried."""
    if expect.type == "visible":
        words = f"See {expect.selector}"
    elif expect.type == "url":
        words = f'Be at an address that contains "{expect.contains}"'
    else:
        words = f'See the text "{expect.contains}"'
    return Act("expect", ref=ref, expect=expect, description=words, timeout_ms=CHECK_MS)

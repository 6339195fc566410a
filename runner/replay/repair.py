"""Healing a step whose element is not found, or is not what it was: search, judge, prove, propose a patch.

A run has one `Repairs`. What it heals once it reuses for every later step that is about the same element.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Literal

from playwright.async_api import Locator

from runner.contract.config import Fingerprint, Step, TestConfig
from runner.contract.errors import ActionFailed, ExpectationFailed, LookupFailed
from runner.contract.patch import Patch
from runner.contract.references import names_in
from runner.page.act import Finder, Performed
from runner.page.clock import Deadline
from runner.page.describe import Survey
from runner.page.nearest import Unanswered
from runner.page.portrait import portrait, portrait_in
from runner.page.probe import Purpose
from runner.page.resolve import Found, resolve
from runner.page.session import Session
from runner.page.settle import has_settled, settle
from runner.replay.agreement import agreed
from runner.replay.decide import tried
from runner.replay.elsewhere import moved_text, of_the_page, says_of_frame
from runner.replay.inference import inferred
from runner.replay.joint import Claim
from runner.replay.patching import Replacement, apply, drift_key, insertions, operations, shifted
from runner.replay.proof import check_is_the_one, failed_on_its_own, purpose_of, survey_again
from runner.replay.reasons import (
    ONLY_SUGGESTED,
    evidence,
    sentence,
    told_of,
    unrepaired,
    way_sentence,
    with_witness,
    withdrawn,
)
from runner.replay.search import Search, search

RepairMode = Literal["auto", "suggest", "off"]

# An element that is not there after this long is sought for elsewhere, while there is still time to wait on.
PATIENCE_MS: Final = 1_500
ATTEMPTS: Final = 3
SETTLE_MS: Final = 2_000
REUSE_MS: Final = 500
POLL_S: Final = 0.05

Attempt = Callable[[Step], Awaitable[Performed]]
_EMPTY: Final = Fingerprint()


@dataclass(frozen=True, slots=True)
class Healed:
    """The step's element is found again; `patch` makes the config find it, too."""

    patch: Patch
    selectors: tuple[str, ...]
    fingerprint: Fingerprint


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was touched. `patch` is a suggestion for a person to judge, if there is one."""

    reason: str
    confidence: float
    patch: Patch | None = None


@dataclass
class Repairs:
    """The repairs of one run. `patches` holds them in the order they were made.

    `values` are the run's parameters: a patch names a parameter where the old selector did, not its value.
    `recording` is the folder of the config, where its recording may have left pictures of the elements.
    """

    config: TestConfig
    mode: RepairMode = "auto"
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    recording: Path | None = None
    patches: list[Patch] = field(default_factory=list)
    _known: dict[str, tuple[Replacement, Patch]] = field(default_factory=dict)
    _ways: list[tuple[Step, ...]] = field(default_factory=list)

    def finder(self, step: Step) -> Finder:
        """How the step's element is found: by its selectors if it is still itself, else by repair."""

        async def find(
            session: Session,
            selectors: Sequence[str],
            *,
            timeout_ms: int,
            purpose: Purpose = "act",
            fingerprint: Fingerprint | None = None,
        ) -> Found:
            return await self._found(session, step, selectors, Deadline.after(timeout_ms), purpose)

        return find

    async def asserted(self, session: Session, step: Step, attempt: Attempt) -> Performed:
        """An assertion about an element: made as it stands, and once more where the element is found anew."""
        if says_of_frame(step):
            return await self._said_in_frame(session, step, attempt)
        try:
            performed = await attempt(step)
            if step.fingerprint is not None and performed.found is not None:
                await check_is_the_one(step, step.fingerprint, performed.found)
            return performed
        except (ExpectationFailed, LookupFailed) as failure:
            if self.mode == "off" or step.optional or await failed_on_its_own(session, step, failure):
                raise
            outcome = await self.heal(session, step)
            self._keep(outcome)
            if isinstance(outcome, Refused):
                raise unrepaired(failure, outcome.reason, outcome.confidence, outcome.patch) from failure
        anew = {"selector": outcome.selectors[0], "candidates": list(outcome.selectors[1:])}
        return await attempt(step.model_copy(update=anew | {"fingerprint": outcome.fingerprint}))

    async def _said_in_frame(self, session: Session, step: Step, attempt: Attempt) -> Performed:
        """A text of a frame: looked for there while the frame is there, else wherever the page shows it."""
        try:
            await self._resolved(session, step, step.selectors, PATIENCE_MS, "see")
        except LookupFailed as gone:
            if self.mode != "off" and not step.optional:
                performed, auto = await attempt(of_the_page(step)), self.mode == "auto"
                if moved := await moved_text(session, step, *self._written(step), applied=auto):
                    self._keep_patch(moved)
                    if not auto:
                        raise unrepaired(gone, moved.reason.rstrip("."), 1.0, moved) from gone
                return performed
        return await attempt(step)

    async def _found(
        self, session: Session, step: Step, selectors: Sequence[str], deadline: Deadline, purpose: Purpose
    ) -> Found:
        # What may be absent is not missed: an optional step is never repaired.
        repairs = self.mode != "off" and not step.optional
        patience_ms = PATIENCE_MS
        patience = deadline.within(patience_ms) if repairs else deadline
        while True:
            try:
                return await self._resolved(session, step, selectors, patience.left_ms, purpose)
            except Unanswered:
                if deadline.over:
                    raise
                # a page of many thousand elements takes its time to be looked through
                patience_ms *= 2
                patience = deadline.within(patience_ms)
            except LookupFailed as failure:
                # A late element is not a drifted one, and until it comes others may answer to its name.
                if not patience.over or not (
                    deadline.over or await has_settled(session.page, session.activity)
                ):
                    await asyncio.sleep(POLL_S)
                    continue
                if not repairs:
                    raise
                outcome = await self.heal(session, step)
                if isinstance(outcome, Healed):
                    self._keep(outcome)
                    return await self._resolved_anew(session, step, outcome, purpose)
                if deadline.over:
                    self._keep(outcome)
                    raise unrepaired(failure, outcome.reason, outcome.confidence, outcome.patch) from failure
                patience = deadline.within(patience_ms)

    def _keep(self, outcome: Healed | Refused) -> None:
        if outcome.patch is not None:
            self._keep_patch(outcome.patch)

    async def _resolved(
        self, session: Session, step: Step, selectors: Sequence[str], timeout_ms: float, purpose: Purpose
    ) -> Found:
        found = await resolve(
            session, selectors, timeout_ms=round(timeout_ms), purpose=purpose, fingerprint=step.fingerprint
        )
        if step.fingerprint is not None:
            await check_is_the_one(step, step.fingerprint, found)
        return found

    async def _resolved_anew(self, session: Session, step: Step, healed: Healed, purpose: Purpose) -> Found:
        found = await resolve(
            session, healed.selectors, timeout_ms=REUSE_MS, purpose=purpose, fingerprint=healed.fingerprint
        )
        await check_is_the_one(step, healed.fingerprint, found)
        return found

    async def heal(
        self, session: Session, step: Step, picked: Locator | None = None, *, on_trial: bool = False
    ) -> Healed | Refused:
        """Find the step's element on the page as it is now. The caller has waited for it already.

        `picked` is what somebody else takes for it, by the step's words alone. `on_trial`: the likeliest will
        do, if it is worth a trial.
        """
        key = drift_key(step)
        if picked is None and key is not None and key in self._known:
            again = await self._reused(session, step, key)
            if again is not None:
                return again
        return await self._searched(session, step, key, picked, on_trial=on_trial)

    async def resolved_now(self, session: Session, step: Step) -> Found:
        """The step's element where its selectors lead to it, without waiting. Raises LookupFailed."""
        return await self._resolved(session, step, step.selectors, REUSE_MS, purpose_of(step))

    def keep_way(self, step: Step, inserted: Sequence[Step], healed: Healed | None) -> None:
        """Note that `inserted` steps lead to the step's element, found as before or anew."""
        if inserted:
            self._ways.append(tuple(inserted))
        written, index = self._written(step)
        known = (
            written.fingerprint.model_dump(mode="json", exclude_none=True) if written.fingerprint else None
        )
        told = {
            "step": told_of(written),
            "old": known,
            "new": known,
            "drift": drift_key(step),
            "proven": False,
        }
        base = healed.patch if healed else Patch(
            step_id=step.id, ops=[], old=written.sought, new=written.sought, strategy="", confidence=1.0,
            reason="", evidence={name: value for name, value in told.items() if value is not None},
            applied=True,
        )  # fmt: skip
        self._keep_patch(
            base.model_copy(
                update={
                    "ops": [
                        *insertions(self.repaired(), index, inserted),
                        *shifted(base.ops, len(inserted)),
                    ],
                    "strategy": "agent",
                    "reason": way_sentence(written, inserted, base.reason),
                }
            )
        )

    def ways(self) -> list[tuple[Step, ...]]:
        """The ways that this run has taken to elements, the last one first."""
        return list({tuple(step.selectors for step in way): way for way in self._ways}.values())[::-1]

    async def is_there(self, session: Session, step: Step) -> bool:
        """Whether the step's element is on the page now, as it was recorded or for certain anew."""
        try:
            await self.resolved_now(session, step)
        except LookupFailed:
            return step.fingerprint is not None and await self._is_found(session, step, step.fingerprint)
        return True

    async def _is_found(self, session: Session, step: Step, old: Fingerprint) -> bool:
        rivals = self._rivals(drift_key(step))
        seen = await search(
            session, old, step.action, rivals=rivals, value=step.value, selectors=step.selectors
        )
        await seen.census.dispose()
        return seen.verdict.decision == "apply"

    def keep_on_trial(self, likely: Healed, witness: Step, strategy: str) -> None:
        """Note that a likely element is acted on, which `witness` is to bear out."""
        borne_out = with_witness(likely.patch, witness, strategy)
        self._keep_patch(borne_out)
        for key, (new, patch) in self._known.items():
            if patch is likely.patch:
                self._known[key] = (new, borne_out)

    def withdraw(self, step: Step) -> None:
        """What was tried for the step was not borne out: no more than a suggestion."""
        self.patches[:] = [withdrawn(each) if each.step_id == step.id else each for each in self.patches]

    def _keep_patch(self, patch: Patch) -> None:
        # what was only suggested for the step is overtaken by what was done
        self.patches[:] = [each for each in self.patches if each.applied or each.step_id != patch.step_id]
        self.patches.append(patch)

    def repaired(self) -> TestConfig:
        """The config with all patches that were acted on."""
        return apply(self.config, [patch for patch in self.patches if patch.applied])

    def proven(self) -> list[Patch]:
        """The patches, those that were acted on marked as proven: the rest of the flow has passed."""
        return [
            patch.model_copy(update={"evidence": {**patch.evidence, "proven": patch.applied}})
            for patch in self.patches
        ]

    async def _reused(self, session: Session, step: Step, key: str) -> Healed | None:
        new, patch = self._known[key]
        try:
            found = await resolve(
                session,
                new.selectors,
                timeout_ms=REUSE_MS,
                purpose=purpose_of(step),
                fingerprint=new.fingerprint,
            )
            await check_is_the_one(step, new.fingerprint, found)
        except LookupFailed:
            return None
        written, index = self._written(step)
        ops = operations(written, index, self._named(written, new))
        told = patch.evidence | {"step": told_of(written)}
        again = patch.model_copy(
            update={
                "step_id": step.id,
                "ops": ops,
                "old": written.sought,
                "strategy": "healed before",
                "evidence": told,
            }
        )
        return Healed(again, new.selectors, new.fingerprint)

    async def _searched(
        self,
        session: Session,
        step: Step,
        key: str | None,
        picked: Locator | None = None,
        *,
        on_trial: bool = False,
    ) -> Healed | Refused:
        old = step.fingerprint or inferred(step)
        if old == _EMPTY:
            return Refused("the step says nothing of its element that could be searched for", 0.0)
        if step.expect and step.expect.contains:
            old = old.model_copy(update={"asserted": step.expect.contains})
        rivals = self._rivals(key)
        reason = "the page keeps changing while it is searched"
        for _ in range(ATTEMPTS):
            await settle(session.page, session.activity, SETTLE_MS)
            try:
                seen = await search(
                    session,
                    old,
                    step.action,
                    inferred=step.fingerprint is None,
                    rivals=rivals,
                    value=step.value,
                    others=self._claims(step),
                    selectors=step.selectors,
                )
            except ActionFailed:
                # the page went elsewhere meanwhile: look at where it went
                continue
            try:
                if picked is not None:
                    seen = await agreed(seen, picked, old, step.action, rivals)
                if on_trial:
                    seen = replace(seen, verdict=tried(seen.verdict))
                if seen.sighting is None or seen.verdict.decision == "refuse":
                    return Refused(seen.verdict.reason, seen.verdict.confidence)
                proven = await survey_again(session, step, seen.sighting)
                if proven is not None:
                    return await self._concluded(session, step, seen, proven, key)
            finally:
                await seen.census.dispose()
        return Refused(reason, 0.0)

    def _rivals(self, key: str | None) -> list[Fingerprint]:
        """What the other steps are about, recorded or as far as their own words tell."""
        others = (other for other in self.config.steps if drift_key(other) not in (None, key))
        known = (other.fingerprint or inferred(other) for other in others)
        return [each for each in known if each != _EMPTY]

    def _claims(self, step: Step) -> list[Claim]:
        """What the flow's other steps are about, as far as it was recorded, and as this run has found it."""
        healed = {each.step_id for each in self.patches if each.applied}
        now = {each.id: each.fingerprint for each in self.repaired().steps if each.id in healed}
        others = (each for each in self.config.steps if each.id != step.id)
        return [Claim(each.fingerprint, each.action, now.get(each.id)) for each in others if each.fingerprint]

    async def _concluded(
        self, session: Session, step: Step, seen: Search, proven: Survey, key: str | None
    ) -> Healed | Refused:
        verdict = seen.verdict
        new = Replacement(proven.selectors, proven.fingerprint)
        written, index = self._written(step)
        named = self._named(written, new)
        applied = verdict.decision == "apply" and self.mode == "auto"
        pictures = await self._pictures(session, step, new) if applied else {}
        patch = Patch(
            step_id=step.id,
            ops=operations(written, index, named),
            old=written.sought,
            new=named.selectors[0],
            strategy="fingerprint" if step.fingerprint else "selector and description",
            confidence=round(verdict.confidence, 4),
            reason=sentence(step, new, verdict, applied=applied),
            evidence=evidence(step, new, seen, key)
            | {"step": told_of(written)}
            | ({"pictures": pictures} if pictures else {}),
            applied=applied,
        )
        if not applied:
            reason = verdict.reason if verdict.decision != "apply" else ONLY_SUGGESTED
            return Refused(reason, verdict.confidence, patch)
        if key is not None:
            self._known[key] = (new, patch)
        return Healed(patch, new.selectors, new.fingerprint)

    async def _pictures(self, session: Session, step: Step, new: Replacement) -> dict[str, str]:
        """Pictures of the element as it was, if the recording kept one, and as it is, among the artifacts."""
        if session.options.artifacts is None:
            return {}
        found = await resolve(session, new.selectors, timeout_ms=REUSE_MS, purpose=purpose_of(step))
        old = portrait_in(self.recording, step.fingerprint) if self.recording and step.fingerprint else None
        taken = {"old": old, "new": await portrait(session, found.locator)}
        saved = {
            name: await session.save(f"repairs/{step.id}-{name}.jpg", data)
            for name, data in taken.items()
            if data
        }
        return {name: path for name, path in saved.items() if path}

    def _named(self, step: Step, new: Replacement) -> Replacement:
        """The replacement with the parameters that the old selectors named, instead of their values."""
        names = [name for name in names_in(list(step.selectors)) if self.values.get(name)]
        selectors = new.selectors
        for name in names:
            selectors = tuple(each.replace(self.values[name], f"{{{{{name}}}}}") for each in selectors)
        rows = {self.values[name]: f"{{{{{name}}}}}" for name in names}
        row = rows.get(new.fingerprint.row or "")
        return Replacement(
            selectors, new.fingerprint.model_copy(update={"row": row}) if row else new.fingerprint
        )

    def _written(self, step: Step) -> tuple[Step, int]:
        """The step as it stands in the file repaired so far, parameters not filled in, and its position."""
        steps = self.repaired().steps
        index = next(index for index, each in enumerate(steps) if each.id == step.id)
        return steps[index], index

"""Healing a step whose element is not found, or is not what it was: search, judge, prove, propose a patch.

A run has one `Repairs`. What it heals once it reuses for every later step that is about the same element.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from playwright.async_api import Error as PlaywrightError

from runner.contract.config import Fingerprint, Step, TestConfig
from runner.contract.errors import ActionFailed, LookupFailed
from runner.contract.patch import Patch
from runner.page.census import Sighting
from runner.page.describe import Survey, survey
from runner.page.probe import Purpose
from runner.page.resolve import Found, resolve
from runner.page.session import Session
from runner.page.settle import settle
from runner.replay.decide import Verdict
from runner.replay.identity import from_facts, identity
from runner.replay.inference import inferred
from runner.replay.patching import Replacement, apply, drift_key, operations
from runner.replay.score import Scored
from runner.replay.search import Search, search

RepairMode = Literal["auto", "suggest", "off"]

ATTEMPTS: Final = 3
SETTLE_MS: Final = 2_000
REUSE_MS: Final = 500
_EMPTY: Final = Fingerprint()


class OtherElement(LookupFailed):
    """A selector leads to an element that is not the recorded one; `details["reasons"]` say why."""


@dataclass(frozen=True, slots=True)
class Healed:
    """The step's element is found again; `patch` makes the config find it, too."""

    patch: Patch
    selectors: tuple[str, ...]
    fingerprint: Fingerprint


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was touched. `patch` is a suggestion for a person to judge, where there is a likely element."""

    reason: str
    confidence: float
    patch: Patch | None = None


@dataclass
class Repairs:
    """The repairs of one run. `patches` holds them in the order they were made."""

    config: TestConfig
    mode: RepairMode = "auto"
    patches: list[Patch] = field(default_factory=list)
    _known: dict[str, tuple[Replacement, Patch]] = field(default_factory=dict)

    def check(self, step: Step) -> Callable[[Found], None] | None:
        """The identity check of a step's element, to be made before the element is touched."""
        if step.fingerprint is None:
            return None
        old = step.fingerprint

        def check(found: Found) -> None:
            _recognise(step, old, found)

        return check

    async def heal(self, session: Session, step: Step) -> Healed | Refused:
        """Find the step's element on the page as it is now. The caller has waited for it already."""
        key = drift_key(step)
        if key is not None and key in self._known:
            again = await self._reused(session, step, key)
            if again is not None:
                return again
        outcome = await self._searched(session, step, key)
        if outcome.patch is not None:
            self.patches.append(outcome.patch)
        return outcome

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
                purpose=_purpose(step),
                fingerprint=new.fingerprint,
            )
            _recognise(step, new.fingerprint, found)
        except LookupFailed:
            return None
        ops = operations(step, self._index(step), new)
        again = patch.model_copy(
            update={"step_id": step.id, "ops": ops, "old": step.sought, "strategy": "healed before"}
        )
        self.patches.append(again)
        return Healed(again, new.selectors, new.fingerprint)

    async def _searched(self, session: Session, step: Step, key: str | None) -> Healed | Refused:
        old = step.fingerprint or inferred(step)
        if old == _EMPTY:
            return Refused("the step says nothing of its element that could be searched for", 0.0)
        rivals = [
            other.fingerprint
            for other in self.config.steps
            if other.fingerprint is not None and drift_key(other) != key
        ]
        reason = "the page keeps changing while it is searched"
        for _ in range(ATTEMPTS):
            await settle(session.page, session.activity, SETTLE_MS)
            try:
                seen = await search(
                    session, old, step.action, inferred=step.fingerprint is None, rivals=rivals
                )
            except ActionFailed:
                # the page went elsewhere meanwhile: look at where it went
                continue
            try:
                if seen.sighting is None or seen.verdict.decision == "refuse":
                    return Refused(seen.verdict.reason, seen.verdict.confidence)
                proven = await _proven(session, step, seen.sighting)
                if proven is not None:
                    return await self._concluded(session, step, seen, proven, key)
            finally:
                await seen.census.dispose()
        return Refused(reason, 0.0)

    async def _concluded(
        self, session: Session, step: Step, seen: Search, proven: Survey, key: str | None
    ) -> Healed | Refused:
        verdict = seen.verdict
        new = Replacement(proven.selectors, proven.fingerprint)
        applied = verdict.decision == "apply" and self.mode == "auto"
        pictures = await _pictures(session, step, new) if applied else {}
        patch = Patch(
            step_id=step.id,
            ops=operations(step, self._index(step), new),
            old=step.sought,
            new=new.selectors[0],
            strategy="fingerprint" if step.fingerprint else "selector and description",
            confidence=round(verdict.confidence, 4),
            reason=_sentence(step, new, verdict),
            evidence=_evidence(step, new, seen, key) | pictures,
            applied=applied,
        )
        if not applied:
            reason = verdict.reason if verdict.decision != "apply" else "repairs are only suggested here"
            return Refused(reason, verdict.confidence, patch)
        if key is not None:
            self._known[key] = (new, patch)
        return Healed(patch, new.selectors, new.fingerprint)

    def _index(self, step: Step) -> int:
        return next(index for index, each in enumerate(self.config.steps) if each.id == step.id)


def _recognise(step: Step, old: Fingerprint, found: Found) -> None:
    judged = identity(old, from_facts(found.facts), step.action)
    if judged.status == "other":
        raise OtherElement(
            f"{found.selector} now leads to another element: {'; '.join(judged.reasons)}.",
            remedy="Has the page changed? Run with --repair auto, or record the step again.",
            reasons=list(judged.reasons),
            sought=found.selector,
        )


async def _proven(session: Session, step: Step, sighting: Sighting) -> Survey | None:
    """The element's fingerprint and selectors, each of which leads back to it; None if it has changed."""
    try:
        locator = await sighting.locator()
        if locator is None:
            return None
        told = await survey(session, locator, _purpose(step))
    except (ActionFailed, PlaywrightError):
        # it went away between the look and the proof
        return None
    if not told.selectors or identity(sighting.fingerprint, told.fingerprint, step.action).status == "other":
        return None
    return told


def _purpose(step: Step) -> Purpose:
    match step.action:
        case "fill" | "select":
            return "fill"
        case "expect":
            return "see"
        case _:
            return "act"


async def _pictures(session: Session, step: Step, new: Replacement) -> dict[str, Any]:
    """A picture of the element that was taken, among the run's artifacts."""
    if session.options.artifacts is None:
        return {}
    found = await resolve(session, new.selectors, timeout_ms=REUSE_MS, purpose=_purpose(step))
    try:
        data = await found.locator.screenshot(timeout=SETTLE_MS, animations="disabled")
    except PlaywrightError:
        # a picture is welcome, never needed
        return {}
    return {"pictures": {"new": await session.save(f"repairs/{step.id}.png", data)}}


# -- what a patch says of itself ------------------------------------------------------------------------


def _sentence(step: Step, new: Replacement, verdict: Verdict) -> str:
    old = (step.fingerprint.name or step.fingerprint.text) if step.fingerprint else None
    now = new.fingerprint.name or new.fingerprint.text
    what = new.fingerprint.role or new.fingerprint.tag or "element"
    called = f" “{now}”" if now else ""
    renamed = f" (it was “{old}”)" if old and now and old != now else ""
    return f"{step.sought} is now the {what}{called}{renamed}: {verdict.reason}."


def _evidence(step: Step, new: Replacement, seen: Search, key: str | None) -> dict[str, Any]:
    verdict = seen.verdict
    told: dict[str, Any] = {
        "old": step.fingerprint.model_dump(mode="json", exclude_none=True) if step.fingerprint else None,
        "new": new.fingerprint.model_dump(mode="json", exclude_none=True),
        "scores": _scores(verdict.best),
        "runner_up": _runner_up(verdict.runner_up),
        "elements": seen.census.population,
        "all_seen": not seen.census.cut,
        "drift": key,
        "proven": False,
    }
    return {name: value for name, value in told.items() if value is not None}


def _scores(best: Scored | None) -> Mapping[str, Any]:
    if best is None:
        return {}
    return {name: {"level": level, "worth": round(nats, 2)} for name, (level, nats) in best.evidence.items()}


def _runner_up(scored: Scored | None) -> dict[str, Any] | None:
    if scored is None:
        return None
    return {
        "fingerprint": scored.fingerprint.model_dump(mode="json", exclude_none=True, exclude={"row_texts"}),
        "confidence": round(scored.probability, 4),
        "scores": _scores(scored),
    }

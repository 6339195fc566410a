"""Our repair as a contender: the recorded selectors under the identity check, then healing."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from benchmarks.drift.contenders import Answer, Recorded
from benchmarks.drift.stage import Purpose, Stage
from runner.contract.config import ActionKind, Fingerprint, Step, TestConfig
from runner.contract.errors import LookupFailed
from runner.page.resolve import Found, resolve
from runner.replay.recognition import recognise
from runner.replay.repair import Healed, Repairs
from runner.replay.search import search


class Ours:
    """What a replay with `--repair auto` does at one step, on a page that has come to rest."""

    name = "demo-runner"

    async def remember(self, stage: Stage, recorded: Recorded) -> Any:
        """The step as a TestConfig holds it; None when no selector was found for the element."""
        kept = recorded.survey
        if not kept.selectors:
            return None
        step = {
            "action": "fill" if recorded.target.purpose == "fill" else "click",
            "selector": kept.selectors[0],
            "candidates": list(kept.selectors[1:]),
            "fingerprint": kept.fingerprint,
        }
        return TestConfig.model_validate({"steps": [step]})

    async def find(self, stage: Stage, memory: Any) -> Answer:
        """Where the selectors lead if that is still the element; else what it is healed to."""
        config: TestConfig = memory
        step = config.steps[0]
        began = time.perf_counter()
        found = await self._found(stage, step, step.selectors, step.fingerprint)
        resolved = time.perf_counter()
        same = found is not None and await self._is_same(found, step.fingerprint, step.action)
        identity_ms, took_ms = ((time.perf_counter() - since) * 1000 for since in (resolved, began))
        if found is not None and same:
            why = f"{found.selector} still leads there"
            return Answer(
                await found.locator.element_handle(timeout=1000),
                1.0,
                why=why,
                took_ms=took_ms,
                identity_ms=identity_ms,
            )
        repairing = time.perf_counter()
        outcome = await Repairs(config).heal(stage.session, step)
        ended = time.perf_counter()
        took_ms, repair_ms = (ended - began) * 1000, (ended - repairing) * 1000
        if isinstance(outcome, Healed):
            healed = await self._resolved(stage, step, outcome.selectors, outcome.fingerprint)
            element = await healed.locator.element_handle(timeout=1000) if healed else None
            patch = outcome.patch
            return Answer(element, patch.confidence, why=patch.reason, took_ms=took_ms, repair_ms=repair_ms)
        answer = await self._considered(stage, step, f"refused: {outcome.reason}", took_ms)
        return replace(answer, repair_ms=repair_ms)

    async def _resolved(
        self, stage: Stage, step: Step, selectors: tuple[str, ...], known: Fingerprint | None
    ) -> Found | None:
        found = await self._found(stage, step, selectors, known)
        return found if found is not None and await self._is_same(found, known, step.action) else None

    async def _found(
        self, stage: Stage, step: Step, selectors: tuple[str, ...], known: Fingerprint | None
    ) -> Found | None:
        purpose: Purpose = "fill" if step.action == "fill" else "act"
        try:
            return await resolve(stage.session, selectors, timeout_ms=1, purpose=purpose, fingerprint=known)
        except LookupFailed:
            return None

    async def _is_same(self, found: Found, known: Fingerprint | None, action: ActionKind) -> bool:
        return known is None or (await recognise(known, found, action)).status != "other"

    async def _considered(self, stage: Stage, step: Step, why: str, took_ms: float) -> Answer:
        """What it refused to take, for the curve; looking again for it is not part of its time."""
        if step.fingerprint is None:
            return Answer(None, acts=False, why=why, took_ms=took_ms)
        seen = await search(stage.session, step.fingerprint, step.action, selectors=step.selectors)
        try:
            element = await seen.sighting.element() if seen.sighting else None
            return Answer(element, seen.verdict.confidence, acts=False, why=why, took_ms=took_ms)
        finally:
            await seen.census.dispose()

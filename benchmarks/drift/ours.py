"""Our repair as a contender: the recorded selectors under the identity check, then the search."""

from __future__ import annotations

from typing import Any

from benchmarks.drift.contenders import Answer, Recorded
from benchmarks.drift.stage import Stage
from runner.contract.config import ActionKind
from runner.contract.errors import LookupFailed
from runner.page.resolve import resolve
from runner.replay.identity import from_facts, identity
from runner.replay.search import search


class Ours:
    """What a replay with `--repair auto` does at a step on a page that has come to rest."""

    name = "demo-runner"

    async def remember(self, stage: Stage, recorded: Recorded) -> Any:
        """Selectors and fingerprint, as a TestConfig holds them."""
        return recorded

    async def find(self, stage: Stage, memory: Any) -> Answer:
        """Where the selectors lead if that is still the element; else what the search applies."""
        recorded: Recorded = memory
        action: ActionKind = "fill" if recorded.target.purpose == "fill" else "click"
        return await self._resolved(stage, recorded, action) or await self._searched(stage, recorded, action)

    async def _resolved(self, stage: Stage, recorded: Recorded, action: ActionKind) -> Answer | None:
        kept = recorded.survey
        if not kept.selectors:
            return None
        try:
            found = await resolve(
                stage.session,
                kept.selectors,
                timeout_ms=1,
                purpose=recorded.target.purpose,
                fingerprint=kept.fingerprint,
            )
        except LookupFailed:
            return None
        judged = identity(kept.fingerprint, from_facts(found.facts), action)
        if judged.status == "other":
            return None
        element = await found.locator.element_handle(timeout=1000)
        return Answer(element, 1.0, why=f"{found.selector} still leads there ({judged.status})")

    async def _searched(self, stage: Stage, recorded: Recorded, action: ActionKind) -> Answer:
        seen = await search(stage.session, recorded.survey.fingerprint, action)
        try:
            if seen.sighting is None:
                return Answer(None, 0.0, acts=False, why=seen.verdict.reason)
            element = await seen.sighting.element()
            applies = seen.verdict.decision == "apply"
            return Answer(element, seen.verdict.confidence, acts=applies, why=seen.verdict.reason)
        finally:
            await seen.census.dispose()

"""Heals on trial: a likely element is acted on where that can do no harm and what follows must bear it out.

What was recorded of an element is not all there is to go by: the next step needs something that is not
there yet. If it is there afterwards, the likely element was the right one; if not, the flow fails, as it
would have. A value that is entered into a likely field is borne out where the flow looks for it later, and
does not find it yet: “Order paper bags” stands in a list only if it went into the right field.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from playwright.async_api import Locator

from runner.contract.config import Step, TestConfig
from runner.contract.errors import FlowError
from runner.page.act import perform
from runner.page.session import Session
from runner.replay.harmless import objection_on_trial
from runner.replay.patching import drift_key
from runner.replay.repair import Healed, Refused, Repairs

# What a trial's witness is found by may be on trial itself, but not without end.
DEPTH: Final = 2
FIELDS: Final = 4
# What is shorter than this may be seen anywhere.
TELLING: Final = 4
NOW_MS: Final = 1
_SHOWN: Final = frozenset({"expect", "wait", "hover"})
_TRIED: Final = frozenset({"click", "hover", "fill"})


@dataclass(frozen=True, slots=True)
class Trial:
    """A step that was taken on a likely element, and the step (its id) that bears it out if it passes."""

    step: Step
    witness: str


class Trials:
    """The trials of one run. `filled_in` gives a step with the run's values."""

    def __init__(self, repairs: Repairs, config: TestConfig, filled_in: Callable[[Step], Step]) -> None:
        self._repairs = repairs
        self._config = config
        self._filled_in = filled_in
        self._pending: tuple[Trial, ...] = ()

    async def healed(
        self, session: Session, step: Step, *, unsent: bool, picked: Locator | None = None
    ) -> Healed | None:
        """The step's likely element, or the one that was `picked`, if it may be tried.

        `unsent`: values were entered and not sent yet.
        """
        if self._repairs.mode != "auto" or step.optional or step.fingerprint is None:
            return None
        entering = step.action == "fill"
        before = [trial for trial in self._pending if (trial.step.action == "fill") == entering]
        if step.action not in _TRIED or len(before) >= (FIELDS if entering else DEPTH):
            return None
        read = await self._reading(session, step) if entering else None
        if entering and read is None:
            return None
        likely = await self._repairs.heal(session, step, picked, on_trial=True)
        if isinstance(likely, Refused):
            return None
        if objection_on_trial(step, likely.fingerprint, session.page.url, unsent=unsent):
            return None
        witness = read or await self._witness(session, step)
        if witness is None:
            return None
        self._pending += (Trial(step, witness.id),)
        self._repairs.keep_on_trial(likely, witness, "agent" if picked else likely.patch.strategy)
        return likely

    async def _witness(self, session: Session, step: Step) -> Step | None:
        """The next step, if it cannot be taken yet; what is only looked at before it may be there already."""
        for later in self._config.steps[step.ordinal :]:
            if later.optional or later.action in ("goto", "ask_user_question"):
                return None
            if not await self._is_possible(session, self._filled_in(later)):
                return later
            if later.action not in _SHOWN:
                return None
        return None

    async def _reading(self, session: Session, step: Step) -> Step | None:
        """The first later step that looks for what is entered into that field, if it is not there yet."""
        own = drift_key(step)
        entered: list[str] = []
        for each in (step, *map(self._filled_in, self._config.steps[step.ordinal :])):
            said = (each.expect.contains if each.action == "expect" and each.expect else None) or ""
            if any(value in said.casefold() for value in entered) and not each.optional:
                return None if await self._holds(session, each) else each
            if each.action == "fill" and drift_key(each) == own:
                value = str(each.value or "").strip().casefold()
                entered += [value] if len(value) >= TELLING else []
        return None

    async def _is_possible(self, session: Session, step: Step) -> bool:
        if step.action == "expect":
            return await self._holds(session, step)
        if step.selectors:
            return await self._repairs.is_there(session, step)
        return step.action != "wait" or step.wait_for is None or await self._holds(session, step)

    async def _holds(self, session: Session, step: Step) -> bool:
        try:
            await perform(session, step, step.selectors, step.value, NOW_MS)
        except FlowError:
            return False
        return True

    def passed(self, step: Step) -> None:
        """Note that `step` has been taken: what it bears out is no trial any more."""
        own = next((trial for trial in self._pending if trial.step.id == step.id), None)
        if own is not None:
            # itself on trial, it bears out nothing; its witness does
            self._pending = tuple(
                replace(trial, witness=own.witness) if trial.witness == step.id else trial
                for trial in self._pending
            )
            return
        self._pending = tuple(trial for trial in self._pending if trial.witness != step.id)

    def lost(self, failure: FlowError) -> FlowError:
        """The failure of a later step, with what was tried before it; the trials are suggestions now."""
        if not self._pending:
            return failure
        for trial in self._pending:
            self._repairs.withdraw(trial.step)
        tried = ", ".join(f"step {trial.step.ordinal} ({trial.step.sought})" for trial in self._pending)
        self._pending = ()
        return type(failure)(
            f"{failure.message} Before, a likely element was tried for {tried}, and nothing bore it out.",
            remedy=failure.remedy,
            **failure.details,
        )

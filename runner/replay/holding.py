"""A replay that holds: its browser waits as it is while its user looks, picks a target, changes the file."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any, assert_never

from runner.contract.channel import Inbox
from runner.contract.config import Step
from runner.contract.errors import FlowError
from runner.contract.event import Event
from runner.contract.order import GoOn, Hold, Order, Pick
from runner.page.pick import pick
from runner.page.session import Session
from runner.replay.proof import purpose_of
from runner.replay.telling import sentence

# The next order, or the error that the run's time is over.
Next = Callable[[], Awaitable[Order]]


class Holding:
    """Before which step a replay holds, if before any, and what it does while it holds."""

    def __init__(self, inbox: Inbox, before: str | None) -> None:
        self._inbox = inbox
        self._before = before

    def wanted(self, step: Step) -> bool:
        """Whether to hold before this step: it was said so, or somebody has just asked for it."""
        return step.id == self._before or any(
            isinstance(order, Hold | Pick) for order in self._inbox.pending_orders()
        )

    async def events(self, session: Session, step: Step, following: Next) -> AsyncGenerator[Event, None]:
        """Hold before the step, until told to go on."""
        details = {"step_id": step.id, "ordinal": step.ordinal, "url": session.page.url}
        yield Event(
            type="held", message=f"Holding before step {step.ordinal}: {sentence(step)}", details=details
        )
        while True:
            match await following():
                case Pick() as wanted:
                    yield await _picked(session, wanted, step)
                case GoOn(until=until):
                    self._before = until
                    break
                case Hold():
                    continue
                case other:
                    assert_never(other)
        yield Event(type="resumed", message="Going on", details={"step_id": step.id})


async def _picked(session: Session, wanted: Pick, step: Step) -> Event:
    details: dict[str, Any] = {"step_id": wanted.step_id, "x": wanted.x, "y": wanted.y, "selectors": []}
    try:
        found = await pick(session, wanted.x, wanted.y, purpose_of(step))
    except FlowError as error:
        told = f"{error.message} {error.remedy or ''}".strip()
        return Event(type="element_picked", message=told, details=details)
    fingerprint = found.survey.fingerprint.model_dump(mode="json", exclude_none=True)
    details |= {"selectors": list(found.survey.selectors), "fingerprint": fingerprint, "box": found.box}
    return Event(type="element_picked", message=f"Picked {found.survey.selectors[0]}", details=details)

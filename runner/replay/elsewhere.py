"""A text that was asserted of a frame, and the page has that frame no more: where it stands now."""

from __future__ import annotations

from typing import Any

from runner.contract.config import Step
from runner.contract.errors import ActionFailed
from runner.contract.patch import Patch
from runner.page.assertions import frame_showing
from runner.page.describe import Survey, survey_frame
from runner.page.selector import names_frame, parse
from runner.page.session import Session
from runner.replay.patching import Replacement, drift_key, operations, removals
from runner.replay.reasons import told_of


def says_of_frame(step: Step) -> bool:
    """Whether a step asserts a text of an iframe's document."""
    asserted = step.expect.type if step.expect else None
    return asserted == "text" and step.sought is not None and names_frame(parse(step.sought))


def of_the_page(step: Step) -> Step:
    """The assertion without its frame: wherever the page shows the text."""
    return step.model_copy(
        update=dict.fromkeys(("selector", "target", "candidates", "fingerprint"))
        | {"expect": step.expect.model_copy(update={"selector": None}) if step.expect else None}
    )


async def moved_text(
    session: Session, step: Step, written: Step, index: int, *, applied: bool
) -> Patch | None:
    """The patch after which the step names the frame that shows its text now, if not the page itself does.

    `step` has its values, `written` stands at `index` of the file. None where the frame was only late, and
    where nothing names the one that shows the text.
    """
    frame = await frame_showing(session, (step.expect and step.expect.contains) or "")
    try:
        seen = await survey_frame(session, frame) if frame else None
    except ActionFailed:
        # the text was there, and has gone with its frame: of the frame nothing can be said
        return None
    if seen is not None and (not seen.selectors or step.sought in seen.selectors):
        return None
    ops = (
        operations(written, index, Replacement(seen.selectors, seen.fingerprint))
        if seen
        else removals(written, index)
    )
    return Patch(
        step_id=step.id,
        ops=ops,
        old=written.sought,
        new=seen.selectors[0] if seen else None,
        strategy="text",
        confidence=1.0,
        reason=f"{step.sought} is gone; {_place(seen)} shows the text now.",
        evidence=_evidence(step, written, seen),
        applied=applied,
    )


def _place(seen: Survey | None) -> str:
    return seen.selectors[0] if seen else "the page itself"


def _evidence(step: Step, written: Step, seen: Survey | None) -> dict[str, Any]:
    known = step.fingerprint.model_dump(mode="json", exclude_none=True) if step.fingerprint else None
    now = seen.fingerprint.model_dump(mode="json", exclude_none=True) if seen else None
    told = {"step": told_of(written), "old": known, "new": now, "drift": drift_key(step), "proven": False}
    return {name: value for name, value in told.items() if value is not None}

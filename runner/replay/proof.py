"""What a selector leads to is held against what was recorded; what is proposed is tried on the live page."""

from __future__ import annotations

from playwright.async_api import Error as PlaywrightError

from runner.contract.config import Fingerprint, Step
from runner.contract.errors import ActionFailed, FlowError, LookupFailed
from runner.page.census import Sighting
from runner.page.describe import Survey, survey
from runner.page.probe import Purpose
from runner.page.resolve import Found, resolve
from runner.page.session import Session
from runner.replay.identity import identity
from runner.replay.recognition import recognise


class OtherElement(LookupFailed):
    """A selector leads to an element that is not the recorded one; `details["reasons"]` say why."""


async def check_is_the_one(step: Step, old: Fingerprint, found: Found) -> None:
    """Raises OtherElement where what was found is not what was recorded."""
    try:
        judged = await recognise(old, found, step.action)
    except ActionFailed as gone:
        raise OtherElement(
            f"{found.selector} led to an element that went away.", remedy=gone.remedy
        ) from gone
    if judged.status == "other":
        raise OtherElement(
            f"{found.selector} now leads to another element: {'; '.join(judged.reasons)}.",
            remedy="Has the page changed? Run with --repair auto, or record the step again.",
            reasons=list(judged.reasons),
            sought=found.selector,
        )


async def failed_on_its_own(session: Session, step: Step, failure: FlowError) -> bool:
    """Whether an assertion failed on its own element, so that looking for another would be bending it."""
    if isinstance(failure, OtherElement) or not step.selectors:
        return not step.selectors
    try:
        await resolve(session, step.selectors, timeout_ms=1, purpose="see", fingerprint=step.fingerprint)
    except LookupFailed:
        return False
    return True


async def survey_again(session: Session, step: Step, sighting: Sighting) -> Survey | None:
    """The element's fingerprint and selectors, each of which leads back to it; None if it has changed."""
    try:
        locator = await sighting.locator()
        if locator is None:
            return None
        told = await survey(session, locator, purpose_of(step))
    except (ActionFailed, PlaywrightError):
        # it went away between the look and the proof
        return None
    if not told.selectors or identity(sighting.fingerprint, told.fingerprint, step.action).status == "other":
        return None
    return told


def purpose_of(step: Step) -> Purpose:
    """What the step's element must be good for."""
    match step.action:
        case "fill" | "select":
            return "fill"
        case "expect":
            return "see"
        case _:
            return "act"

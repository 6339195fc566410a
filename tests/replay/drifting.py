"""Flows for repair tests: recorded on one version of a page, replayed on another."""

from __future__ import annotations

from typing import Any

from runner.contract.config import ActionKind, Fingerprint, Step, TestConfig
from runner.contract.event import Event
from runner.page.browser import Browser
from runner.page.describe import survey
from runner.page.probe import Purpose
from runner.replay.replayer import ReplayOptions, replay
from runner.testing import CannedSite, collect


async def recorded(
    browser: Browser, site: CannedSite, css: str, action: ActionKind = "click", **more: Any
) -> Step:
    """A step on the element that `css` leads to on the site's first page, as a recording would make it."""
    purpose: Purpose = "fill" if action in ("fill", "select") else "see" if action == "expect" else "act"
    async with browser.session() as session:
        await session.page.goto(site.url)
        told = await survey(session, session.page.locator(css), purpose)
    first, *others = told.selectors
    return Step(
        id=f"{action} {css}",
        ordinal=1,
        action=action,
        selector=first,
        candidates=others or None,
        fingerprint=told.fingerprint,
        **more,
    )


def flow(site: CannedSite, *steps: Step, timeout_ms: int = 1_000, **more: Any) -> TestConfig:
    """A flow that opens the site's first page and takes `steps`."""
    opening = {"id": "open", "action": "goto", "value": site.url}
    listed = [opening, *(step.model_dump(exclude_none=True) for step in steps)]
    return TestConfig.model_validate({"steps": listed, "defaults": {"timeout_ms": timeout_ms}, **more})


async def replayed(config: TestConfig, browser: Browser, **options: Any) -> list[Event]:
    """All events of a replay."""
    return await collect(replay(config, browser, ReplayOptions(**options)))


def patches(events: list[Event]) -> list[dict[str, Any]]:
    """The patches that were proposed, in order."""
    return [event.details["patch"] for event in events if event.type == "patch_proposed"]


def bare(fingerprint: Fingerprint | None) -> Fingerprint:
    """A fingerprint that must be there."""
    assert fingerprint is not None
    return fingerprint

"""One step on one page, as tests of the actions need it."""

from __future__ import annotations

from typing import Any

from runner.contract.config import ActionKind, Step, StepValue
from runner.page.act import Performed, perform
from runner.page.session import Session
from runner.testing import CannedSite


async def show(session: Session, site: CannedSite, html: str) -> None:
    """Put the page at the site's root and open it."""
    site.pages["/"] = f"<!doctype html><meta charset=utf-8><title>t</title>{html}"
    await session.page.goto(site.url)


async def do(
    session: Session,
    action: ActionKind,
    selector: str | None = None,
    value: StepValue | None = None,
    *,
    timeout_ms: int = 8_000,
    **fields: Any,
) -> Performed:
    """Perform one step as a replay does; times are generous because the machine that tests may be busy."""
    step = Step(id="s", ordinal=1, action=action, selector=selector, value=value, **fields)
    return await perform(session, step, step.selectors, value, timeout_ms, recorded={})

"""Steps as groups of Playwright's trace: whoever opens it finds what was done under our names."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

from playwright.async_api import Error as PlaywrightError

from runner.contract.places import StepPlace
from runner.page.session import Session

TIMEOUT_S: Final = 5.0


@asynccontextmanager
async def grouped(
    session: Session, name: str, place: StepPlace | None = None, number: int | None = None
) -> AsyncIterator[None]:
    """What is done inside stands under this name in the session's trace, if it writes one."""
    if not (session.options.trace and session.options.artifacts):
        yield
        return
    tracing = session.context.tracing
    name = session.mask.text(f"{number}. {name}" if number else name)
    # a browser that is gone has no trace to put it in
    with suppress(PlaywrightError, TimeoutError):
        async with asyncio.timeout(TIMEOUT_S):
            if place is None:
                await tracing.group(name)
            else:
                await tracing.group(name, location={"file": place.file, "line": place.line})
    try:
        yield
    finally:
        with suppress(PlaywrightError, TimeoutError):
            async with asyncio.timeout(TIMEOUT_S):
                await tracing.group_end()

"""Which frame of the page an assertion is about: a recording names it, so that it is looked for there."""

from __future__ import annotations

from dataclasses import replace

from playwright.async_api import Frame

from runner.contract.errors import ActionFailed
from runner.page.assertions import frame_showing
from runner.page.describe import Survey, survey_frame
from runner.page.resolve import probe
from runner.page.session import Session
from runner.record.notebook import Notebook
from runner.record.plan import Act
from runner.record.trace import Deed


async def in_its_frame(session: Session, decision: Act, deed: Deed, notebook: Notebook) -> Deed:
    """The assertion that has just held, with the iframe that it held in.

    It stays as it is where it holds in the page itself, where its element has been described already, and
    where no selector leads to that iframe alone.
    """
    expect = decision.expect
    if decision.ref or expect is None or expect.type == "url" or len(session.page.frames) == 1:
        return deed
    if expect.selector is not None:
        seen = await _named(session, await _frame_with(session, expect.selector))
        asserted = (deed.expect or {}).get("selector")
        scoped = tuple(f"{each} >> {asserted}" for each in seen.selectors) if seen else ()
        return replace(deed, selector=scoped[0], candidates=scoped[1:]) if scoped else deed
    seen = await _named(session, await frame_showing(session, str(notebook.parameters.live(expect.contains))))
    return notebook.name(deed, seen, decision) if seen else deed


async def _frame_with(session: Session, selector: str) -> Frame | None:
    """The frame inside the page that holds the one element of a selector."""
    matches = await probe(session, selector, "see")
    frame = matches[0].frame if len(matches) == 1 else None
    return frame if frame and frame.parent_frame else None


async def _named(session: Session, frame: Frame | None) -> Survey | None:
    """What names the iframe of a frame; None where nothing does."""
    try:
        seen = await survey_frame(session, frame) if frame else None
    except ActionFailed:
        # it held, and has gone with its frame: of the frame nothing can be kept
        return None
    return seen if seen and seen.selectors else None

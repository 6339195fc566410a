"""Sentences on the widgets people meet: each page logs what was done to it, and that is what is compared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from runner.contract.config import Step
from runner.contract.errors import FlowError
from runner.page.act import act
from runner.page.browser import Browser
from runner.page.observe import locate, observe
from runner.page.resolve import Found
from runner.page.session import Session, SessionOptions
from runner.page.settle import settle
from runner.record.plan import Act, Ask, Decision, Done, GiveUp, Goal, Outcome
from runner.record.prompt import PromptPlanner
from runner.testing import CannedSite

pytestmark = pytest.mark.browser

HERE = Path(__file__).parent / "pages"
CASES = json.loads((HERE / "cases.json").read_text(encoding="utf-8"))
MOST = 60
LATEST_MS = 160


@pytest.mark.parametrize("page", sorted({case["page"] for case in CASES}))
async def test_a_sentence_does_what_it_says(page: str, browser: Browser) -> None:
    html = (HERE / f"{page}.html").read_text(encoding="utf-8")
    async with CannedSite({"/": html}) as site, browser.session(SessionOptions()) as session:
        wrong = [told async for told in _failures(page, site, session)]
    assert not wrong, "\n\n".join(wrong)


async def _failures(page: str, site: CannedSite, session: Session) -> Any:
    for case in CASES:
        if case["page"] != page:
            continue
        ended, deeds = await _served(case["sentence"], site, session)
        log = await session.page.evaluate("log")
        right = isinstance(ended, Done) and log == case.get("log")
        if "fails" in case:
            right = isinstance(ended, GiveUp) and case["fails"] in f"{ended.part} {ended.reason}" and not log
        if not right:
            yield f"{case['sentence']}\n  wanted {case.get('log')}\n  did    {log}\n  {deeds}\n  {ended}"


async def _served(sentence: str, site: CannedSite, session: Session) -> tuple[Decision, list[str]]:
    """The planner at work on the page, without the recorder around it: how it ended, and what it did."""
    goal, planner = Goal(sentence, site.url), PromptPlanner()
    deeds: list[str] = []
    await session.page.goto(site.url)
    history = [Outcome(Act("goto", value=site.url), "passed")]
    for _ in range(MOST):
        await settle(session.page, session.activity, 2_000)
        seen = await observe(session)
        decision = await planner.decide(goal, seen, history)
        if isinstance(decision, Ask) and decision.otherwise is not None:
            return decision.otherwise, deeds  # nobody is there
        if not isinstance(decision, Act):
            return decision, deeds
        deeds.append(f"{decision.action} {decision.ref} {decision.value!r}")
        history.append(await _outcome(session, decision))
    return GiveUp(sentence, "it goes round in circles"), deeds


async def _outcome(session: Session, decision: Act) -> Outcome:
    found = None
    value = decision.value
    if decision.action == "wait" and decision.tentative and isinstance(value, str):
        value = str(min(int(value), LATEST_MS))  # nothing on these pages comes later
    step = Step(id="step", ordinal=1, action=decision.action, value=value, wait_for=decision.wait_for)
    if decision.ref:
        found = Found("", 0, locate(session, decision.ref), session.page.main_frame, {}, ())
    try:
        await act(session, step, found, value, 3_000)
    except FlowError as error:
        return Outcome(decision, "failed", error=error.message)
    return Outcome(decision, "passed", changed=True)

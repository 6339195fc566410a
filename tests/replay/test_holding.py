"""A replay that holds: what is picked, what is changed meanwhile, and how it goes on."""

from __future__ import annotations

from contextlib import aclosing
from typing import Any

import pytest

from runner.contract.channel import Inbox
from runner.contract.config import TestConfig
from runner.contract.event import Event
from runner.contract.order import GoOn, Hold, Pick
from runner.page.browser import Browser
from runner.replay.replayer import ReplayOptions, replay
from runner.testing import CannedSite, collect

PAGE = """<style>body { margin: 0 } button { display: block; height: 50px }</style>
<button>Old</button><button>New</button><ul></ul>
<script>for (const each of document.querySelectorAll('button')) each.onclick = () => {
  const told = Object.assign(document.createElement('li'), {textContent: each.textContent});
  document.querySelector('ul').append(told);
}</script>"""


def flow(site: CannedSite, *names: str) -> TestConfig:
    clicks = [{"action": "click", "selector": f'control="{name}"'} for name in names]
    steps: list[dict[str, Any]] = [{"action": "goto", "value": site.url}, *clicks]
    return TestConfig.model_validate({"starting_url": site.url, "fallback": "none", "steps": steps})


def kinds(events: list[Event]) -> list[str]:
    return [event.type for event in events if event.type not in ("created", "running", "step_started")]


@pytest.mark.browser
async def test_it_holds_is_changed_and_goes_on(browser: Browser, canned_site: CannedSite) -> None:
    canned_site.pages["/"] = PAGE
    inbox, events = Inbox(), list[Event]()
    run = replay(flow(canned_site, "Gone", "Old"), browser, ReplayOptions(hold_before="step_2"), inbox)
    async with aclosing(run):
        async for event in run:
            events.append(event)
            if event.type == "held" and event.details["step_id"] == "step_2":
                inbox.order(Pick(order="pick", x=5, y=75, step_id="step_2"))
            elif event.type == "element_picked" and not event.details["selectors"]:
                inbox.order(GoOn(order="go_on", until="step_3"))
            elif event.type == "element_picked":
                inbox.revise(flow(canned_site, event.details["fingerprint"]["name"], "Old"))
                inbox.order(Pick(order="pick", x=9_000, y=9_000, step_id="step_2"))
            elif event.type == "held":
                inbox.order(GoOn(order="go_on"))
    assert kinds(events) == [
        "step_finished",
        "held",
        "element_picked",
        "element_picked",
        "resumed",
        "step_finished",
        "held",
        "resumed",
        "step_finished",
        "completed",
    ]
    assert [event.details["selector"] for event in events if event.type == "step_finished"][1:] == [
        'control="New"',
        'control="Old"',
    ]


@pytest.mark.browser
async def test_one_that_goes_on_can_be_held_and_a_step_taken_away(
    browser: Browser, canned_site: CannedSite
) -> None:
    canned_site.pages["/"] = PAGE
    inbox, events = Inbox(), list[Event]()
    run = replay(flow(canned_site, "Old", "Gone"), browser, ReplayOptions(), inbox)
    async with aclosing(run):
        async for event in run:
            events.append(event)
            if event.type == "step_finished" and event.details["step_id"] == "step_2":
                inbox.order(Hold(order="hold"))
            elif event.type == "held":
                inbox.revise(flow(canned_site, "Old"))
                inbox.order(GoOn(order="go_on"))
    assert kinds(events)[-3:] == ["held", "resumed", "completed"]


@pytest.mark.browser
async def test_a_run_that_holds_has_its_time_limit_all_the_same(
    browser: Browser, canned_site: CannedSite
) -> None:
    canned_site.pages["/"] = PAGE
    options = ReplayOptions(hold_before="step_1", timeout_ms=300)
    events = await collect(replay(flow(canned_site, "Old"), browser, options, Inbox()))
    assert kinds(events)[-2:] == ["held", "failed"]
    assert "took longer than 300 ms" in events[-1].message

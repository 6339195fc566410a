"""What is only likely is tried where it does no harm, and stands only if what follows bears it out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from runner.contract.config import ActionKind, Fingerprint, TestConfig
from runner.page.browser import Browser
from runner.replay.harmless import objection_on_trial
from runner.testing import CannedSite
from tests.replay.drifting import flow, patches, recorded, replayed

OPENER = """<button type="button" onclick="document.getElementById('panel').hidden = false">{name}</button>
<button type="button">Print</button>
<div id="panel" hidden><label>Letters <input name="letters"></label></div>"""


@pytest.fixture
async def site() -> AsyncIterator[CannedSite]:
    async with CannedSite() as served:
        yield served


def show(site: CannedSite, body: str) -> None:
    site.pages["/"] = f"<!doctype html><title>Page</title><body><h1>Reports</h1><main>{body}</main>"


async def opening(browser: Browser, site: CannedSite, **more: Any) -> TestConfig:
    """A flow that opens a panel and fills a field in it."""
    show(site, OPENER.format(name="Choose typeface"))
    first = await recorded(browser, site, "button >> nth=0", **more)
    show(site, OPENER.format(name="Choose typeface").replace(" hidden", ""))
    second = await recorded(browser, site, "input", "fill", value="Garamond")
    return flow(site, first, second)


@pytest.mark.browser
async def test_a_likely_button_is_tried_and_the_next_step_bears_it_out(
    browser: Browser, site: CannedSite
) -> None:
    config = await opening(browser, site)
    show(site, OPENER.format(name="Typeface and size"))
    events = await replayed(config, browser)
    assert events[-1].type == "completed", events[-1].message
    [patch] = patches(events)
    assert patch["evidence"]["borne_out_by"] == config.steps[2].id
    assert "was possible only after it" in patch["reason"]


@pytest.mark.browser
async def test_what_nothing_bears_out_is_a_suggestion(browser: Browser, site: CannedSite) -> None:
    config = await opening(browser, site)
    show(site, OPENER.format(name="Typeface and size").replace(".hidden = false", ".hidden = true"))
    events = await replayed(config, browser)
    assert events[-1].type == "failed"
    assert "nothing bore it out" in events[-1].message
    assert [each["applied"] for each in events[-1].details["patches"]] == [False]


@pytest.mark.browser
async def test_what_nothing_could_bear_out_is_not_tried(browser: Browser, site: CannedSite) -> None:
    config = await opening(browser, site)
    alone = config.model_copy(update={"steps": config.steps[:2]})
    show(site, OPENER.format(name="Typeface and size"))
    events = await replayed(alone, browser)
    assert events[-1].type == "failed"
    assert not [each for each in patches(events) if each["applied"]]


@pytest.mark.parametrize(
    ("action", "told", "unsent", "objects"),
    [
        ("click", {"tag": "button", "name": "Typeface"}, False, False),
        ("click", {"tag": "button", "name": "Delete typeface"}, False, True),
        ("click", {"tag": "button", "name": "Pay now"}, False, True),
        ("click", {"tag": "button", "name": "Typeface", "form": "post /typeface"}, False, True),
        ("click", {"tag": "button", "name": "Find", "form": "get /search"}, False, False),
        ("click", {"tag": "a", "name": "Typeface", "href": "//elsewhere.test/"}, False, True),
        ("click", {"tag": "a", "name": "Typeface", "href": "/typeface"}, False, False),
        ("click", {"tag": "a", "name": "Typeface", "href": "/typeface"}, True, True),
        ("hover", {"tag": "button", "name": "Delete typeface"}, False, False),
        ("fill", {"tag": "input", "label": "Typeface"}, False, True),
    ],
)
def test_what_may_be_tried(action: ActionKind, told: dict[str, Any], unsent: bool, objects: bool) -> None:
    reason = objection_on_trial(action, Fingerprint(**told), "http://site.test/settings", unsent=unsent)
    assert (reason is not None) == objects

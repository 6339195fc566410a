"""What is only likely is tried where it does no harm, and stands only if what follows bears it out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from runner.contract.config import ActionKind, Fingerprint, Step, TestConfig
from runner.page.browser import Browser
from runner.record.scripted import ScriptedPlanner, click
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


@pytest.mark.browser
@pytest.mark.parametrize(
    ("picks", "ends"),
    [("Zebra", "completed"), ("Oak", "nothing bore it out"), ("Delete", "Not repaired")],
)
async def test_what_a_planner_picks_is_tried_where_that_does_no_harm(
    browser: Browser, site: CannedSite, picks: str, ends: str
) -> None:
    config = await opening(browser, site)
    destroys = """<button onclick="fetch('/touched')">Delete</button>"""
    opener, *others = OPENER.format(name="Zebra").splitlines()
    more = "".join(f"<button>{name}</button>" for name in ("Oak", "Ash", "Elm", "Fir", "Yew", "Rowan"))
    show(site, "".join((*others, "<ul><li>Birds</li><li>", opener, more, "</li></ul>", destroys)))

    events = await replayed(config, browser, planner=lambda: ScriptedPlanner([click("button", picks)]))

    assert ends in f"{events[-1].type}: {events[-1].message}"
    assert not any(request.path == "/touched" for request in site.requests)
    if ends == "completed":
        [patch] = patches(events)
        assert patch["strategy"] == "agent"
        assert patch["evidence"]["borne_out_by"] == config.steps[2].id
        assert "the step's own words lead to it" in patch["reason"]
    else:
        assert not any(each["applied"] for each in events[-1].details.get("patches", ()))


LIST = """<form action="/" onsubmit="
    const entered = this.querySelector('[name={sent}]');
    const row = document.querySelector('ul').appendChild(document.createElement('li'));
    row.textContent = entered.value; entered.value = ''; return false">
{fields}<button>Enter it</button></form>
<ul></ul><input type="search" aria-label="Find">"""
WRITTEN = "Order paper bags"


async def entering(browser: Browser, site: CannedSite, contains: str = WRITTEN) -> TestConfig:
    """A flow that enters a line, sends it, and looks for it."""
    old = '<input name="line" placeholder="What is missing?">'
    show(site, LIST.format(sent="line", fields=old))
    line = await recorded(browser, site, "[name=line]", "fill", value=WRITTEN)
    send = await recorded(browser, site, "form button")
    seen = {"id": "seen", "action": "expect", "expect": {"type": "text", "contains": contains}}
    config = flow(site, line, send).dump()
    return TestConfig.model_validate(config | {"steps": [*config["steps"], seen]})


@pytest.mark.browser
async def test_a_value_may_be_entered_where_a_later_step_reads_it(browser: Browser, site: CannedSite) -> None:
    config = await entering(browser, site)
    renamed = '<input name="wish" placeholder="Your request">'
    show(site, LIST.format(sent="wish", fields=renamed))

    events = await replayed(config, browser)

    assert events[-1].type == "completed", events[-1].message
    [patch] = patches(events)
    assert patch["evidence"]["borne_out_by"] == "seen"
    assert "it is the only field of its kind" in patch["reason"]
    assert "held only after it" in patch["reason"]


@pytest.mark.browser
@pytest.mark.parametrize(
    ("fields", "contains", "fails_with"),
    [
        # of two of its kind neither is it for certain
        ('<input name="wish" placeholder="Your request"><input name="shelf">', WRITTEN, "Not repaired"),
        # nobody looks at what becomes of the value
        ('<input name="wish" placeholder="Your request">', "Reports", "Not repaired"),
        # it went in, and was never seen again
        ('<input type="hidden" name="kept"><input name="wish">', WRITTEN, "nothing bore it out"),
    ],
)
async def test_a_value_is_not_entered_anywhere_else(
    browser: Browser, site: CannedSite, fields: str, contains: str, fails_with: str
) -> None:
    config = await entering(browser, site, contains)
    show(site, LIST.format(sent="kept" if "kept" in fields else "wish", fields=fields))

    events = await replayed(config, browser)

    assert events[-1].type == "failed"
    assert fails_with in events[-1].message
    assert not any(each["applied"] for each in events[-1].details.get("patches", ()))


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
        ("fill", {"tag": "input", "label": "Typeface", "form": "post /fonts"}, False, False),
        ("fill", {"tag": "input", "type": "password", "form": "post /fonts"}, False, True),
        ("select", {"tag": "select", "label": "Typeface", "form": "post /fonts"}, False, True),
    ],
)
def test_what_may_be_tried(action: ActionKind, told: dict[str, Any], unsent: bool, objects: bool) -> None:
    step = Step(id="it", ordinal=1, action=action, fingerprint=Fingerprint(form="post /fonts"))
    reason = objection_on_trial(step, Fingerprint(**told), "http://site.test/settings", unsent=unsent)
    assert (reason is not None) == objects

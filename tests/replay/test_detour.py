"""A step that has drifted itself: what a planner may do to reach its element, and what it must not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from runner.contract.config import TestConfig
from runner.contract.event import Event
from runner.contract.patch import Patch
from runner.page.browser import Browser
from runner.page.observe import Node, Observation
from runner.record.plan import Act, Ask
from runner.record.prompt import MendingPlanner
from runner.record.scripted import ScriptedPlanner, click, fill
from runner.replay.harmless import Place, objection
from runner.replay.patching import apply
from runner.testing import CannedSite
from tests.replay.drifting import flow, patches, recorded, replayed

pytestmark = pytest.mark.browser

SAID = """<output></output><script>
document.addEventListener('click', (event) => {
    const button = event.target.closest('[data-is]');
    if (button) document.querySelector('output').textContent += `[${button.dataset.is}]`;
});
</script>"""
MENU = """<button type="button" aria-haspopup="menu" aria-expanded="false" onclick="
    const menu = document.getElementById('{id}'); menu.hidden = !menu.hidden;
    this.setAttribute('aria-expanded', String(!menu.hidden))">{name}</button>
<div role="menu" id="{id}" hidden>{items}</div>"""
EXPORT = '<button type="button" data-is="export">Export</button>'
DELETE = '<button type="button" data-is="delete">Delete</button>'


@pytest.fixture
async def site() -> AsyncIterator[CannedSite]:
    async with CannedSite() as served:
        yield served


def show(site: CannedSite, body: str, path: str = "/") -> None:
    site.pages[path] = f"<!doctype html><title>Page</title><body><h1>Reports</h1>{body}{SAID}"


def checked(contains: str) -> dict[str, Any]:
    return {"id": "check", "action": "expect", "expect": {"type": "text", "contains": contains}}


def with_check(config: TestConfig, contains: str) -> TestConfig:
    return TestConfig.model_validate({**config.dump(), "steps": [*config.dump()["steps"], checked(contains)]})


async def helped(config: TestConfig, browser: Browser, **options: Any) -> list[Event]:
    return await replayed(config, browser, planner=MendingPlanner, **options)


def reproduced(config: TestConfig, events: list[Event]) -> TestConfig:
    """The repaired config, which the patches alone must give, too."""
    updated = next(event for event in events if event.type == "test_config_updated").details["test_config"]
    told = [Patch.model_validate(each) for each in events[-1].details["patches"]]
    assert all(each.evidence["proven"] for each in told)
    assert apply(config, told).dump() == updated
    return TestConfig.model_validate(updated)


async def test_a_button_that_a_menu_now_hides_is_reached_through_the_menu(
    browser: Browser, site: CannedSite
) -> None:
    show(site, f"<main>{EXPORT}<button>Print</button></main>")
    step = await recorded(browser, site, "[data-is]")
    config = with_check(flow(site, step), "[export]")
    other = MENU.format(id="view", name="View", items='<button role="menuitem">Wide</button>')
    menu = MENU.format(id="more", name="More", items=EXPORT.replace("<button", '<button role="menuitem"'))
    show(site, f"<main>{other}<button>Print</button>{menu}</main>")

    events = await helped(config, browser)

    assert events[-1].type == "completed", events[-1].message
    [patch] = patches(events)
    assert patch["strategy"] == "agent"
    repaired = reproduced(config, events)
    # what was opened in vain is not kept
    assert [each.sought for each in repaired.steps][1:2] == ['control="More"']
    assert [each.ordinal for each in repaired.steps] == [1, 2, 3, 4]
    assert [each.id for each in repaired.steps if each.id in {old.id for old in config.steps}] == [
        each.id for each in config.steps
    ]
    inserted = [event for event in events if event.details.get("inserted")]
    assert [event.type for event in inserted] == ["step_started", "step_finished"]
    assert patches(await replayed(repaired, browser, repair="off")) == []


async def test_a_way_that_was_found_once_is_taken_again_without_a_planner(
    browser: Browser, site: CannedSite
) -> None:
    shuts = 'data-is="{}" onclick="this.parentElement.hidden = true">{}</button>'
    items = "".join(
        f"<button type='button' {shuts.format(name.lower(), name)}" for name in ("Export", "Merge")
    )
    show(site, f"<main><div>{items.replace('.hidden = true', '')}</div></main>")
    steps = [await recorded(browser, site, f"[data-is={name}]") for name in ("export", "merge")]
    config = with_check(flow(site, *steps, timeout_ms=700), "[export][merge]")
    show(site, f"<main>{MENU.format(id='more', name='More', items=items)}</main>")

    events = await helped(config, browser)

    assert events[-1].type == "completed", events[-1].message
    asked = {event.details["step_id"] for event in events if event.type == "decided"}
    assert asked == {steps[0].id}
    opened = [each.sought for each in reproduced(config, events).steps]
    assert opened[1:4:2] == ['control="More"', 'control="More"']


async def test_neither_repair_nor_none_asks_a_planner(browser: Browser, site: CannedSite) -> None:
    show(site, f"<main>{EXPORT}</main>")
    step = await recorded(browser, site, "[data-is]")
    show(site, f"<main>{MENU.format(id='more', name='More', items=EXPORT)}</main>")

    for fallback in ("repair", "none"):
        events = await helped(flow(site, step, fallback=fallback, timeout_ms=400), browser)
        assert events[-1].type == "failed"
        assert not [event for event in events if event.type == "decided"]


async def test_a_field_that_moved_to_a_second_page_is_reached_by_going_on(
    browser: Browser, site: CannedSite
) -> None:
    form = '<form action="/" onsubmit="return false"><label>{} <input name="{}"></label>{}</form>'
    town = form.format("Town", "town", '<button type="button" data-is="done">Finish</button>')
    show(site, form.format("Name", "name", "") + town)
    name = await recorded(browser, site, "[name=name]", "fill", value="Ada")
    step = await recorded(browser, site, "[name=town]", "fill", value="Oslo")
    finish = await recorded(browser, site, "[data-is]")
    config = with_check(flow(site, name, step, finish), "[done]")
    first = form.format("Name", "name", "<button>Continue</button>").replace("return false", "")
    show(site, first.replace('action="/"', 'action="/second"'))
    show(site, town, "/second")

    events = await helped(config, browser)

    assert events[-1].type == "completed", events[-1].message
    repaired = reproduced(config, events)
    assert [each.sought for each in repaired.steps][2] == 'control="Continue"'
    assert [each.value for each in repaired.steps if each.action == "fill"] == ["Ada", "Oslo"]


async def test_a_banner_that_covers_the_button_is_put_away_the_careful_way(
    browser: Browser, site: CannedSite
) -> None:
    show(site, f"<main>{EXPORT}</main>")
    step = await recorded(browser, site, "[data-is]")
    config = with_check(flow(site, step, timeout_ms=700), "[export]")
    banner = """<section aria-label="Cookies" style="position: fixed; inset: 0; background: #fff">
    <p>We count visits.</p><button data-is="all" onclick="this.parentElement.remove()">Accept all</button>
    <button data-is="few" onclick="this.parentElement.remove()">Only necessary</button></section>"""
    show(site, f"<main>{EXPORT}</main>{banner}")

    events = await helped(config, browser)

    assert events[-1].type == "completed", events[-1].message
    repaired = reproduced(config, events)
    assert repaired.steps[1].sought == 'control="Only necessary"'
    assert repaired.steps[1].optional
    show(site, f"<main>{EXPORT}</main>")
    assert (await replayed(repaired, browser, repair="off"))[-1].type == "completed"


async def test_a_new_required_tick_is_made_and_an_offer_is_not(browser: Browser, site: CannedSite) -> None:
    send = '<button type="button" data-is="sent"{}>Send request</button>'
    show(site, f"<form>{send.format('')}</form>")
    step = await recorded(browser, site, "[data-is]")
    config = with_check(flow(site, step, timeout_ms=700), "[sent]")
    ticks = """<label><input type="checkbox" name="news"> Send me offers</label><label><input type="checkbox"
    onchange="document.querySelector('[data-is]').disabled = !this.checked"> I agree to the terms</label>"""
    show(site, f"<form>{ticks}{send.format(' disabled')}</form>")

    events = await helped(config, browser)

    assert events[-1].type == "completed", events[-1].message
    inserted = reproduced(config, events).steps[1]
    assert (inserted.action, inserted.sought) == ("fill", 'field="I agree to the terms"')


async def test_what_cannot_be_reached_is_refused_and_only_what_opens_was_touched(
    browser: Browser, site: CannedSite
) -> None:
    show(site, f"<main>{EXPORT}</main>")
    step = await recorded(browser, site, "[data-is]")
    menu = MENU.format(id="more", name="More", items=DELETE)
    show(site, f"<main>{menu}<button data-is='saved'>Save and continue</button></main>")

    events = await helped(flow(site, step, timeout_ms=400), browser)

    assert events[-1].type == "failed"
    assert "No way to it was found" in events[-1].message
    assert events[-1].details["failure"]["kind"] == "LookupFailed"
    assert patches(events) == []
    assert [event.details["name"] for event in events if "name" in event.details] == ["More"]


async def test_whatever_a_planner_wants_nothing_is_done_that_the_flow_did_not_mean(
    browser: Browser, site: CannedSite
) -> None:
    show(site, f"<main>{EXPORT}</main>")
    step = await recorded(browser, site, "[data-is]")
    field, away = '<input aria-label="Code">', '<a href="http://127.0.0.1:9/">Elsewhere</a>'
    page = f"<main>{DELETE}<button data-is='s'>Send</button>{field}{away}</main>"
    show(site, page.replace("data-is", "onclick=\"fetch('/touched')\" data-is"))
    wishes = [
        click("button", "Delete", tentative=True),
        click("button", "Send", tentative=True),
        fill("textbox", "Code", "1234", tentative=True),
        click("link", "Elsewhere", tentative=True),
        Act("goto", value="/elsewhere", tentative=True),
        Act("press", value="Enter", tentative=True),
        # and what it takes for the step's own element is held against what was recorded
        click("button", "Send"),
        Ask("What now?"),
    ]
    config = flow(site, step, timeout_ms=300)
    for wish in wishes:
        events = await replayed(config, browser, planner=lambda wish=wish: ScriptedPlanner([wish]))
        assert events[-1].type == "failed"
        assert "No way to it was found" in events[-1].message
        assert patches(events) == []
    assert not any(request.path == "/touched" for request in site.requests)


def usable(role: str, name: str, **more: Any) -> Observation:
    return Observation("http://x/a", "", (Node("e1", role, name, **more),))


@pytest.mark.parametrize(
    ("seen", "place", "allowed"),
    [
        (usable("button", "More"), {}, True),
        (usable("button", "Continue"), {}, True),
        (usable("button", "Delete"), {}, False),
        (usable("button", "Place order"), {}, False),
        (usable("button", "Save and continue"), {}, False),
        (usable("button", "Enregistrer"), {}, False),
        (usable("button", "Reject all"), {}, False),
        (usable("button", "Reject all"), {"clearing": True}, True),
        (usable("button", "Delete all"), {"clearing": True}, False),
        (usable("tab", "Updates"), {}, True),
        (usable("link", "Details", url="/b"), {}, True),
        (usable("link", "Details", url="/b"), {"filled": True}, False),
        (usable("link", "Details", url="#b"), {"filled": True}, True),
        (usable("link", "Details", url="https://elsewhere.example/"), {}, False),
    ],
)
def test_what_may_be_clicked_on_the_way(seen: Observation, place: dict[str, bool], allowed: bool) -> None:
    assert (objection(Act("click", ref="e1"), Place(seen, **place)) is None) == allowed


def test_a_dialog_that_asks_to_destroy_something_is_not_agreed_to() -> None:
    nodes = (
        Node("e1", "alertdialog", "Delete this page?"),
        Node("e2", "button", "OK", parent=0, depth=1),
        Node("e3", "button", "Cancel", parent=0, depth=1),
    )
    place = Place(Observation("http://x/a", "", nodes), clearing=True)
    assert objection(Act("click", ref="e2"), place)
    assert objection(Act("click", ref="e3"), place) is None

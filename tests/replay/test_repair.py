"""Healing in a real browser: what is found again, what must never be touched, and what a patch says."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from runner.contract.config import Fingerprint, TestConfig
from runner.contract.patch import Patch
from runner.page.browser import Browser
from runner.page.session import Session
from runner.record.plan import Goal
from runner.record.recorder import RecordOptions, record
from runner.record.scripted import ScriptedPlanner, click, expect_text
from runner.replay.patching import apply
from runner.replay.search import Search, search
from runner.testing import CannedSite, collect
from tests.replay.drifting import flow, patches, recorded, replayed

pytestmark = pytest.mark.browser

SAID = """<script>
const all = document.querySelectorAll('button, a, [role=button]');
for (const button of all) button.addEventListener('click', (event) => {
    event.preventDefault();
    document.querySelector('output').textContent += `[${button.dataset.is}]`;
});
</script>"""
TABLE = """<h1>Books</h1><table>{rows}</table><output></output>"""
FORM = """<h1>Welcome</h1><main><form aria-label="Sign in" onsubmit="return false">
<label>Email <input name="email" type="email"></label>
<label>Password <input name="password" type="password"></label>
{button}</form></main><footer><a href="/about" data-is="about">About</a></footer><output></output>"""


@pytest.fixture
async def site() -> AsyncIterator[CannedSite]:
    async with CannedSite() as served:
        yield served


def show(site: CannedSite, body: str) -> None:
    site.pages["/"] = f"<!doctype html><title>Page</title><body>{body}{SAID}"


def row(title: str, buttons: str) -> str:
    return f"<tr><td>{title}</td><td>{buttons}</td></tr>"


def clicked(text: str) -> dict[str, object]:
    return {"id": "check", "action": "expect", "expect": {"type": "text", "contains": text}}


async def test_reworded_and_renamed_button_is_found_and_the_patch_reproduces_the_repaired_config(
    browser: Browser, site: CannedSite
) -> None:
    show(site, FORM.format(button='<button id="signin" class="b1" data-is="in">Sign in</button>'))
    step = await recorded(browser, site, "#signin")
    config = flow(site, step)
    config = TestConfig.model_validate({**config.dump(), "steps": [*config.dump()["steps"], clicked("[in]")]})
    show(site, FORM.format(button='<button id="go" class="x9" data-is="in">Log in</button>'))

    events = await replayed(config, browser)

    assert events[-1].type == "completed", events[-1].message
    assert "1 of them repaired" in events[-1].message
    [patch] = patches(events)
    assert patch["applied"] is True
    assert patch["new"] == 'control="Log in"'
    assert "Log in" in patch["reason"]
    assert patch["evidence"]["scores"]["wording"]["level"] == "synonym"
    updated = next(event for event in events if event.type == "test_config_updated")
    proven = [Patch.model_validate(each) for each in events[-1].details["patches"]]
    assert [each.evidence["proven"] for each in proven] == [True]
    assert apply(config, proven).dump() == updated.details["test_config"]
    again = TestConfig.model_validate(updated.details["test_config"])
    assert patches(await replayed(again, browser, repair="off")) == []


async def test_removed_button_is_refused_with_a_message_that_says_so(
    browser: Browser, site: CannedSite
) -> None:
    show(
        site, FORM.format(button='<button data-is="in">Sign in</button><button data-is="no">Cancel</button>')
    )
    step = await recorded(browser, site, "button >> nth=0")
    show(site, FORM.format(button='<button data-is="no">Cancel</button>'))

    events = await replayed(flow(site, step), browser)

    assert events[-1].type == "failed"
    failure = events[-1].details["failure"]
    assert failure["kind"] == "LookupFailed"
    assert failure["repair"]["decision"] == "refuse"
    assert "Not repaired" in failure["message"]
    assert patches(events) == []


async def test_the_same_button_in_another_row_is_never_pressed(browser: Browser, site: CannedSite) -> None:
    buttons = '<button data-is="edit {0}">Edit</button><button data-is="delete {0}">Delete</button>'
    titles = ["Dune", "Emma", "Ulysses"]
    show(site, TABLE.format(rows="".join(row(title, buttons.format(title)) for title in titles)))
    step = await recorded(browser, site, "tr:has-text('Emma') >> text=Delete")
    show(site, TABLE.format(rows="".join(row(title, buttons.format(title)) for title in ["Dune", "Ulysses"])))

    events = await replayed(flow(site, step), browser)

    assert events[-1].type == "failed"
    assert patches(events) == []


async def test_delete_is_not_edit(browser: Browser, site: CannedSite) -> None:
    show(site, "<h1>Task</h1><button id='a' class='c' data-is='edit'>Edit task</button><output></output>")
    step = await recorded(browser, site, "#a")
    step = step.model_copy(update={"selector": "#a", "candidates": [".c"]})
    show(site, "<h1>Task</h1><button id='a' class='c' data-is='delete'>Delete task</button><output></output>")

    for repair in ("auto", "suggest", "off"):
        events = await replayed(flow(site, step), browser, repair=repair)
        assert events[-1].type == "failed", repair
        assert "Delete task" in events[-1].message or "delete" in events[-1].message
    assert not any("[delete]" in (event.details.get("text") or "") for event in events)


async def test_a_selector_that_leads_elsewhere_is_drift_and_repaired(
    browser: Browser, site: CannedSite
) -> None:
    show(
        site,
        "<button id='main' data-is='save'>Save</button><button data-is='x'>Export</button><output></output>",
    )
    step = await recorded(browser, site, "#main")
    step = step.model_copy(update={"selector": "#main", "candidates": None})
    show(
        site,
        "<button id='main' data-is='x'>Export</button>"
        "<button id='b' data-is='save'>Save</button><output></output>",
    )

    events = await replayed(flow(site, step), browser)

    assert events[-1].type == "completed", events[-1].message
    [patch] = patches(events)
    assert patch["new"] == 'control="Save"'


async def test_two_identical_candidates_are_not_chosen_between(browser: Browser, site: CannedSite) -> None:
    show(site, "<button id='one' data-is='1'>Approve</button><output></output>")
    step = (await recorded(browser, site, "#one")).model_copy(update={"selector": "#one", "candidates": None})
    twin = "<div class='card'><button data-is='{0}'>Approve</button></div>"
    show(site, twin.format(1) + twin.format(2) + "<output></output>")

    events = await replayed(flow(site, step), browser)

    assert events[-1].type == "failed"
    assert "too much alike" in events[-1].message


async def test_the_neighbouring_field_is_not_filled(browser: Browser, site: CannedSite) -> None:
    first = "<label>First name <input id='f' name='first'></label>"
    last = "<label>Last name <input id='l' name='last'></label>"
    show(site, f"<form>{first}{last}</form><output></output>")
    step = await recorded(browser, site, "#f", "fill", value="Ada")
    show(site, f"<form>{last}</form><output></output>")

    events = await replayed(flow(site, step), browser)

    assert events[-1].type == "failed"
    assert patches(events) == []


async def test_a_corrupt_fingerprint_heals_nothing(browser: Browser, site: CannedSite) -> None:
    show(site, FORM.format(button='<button id="signin" data-is="in">Sign in</button>'))
    step = await recorded(browser, site, "#signin")
    broken = Fingerprint(
        tag="\u0000", role="🙃", name="x" * 80, box=[-9, 10**9, 0, -1], landmarks=['form "', "", '"""'],
        siblings=["", "((("], classes=[""], href="?", row="*", ordinal=7, of=3, id="#", value_kind="none",
    )  # fmt: skip
    step = step.model_copy(update={"selector": "#gone", "candidates": None, "fingerprint": broken})

    events = await replayed(flow(site, step), browser)

    assert events[-1].type == "failed"
    assert patches(events) == []


async def test_a_page_that_changes_while_it_is_scored_is_looked_at_again(
    browser: Browser, site: CannedSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "".join(f"<li>{name} <button data-is='{name}'>{{0}}</button></li>" for name in ("Ann", "Bob"))
    show(site, f"<ul>{rows.format('Edit')}</ul><output></output>")
    step = await recorded(browser, site, "li:nth-child(2) button")
    show(site, f"<ul>{rows.format('Change')}</ul><output></output>")
    looks: list[str] = []

    async def interrupted(session: Session, *told: Any, **more: Any) -> Search:
        seen = await search(session, *told, **more)
        if not looks:
            # all rows are drawn anew, and another one stands in the place of the right one
            await session.page.evaluate(
                "row => { const all = document.querySelector('ul'); all.innerHTML = row + all.innerHTML }",
                "<li>Cid <button>Change</button></li>",
            )
        looks.append(seen.verdict.decision)
        return seen

    monkeypatch.setattr("runner.replay.repair.search", interrupted)
    events = await replayed(flow(site, step), browser)

    assert events[-1].type == "completed", events[-1].message
    assert looks == ["apply", "apply"]
    [patch] = patches(events)
    assert patch["new"] == 'li:has-text("Bob") >> control="Change"'


async def test_one_heal_serves_every_later_step_on_the_same_element(
    browser: Browser, site: CannedSite
) -> None:
    show(site, FORM.format(button='<button id="signin" data-is="in">Sign in</button>'))
    step = await recorded(browser, site, "#signin")
    twice = step.model_copy(update={"id": "again"})
    show(site, FORM.format(button='<button id="go" data-is="in">Log in</button>'))

    events = await replayed(flow(site, step, twice), browser)

    assert events[-1].type == "completed"
    first, second = patches(events)
    assert first["strategy"] == "fingerprint"
    assert (second["step_id"], second["strategy"], second["new"]) == ("again", "healed before", first["new"])


async def test_suggest_mode_touches_nothing_and_proposes(browser: Browser, site: CannedSite) -> None:
    show(site, FORM.format(button='<button id="signin" data-is="in">Sign in</button>'))
    step = await recorded(browser, site, "#signin")
    show(site, FORM.format(button='<button id="go" data-is="in">Log in</button>'))

    events = await replayed(flow(site, step), browser, repair="suggest")

    assert events[-1].type == "failed"
    [patch] = patches(events)
    assert patch["applied"] is False
    assert events[-1].details["failure"]["repair"]["suggestion"] == 'control="Log in"'


async def test_fallback_none_does_nothing(browser: Browser, site: CannedSite) -> None:
    show(site, FORM.format(button='<button id="signin" data-is="in">Sign in</button>'))
    step = await recorded(browser, site, "#signin")
    show(site, FORM.format(button='<button id="go" data-is="in">Log in</button>'))

    events = await replayed(flow(site, step, fallback="none"), browser)

    assert events[-1].type == "failed"
    assert patches(events) == []


async def test_a_late_element_is_waited_for_and_not_replaced(browser: Browser, site: CannedSite) -> None:
    show(site, FORM.format(button='<button id="signin" data-is="in">Sign in</button>'))
    step = await recorded(browser, site, "#signin")
    late = """<script>setTimeout(() => document.querySelector('form').insertAdjacentHTML(
        'beforeend', '<button id=signin>Sign in</button>'), 2500)</script>"""
    show(site, FORM.format(button='<a href="#" data-is="other">Sign in help</a>') + late)

    events = await replayed(flow(site, step, timeout_ms=8_000), browser)

    assert events[-1].type == "completed", events[-1].message
    assert patches(events) == []


async def test_an_assertion_is_never_bent_to_another_text(browser: Browser, site: CannedSite) -> None:
    show(site, "<h1>Order</h1><p id='state' class='ok'>Payment confirmed</p><output></output>")
    step = await recorded(browser, site, "#state", "expect", expect={"type": "visible"})
    step = step.model_copy(update={"selector": "#state", "candidates": None})
    show(site, "<h1>Order</h1><p id='status' class='ok'>Payment failed</p><output></output>")

    events = await replayed(flow(site, step), browser)

    assert events[-1].type == "failed"
    assert patches(events) == []


async def test_an_assertion_follows_its_element(browser: Browser, site: CannedSite) -> None:
    show(site, "<h1>Order</h1><p id='state' class='ok'>Payment confirmed</p><output></output>")
    step = await recorded(browser, site, "#state", "expect", expect={"type": "visible"})
    step = step.model_copy(update={"selector": "#state", "candidates": None})
    show(site, "<h1>Order</h1><p class='s'>Payment confirmed</p><output></output>")

    events = await replayed(flow(site, step), browser)

    assert events[-1].type == "completed", events[-1].message
    [patch] = patches(events)
    assert not any("expect" in op["path"] for op in patch["ops"])


PAY = '<h1>Pay</h1><iframe title="{title}" srcdoc="<p>{inside}</p>"></iframe><p>{around}</p>'


async def framed_flow(browser: Browser, site: CannedSite) -> TestConfig:
    """An assertion about a frame, as a recording makes it, and the page as it was then."""
    show(site, PAY.format(title="Card", inside="Declined", around=""))
    step = await recorded(browser, site, "iframe", "expect", expect={"type": "text", "contains": "Declined"})
    return flow(site, step.model_copy(update={"selector": 'iframe[title="Card"]', "candidates": None}))


async def test_a_text_of_a_frame_is_found_in_another_where_that_is_gone(
    browser: Browser, site: CannedSite
) -> None:
    config = await framed_flow(browser, site)
    show(site, PAY.format(title="Till", inside="Declined", around=""))
    events = await replayed(config, browser)
    assert events[-1].type == "completed", events[-1].message
    [patch] = patches(events)
    named = 'iframe[title="Card"]', 'iframe[title="Till"]'
    assert (patch["old"], patch["new"], patch["applied"]) == (*named, True)
    again = apply(config, [Patch.model_validate(patch)])
    assert again.steps[1].expect == config.steps[1].expect
    assert (await replayed(again, browser, repair="off"))[-1].type == "completed"


async def test_a_text_that_has_left_its_frame_is_suggested_where_repairs_are(
    browser: Browser, site: CannedSite
) -> None:
    config = await framed_flow(browser, site)
    show(site, "<h1>Pay</h1><p>Declined</p>")
    events = await replayed(config, browser, repair="suggest")
    assert events[-1].type == "failed"
    [patch] = patches(events)
    assert (patch["new"], patch["applied"]) == (None, False)
    step = apply(config, [Patch.model_validate(patch)]).steps[1]
    assert (step.selectors, step.fingerprint, step.expect) == ((), None, config.steps[1].expect)


async def test_a_text_of_a_frame_that_is_there_is_not_looked_for_elsewhere(
    browser: Browser, site: CannedSite
) -> None:
    config = await framed_flow(browser, site)
    show(site, PAY.format(title="Card", inside="Paid", around="Declined"))
    events = await replayed(config, browser)
    assert (events[-1].type, patches(events)) == ("failed", [])
    assert "'Paid'" in events[-1].details["failure"]["remedy"]


async def test_a_step_without_fingerprint_is_repaired_from_its_own_words(
    browser: Browser, site: CannedSite
) -> None:
    show(site, FORM.format(button='<button id="go" data-is="in">Log in</button>'))
    config = TestConfig.model_validate({"defaults": {"timeout_ms": 800}, "steps": [
        {"action": "goto", "value": site.url},
        {"action": "click", "selector": 'button:has-text("Sign in")', "description": "Sign in"},
    ]})  # fmt: skip

    events = await replayed(config, browser)

    assert events[-1].type == "completed", events[-1].message
    [patch] = patches(events)
    assert patch["strategy"] == "selector and description"


async def test_a_page_that_changes_while_it_is_scored_is_not_acted_on_blindly(
    browser: Browser, site: CannedSite
) -> None:
    show(site, FORM.format(button='<button id="signin" data-is="in">Sign in</button>'))
    step = await recorded(browser, site, "#signin")
    restless = """<script>setInterval(() => {
        const button = document.createElement('button');
        button.textContent = ['Log in', 'Delete account'][Date.now() % 2];
        document.querySelector('form button').replaceWith(button);
    }, 5)</script>"""
    show(site, FORM.format(button="<button>Log in</button>") + restless)

    events = await replayed(flow(site, step), browser)

    assert events[-1].type in ("completed", "failed")
    for patch in patches(events):
        assert "Delete" not in patch["new"]


async def test_parameters_stay_parameters_in_a_patch(browser: Browser, site: CannedSite) -> None:
    buttons = '<button class="{1}" data-is="open {0}">{2}</button>'
    show(site, TABLE.format(rows="".join(row(t, buttons.format(t, "a", "Remove")) for t in ["Dune", "Emma"])))
    step = await recorded(browser, site, "tr:has-text('Emma') >> text=Remove")
    step = step.model_copy(
        update={"selector": 'role=row[name*="{{TITLE}}"] >> control="Remove"', "candidates": None}
    )
    show(site, TABLE.format(rows="".join(row(t, buttons.format(t, "b", "Delete")) for t in ["Dune", "Emma"])))

    events = await replayed(
        flow(site, step, parameters=[{"name": "TITLE", "value": "Emma"}]), browser, parameters={}
    )

    assert events[-1].type == "completed", events[-1].message
    [patch] = patches(events)
    assert "{{TITLE}}" in patch["new"]
    assert "Emma" not in patch["new"]


async def test_a_patch_shows_the_element_as_it_was_recorded_and_as_it_is(
    browser: Browser, site: CannedSite, tmp_path: Path
) -> None:
    show(site, FORM.format(button='<button id="signin" data-is="in">Sign in</button>'))
    planner = ScriptedPlanner([click("button", "Sign in"), expect_text("[in]")])
    options = RecordOptions(artifacts=tmp_path / "recorded")
    events = await collect(record(Goal("Sign in", site.url), planner, browser, options))
    config = next(event for event in events if event.type == "distilled").details["test_config"]
    assert not any("elements/" in event.message for event in events if event.type == "artifact_saved")
    show(site, FORM.format(button='<button id="go" data-is="in">Log in</button>'))

    events = await replayed(
        TestConfig.model_validate(config),
        browser,
        artifacts=tmp_path / "replayed",
        source=tmp_path / "recorded" / "test_config.json",
    )

    assert events[-1].type == "completed", events[-1].message
    pictures = patches(events)[0]["evidence"]["pictures"]
    old, new = (Path(pictures[name]).read_bytes() for name in ("old", "new"))
    assert old.startswith(b"\xff\xd8")
    assert new.startswith(b"\xff\xd8")
    assert old != new


async def test_without_fingerprints_the_flows_other_steps_keep_their_elements(
    browser: Browser, site: CannedSite
) -> None:
    show(site, FORM.format(button='<button data-is="in">Log in</button>'))
    config = TestConfig.model_validate({"defaults": {"timeout_ms": 600}, "steps": [
        {"action": "goto", "value": site.url},
        {"action": "fill", "selector": 'field="Email"', "value": "ada@x.org"},
        {"action": "fill", "selector": 'field="Email or phone"', "value": "1234"},
    ]})  # fmt: skip

    events = await replayed(config, browser)

    assert events[-1].type == "failed"
    assert events[-1].details["failure"]["ordinal"] == 3
    assert patches(events) == []

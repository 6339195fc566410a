"""The recorder, driven by a script, on real pages in a real browser."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest

from runner.contract.channel import Inbox
from runner.contract.config import Expect, TestConfig
from runner.contract.event import TERMINAL, Event
from runner.page.browser import Browser
from runner.page.observe import Observation
from runner.record.plan import Act, Ask, Decision, GiveUp, Goal
from runner.record.recorder import RecordOptions, record
from runner.record.scripted import Line, ScriptedPlanner, ask, click, expect_text, fill, on
from runner.record.trace import Trace, from_json
from runner.testing import Answer, CannedSite, Page, Request, collect

pytestmark = pytest.mark.browser

SHOP = """
<title>Shop</title><nav aria-label="Main"><button id=menu aria-expanded=false>Menu</button>
<div id=items hidden><a href="/basket">Basket</a></div></nav>
<h1>Books</h1>
<table><tr><td>Dune</td><td>12</td><td><button>Delete</button></td></tr>
<tr><td>Emma</td><td>9</td><td><button>Delete</button></td></tr></table>
<p id=said role=status></p>
<script>
menu.onclick = () => { items.hidden = !items.hidden; menu.ariaExpanded = String(!items.hidden) };
for (const button of document.querySelectorAll('table button')) button.onclick = () => {
  said.textContent = 'Deleted ' + button.closest('tr').cells[0].textContent; button.closest('tr').remove() };
</script>
"""
SIGN_IN = """
<title>Sign in</title><h1>Sign in</h1>
<form action="/welcome" method="post">
<label>Email <input name=email type=email></label>
<label>Password <input name=password type=password></label>
<label><input type=checkbox name=keep> Keep me signed in</label>
<button>Sign in</button></form>
"""


def welcome(request: Request) -> Answer:
    form = request.form
    return Answer(
        f"<title>Hi</title><h1>Welcome</h1><p>You typed {form['password'][0]} as {form['email'][0]}</p>"
    )


@pytest.fixture
async def site() -> AsyncIterator[CannedSite]:
    pages: dict[str, Page] = {
        "/": SHOP,
        "/sign-in": SIGN_IN,
        "/welcome": welcome,
        "/basket": "<title>Basket</title><h1>Your basket</h1><p>It is empty.</p>",
        "/frame": '<h1>Pay</h1><iframe title="Card" src="/card"></iframe>',
        "/card": "<label>Number <input name=number></label><button>Pay</button>",
        "/broken": Answer("<h1>Oops</h1>", status=500),
    }
    async with CannedSite(pages) as served:
        yield served


async def run(
    browser: Browser,
    goal: Goal,
    script: Sequence[Line],
    options: RecordOptions | None = None,
    inbox: Inbox | None = None,
) -> list[Event]:
    events = await collect(record(goal, ScriptedPlanner(script), browser, options, inbox))
    assert [event.type for event in events[:2]] == ["created", "running"]
    assert [event.type in TERMINAL for event in events] == [False] * (len(events) - 1) + [True]
    return events


def config_of(events: list[Event]) -> TestConfig:
    assert events[-1].type == "completed", events[-1].details
    (distilled,) = [event for event in events if event.type == "distilled"]
    return TestConfig.model_validate(distilled.details["test_config"])


def failure_of(events: list[Event]) -> dict[str, Any]:
    assert events[-1].type == "failed"
    failure = events[-1].details["failure"]
    assert isinstance(failure, dict)
    return failure


def trace_of(events: list[Event]) -> Trace:
    return Trace(tuple(from_json(event.details["entry"]) for event in events if "entry" in event.details))


async def test_a_flow_becomes_a_config(browser: Browser, site: CannedSite) -> None:
    goal = Goal("Sign in as ada@x.org with password tea-time", site.url + "sign-in")
    events = await run(
        browser,
        goal,
        [
            fill("textbox", "Email", "ada@x.org"),
            fill("textbox", "Password", "tea-time"),
            fill("checkbox", "Keep me signed in", True),
            click("button", "Sign in", description="Press the sign-in button"),
            expect_text("Welcome"),
        ],
    )
    config = config_of(events)
    assert [(step.id, step.selector) for step in config.steps] == [
        ("step_1_goto_sign_in", None),
        ("step_2_fill_email", 'field="Email"'),
        ("step_3_fill_password", 'field="Password"'),
        ("step_4_fill_keep_me_signed_in", 'field="Keep me signed in"'),
        ("step_5_click_sign_in", 'control="Sign in"'),
        ("step_6_expect_welcome", None),
    ]
    assert [step.value for step in config.steps[:4]] == [goal.start_url, "ada@x.org", "{{PASSWORD}}", True]
    assert config.steps[4].description == "Press the sign-in button"
    assert all(step.fingerprint and step.candidates for step in config.steps[1:5])
    assert events[-1].details["summary"]["assertions"] == {"total": 1}


async def test_a_password_in_the_prompt_is_a_parameter_and_a_limitation(
    browser: Browser, site: CannedSite
) -> None:
    goal = Goal("Sign in with password tea-time", site.url + "sign-in")
    events = await run(browser, goal, [fill("textbox", "Password", "tea-time"), click("button", "Sign in")])
    config = config_of(events)
    assert [(each.name, each.value, each.secret) for each in config.parameters] == [
        ("PASSWORD", "tea-time", False)
    ]
    assert config.prompt == goal.prompt
    assert events[-1].details["summary"]["limitations"]
    steps = [event for event in events if event.type in ("step_started", "step_finished", "observed")]
    assert "tea-time" not in json.dumps([event.model_dump() for event in steps])


async def test_a_secret_is_seen_nowhere(browser: Browser, site: CannedSite, tmp_path: Path) -> None:
    goal = Goal(
        "Sign in", site.url + "sign-in", {"USER": "ada@x.org", "KEY": "s3cr3t-v4lue"}, frozenset({"KEY"})
    )
    events = await run(
        browser,
        goal,
        [
            fill("textbox", "Email", "{{USER}}"),
            fill("textbox", "Password", "s3cr3t-v4lue", intent="type s3cr3t-v4lue"),
            click("button", "Sign in"),
            expect_text("You typed s3cr3t-v4lue as ada@x.org"),
        ],
        RecordOptions(artifacts=tmp_path),
    )
    config = config_of(events)
    assert [step.value for step in config.steps[1:3]] == ["{{USER}}", "{{KEY}}"]
    assert config.steps[-1].expect == Expect(type="text", contains="You typed {{KEY}} as {{USER}}")
    assert config.steps[-1].parameter_refs == ["KEY", "USER"]
    assert [(each.name, each.value) for each in config.parameters] == [("USER", "ada@x.org"), ("KEY", None)]
    assert "s3cr3t-v4lue" not in json.dumps([event.model_dump() for event in events])
    assert site.requests[-1].form["password"] == ["s3cr3t-v4lue"]
    written = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert not any(b"s3cr3t-v4lue" in each for each in written)


async def test_an_action_in_a_row_is_scoped_by_the_row(browser: Browser, site: CannedSite) -> None:
    events = await run(browser, Goal("Delete Emma", site.url), [click("button", "Delete", nth=1)])
    config = config_of(events)
    step = config.steps[1]
    assert step.selector == 'role=row[name*="Emma"] >> control="Delete"'
    assert step.fingerprint is not None
    assert step.fingerprint.row == "Emma"
    assert (step.fingerprint.ordinal, step.fingerprint.of) == (2, 2)


async def test_a_flow_that_asserts_nothing_gets_an_assertion_that_was_tried(
    browser: Browser, site: CannedSite
) -> None:
    config = config_of(await run(browser, Goal("Delete Emma", site.url), [click("button", "Delete", nth=1)]))
    assert config.steps[-1].expect == Expect(type="text", contains="Deleted Emma")


async def test_where_no_text_is_new_the_state_that_changed_is_asserted(
    browser: Browser, site: CannedSite
) -> None:
    site.pages["/ticks"] = "<title>Ticks</title><h1>List</h1><label><input type=checkbox> Milk</label>"
    goal = Goal("Tick Milk", site.url + "ticks")
    config = config_of(await run(browser, goal, [fill("checkbox", "Milk", "true")]))
    selector = 'role=checkbox[name="Milk"][checked=true]'
    assert config.steps[-1].expect == Expect(type="visible", selector=selector)


async def test_a_menu_opened_for_a_link_stays_and_what_was_tried_in_vain_goes(
    browser: Browser, site: CannedSite
) -> None:
    script = [
        click("button", "Menu", tentative=True),
        click("button", "Menu", tentative=True),
        click("button", "Menu", tentative=True),
        click("link", "Basket"),
        expect_text("Your basket"),
    ]
    events = await run(browser, Goal("Open the basket", site.url), script)
    assert [step.id for step in config_of(events).steps] == [
        "step_1_goto",
        "step_2_click_menu",
        "step_3_click_basket",
        "step_4_expect_your_basket",
    ]
    assert len(trace_of(events).deeds) == 6


async def test_an_element_in_a_frame(browser: Browser, site: CannedSite) -> None:
    script = [fill("textbox", "Number", "4111"), click("button", "Pay")]
    config = config_of(await run(browser, Goal("Pay", site.url + "frame"), script))
    assert [step.selector for step in config.steps[1:3]] == ['field="Number"', 'control="Pay"']
    assert 'iframe[title="Card"] >> control="Pay"' in (config.steps[2].candidates or [])
    assert config.steps[2].fingerprint is not None
    assert config.steps[2].fingerprint.frame == "card"


async def test_what_is_asserted_in_a_frame_names_the_frame(browser: Browser, site: CannedSite) -> None:
    site.pages["/card"] = (
        "<p>Card payment</p><label><input type=checkbox> Keep it</label>"
        "<button onclick='document.querySelector(`input`).checked = true'>Pay</button>"
    )
    script = [expect_text("Card payment"), expect_text("Pay"), click("button", "Pay")]
    config = config_of(await run(browser, Goal("Pay", site.url + "frame"), script))
    text, page, _, state = config.steps[1:]
    assert (text.selector, text.fingerprint and text.fingerprint.tag) == ('iframe[title="Card"]', "iframe")
    assert text.candidates == ['iframe[src*="/card"]', "iframe"]
    assert page.selector is None  # the page itself says so, too
    assert state.selector == 'iframe[title="Card"] >> role=checkbox[name="Keep it"][checked=true]'


async def test_a_failed_action_is_told_and_the_planner_goes_on(browser: Browser, site: CannedSite) -> None:
    planner = ScriptedPlanner([expect_text("Nothing like it", timeout_ms=100), click("button", "Delete")])
    events = await collect(record(Goal("Delete Dune", site.url), planner, browser))
    finished = [event.details["status"] for event in events if event.type == "step_finished"]
    assert finished == ["passed", "failed", "passed", "passed"]
    assert planner.history[1].status == "failed"
    assert planner.history[1].error
    assert [step.action for step in config_of(events).steps] == ["goto", "click", "expect"]


async def test_what_an_action_changed_is_told_to_the_planner(browser: Browser, site: CannedSite) -> None:
    planner = ScriptedPlanner([click("heading", "Books"), click("button", "Menu"), click("link", "Basket")])
    await collect(record(Goal("Open the basket", site.url), planner, browser))
    assert [(outcome.changed, outcome.navigated) for outcome in planner.history[1:4]] == [
        (False, False),
        (True, False),
        (True, True),
    ]


async def test_what_cannot_be_done_ends_the_run_with_what_was_seen(
    browser: Browser, site: CannedSite
) -> None:
    script = [GiveUp("press the red button", "there is no such button", ("button Menu",), "Say Menu.")]
    failure = failure_of(await run(browser, Goal("Press the red button", site.url), script))
    assert failure["category"] == "flow"
    assert failure["exit_code"] == 1
    assert failure["part"] == "press the red button"
    assert failure["saw"] == ["button Menu"]
    assert failure["remedy"] == "Say Menu."
    assert failure["url"] == site.url


async def test_a_failure_keeps_evidence_and_the_trace(
    browser: Browser, site: CannedSite, tmp_path: Path
) -> None:
    script = [click("button", "Menu"), click("button", "Nowhere")]
    events = await run(browser, Goal("x", site.url), script, RecordOptions(artifacts=tmp_path))
    failure = failure_of(events)
    assert Path(failure["screenshot"]).read_bytes().startswith(b"\x89PNG")
    assert 'heading "Books"' in Path(failure["aria_snapshot"]).read_text()
    assert [deed.action for deed in trace_of(events).deeds] == ["goto", "click"]


@pytest.mark.parametrize(("path", "status"), [("broken", 500), ("missing", 404)])
async def test_a_start_page_that_answers_with_an_error_is_no_start(
    browser: Browser, site: CannedSite, path: str, status: int
) -> None:
    """A replay would refuse to start there, so nothing is recorded that could never be replayed."""
    failure = failure_of(await run(browser, Goal("x", site.url + path), []))
    assert (failure["kind"], failure["exit_code"]) == ("NavigationFailed", 1)
    assert str(status) in failure["message"]


async def test_a_start_page_nobody_serves(browser: Browser, site: CannedSite) -> None:
    url = site.url.replace(str(site.port), "9")
    failure = failure_of(await run(browser, Goal("x", url), []))
    assert failure["category"] == "flow"
    assert failure["step_id"] == "step_1_goto"


async def test_an_address_that_is_none(browser: Browser) -> None:
    failure = failure_of(await run(browser, Goal("x", "example.org"), []))
    assert (failure["category"], failure["exit_code"]) == ("usage", 2)


async def test_an_answer_becomes_a_parameter(browser: Browser, site: CannedSite) -> None:
    inbox = Inbox()
    inbox.send("ignore the first")
    planner = ScriptedPlanner([ask("Which email?", "EMAIL"), _fill_with_answer])

    async def answering() -> list[Event]:
        events = []
        async with aclosing(
            record(Goal("Fill it in", site.url + "sign-in"), planner, browser, inbox=inbox)
        ) as told:
            async for event in told:
                events.append(event)
                if event.type == "question_asked":
                    inbox.send("ada@x.org")
        return events

    events = await answering()
    config = config_of(events)
    assert planner.heard == ["ignore the first"]
    assert config.steps[1].value == "{{EMAIL}}"
    assert [(each.name, each.value, each.description) for each in config.parameters] == [
        ("EMAIL", "ada@x.org", "Which email?")
    ]
    assert [event.message for event in events if event.type == "user_message"] == [
        "ignore the first",
        "ada@x.org",
    ]


def _fill_with_answer(view: Observation) -> Decision:
    line = fill("textbox", "Email", "ada@x.org")
    assert callable(line)
    return line(view)


async def test_a_question_that_is_a_step(browser: Browser, site: CannedSite) -> None:
    inbox = Inbox()
    script = [Act("ask_user_question", value="What code did you get?"), fill("textbox", "Email", "ab-12")]
    planner = ScriptedPlanner(script)
    inbox_goal = Goal("Ask me for the code", site.url + "sign-in")
    events = []
    async with aclosing(record(inbox_goal, planner, browser, inbox=inbox)) as told:
        async for event in told:
            events.append(event)
            if event.type == "question_asked":
                inbox.send("ab-12")
    config = config_of(events)
    asked = config.steps[1]
    assert (asked.action, asked.value, asked.target) == (
        "ask_user_question",
        "What code did you get?",
        {"parameter": "ANSWER"},
    )
    assert config.steps[2].value == "{{ANSWER}}"


async def test_a_question_nobody_is_there_to_answer(browser: Browser, site: CannedSite) -> None:
    failure = failure_of(await run(browser, Goal("x", site.url), [Ask("Which account?", "ACCOUNT")]))
    assert failure["kind"] == "UnansweredQuestion"
    assert "Which account?" in failure["message"]
    assert "--param ACCOUNT=" in failure["remedy"]


async def test_a_planner_that_never_ends_is_ended(browser: Browser, site: CannedSite) -> None:
    script = [click("button", "Menu")] * 9
    failure = failure_of(await run(browser, Goal("x", site.url), script, RecordOptions(max_actions=3)))
    assert "3 actions" in failure["message"]


async def test_a_run_that_takes_too_long_is_ended(browser: Browser, site: CannedSite) -> None:
    async def forever(_: Request) -> str:
        await asyncio.Event().wait()
        return ""

    site.pages["/slow"] = forever
    failure = failure_of(await run(browser, Goal("x", site.url + "slow"), [], RecordOptions(timeout_ms=300)))
    assert "300 ms" in failure["message"]


async def test_stopping_early_closes_the_context(browser: Browser, site: CannedSite) -> None:
    contexts = len(browser._browser.contexts)
    async with aclosing(
        record(Goal("x", site.url), ScriptedPlanner([click("button", "Menu")]), browser)
    ) as told:
        async for event in told:
            if event.type == "observed":
                break
    assert len(browser._browser.contexts) == contexts


async def test_a_parameter_inside_a_selector_is_named(browser: Browser, site: CannedSite) -> None:
    goal = Goal("Delete {{BOOK}}", site.url, {"BOOK": "Emma"})
    config = config_of(await run(browser, goal, [click("button", "Delete", nth=1)]))
    assert config.steps[1].selector == 'role=row[name*="{{BOOK}}"] >> control="Delete"'
    assert config.steps[1].parameter_refs == ["BOOK"]
    assert config.steps[2].expect == Expect(type="text", contains="Deleted {{BOOK}}")


async def test_the_element_is_named_before_the_action_changes_it(browser: Browser, site: CannedSite) -> None:
    site.pages["/toggle"] = (
        "<h1>T</h1><button onclick=\"textContent = textContent == 'Start' ? 'Stop' : 'Start'\">Start</button>"
    )
    config = config_of(await run(browser, Goal("Start it", site.url + "toggle"), [click("button", "Start")]))
    assert config.steps[1].selector == 'control="Start"'
    assert config.steps[2].expect == Expect(type="text", contains="Stop")


async def test_the_trace_distils_to_the_same_config_again(browser: Browser, site: CannedSite) -> None:
    from runner.record.distil import distil

    goal = Goal("Delete Emma", site.url)
    events = await run(browser, goal, [click("button", "Delete", nth=1)])
    assert distil(trace_of(events), prompt=goal.prompt, starting_url=goal.start_url) == config_of(events)


async def test_a_visible_element_can_be_asserted(browser: Browser, site: CannedSite) -> None:
    line = on("expect", "heading", "Books", expect=Expect(type="visible"))
    config = config_of(await run(browser, Goal("See the heading", site.url), [line]))
    assert config.steps[1].expect == Expect(type="visible")
    assert config.steps[1].selector is not None


async def test_an_alert_at_the_end_is_told(browser: Browser, site: CannedSite) -> None:
    site.pages["/wrong"] = (
        "<h1>Sign in</h1><button onclick=\"said.textContent = 'Wrong password.'\">Go</button>"
        "<p role=alert id=said></p>"
    )
    events = await run(browser, Goal("Go", site.url + "wrong"), [click("button", "Go")])
    assert events[-1].details["summary"]["issues"] == [
        "At the end the page shows an alert: “Wrong password.”"
    ]
    assert not any(event.type == "page_closed" for event in events)

"""What was recorded is replayed in a fresh context, and does the same again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import pytest

from runner.contract.config import Expect, TestConfig
from runner.page.browser import Browser
from runner.record.plan import Act, Goal
from runner.record.recorder import record
from runner.record.scripted import Line, ScriptedPlanner, click, expect_text, fill, on
from runner.replay.replayer import ReplayOptions, replay
from runner.testing import CannedSite, Page, Request, collect

pytestmark = pytest.mark.browser

ORDER = """
<title>Order</title><h1>Order</h1>
<form action="/done" method="post">
<label>Name <input name=name></label>
<label>Password <input type=password name=password></label>
<label>Plan <select name=plan><option>Basic<option>Pro</select></label>
<fieldset><legend>Size</legend><label><input type=radio name=size value=s> Small</label>
<label><input type=radio name=size value=l> Large</label></fieldset>
<label><input type=checkbox name=gift> A gift</label>
<button>Order now</button></form>
"""
LIST = """
<title>Tasks</title><h1>Tasks</h1><label>New task <input id=new></label>
<ul id=list><li><span>Milk</span> <button>Done</button></li>
<li><span>Bread</span> <button>Done</button></li></ul>
<p role=status id=said></p>
<script>
document.getElementById('new').addEventListener('keydown', (event) => { if (event.key !== 'Enter') return;
  const row = document.createElement('li'); row.innerHTML = '<span></span> <button>Done</button>';
  row.firstChild.textContent = event.target.value; list.append(row); event.target.value = '' });
list.addEventListener('click', (event) => { if (event.target.tagName !== 'BUTTON') return;
  said.textContent = event.target.parentElement.firstElementChild.textContent + ' is done';
  event.target.parentElement.remove() });
</script>
"""
HOVER = """
<title>Menu</title><style>#sub { display: none } #top:hover #sub { display: block }</style>
<div id=top><button>Products</button><div id=sub><a href="/books">Books</a></div></div>
"""


def done(request: Request) -> str:
    told = ", ".join(f"{name}={value[0]}" for name, value in sorted(request.form.items()))
    return f"<title>Done</title><h1>Thank you</h1><p>{told}</p>"


@pytest.fixture
async def site() -> AsyncIterator[CannedSite]:
    pages: dict[str, Page] = {
        "/order": ORDER,
        "/done": done,
        "/list": LIST,
        "/menu": HOVER,
        "/books": "<title>Books</title><h1>All books</h1>",
        "/frames": '<h1>Pay</h1><button>Pay</button><iframe title="Card" src="/card"></iframe>',
        "/card": "<label>Number <input name=n></label><button onclick=\"textContent = 'Paid'\">Pay</button>",
    }
    async with CannedSite(pages) as served:
        yield served


FLOWS: dict[str, tuple[str, Sequence[Line]]] = {
    "a form": (
        "order",
        [
            fill("textbox", "Name", "Ada"),
            fill("textbox", "Password", "tea-time"),
            on("select", "combobox", "Plan", "Pro"),
            fill("radio", "Large", True),
            fill("checkbox", "A gift", True),
            click("button", "Order now"),
            expect_text("Thank you"),
        ],
    ),
    "a row of a list that grows": (
        "list",
        [
            fill("textbox", "New task", "Call Bob"),
            on("press", "textbox", "New task", "Enter"),
            click("button", "Done", nth=2),
        ],
    ),
    "one of two alike": ("list", [click("button", "Done", nth=1)]),
    "a menu that opens under the pointer": (
        "menu",
        [
            on("hover", "button", "Products"),
            click("link", "Books"),
            Act("expect", expect=Expect(type="url", contains="/books")),
        ],
    ),
    "a frame that repeats the page": (
        "frames",
        [fill("textbox", "Number", "4111"), click("button", "Pay", nth=1), expect_text("Paid")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FLOWS)
async def test_a_recording_replays(browser: Browser, site: CannedSite, name: str) -> None:
    path, script = FLOWS[name]
    goal = Goal(f"Try {name} with the password tea-time", site.url + path)
    config = await recorded(browser, goal, script)
    before = posted(site)
    ending = (await collect(replay(config, browser, ReplayOptions())))[-1]
    assert ending.type == "completed", ending.details
    assert posted(site) == before * 2


async def test_a_recording_replays_with_other_values(browser: Browser, site: CannedSite) -> None:
    goal = Goal("Finish {{TASK}}", site.url + "list", {"TASK": "Bread"})
    config = await recorded(browser, goal, [click("button", "Done", nth=1)])
    options = ReplayOptions(parameters={"TASK": "Milk"})
    ending = (await collect(replay(config, browser, options)))[-1]
    assert ending.type == "completed", ending.details


async def test_a_replay_fails_when_the_effect_is_prevented(browser: Browser, site: CannedSite) -> None:
    config = await recorded(
        browser, Goal("Finish Bread", site.url + "list"), [click("button", "Done", nth=1)]
    )
    site.pages["/list"] = LIST.replace("said.textContent =", "void ")
    quick = config.model_copy(update={"defaults": config.defaults.model_copy(update={"timeout_ms": 1_000})})
    ending = (await collect(replay(quick, browser, ReplayOptions())))[-1]
    assert ending.type == "failed"
    assert "Bread is done" in ending.message


async def recorded(browser: Browser, goal: Goal, script: Sequence[Line]) -> TestConfig:
    events = await collect(record(goal, ScriptedPlanner(script), browser))
    assert events[-1].type == "completed", events[-1].details
    (distilled,) = [event for event in events if event.type == "distilled"]
    assert all(event.details["status"] == "passed" for event in events if event.type == "step_finished")
    return TestConfig.model_validate(distilled.details["test_config"])


def posted(site: CannedSite) -> list[bytes]:
    return [request.body for request in site.requests if request.method == "POST"]

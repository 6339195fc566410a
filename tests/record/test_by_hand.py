"""Recordings by hand: a second client plays the person, with the mouse and the keys."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing

import pytest
from playwright.async_api import Page

from runner.contract.channel import Inbox
from runner.contract.config import TestConfig
from runner.contract.event import Event
from runner.page.browser import Browser
from runner.record.by_hand import record_by_hand
from runner.record.plan import Goal
from runner.record.recorder import RecordOptions
from runner.replay.replayer import ReplayOptions, replay
from runner.testing import CannedSite, collect

pytestmark = pytest.mark.browser

START = """<title>Start</title><h1>Sign in</h1><form action=/home>
<label>Name <input name=name></label><label>Password <input type=password name=pass></label>
<label><input type=checkbox name=keep> Stay</label>
<label>Team <select name=team><option>Red<option>Blue</select></label><button>Sign in</button></form>"""
HOME = """<title>Home</title><h1>Welcome</h1><iframe src=/frame title=Chat></iframe><div id=host></div>
<a href=/new target=_blank>Open report</a><script>
host.attachShadow({mode: 'open'}).innerHTML = '<button>Like</button><p></p>';
const like = host.shadowRoot.querySelector('button');
like.onclick = () => { like.nextSibling.textContent = 'Liked' };
</script>"""
FRAME = """<label>Message <input id=text></label>
<button onclick="said.textContent = 'Sent ' + text.value">Send</button><p id=said></p>"""
SEARCH = """<title>Search</title><h1>Search</h1><form action=/found><label>For <input name=q></label></form>
<label>Day <input id=day readonly onclick="days.hidden = false"></label>
<div id=days hidden><button onclick="day.value = 'May 4'; days.hidden = true">4</button></div>
<div style="width: 50px; height: 50px; background: red" onclick="document.title = 'Hit'"></div>
<script>
onkeydown = ({ key, ctrlKey }) => { if (key === 'k' && ctrlKey) document.title = 'Palette' }
</script>"""


@pytest.fixture
async def site() -> AsyncIterator[CannedSite]:
    pages = {
        "/": START,
        "/home": HOME,
        "/frame": FRAME,
        "/new": "<title>Report</title><h1>Report of May</h1>",
    }
    pages |= {"/search": SEARCH, "/found": "<title>Found</title><h1>3 books found</h1>"}
    async with CannedSite(dict(pages)) as served:
        yield served


class Played:
    """A recording under way, and what it has told."""

    def __init__(self, browser: Browser, inbox: Inbox) -> None:
        self.browser, self.inbox = browser, inbox
        self.events: list[Event] = []
        self._more = asyncio.Event()

    async def done(self, count: int) -> None:
        """Wait until so many actions have been recorded, the first page's included."""
        while sum(event.type == "observed" for event in self.events) < count:
            if self.events and self.events[-1].terminal:
                raise AssertionError(self.events[-1].details)
            self._more.clear()
            await self._more.wait()

    @property
    def page(self) -> Page:
        return self.browser._browser.contexts[-1].pages[-1]

    def take(self, event: Event) -> None:
        self.events.append(event)
        self._more.set()


async def by_hand(
    browser: Browser,
    goal: Goal,
    person: Callable[[Played], Awaitable[None]],
    options: RecordOptions | None = None,
) -> list[Event]:
    """Record while `person` plays; they begin when the start page is there."""
    inbox = Inbox()
    played = Played(browser, inbox)

    async def play() -> None:
        await played.done(1)
        await person(played)

    async with asyncio.timeout(40), asyncio.TaskGroup() as tasks:
        playing = tasks.create_task(play())
        async with aclosing(record_by_hand(goal, browser, options, inbox)) as events:
            async for event in events:
                played.take(event)
        await playing
    return played.events


def config_of(events: list[Event]) -> TestConfig:
    assert events[-1].type == "completed", events[-1].details
    (distilled,) = [event for event in events if event.type == "distilled"]
    return TestConfig.model_validate(distilled.details["test_config"])


async def clicked(played: Played, selector: str, count: int) -> None:
    """Move the mouse there and press it, as a person does; then wait for it to be recorded."""
    target = played.page.locator(selector)
    box = await target.bounding_box()
    assert box is not None
    await played.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    await played.done(count)


async def test_what_a_person_does_becomes_a_config_that_replays(browser: Browser, site: CannedSite) -> None:
    async def person(played: Played) -> None:
        page = played.page
        await clicked(played, "[name=name]", 2)
        await page.keyboard.type("Ada")
        await page.keyboard.press("Tab")
        await played.done(3)
        await page.keyboard.type("s3cret-pass")
        await clicked(played, "[name=keep]", 5)
        await page.locator("select").focus()
        await page.keyboard.type("B")
        await played.done(6)
        await clicked(played, "button", 7)
        await clicked(played, "#host button", 8)
        frame = page.frame_locator("iframe")
        await frame.locator("input").focus()
        await page.keyboard.type("hi")
        box = await frame.locator("button").bounding_box()
        assert box is not None
        await page.mouse.click(box["x"] + 5, box["y"] + 5)
        await played.done(10)
        await page.keyboard.press("Control+Alt+KeyA")
        await clicked(played, "h1", 11)
        await clicked(played, "a", 12)
        await played.page.keyboard.press("Control+Alt+KeyS")

    events = await by_hand(browser, Goal("", site.url, {"USER": "Ada"}), person)
    config = config_of(events)
    told = [(step.action, step.selector, step.value) for step in config.steps]
    assert told == [
        ("goto", None, site.url),
        ("fill", 'field="Name"', "{{USER}}"),
        ("fill", 'field="Password"', "{{PASSWORD}}"),
        ("fill", 'field="Stay"', True),
        ("select", 'field="Team"', "Blue"),
        ("click", 'control="Sign in"', None),
        ("click", 'control="Like"', None),
        ("fill", 'field="Message"', "hi"),
        ("click", 'control="Send"', None),
        ("expect", config.steps[9].selector, None),
        ("click", 'control="Open report"', None),
        ("expect", None, None),
    ]
    assert [step.selector for step in config.steps if step.tab] == ['control="Open report"']
    assert config.steps[9].expect is not None
    assert config.steps[9].expect.contains == "Welcome"
    assert config.prompt is None
    assert [(each.name, each.value, each.secret) for each in config.parameters] == [
        ("USER", "Ada", False),
        ("PASSWORD", None, True),
    ]
    assert not any("s3cret-pass" in event.model_dump_json() for event in events)
    assert not any("toolbar" in event.model_dump_json() for event in events)
    again = await collect(
        replay(config, browser, ReplayOptions(parameters={"USER": "Grace", "PASSWORD": "other"}))
    )
    assert again[-1].type == "completed", again[-1].details
    assert any("name=Grace&pass=other&keep=on&team=Blue" in request.target for request in site.requests)


async def test_addresses_keys_and_what_a_field_brings_up(browser: Browser, site: CannedSite) -> None:
    async def person(played: Played) -> None:
        page = played.page
        await page.goto(site.url + "search")  # as from the address bar
        await played.done(2)
        await clicked(played, "#day", 3)
        await clicked(played, "#days button", 4)
        await page.keyboard.press("Control+k")
        await played.done(5)
        await clicked(played, "[name=q]", 6)
        await page.keyboard.type("Dune")
        await page.keyboard.press("Enter")
        await played.done(8)
        await page.go_back()
        await played.done(9)
        await page.reload()
        await played.done(10)
        played.inbox.send("stop")

    config = config_of(await by_hand(browser, Goal("", site.url), person))
    assert [(step.action, step.selector, step.value) for step in config.steps[1:8]] == [
        ("goto", None, site.url + "search"),
        ("click", 'field="Day"', None),
        ("click", 'control="4"', None),
        ("press", None, "Control+k"),
        ("fill", 'field="For"', "Dune"),
        ("press", 'field="For"', "Enter"),
        ("goto", None, site.url + "search"),
    ]
    again = await collect(replay(config, browser, ReplayOptions()))
    assert again[-1].type == "completed", again[-1].details


async def test_closing_the_window_ends_it(browser: Browser, site: CannedSite) -> None:
    async def person(played: Played) -> None:
        await clicked(played, "[name=keep]", 2)
        await played.page.close()

    config = config_of(await by_hand(browser, Goal("", site.url), person))
    assert [step.action for step in config.steps] == ["goto", "fill"]

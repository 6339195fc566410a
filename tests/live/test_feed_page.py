"""The live page of a feed: the same page as the service's, over one run that is made up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import httpx
import pytest
from playwright.async_api import ViewportSize, WebSocketRoute

from runner import read_config
from runner.assets import folder
from runner.contract.channel import FrameSlot, Inbox
from runner.feed.address import Address
from runner.feed.server import Channel, Feed, serving
from runner.page.browser import Browser
from runner.page.session import Session, SessionOptions
from runner.replay.replayer import ReplayOptions, replay
from runner.report.repairs import EVIDENCE, LEVELS, PROPERTIES
from runner.testing import collect
from tests.live.accessible import broken_rules
from tests.live.scripted import FRAME, MARKUP, STATES, begun, completed, event, step

FLOWS: Final = Path(__file__).with_name("flows")
# between them they have all that the others have
JUDGED: Final = frozenset({"running", "asking", "repaired", "failed"})
PHONE: Final[ViewportSize] = {"width": 360, "height": 740}
DESK: Final[ViewportSize] = {"width": 1280, "height": 720}


@pytest.fixture
async def feed() -> AsyncIterator[Feed]:
    async with serving(Address("127.0.0.1", 0)) as running:
        yield running


def told(feed: Feed, name: str) -> Channel:
    """A run in that state, with a picture."""
    frames = FrameSlot()
    frames.put(FRAME)
    channel = feed.open(name, frames=frames, inbox=Inbox())
    for each in STATES[name]:
        channel.publish(each)
    return channel


async def test_the_page_is_served_beside_the_feed(feed: Feed) -> None:
    async with httpx.AsyncClient(base_url=f"http://{feed.address}") as client:
        page = await client.get("/")
        script = await client.get("/page/app.js")
        assert (await client.get("/page/../pyproject.toml")).status_code == 404
        assert (await client.get("/demo-runner/runs")).status_code == 404
    assert page.status_code == script.status_code == 200
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert script.headers["content-type"].startswith("text/javascript")
    # nothing of it comes from elsewhere
    assert "http://" not in page.text.replace("http://www.w3.org", "")


async def test_our_own_flow_passes_on_it(feed: Feed, browser: Browser) -> None:
    told(feed, "failed")
    config, warnings = read_config(FLOWS / "watched-by-feed.json")
    assert not warnings
    events = await collect(replay(config, browser, ReplayOptions(start_url=feed.page_url("failed"))))
    assert events[-1].type == "completed", events[-1].message


async def test_every_state_is_accessible_and_fits_a_phone(feed: Feed, browser: Browser) -> None:
    async with browser.session(SessionOptions()) as session:
        page = session.page
        for name in STATES:
            told(feed, name)
            await page.goto("about:blank")
            await page.goto(feed.page_url(name))
            await page.get_by_role("heading", level=1).wait_for()
            if name in JUDGED:
                await page.emulate_media(color_scheme="light")
                assert await broken_rules(page) == [], name
                await page.emulate_media(color_scheme="dark")
                assert await broken_rules(page, only="color-contrast") == [], f"{name}, dark"
            await page.set_viewport_size(PHONE)
            assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], name
            await page.set_viewport_size(DESK)


async def test_the_text_of_a_page_is_never_markup(feed: Feed, session: Session) -> None:
    told(feed, "hostile")
    await session.page.goto(feed.page_url("hostile"))
    await session.page.get_by_role("heading", level=1, name=MARKUP[:40]).wait_for()
    for summary in await session.page.locator("summary").all():
        await summary.click()
    assert await session.page.locator(f"text={MARKUP}").count() > 8
    assert await session.page.locator("main script, main img[src=x]").count() == 0
    assert await session.page.title() != "taken"


async def test_scripts_that_are_not_the_pages_own_do_not_run(feed: Feed, session: Session) -> None:
    """Should markup get into it after all, the policy keeps it from doing anything."""
    told(feed, "running")
    await session.page.goto(feed.page_url("running"))
    insert = "() => { try { document.body.innerHTML = '<b>x</b>' } catch (error) { return error.name } }"
    assert await session.page.evaluate(insert) == "TypeError"
    add = "() => { const made = document.createElement('script'); made.textContent = 'document.title=1' }"
    with pytest.raises(Exception, match="TrustedScript"):
        await session.page.evaluate(add)


async def test_what_one_says_gets_to_the_run(feed: Feed, session: Session) -> None:
    channel = told(feed, "asking")
    assert channel.inbox is not None
    await session.page.goto(feed.page_url("asking"))
    await session.page.get_by_label("Which card?").fill("the blue one")
    await session.page.get_by_role("button", name="Answer").click()
    async with asyncio.timeout(10):
        assert await channel.inbox.next() == "the blue one"
        await session.page.get_by_role("button", name="2. the blue one").press("Enter")
        assert await channel.inbox.next() == "2"
    channel.publish(event("question_answered", "The answer is kept", parameter="CARD"))
    await session.page.get_by_text("It listens where one of them asks").wait_for()


async def test_changes_to_a_file_are_told_in_the_words_of_the_page(feed: Feed, session: Session) -> None:
    """What live/draft.js makes of a value, of a refusal, and of what somebody else has saved."""
    await session.page.goto(f"http://{feed.address}/page/icon.svg")
    told = await session.page.evaluate(
        """async () => {
          const { alike, inPageWords, replaced, withValue } = await import('/page/draft.js')
          const fill = { action: 'fill', value: 'Ada', description: 'Set the textbox "Name" to "Ada"' }
          const refused = 'the TestConfig is not a valid TestConfig, 2 problems:\\n'
            + '  $.steps[18].selector: is missing; say it.\\n  $.parameters[0].name: is taken.'
          return [
            withValue(fill, 'Grace').description,
            withValue({ ...fill, description: 'In words' }, 'x').description,
            withValue({ action: 'goto', value: 'a', description: 'Open the shop' }, 'b').description ?? null,
            inPageWords(refused),
            inPageWords('It is running.'),
            replaced({ action: 'click' }, { role: 'link', name: 'Out', selector: 'x' }).description,
            alike({ a: 1, b: [{ c: 2, d: 3 }] }, { b: [{ d: 3, c: 2 }], a: 1 }),
            alike({ a: [1, 2] }, { a: [2, 1] }),
          ]
        }"""
    )
    assert told == [
        'Set the textbox "Name" to "Grace"',
        "In words",
        None,
        "Step 19, selector: is missing; say it.\nValue 1, name: is taken.",
        "It is running.",
        'Click the link "Out"',
        True,
        False,
    ]


async def test_a_connection_that_breaks_is_made_again_and_nothing_is_missed(
    feed: Feed, session: Session
) -> None:
    channel = feed.open("run")
    for each in begun():
        channel.publish(each)
    made: list[WebSocketRoute] = []

    def between(route: WebSocketRoute) -> None:
        route.connect_to_server()
        made.append(route)

    await session.page.route_web_socket("**/stream*", between)
    await session.page.goto(feed.page_url("run"))
    await session.page.get_by_text("Replaying").or_(session.page.get_by_text("No step yet.")).wait_for()
    await made[0].close(code=1011)
    for each in [*step(1, "Open the start page"), *completed()]:
        channel.publish(each)
    await session.page.get_by_text("Passed. 2 steps passed").wait_for()
    assert len(made) == 2
    assert await session.page.get_by_role("button", name="Open the start page").count() == 1


async def test_a_wrong_token_is_told_of(feed: Feed, session: Session) -> None:
    told(feed, "running")
    await session.page.goto(feed.page_url("running").replace("token=", "token=x"))
    await session.page.get_by_text("The feed refuses").wait_for()


def test_the_page_has_words_for_all_that_speaks_for_a_repair() -> None:
    script = (folder("live") / "repairs.js").read_text(encoding="utf-8")
    assert [name for name in {**PROPERTIES, **EVIDENCE, **LEVELS} if f"{name}:" not in script] == []

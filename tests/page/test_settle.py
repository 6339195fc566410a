"""Has the page come to rest? Requests, changes, animations, frames and shadow roots."""

from __future__ import annotations

import asyncio
import math
from typing import Final

import pytest

from runner.page.session import Session
from runner.page.settle import Activity, has_settled, settle
from runner.testing import Answer, CannedSite, Request

pytestmark = pytest.mark.browser

PATIENT_MS = 20_000


async def rested(session: Session) -> bool:
    return await settle(session.page, session.activity, PATIENT_MS)


async def test_a_plain_page_settles_and_stays_so(session: Session) -> None:
    await session.page.set_content("<p>Hi</p>")
    assert await rested(session)
    assert await has_settled(session.page, session.activity)


@pytest.mark.parametrize(
    "motion",
    [
        "p.textContent = Math.random()",
        "p.className = 'c' + Math.random()",
        "p.appendChild(document.createElement('i'))",
        "p.firstChild.data = Math.random()",
        "s.shadowRoot.querySelector('b').textContent = Math.random()",
        "t.shadowRoot.firstChild.shadowRoot.firstChild.textContent = Math.random()",
        "f.contentDocument.body.textContent = Math.random()",
    ],
)
async def test_a_change_is_motion(session: Session, motion: str) -> None:
    await session.page.set_content(
        "<p id=p>Hi</p><div id=s></div><div id=t></div><iframe id=f srcdoc=hi></iframe><script>"
        "s.attachShadow({mode: 'open'}).innerHTML = '<b>in</b>';"
        "t.attachShadow({mode: 'open'}).innerHTML = '<p></p>';"
        "t.shadowRoot.firstChild.attachShadow({mode: 'open'}).innerHTML = '<i>deep</i>'</script>"
    )
    assert await rested(session)
    await in_each_frame(session, "() => { window.mark = performance.now() }")
    await session.page.evaluate(f"() => {{ {motion} }}")
    assert sum(await in_each_frame(session, CHANGED_SINCE_THE_MARK)) == 1


# In this order: a pause between the two clocks makes no difference to a document that had long been still.
CHANGED_SINCE_THE_MARK: Final = (
    "() => window[Symbol.for('demo-runner.motion')]().still_ms < performance.now() - window.mark"
)


async def in_each_frame(session: Session, script: str) -> list[bool]:
    return [await frame.evaluate(script) for frame in session.page.frames]


async def test_a_shadow_root_attached_without_any_mutation_is_noticed(session: Session) -> None:
    await session.page.set_content("<div id=d></div>")
    assert await rested(session)
    await session.page.evaluate("() => { d.attachShadow({mode: 'open'}).innerHTML = '<b>new</b>' }")
    assert not await has_settled(session.page, session.activity)


async def test_an_animation_that_ends_is_motion_and_a_spinner_is_not(session: Session) -> None:
    await session.page.set_content(
        "<p id=p>Hi</p><i id=i style='display:inline-block'>o</i>"
        "<script>i.animate([{rotate: '0deg'}, {rotate: '9deg'}], {duration: 500, iterations: 1/0})</script>"
    )
    assert await rested(session)
    await session.page.evaluate(
        "() => { window.a = p.animate([{opacity: 0}, {opacity: 1}], {duration: 1e6}) }"
    )
    assert not await has_settled(session.page, session.activity, spell_ms=0)
    await session.page.evaluate("() => a.cancel()")
    assert await rested(session)


async def test_a_request_under_way_is_motion(session: Session, canned_site: CannedSite) -> None:
    release = asyncio.Event()

    async def slow(_: Request) -> Answer:
        await release.wait()
        return Answer("{}")

    canned_site.pages = {"/": "<p>Hi</p>", "/slow": slow}
    await session.page.goto(canned_site.url)
    assert await rested(session)
    async with session.page.expect_request("**/slow"):
        await session.page.evaluate("() => { fetch('/slow') }")
    assert session.activity.in_flight == 1
    assert not await has_settled(session.page, session.activity, spell_ms=0)
    release.set()
    assert await rested(session)
    assert session.activity.in_flight == 0


@pytest.mark.parametrize("opening", ["new EventSource('/events')", "fetch('/events')"])
async def test_a_stream_of_events_is_not_waited_for(
    session: Session, canned_site: CannedSite, opening: str
) -> None:
    # An answer of unknown length that never ends would need a server of its own; one that is longer than it
    # says does as well: the request stays open.
    canned_site.pages = {
        "/": "<p>Hi</p>",
        "/events": Answer(
            "data: 1\n\n", headers={"content-length": "1000"}, content_type="text/event-stream"
        ),
    }
    await session.page.goto(canned_site.url)
    async with session.page.expect_response("**/events"):
        await session.page.evaluate(f"() => {{ window.stream = {opening} }}")
    assert await rested(session)


async def test_a_document_still_loading_is_not_settled(session: Session, canned_site: CannedSite) -> None:
    release = asyncio.Event()

    async def slow(_: Request) -> Answer:
        await release.wait()
        return Answer("", content_type="text/css")

    canned_site.pages = {"/": "<link rel=stylesheet href=/slow.css><p>Hi</p>", "/slow.css": slow}
    await session.page.goto(canned_site.url, wait_until="commit")
    assert not await settle(session.page, session.activity, 300)
    release.set()
    assert await rested(session)


async def test_a_frame_of_another_origin_counts(session: Session, canned_site: CannedSite) -> None:
    moving = "<p id=p>Hi</p><script>p.animate([{opacity: 0}, {opacity: 1}], {duration: 1e7})</script>"
    async with CannedSite({"/": moving}) as other:
        canned_site.pages = {"/": f"<iframe src={other.url}></iframe>"}
        await session.page.goto(canned_site.url)
        assert not await settle(session.page, session.activity, 400)
        await session.page.evaluate("() => document.querySelector('iframe').remove()")
        assert await rested(session)


async def test_a_page_that_hangs_is_not_settled(session: Session) -> None:
    await session.page.set_content("<p>Hi</p>")
    hanging = asyncio.ensure_future(session.page.evaluate("() => { for (;;) { /* for ever */ } }"))
    try:
        async with asyncio.timeout(20):
            assert not await has_settled(session.page, session.activity, spell_ms=0)
    finally:
        hanging.cancel()
        await session.context.close()
        await asyncio.gather(hanging, return_exceptions=True)


async def test_the_page_sees_next_to_nothing_of_the_watch(session: Session) -> None:
    await session.page.goto("data:text/html,<p>Hi</p>")
    assert (
        await session.page.evaluate(
            "() => Object.keys(window).filter((key) => /demo|runner|motion/i.test(key))"
        )
        == []
    )
    assert await session.page.evaluate("() => Element.prototype.attachShadow.toString()") == (
        "function attachShadow() { [native code] }"
    )


def test_an_activity_of_nothing_is_quiet_for_ever() -> None:
    activity = Activity()
    assert activity.quiet_for_ms() == math.inf
    assert activity.in_flight == 0
    activity.touch()
    assert activity.quiet_for_ms() < math.inf

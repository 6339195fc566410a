"""Clicking, pressing, hovering, going and waiting, on pages that make it hard."""

from __future__ import annotations

import asyncio

import pytest

from runner.contract.config import Expect, Step
from runner.contract.errors import ActionFailed, BrowserDied, ConfigError, LookupFailed, NavigationFailed
from runner.page.act import act
from runner.page.browser import launch
from runner.page.resolve import resolve
from runner.page.session import Session
from runner.testing import Answer, CannedSite, Request
from tests.page.doing import do, show
from tests.processes import kill_browser

SAVE = "<button onclick=\"document.title += 'saved'\">Save</button>"


async def test_an_overlay_that_goes_away_is_waited_for(session: Session, canned_site: CannedSite) -> None:
    overlay = """<div id=veil style="position:fixed;inset:0;background:#fff8">Loading</div>
        <script>setTimeout(() => veil.remove(), 300)</script>"""
    await show(session, canned_site, SAVE + overlay)
    await do(session, "click", 'control="Save"')
    assert await session.page.title() == "tsaved"


async def test_an_overlay_that_stays_is_named(session: Session, canned_site: CannedSite) -> None:
    overlay = '<div class="cookie-wall" style="position:fixed;inset:0">We use cookies</div>'
    await show(session, canned_site, SAVE + overlay)
    with pytest.raises(ActionFailed, match=r"covered by .*cookie-wall") as raised:
        await do(session, "click", 'control="Save"', timeout_ms=3_000)
    assert "cookie-wall" in raised.value.details["covered_by"]
    assert "3000 ms" in raised.value.message
    assert await session.page.title() == "t"


async def test_what_is_covered_in_part_is_clicked_where_it_shows(
    session: Session, canned_site: CannedSite
) -> None:
    canned_site.pages["/"] = """<button style="position:absolute;left:40px;top:60px;width:80px;height:80px"
      onclick="document.title='hit'">Under</button>
      <div style="position:absolute;left:30px;top:40px;width:100px;height:80px;background:red"></div>"""
    await session.page.goto(canned_site.url)
    await do(session, "click", 'control="Under"', timeout_ms=4_000)
    assert await session.page.title() == "hit"


async def test_a_sticky_header_and_a_scrolled_container(session: Session, canned_site: CannedSite) -> None:
    await show(
        session,
        canned_site,
        f"""<header style="position:fixed;top:0;left:0;right:0;height:200px;background:#eee">Head</header>
        <footer style="position:fixed;bottom:0;left:0;right:0;height:200px;background:#eee">Foot</footer>
        <div style="height:300px;overflow:auto;margin-top:250px"><div style="height:3000px"></div>{SAVE}
        <div style="height:3000px"></div></div><div style="height:3000px"></div>""",
    )
    await do(session, "click", 'control="Save"')
    assert await session.page.title() == "tsaved"


async def test_a_moving_element_is_waited_for(session: Session, canned_site: CannedSite) -> None:
    style = """<style>@keyframes in { from { margin-left: 600px } to { margin-left: 0 } }
        button { animation: in .4s }</style>"""
    await show(session, canned_site, style + SAVE)
    await do(session, "click", 'control="Save"')
    assert await session.page.title() == "tsaved"


async def test_an_element_that_is_replaced_again_and_again(session: Session, canned_site: CannedSite) -> None:
    """Each rendering makes a new button, as list frameworks do; the click must land on one that counts."""
    await show(
        session,
        canned_site,
        """<div id=root></div><script>let renders = 0;
        const render = () => { root.innerHTML = '<button>Save</button>';
          root.firstChild.onclick = () => { document.title = 'saved' };
          if (++renders < 40) setTimeout(render, 15) };
        render();</script>""",
    )
    await do(session, "click", 'control="Save"')
    assert await session.page.title() == "saved"


async def test_nothing_else_is_clicked_when_the_element_is_replaced(
    session: Session, canned_site: CannedSite
) -> None:
    await show(
        session,
        canned_site,
        """<ul><li>Dune <button onclick="document.title = 'Dune'">Delete</button></ul>""",
    )
    found = await resolve(session, ['role=listitem >> control="Delete"'], timeout_ms=5_000)
    await session.page.evaluate(
        """document.querySelector('ul').innerHTML =
        `<li>Emma <button onclick="document.title = 'Emma'">Delete</button>`"""
    )
    with pytest.raises(ActionFailed, match="replaced"):
        await act(session, Step(id="s", ordinal=1, action="click"), found, None, 5_000)
    assert await session.page.title() == "t"


async def test_the_next_step_is_in_the_tab_that_a_link_opened(
    session: Session, canned_site: CannedSite
) -> None:
    canned_site.pages["/new"] = "<button onclick=\"document.title = 'new'\">Go on</button>"
    await show(
        session,
        canned_site,
        """<a href=/new target=_blank rel=noopener>Open</a>
        <button onclick="document.title = 'old'">Go on</button>""",
    )
    performed = await do(session, "click", 'control="Open"')
    await do(session, "click", 'control="Go on"')
    assert performed.facts["new_tab"] is True
    assert await session.page.title() == "new"


async def test_a_tab_that_is_there_before_its_click_is_over_is_told_of(
    session: Session, canned_site: CannedSite
) -> None:
    canned_site.pages["/new"] = "<title>new</title>"
    await show(
        session,
        canned_site,
        """<button onclick="window.open('/new', '_blank', 'noopener');
        for (const start = performance.now(); performance.now() - start < 400;);">Open</button>""",
    )
    performed = await do(session, "click", 'control="Open"')
    assert performed.facts["new_tab"] is True


async def test_a_click_may_close_its_own_tab(session: Session, canned_site: CannedSite) -> None:
    canned_site.pages["/popup"] = "<button onclick='window.close()'>Done</button>"
    await show(session, canned_site, "<button onclick=\"window.open('/popup')\">Open</button>" + SAVE)
    await do(session, "click", 'control="Open"')
    await do(session, "click", 'control="Done"')
    await do(session, "click", 'control="Save"')
    assert await session.page.title() == "tsaved"
    assert [event.type for event in session.drain()] == ["page_opened", "page_closed"]


async def test_a_click_that_opens_a_dialog_does_not_deadlock(
    session: Session, canned_site: CannedSite
) -> None:
    await show(session, canned_site, "<button onclick=\"document.title = confirm('Sure?')\">Delete</button>")
    await do(session, "click", 'control="Delete"')
    assert await session.page.title() == "true"


async def test_a_slow_form_is_sent_once(session: Session, canned_site: CannedSite) -> None:
    """The click is done long before the answer comes: it is not repeated, nor the old page acted on."""
    released = asyncio.Event()

    async def sent(_: Request) -> str:
        asyncio.get_running_loop().call_later(3.0, released.set)
        await released.wait()
        return SAVE

    canned_site.pages["/sent"] = sent
    await show(session, canned_site, "<form action=/sent><button>Send</button></form>" + SAVE)
    await do(session, "click", 'control="Send"', timeout_ms=15_000)
    assert session.page.url.startswith(f"{canned_site.url}sent")
    assert [request.path for request in canned_site.requests].count("/sent") == 1


async def test_a_disabled_button_is_waited_for(session: Session, canned_site: CannedSite) -> None:
    late = "<script>setTimeout(() => { document.querySelector('button').disabled = false }, 200)</script>"
    await show(session, canned_site, SAVE.replace("<button", "<button disabled") + late)
    await do(session, "click", 'control="Save"')
    assert await session.page.title() == "tsaved"


async def test_a_script_that_hangs_in_the_click_fails_the_step(
    session: Session, canned_site: CannedSite
) -> None:
    await show(session, canned_site, "<button onclick='for (;;);'>Hang</button>")
    with pytest.raises(ActionFailed, match="does not respond"):
        await do(session, "click", 'control="Hang"', timeout_ms=3_000)


async def test_a_page_that_hangs_fails_the_step(session: Session, canned_site: CannedSite) -> None:
    await show(session, canned_site, SAVE)
    await session.page.evaluate("setTimeout(() => { for (;;); }, 20)")
    with pytest.raises((ActionFailed, LookupFailed)):
        await do(session, "click", 'control="Save"', timeout_ms=2_000)


async def test_a_page_that_never_settles_is_worked_on(session: Session, canned_site: CannedSite) -> None:
    await show(
        session,
        canned_site,
        SAVE
        + """<p id=p></p><script>
        setInterval(() => { p.textContent = Math.random(); fetch('/tick') }, 10)</script>""",
    )
    await do(session, "click", 'control="Save"')
    assert await session.page.title() == "tsaved"


async def test_a_killed_browser_is_the_runners_failure(canned_site: CannedSite) -> None:
    async with launch() as doomed, doomed.session() as session:
        await show(session, canned_site, SAVE)
        waiting = asyncio.create_task(do(session, "click", 'control="Not there"', timeout_ms=30_000))
        await asyncio.sleep(0)
        await kill_browser(session)
        with pytest.raises(BrowserDied):
            await waiting


@pytest.mark.parametrize("key", ["Enter", "enter", "return"])
async def test_keys_on_an_element(session: Session, canned_site: CannedSite, key: str) -> None:
    await show(session, canned_site, "<label>Find <input onkeydown='document.title = event.key'></label>")
    await do(session, "press", 'field="Find"', key)
    assert await session.page.title() == "Enter"


async def test_keys_on_the_page_go_where_the_focus_is(session: Session, canned_site: CannedSite) -> None:
    canned_site.pages["/found"] = "<h1>Found</h1>"
    await show(session, canned_site, "<form action=/found><input name=q autofocus></form>")
    await do(session, "press", value="a")
    await do(session, "press", value="Enter")
    assert session.page.url == f"{canned_site.url}found?q=a"


async def test_an_unknown_key_is_bad_input(session: Session) -> None:
    with pytest.raises(ConfigError, match="no key named 'Foo'"):
        await do(session, "press", value="Foo")


async def test_hover_opens_what_it_opens(session: Session, canned_site: CannedSite) -> None:
    await show(
        session,
        canned_site,
        "<style>nav ul{display:none}nav:hover ul{display:block}</style><nav>Menu<ul><li>In</ul></nav>",
    )
    await do(session, "hover", "nav")
    assert await session.page.is_visible("li")


async def test_goto_follows_redirects_and_tells_the_status(session: Session, canned_site: CannedSite) -> None:
    canned_site.pages |= {
        "/old": Answer(status=302, headers={"location": "/new"}),
        "/new": "<h1>New</h1>",
        "/gone": Answer("<h1>Gone</h1>", status=410),
    }
    performed = await do(session, "goto", value=f"{canned_site.url}old")
    assert performed.facts == {"url": f"{canned_site.url}new", "status": 200}
    assert (await do(session, "goto", value=f"{canned_site.url}gone")).facts["status"] == 410


async def test_a_page_that_sends_itself_elsewhere_while_it_loads(
    session: Session, canned_site: CannedSite
) -> None:
    canned_site.pages |= {"/": "<script>location.replace('/in')</script>", "/in": "<h1>In</h1>"}
    await do(session, "goto", value=canned_site.url)
    await do(session, "expect", expect=Expect(type="text", contains="In"))


async def test_goto_to_a_picture_that_never_ends_goes_on(session: Session, canned_site: CannedSite) -> None:
    forever = asyncio.Event()

    async def never(_: Request) -> str:
        await forever.wait()
        return ""

    canned_site.pages |= {"/": f"{SAVE}<img src=/never>", "/never": never}
    await do(session, "goto", value=canned_site.url, timeout_ms=4_000)
    await do(session, "click", 'control="Save"')
    assert (await session.page.title()).endswith("saved")


@pytest.mark.parametrize(
    "address", ["localhost:3000/x", "javascript:alert(1)", "file:///etc/passwd", "www.example.com"]
)
async def test_an_address_that_is_none_is_bad_input(session: Session, address: str) -> None:
    with pytest.raises(ConfigError, match="no address"):
        await do(session, "goto", value=address)


async def test_a_refused_connection_is_explained(session: Session, canned_site: CannedSite) -> None:
    url = canned_site.url
    await canned_site.__aexit__(None, None, None)
    with pytest.raises(NavigationFailed, match="refused") as raised:
        await do(session, "goto", value=url)
    assert "running" in str(raised.value.remedy)


async def test_a_server_that_never_answers_is_explained(session: Session, canned_site: CannedSite) -> None:
    async def never(_: Request) -> str:
        await asyncio.Event().wait()
        return ""

    canned_site.pages["/"] = never
    with pytest.raises(NavigationFailed, match="did not send it in time"):
        await do(session, "goto", value=canned_site.url, timeout_ms=1_000)


@pytest.mark.parametrize("sought", ['control="Late"', "#late", "Late", "text=Late"])
async def test_waiting_for_what_is_late(session: Session, canned_site: CannedSite, sought: str) -> None:
    late = """<script>setTimeout(() => {
        document.body.innerHTML += '<button id=late>Late</button>' }, 200)</script>"""
    await show(session, canned_site, late)
    await do(session, "wait", wait_for=sought)
    assert await session.page.is_visible("#late")


@pytest.mark.parametrize("sought", ["/done", "done?x=1", "**/done*"])
async def test_waiting_for_an_address(session: Session, canned_site: CannedSite, sought: str) -> None:
    await show(
        session,
        canned_site,
        "<script>setTimeout(() => history.pushState(null, '', '/done?x=1'), 150)</script>",
    )
    await do(session, "wait", wait_for=sought)
    assert session.page.url.endswith("/done?x=1")


async def test_waiting_in_vain_says_what_for(session: Session, canned_site: CannedSite) -> None:
    await show(session, canned_site, "<h1>Something else</h1>")
    with pytest.raises(ActionFailed, match="Never"):
        await do(session, "wait", wait_for="Never", timeout_ms=1_000)
    with pytest.raises(ConfigError, match="neither how long nor what for"):
        await do(session, "wait")
    await do(session, "wait", value="5")


async def test_any_step_may_name_what_to_wait_for_after_it(session: Session, canned_site: CannedSite) -> None:
    html = "<button onclick=\"setTimeout(() => { document.body.append('All done') }, 200)\">Start</button>"
    await show(session, canned_site, html)
    await do(session, "click", 'control="Start"', wait_for="All done")
    assert "All done" in await session.page.inner_text("body")

"""Resolving: what the corpus cannot say. Fall-throughs, failures that teach, pages that move or hang."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Frame, async_playwright

from runner.contract.errors import LookupFailed, RunnerError
from runner.page.browser import Browser, choose_browser
from runner.page.faults import stale
from runner.page.resolve import probe, resolve
from runner.page.session import Session, SessionOptions
from runner.page.settle import Activity
from runner.testing import Answer, CannedSite, Request

pytestmark = pytest.mark.browser


async def test_the_locator_is_the_element_itself_not_its_description(session: Session) -> None:
    await session.page.set_content("<button id=a>Go</button>")
    found = await resolve(session, ['control="Go"'], timeout_ms=1000)
    await session.page.evaluate(
        "() => {a.textContent = 'Stop'; a.insertAdjacentHTML('beforebegin', '<button>Go</button>')}"
    )
    assert await found.locator.get_attribute("id") == "a"
    assert await found.locator.evaluate("element => element.textContent") == "Stop"


async def test_a_replaced_element_is_told_at_once_and_never_mistaken(session: Session) -> None:
    await session.page.set_content("<p id=p><button id=a>Go</button></p>")
    found = await resolve(session, ['control="Go"'], timeout_ms=1000)
    await session.page.evaluate("() => { p.innerHTML = '<button id=b>Go</button>' }")
    with pytest.raises(PlaywrightError, match="not attached") as failure:
        await found.locator.click(timeout=60_000)
    assert stale(failure.value)


async def test_a_navigation_makes_the_locator_stale(session: Session) -> None:
    await session.page.goto("data:text/html,<button>Go</button>")
    found = await resolve(session, ['control="Go"'], timeout_ms=1000)
    await session.page.goto("data:text/html,<button>Go</button><button>Go</button>")
    with pytest.raises(PlaywrightError, match="not attached"):
        await found.locator.click(timeout=60_000)


async def test_facts_come_with_the_element(session: Session) -> None:
    await session.page.set_content(
        "<label>Plan <input id=x type=checkbox name=plan checked aria-describedby=q></label>"
        '<a id=y href="/a?b#c" target=_blank>Docs</a><input type=password aria-label=Secret value=hunter2>'
    )
    field = await resolve(session, ['field="Plan"'], timeout_ms=1000, purpose="fill")
    told = [field.facts[key] for key in ("tag", "type", "checked", "editable", "disabled", "label")]
    assert told == ["input", "checkbox", True, True, False, "Plan"]
    link = await resolve(session, ['control="Docs"'], timeout_ms=1000)
    assert (link.facts["href"], link.facts["target"], link.facts["text"]) == ("/a?b#c", "_blank", "Docs")
    secret = await resolve(session, ['field="Secret"'], timeout_ms=1000)
    assert "hunter2" not in str(secret.facts)


async def test_fall_throughs_tell_why(session: Session) -> None:
    await session.page.set_content(
        "<button hidden>Send</button><button class=k>Go</button><i class=k hidden>n</i>"
    )
    found = await resolve(session, ["#nope", 'control="Send"', 'role=button[name="Go"]'], timeout_ms=5000)
    assert found.rank == 2
    assert [
        (fallen.selector, fallen.rank, fallen.reason, fallen.matches) for fallen in found.fell_through
    ] == [
        ("#nope", 0, "absent", 0),
        ('control="Send"', 1, "hidden", 1),
    ]


async def test_a_failure_teaches(session: Session) -> None:
    await session.page.set_content(
        "<label>E-mail address <input></label><button>Log in</button><a href=#>Forgot?</a>"
        '<iframe srcdoc="<button>Sign on with a passkey</button>"></iframe>'
    )
    with pytest.raises(LookupFailed) as failure:
        await resolve(session, ['control="Sign in"', "#login"], timeout_ms=1)
    details = failure.value.details
    assert details["sought"] == ['control="Sign in"', "#login"]
    assert [fallen["reason"] for fallen in details["fell_through"]] == ["absent", "absent"]
    names = [near["name"] for near in details["nearest"]]
    assert "Sign on with a passkey" in names
    assert "Log in" in names
    assert all(near["selector"] and 0 < near["score"] <= 100 for near in details["nearest"])
    assert 'Try control="' in (failure.value.remedy or "")


async def test_what_is_proposed_can_be_used(session: Session) -> None:
    await session.page.set_content("<label>E-mail address <input id=x></label><button>Log in</button>")
    with pytest.raises(LookupFailed) as failure:
        await resolve(session, ['field="Email"'], timeout_ms=1, purpose="fill")
    best = failure.value.details["nearest"][0]["selector"]
    found = await resolve(session, [best], timeout_ms=1000, purpose="fill")
    assert found.facts["id"] == "x"


async def test_a_tie_lists_the_matches(session: Session) -> None:
    rows = "".join(f"<tr><td>{name}<td><button>Delete</button></tr>" for name in ("Dune", "Emma"))
    await session.page.set_content(f"<table>{rows}</table>")
    with pytest.raises(LookupFailed) as failure:
        await resolve(session, ['control="Delete"'], timeout_ms=1)
    assert [match["row"] for match in failure.value.details["matches"]] == ["Dune Delete", "Emma Delete"]
    assert "2 elements" in failure.value.message
    assert "role=row" in (failure.value.remedy or "")


async def test_a_tie_is_given_up_long_before_the_timeout(session: Session) -> None:
    await session.page.set_content("<button>Go</button><button>Go</button>")
    async with asyncio.timeout(20):
        with pytest.raises(LookupFailed):
            await resolve(session, ['control="Go"'], timeout_ms=600_000)


async def test_a_page_that_hangs_ends_in_time(session: Session) -> None:
    await session.page.set_content("<button>Go</button>")
    hanging = asyncio.ensure_future(session.page.evaluate("() => { for (;;) { /* for ever */ } }"))
    try:
        async with asyncio.timeout(30):
            with pytest.raises(LookupFailed, match="does not answer"):
                await resolve(session, ['control="Go"'], timeout_ms=300)
    finally:
        hanging.cancel()
        await session.context.close()
        await asyncio.gather(hanging, return_exceptions=True)


async def test_a_frame_that_hangs_hides_nothing_of_the_page(
    session: Session, canned_site: CannedSite
) -> None:
    release = asyncio.Event()

    async def slow(_: Request) -> Answer:
        await release.wait()
        return Answer("<button>Go</button>")

    canned_site.pages = {"/": "<button id=x>Go</button><iframe src=/slow></iframe>", "/slow": slow}
    await session.page.goto(canned_site.url, wait_until="commit")
    found = await resolve(session, ['control="Go"'], timeout_ms=10_000)
    assert found.facts["id"] == "x"
    release.set()


async def test_a_closed_page_is_playwrights_to_tell(session: Session) -> None:
    page = session.page
    await page.close()

    class Closed:
        def __init__(self) -> None:
            self.page, self.activity = page, Activity()

    with pytest.raises(PlaywrightError, match="closed"):
        await resolve(Closed(), ['control="Go"'], timeout_ms=500)


async def test_frames_that_come_and_go_while_being_looked_at(session: Session) -> None:
    await session.page.set_content(
        "<div id=r></div><script>let n = 0; const t = setInterval(() => {"
        "r.innerHTML = '<iframe srcdoc=\"<p>' + n + '</p>\"></iframe>';"
        "if (++n === 40) { clearInterval(t); r.innerHTML = '<button id=x>Go</button>' } }, 10)</script>"
    )
    found = await resolve(session, ['control="Go"'], timeout_ms=20_000)
    assert found.facts["id"] == "x"


async def test_a_page_that_navigates_while_being_looked_at(session: Session, canned_site: CannedSite) -> None:
    def hop(request: Request) -> str:
        step = int(request.query.get("n", ["0"])[0])
        if step == 6:
            return "<button id=x>Arrived</button>"
        return f"<p>{step}</p><script>location.replace('/hop?n={step + 1}')</script>"

    canned_site.pages = {"/hop": hop}
    await session.page.goto(f"{canned_site.url}hop", wait_until="commit")
    found = await resolve(session, ['control="Arrived"'], timeout_ms=20_000)
    assert found.facts["id"] == "x"


async def test_found_in_a_frame_tells_the_frame(session: Session, canned_site: CannedSite) -> None:
    async with CannedSite({"/pay": "<button>Pay</button>"}) as other:
        canned_site.pages = {"/": f"<iframe name=pay src={other.url}pay></iframe>"}
        await session.page.goto(canned_site.url)
        found = await resolve(session, ['control="Pay"'], timeout_ms=5000)
        assert isinstance(found.frame, Frame)
        assert found.frame.name == "pay"
        await found.locator.click()


async def test_probe_lists_all_that_are_equally_good(session: Session) -> None:
    await session.page.set_content("<button id=a>Go</button><button id=b>Go</button><button>Go on</button>")
    matches = await probe(session, 'control="Go"')
    assert [match.facts["id"] for match in matches] == ["a", "b"]
    assert await matches[1].locator.get_attribute("id") == "b"
    assert await probe(session, 'control="Stop"') == []


async def test_the_usual_case_is_one_round_trip(session: Session) -> None:
    await session.page.set_content("<h1>Save</h1><button>Save</button><a href=#>Help</a>")
    asked = await asked_of_the_page(session, 'control="Save"')
    assert asked == 1
    assert await asked_of_the_page(session, 'role=link[name="Help"]') == 1


async def asked_of_the_page(session: Session, selector: str) -> int:
    """How often a frame is asked something while `selector` is resolved."""
    asked = 0
    frame = session.page.main_frame
    look_up = frame.locator

    def counted(text: str, **more: Any) -> Any:
        nonlocal asked
        asked += bool(re.match(r"demo=begin", text))
        return look_up(text, **more)

    frame.locator = counted  # type: ignore[method-assign, assignment]
    try:
        await resolve(session, [selector], timeout_ms=5000)
    finally:
        del frame.locator
    return asked


async def test_the_page_cannot_tell_that_it_is_looked_at(session: Session) -> None:
    await session.page.set_content("<div id=r><button>Go</button></div>")
    before = await session.page.content()
    await session.page.evaluate(
        "() => { window.seen = 0; new MutationObserver((r) => { seen += r.length })"
        ".observe(document, {subtree: true, childList: true, attributes: true, characterData: true}) }"
    )
    await resolve(session, ['control="Go"'], timeout_ms=5000)
    assert await session.page.evaluate("seen") == 0
    assert await session.page.content() == before


async def test_a_page_that_spoils_its_own_builtins_is_no_hindrance(session: Session) -> None:
    await session.page.set_content(
        "<button id=x>Go</button><script>Array.prototype.map = () => { throw 1 };"
        "Element.prototype.matches = () => false; JSON.stringify = () => 'no';"
        "Document.prototype.querySelectorAll = () => []</script>"
    )
    found = await resolve(session, ['control="Go"'], timeout_ms=5000)
    assert found.facts["id"] == "x"


async def test_a_browser_without_the_engine_is_told_so() -> None:
    async with async_playwright() as playwright:
        bare = await playwright.chromium.launch(
            executable_path=choose_browser().executable, chromium_sandbox=False
        )
        try:
            page = await bare.new_page()

            class Bare:
                def __init__(self) -> None:
                    self.page, self.activity = page, Activity()

            with pytest.raises(RunnerError, match="engine"):
                await resolve(Bare(), ['control="Go"'], timeout_ms=500)
        finally:
            await bare.close()


async def test_many_at_once_do_not_mix(session: Session) -> None:
    names = [f"Item {number}" for number in range(20)]
    await session.page.set_content(
        "".join(f"<button id=b{at}>{name}</button>" for at, name in enumerate(names))
    )
    found = await asyncio.gather(
        *(resolve(session, [f'control="{name}"'], timeout_ms=5000) for name in names)
    )
    assert [one.facts["id"] for one in found] == [f"b{at}" for at in range(20)]
    assert [await one.locator.get_attribute("id") for one in found] == [f"b{at}" for at in range(20)]


async def test_a_large_page(browser: Browser) -> None:
    rows = "".join(
        f"<tr><td>Row {n}<td><button>Delete</button><a href=#{n}>Open</a></tr>" for n in range(1500)
    )
    async with browser.session(SessionOptions()) as session:
        await session.page.set_content(f"<table>{rows}</table>")
        found = await resolve(session, ['role=row[name*="Row 1234"] >> control="Delete"'], timeout_ms=30_000)
        assert await found.locator.evaluate("e => e.closest('tr').cells[0].textContent") == "Row 1234"
        with pytest.raises(LookupFailed) as failure:
            await resolve(session, ['control="Delete"'], timeout_ms=1)
        assert "1500 elements" in failure.value.message
        assert len(failure.value.details["matches"]) <= 12


async def test_a_step_that_names_nothing(session: Session) -> None:
    with pytest.raises(LookupFailed, match="names no element"):
        await resolve(session, [], timeout_ms=1)


async def test_a_label_around_a_select_says_no_more_than_its_words(session: Session) -> None:
    options = "<option>Speed<option>Design<option>Missing feature"
    await session.page.set_content(f"<label>Topic <select>{options}</select></label>")
    found = await resolve(session, ['field="Topic"'], timeout_ms=2_000, purpose="fill")
    assert found.facts["label"] == "Topic"

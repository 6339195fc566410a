"""What counts as being there: texts, URLs and elements."""

from __future__ import annotations

import pytest

from runner.contract.config import Expect
from runner.contract.errors import ExpectationFailed, LookupFailed
from runner.page.assertions import nearest_lines
from runner.page.awaited import kind_of
from runner.page.session import Session
from runner.testing import CannedSite
from tests.page.doing import do, show


async def expect_text(
    session: Session, text: str, selector: str | None = None, timeout_ms: int = 8_000
) -> None:
    await do(session, "expect", selector, expect=Expect(type="text", contains=text), timeout_ms=timeout_ms)


async def refuse_text(session: Session, text: str, selector: str | None = None) -> ExpectationFailed:
    with pytest.raises(ExpectationFailed) as raised:
        await expect_text(session, text, selector, timeout_ms=700)
    return raised.value


SHADOW = """<x-card>slotted text</x-card><script>customElements.define('x-card', class extends HTMLElement {
  connectedCallback() {
    this.attachShadow({mode: 'open'}).innerHTML = 'before <slot></slot> <b>after</b>' } })</script>"""


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<h1>Hello   <b>big</b>\n world</h1>", "Hello big world"),
        ("<p>Hello&nbsp;world</p>", "Hello world"),
        ("<p>soft&shy;hyphen</p>", "softhyphen"),
        ("<p style='text-transform:uppercase'>Saved</p>", "Saved"),
        ("<p style='text-transform:uppercase'>Saved</p>", "SAVED"),
        ("<div>one</div><div>two</div>", "one two"),
        (SHADOW, "before slotted text after"),
        ("<select><option>Free<option selected>Pro</select>", "Pro"),
        ("<input type=submit value='Send it'>", "Send it"),
        ("<p>مرحبا بالعالم</p>", "بالعالم"),
        ("<iframe srcdoc='<p>in a frame</p>'></iframe>", "in a frame"),
        ("<div style='opacity:0'>transparent</div>", "transparent"),
        ("<div style='display:contents'><p>no box of its own</p></div>", "no box of its own"),
        ("<div style='visibility:hidden'>x<p style='visibility:visible'>seen again</p></div>", "seen again"),
    ],
)
async def test_text_that_is_there(session: Session, canned_site: CannedSite, html: str, text: str) -> None:
    await show(session, canned_site, html)
    await expect_text(session, text)


async def test_the_text_of_an_iframe_is_that_of_its_document_and_of_the_frames_in_it(
    session: Session, canned_site: CannedSite
) -> None:
    inner = "<p>in it</p><iframe srcdoc='<p>deep in it</p>'></iframe>"
    html = (
        f'<p>around it</p><iframe title="Pay" srcdoc="{inner}"></iframe><iframe srcdoc="beside it"></iframe>'
    )
    await show(session, canned_site, html)
    await expect_text(session, "in it", 'iframe[title="Pay"]')
    await expect_text(session, "deep in it", 'iframe[title="Pay"]')
    refused = await refuse_text(session, "around it", 'iframe[title="Pay"]')
    assert {each["text"] for each in refused.details["nearest"]} & {"in it", "deep in it"}


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p hidden>Saved</p>", "Saved"),
        ("<p style='visibility:hidden'>Saved</p>", "Saved"),
        ("<script>const x = 'Saved'</script><style>/* Saved */</style><template>Saved</template>", "Saved"),
        ("<input value=Saved><textarea>Saved</textarea>", "Saved"),
        ("<select><option>Free<option>Pro</select>", "Pro"),
        ("<details><summary>More</summary>Saved</details>", "Saved"),
        ("<iframe hidden srcdoc='<p>Saved</p>'></iframe>", "Saved"),
        ("<p>saved</p>", "Saved"),
        ("<p>Sa</p><p>ved</p>", "Saved"),
    ],
)
async def test_text_that_is_not_there(
    session: Session, canned_site: CannedSite, html: str, text: str
) -> None:
    await show(session, canned_site, html)
    await refuse_text(session, text)


async def test_text_of_an_element_only(session: Session, canned_site: CannedSite) -> None:
    await show(session, canned_site, "<p role=status>Saved</p><p>Elsewhere</p>")
    await expect_text(session, "Saved", "role=status")
    error = await refuse_text(session, "Elsewhere", "role=status")
    assert error.details["nearest"] == [{"text": "Saved"}]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<label>F <input value='Ada Lovelace'></label>", "Ada"),
        ("<label>F <textarea>one\ntwo</textarea></label>", "one two"),
        ("<label>F <select><option>Free<option selected>Pro</select></label>", "Pro"),
    ],
)
async def test_the_value_of_a_field_counts_for_the_field(
    session: Session, canned_site: CannedSite, html: str, text: str
) -> None:
    await show(session, canned_site, html)
    await expect_text(session, text, 'field="F"')
    await refuse_text(session, "Grace", 'field="F"')


async def test_a_password_is_never_read(session: Session, canned_site: CannedSite) -> None:
    await show(session, canned_site, "<label>F <input type=password value=s3cret></label>")
    error = await refuse_text(session, "s3cret", 'field="F"')
    assert "s3cret" not in str(error.details["nearest"])


async def test_text_that_comes_late_and_after_a_navigation(session: Session, canned_site: CannedSite) -> None:
    canned_site.pages["/next"] = (
        "<script>setTimeout(() => { document.body.append('At last') }, 200)</script><body>"
    )
    await show(session, canned_site, "<script>setTimeout(() => { location = '/next' }, 100)</script>")
    await expect_text(session, "At last")


async def test_text_of_an_element_that_is_replaced(session: Session, canned_site: CannedSite) -> None:
    await show(
        session,
        canned_site,
        """<div id=r></div><script>let n = 0; const draw = () => {
        r.innerHTML = `<p role=status>Step ${++n}</p>`; if (n < 30) setTimeout(draw, 20) };
        draw()</script>""",
    )
    await expect_text(session, "Step 30", "role=status")


async def test_a_missing_text_tells_the_nearest(session: Session, canned_site: CannedSite) -> None:
    await show(session, canned_site, "<h1>Basket</h1><p>3 items in your basket</p><p>Total 12</p>")
    error = await refuse_text(session, "4 items in your basket")
    assert error.details["nearest"][0] == {"text": "3 items in your basket"}
    assert "700 ms" in error.message


async def test_a_huge_page_is_searched(session: Session, canned_site: CannedSite) -> None:
    await show(session, canned_site, "<p>row <b>one</b></p>" * 10_000 + "<x-card></x-card>" + SHADOW)
    await expect_text(session, "slotted text after", timeout_ms=20_000)


async def test_the_url(session: Session, canned_site: CannedSite) -> None:
    canned_site.pages["/a b"] = canned_site.pages["/a%20b"] = ""
    await session.page.goto(f"{canned_site.url}a%20b?q=x%C3%A4")
    for part in ("/a b", "/a%20b", "?q=xä", "q=x%C3%A4"):
        await do(session, "expect", expect=Expect(type="url", contains=part))
    with pytest.raises(ExpectationFailed) as raised:
        await do(session, "expect", expect=Expect(type="url", contains="/b"), timeout_ms=300)
    assert raised.value.details["url"] == session.page.url


async def test_an_element_is_visible_or_becomes_so(session: Session, canned_site: CannedSite) -> None:
    late = "<p id=p hidden>Late</p><script>setTimeout(() => { p.hidden = false }, 200)</script>"
    await show(session, canned_site, late)
    performed = await do(session, "expect", "#p", expect=Expect(type="visible"))
    assert performed.found is not None
    await do(session, "expect", expect=Expect(type="visible", selector="#p"))


async def test_a_hidden_element_is_not_visible(session: Session, canned_site: CannedSite) -> None:
    await show(session, canned_site, "<p id=p hidden>Late</p>")
    with pytest.raises((ExpectationFailed, LookupFailed)):
        await do(session, "expect", "#p", expect=Expect(type="visible"), timeout_ms=500)


@pytest.mark.parametrize(
    ("sought", "kind"),
    [
        ('control="Save"', "selector"),
        ("[data-testid=save]", "selector"),
        ("#save", "selector"),
        (".toast", "selector"),
        ("div.toast", "selector"),
        ('button:has-text("Save")', "selector"),
        ("text=Saved", "selector"),
        ('role=row >> control="Delete"', "selector"),
        ("https://example.com/x", "url"),
        ("/dashboard", "url"),
        ("**/dashboard*", "url"),
        ("?tab=two", "url"),
        ("#/settings", "url"),
        ("Saved", "text"),
        ("Order no. 5", "text"),
        ("Total: 5 > 3", "text"),
        ("dashboard", "text"),
        ("1/2 done", "text"),
    ],
)
def test_what_a_wait_is_for_is_seen_by_looking(sought: str, kind: str) -> None:
    assert kind_of(sought) == kind


def test_the_nearest_lines() -> None:
    assert nearest_lines("Saved", ["Save", "Cancel", "Not saved"])[0] in ("Save", "Not saved")
    assert nearest_lines("Saved", []) == []

"""What a census of a live page sees, where it looks, and what it costs on a huge page."""

from __future__ import annotations

import pytest

from runner.page.census import Census, Sought, census
from runner.page.session import Session
from runner.testing import CannedSite

pytestmark = pytest.mark.browser

MIXED = """<!doctype html><h1>Shop</h1>
<button id="buy" class="primary">Buy</button><a href="/help?x=1">Help</a><p>Just text</p>
<div onclick="void 0">Open menu</div><span style="cursor:pointer">Star</span>
<label>Email <input type="email" name="mail"></label><input type="hidden" name="token">
<input type="password" value="hunter2" aria-label="Password"><input type="file" style="display:none">
<button style="display:none">Hidden</button><button disabled>Off</button>
<my-card></my-card><iframe name="inner" srcdoc="<button>In a frame</button>"></iframe>
<script>customElements.define('my-card', class extends HTMLElement { constructor() { super();
  this.attachShadow({mode: 'open'}).innerHTML = '<button>In a shadow</button>'; } });</script>"""


def captions(seen: Census) -> set[str]:
    told = set()
    for each in seen.sightings:
        shown = each.fingerprint
        told.add(shown.text or shown.label or shown.title or shown.type or "")
    return told


async def opened(session: Session, site: CannedSite, body: str) -> None:
    site.pages["/"] = body
    await session.page.goto(site.url, wait_until="load")


async def test_it_sees_all_that_can_be_used_in_frames_and_shadow_roots_too(
    session: Session, canned_site: CannedSite
) -> None:
    await opened(session, canned_site, MIXED)
    seen = await census(session, Sought())
    assert captions(seen) >= {
        "Buy", "Help", "Open menu", "Star", "Email", "Password", "file", "Off", "In a shadow", "In a frame",
    }  # fmt: skip
    assert not {"Hidden", "Just text"} & captions(seen)
    assert not seen.cut
    assert "hunter2" not in str([dict(each.dom) for each in seen.sightings])
    await seen.dispose()


async def test_text_counts_where_an_assertion_is_sought(session: Session, canned_site: CannedSite) -> None:
    await opened(session, canned_site, MIXED)
    seen = await census(session, Sought(readable=True))
    assert {"Just text", "Shop"} <= captions(seen)


async def test_each_sighting_leads_back_to_its_element(session: Session, canned_site: CannedSite) -> None:
    await opened(session, canned_site, MIXED)
    seen = await census(session, Sought())
    for each in seen.sightings:
        locator = await each.locator()
        assert locator is not None, each.fingerprint
        element = await each.element()
        assert await locator.evaluate("(found, sought) => found === sought", element)
    disabled = [each.fingerprint.text for each in seen.sightings if each.disabled]
    assert disabled == ["Off"]


async def test_role_and_name_are_asked_of_playwright(session: Session, canned_site: CannedSite) -> None:
    await opened(session, canned_site, '<button><img alt="Close" src="data:,"></button>')
    seen = await census(session, Sought())
    told = await seen.sightings[0].described()
    assert told is not None
    assert (told.role, told.name) == ("button", "Close")


async def test_an_element_that_went_away_has_no_locator(session: Session, canned_site: CannedSite) -> None:
    await opened(session, canned_site, "<button>One</button>")
    seen = await census(session, Sought())
    await session.page.evaluate("document.querySelector('button').outerHTML = '<button>Two</button>'")
    assert await seen.sightings[0].locator() is None
    assert await seen.sightings[0].described() is None


async def test_twenty_thousand_elements_are_looked_through_and_the_right_one_comes_first(
    session: Session, canned_site: CannedSite
) -> None:
    many = "".join(f"<li><a href='/item/{n}'>Item {n}</a><button>Edit</button></li>" for n in range(6_667))
    await opened(session, canned_site, f"<ul>{many}</ul><footer><button id='x'>Log in</button></footer>")
    sought = Sought(captions=("Sign in",), related=("log in", "sign in"), tag="button", budget_ms=10_000)
    seen = await census(session, sought)
    assert seen.population == 2 * 6_667 + 1
    assert seen.sightings[0].fingerprint.text == "Log in"
    assert 0 < len(seen.sightings) <= sought.limit
    assert not seen.cut


async def test_it_says_when_time_ran_out(session: Session, canned_site: CannedSite) -> None:
    await opened(session, canned_site, "<button>Edit</button>" * 5_000)
    seen = await census(session, Sought(budget_ms=0))
    assert seen.cut
    assert seen.sightings

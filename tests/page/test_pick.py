"""From a point of the picture to the element that a person means by it."""

from __future__ import annotations

import pytest

from runner.contract.errors import LookupFailed
from runner.page.pick import pick
from runner.page.probe import Purpose
from runner.page.session import Session
from runner.testing import CannedSite

PAGE = """<style>body { margin: 0 } .at { position: absolute; width: 200px; height: 40px }</style>
<button class=at style="top: 0"><span><b>Save</b></span></button>
<label class=at style="top: 60px">Email <input></label>
<div class=at style="top: 120px" id=host></div>
<p class=at style="top: 180px">Thank <em>you</em></p>
<iframe style="position: absolute; top: 240px; left: 100px; border: 7px solid; width: 300px; height: 200px"
  title=Payment src=inner></iframe>
<script>
  host.attachShadow({mode: 'open'}).innerHTML = '<a href="/cart" style="display: block">Cart</a>';
</script>"""
INNER = "<style>body { margin: 0 }</style><button style='margin-top: 100px; width: 150px'>Pay</button>"


@pytest.mark.browser
@pytest.mark.parametrize(
    ("x", "y", "purpose", "selector"),
    [
        (20, 20, "act", 'control="Save"'),
        (10, 70, "fill", 'field="Email"'),
        (10, 130, "act", 'control="Cart"'),
        (110, 357, "act", 'control="Pay"'),
    ],
)
async def test_the_control_at_a_point_is_named(
    session: Session, canned_site: CannedSite, x: int, y: int, purpose: Purpose, selector: str
) -> None:
    canned_site.pages |= {"/": PAGE, "/inner": INNER}
    await session.page.goto(canned_site.url)
    picked = await pick(session, x, y, purpose)
    assert selector in " ".join(picked.survey.selectors)
    assert picked.box is not None
    left, top, width, height = picked.box
    assert left <= x <= left + width
    assert top - 60 <= y <= top + height


@pytest.mark.browser
async def test_an_assertion_is_about_what_is_there(session: Session, canned_site: CannedSite) -> None:
    canned_site.pages["/"] = PAGE
    await session.page.goto(canned_site.url)
    assert (await pick(session, 60, 205, "see")).survey.fingerprint.tag in ("p", "em")
    with pytest.raises(LookupFailed, match="nothing at this point"):
        await pick(session, 5_000, 5_000)
    with pytest.raises(LookupFailed, match="nothing at this point"):
        await pick(session, 900, 600)

"""What an observation tells of a page: the snapshot, the scan of the document, and both merged."""

from __future__ import annotations

import pytest

from runner.page.observe import Node, Observation, locate, observe
from runner.page.session import Session
from runner.page.snapshot import parse_snapshot
from runner.testing import CannedSite

pytestmark = pytest.mark.browser


async def seen(session: Session, site: CannedSite, html: str, **pages: str) -> Observation:
    site.pages["/"] = f"<title>Test</title>{html}"
    site.pages |= {f"/{name}": page for name, page in pages.items()}
    await session.page.goto(site.url)
    return await observe(session)


def one(view: Observation, **sought: str) -> Node:
    found = [node for node in view.nodes if all(getattr(node, key) == value for key, value in sought.items())]
    assert len(found) == 1, found
    return found[0]


async def test_roles_names_states_and_urls_are_told(session: Session, canned_site: CannedSite) -> None:
    view = await seen(
        session,
        canned_site,
        """<h1>Hi: "x" #1</h1><a href="/q?a=b#c">Sign in - [now]</a><button disabled>Save</button>
        <label>Na"me\\: <input value="x: y"></label><input type=checkbox aria-label=Terms checked>""",
    )
    assert one(view, role="heading").name == 'Hi: "x" #1'
    assert one(view, role="link").url == "/q?a=b#c"
    assert one(view, role="button").disabled
    assert one(view, role="textbox").value == "x: y"
    assert one(view, role="checkbox").checked
    assert view.title == "Test"
    assert 'Hi: "x" #1' in view.text


async def test_a_password_is_never_read(session: Session, canned_site: CannedSite) -> None:
    view = await seen(session, canned_site, "<label>Password <input type=password value=hunter2></label>")
    field = one(view, role="textbox")
    assert field.type == "password"
    assert field.value is None
    assert "hunter2" not in repr(view)
    assert "hunter2" not in view.text


@pytest.mark.parametrize(
    ("html", "label"),
    [
        ("<div>Label: <input></div>", "Label"),
        ("<div><div>Above</div><input></div>", "Above"),
        ("<div><input type=checkbox> Milk</div>", "Milk"),
        ("<table><tr><td>Name</td><td><input></td></tr></table>", "Name"),
        ("<label for=a>Tied</label><div><input id=a></div>", "Tied"),
        ("<div>Other</div><div><input><div>Under it</div></div>", "Under it"),
    ],
)
async def test_a_field_without_a_name_is_told_by_what_stands_beside_it(
    session: Session, canned_site: CannedSite, html: str, label: str
) -> None:
    view = await seen(session, canned_site, html)
    (field,) = [node for node in view.nodes if node.tag == "input"]
    assert label in (field.label, field.name)


async def test_the_caption_of_a_button_is_no_label(session: Session, canned_site: CannedSite) -> None:
    view = await seen(session, canned_site, "<button>Go</button><input>")
    assert one(view, role="textbox").label == ""


async def test_icons_that_the_snapshot_leaves_out_can_be_clicked(
    session: Session, canned_site: CannedSite
) -> None:
    view = await seen(
        session,
        canned_site,
        """<style>i {display: inline-block; width: 12px; height: 12px}</style>
        <div class=post><b>Ann</b><i class="icon-star" onclick="document.title = 'ann'"></i></div>
        <div class=post><b>Bob</b><i class="icon-star" onclick="document.title = 'bob'"></i></div>""",
    )
    stars = [node for node in view.nodes if "star" in node.hints]
    assert len(stars) == 2
    await locate(session, stars[1].ref).click()
    assert await session.page.title() == "bob"


async def test_a_container_that_holds_an_icon_and_a_name_is_told(
    session: Session, canned_site: CannedSite
) -> None:
    style = "<style>p {margin: 0} i {display: block; width: 9px; height: 9px}</style>"
    rows = [f"<div><span>{name}</span><p><i class=bin></i></p></div>" for name in ("Ann", "Bob")]
    view = await seen(session, canned_site, style + "".join(rows))
    for index, node in enumerate(view.nodes):
        if "bin" in node.hints:
            holder = next(at for at in view.ancestors(index) if view.text_of(at))
            assert view.text_of(holder) in ("Ann", "Bob")


async def test_iframes_are_part_of_the_page_with_boxes_of_the_main_frame(
    session: Session, canned_site: CannedSite
) -> None:
    view = await seen(
        session,
        canned_site,
        "<style>body{margin:0}</style><iframe src=/pay style='margin:50px;border:2px solid'></iframe>",
        pay="<style>body{margin:0}</style><button>Pay</button><input type=password value=4242>",
    )
    button = one(view, role="button")
    assert button.frame
    assert button.box is not None
    assert (button.box.x, button.box.y) == (52, 52)
    assert "4242" not in repr(view)
    assert await locate(session, button.ref).text_content() == "Pay"


async def test_shadow_roots_are_walked_in_order(session: Session, canned_site: CannedSite) -> None:
    view = await seen(
        session,
        canned_site,
        """<x-a><i slot=s>slotted</i></x-a><script>customElements.define('x-a', class extends HTMLElement {
        connectedCallback() { this.attachShadow({mode: 'open'}).innerHTML =
        '<button>One</button><slot name=s></slot><input type=password value=deep>' } })</script>""",
    )
    assert one(view, role="button").tag == "button"
    assert one(view, role="textbox").type == "password"
    assert "deep" not in repr(view)


async def test_what_lies_under_an_overlay_is_covered(session: Session, canned_site: CannedSite) -> None:
    view = await seen(
        session,
        canned_site,
        """<button>Under</button><div style="position:fixed;inset:0;background:#fff">
        <button>Over</button></div>""",
    )
    assert one(view, name="Under").covered
    assert not one(view, name="Over").covered


async def test_every_ref_leads_to_its_element(session: Session, canned_site: CannedSite) -> None:
    view = await seen(
        session,
        canned_site,
        """<ul><li><a href=#1>One</a></li><li><a href=#2>Two</a></li></ul><select aria-label=S></select>
        <table><tr><td><button title=Edit><svg width=9 height=9></svg></button></td></tr></table>
        <span class="fa fa-star" style="display:inline-block;width:9px;height:9px;cursor:pointer"></span>""",
    )
    for node in view.nodes:
        if node.ref and node.tag:
            assert await locate(session, node.ref).evaluate("element => element.localName") == node.tag


def test_a_snapshot_is_parsed_line_by_line() -> None:
    entries = parse_snapshot(
        """- generic [active] [ref=e1] [box=0,0,10,20]:
  - 'heading "a: \\"b\\" #1" [level=1] [ref=e2]'
  - link "it''s" [ref=e3] [cursor=pointer]:
    - /url: "#x: y"
  - text: "Label:"
  - textbox [ref=e4]: "x: y"
  - iframe [ref=e5]:
    - button "Pay" [disabled] [ref=f1e2]
"""
    )
    told = [(entry.role, entry.name, entry.text, entry.ref, entry.parent) for entry in entries]
    assert told == [
        ("generic", "", "", "e1", None),
        ("heading", 'a: "b" #1', "", "e2", 0),
        ("link", "it''s", "", "e3", 0),
        ("text", "", "Label:", "", 0),
        ("textbox", "", "x: y", "e4", 0),
        ("iframe", "", "", "e5", 0),
        ("button", "Pay", "", "f1e2", 5),
    ]
    assert entries[2].properties == {"url": "#x: y"}
    assert entries[6].states == {"disabled": "true"}

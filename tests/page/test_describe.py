"""Fingerprints and ranked selectors, of real elements on real pages."""

from __future__ import annotations

import json
from typing import Any

import pytest

from runner.contract.errors import ActionFailed
from runner.page.describe import describe, rank_selectors
from runner.page.probe import Purpose
from runner.page.session import Session

pytestmark = pytest.mark.browser

PAGE = """
<title>Shop</title>
<nav aria-label="Main"><a href="/tasks?open=1">Tasks</a></nav>
<h1>Shop</h1>
<form aria-label="Sign in" style="margin: 0">
  <label>User name <input name="user" class="css-1ab2cd form-control is-focused" id=":r1:"></label>
  <input type="password" placeholder="Password" value="hunter2-value">
  <input type="checkbox" id="keep"><label for="keep">Keep me</label>
  <button class="btn btn-primary" data-testid="go">Sign in</button>
</form>
<div contenteditable aria-label="Notes">typed-by-a-person</div>
<textarea name="story">typed-before</textarea>
<table aria-label="Books">
  <tr><th>Title</th><th>Price</th><th></th></tr>
  <tr><td><a href="/dune">Dune</a></td><td>12</td><td><button>Edit</button> <button>Delete</button></td></tr>
  <tr><td><a href="/emma">Emma</a></td><td>12</td><td><button>Edit</button> <button>Delete</button></td></tr>
</table>
<ul><li>Milk <button>Buy</button></li><li>Bread <button>Buy</button></li></ul>
<div class="cards">
  <div class="card"><h3>Basic</h3><p>$5</p><button>Choose</button></div>
  <div class="card"><h3>Pro</h3><p>$9</p><button>Choose</button></div>
</div>
<section><h2>Billing</h2><button>Save</button></section>
<section><h2>Delivery</h2><button>Save</button></section>
<button title="More options"><svg width="10" height="10"></svg></button>
<div id="x9f3a2b1" style="cursor: pointer" onclick="0">Open the shop</div>
<div class="dots"><span onclick="0">.</span><span onclick="0">.</span><span onclick="0">.</span></div>
<iframe title="Card" srcdoc="<label>Number <input name=number></label><button>Save</button>"></iframe>
<x-outer></x-outer>
<script>
  customElements.define('x-inner', class extends HTMLElement { connectedCallback() {
    this.attachShadow({ mode: 'open' }).innerHTML =
      '<section aria-label="Inside"><button>Deep</button></section>' } });
  customElements.define('x-outer', class extends HTMLElement { connectedCallback() {
    this.attachShadow({ mode: 'open' }).innerHTML = '<x-inner></x-inner>' } });
</script>
"""


@pytest.fixture
async def shop(session: Session) -> Session:
    await session.page.set_content(PAGE)
    return session


async def told(session: Session, css: str) -> dict[str, Any]:
    found = await describe(session.page.locator(css), session.page.main_frame)
    return found.model_dump(exclude_none=True, exclude={"v", "box"})


async def ranked(session: Session, css: str, purpose: Purpose = "act", **more: Any) -> list[str]:
    return await rank_selectors(session, session.page.locator(css), purpose, **more)


async def test_a_button(shop: Session) -> None:
    assert await told(shop, "form button") == {
        "tag": "button",
        "role": "button",
        "name": "Sign in",
        "text": "Sign in",
        "test_id": "go",
        "classes": ["btn", "btn-primary"],
        "landmarks": ['form "Sign in"'],
        "siblings": ["Keep me", "Password", "User name"],
        "between": ["Keep me", "story"],
    }


async def test_a_field_without_its_generated_parts(shop: Session) -> None:
    assert await told(shop, "[name=user]") == {
        "tag": "input",
        "role": "textbox",
        "name": "User name",
        "type": "text",
        "label": "User name",
        "name_attr": "user",
        "classes": ["form-control"],
        "value_kind": "text",
        "landmarks": ['form "Sign in"'],
        "siblings": ["Password", "Keep me", "Sign in"],
        "between": ["Shop", "Password"],
    }


async def test_a_button_in_a_row(shop: Session) -> None:
    found = await told(shop, "tr:nth-of-type(3) button:last-child")
    assert found["row"] == "Emma"
    assert (found["ordinal"], found["of"]) == (2, 2)
    assert found["landmarks"] == ['table "Books"']


async def test_a_link_is_known_by_its_path(shop: Session) -> None:
    found = await told(shop, "nav a")
    assert found["href"] == "/tasks?open=1"
    assert found["landmarks"] == ['navigation "Main"']


async def test_an_element_in_nested_shadow_roots(shop: Session) -> None:
    found = await told(shop, "x-inner button")
    assert (found["name"], found["landmarks"]) == ("Deep", ['region "Inside"'])


async def test_an_element_in_a_frame(shop: Session) -> None:
    frame = shop.page.frames[1]
    found = await describe(frame.locator("input"), frame)
    assert (found.role, found.name, found.frame) == ("textbox", "Number", "about:srcdoc")


async def test_what_has_no_role_has_none(shop: Session) -> None:
    found = await told(shop, "[onclick] >> nth=0")
    assert "role" not in found
    assert found["text"] == "Open the shop"
    assert "id" not in found


@pytest.mark.parametrize(
    "css", ["[type=password]", "[contenteditable]", "textarea", "form button", "[name=user]"]
)
async def test_what_people_typed_is_not_in_it(shop: Session, css: str) -> None:
    await shop.page.fill("[name=user]", "typed-name")
    found = json.dumps(await told(shop, css))
    assert not any(typed in found for typed in ("hunter2", "typed-"))


async def test_it_is_small(shop: Session) -> None:
    for css in (
        "form button",
        "[name=user]",
        "tr:nth-of-type(3) button:last-child",
        "[title='More options']",
    ):
        assert len(json.dumps(await told(shop, css))) < 500


async def test_the_kind_of_a_value_is_told_not_the_value(shop: Session) -> None:
    await shop.page.fill("[name=user]", "ada@example.org")
    assert (await told(shop, "[name=user]"))["value_kind"] == "email"


async def test_an_element_that_has_gone(shop: Session) -> None:
    handle = shop.page.locator("#nowhere")
    with pytest.raises(ActionFailed, match="went away"):
        await describe(handle, shop.page.main_frame)


@pytest.mark.parametrize(
    ("css", "best"),
    [
        ("form button", '[data-testid="go"]'),
        ("nav a", 'control="Tasks"'),
        ("tr:nth-of-type(3) button:last-child", 'role=row[name*="Emma"] >> control="Delete"'),
        ("li:last-child button", 'li:has-text("Bread") >> control="Buy"'),
        (".card:last-child button", 'div.card:has-text("Pro") >> control="Choose"'),
        ("section:nth-of-type(2) > button", 'section:has-text("Delivery") >> control="Save"'),
        ("[title='More options']", 'control="More options"'),
        ("#x9f3a2b1", 'control="Open the shop"'),
        ("x-inner button", 'control="Deep"'),
    ],
)
async def test_the_best_selector_to_click(shop: Session, css: str, best: str) -> None:
    found = await ranked(shop, css)
    assert found[0] == best
    assert len(found) <= 5


@pytest.mark.parametrize(
    ("css", "best"),
    [
        ("[name=user]", 'field="User name"'),
        ("[type=password]", 'field="Password"'),
        ("#keep", 'field="Keep me"'),
        ("[contenteditable]", 'field="Notes"'),
        ("textarea", 'textarea[name="story"]'),
    ],
)
async def test_the_best_selector_to_fill(shop: Session, css: str, best: str) -> None:
    assert (await ranked(shop, css, "fill"))[0] == best


async def test_the_best_selector_in_a_frame_that_repeats_the_page(shop: Session) -> None:
    button = shop.page.frames[1].locator("button")
    assert (await rank_selectors(shop, button))[0] == 'iframe[title="Card"] >> control="Save"'


async def test_nothing_but_its_place_tells_it(shop: Session) -> None:
    found = await ranked(shop, ".dots span:nth-child(2)")
    assert found
    assert all("nth" in selector for selector in found)


async def test_generated_words_are_in_no_selector(shop: Session) -> None:
    for css in ("[name=user]", "#x9f3a2b1"):
        found = " ".join(await ranked(shop, css))
        assert not any(word in found for word in ("r1", "css-1ab2cd", "x9f3a2b1"))


async def test_second_choices_go_by_something_else(shop: Session) -> None:
    found = await ranked(shop, "[name=user]", "fill")
    assert 'role=textbox[name="User name"]' in found
    assert 'input[name="user"]' in found


async def test_what_was_typed_is_a_poor_name(shop: Session) -> None:
    found = await ranked(shop, "li:last-child button", typed=["Bread"])
    assert found


async def test_an_element_that_is_covered_by_a_namesake_is_never_taken_for_it(session: Session) -> None:
    await session.page.set_content(
        "<button>Save</button><button hidden>Save</button><p>Save</p><div role=dialog aria-label=Edit>"
        "<button>Save</button></div>"
    )
    assert (await ranked(session, "[role=dialog] button"))[0] == 'role=dialog[name="Edit"] >> control="Save"'


async def test_a_field_in_a_wrapper_of_its_own_is_in_no_row(session: Session) -> None:
    wrapped = "".join(f'<div class="field"><label>{name} <input></label></div>' for name in ("Email", "City"))
    await session.page.set_content(wrapped)
    found = await describe(session.page.locator("input >> nth=0"), session.page.main_frame)
    assert found.row is None
    assert (await ranked(session, "input >> nth=0", "fill"))[0] == 'field="Email"'


async def test_a_test_id_that_repeats_is_scoped(session: Session) -> None:
    rows = "".join(
        f"<tr><td>{name}</td><td><button data-testid=del>x</button></td></tr>" for name in ("Ann", "Bob")
    )
    await session.page.set_content(f"<table>{rows}</table>")
    found = await ranked(session, "tr:nth-child(2) button")
    assert found[0] == 'role=row[name*="Bob"] >> [data-testid="del"]'


async def test_a_row_is_known_by_a_name_rather_than_an_initial(session: Session) -> None:
    rows = "".join(
        f"<li><span>{name[0]}</span> <b>{name}</b> <i>{name.lower()}@x.org</i> <button>Edit</button></li>"
        for name in ("Ann", "Bob", "Cleo")
    )
    await session.page.set_content(f"<ul>{rows}</ul>")
    found = await ranked(session, "li:nth-child(2) button")
    assert found[:2] == ['li:has-text("Bob") >> control="Edit"', 'li:has-text("bob@x.org") >> control="Edit"']


async def test_a_row_whose_title_is_part_of_another_is_still_known_by_its_title(session: Session) -> None:
    rows = "".join(
        f"<tr><td>{title}</td><td>{price}</td><td><button>Delete</button></td></tr>"
        for title, price in (("Dune", "£12.50"), ("Dune Messiah", "£9.00"), ("Emma", "£7.25"))
    )
    await session.page.set_content(f"<table>{rows}</table>")
    found = await ranked(session, "tr:nth-child(1) button")
    assert found[0] == 'tr:has(:text-is("Dune")) >> control="Delete"'
    assert (await ranked(session, "tr:nth-child(2) button"))[0].startswith('role=row[name*="Dune Messiah"]')


async def test_a_form_inside_a_card_does_not_hide_the_card(session: Session) -> None:
    cards = "".join(
        f"<li><h3>{title}</h3><form><input type=hidden name=id><button>Add to cart</button></form></li>"
        for title in ("Dune", "The Hobbit", "Circe")
    )
    await session.page.set_content(f"<ul>{cards}</ul>")
    found = await rank_selectors(session, session.page.locator("li:nth-of-type(2) button"), "act")
    assert found[0] == 'li:has-text("The Hobbit") >> control="Add to cart"'

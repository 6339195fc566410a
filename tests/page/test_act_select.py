"""Selecting: native lists, ARIA listboxes, comboboxes and menus, and lists that only look like them."""

from __future__ import annotations

import pytest

from runner.contract.config import StepValue
from runner.contract.errors import ActionFailed
from runner.page.session import Session
from runner.testing import CannedSite
from tests.page.doing import do, show

NATIVE = """<label>Plan <select id=s><option value=1>Free</option><option value=2> Pro
  plan </option><option value=3 disabled>Team</option><option value=Free>Odd</option></select></label>"""
CHOSEN = "[...document.getElementById('s').selectedOptions].map(option => option.value)"


@pytest.mark.parametrize(
    ("value", "chosen"), [("Free", "1"), ("Pro plan", "2"), ("2", "2"), ("pro PLAN", "2"), ("Odd", "Free")]
)
async def test_a_native_option_by_label_then_by_value(
    session: Session, canned_site: CannedSite, value: str, chosen: str
) -> None:
    await show(session, canned_site, NATIVE)
    await do(session, "select", 'field="Plan"', value)
    assert await session.page.evaluate(CHOSEN) == [chosen]


async def test_several_native_options(session: Session, canned_site: CannedSite) -> None:
    await show(session, canned_site, NATIVE.replace("<select", "<select multiple"))
    await do(session, "select", 'field="Plan"', ["Free", "Odd"])
    assert await session.page.evaluate(CHOSEN) == ["1", "Free"]


@pytest.mark.parametrize(
    ("value", "told"),
    [("Gold", "no option 'Gold'"), ("Team", "'Team' is disabled"), (["Free", "Odd"], "takes one option")],
)
async def test_what_cannot_be_selected_is_told(
    session: Session, canned_site: CannedSite, value: StepValue, told: str
) -> None:
    await show(session, canned_site, NATIVE)
    with pytest.raises(ActionFailed, match=told):
        await do(session, "select", 'field="Plan"', value, timeout_ms=2_000)


async def test_an_unknown_option_is_told_with_those_there_are(
    session: Session, canned_site: CannedSite
) -> None:
    await show(session, canned_site, NATIVE)
    with pytest.raises(ActionFailed) as raised:
        await do(session, "select", 'field="Plan"', "Pro plam", timeout_ms=2_000)
    assert "Did you mean 'Pro plan'?" in str(raised.value)
    assert raised.value.details["options"] == ["Free", "Pro plan", "Team", "Odd"]


async def test_an_option_that_is_loaded_late(session: Session, canned_site: CannedSite) -> None:
    html = NATIVE + "<script>setTimeout(() => s.add(new Option('Gold', '9')), 150)</script>"
    await show(session, canned_site, html)
    await do(session, "select", 'field="Plan"', "Gold")
    assert await session.page.evaluate(CHOSEN) == ["9"]


async def test_a_select_that_a_script_has_dressed_up(session: Session, canned_site: CannedSite) -> None:
    html = NATIVE.replace("<select", "<select style='display:none'").replace(
        "</select>", "</select><i>dress</i>"
    )
    await show(session, canned_site, html)
    await do(session, "select", 'field="Plan"', "Pro plan")
    assert await session.page.evaluate(CHOSEN) == ["2"]


# A combobox as component libraries draw it: the popup hangs at the end of the body.
COMBOBOX = """<button role=combobox aria-label=Fruit aria-expanded=false aria-haspopup=listbox %s>None
</button>
<script>
const box = document.querySelector('[role=combobox]');
box.onclick = () => {
  if (document.getElementById('popup')) return shut();
  const list = document.createElement('div'); list.id = 'popup'; list.role = 'listbox';
  for (const name of ['Apple', 'Apple pie', 'Pear', 'Quince']) {
    const option = document.createElement('div'); option.role = 'option'; option.textContent = name;
    option.onclick = () => { box.textContent = name; shut() }; list.append(option);
  }
  setTimeout(() => document.body.append(list), %d); box.ariaExpanded = 'true';
};
const shut = () => { document.getElementById('popup')?.remove(); box.ariaExpanded = 'false' };
</script>"""


@pytest.mark.parametrize("delay", [0, 150])
@pytest.mark.parametrize("controls", ["", "aria-controls=popup"])
async def test_a_combobox_is_opened_and_its_option_taken(
    session: Session, canned_site: CannedSite, delay: int, controls: str
) -> None:
    await show(session, canned_site, COMBOBOX % (controls, delay))
    await do(session, "select", 'field="Fruit"', "Apple")
    assert await session.page.inner_text("[role=combobox]") == "Apple"
    await do(session, "fill", 'field="Fruit"', "pear")
    assert await session.page.inner_text("[role=combobox]") == "Pear"


async def test_a_combobox_that_is_open_already(session: Session, canned_site: CannedSite) -> None:
    await show(session, canned_site, COMBOBOX % ("", 0))
    await session.page.click("[role=combobox]")
    await do(session, "select", 'field="Fruit"', "Quince")
    assert await session.page.inner_text("[role=combobox]") == "Quince"


async def test_an_option_that_could_be_two_is_ambiguous(session: Session, canned_site: CannedSite) -> None:
    await show(session, canned_site, COMBOBOX % ("", 0))
    with pytest.raises(ActionFailed, match="Several options"):
        await do(session, "select", 'field="Fruit"', "Appl")


async def test_an_unknown_option_of_a_combobox_lists_what_is_there(
    session: Session, canned_site: CannedSite
) -> None:
    await show(session, canned_site, COMBOBOX % ("", 0))
    with pytest.raises(ActionFailed) as raised:
        await do(session, "select", 'field="Fruit"', "Plum", timeout_ms=4_000)
    assert "'Quince'" in str(raised.value.remedy)


FILTERED = """<label>City <input role=combobox aria-expanded=false aria-controls=list></label>
<ul id=list role=listbox></ul><script>
const input = document.querySelector('input'), list = document.getElementById('list');
input.oninput = () => { list.textContent = ''; setTimeout(() => {
  for (const name of ['London', 'Londonderry', 'Lisbon'].filter(name => name.startsWith(input.value))) {
    const item = document.createElement('li'); item.role = 'option'; item.textContent = name;
    item.onclick = () => { input.value = name; list.textContent = ''; document.title = name };
    list.append(item);
  } input.ariaExpanded = 'true' }, 100) };
</script>"""


async def test_a_combobox_that_shows_options_only_once_typed_into(
    session: Session, canned_site: CannedSite
) -> None:
    await show(session, canned_site, FILTERED)
    await do(session, "select", 'field="City"', "London")
    assert await session.page.title() == "London"


LISTBOX = """<ul role=listbox aria-label=Days aria-multiselectable=true>
  <li role=option aria-selected=false>Monday<li role=option aria-selected=true>Tuesday
  <li role=option aria-selected=false>Friday</ul>
<script>document.querySelector('ul').onclick = event => {
  event.target.ariaSelected = event.target.ariaSelected !== 'true' }</script>"""


async def test_a_listbox_of_several(session: Session, canned_site: CannedSite) -> None:
    await show(session, canned_site, LISTBOX)
    await do(session, "select", 'role=listbox[name="Days"]', ["Monday", "Tuesday"])
    chosen = await session.page.eval_on_selector_all(
        "[aria-selected=true]", "all => all.map(each => each.textContent.trim())"
    )
    assert chosen == ["Monday", "Tuesday"]


MENU = """<button aria-haspopup=menu aria-expanded=false>More</button><div role=menu hidden>
  <div role=menuitem>Rename</div><div role=menuitem>Delete</div></div><script>
const menu = document.querySelector('[role=menu]');
document.querySelector('button').onclick = () => { menu.hidden = false };
menu.onclick = event => { document.title = event.target.textContent; menu.hidden = true };</script>"""


async def test_a_menu_behind_a_button(session: Session, canned_site: CannedSite) -> None:
    await show(session, canned_site, MENU)
    await do(session, "select", 'control="More"', "Delete")
    assert await session.page.title() == "Delete"


RADIOGROUP = """<div role=radiogroup aria-label=Pay><div role=radio tabindex=0 aria-checked=false>Card</div>
  <div role=radio tabindex=0 aria-checked=false>Cash</div></div><script>
  document.querySelector('[role=radiogroup]').onclick = event => {
  event.target.ariaChecked = 'true' }</script>"""


async def test_a_radio_group(session: Session, canned_site: CannedSite) -> None:
    await show(session, canned_site, RADIOGROUP)
    await do(session, "select", 'role=radiogroup[name="Pay"]', "Cash")
    assert await session.page.inner_text("[aria-checked=true]") == "Cash"


PLAIN = """<style>li{cursor:pointer}</style>
<div class=dropdown><button>Choose a size</button><ul hidden><li>Small<li>Large</ul></div>
<script>const list = document.querySelector('ul'), button = document.querySelector('button');
button.onclick = () => { list.hidden = false };
list.onclick = event => { button.textContent = event.target.textContent; list.hidden = true };</script>"""


async def test_a_list_that_only_looks_like_one(session: Session, canned_site: CannedSite) -> None:
    await show(session, canned_site, PLAIN)
    await do(session, "select", 'control="Choose a size"', "Large")
    assert await session.page.inner_text("button") == "Large"


VIRTUAL = """<div role=listbox aria-label=Rows tabindex=0
style="height:100px;overflow:auto;position:relative">
<div style="height:4000px"></div></div><script>
// Only what is in view is drawn.
const box = document.querySelector('[role=listbox]');
const draw = () => { box.querySelectorAll('[role=option]').forEach(each => each.remove());
  const first = Math.floor(box.scrollTop / 20);
  for (let n = first; n < first + 6; n++) { const row = document.createElement('div'); row.role = 'option';
    row.textContent = 'Row ' + n; row.style = `position:absolute;top:${n * 20}px;height:20px`;
    row.onclick = () => { document.title = row.textContent }; box.append(row) } };
box.onscroll = draw; draw();</script>"""


async def test_a_list_that_draws_only_what_is_in_view(session: Session, canned_site: CannedSite) -> None:
    await show(session, canned_site, VIRTUAL)
    await do(session, "select", 'role=listbox[name="Rows"]', "Row 150", timeout_ms=20_000)
    assert await session.page.title() == "Row 150"

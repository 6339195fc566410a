"""Filling whatever a field is."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.contract.config import StepValue
from runner.contract.errors import ActionFailed, ConfigError, LookupFailed
from runner.page.browser import Browser
from runner.page.resolve import resolve
from runner.page.session import Session, SessionOptions
from runner.testing import CannedSite
from tests.page.doing import do, show

NOTED = """<script>
const noted = [];
for (const kind of ['input', 'change'])
  addEventListener(kind, event => noted.push(kind + ':' + (event.target.value ?? '')), true);
</script>"""


@pytest.mark.parametrize(
    ("html", "value", "expected"),
    [
        ("<input id=f>", "Ada", "Ada"),
        ("<input id=f value=old>", "", ""),
        ("<input id=f value=old>", 36, "36"),
        ("<input id=f type=email>", "ada@x.org", "ada@x.org"),
        ("<input id=f type=password>", "s3cret", "s3cret"),
        ("<input id=f type=number>", 36.0, "36"),
        ("<input id=f type=date>", "December 10, 1815", "1815-12-10"),
        ("<input id=f type=time>", "9:30 pm", "21:30"),
        ("<input id=f type=datetime-local>", "2026-05-06 09:30", "2026-05-06T09:30"),
        ("<input id=f type=month>", "2026-05", "2026-05"),
        ("<input id=f type=week>", "2026-W07", "2026-W07"),
        ("<input id=f type=color>", "#ABC", "#aabbcc"),
        ("<input id=f type=range min=0 max=10>", 7, "7"),
        ("<textarea id=f>old</textarea>", "one\ntwo", "one\ntwo"),
        ("<select id=f><option>Free<option>Pro</select>", "Pro", "Pro"),
    ],
)
async def test_fields_take_their_value(
    session: Session, canned_site: CannedSite, html: str, value: StepValue, expected: str
) -> None:
    await show(session, canned_site, f"<label for=f>It</label>{html}{NOTED}")
    await do(session, "fill", 'field="It"', value)
    assert await session.page.evaluate("document.getElementById('f').value") == expected
    assert any(note == f"input:{expected}" for note in await session.page.evaluate("noted"))


async def test_rich_text_takes_its_value(session: Session, canned_site: CannedSite) -> None:
    await show(session, canned_site, "<div contenteditable aria-label=Note><b>old</b> text</div>")
    await do(session, "fill", 'field="Note"', "new")
    assert await session.page.inner_text("[contenteditable]") == "new"


CONTROLLED = """<div id=root></div><script>
// What React does: it keeps its own idea of the value, and an input event that brings no news is ignored.
const input = document.createElement('input'); input.type = '%s'; input.setAttribute('aria-label', 'It');
const native = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value');
let tracked = '';
Object.defineProperty(input, 'value', {
  get() { return native.get.call(this) }, set(value) { tracked = value; native.set.call(this, value) },
});
let state = '';
input.addEventListener('input', () => {
  const value = native.get.call(input);
  if (value !== tracked) { tracked = value; state = value; document.title = value }
  native.set.call(input, state);
});
root.append(input);
</script>"""


@pytest.mark.parametrize(
    ("kind", "value"), [("text", "Ada"), ("date", "2026-05-06"), ("range", "7"), ("color", "#aabbcc")]
)
async def test_a_framework_that_controls_its_fields_is_told(
    session: Session, canned_site: CannedSite, kind: str, value: str
) -> None:
    await show(session, canned_site, CONTROLLED % kind)
    await do(session, "fill", 'field="It"', value)
    assert await session.page.title() == value


@pytest.mark.parametrize(
    "html",
    [
        "<label><input id=c type=checkbox> News</label>",
        "<label><input id=c type=checkbox style='position:absolute;opacity:0'> News</label>",
        """<label><input id=c type=checkbox
           style='position:absolute;clip:rect(0 0 0 0);width:1px;height:1px'> News</label>""",
        "<label><input id=c type=checkbox style='display:none'> News</label>",
        "<input id=c type=checkbox style='display:none'><label for=c>News</label>",
        """<style>.s{position:relative;display:inline-block;width:40px;height:20px}
           .s i{position:absolute;inset:0;background:#888}</style>
           <label class=s><input id=c type=checkbox aria-label=News><i></i></label>""",
        "<input id=c type=checkbox checked aria-label=Other><input id=c2 type=checkbox aria-label=News>"
        "<script>c.id='x'; c2.id='c'</script>",
    ],
)
async def test_checkboxes_however_they_are_drawn(
    session: Session, canned_site: CannedSite, html: str
) -> None:
    await show(session, canned_site, html)
    for wanted in (True, True, False):
        await do(session, "fill", 'field="News"', wanted)
        assert await session.page.evaluate("document.getElementById('c').checked") is wanted


@pytest.mark.parametrize("role", ["checkbox", "switch"])
async def test_aria_checkboxes(session: Session, canned_site: CannedSite, role: str) -> None:
    await show(
        session,
        canned_site,
        f"""<div role={role} aria-checked=false tabindex=0 aria-label=News
        onclick="this.ariaChecked = this.ariaChecked !== 'true'">o</div>""",
    )
    for wanted in ("yes", True, "off"):
        await do(session, "fill", 'field="News"', wanted)
        assert await session.page.get_attribute(f"[role={role}]", "aria-checked") == (
            "false" if wanted == "off" else "true"
        )


RADIOS = """<label><input type=radio name=by value=m> Mail</label>
<label><input type=radio name=by value=p> Phone</label>"""


async def test_radio_buttons(session: Session, canned_site: CannedSite) -> None:
    await show(session, canned_site, RADIOS)
    await do(session, "fill", 'field="Phone"', True)
    assert await session.page.evaluate("document.querySelector(':checked').value") == "p"
    with pytest.raises(ActionFailed, match="cannot be switched off"):
        await do(session, "fill", 'field="Phone"', False)


async def test_a_checkbox_asks_for_a_state(session: Session, canned_site: CannedSite) -> None:
    await show(session, canned_site, "<label><input type=checkbox> News</label>")
    with pytest.raises(ActionFailed, match="neither on nor off"):
        await do(session, "fill", 'field="News"', "weekly")


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    (tmp_path / "letter.txt").write_text("Dear")
    (tmp_path / "photo.txt").write_text("png")
    return tmp_path


FILES = "[...document.querySelector('input').files].map(file => file.name)"


async def test_files_are_named_relative_to_the_config(
    browser: Browser, canned_site: CannedSite, letter: Path
) -> None:
    async with browser.session(SessionOptions(files_from=letter)) as session:
        await show(session, canned_site, "<label>Papers <input type=file multiple></label>")
        await do(session, "fill", 'field="Papers"', ["letter.txt", "photo.txt"])
        assert await session.page.evaluate(FILES) == ["letter.txt", "photo.txt"]
        await do(session, "fill", 'field="Papers"', str(letter / "letter.txt"))
        assert await session.page.evaluate(FILES) == ["letter.txt"]


async def test_a_hidden_file_input_behind_a_button(
    browser: Browser, canned_site: CannedSite, letter: Path
) -> None:
    async with browser.session(SessionOptions(files_from=letter)) as session:
        button = "<button onclick=\"document.querySelector('input').click()\">Upload</button>"
        await show(session, canned_site, f"<input type=file hidden>{button}")
        await do(session, "fill", 'control="Upload"', "letter.txt")
        assert await session.page.evaluate(FILES) == ["letter.txt"]


async def test_a_missing_file_is_bad_input(session: Session, canned_site: CannedSite) -> None:
    await show(session, canned_site, "<label>Papers <input type=file></label>")
    with pytest.raises(ConfigError, match=r"not-there\.pdf"):
        await do(session, "fill", 'field="Papers"', "not-there.pdf")


MASKED = """<input aria-label=Card placeholder="0000 0000"><script>
const card = document.querySelector('input'); let digits = '';
const draw = () => { card.value = digits.replace(/(.{4})(?=.)/g, '$1 ') };
card.addEventListener('keydown', event => {
  if (/^\\d$/.test(event.key)) digits += event.key;
  if (event.key === 'Backspace' || event.key === 'Delete') digits = '';
  event.preventDefault(); draw();
});
card.addEventListener('input', draw);
</script>"""


async def test_a_mask_that_listens_to_keys(session: Session, canned_site: CannedSite) -> None:
    await show(session, canned_site, MASKED)
    await do(session, "fill", 'field="Card"', "42424242")
    assert await session.page.input_value("input") == "4242 4242"


async def test_an_aria_slider_is_moved(session: Session, canned_site: CannedSite) -> None:
    await show(
        session,
        canned_site,
        """<div role=slider tabindex=0 aria-label=Volume aria-valuenow=3 aria-valuemax=10>|</div>
        <script>
        const slider = document.querySelector('div');
        slider.onkeydown = event => { const by = {ArrowRight: 1, ArrowLeft: -1}[event.key] ?? 0;
          slider.ariaValueNow = Math.min(10, Math.max(0, +slider.ariaValueNow + by)) };</script>""",
    )
    await do(session, "fill", 'field="Volume"', 7)
    assert await session.page.get_attribute("div", "aria-valuenow") == "7"
    await do(session, "fill", 'field="Volume"', "1")
    assert await session.page.get_attribute("div", "aria-valuenow") == "1"
    with pytest.raises(ActionFailed, match="no position"):
        await do(session, "fill", 'field="Volume"', 99)


async def test_a_slider_names_its_limits(session: Session, canned_site: CannedSite) -> None:
    await show(session, canned_site, "<input type=range aria-label=Volume min=0 max=10 step=2>")
    with pytest.raises(ActionFailed) as raised:
        await do(session, "fill", 'field="Volume"', 99)
    assert "0 to 10 in steps of 2" in str(raised.value)


async def test_a_date_that_cannot_be_read_names_the_shape(session: Session, canned_site: CannedSite) -> None:
    await show(session, canned_site, "<input type=date aria-label=Due>")
    with pytest.raises(ActionFailed, match="YYYY-MM-DD"):
        await do(session, "fill", 'field="Due"', "03/04/2026")


async def test_a_field_that_is_late_is_waited_for(session: Session, canned_site: CannedSite) -> None:
    await show(
        session,
        canned_site,
        """<label>Name <input disabled></label><script>
        setTimeout(() => { document.querySelector('input').disabled = false }, 150)</script>""",
    )
    await do(session, "fill", 'field="Name"', "Ada")
    assert await session.page.input_value("input") == "Ada"


async def test_what_is_no_field_is_not_filled(session: Session, canned_site: CannedSite) -> None:
    await show(session, canned_site, "<button>Save</button>")
    with pytest.raises((ActionFailed, LookupFailed)):
        await do(session, "fill", 'control="Save"', "x", timeout_ms=1_000)


async def test_a_field_in_a_shadow_root_and_one_in_a_frame(session: Session, canned_site: CannedSite) -> None:
    canned_site.pages["/card"] = "<label>Number <input></label>"
    await show(
        session,
        canned_site,
        """<x-name></x-name><iframe src=/card></iframe><script>
        customElements.define('x-name', class extends HTMLElement { connectedCallback() {
        this.attachShadow({mode: 'open'}).innerHTML = '<label>Name <input></label>' } })</script>""",
    )
    await do(session, "fill", 'field="Name"', "Ada")
    await do(session, "fill", 'field="Number"', "4242")
    assert await session.page.input_value("x-name input") == "Ada"
    assert await session.page.frames[1].input_value("input") == "4242"


async def test_a_box_under_its_own_label_is_known_before_it_is_tried(
    session: Session, canned_site: CannedSite
) -> None:
    style = "<style>label{position:relative;display:inline-block}label > input{position:absolute}"
    await show(
        session,
        canned_site,
        f"{style}span{{position:relative;background:#eee;padding:9px}}</style>"
        "<label><input id=a type=radio name=a><span>Express</span></label>"
        "<label><input id=b type=checkbox checked><span>Gift wrap</span></label>"
        "<input id=c type=checkbox><label for=c>Beside it</label>",
    )
    told = {}
    for label in ("Express", "Gift wrap", "Beside it"):
        found = await resolve(session, [f'field="{label}"'], timeout_ms=1000, purpose="fill")
        told[label] = found.facts["under_label"]
    assert told == {"Express": True, "Gift wrap": True, "Beside it": False}
    await do(session, "fill", 'field="Express"', True)
    await do(session, "fill", 'field="Gift wrap"', False)
    assert await session.page.evaluate("[a.checked, b.checked]") == [True, False]

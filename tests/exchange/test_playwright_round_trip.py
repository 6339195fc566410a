"""Out and in again: what is exported says all that a locator can, and what is imported is the same test."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from runner.contract.config import Expect, Step, TestConfig
from runner.exchange.draft import Imported
from runner.exchange.playwright.python_writing import PROPERTIES
from runner.exchange.reading import read
from runner.exchange.writing import FORMATS, write
from runner.page.absence import Absent
from runner.replay.reading import read_flow
from tests.exchange.recorded import NAMES, each_recording, recording

CODE = ("pytest", "playwright")


def there_and_back(config: TestConfig, form: str, name: str = "flow") -> Imported:
    written = write(config, form, name)
    (imported,) = read(written.text, written.file_name)
    read_flow(imported.config.dump())
    return imported


def meant(step: Step) -> tuple[object, ...]:
    """What a step does, whatever its element is called by."""
    expect = step.expect and (step.expect.type, step.expect.contains)
    value = str(step.value) if step.value is not None else None
    return step.action, value, expect, step.wait_for, step.timeout_ms, step.dialog, step.tab, step.optional


@each_recording
@pytest.mark.parametrize("form", CODE)
def test_a_recording_comes_back_with_the_same_steps_and_nothing_to_tell(name: str, form: str) -> None:
    config = recording(name)
    imported = there_and_back(config, form)
    assert [meant(step) for step in imported.config.steps] == [meant(step) for step in config.steps]
    assert imported.config.starting_url == config.starting_url
    assert imported.config.prompt == config.prompt
    assert [(each.name, each.value) for each in imported.config.parameters] == [
        (each.name, each.value) for each in config.parameters
    ]
    assert [finding for finding in imported.findings if finding.effect != "note"] == []


@each_recording
@pytest.mark.parametrize("form", CODE)
def test_the_same_elements_are_meant_after_the_way_back(name: str, form: str) -> None:
    """What is exported a second time is the same code, but for the comments that a description makes."""
    written = write(recording(name), form, "flow")
    again = write(there_and_back(recording(name), form).config, form, "flow")
    assert _code(again.text) == _code(written.text)


@each_recording
def test_what_comes_back_from_chrome_is_the_same_but_for_what_was_listed(name: str) -> None:
    config = recording(name)
    written = write(config, "chrome", name)
    left_out = [each.place for each in written.findings if each.effect == "left out"]
    kept = [step for step in config.steps if f"step {step.ordinal}" not in left_out]
    imported = there_and_back(config, "chrome", name).config
    assert [_seen_by_chrome(step) for step in imported.steps] == [_seen_by_chrome(step) for step in kept]
    again = write(imported, "chrome", name)
    assert _seen_by_puppeteer(again.text) == _seen_by_puppeteer(written.text)


def _seen_by_chrome(step: Step) -> tuple[object, ...]:
    """What of a step a recording can say; that a text is waited for is an assertion there."""
    action, value, expect, wait_for, _, _, _, _ = meant(step)
    if action == "wait" and wait_for:
        action, expect, wait_for = "expect", ("text", wait_for), None
    return action, value, expect, wait_for


def _seen_by_puppeteer(text: str) -> list[tuple[object, ...]]:
    """A recording's steps, but those in a tab: nothing in a TestConfig tells its address."""
    said = ("type", "value", "expression", "key", "frame")
    return [
        tuple(str(step.get(name)) for name in said)
        for step in json.loads(text)["steps"]
        if "target" not in step
    ]


def _code(text: str) -> list[str]:
    return [line for line in text.splitlines() if not line.strip().startswith(("#", "//"))]


def test_exported_python_is_as_ruff_would_write_it(tmp_path: Path) -> None:
    for name in NAMES:
        written = write(recording(name), "pytest", name)
        (tmp_path / written.file_name).write_text(written.text, encoding="utf-8")
    ruff = [sys.executable, "-m", "ruff"]
    for check in (
        [
            *ruff,
            "check",
            "--isolated",
            "--select",
            "E,F,W,I,UP,B,ANN,PT,SIM,RET,N,Q,C4",
            "--ignore",
            "D100,S101,E501,ANN201,D203,D213,D4,D1",
        ],
        [*ruff, "format", "--isolated", "--check"],
    ):
        done = subprocess.run([*check, tmp_path], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_secrets_come_from_the_environment_only() -> None:
    config = recording("sign-in-from-the-front-page")
    assert 'PASSWORD = os.environ["PASSWORD"]' in write(config, "pytest", "sign in").text
    typescript = write(config, "playwright", "sign in").text
    assert "const PASSWORD = fromEnvironment('PASSWORD');" in typescript
    assert "lovelace" not in typescript


@pytest.mark.parametrize("form", CODE)
def test_every_action_and_expectation_has_words(form: str) -> None:
    steps = [
        {"action": "goto", "value": "http://shop.test/{{WHERE}}"},
        {"action": "press", "value": "Control+K"},
        {"action": "press", "selector": 'role=searchbox[name="Find"]', "value": "Enter"},
        {"action": "hover", "selector": "text=/order \\d+/i"},
        {"action": "fill", "selector": 'field="Note"', "value": 'say "hi" {now} ${x}\n`done`'},
        {"action": "select", "selector": "#city", "value": ["Wien", "Bern"]},
        {"action": "click", "selector": 'control="Go {{WHERE}}"', "timeout_ms": 500, "optional": True},
        {"action": "click", "selector": 'iframe[title="Pay"] >> role=button[name="Pay"][pressed=false]'},
        {"action": "click", "selector": 'li:has-text("it\'s") >> button.x >> nth=2', "dialog": "no thanks"},
        {"action": "wait", "value": 250},
        {"action": "wait", "wait_for": "#done"},
        {"action": "wait", "wait_for": "/orders"},
        {"action": "expect", "expect": {"type": "url", "contains": "/a.b?c=(d)"}},
        {"action": "expect", "expect": {"type": "text", "contains": "Hello {{WHERE}}"}},
        {"action": "expect", "selector": "h1", "expect": {"type": "text", "contains": "Hi"}},
        {"action": "expect", "selector": '[data-testid="x"]', "expect": {"type": "visible"}},
        {"action": "expect", "selector": "iframe#pay", "expect": {"type": "text", "contains": "Paid"}},
        {"action": "expect", "selector": "iframe#pay", "expect": {"type": "visible"}},
    ]
    config, _ = read_flow({"parameters": [{"name": "WHERE", "value": "inn"}], "steps": steps})
    imported = there_and_back(config, form)
    assert [meant(step) for step in imported.config.steps] == [meant(step) for step in config.steps]
    selectors = {step.sought for step in imported.config.steps} - {None}
    assert selectors >= {
        'control="Go {{WHERE}}"',
        "#city",
        "text=/order \\d+/i",
        'role=searchbox[name="Find"]',
        "iframe#pay",
    }
    assert 'li:has-text("it\'s") >> button.x >> nth=2' in selectors
    assert 'iframe[title="Pay"] >> role=button[name="Pay"][pressed=false]' in selectors
    assert write(imported.config, form, "flow").text == write(config, form, "flow").text


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("absent", [Absent('Emma & "Co"', whole=True), Absent("it's gone", whole=False)])
def test_that_a_text_is_gone_comes_back(form: str, absent: Absent) -> None:
    gone = {"action": "expect", "selector": absent.selector, "expect": {"type": "visible"}}
    config, _ = read_flow({"steps": [{"action": "goto", "value": "http://shop.test/"}, gone]})
    written = write(config, form, "flow")
    assert [finding for finding in written.findings if finding.effect != "note"] == []
    assert "has(" not in written.text
    assert there_and_back(config, form).config.steps[1].selectors == (absent.selector,)


def test_what_cannot_be_said_is_listed_and_not_dropped() -> None:
    steps = [
        {"action": "goto", "value": "http://shop.test/"},
        {"action": "ask_user_question", "value": "Which plan?"},
        {"action": "click", "selector": 'control="Buy"', "candidates": ["#buy"]},
        {"action": "select", "selector": 'field="Plan"', "value": "Pro"},
        {"action": "fill", "selector": 'field="Invoices"', "value": ["march.csv", "april.csv"]},
    ]
    config, _ = read_flow({"steps": steps})
    for form in FORMATS:
        told = {(finding.place, finding.effect) for finding in write(config, form, "flow").findings}
        assert {("step 2", "left out"), ("step 3", "changed")} <= told
        # Chrome's Recorder goes by an option's value, which nobody knows
        assert ("step 4", "left out" if form == "chrome" else "changed") in told
        assert ("step 5", "left out" if form == "chrome" else "changed") in told
        assert ("the whole file", "left out") in told


def test_a_fingerprint_decides_which_locator_says_the_same() -> None:
    def written(fingerprint: dict[str, str] | None, selector: str = 'control="Save"') -> str:
        step = {"action": "click", "selector": selector, "fingerprint": fingerprint}
        config, _ = read_flow({"steps": [{key: value for key, value in step.items() if value}]})
        return write(config, "pytest", "flow").text.partition("dialog.accept())\n")[2].strip()

    link = {"role": "link", "name": "Save"}
    assert written(link) == 'page.get_by_role("link", name="Save", exact=True).click()'
    longer = {"role": "button", "name": "Save all"}
    assert written(longer) == 'page.get_by_role("button", name="Save").click()'
    plain = {"tag": "div", "text": "Save"}
    assert written(plain) == 'page.get_by_text("Save", exact=True).click()'
    placeholder = {"tag": "input", "placeholder": "Search"}
    assert written(placeholder, 'field="Search"') == 'page.get_by_placeholder("Search", exact=True).click()'
    beside = {"tag": "input", "name_attr": "qty"}
    assert written(beside, 'field="Quantity"') == "page.locator('input[name=\"qty\"]').click()"
    framed = {"role": "button", "name": "Save", "frame": "card"}
    assert written(framed).startswith("page.frame_locator(")


def test_python_spells_properties_without_brackets() -> None:
    assert "first" in PROPERTIES
    step = Step(id="a", ordinal=1, action="expect", selector="li >> nth=0", expect=Expect(type="visible"))
    text = write(TestConfig(steps=[step]), "pytest", "flow").text
    assert 'expect(page.locator("li").first).to_be_visible()' in text


@pytest.mark.parametrize("form", CODE)
def test_what_closes_its_tab_and_what_else_a_step_says_come_back(form: str) -> None:
    steps = [
        {"action": "goto", "value": "http://shop.test/"},
        {"action": "click", "selector": 'control="Pick"', "tab": "opens", "wait_for": "/pick"},
        {"action": "click", "selector": 'control="This"', "tab": "closes", "dialog": "dismiss"},
        {
            "action": "click",
            "selector": 'control="Save"',
            "expect": {"type": "text", "contains": "Saved"},
            "timeout_ms": 700,
        },
    ]
    config, _ = read_flow({"steps": steps})
    imported = there_and_back(config, form)
    kinds = [step.action for step in imported.config.steps]
    assert kinds == ["goto", "click", "wait", "click", "click", "expect"]
    assert [step.tab for step in imported.config.steps] == [None, "opens", None, "closes", None, None]
    assert [finding for finding in imported.findings if finding.effect != "note"] == []
    assert imported.config.steps[3].dialog == "dismiss"
    assert _code(write(imported.config, form, "flow").text) == _code(write(config, form, "flow").text)


def test_a_recording_of_chrome_names_a_tab_by_its_address() -> None:
    config = recording("buy-and-open-the-receipt")
    written = write(config, "chrome", "buy")
    (again,) = read(written.text, written.file_name)
    assert [step.tab for step in again.config.steps] == [step.tab for step in config.steps]
    last = json.loads(written.text)["steps"][-1]
    assert last["target"] == "http://127.0.0.1:8000/orders/1/receipt"
    nowhere = [step.model_copy(update={"fingerprint": None}) if step.tab else step for step in config.steps]
    lost = write(config.model_copy(update={"steps": nowhere}), "chrome", "buy")
    assert (f"step {len(nowhere)}", "left out") in {(each.place, each.effect) for each in lost.findings}


def test_boxes_are_set_to_their_state_in_a_recording_of_chrome() -> None:
    box = {"action": "fill", "selector": 'field="Gift"', "fingerprint": {"tag": "input", "type": "checkbox"}}
    steps = [
        {**box, "value": "true"},
        {**box, "value": False},
        {
            "action": "expect",
            "selector": 'role=checkbox[name="Gift"][checked=false]',
            "expect": {"type": "visible"},
        },
        {**box, "value": "true", "fingerprint": {"role": "menuitemcheckbox", "name": "Gift"}},
    ]
    config, _ = read_flow({"steps": steps})
    written = write(config, "chrome", "flow")
    on, off, asserted = json.loads(written.text)["steps"][1:]
    # Puppeteer takes the text "false" for a tick
    assert (on["value"], off["value"], asserted["properties"]) == ("true", "", {"checked": False})
    assert ("step 4", "left out") in {(each.place, each.effect) for each in written.findings}
    (again,) = read(written.text, written.file_name)
    assert again.config.steps[-1].sought == 'role=checkbox[name="Gift"][checked=false] >> nth=0'


@pytest.mark.parametrize("form", FORMATS)
def test_tags_come_back_or_are_listed(form: str) -> None:
    steps = [{"action": "goto", "value": "http://shop.test/"}]
    config, _ = read_flow({"tags": ["smoke", "pay ments"], "steps": steps})
    back = {"pytest": ["smoke", "pay_ments"], "playwright": ["smoke", "pay ments"], "chrome": []}[form]
    assert there_and_back(config, form).config.tags == back
    findings = [each.effect for each in write(config, form, "flow").findings if "tags" in each.message]
    assert findings == {"pytest": ["changed"], "playwright": [], "chrome": ["left out"]}[form]


def test_the_only_list_of_a_row_is_chosen_from_in_a_recording_of_chrome() -> None:
    row = ':is(tr, [role="row"]):has-text("Emma")'
    step = {
        "action": "select",
        "selector": f'{row} >> field="Status"',
        "value": "Sold out",
        "fingerprint": {"tag": "select", "role": "combobox", "name": "Status"},
    }
    config, _ = read_flow({"steps": [step]})
    written = write(config, "chrome", "flow")
    assert ("step 1", "left out") not in {(each.place, each.effect) for each in written.findings}
    (again,) = read(written.text, written.file_name)
    assert [(each.sought, each.value) for each in again.config.steps] == [(f"{row} >> select", "Sold out")]

"""What other tools recorded, as TestConfigs: real recordings of the bundled app, and every word of theirs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.contract.config import Step, TestConfig
from runner.contract.errors import ConfigError, UsageError
from runner.exchange.draft import CannotSay, Imported
from runner.exchange.reading import format_of, read
from runner.exchange.writing import write
from runner.exchange.xpath import css_of
from runner.page.absence import Absent
from runner.replay.reading import read_flow

FOREIGN = Path(__file__).parent / "foreign"


def imported(name: str, source: str | None = None, url: str | None = None) -> Imported:
    (only,) = read((FOREIGN / name).read_text() if source is None else source, name, url)
    read_flow(only.config.dump())
    return only


def python(*lines: str, url: str | None = "http://shop.test") -> Imported:
    """A test for pytest-playwright of these lines."""
    return imported("test_x.py", "def test_x(page):\n" + "".join(f"    {line}\n" for line in lines), url)


def typescript(*lines: str) -> Imported:
    """A test for Playwright Test of these lines."""
    source = "".join(f"  {line}\n" for line in ("await page.goto('http://shop.test/');", *lines))
    return imported("x.spec.ts", f"test('x', async ({{ page }}) => {{\n{source}}});\n")


def told(imported: Imported) -> list[tuple[str, str]]:
    return [(finding.place, finding.effect) for finding in imported.findings if finding.effect != "note"]


def last(imported: Imported) -> Step:
    return imported.config.steps[-1]


def said(config: TestConfig) -> list[str]:
    return [f"{step.action} {step.sought or ''} {step.value or ''}".strip() for step in config.steps]


CODEGEN = [
    "goto  http://127.0.0.1:8000/login",
    'click role=textbox[name*="Email" i]',
    'fill role=textbox[name*="Email" i] ada@marginalia.test',
    'click role=textbox[name*="Password" i]',
    'fill role=textbox[name*="Password" i] {{PASSWORD}}',
    'click [data-testid="sign-in"]',
    'click role=link[name="Tasks"]',
    'click role=textbox[name*="What needs doing?" i]',
    'fill role=textbox[name*="What needs doing?" i] Buy "twine" & tape',
    'press role=textbox[name*="What needs doing?" i] Enter',
    'fill role=checkbox[name*="Water the plants" i] true',
    'click link:has-text("Shop")',
    'click [data-testid="product-23"] >> button:has-text("Add to cart")',
]


@pytest.mark.parametrize("name", ["library.js", "test.spec.ts"])
def test_what_codegen_recorded_is_said_in_our_words(name: str) -> None:
    recording = imported(name)
    assert said(recording.config) == CODEGEN
    assert [(each.name, each.secret, each.value) for each in recording.config.parameters] == [
        ("PASSWORD", True, None)
    ]
    (finding,) = (each for each in recording.findings if each.effect != "note")
    assert "secret parameter PASSWORD" in finding.message
    assert "lovelace" not in json.dumps(recording.config.dump())


@pytest.mark.parametrize("name", ["pytest.txt", "library_async.txt"])
def test_python_is_known_by_what_is_in_it(name: str) -> None:
    assert said(imported(name).config)[:7] == CODEGEN[:7]


def test_a_recording_of_chrome() -> None:
    recording = imported("signing-in.recorder.json")
    assert said(recording.config) == [
        "goto  http://127.0.0.1:8000/login",
        'fill field="Email" ada@marginalia.test',
        "press  Tab",
        'fill field="Password" {{PASSWORD}}',
        'click control="Sign in"',
        "expect",
        'click link:has-text("Tasks")',
        "expect",
        'fill field="What needs doing?" Dust the shelves',
        "press  Enter",
        "expect text=Dust the shelves >> nth=0",
        "expect",
    ]
    assert recording.config.steps[1].candidates == ["#email"]
    left = {place for place, effect in told(recording) if effect == "left out"}
    assert left == {"steps[0]", "steps[9]", *(f"steps[{at}]" for at in (14, 16, 17, 18, 19))}


def test_what_a_recording_of_chrome_asserts_in_a_frame_is_asserted_there() -> None:
    frame = {"frame": [1, 0]}
    steps = [
        {"type": "navigate", "url": "http://shop.test/"},
        {"type": "change", "selectors": [["aria/CVC"]], "value": "111", **frame},
        {"type": "waitForElement", "selectors": [["#done"]], "operator": "==", **frame},
        {"type": "waitForExpression", "expression": 'document.body.innerText.includes("Paid")', **frame},
    ]
    recording = imported("x.json", json.dumps({"title": "x", "steps": steps}))
    within = ":nth-match(iframe, 2) >> :nth-match(iframe, 1)"
    fill, see, text = recording.config.steps[1:]
    assert fill.selectors == (f'{within} >> field="CVC"', 'field="CVC"')
    assert see.selectors == (f"{within} >> #done",)
    assert (text.selectors, text.expect and text.expect.contains) == ((within,), "Paid")
    again = json.loads(write(recording.config, "chrome", "x").text)["steps"]
    assert [step.get("frame") for step in again[2:]] == [None, [1, 0], [1, 0], [1, 0]]


def test_what_a_project_of_selenium_does_in_a_frame_is_said_of_that_frame() -> None:
    commands = [
        {"command": command, "target": target, "value": value}
        for command, target, value in (
            ("open", "/", ""),
            ("selectFrame", "index=1", ""),
            ("type", "name=cvc", "111"),
            ("selectFrame", "css=iframe.inner", ""),
            ("assertText", "css=p", "Paid"),
            ("selectFrame", "relative=parent", ""),
            ("assertElementPresent", "id=done", ""),
            ("selectFrame", "id=frame", ""),
            ("selectFrame", "relative=top", ""),
            ("selectFrame", "css=.box", ""),
            ("click", "id=next", ""),
        )
    ]
    project = {"url": "http://shop.test", "tests": [{"name": "x", "commands": commands}]}
    recording = imported("x.side", json.dumps(project))
    outer = ":nth-match(iframe, 2)"
    assert [step.selectors for step in recording.config.steps[1:]] == [
        (f'{outer} >> [name="cvc"]', '[name="cvc"]'),
        (f"{outer} >> iframe.inner >> p",),
        (f"{outer} >> #done",),
        ("#next",),
    ]
    assert told(recording) == [("x, command 5", "changed"), ("x, command 10", "left out")]


def test_a_project_of_selenium_ide() -> None:
    one, two = read((FOREIGN / "marginalia.side").read_text(), "marginalia.side")
    assert [one.name, two.name] == ["sign in", "tasks"]
    assert said(one.config) == said(two.config)[: len(one.config.steps)]
    assert {each.name: each.value for each in one.config.parameters} == {
        "email": "ada@marginalia.test",
        "PASSWORD": None,
    }
    assert said(two.config)[5:] == [
        'click link:has-text("Tasks")',
        'fill [name="title"] Oil the door',
        'select [name="priority"] High',
        'click button:has-text("Add task")',
        "wait",
        "expect #task-list > li:last-child .title",
        'expect link:has-text("Books")',
    ]
    places = [place for place, effect in told(two) if effect == "left out"]
    assert places[-6:] == [f"tasks, command {at}" for at in (9, 10, 11, 17, 18, 19)]
    assert "the 2 commands in it" in next(
        each.message for each in two.findings if each.place == "tasks, command 11"
    )


@pytest.mark.parametrize(
    ("locator", "selector"),
    [
        ('get_by_role("button", name="Save")', 'button:has-text("Save")'),
        ('get_by_role("button", name="Save", exact=True)', 'role=button[name="Save"]'),
        ('get_by_role("tab", name=re.compile(r"^a.b", re.I))', "role=tab[name=/^a.b/i]"),
        ('get_by_role("checkbox", checked=True)', "role=checkbox[checked=true]"),
        ('get_by_label("Email")', 'field="Email"'),
        ('get_by_placeholder("Search")', '[placeholder*="Search" i]'),
        ('get_by_alt_text("Logo", exact=True)', '[alt="Logo"]'),
        ('get_by_title("Close")', '[title*="Close" i]'),
        ('get_by_text("Sign in", exact=True)', 'text="Sign in"'),
        ('get_by_text("a >> b")', 'text:has-text("a >> b")'),
        ('get_by_test_id("a\\"b")', '[data-testid="a\\"b"]'),
        ('locator("#x").nth(2)', "#x >> nth=2"),
        ('locator("li").filter(has_text="Dune").get_by_role("button").last', None),
        ('get_by_role("listitem").filter(has_text="Dune")', ':is(li, [role="listitem"]):has-text("Dune")'),
        ('get_by_role("row").filter(has=page.get_by_text("Dune"))', ':is(tr, [role="row"]):has-text("Dune")'),
        ('frame_locator("#pay").get_by_label("CVC")', 'iframe#pay >> field="CVC"'),
        ('frame_locator("#a > .b iframe").get_by_label("CVC")', '#a > .b iframe >> field="CVC"'),
        (
            'frame_locator("[data-testid=pay]").get_by_label("CVC")',
            'iframe[data-testid="pay"] >> field="CVC"',
        ),
        ('locator("iframe").content_frame.get_by_text("x")', "iframe >> text=x"),
        ("locator(\"xpath=//*[@id='a']/div[2]\")", "#a > div:nth-of-type(2)"),
        ('locator("a.b >> text=Go")', "a.b >> text=Go"),
        ('get_by_text("a").or_(page.get_by_text("b"))', "text=a"),
    ],
)
def test_a_locator_and_its_selector(locator: str, selector: str | None) -> None:
    step = last(python('page.goto("/")', f"page.{locator}.click()"))
    assert step.action == "click"
    assert step.selector == (selector or 'li:has-text("Dune") >> role=button >> nth=-1')


@pytest.mark.parametrize(
    ("call", "action", "value"),
    [
        ('set_input_files(["a.txt", "b.txt"])', "fill", ["a.txt", "b.txt"]),
        ('select_option(label="High")', "select", "High"),
        ("uncheck()", "fill", "false"),
        ("set_checked(True)", "fill", "true"),
        ('press("Control+A")', "press", "Control+A"),
        ("clear()", "fill", ""),
        ("hover(timeout=900)", "hover", None),
    ],
)
def test_an_action_and_its_step(call: str, action: str, value: Any) -> None:
    step = last(python('page.goto("/")', f'page.locator("#x").{call}'))
    assert (step.action, step.value) == (action, value)
    assert step.timeout_ms == (900 if "timeout" in call else None)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("expect(page).to_have_url(re.compile(r'.*/orders/\\?a=1'))", ("url", "/orders/?a=1", None)),
        ('expect(page).to_have_url("http://shop.test/login")', ("url", "/login", None)),
        ('expect(page.locator("body")).to_contain_text("Hi")', ("text", "Hi", None)),
        ('expect(page.locator("h1")).to_have_text("Hi")', ("text", "Hi", "h1")),
        ('expect(page.get_by_label("Name")).to_have_value("Ada")', ("text", "Ada", 'field="Name"')),
        ('expect(page.get_by_text("Hi")).to_be_visible()', ("visible", None, "text=Hi")),
        ('expect(page.get_by_test_id("a")).to_be_checked()', ("visible", None, '[data-testid="a"]:checked')),
        (
            'expect(page.get_by_role("radio")).not_to_be_checked()',
            ("visible", None, "role=radio[checked=false]"),
        ),
        ('expect(page.locator("li")).to_have_count(3)', ("visible", None, "li >> nth=2")),
        (
            'expect(page.locator("#x")).to_be_hidden()',
            ("visible", None, "body:not(:has(#x:visible))"),
        ),
        (
            'expect(page.get_by_text("Hi")).to_have_count(0)',
            ("visible", None, Absent("Hi", whole=False).selector),
        ),
        (
            'expect(page.get_by_text("Hi")).to_be_hidden()',
            ("visible", None, Absent("Hi", whole=False).selector),
        ),
        (
            'expect(page.get_by_text("Hi", exact=True)).not_to_be_visible()',
            ("visible", None, Absent("Hi", whole=True).selector),
        ),
        (
            'expect(page.frame_locator("#pay").get_by_text("Hi")).to_be_visible()',
            ("visible", None, "iframe#pay >> text=Hi"),
        ),
        (
            'expect(page.locator("iframe").content_frame.locator("body")).to_contain_text("Hi")',
            ("text", "Hi", "iframe"),
        ),
        (
            'expect(page.frame_locator("iframe").locator("h1")).to_contain_text("Hi")',
            ("text", "Hi", "iframe >> h1"),
        ),
    ],
)
def test_an_assertion_and_its_step(line: str, expected: tuple[str, str | None, str | None]) -> None:
    step = last(python('page.goto("/")', line))
    assert step.expect is not None
    assert (step.expect.type, step.expect.contains, step.selector) == expected


def test_popups_downloads_and_dialogs_in_both_languages() -> None:
    config = python(
        'page.goto("/")',
        "with page.expect_popup() as page1_info:",
        '    page.get_by_role("link", name="Terms", exact=True).click()',
        "page1 = page1_info.value",
        'page1.get_by_role("button", name="Agree", exact=True).click()',
        "with page1.expect_download() as download_info:",
        '    page1.get_by_text("Get it", exact=True).click()',
        "download = download_info.value",
        'page1.once("dialog", lambda dialog: dialog.dismiss())',
        'page1.get_by_test_id("drop").click()',
    )
    other = typescript(
        "const page1Promise = page.waitForEvent('popup');",
        "await page.getByRole('link', { name: 'Terms', exact: true }).click();",
        "const page1 = await page1Promise;",
        "await page1.getByRole('button', { name: 'Agree', exact: true }).click();",
        "const downloadPromise = page1.waitForEvent('download');",
        "await page1.getByText('Get it', { exact: true }).click();",
        "const download = await downloadPromise;",
        "page1.once('dialog', dialog => {",
        "  console.log(`Dialog: ${dialog.message()}`);",
        "  dialog.dismiss().catch(() => {});",
        "});",
        "await page1.getByTestId('drop').click();",
    )
    assert told(config) == told(other) == []
    assert [step.dialog for step in config.config.steps] == [None, None, None, None, "dismiss"]
    assert said(config.config)[1:] == said(other.config)[1:]
    assert [step.dialog for step in other.config.steps] == [None, None, None, None, "dismiss"]


def test_going_back_to_an_earlier_tab_is_told() -> None:
    config = python(
        'page.goto("/")',
        "with page.expect_popup() as info:",
        '    page.get_by_text("Terms").click()',
        "page1 = info.value",
        'page1.get_by_text("Agree").click()',
        'page.get_by_text("Next").click()',
    )
    assert told(config) == [("line 7", "changed")]


@pytest.mark.parametrize(
    "line",
    [
        'page.locator("#x").dblclick()',
        'page.locator("#x").click(button="right")',
        'page.locator("#a").drag_to(page.locator("#b"))',
        'page.get_by_role("button").and_(page.get_by_title("x")).click()',
        'page.evaluate("1 + 1")',
        "page.mouse.wheel(0, 100)",
        'page.keyboard.type("abc")',
        "page.reload()",
        'page.route("**/*", handler)',
        'expect(page).to_have_title("Shop")',
        'expect(page.get_by_role("dialog")).to_be_hidden()',
        'expect(page.locator("#x")).to_have_css("color", "red")',
        'expect(page).to_have_url(re.compile("a|b"))',
        'if page.locator("#x").is_visible(): pass',
        'assert page.title() == "x"',
        'page.locator("#x").fill(secrets.token_hex())',
        'page.locator("xpath=//a/following-sibling::b").click()',
    ],
)
def test_what_cannot_be_said_is_listed_with_its_line(line: str) -> None:
    config = python('page.goto("/")', line, 'page.locator("#after").click()')
    assert told(config) == [("line 3", "left out")]
    assert said(config.config)[1:] == ["click #after"]


def test_values_from_the_environment_are_parameters() -> None:
    source = (
        'import os\nBASE = os.environ.get("BASE", "http://shop.test")\nUSER = os.getenv("USER_NAME", "ada")\n'
        'def test_it(page):\n    page.goto(f"{BASE}/in")\n    page.locator("#u").fill(USER)\n'
        '    page.locator("#k").fill(os.environ["KEY"])\n'
    )
    config = imported("test_it.py", source).config
    assert config.steps[0].value == "http://shop.test/in"
    assert [(each.name, each.value, each.secret) for each in config.parameters] == [
        ("USER_NAME", "ada", False),
        ("KEY", None, True),
    ]
    assert [step.value for step in config.steps[1:]] == ["{{USER_NAME}}", "{{KEY}}"]


@pytest.mark.parametrize(
    ("xpath", "css"),
    [
        ("//html/body/div[2]/form", "html > body > div:nth-of-type(2) > form"),
        ("//*[@id='a b']//a[@class='x']", '[id="a b"] a[class="x"]'),
        ("(//button[@type='submit'])[2]", 'button[type="submit"] >> nth=1'),
        ("//a[contains(@href, '/tasks')]", 'a[href*="/tasks"]'),
        (
            "//button[contains(., 'this and that') and @name=\"go\"]",
            'button:has-text("this and that")[name="go"]',
        ),
        ("id('main')/p", "#main > p"),
        ("//span[text()='Hi']", 'span:text-is("Hi")'),
    ],
)
def test_xpath_as_recorders_write_it(xpath: str, css: str) -> None:
    assert css_of(xpath) == css


@pytest.mark.parametrize(
    "xpath", ["//a/..", "//a[position()<3]", "//a[2]/following::b", "", "//a | //b", "//*[2"]
)
def test_other_xpath_is_refused(xpath: str) -> None:
    with pytest.raises(CannotSay):
        css_of(xpath)


def test_a_file_that_is_none_of_them_is_refused_with_a_remedy() -> None:
    for source, name in (("hello", "x.txt"), ("{}", "x.json"), ("[]", "x.json")):
        with pytest.raises(UsageError) as refused:
            read(source, name)
        assert refused.value.exit_code == 2
        assert refused.value.remedy
    for source, name in (
        ("def (", "x.py"),
        ("const = ;", "x.ts"),
        ("{", "x.side"),
        ('{"steps": 3}', "x.json"),
    ):
        with pytest.raises(ConfigError, match="x"):
            read(source, name)


def test_a_relative_address_needs_a_base() -> None:
    with pytest.raises(ConfigError, match="relative") as refused:
        python('page.goto("/login")', url=None)
    assert "--url" in str(refused.value.remedy)


def test_the_format_is_told_by_the_name_or_by_what_is_in_it() -> None:
    assert format_of("", "a.SIDE") == "selenium"
    assert format_of('{"tests": []}', "-") == "selenium"
    assert format_of('{"steps": []}', "-") == "chrome"
    assert format_of("import { test } from '@playwright/test';", "-") == "typescript"
    assert format_of("from playwright.sync_api import Page", "-") == "python"
    assert format_of("something else", "-") is None


def _places(data: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        yield (*place, key)
        yield from _places(value, (*place, key))


ODD: list[Any] = [
    None,
    3,
    "",
    [],
    {},
    [[]],
    True,
    "x",
    "aria/",
    "xpath//*[",
    "${x}",
    "label=",
    "{{NO}}",
    "http://[",
    ">>",
]


@pytest.mark.parametrize("name", ["signing-in.recorder.json", "marginalia.side"])
@given(data=st.data())
@settings(max_examples=60)
def test_a_recording_with_anything_in_it_is_imported_or_refused(name: str, data: st.DataObject) -> None:
    recording = json.loads((FOREIGN / name).read_text())
    place = data.draw(st.sampled_from(list(_places(recording))))
    within = recording
    for key in place[:-1]:
        within = within[key]
    within[place[-1]] = data.draw(st.sampled_from(ODD))
    try:
        found = read(json.dumps(recording), name)
    except UsageError:
        return
    for each in found:
        read_flow(each.config.dump())

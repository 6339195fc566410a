"""The selector language without a page: reading, writing, and errors that teach."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.page import selector as language
from runner.page.selector import (
    Control,
    Css,
    Field,
    HasText,
    Nth,
    Part,
    Role,
    Selector,
    SelectorSyntaxError,
    TagName,
    TestId,
    TestIdAttribute,
    Text,
    parse,
    quoted,
)


def readable(text: str, form: type[Part]) -> bool:
    """Whether a body can stand in a selector at all: what the parser accepts in that form."""
    try:
        return parse(f"{form.__name__.lower()}={text}") == Selector((form(text),))  # type: ignore[call-arg, arg-type]
    except SelectorSyntaxError:
        return False


def read(text: str) -> Selector | SelectorSyntaxError:
    try:
        return parse(text)
    except SelectorSyntaxError as error:
        return error


LABELS = st.text(min_size=1, max_size=30).filter(lambda label: bool(label.strip().strip("\"'").strip()))
BODIES = st.text(alphabet="abc .#:>[]()=\"'\\/*é字-1~+,", min_size=1, max_size=20)
PARTS: st.SearchStrategy[Part] = st.one_of(
    st.builds(Control, LABELS),
    st.builds(Field, LABELS),
    st.builds(HasText, st.sampled_from(get_args(TagName)), LABELS),
    st.builds(TestId, st.text(max_size=20), st.sampled_from(get_args(TestIdAttribute))),
    st.builds(Text, BODIES.filter(lambda body: readable(body, Text))),
    st.builds(Role, BODIES.map(lambda body: f"row[name*={quoted(body)}]")),
    st.builds(Css, BODIES.filter(lambda body: readable(body, Css))),
)
SELECTORS = st.builds(
    lambda first, rest: Selector((first, *rest)),
    PARTS,
    st.lists(st.one_of(PARTS, st.builds(Nth, st.integers(-99, 99))), max_size=4),
)


@given(SELECTORS)
def test_what_is_written_reads_the_same(selector: Selector) -> None:
    assert parse(language.format(selector)) == selector


@given(st.one_of(st.text(max_size=60), st.text(alphabet="control=field\"'\\>[]():- nth0", max_size=40)))
def test_any_text_reads_or_fails_as_a_selector_does(text: str) -> None:
    outcome = read(text)
    if isinstance(outcome, Selector):
        assert parse(language.format(outcome)) == outcome
    else:
        assert 0 <= outcome.details["position"] <= len(text)
        assert outcome.remedy


@pytest.mark.parametrize(
    "text, parts",
    [
        ('control="Get Started"', (Control("Get Started"),)),
        ("control=Get Started", (Control("Get Started"),)),
        ("control='Get Started'", (Control("Get Started"),)),
        (' control = "Get Started" ', (Control("Get Started"),)),
        (r'control="Say \"hi\""', (Control('Say "hi"'),)),
        (r'control="C:\dir"', (Control(r"C:\dir"),)),
        (r'control="C:\\"', (Control("C:\\"),)),
        ("control=Don't save >> nth=0", (Control("Don't save"), Nth(0))),
        ('field="(est.) in 12 months"', (Field("(est.) in 12 months"),)),
        ('button:has-text("Submit")', (HasText("button", "Submit"),)),
        ('a:has-text("Submit")', (HasText("link", "Submit"),)),
        ("link:has-text(Submit)", (HasText("link", "Submit"),)),
        (':has-text("Submit")', (Control("Submit"),)),
        ('li:has-text("Submit")', (Css('li:has-text("Submit")'),)),
        ('a:has-text("a"):has-text("b")', (Css('a:has-text("a"):has-text("b")'),)),
        ('[data-testid="sign-in"]', (TestId("sign-in"),)),
        ("[data-testid=sign-in]", (TestId("sign-in"),)),
        ('[data-cy="a"]', (TestId("a", "data-cy"),)),
        ('b[data-testid="a"]', (Css('b[data-testid="a"]'),)),
        ('text="Sign in"', (Text('"Sign in"'),)),
        ('role=button[name="a >> b"]', (Role('button[name="a >> b"]'),)),
        ('role=row[name*="Dune"] >> control="Delete"', (Role('row[name*="Dune"]'), Control("Delete"))),
        ("css=nth=1", (Css("nth=1"),)),
        ("li>>nth=-1", (Css("li"), Nth(-1))),
        ("main > ul > li", (Css("main > ul > li"),)),
    ],
)
def test_forms(text: str, parts: tuple[Part, ...]) -> None:
    assert parse(text).parts == parts


@pytest.mark.parametrize(
    "text, position, cause, remedy",
    [
        ("", 0, "empty", "control="),
        ('control=""', 8, "label is empty", "Name"),
        ('li >> control="Save', 14, "does not end", "Close it"),
        ("li >> contrl=Save", 6, "not a form", "control="),
        ("a[href", 1, "] is missing", "Close it with ]"),
        ("a >> b)", 6, ") closes nothing", "Remove it"),
        ("//button", 0, "XPath", "control="),
        ("a >> ", 5, "nothing on one side", "complete it"),
        ('control="A" B', 11, "follows the closing quote", "Escape"),
        ("nth=1", 0, "nothing before it", "nth=0"),
    ],
)
def test_errors_name_position_cause_and_remedy(text: str, position: int, cause: str, remedy: str) -> None:
    with pytest.raises(SelectorSyntaxError) as failure:
        parse(text)
    assert failure.value.details["position"] == position
    assert cause in failure.value.message
    assert remedy in (failure.value.remedy or "")
    assert failure.value.exit_code == 2


def test_css_that_another_form_would_claim_is_written_as_css() -> None:
    assert language.format(Selector((Css("control=x"),))) == "css=control=x"
    assert str(Selector((Css("a"), Control("b")))) == 'a >> control="b"'

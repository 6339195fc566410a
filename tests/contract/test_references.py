"""Names for values and values for names, in texts and in selectors."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from runner.contract.config import Expect, Step
from runner.contract.errors import UsageError
from runner.contract.references import fill_step, filled, filled_selector, named, named_selector
from runner.page.selector import Control, parse

VALUES = {"NAME": 'Ann "The Book" O\'Neil \\ Co', "PLAIN": "Dune"}


def test_a_value_is_escaped_where_it_stands_in_quotes() -> None:
    assert filled_selector('control="{{NAME}}"', VALUES) == 'control="Ann \\"The Book\\" O\'Neil \\\\ Co"'
    assert filled_selector("control='{{NAME}}'", VALUES) == "control='Ann \"The Book\" O\\'Neil \\\\ Co'"
    assert filled_selector("text={{PLAIN}} >> nth=1", VALUES) == "text=Dune >> nth=1"


def test_a_step_is_filled_by_what_its_fields_are() -> None:
    step = Step(
        id="a",
        ordinal=1,
        action="expect",
        selector='control="{{NAME}}"',
        value="{{NAME}}",
        target="[title='{{PLAIN}}']",
        candidates=['text="{{NAME}}"'],
        expect=Expect(type="visible", selector='field="{{NAME}}"', contains="{{NAME}}"),
    )
    filled_step = fill_step(step, VALUES)
    quoted = VALUES["NAME"].replace("\\", "\\\\").replace('"', '\\"')
    assert filled_step.value == VALUES["NAME"]
    assert filled_step.selectors == (f'control="{quoted}"', f'text="{quoted}"')
    assert filled_step.target == "[title='Dune']"
    assert filled_step.expect is not None
    assert (filled_step.expect.selector, filled_step.expect.contains) == (f'field="{quoted}"', VALUES["NAME"])


def test_a_value_is_not_read_for_references_again() -> None:
    values = {"A": "{{B}}", "B": "b"}
    assert filled_selector('control="{{A}}"', values) == 'control="{{B}}"'
    assert filled("{{A}}", values) == "{{B}}"


def test_a_name_without_a_value() -> None:
    with pytest.raises(UsageError, match="NOBODY"):
        filled_selector('control="{{NOBODY}}"', VALUES)
    with pytest.raises(UsageError, match="NOBODY"):
        filled(["{{NOBODY}}"], VALUES)
    assert filled("{{NOBODY}}", VALUES, strict=False) == "{{NOBODY}}"


@given(st.text(min_size=1).filter(lambda text: "{{" not in text and text.strip() == text))
@example('"')
def test_any_value_makes_a_selector_that_says_it(value: str) -> None:
    try:
        selector = parse(filled_selector('control="{{V}}"', {"V": value}))
    except UsageError:
        # a label must hold more than spaces and quotes
        assert not value.strip().strip("\"'").strip()
        return
    assert selector.parts == (Control(value),)


@given(st.text(min_size=3), st.text(alphabet=" .:x\"'\\"))
def test_naming_is_the_inverse_of_filling(value: str, around: str) -> None:
    values = {"V": value}
    assert filled(named(f"{around} {value} {around}", values), values) == f"{around} {value} {around}"
    stored = named_selector('control="a"', lambda _: f"x {{{{V}}}} {around}")
    assert parse(filled_selector(stored, values)).parts == (Control(f"x {value} {around}"),)

"""Distilling, without a page: what is left out, what stays, and laws that hold for any trace."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from runner.contract.config import ACTIONS, Parameter, TestConfig
from runner.record.distil import distil, kept
from runner.record.trace import Deed, Sighting, Trace

URL = "http://127.0.0.1:8000/"


def trace_of(*deeds: dict[str, Any], states: str = "") -> Trace:
    """A trace of deeds, one sighting before each and one at the end; `states` gives one letter a sighting."""
    letters = states or "".join(chr(97 + at % 26) for at in range(len(deeds) + 1))
    trace = Trace((Sighting(1, URL, "", letters[0], 1),))
    for number, told in enumerate(deeds, 1):
        made = Deed(
            **{"number": number, "before": number, "after": number + 1, "intent": f"part {number}", **told}
        )
        if made.element and not made.seen_in:
            made = replace(made, seen_in=tuple(range(1, number + 1)))
        trace = trace.then(made, Sighting(number + 1, URL, "", letters[number], 1))
    return trace


def click(name: str, **more: Any) -> dict[str, Any]:
    return {
        "action": "click",
        "selector": f'control="{name}"',
        "element": f"button {name}",
        "fingerprint": {"tag": "button", "role": "button", "name": name},
        **more,
    }


def fill(name: str, value: Any, **more: Any) -> dict[str, Any]:
    return {
        "action": "fill",
        "selector": f'field="{name}"',
        "element": f"field {name}",
        "fingerprint": {"tag": "input", "role": "textbox", "name": name, "label": name},
        "value": value,
        **more,
    }


def key(name: str, value: str, **more: Any) -> dict[str, Any]:
    return {**fill(name, value), "action": "press", **more}


def expect(text: str, **more: Any) -> dict[str, Any]:
    return {"action": "expect", "expect": {"type": "text", "contains": text}, **more}


def told(trace: Trace) -> list[tuple[str, Any]]:
    return [(deed.action, deed.value if deed.value is not None else deed.selector) for deed in kept(trace)]


def test_failed_actions_are_dropped() -> None:
    trace = trace_of(click("Svae", status="failed"), click("Save"))
    assert told(trace) == [("click", 'control="Save"')]


def test_a_field_set_twice_keeps_the_last_value() -> None:
    trace = trace_of(fill("Name", "Ad"), fill("Email", "a@x.org"), fill("Name", "Ada"), click("Save"))
    assert told(trace) == [("fill", "a@x.org"), ("fill", "Ada"), ("click", 'control="Save"')]


def test_a_field_set_again_after_a_click_keeps_both_values() -> None:
    trace = trace_of(fill("Search", "tea"), click("Go"), fill("Search", "milk"), click("Go"))
    assert len(kept(trace)) == 4


def test_a_field_set_again_after_an_assertion_keeps_both_values() -> None:
    trace = trace_of(fill("Search", "tea"), expect("Green tea"), fill("Search", "milk"))
    assert len(kept(trace)) == 3


def test_options_that_add_up_are_all_kept() -> None:
    listbox = {"fingerprint": {"tag": "div", "role": "listbox", "name": "Toppings"}}
    trace = trace_of(
        {**fill("Toppings", "Cheese"), "action": "select", **listbox},
        {**fill("Toppings", "Olives"), "action": "select", **listbox},
    )
    assert len(kept(trace)) == 2


def test_an_option_chosen_again_replaces_the_first() -> None:
    combobox = {"action": "select", "fingerprint": {"tag": "select", "role": "combobox", "name": "Plan"}}
    trace = trace_of({**fill("Plan", "Basic"), **combobox}, {**fill("Plan", "Pro"), **combobox})
    assert told(trace) == [("select", "Pro")]


def test_a_checkbox_toggled_back_keeps_what_was_meant_last() -> None:
    trace = trace_of(fill("News", True), fill("News", False), click("Save"))
    assert told(trace) == [("fill", False), ("click", 'control="Save"')]


def test_a_detour_is_dropped() -> None:
    trace = trace_of(
        click("Settings", tentative=True), click("Home", tentative=True), click("Tasks"), states="abac"
    )
    assert told(trace) == [("click", 'control="Tasks"')]


def test_a_way_there_and_back_that_was_asked_for_is_kept() -> None:
    trace = trace_of(click("Settings"), click("Home"), states="aba")
    assert len(kept(trace)) == 2


def test_a_menu_opened_for_what_is_in_it_is_kept() -> None:
    trace = trace_of(click("Menu", tentative=True), click("Log out", seen_in=(2,)))
    assert told(trace) == [("click", 'control="Menu"'), ("click", 'control="Log out"')]


def test_a_menu_opened_in_vain_is_dropped() -> None:
    trace = trace_of(
        click("Help", tentative=True), click("Menu", tentative=True), click("Log out", seen_in=(3,))
    )
    assert told(trace) == [("click", 'control="Menu"'), ("click", 'control="Log out"')]


def test_menus_within_menus_are_kept() -> None:
    trace = trace_of(
        click("Menu", tentative=True),
        click("More", tentative=True, seen_in=(2,)),
        click("Log out", seen_in=(3,)),
    )
    assert len(kept(trace)) == 3


def test_what_appeared_during_a_detour_and_again_by_itself_needs_no_step() -> None:
    trace = trace_of(
        click("Tab B", tentative=True),
        click("Tab A", tentative=True),
        click("Save", seen_in=(1, 3)),
        states="abac",
    )
    assert told(trace) == [("click", 'control="Save"')]


def test_what_made_a_failed_action_possible_is_kept() -> None:
    trace = trace_of(
        click("Buy", status="failed"), click("Accept cookies", tentative=True), click("Buy"), states="abcd"
    )
    assert told(trace) == [("click", 'control="Accept cookies"'), ("click", 'control="Buy"')]


def test_a_tentative_pause_is_dropped_and_one_asked_for_is_kept() -> None:
    trace = trace_of(
        {"action": "wait", "value": 500, "tentative": True},
        {"action": "wait", "wait_for": "Done"},
        click("Next"),
    )
    assert [deed.wait_for for deed in kept(trace)] == ["Done", None]


def test_an_assertion_said_twice_in_a_row_is_said_once() -> None:
    assert len(kept(trace_of(expect("Saved"), expect("Saved"), expect("Welcome")))) == 2


def test_typed_characters_become_one_fill() -> None:
    trace = trace_of(
        key("Name", "A", was_empty=True),
        key("Name", "d"),
        key("Name", "x"),
        key("Name", "Backspace"),
        key("Name", "a"),
        key("Name", "Space"),
        key("Name", "Enter"),
    )
    assert told(trace) == [("fill", "Ada "), ("press", "Enter")]


def test_characters_typed_into_a_field_that_holds_something_stay_keys() -> None:
    assert told(trace_of(key("Name", "A"))) == [("press", "A")]


def test_the_config_starts_with_the_start_page() -> None:
    config = distil(
        trace_of({"action": "goto", "value": URL}, click("Sign in")), prompt="p", starting_url=URL
    )
    assert [(step.id, step.action) for step in config.steps] == [
        ("step_1_goto", "goto"),
        ("step_2_click_sign_in", "click"),
    ]
    assert config.steps[0].value == config.starting_url == URL


def test_a_goto_elsewhere_first_is_kept_after_the_start_page() -> None:
    config = distil(trace_of({"action": "goto", "value": URL + "login"}), prompt=None, starting_url=URL)
    assert [step.value for step in config.steps] == [URL, URL + "login"]
    assert config.steps[1].id == "step_2_goto_login"


def test_a_step_is_described_where_the_planner_said_nothing() -> None:
    row = {"tag": "button", "role": "button", "name": "Delete", "row": "Dune"}
    config = distil(
        trace_of(
            click("Delete", fingerprint=row), fill("Name", "{{WHO}}", parameter_refs=("WHO",)), expect("Gone")
        ),
        prompt=None,
        starting_url=URL,
        parameters=[Parameter(name="WHO", value="Ada"), Parameter(name="UNUSED", value="x")],
    )
    assert [step.description for step in config.steps[1:]] == [
        'Click the button "Delete" in the row of "Dune"',
        'Set the textbox "Name" to "{{WHO}}"',
        'See the text "Gone"',
    ]
    assert [parameter.name for parameter in config.parameters] == ["WHO"]


def test_ids_are_never_made_of_values() -> None:
    config = distil(trace_of(fill("", "hunter2")), prompt=None, starting_url=URL)
    assert "hunter2" not in config.steps[1].id


# -- laws ----------------------------------------------------------------------------------------------

NAMES = st.sampled_from(["Save", "Menu", "Name", "Email", "Next"])


@st.composite
def traces(draw: st.DrawFn) -> Trace:
    """Any trace an engine could write."""
    deeds = []
    for number in range(1, draw(st.integers(0, 9)) + 1):
        make: Any = draw(st.sampled_from([click, fill, key, expect]))
        name = draw(NAMES)
        told_ = (
            make(name, draw(st.sampled_from(["a", "Ada", "Enter"]))) if make in (fill, key) else make(name)
        )
        seen = draw(st.sets(st.integers(1, number))) | {number}
        told_ |= {
            "tentative": draw(st.booleans()),
            "status": draw(st.sampled_from(["passed", "passed", "failed"])),
            "was_empty": draw(st.booleans()),
        }
        if "element" in told_:
            told_["seen_in"] = tuple(sorted(seen))
        deeds.append(told_)
    states = draw(st.text("abc", min_size=len(deeds) + 1, max_size=len(deeds) + 1))
    return trace_of(*deeds, states=states)


@given(traces())
def test_order_is_kept_and_nothing_is_invented(trace: Trace) -> None:
    numbers = [deed.number for deed in kept(trace)]
    assert numbers == sorted(set(numbers))
    assert set(numbers) <= {deed.number for deed in trace.deeds if deed.status == "passed"}


@given(traces())
def test_distilling_again_changes_nothing(trace: Trace) -> None:
    once = kept(trace)
    rest = [entry for entry in trace.entries if isinstance(entry, Sighting) or entry.status == "failed"]
    # that a field was tried with a fill tells that it wants keys, and what was tried is cut
    assume(tried_fills(trace) == tried_fills(Trace((*rest, *once))))
    assert kept(Trace((*rest, *once))) == once


def tried_fills(trace: Trace) -> set[str | None]:
    return {deed.element for deed in trace.deeds if deed.action == "fill" and deed.tentative}


@given(traces())
def test_what_the_prompt_asked_for_is_kept(trace: Trace) -> None:
    numbers = {deed.number for deed in kept(trace)}
    for deed in trace.deeds:
        if deed.action == "click" and deed.status == "passed" and not deed.tentative:
            assert deed.number in numbers


@given(traces())
def test_the_config_is_valid_and_uses_the_nine_actions(trace: Trace) -> None:
    config = distil(trace, prompt="p", starting_url=URL)
    assert TestConfig.model_validate(config.dump()) == config
    assert all(step.action in ACTIONS for step in config.steps)
    assert len({step.id for step in config.steps}) == len(config.steps)
    assert [step.ordinal for step in config.steps] == list(range(1, len(config.steps) + 1))


@pytest.mark.parametrize("value", [False, 0, "", ["a", "b"], "x"])
def test_values_that_look_like_nothing_survive_the_file(value: Any) -> None:
    from runner.record.trace import from_json, to_json

    trace = trace_of(fill("Name", value))
    assert Trace(tuple(from_json(to_json(entry)) for entry in trace.entries)) == trace

"""Reading a TestConfig: all problems at once, each with its place, what was found and what is allowed."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.contract.config import ACTIONS
from runner.contract.errors import ConfigError
from runner.contract.problem import nearest
from runner.contract.validation import MAX_BYTES, read_config

CLICK = {"action": "click", "selector": 'control="Go"'}


def problems(source: Any) -> dict[str, str]:
    with pytest.raises(ConfigError) as caught:
        read_config(source)
    return {problem["path"]: problem["message"] for problem in caught.value.details.get("problems", [])}


def complaint(source: Any) -> str:
    with pytest.raises(ConfigError) as caught:
        read_config(source)
    return str(caught.value)


def test_every_problem_of_a_file_comes_at_once() -> None:
    found = problems(
        {
            "version": 2,
            "starting_url": "ftp://x",
            "fallback": "magic",
            "defaults": {"timeout_ms": "10"},
            "parameters": [{"nam": "A"}],
            "steps": [
                {"action": "clik", "selector": 4},
                7,
                {"action": "expect", "expect": {"type": "text", "contains": ""}},
                {"action": "fill", "selector": "#a"},
                {"action": "fill", "selector": "#a", "value": {"a": 1}, "timeout_ms": 0},
            ],
        }
    )
    assert set(found) == {
        "$.version",
        "$.starting_url",
        "$.fallback",
        "$.defaults.timeout_ms",
        "$.parameters[0].name",
        "$.steps[0].action",
        "$.steps[0].selector",
        "$.steps[1]",
        "$.steps[2].expect.contains",
        "$.steps[3].value",
        "$.steps[4].value",
        "$.steps[4].timeout_ms",
    }


def test_an_unknown_action_names_the_place_the_value_the_choice_and_what_was_meant() -> None:
    message = complaint({"steps": [CLICK, {"action": "clik", "selector": "#a"}]})
    assert '$.steps[1].action: found "clik"; allowed: "goto", "fill", "click"' in message
    assert 'Did you mean "click"?' in message


def test_an_unknown_field_is_told_beside_what_it_may_have_caused() -> None:
    message = complaint({"steps": [{"action": "fill", "selector": "#a", "valu": "x"}]})
    assert message.splitlines()[1:] == [
        "  $.steps[0].value: is missing; the action fill needs what to set the field to.",
        "Also:",
        '  $.steps[0].valu: is unknown and has no effect. Did you mean "value"?',
    ]


def test_a_misspelt_required_field_is_recognised() -> None:
    message = complaint({"steps": [{"acton": "click", "selector": "#a"}]})
    assert '$.steps[0].action: is missing (there is "acton"); allowed: "goto"' in message


@pytest.mark.parametrize(
    "step, place",
    [
        ({"action": "goto"}, ".value"),
        ({"action": "goto", "value": 3}, ".value"),
        ({"action": "fill", "value": "x"}, ".selector"),
        ({"action": "fill", "selector": "#a"}, ".value"),
        ({"action": "click"}, ".selector"),
        ({"action": "click", "selector": " "}, ".selector"),
        ({"action": "press", "selector": "#a"}, ".value"),
        ({"action": "select", "selector": "#a"}, ".value"),
        ({"action": "hover"}, ".selector"),
        ({"action": "expect"}, ".expect"),
        ({"action": "expect", "expect": {"type": "text"}}, ".expect.contains"),
        ({"action": "expect", "expect": {"type": "url", "contains": "  "}}, ".expect.contains"),
        ({"action": "expect", "expect": {"type": "visible"}}, ".selector"),
        ({"action": "wait"}, ""),
        ({"action": "wait", "value": -1}, ".value"),
        ({"action": "wait", "value": True}, ".value"),
        ({"action": "wait", "value": "soon"}, ".value"),
        ({"action": "ask_user_question"}, ".value"),
    ],
)
def test_each_action_says_what_it_needs(step: dict[str, Any], place: str) -> None:
    assert list(problems({"steps": [step]})) == [f"$.steps[0]{place}"]


@pytest.mark.parametrize(
    "step",
    [
        {"action": "goto", "value": "https://example.com"},
        {"action": "fill", "selector": "#a", "value": ""},
        {"action": "fill", "target": 'field="Name"', "value": True},
        {"action": "fill", "selector": "#a", "value": ["a.txt", "b.txt"]},
        {"action": "click", "candidates": ["#a"]},
        {"action": "press", "value": " "},
        {"action": "select", "selector": "#a", "value": ["One", "Two"]},
        {"action": "wait", "value": 0},
        {"action": "wait", "value": "250"},
        {"action": "wait", "wait_for": "/done"},
        {"action": "expect", "expect": {"type": "visible", "selector": "#a"}},
        {"action": "expect", "selector": "#a", "expect": {"type": "visible"}},
        {"action": "ask_user_question", "value": "Which account?"},
    ],
)
def test_what_an_action_needs_may_come_in_any_allowed_form(step: dict[str, Any]) -> None:
    config, warnings = read_config({"steps": [step]})
    assert config.steps[0].id == "step_1"
    assert warnings == []


def test_names_are_unique_and_references_known() -> None:
    found = problems(
        {
            "parameters": [{"name": "EMAIL"}, {"name": "EMAIL"}],
            "steps": [
                {"id": "a", **CLICK},
                {"id": "a", "action": "fill", "selector": "#a", "value": "{{EMIAL}}"},
            ],
        }
    )
    assert set(found) == {"$.parameters[1].name", "$.steps[1].id", "$.steps[1]"}
    assert "{{EMIAL}}" in found["$.steps[1]"]


def test_a_secret_must_not_carry_its_value_and_the_message_does_not_repeat_it() -> None:
    message = complaint({"parameters": [{"name": "P", "secret": True, "value": "hunter2"}], "steps": []})
    assert "$.parameters[0]" in message
    assert "hunter2" not in message


def test_unknown_fields_are_kept_and_reported_with_the_nearest_known_name() -> None:
    config, warnings = read_config(
        {
            "start_url": "http://x",
            "steps": [{**CLICK, "selectr": "#b", "x_team": {"a": 1}, "fingerprint": {"rol": "button"}}],
        }
    )
    assert {(warning.path, warning.nearest) for warning in warnings} == {
        ("$.start_url", "starting_url"),
        ("$.steps[0].selectr", "selector"),
        ("$.steps[0].x_team", None),
        ("$.steps[0].fingerprint.rol", "role"),
    }
    assert config.dump()["steps"][0]["x_team"] == {"a": 1}
    assert config.dump()["start_url"] == "http://x"


def test_oddities_are_warnings() -> None:
    _, warnings = read_config({"steps": [{**CLICK, "ordinal": 7}]})
    assert [warning.path for warning in warnings] == ["$.steps[0].ordinal"]
    assert "check nothing" in str(read_config({"steps": []})[1][0])


@pytest.mark.parametrize("wrapper", ["test_config_json", "test_config"])
def test_a_wrapper_is_accepted_and_paths_point_into_it(wrapper: str) -> None:
    assert read_config({"id": "run", wrapper: {"steps": [CLICK]}})[0].steps[0].selector == CLICK["selector"]
    assert list(problems({wrapper: {"steps": [{"action": "click"}]}})) == [f"$.{wrapper}.steps[0].selector"]
    assert list(problems({wrapper: None})) == [f"$.{wrapper}"]


def test_null_means_not_given() -> None:
    config, _ = read_config(
        {
            "version": None,
            "parameters": None,
            "defaults": None,
            "steps": [{**CLICK, "id": None, "ordinal": None}],
        }
    )
    assert (config.steps[0].id, config.steps[0].ordinal) == ("step_1", 1)


def test_broken_json_is_pointed_at() -> None:
    message = complaint('{\n  "steps": [\n    {"action" "click"}\n  ]\n}')
    assert "line 3 column 15" in message
    assert message.splitlines()[1:] == ['      {"action" "click"}', "                ^"]


@pytest.mark.parametrize("text", ["", "  \n", "[]", "3", "null", '"x"', '{"steps": [NaN]}', "[" * 100_000])
def test_text_that_is_no_config_is_refused_in_a_line_or_two(text: str) -> None:
    assert len(complaint(text).splitlines()) <= 3


def test_what_is_not_a_readable_file(tmp_path: Path) -> None:
    (tmp_path / "there.json").write_text("{}")
    assert "there.json" in complaint(tmp_path / "absent.json")
    assert "is a folder" in complaint(tmp_path)
    (tmp_path / "latin.json").write_bytes('{"prompt": "café"}'.encode("latin-1"))
    assert "not UTF-8" in complaint(tmp_path / "latin.json")
    with (tmp_path / "huge.json").open("wb") as file:
        os.truncate(file.fileno(), MAX_BYTES + 1)
    assert "larger than" in complaint(tmp_path / "huge.json")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_no_obstacle(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "flow.json"
    path.write_text(json.dumps({"prompt": "Öffne", "steps": []}, ensure_ascii=False), encoding=encoding)
    assert read_config(path)[0].prompt == "Öffne"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["version", "steps", "action", "expect", "type", "id", "parameters", "name", "value", "x"]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_no_data_at_all_breaks_the_reader(data: Any) -> None:
    for source in (
        {"steps": data},
        {"steps": [data]},
        {"steps": [], "parameters": [data]},
        {"test_config": data},
    ):
        try:
            config, _ = read_config(source)
        except ConfigError:
            continue
        assert read_config(config.dump())[0] == config


def test_the_nearest_name() -> None:
    assert nearest("Click", ACTIONS) == "click"
    assert nearest("url", ["starting_url", "steps"]) == "starting_url"
    assert nearest("zzz", ACTIONS) is None

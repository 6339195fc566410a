"""The line in a JSON file at which a value begins."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.contract.places import Places, StepPlace, line_of, line_of_step, parsed, position

FLOW = """{
  "version": 1, "prompt": "a \\"steps\\": [ {",
  "defaults": {"steps": [1, 2]},
  "steps": [
    {"action": "goto",
     "value": "http://x/"},

    {"action": "click",
     "selector": "#a"}, {"action": "press"}
  ]
}
"""


def test_the_line_of_a_step() -> None:
    assert [line_of_step(FLOW, index) for index in range(3)] == [5, 8, 9]
    assert line_of(FLOW, ("steps", 1, "selector")) == 9
    assert line_of("\ufeff" + FLOW, ("steps", 1)) == 8


def test_the_line_of_a_step_in_a_wrapper() -> None:
    wrapped = '{"id": "x",\n "test_config_json":\n' + FLOW + "}"
    assert line_of_step(wrapped, 1) == 10
    assert line_of_step('{"test_config": {"steps": [\n1]}}', 0) == 2


def test_what_is_not_there_is_where_it_would_be() -> None:
    assert line_of(FLOW, ("steps", 1, "expect")) == 8
    assert line_of(FLOW, ("steps", 9)) == 4
    assert line_of(FLOW, ("steps", 0, "action", "deeper")) == 5
    assert line_of(FLOW, ("other",)) == 1


@pytest.mark.parametrize(
    "text", ["", "  ", "{", '{"steps"', '{"steps": [', '{"steps": [{]', "steps", "[1]", "{'a': 1}"]
)
def test_broken_files_have_a_line_too(text: str) -> None:
    assert line_of_step(text, 3) == 1


def test_paths_as_problems_name_them() -> None:
    assert parsed("$.steps[1].expect.contains") == ("steps", 1, "expect", "contains")
    assert parsed("$") == ()


def test_the_places_of_a_file_s_steps(tmp_path: Path) -> None:
    file = tmp_path / "flow.json"
    file.write_text(FLOW)
    assert Places(file).of(1) == StepPlace(str(file), 8)
    assert Places(tmp_path / "gone.json").of(1) == StepPlace(str(tmp_path / "gone.json"), 1)
    assert Places(None).of(1) is None


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@given(VALUES, st.integers(0, 3))
def test_every_value_is_found_where_it_is(data: Any, indent: int) -> None:
    text = json.dumps(data, indent=indent or None)
    for path, value in everything(data, ()):
        depth, at = position(text, path)
        assert depth == len(path)
        assert json.JSONDecoder().raw_decode(text, at)[0] == value


def everything(data: Any, path: tuple[str | int, ...]) -> Any:
    yield path, data
    items: Any = enumerate(data) if isinstance(data, list) else data.items() if isinstance(data, dict) else ()
    for key, value in items:
        yield from everything(value, (*path, key))

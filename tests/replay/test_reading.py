"""All problems of a flow come at once, those of its selectors included."""

from __future__ import annotations

import pytest

from runner.contract.errors import ConfigError
from runner.replay.reading import read_flow


def test_a_selector_that_cannot_be_read_comes_with_all_other_problems() -> None:
    steps = [
        {"action": "click", "selector": 'control="Sign'},
        {"action": "clik"},
        {"action": "click", "selector": "#a", "candidates": ['field="x']},
    ]
    with pytest.raises(ConfigError) as raised:
        read_flow({"steps": steps})
    paths = [problem["path"] for problem in raised.value.details["problems"]]
    assert paths == ["$.steps[0].selector", "$.steps[1].action", "$.steps[2].candidates[0]"]


def test_a_flow_whose_selectors_can_be_read_is_given_back() -> None:
    config, warnings = read_flow({"steps": [{"action": "click", "selector": 'control="Sign in"'}]})
    assert config.steps[0].selector == 'control="Sign in"'
    assert warnings == []

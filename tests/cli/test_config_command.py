"""`demo-runner config`: what it prints, for people and for machines. The public client accepts it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from runner.cli.faults import guarded

FLOW: dict[str, Any] = {
    "prompt": "Sign in",
    "starting_url": "http://x.test",
    "parameters": [{"name": "EMAIL", "value": "ada@x.org"}, {"name": "PASSWORD", "secret": True}],
    "steps": [
        {"action": "goto", "value": "http://x.test"},
        {"action": "fill", "selector": 'field="Password"', "value": "{{PASSWORD}}"},
        {"action": "click", "selector": 'control="Go"', "description": "Click Go"},
        {"action": "expect", "expect": {"type": "visible", "selector": 'text="Hi"'}},
    ],
    "nots": 1,
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "flow.json"
    path.write_text(json.dumps(FLOW))
    return path


def test_a_valid_file(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(["config", "validate", str(file)]) == 0
    said = capsys.readouterr()
    assert said.out == f"{file} is valid: 4 steps, 1 warning.\n"
    assert "$.nots" in said.err


def test_a_valid_file_as_json(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(["config", "validate", "--json", str(file)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["valid"], [warning["path"] for warning in told["warnings"]]) == (True, ["$.nots"])


def test_a_broken_file(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    steps = [{"action": "clik"}, {"action": "click", "selector": 'control="a'}]
    file.write_text(json.dumps({"steps": steps}))
    assert guarded(["config", "validate", str(file)]) == 2
    assert "$.steps[0].action" in capsys.readouterr().err
    assert guarded(["config", "validate", str(file), "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["valid"] is False


def test_a_selector_that_cannot_be_read_is_a_problem_with_its_place(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    steps = [{"action": "click", "selector": 'control="Go"', "candidates": ["#a", 'field="x']}]
    file.write_text(json.dumps({"steps": steps}))
    assert guarded(["config", "validate", str(file), "--json"]) == 2
    (problem,) = json.loads(capsys.readouterr().out)["problems"]
    assert problem["path"] == "$.steps[0].candidates[1]"


@pytest.mark.parametrize("text", [None, "", "{", '{"steps": 3}'])
@pytest.mark.parametrize("command", ["validate", "summarize", "normalize"])
def test_what_is_no_config_is_a_2_without_a_traceback(
    command: str, text: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if text is not None:
        (tmp_path / "x.json").write_text(text)
    assert guarded(["config", command, str(tmp_path / "x.json")]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("Error: ")
    assert "Traceback" not in said.err


def test_a_summary(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(["config", "summarize", str(file)]) in (0, None)
    lines = capsys.readouterr().out.splitlines()
    assert "Parameters:   EMAIL=ada@x.org, PASSWORD (secret)" in lines
    assert "Steps:        4, 1 of them assertions" in lines
    assert "   3  click    Click Go" in lines
    guarded(["config", "summarize", "--json", str(file)])
    told = json.loads(capsys.readouterr().out)
    assert (told["steps"], told["assertions"], told["actions"][2]["id"]) == (4, 1, "step_3")


def test_the_normal_form_is_complete_and_keeps_what_it_does_not_know(
    file: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    guarded(["config", "normalize", str(file)])
    data = json.loads(capsys.readouterr().out)
    assert (data["version"], data["fallback"], data["defaults"], data["nots"]) == (
        1,
        "agent",
        {"timeout_ms": 10_000},
        1,
    )
    assert [(step["id"], step["ordinal"]) for step in data["steps"]] == [
        (f"step_{n}", n) for n in range(1, 5)
    ]
    assert data["steps"][1]["parameter_refs"] == ["PASSWORD"]
    assert data["steps"][3]["selector"] == 'text="Hi"'
    guarded(["config", "normalize", str(file), "--out", str(tmp_path / "out" / "n.json")])
    assert json.loads((tmp_path / "out" / "n.json").read_text()) == data
    assert complaints_of_the_public_client(data) == []


def complaints_of_the_public_client(config: dict[str, Any]) -> list[str]:
    """The checks of the client published as `arga-cli`, in our words."""
    actions = {"goto", "fill", "click", "press", "select", "hover", "expect", "wait", "ask_user_question"}
    found = [] if isinstance(config.get("steps"), list) else ["steps"]
    found += [name for name in ("starting_url", "prompt") if not isinstance(config.get(name), str | None)]
    found += [] if isinstance(config.get("parameters", []), list) else ["parameters"]
    for step in config["steps"]:
        expect = step.get("expect") or {}
        found += [] if step["action"] in actions and step["id"] and step["ordinal"] else [f"{step}"]
        if step["action"] != "expect":
            continue
        found += [] if expect.get("type") in {"text", "url", "visible"} else ["type"]
        found += (
            ["contains"]
            if expect.get("type") in {"text", "url"} and not expect.get("contains", "").strip()
            else []
        )
        found += (
            ["selector"] if expect.get("type") == "visible" and not step.get("selector", "").strip() else []
        )
    return found

"""The command starts fast, knows its commands, and leaves with the right code however it ends."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import click
import httpx
import pytest

from runner.cli.faults import guarded
from runner.cli.root import COMMANDS, root

Run = Callable[..., Coroutine[Any, Any, Any]]
HEAVY = (
    "pydantic",
    "playwright",
    "rich",
    "structlog",
    "websockets",
    "jsonschema",
    "starlette",
    "jinja2",
    "rapidfuzz",
    "pydantic_ai",
    "dotenv",
)


def test_help_imports_nothing_heavy() -> None:
    script = (
        "import sys; from runner.cli.faults import guarded; guarded(['--help']); "
        f"print(*(set({HEAVY}) & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert said.stdout.splitlines()[-1] == ""


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_in_the_table_is_there_and_explains_itself(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    command = root.get_command(click.Context(root), name)
    assert command is not None
    assert command.name == name
    assert guarded([name, "--help"]) == 0
    assert "Usage: demo-runner" in capsys.readouterr().out


def test_an_unknown_command_is_answered_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(["recrod"]) == 2
    assert "Did you mean record?" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--version"], ["version"]])
def test_the_version(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(arguments) == 0
    assert "0." in capsys.readouterr().out


def broken(*_arguments: object, **_options: object) -> None:
    raise ExceptionGroup("several", [ZeroDivisionError("a defect")])


def test_a_defect_is_a_sentence_and_a_log_never_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(root, "main", broken)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert guarded([]) == 3
    said = capsys.readouterr().err
    (log,) = tmp_path.glob("demo-runner-crash-*.log")
    assert said.splitlines()[0] == "Error: demo-runner broke: ZeroDivisionError: a defect"
    assert str(log) in said
    assert "Traceback" not in said
    assert "ZeroDivisionError" in log.read_text()


def test_debug_shows_the_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(root, "main", broken)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("DEMO_RUNNER_DEBUG", "1")
    assert guarded([]) == 3
    assert "Traceback" in capsys.readouterr().err


def test_a_reader_that_leaves_early_is_no_drama(tmp_path: Path) -> None:
    (tmp_path / "flow.json").write_text(json.dumps({"steps": [{"action": "wait", "value": 1}] * 20_000}))
    line = f"{sys.executable} -m runner.cli config summarize flow.json | head -n 1"
    said = subprocess.run(line, shell=True, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert (said.stdout, said.stderr) == ("Prompt:       -\n", "")


def test_the_bundled_app_is_there_until_it_is_stopped() -> None:
    asked = [sys.executable, "-m", "runner.cli", "demo", "--app"]
    with subprocess.Popen(asked, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1]
        assert httpx.get(url).status_code == 200
        assert process.stdout.readline().startswith("To try: ")
        process.terminate()
        assert process.wait(20) == 0
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)

"""`demo-runner import` and `export`: files and folders, stdin and stdout, what is told and how it leaves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from runner.cli.export import export_command
from runner.cli.import_ import import_command
from runner.cli.settings import Settings
from runner.contract.errors import UsageError
from runner.replay.reading import read_flow
from tests.exchange.recorded import FOLDER

SIGN_IN = FOLDER / "sign-in-from-the-front-page.json"
FOREIGN = FOLDER.parent / "foreign"


def done(command: Any, *arguments: object, stdin: str | None = None) -> Result:
    return CliRunner().invoke(
        command, [str(argument) for argument in arguments], input=stdin, obj=Settings(), standalone_mode=False
    )


def test_out_to_a_file_and_in_again(tmp_path: Path) -> None:
    code, back = tmp_path / "test_sign_in.py", tmp_path / "back.json"
    exported = done(export_command, SIGN_IN, "--out", code)
    assert exported.exception is None
    assert "the whole file: left out: alternative selectors" in exported.stderr
    assert exported.stdout == ""
    assert 'PASSWORD = os.environ["PASSWORD"]' in code.read_text()
    assert done(import_command, code, "--out", back).exception is None
    config, warnings = read_flow(back)
    assert warnings == []
    assert len(config.steps) == len(read_flow(SIGN_IN)[0].steps)


def test_the_format_follows_the_file_s_name_or_what_was_asked_for(tmp_path: Path) -> None:
    done(export_command, SIGN_IN, "--out", tmp_path / "x.spec.ts")
    assert (tmp_path / "x.spec.ts").read_text().startswith("import { test, expect } from '@playwright/test';")
    done(export_command, SIGN_IN, "--out", tmp_path / "x.json")
    assert json.loads((tmp_path / "x.json").read_text())["steps"][0]["type"] == "setViewport"
    assert "def test_sign_in_from_the_front_page(" in done(export_command, SIGN_IN).stdout
    assert "def test_other(" in done(export_command, SIGN_IN, "--name", "Other!").stdout


def test_from_stdin_to_stdout() -> None:
    exported = done(export_command, "-", "--to", "playwright", stdin=SIGN_IN.read_text())
    imported = done(import_command, "-", stdin=exported.stdout)
    assert read_flow(json.loads(imported.stdout))[0].parameters[0].name == "PASSWORD"


def test_nothing_is_overwritten_unless_told_to(tmp_path: Path) -> None:
    there = tmp_path / "there.py"
    there.write_text("mine")
    refused = done(export_command, SIGN_IN, "--out", there)
    assert isinstance(refused.exception, UsageError)
    assert refused.exception.exit_code == 2
    assert "--force" in str(refused.exception.remedy)
    assert there.read_text() == "mine"
    assert done(export_command, SIGN_IN, "--out", there, "--force").exception is None
    assert "def test_" in there.read_text()


def test_several_go_into_a_folder(tmp_path: Path) -> None:
    done(
        export_command,
        SIGN_IN,
        FOLDER / "buy-and-open-the-receipt.json",
        "--to",
        "playwright",
        "--out",
        tmp_path,
    )
    assert {path.name for path in tmp_path.iterdir()} == {
        "sign-in-from-the-front-page.spec.ts",
        "buy-and-open-the-receipt.spec.ts",
    }
    side = FOREIGN / "marginalia.side"
    assert isinstance(done(import_command, side).exception, UsageError)
    folder = tmp_path / "tests"
    assert done(import_command, side, "--out", folder).exception is None
    assert {path.name for path in folder.iterdir()} == {"sign-in.json", "tasks.json"}
    assert json.loads(done(import_command, side, "--test", "sign in").stdout)["steps"]
    with pytest.raises(UsageError, match="no test"):
        raise done(import_command, side, "--test", "sing in").exception or AssertionError


def test_findings_as_json() -> None:
    (told,) = json.loads(done(import_command, FOREIGN / "signing-in.recorder.json", "--json").stdout)
    assert told["name"] == "Sign in and add a task"
    assert {"place": "steps[16]", "effect": "left out"}.items() <= told["findings"][-4].items()
    read_flow(told["test_config"])
    (told,) = json.loads(done(export_command, SIGN_IN, "--json").stdout)
    assert "def test_" in told["text"]
    assert told["findings"][0]["effect"] == "left out"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nothing.py",), "cannot be read"),
        ((FOREIGN / "marginalia.side", "--url", "shop"), "no address"),
    ],
)
def test_bad_input_is_refused(arguments: tuple[object, ...], said: str) -> None:
    refused = done(import_command, *arguments).exception
    assert isinstance(refused, UsageError)
    assert said in refused.message

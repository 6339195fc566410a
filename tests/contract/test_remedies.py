"""Remedies in the words of the face that shows them: no face advises an option that it has not."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final, get_args

import pytest

from runner.contract.event import Event
from runner.contract.remedies import Face, worded, worded_event

RUNNER: Final = Path(__file__).parents[2] / "runner"
# What a service and an agent's tools run; models are for the command only.
PLACES: Final = ("contract", "page", "record", "replay", "verify.py", "playing.py")
COMMAND_ONLY: Final = ("model.py", "budget.py", "patch_files.py", "schema.py", "remedies.py")
FACES: Final[tuple[Face, ...]] = get_args(Face)


def remedies() -> Iterator[str]:
    """Every remedy that the engines can give, with NAME where something is put in."""
    for place in PLACES:
        where = RUNNER / place
        for path in [where] if where.is_file() else sorted(where.rglob("*.py")):
            if path.name not in COMMAND_ONLY:
                tree = ast.parse(path.read_text(encoding="utf-8"))
                yield from (text for text in _texts(tree) if " --" in text)


def _texts(tree: ast.Module) -> Iterator[str]:
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        match node:
            case ast.JoinedStr(values):
                yield "".join(
                    str(part.value) if isinstance(part, ast.Constant) else "NAME" for part in values
                )
            case ast.Constant(str() as text) if id(node) not in inside:
                yield text
            case _:
                continue


def test_there_are_remedies_to_say_otherwise() -> None:
    assert len(list(remedies())) > 5


@pytest.mark.parametrize("face", FACES)
def test_no_face_advises_an_option_of_the_command(face: Face) -> None:
    for remedy in remedies():
        # a list of options is put together out of pieces
        said = worded(remedy.replace("with NAME", "with --param NAME=VALUE"), face)
        assert " --" not in said, remedy


def test_values_are_given_where_the_face_takes_them() -> None:
    remedy = "Give it with --param CITY=VALUE --param PIN=VALUE, or in the environment if it is a secret."
    assert worded(remedy, "service") == "Give it under Values as CITY, PIN, ticked as secret if it is one."
    assert worded(remedy, "agent").startswith(
        "Give it in `parameters` as CITY, PIN, or in the environment of"
    )
    assert worded("Name what is on the page.", "agent") == "Name what is on the page."


def test_an_event_tells_its_remedies_so() -> None:
    remedy = "Give the answer with --param CITY=VALUE."
    details = {"failure": {"remedy": remedy}, "summary": {"limitations": [remedy]}, "value": remedy}
    told = worded_event(Event(type="failed", message="No", details=details), "service").details
    assert told["failure"]["remedy"] == told["summary"]["limitations"][0] != remedy
    assert told["value"] == remedy

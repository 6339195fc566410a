"""`schemas/` equals what the models generate, and the schemas are good ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from runner import assets
from runner.contract.event import Event
from runner.contract.patch import Patch, PatchOperation
from runner.contract.run import Run
from runner.contract.schema import drift, schema, texts

NAMES = [name.removesuffix(".schema.json") for name in texts()]


def test_the_files_are_what_the_models_generate() -> None:
    assert drift(assets.folder("schemas")) == [], "run `make schemas`"


def test_a_changed_a_missing_and_a_left_over_file_are_drift(tmp_path: Path) -> None:
    for name, text in texts().items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert drift(tmp_path) == []
    (tmp_path / "event.schema.json").write_text("{}", encoding="utf-8")
    (tmp_path / "patch.schema.json").unlink()
    (tmp_path / "old.schema.json").write_text("{}", encoding="utf-8")
    assert drift(tmp_path) == ["event.schema.json", "old.schema.json", "patch.schema.json"]


@pytest.mark.parametrize("name", NAMES)
def test_each_is_a_valid_schema_with_an_identity(name: str) -> None:
    loaded = json.loads((assets.folder("schemas") / f"{name}.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(loaded)
    assert loaded["$schema"].endswith("2020-12/schema")
    assert loaded["$id"] == f"urn:demo-runner:schema:{name}"


EVENT = Event(type="running", message="It runs.", details={"a": [1]}).model_dump(mode="json")
PATCH = Patch(
    step_id="step_1",
    ops=[PatchOperation(op="replace", path="/steps/0/selector")],
    strategy="s",
    confidence=1,
    reason="r",
)


@pytest.mark.parametrize(
    "name, data",
    [
        ("event", EVENT),
        ("patch", PATCH.model_dump(mode="json")),
        ("run", Run(mode="rerun_from_config").after(Event.model_validate(EVENT)).model_dump(mode="json")),
        ("feed-message", {"type": "event", "event": EVENT}),
        ("feed-message", {"type": "done", "status": "failed", "message": "It broke."}),
        (
            "feed-message",
            {
                "type": "frame",
                "frame": {"format": "jpeg", "data": "", "timestamp": 1.5, "width": 1, "height": 1},
            },
        ),
    ],
)
def test_what_we_write_satisfies_them(name: str, data: dict[str, Any]) -> None:
    Draft202012Validator(schema(name)).validate(data)

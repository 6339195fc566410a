"""What a reviewer reads of patches: the step, what was and is, what speaks for it and what against it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from runner.cli.review import reviewed
from runner.contract.patch import Patch

EVIDENCE: dict[str, Any] = {
    "step": {"ordinal": 3, "description": "Press Export"},
    "old": {"v": 1, "name": "Export", "text": "Export", "classes": ["a", "b"], "box": [1, 2, 3, 4]},
    "new": {"v": 1, "name": "Download", "text": "Download", "classes": ["c"], "box": [5, 6, 7, 8]},
    "scores": {
        "wording": {"level": "synonym", "worth": 2.0},
        "classes": {"level": "none", "worth": -1.5},
        "size": {"level": "alike", "worth": 0.1},
    },
    "runner_up": {"fingerprint": {"role": "button", "name": "Print"}, "confidence": 0.02},
    "pictures": {"old": "a/old.jpg", "new": "a/new.jpg"},
    "proven": True,
}


def lines(*patches: Patch) -> list[str]:
    return [click.unstyle(line).rstrip() for line in reviewed(patches, Path("flow.json"))]


def patch(**more: Any) -> Patch:
    told = {
        "step_id": "export", "ops": [], "old": "#export", "new": "#download", "strategy": "fingerprint",
        "confidence": 0.914, "reason": "It is now called “Download”.", "evidence": EVIDENCE, "applied": True,
    }  # fmt: skip
    return Patch.model_validate(told | more)


def test_a_patch_is_told_in_words() -> None:
    suggested = patch(applied=False, evidence={})
    assert lines(patch(), suggested) == [
        "2 patches of flow.json: 1 proven, 1 suggested",
        "",
        "Step 3: Press Export  (export)",
        "  proven, confidence 91%, by its fingerprint",
        "  It is now called “Download”.",
        "  - #export",
        "  + #download",
        "    name           Export → Download",
        "    classes        a, b → c",
        "    speaks for it  what it says (same in other words)",
        "    against it     its classes (others)",
        "    next best      button “Print”, confidence 2%",
        "    as it was      a/old.jpg",
        "    as it is       a/new.jpg",
        "",
        "export",
        "  suggested, confidence 91%, by its fingerprint",
        "  It is now called “Download”.",
        "  - #export",
        "  + #download",
    ]


def test_steps_that_a_patch_inserts_are_shown_and_an_unchanged_selector_is_not() -> None:
    step = {"id": "x", "ordinal": 3, "action": "click", "selector": "#menu", "description": "Open the menu"}
    ordinal = {"op": "replace", "path": "/steps/3/ordinal", "value": 4}
    shown = lines(
        patch(
            ops=[{"op": "add", "path": "/steps/2", "value": {**step, "optional": True}}, ordinal],
            new="#export",
            evidence={},
        )
    )
    assert shown[5:] == ["  + #menu  a new step: Open the menu, if it is there"]

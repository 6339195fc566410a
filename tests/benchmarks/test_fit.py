"""Weights from kept cases, and what is made of such cases, without a browser."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.drift.fit import _read, choices, fitted, probabilities, usual
from benchmarks.drift.rescore import judged


def case(number: int, *, gone: bool, found: bool = False) -> dict[str, Any]:
    """A page of three buttons; the right one has been reworded and keeps its id."""
    old = {"tag": "button", "role": "button", "name": "Onwards", "text": "Onwards", "id": f"go{'x' * number}"}
    right = {**old, "name": None, "text": "Heave ho"}
    others = [{"tag": "button", "role": "button", "text": text} for text in ("Cancel", "Help")]
    seen = [*([] if gone else [right]), *others]
    return {
        "app": "app",
        "old": old,
        "gone": gone,
        "action": "click",
        "selectors": ['control="Onwards"'],
        "population": 3,
        "found": {"facts": {"tag": "button", "text": "Onwards", "id": old["id"]}, "right": True, "at": 0}
        if found
        else None,
        "seen": [
            {"fingerprint": each, "disabled": False, "right": each is right and not gone} for each in seen
        ],
    }


def test_the_weights_that_are_found_make_the_right_answers_likely() -> None:
    cases = [case(number, gone=number % 3 == 0) for number in range(12)]
    known = [each for each in _read(cases) if each[4] == 1.0]
    some = choices(known, usual(known))
    likely = probabilities(some, fitted(some, ridge=0.5, rounds=60))
    assert (likely * some.right).sum(axis=1).min() > 0.8


@pytest.mark.parametrize(
    ("told", "outcome", "cause"),
    [
        (case(1, gone=False, found=True), "right", "identity: same"),
        (case(1, gone=False), "right", "search: applied"),
        (case(1, gone=True), "refused", "search: not in the census"),
    ],
)
def test_a_kept_case_is_judged_as_a_replay_would(told: dict[str, Any], outcome: str, cause: str) -> None:
    found = judged(told)
    assert (found.outcome, found.cause) == (outcome, cause)

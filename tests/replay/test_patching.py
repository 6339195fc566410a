"""Patches: applying them gives exactly the repaired config, and nothing a repair must not touch."""

from __future__ import annotations

from typing import Any

import jsonpatch
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.contract.config import Fingerprint, Step, TestConfig
from runner.contract.errors import ConfigError
from runner.contract.patch import Patch, PatchOperation
from runner.replay.patching import Replacement, apply, drift_key, insertions, operations, spread, way_id

SELECTOR = st.sampled_from(['control="Save"', "#a", 'field="E-mail"', "text=x", '[data-testid="q"]'])
PRINT = st.builds(
    Fingerprint,
    tag=st.sampled_from(["a", "button"]),
    name=st.text(max_size=5) | st.none(),
    id=st.none() | st.just("x"),
)
STEP = st.fixed_dictionaries(
    {"action": st.just("click")},
    optional={
        "selector": SELECTOR,
        "target": SELECTOR,
        "candidates": st.lists(SELECTOR, max_size=3),
        "fingerprint": PRINT.map(lambda each: each.model_dump(exclude_none=True)),
        "description": st.text(max_size=5),
    },
)
NEW = st.builds(
    Replacement, selectors=st.lists(SELECTOR, min_size=1, max_size=4).map(tuple), fingerprint=PRINT
)


def patch_of(config: TestConfig, index: int, new: Replacement) -> Patch:
    step = config.steps[index]
    evidence: dict[str, Any] = {
        "new": new.fingerprint.model_dump(exclude_none=True),
        "drift": drift_key(step),
    }
    return Patch(
        step_id=step.id, ops=operations(step, index, new), old=step.sought, new=new.selectors[0],
        strategy="fingerprint", confidence=0.9, reason="", evidence=evidence, applied=True,
    )  # fmt: skip


@settings(deadline=None)
@given(st.lists(STEP, min_size=1, max_size=4), st.data())
def test_applying_the_patches_gives_exactly_the_repaired_config(
    steps: list[Any], data: st.DataObject
) -> None:
    config = TestConfig.model_validate({"steps": steps})
    chosen = data.draw(st.lists(st.integers(0, len(steps) - 1), unique=True))
    news = {index: data.draw(NEW) for index in chosen}
    repaired = apply(config, [patch_of(config, index, new) for index, new in news.items()])
    for index, (before, after) in enumerate(zip(config.steps, repaired.steps, strict=True)):
        if index not in news:
            assert after == before
            continue
        assert after.selectors == tuple(dict.fromkeys(news[index].selectors))
        assert after.fingerprint == news[index].fingerprint
        kept = ("id", "ordinal", "action", "value", "target", "expect", "description")
        assert [getattr(after, name) for name in kept] == [getattr(before, name) for name in kept]


def saved() -> TestConfig:
    return TestConfig.model_validate({"steps": [
        {"id": "open", "action": "goto", "value": "http://x"},
        {"id": "save", "action": "click", "selector": "#save",
         "fingerprint": {"tag": "button", "name": "Save"}},
    ]})  # fmt: skip


NEW_SAVE = Replacement(('control="Store"',), Fingerprint(tag="button", name="Store"))


def test_a_step_that_moved_is_found_by_its_id() -> None:
    patch = patch_of(saved(), 1, NEW_SAVE)
    moved = TestConfig.model_validate({"steps": [{"action": "wait", "value": 1}, *saved().dump()["steps"]]})
    assert apply(moved, [patch]).steps[2].selector == 'control="Store"'


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"step_id": "gone"}, "no such step"),
        ({"old": "#other"}, "no longer uses"),
        ({"ops": [PatchOperation(op="replace", path="/steps/1/value", value="x")]}, "would change"),
        ({"ops": [PatchOperation(op="remove", path="/steps/0")]}, "would change"),
        ({"ops": [PatchOperation(op="replace", path="/prompt", value="x")]}, "would change"),
        ({"ops": [PatchOperation(op="remove", path="/steps/1/candidates")]}, "does not fit"),
    ],
)
def test_what_does_not_fit_or_must_not_be_changed_is_refused(change: dict[str, Any], cause: str) -> None:
    patch = patch_of(saved(), 1, NEW_SAVE).model_copy(update=change)
    with pytest.raises(ConfigError, match=cause):
        apply(saved(), [patch])


def test_one_heal_fits_every_step_with_that_fingerprint_wherever_it_stands() -> None:
    patch = patch_of(saved(), 1, NEW_SAVE)
    fingerprint = {"tag": "button", "name": "Save", "box": [1, 2, 3, 4], "siblings": ["Cancel"]}
    other = TestConfig.model_validate({"steps": [
        {"id": "first", "action": "click", "selector": "css=#save", "fingerprint": fingerprint},
        {"id": "second", "action": "click", "selector": "#save", "fingerprint": {"tag": "a", "name": "Save"}},
    ]})  # fmt: skip
    fitting = spread(other, [patch])
    assert [each.step_id for each in fitting] == ["first"]
    assert apply(other, fitting).steps[0].selector == 'control="Store"'
    assert apply(other, fitting).steps[1] == other.steps[1]


def way(step: Step, count: int) -> list[Step]:
    return [
        Step(id=way_id(step), ordinal=1, action="click", selector=f'control="Menu {at}"')
        for at in range(count)
    ]


@settings(deadline=None)
@given(st.lists(STEP, min_size=1, max_size=4), st.data())
def test_any_rfc_6902_tool_makes_the_repaired_config_of_the_patches(
    steps: list[Any], data: st.DataObject
) -> None:
    config = TestConfig.model_validate({"steps": steps})
    repaired, made = config, list[Patch]()
    for step in config.steps:
        inserted = way(step, data.draw(st.integers(0, 2)))
        index = [each.id for each in repaired.steps].index(step.id)
        new = data.draw(st.none() | NEW)
        changes = operations(step, index + len(inserted), new) if new else []
        ops = [*insertions(repaired, index, inserted), *changes]
        made.append(patch_of(config, step.ordinal - 1, new or NEW_SAVE).model_copy(update={"ops": ops}))
        repaired = apply(config, made)
    by_others = config.dump()
    for patch in made:
        by_others = jsonpatch.apply_patch(by_others, [each.model_dump() for each in patch.ops])
    assert by_others == repaired.dump()
    assert [each.ordinal for each in repaired.steps] == list(range(1, len(repaired.steps) + 1))
    kept = [each.id for each in repaired.steps if not each.id.startswith("before_")]
    assert kept == [each.id for each in config.steps]


def test_a_way_is_spread_to_every_step_of_the_element_and_once_only() -> None:
    config = saved()
    ops = insertions(config, 1, way(config.steps[1], 1))
    patch = patch_of(config, 1, NEW_SAVE).model_copy(update={"ops": ops, "new": "#save"})
    same = {"action": "click", "selector": "#save", "fingerprint": {"tag": "button", "name": "Save"}}
    listed = [{"id": name, **same} for name in ("one", "two")]
    other = TestConfig.model_validate({"steps": listed})
    changed = apply(other, spread(other, [patch]))
    assert [each.id for each in changed.steps] == ["before_one", "one", "before_two", "two"]
    assert spread(changed, [patch]) == []
    with pytest.raises(ConfigError, match="already"):
        apply(apply(config, [patch]), [patch])


@pytest.mark.parametrize(
    "step",
    [
        {"action": "fill", "selector": "#code", "value": "1234"},
        {"action": "goto", "value": "http://elsewhere"},
        {"action": "click", "selector": "#x", "expect": {"type": "text", "contains": "x"}},
    ],
)
def test_a_patch_that_inserts_more_than_a_way_is_refused(step: dict[str, Any]) -> None:
    ops = [PatchOperation(op="add", path="/steps/1", value={"id": "more", "ordinal": 2, **step})]
    patch = patch_of(saved(), 1, NEW_SAVE).model_copy(update={"ops": ops})
    with pytest.raises(ConfigError, match="more than reach"):
        apply(saved(), [patch])

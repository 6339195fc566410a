"""Patches: building them from a repair, applying them to a config, finding where else they fit. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import jsonpatch
from jsonpointer import JsonPointerException
from pydantic import ValidationError

from runner.contract.config import ActionKind, Fingerprint, Step, TestConfig
from runner.contract.errors import ConfigError
from runner.contract.patch import Patch, PatchOperation

# What a repair may change of a step. Never its action, its value, what it asserts, or its place.
REPAIRABLE: Final = ("selector", "candidates", "fingerprint")
# What a step that a repair puts before another may do: nothing that enters a value.
INSERTABLE: Final[frozenset[ActionKind]] = frozenset({"click", "hover", "press", "fill"})
# Where an element stands, and what it looks like, says nothing of which element it is.
_INCIDENTAL: Final = ("box", "ordinal", "of", "classes", "siblings", "form", "submits", "options")
_STEP: Final = re.compile(r"^/steps/(\d+)$")
_ORDINAL: Final = re.compile(r"^/steps/\d+/ordinal$")


@dataclass(frozen=True, slots=True)
class Replacement:
    """What a step's element is to be looked for by from now on; selectors best first."""

    selectors: tuple[str, ...]
    fingerprint: Fingerprint


def operations(step: Step, index: int, new: Replacement) -> list[PatchOperation]:
    """The RFC 6902 operations that make the step at `index` (0-based) of its config use `new`."""
    wanted = {
        "selector": new.selectors[0],
        "candidates": list(new.selectors[1:]) or None,
        "fingerprint": new.fingerprint.model_dump(mode="json", exclude_none=True),
    }
    had = step.model_dump(mode="json", exclude_none=True)
    return [
        each
        for name in REPAIRABLE
        if (each := _operation(f"/steps/{index}/{name}", had.get(name), wanted[name])) is not None
    ]


def removals(step: Step, index: int) -> list[PatchOperation]:
    """The operations after which the step at `index` (0-based) of its config names no element."""
    had = step.model_dump(mode="json", exclude_none=True)
    return [
        PatchOperation(op="remove", path=f"/steps/{index}/{name}") for name in REPAIRABLE if had.get(name)
    ]


def _operation(path: str, had: Any, wanted: Any) -> PatchOperation | None:
    if had == wanted:
        return None
    if wanted is None:
        return PatchOperation(op="remove", path=path)
    return PatchOperation(op="add" if had is None else "replace", path=path, value=wanted)


def insertions(config: TestConfig, index: int, steps: Sequence[Step]) -> list[PatchOperation]:
    """The operations that put `steps` before the step at `index`, ordinals kept in order."""
    taken = {step.id for step in config.steps}
    added = []
    for at, step in enumerate(steps, index):
        free = _free(step.id, taken)
        taken.add(free)
        numbered = step.model_copy(update={"id": free, "ordinal": at + 1})
        value = TestConfig(steps=[numbered]).dump()["steps"][0] | {"ordinal": at + 1}
        added.append(PatchOperation(op="add", path=f"/steps/{at}", value=value))
    moved = range(index + len(steps), len(config.steps) + len(steps)) if steps else range(0)
    return [
        *added,
        *(PatchOperation(op="replace", path=f"/steps/{at}/ordinal", value=at + 1) for at in moved),
    ]


def _free(wanted: str, taken: set[str]) -> str:
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted}_{number}"
    return name


def inserted(patch: Patch) -> list[Step]:
    """The steps that a patch puts before its own."""
    return [
        Step.model_validate(each.value) for each in patch.ops if each.op == "add" and _STEP.match(each.path)
    ]


def shifted(ops: Iterable[PatchOperation], by: int) -> list[PatchOperation]:
    """The operations for steps that stand `by` places further down."""
    return [each.model_copy(update={"path": _moved(each.path, by)}) for each in ops]


def _moved(path: str, by: int) -> str:
    parts = path.split("/")
    parts[2] = str(int(parts[2]) + by)
    return "/".join(parts)


def apply(config: TestConfig, patches: Iterable[Patch]) -> TestConfig:
    """The config with all `patches` applied, in order.

    A step that has moved since is found by its id. Raises ConfigError when a patch does not fit, or would
    change what a repair must not change.
    """
    data = config.dump()
    for patch in patches:
        index = _index(data, patch)
        _check(patch, data)
        try:
            data = _numbered(jsonpatch.apply_patch(data, _placed(patch, index)))
        except (jsonpatch.JsonPatchException, JsonPointerException) as error:
            raise _misfit(patch, str(error)) from error
    try:
        return TestConfig.model_validate(data)
    except ValidationError as error:
        raise ConfigError(f"The patches make no valid TestConfig: {error.errors()[0]['msg']}.") from error


def fitting(config: TestConfig, patches: Iterable[Patch]) -> list[Patch]:
    """Those of the patches that can be applied to the config, one after the other."""
    found: list[Patch] = []
    for patch in patches:
        try:
            apply(config, [*(each for each in found if each.applied), patch])
        except ConfigError:
            continue
        found.append(patch)
    return found


def restored(config: TestConfig, before: TestConfig, patch: Patch) -> TestConfig:
    """The config with the patched step as it was `before`, and without the steps that the patch put in.

    What else has been changed stays. Raises ConfigError where `before` does not know the step.
    """
    old = next((step for step in before.steps if step.id == patch.step_id), None)
    if old is None:
        raise _misfit(patch, "the step is not in the file as it was")
    added = {step.id for step in inserted(patch)}
    was = {name: getattr(old, name) for name in (*REPAIRABLE, "target", "expect")}
    steps = [
        step.model_copy(update=was) if step.id == patch.step_id else step
        for step in config.steps
        if step.id not in added
    ]
    renumbered = [step.model_copy(update={"ordinal": at}) for at, step in enumerate(steps, 1)]
    return config.model_copy(update={"steps": renumbered})


def _numbered(data: dict[str, Any]) -> dict[str, Any]:
    for ordinal, step in enumerate(data["steps"], 1):
        step["ordinal"] = ordinal
    return data


def _index(data: Mapping[str, Any], patch: Patch) -> int:
    for index, step in enumerate(data["steps"]):
        if step["id"] == patch.step_id:
            if patch.old is not None and patch.old not in _sought(step):
                raise _misfit(patch, f"the step no longer uses {patch.old}")
            return index
    raise _misfit(patch, "there is no such step")


def _sought(step: Mapping[str, Any]) -> list[Any]:
    expect = step.get("expect") or {}
    return [step.get("selector"), step.get("target"), expect.get("selector")]


def _check(patch: Patch, data: Mapping[str, Any]) -> None:
    taken = {step["id"] for step in data["steps"]}
    for each in patch.ops:
        _, steps, number, *rest = (*each.path.split("/"), "", "", "")
        if each.op == "add" and _STEP.match(each.path):
            _check_inserted(patch, each.value, taken)
        elif steps != "steps" or not number.isdecimal() or rest[0] not in (*REPAIRABLE, "ordinal"):
            raise ConfigError(
                f"The patch of {patch.step_id} would change {each.path}.",
                remedy="A repair changes how a step's element is found and reached, and nothing else.",
            )


def _check_inserted(patch: Patch, value: Any, taken: set[str]) -> None:
    told = value if isinstance(value, dict) else {}
    harmless = told.get("action") in INSERTABLE and not told.get("expect")
    if not harmless or (told.get("action") == "fill" and told.get("value") != "true"):
        raise ConfigError(
            f"The patch of {patch.step_id} would insert a step that does more than reach its element.",
            remedy="A repair may insert clicks, keys and ticks, never values or assertions.",
        )
    if told.get("id") in taken:
        raise _misfit(patch, f"there is a step {told['id']} already")


def _placed(patch: Patch, index: int) -> list[dict[str, Any]]:
    """The operations for the step's present place; ordinals follow by themselves."""
    ops = [each for each in patch.ops if not _ORDINAL.match(each.path)]
    by = index - min((int(each.path.split("/")[2]) for each in ops), default=index)
    return [each.model_dump(exclude={"value"} if each.op == "remove" else None) for each in shifted(ops, by)]


def _misfit(patch: Patch, cause: str) -> ConfigError:
    return ConfigError(
        f"The patch of {patch.step_id} does not fit: {cause}.",
        remedy="Was it made for another file, or has it been applied already?",
        step_id=patch.step_id,
    )


# -- the same drift elsewhere ---------------------------------------------------------------------------


def drift_key(step: Step) -> str | None:
    """What steps share that are about the same element; None for a step that is about none."""
    if step.fingerprint is not None:
        return step.fingerprint.model_copy(update=dict.fromkeys(_INCIDENTAL)).model_dump_json(
            exclude_none=True
        )
    return " | ".join(step.selectors) or None


def replacement_of(patch: Patch) -> Replacement | None:
    """What a patch puts in the place of the old; None when it names no fingerprint, or changes no element."""
    values = {name: each.value for each in patch.ops if (name := each.path.rsplit("/", 1)[-1]) in REPAIRABLE}
    fingerprint = patch.evidence.get("new")
    if not values or patch.new is None or not isinstance(fingerprint, Mapping):
        return None
    more = values.get("candidates")
    selectors = (patch.new, *(str(each) for each in (more if isinstance(more, list) else ())))
    return Replacement(selectors, Fingerprint.model_validate(fingerprint))


def spread(config: TestConfig, patches: Sequence[Patch]) -> list[Patch]:
    """The patches that `config` needs for the drifts that `patches` healed in another file."""
    healed = {key: patch for patch in patches if isinstance(key := patch.evidence.get("drift"), str)}
    found: list[Patch] = []
    changed = config
    for step in config.steps:
        key = drift_key(step)
        if key is None or key not in healed:
            continue
        if fitting := _fitted(changed, step, healed[key]):
            found.append(fitting)
            changed = apply(changed, [fitting])
    return found


def _fitted(config: TestConfig, step: Step, patch: Patch) -> Patch | None:
    """The patch for another step of the same element; None where that needs none."""
    index = next(index for index, each in enumerate(config.steps) if each.id == step.id)
    steps = _renamed(inserted(patch), step)
    already = [each.selectors for each in config.steps[max(0, index - len(steps)) : index]]
    if steps and already == [each.selectors for each in steps]:
        steps = []
    new = replacement_of(patch)
    changes = operations(step, index + len(steps), new) if new else []
    ops = [*insertions(config, index, steps), *changes]
    if not ops:
        return None
    return patch.model_copy(update={"step_id": step.id, "ops": ops, "old": step.sought})


def _renamed(steps: Sequence[Step], before: Step) -> list[Step]:
    return [each.model_copy(update={"id": way_id(before)}) for each in steps]


def way_id(before: Step) -> str:
    """The id of a step that is inserted to reach the element of another."""
    return f"before_{before.id}"

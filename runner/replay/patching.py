"""Patches: building them from a repair, applying them to a config, finding where else they fit. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import jsonpatch
from jsonpointer import JsonPointerException
from pydantic import ValidationError

from runner.contract.config import Fingerprint, Step, TestConfig
from runner.contract.errors import ConfigError
from runner.contract.patch import Patch, PatchOperation

# What a repair may change of a step. Never its action, its value, what it asserts, or its place.
REPAIRABLE: Final = ("selector", "candidates", "fingerprint")
# Where an element stands, and what it looks like, says nothing of which element it is.
_INCIDENTAL: Final = ("box", "ordinal", "of", "classes", "siblings")


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


def _operation(path: str, had: Any, wanted: Any) -> PatchOperation | None:
    if had == wanted:
        return None
    if wanted is None:
        return PatchOperation(op="remove", path=path)
    return PatchOperation(op="add" if had is None else "replace", path=path, value=wanted)


def apply(config: TestConfig, patches: Iterable[Patch]) -> TestConfig:
    """The config with all `patches` applied, in order.

    A step that has moved since is found by its id. Raises ConfigError when a patch does not fit, or would
    change what a repair must not change.
    """
    data = config.dump()
    for patch in patches:
        index = _index(data, patch)
        _check(patch)
        try:
            data = jsonpatch.apply_patch(data, [_placed(each, index) for each in patch.ops])
        except (jsonpatch.JsonPatchException, JsonPointerException) as error:
            raise _misfit(patch, str(error)) from error
    try:
        return TestConfig.model_validate(data)
    except ValidationError as error:
        raise ConfigError(f"The patches make no valid TestConfig: {error.errors()[0]['msg']}.") from error


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


def _check(patch: Patch) -> None:
    for each in patch.ops:
        _, steps, _, *rest = (*each.path.split("/"), "", "", "")
        if steps != "steps" or rest[0] not in REPAIRABLE:
            raise ConfigError(
                f"The patch of {patch.step_id} would change {each.path}.",
                remedy="A repair changes how a step's element is found, and nothing else.",
            )


def _placed(operation: PatchOperation, index: int) -> dict[str, Any]:
    parts = operation.path.split("/")
    parts[2] = str(index)
    placed: dict[str, Any] = {"op": operation.op, "path": "/".join(parts)}
    if operation.op != "remove":
        placed["value"] = operation.value
    return placed


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
    """What a patch puts in the place of the old; None when it names no fingerprint."""
    values = {each.path.rsplit("/", 1)[-1]: each.value for each in patch.ops}
    fingerprint = patch.evidence.get("new")
    if patch.new is None or not isinstance(fingerprint, Mapping):
        return None
    more = values.get("candidates")
    selectors = (patch.new, *(str(each) for each in (more if isinstance(more, list) else ())))
    return Replacement(selectors, Fingerprint.model_validate(fingerprint))


def spread(config: TestConfig, patches: Sequence[Patch]) -> list[Patch]:
    """The patches that `config` needs for the drifts that `patches` healed in another file."""
    healed = dict(_healed(patches))
    found = []
    for index, step in enumerate(config.steps):
        key = drift_key(step)
        if key is None or key not in healed:
            continue
        patch, new = healed[key]
        if ops := operations(step, index, new):
            found.append(patch.model_copy(update={"step_id": step.id, "ops": ops, "old": step.sought}))
    return found


def _healed(patches: Iterable[Patch]) -> Iterator[tuple[str, tuple[Patch, Replacement]]]:
    for patch in patches:
        key, new = patch.evidence.get("drift"), replacement_of(patch)
        if isinstance(key, str) and new is not None:
            yield key, (patch, new)

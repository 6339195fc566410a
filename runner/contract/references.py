"""`{{NAME}}` in a step's strings: which parameters are meant, and their values put in. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from runner.contract.config import Step, TestConfig
from runner.contract.errors import UsageError

REFERENCE: Final = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}")

# The fields of a step whose strings may refer to parameters.
_FIELDS: Final = ("selector", "value", "target", "wait_for", "expect", "candidates")


def names_in(value: Any) -> list[str]:
    """The parameters that the strings of a piece of plain data refer to, each once, in order."""
    return list(dict.fromkeys(name for text in _strings(value) for name in REFERENCE.findall(text)))


def names_used(step: Mapping[str, Any]) -> list[str]:
    """The parameters that a step, as plain data, refers to."""
    return names_in([step.get(field) for field in _FIELDS])


def filled(value: Any, values: Mapping[str, str]) -> Any:
    """Plain data with every reference replaced; raises UsageError for a name without a value."""
    match value:
        case str():
            return REFERENCE.sub(lambda found: _value(found[1], values), value)
        case list():
            return [filled(item, values) for item in value]
        case dict():
            return {key: filled(item, values) for key, item in value.items()}
        case _:
            return value


def fill_step(step: Step, values: Mapping[str, str]) -> Step:
    """The step with the values put in; raises UsageError for a name without a value."""
    data = step.model_dump(exclude_unset=True)
    changed = {field: filled(data[field], values) for field in _FIELDS if names_in(data.get(field))}
    return Step.model_validate({**data, **changed}) if changed else step


def values_for(config: TestConfig, given: Mapping[str, str]) -> dict[str, str]:
    """The values of a run: what was given, else what the file carries. Names without a value are left out."""
    stored = {
        parameter.name: parameter.value for parameter in config.parameters if parameter.value is not None
    }
    return {**stored, **given}


def _value(name: str, values: Mapping[str, str]) -> str:
    if name in values:
        return values[name]
    raise UsageError(
        f"The parameter {name} has no value.",
        remedy=f"Give it with --param {name}=VALUE, or in the environment if it is a secret.",
        parameter=name,
    )


def _strings(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for item in value.values():
                yield from _strings(item)
        case list() | tuple():
            for item in value:
                yield from _strings(item)

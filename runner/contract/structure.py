"""Is the data shaped as the schema says? All errors at once, in words: what was found, what is allowed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from pydantic import BaseModel

from runner.contract.config import Defaults, Expect, Fingerprint, Parameter, Step, TestConfig
from runner.contract.problem import Problem, nearest, shown

_TYPES: Final[Mapping[str, str]] = {
    "string": "a string",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}


def errors_of_structure(data: Any, prefix: str = "$") -> list[Problem]:
    """Every place where `data` is not shaped as a TestConfig."""
    leaves = (leaf for error in _validator().iter_errors(data) for leaf in _leaves(error))
    return [_problem(leaf, prefix) for leaf in leaves if not _said_already(leaf)]


def unknown_fields(data: Mapping[str, Any], prefix: str = "$") -> list[Problem]:
    """Fields that no version of ours knows: kept, but without effect. What is ill-shaped is skipped."""
    return list(_unknown(TestConfig, data, prefix))


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(TestConfig.model_json_schema())


def _leaves(error: ValidationError) -> Iterator[ValidationError]:
    """What is really wrong under an `anyOf`: the errors inside the branch whose type fits, if one does."""
    branches: dict[str | int, list[ValidationError]] = {}
    for inner in error.context or ():
        branches.setdefault(inner.schema_path[0], []).append(inner)
    fitting = [errors for errors in branches.values() if not any(_wrong_type(inner) for inner in errors)]
    if not fitting:
        yield error
        return
    for inner in min(fitting, key=len):
        yield from _leaves(inner)


def _said_already(error: ValidationError) -> bool:
    """An empty string breaks a pattern too, but its being empty says it all."""
    return error.validator == "pattern" and error.instance == ""


def _wrong_type(error: ValidationError) -> bool:
    return error.validator == "type" and not error.path


def _problem(error: ValidationError, prefix: str) -> Problem:
    place = _place(error, prefix)
    rule: Any = error.schema
    found: Any = error.instance
    match error.validator:
        case "required":
            return _missing(error, rule, place)
        case "enum" | "const":
            choices: list[Any] = rule.get("enum", [rule.get("const")])
            listed = ", ".join(shown(choice) for choice in choices)
            return Problem(place, f"found {shown(found)}; allowed: {listed}", _meant(found, choices))
        case "type" | "anyOf":
            return Problem(place, f"found {shown(found)}; allowed: {_allowed(rule)}")
        case _:
            return Problem(place, f"found {shown(found)}; {_rule(error)}")


def _meant(found: Any, choices: list[Any]) -> str | None:
    names = [choice for choice in choices if isinstance(choice, str)]
    return nearest(found, names) if isinstance(found, str) else None


def _missing(error: ValidationError, rule: Any, place: str) -> Problem:
    required: list[str] = rule["required"]
    name = next(name for name in required if error.message.startswith(repr(name)))
    known, given = rule.get("properties", {}), cast(dict[str, Any], error.instance)
    meant = nearest(name, [key for key in given if key not in known])
    instead = f" (there is {shown(meant)})" if meant else ""
    message = f"is missing{instead}; allowed: {_allowed(known.get(name, {}))}"
    return Problem(f"{place}.{name}", message, name if meant else None)


def _allowed(rule: Mapping[str, Any]) -> str:
    if "enum" in rule:
        return ", ".join(shown(choice) for choice in rule["enum"])
    if "anyOf" in rule:
        return " or ".join(dict.fromkeys(_allowed(branch) for branch in rule["anyOf"]))
    if "$ref" in rule:
        return "an object"
    if rule.get("type") == "array" and "type" in rule.get("items", {}):
        return f"a list of {rule['items']['type']}s"
    return _TYPES.get(rule.get("type", ""), "any value")


def _rule(error: ValidationError) -> str:
    limit: Any = error.validator_value
    match error.validator:
        case "minLength":
            return "must not be empty"
        case "pattern" if limit == r"\S":
            return "must not be blank"
        case "pattern" if "[Tt][Pp]" in limit:
            return "must be an absolute http(s) URL"
        case "pattern":
            return "must be a name: letters, digits and _, not starting with a digit"
        case "exclusiveMinimum":
            return f"must be more than {limit}"
        case "minimum":
            return f"must be at least {limit}"
        case "maximum":
            return f"must be at most {limit}"
        case "minItems" | "maxItems":
            return f"must have {limit} items"
        case _:
            return error.message


def _place(error: ValidationError, prefix: str) -> str:
    return prefix + "".join(
        f"[{part}]" if isinstance(part, int) else f".{part}" for part in error.absolute_path
    )


def _unknown(model: type[BaseModel], data: Mapping[str, Any], place: str) -> Iterator[Problem]:
    known = list(model.model_fields)
    for key in data:
        if key not in known:
            yield Problem(f"{place}.{key}", "is unknown and has no effect", nearest(key, known))
    for key, inner in _INNER.get(model, {}).items():
        yield from _unknown_inside(inner, data.get(key), f"{place}.{key}")


def _unknown_inside(model: type[BaseModel], value: Any, place: str) -> Iterator[Problem]:
    if isinstance(value, dict):
        yield from _unknown(model, value, place)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _unknown_inside(model, item, f"{place}[{index}]")


_INNER: Final[Mapping[type[BaseModel], Mapping[str, type[BaseModel]]]] = {
    TestConfig: {"defaults": Defaults, "parameters": Parameter, "steps": Step},
    Step: {"expect": Expect, "fingerprint": Fingerprint},
}

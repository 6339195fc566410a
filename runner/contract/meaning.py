"""Does well-shaped data make sense? What each action needs, unique names, known references. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Final, cast

from runner.contract.config import ActionKind
from runner.contract.problem import Problem, nearest, shown
from runner.contract.references import names_used

Data = Mapping[str, Any]
Need = Callable[[Data, str], Iterator[Problem]]


def errors_of_meaning(data: Data, broken: Collection[str] = (), prefix: str = "$") -> list[Problem]:
    """Every place where a TestConfig contradicts itself or lacks what an action needs.

    Steps and parameters that are ill-shaped, as the JSON paths in `broken` say, are not looked into.
    """
    steps = _sound(data, "steps", broken, prefix)
    parameters = _sound(data, "parameters", broken, prefix)
    declared = [parameter["name"] for parameter in parameters.values()]
    problems = [*_duplicates(steps, "id"), *_duplicates(parameters, "name")]
    for place, step in steps.items():
        problems += _needs(step, place)
        problems += _undeclared(step, declared, place)
    return problems


def oddities(data: Data, prefix: str = "$") -> list[Problem]:
    """What is allowed but probably not meant."""
    problems = [] if data["steps"] else [Problem(f"{prefix}.steps", "is empty: a replay would check nothing")]
    for index, step in enumerate(data["steps"]):
        place = f"{prefix}.steps[{index}]"
        if step.get("ordinal", index + 1) != index + 1:
            problems.append(
                Problem(f"{place}.ordinal", f"is {step['ordinal']}, but the order in the file counts")
            )
    return problems


def _sound(data: Data, key: str, broken: Collection[str], prefix: str) -> dict[str, Data]:
    """The well-shaped items of a list, by their JSON paths."""
    found = data.get(key)
    items = found if isinstance(found, list) else []
    placed = {f"{prefix}.{key}[{index}]": item for index, item in enumerate(items)}
    return {
        place: item
        for place, item in placed.items()
        if not any(path == place or path.startswith(f"{place}.") for path in broken)
    }


def _duplicates(items: Mapping[str, Data], key: str) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for place, item in items.items():
        name = item.get(key)
        if not name:
            continue
        if name in first:
            yield Problem(f"{place}.{key}", f"{shown(name)} is already used by {first[name]}")
        first.setdefault(name, place)


def _undeclared(step: Data, declared: list[str], place: str) -> Iterator[Problem]:
    for name in dict.fromkeys([*names_used(step), *step.get("parameter_refs", [])]):
        if name not in declared:
            message = f"refers to {{{{{name}}}}}, which is not among the file's parameters"
            yield Problem(place, message, nearest(name, declared))


def _needs(step: Data, place: str) -> Iterator[Problem]:
    for need in _NEEDS[_kind(step)]:
        yield from need(step, place)


def _kind(step: Data) -> ActionKind:
    return cast(ActionKind, step["action"])


def _selector(step: Data, place: str) -> Iterator[Problem]:
    expect = step.get("expect") or {}
    named = [
        step.get("selector"),
        step.get("target"),
        expect.get("selector"),
        *(step.get("candidates") or []),
    ]
    if not any(isinstance(name, str) and name.strip() for name in named):
        yield Problem(
            f"{place}.selector", f"is missing; the action {step['action']} needs the element to act on"
        )


def _value(meaning: str) -> Need:
    def need(step: Data, place: str) -> Iterator[Problem]:
        if step.get("value") is None:
            yield Problem(f"{place}.value", f"is missing; the action {step['action']} needs {meaning}")

    return need


def _text_value(meaning: str) -> Need:
    def need(step: Data, place: str) -> Iterator[Problem]:
        value = step.get("value")
        if value is None:
            yield Problem(f"{place}.value", f"is missing; the action {step['action']} needs {meaning}")
        elif not isinstance(value, str) or not value:
            yield Problem(
                f"{place}.value",
                f"found {shown(value)}; the action {step['action']} needs {meaning}, a string",
            )

    return need


def _wait(step: Data, place: str) -> Iterator[Problem]:
    value, wait_for = step.get("value"), step.get("wait_for")
    if value is None and not (wait_for and wait_for.strip()) and not step.get("selector"):
        yield Problem(
            place, "the action wait needs value (milliseconds) or wait_for (a selector, URL part or text)"
        )
    if value is not None and not _is_duration(value):
        yield Problem(
            f"{place}.value", f"found {shown(value)}; the action wait needs milliseconds, 0 or more"
        )


def _is_duration(value: Any) -> bool:
    if isinstance(value, bool):
        return False
    if isinstance(value, str):
        return value.strip().isdecimal() or bool(names_used({"value": value}))
    return isinstance(value, int | float) and value >= 0


def _expect(step: Data, place: str) -> Iterator[Problem]:
    expect = step.get("expect")
    if expect is None:
        yield Problem(
            f"{place}.expect", "is missing; the action expect needs an object with type text, url or visible"
        )
        return
    match expect["type"]:
        case "text" | "url" as kind:
            if not expect.get("contains"):
                yield Problem(
                    f"{place}.expect.contains",
                    f"is missing; an assertion of type {kind} needs what to look for",
                )
        case "visible":
            yield from _selector_of_assertion(step, expect, place)


def _selector_of_assertion(step: Data, expect: Data, place: str) -> Iterator[Problem]:
    # The public clients look in these two places only, so `target` and `candidates` do not do here.
    if not (step.get("selector") or "").strip() and not (expect.get("selector") or "").strip():
        yield Problem(
            f"{place}.selector", "is missing; an assertion of type visible needs the element to look for"
        )


_NEEDS: Final[Mapping[ActionKind, tuple[Need, ...]]] = {
    "goto": (_text_value("the URL to open"),),
    "fill": (_selector, _value("what to set the field to")),
    "click": (_selector,),
    "press": (_text_value("a key, for example Enter"),),
    "select": (_selector, _value("the option to choose")),
    "hover": (_selector,),
    "expect": (_expect,),
    "wait": (_wait,),
    "ask_user_question": (_text_value("the question"),),
}

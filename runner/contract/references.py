"""`{{NAME}}` in a flow's strings: which parameters are meant, their values put in, and taken out again. Pure.

In a selector a value stands in quotes, where a quote or a backslash of its own must be escaped; both ways
know that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from runner.contract.config import Step, TestConfig
from runner.contract.errors import UsageError

REFERENCE: Final = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}")
# A parameter's value inside a longer text is taken for it from this length on: "1" says too little.
PART_FROM: Final = 3

# The fields of a step whose strings may refer to parameters, and those of them that hold selectors.
_FIELDS: Final = ("selector", "value", "target", "wait_for", "expect", "candidates")
_SELECTORS: Final = frozenset({"selector", "target", "candidates"})
_QUOTED: Final = re.compile(r"""(["'])((?:(?!\1)[^\\]|\\.)*)\1""", re.DOTALL)
_QUOTED_OR_REFERENCE: Final = re.compile(f"{_QUOTED.pattern}|{REFERENCE.pattern}", re.DOTALL)
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)


def reference(name: str) -> str:
    """How a parameter is referred to."""
    return f"{{{{{name}}}}}"


def names_in(value: Any) -> list[str]:
    """The parameters that the strings of a piece of plain data refer to, each once, in order."""
    return list(dict.fromkeys(name for text in _strings(value) for name in REFERENCE.findall(text)))


def names_used(step: Mapping[str, Any]) -> list[str]:
    """The parameters that a step, as plain data, refers to."""
    return names_in([step.get(field) for field in _FIELDS])


# -- from names to values ------------------------------------------------------------------------------


def filled(value: Any, values: Mapping[str, str], *, strict: bool = True) -> Any:
    """Plain data with every reference replaced.

    For a name without a value: raises UsageError, or unless `strict` leaves it as it is written.
    """
    return _mapped(value, lambda text: _filled_text(text, values, strict))


def filled_selector(selector: str, values: Mapping[str, str]) -> str:
    """A selector with every reference replaced, escaped where it stands in quotes.

    Raises UsageError for a name without a value.
    """

    def put_in(found: re.Match[str]) -> str:
        quote, body = found[1], found[2]
        if not quote:
            return _value(found[3], values)
        inside = REFERENCE.sub(lambda name: _escaped(_value(name[1], values), quote), body)
        return f"{quote}{inside}{quote}"

    return _QUOTED_OR_REFERENCE.sub(put_in, selector)


def fill_step(step: Step, values: Mapping[str, str]) -> Step:
    """The step with the values put in; raises UsageError for a name without a value."""
    data = step.model_dump(exclude_unset=True)
    changed = {
        field: _filled_field(field, data[field], values) for field in _FIELDS if names_in(data.get(field))
    }
    if names_in(data.get("fingerprint")):
        # a row that a parameter names; what else looks like a name was written in the page
        changed["fingerprint"] = filled(data["fingerprint"], values, strict=False)
    return Step.model_validate({**data, **changed}) if changed else step


def values_for(config: TestConfig, given: Mapping[str, str]) -> dict[str, str]:
    """The values of a run: what was given, else what the file carries. Names without a value are left out."""
    stored = {
        parameter.name: parameter.value for parameter in config.parameters if parameter.value is not None
    }
    return {**stored, **given}


# -- from values to names ------------------------------------------------------------------------------


def named(value: Any, values: Mapping[str, str]) -> Any:
    """Plain data in which what belongs to a parameter is named instead: the inverse of `filled`.

    A value that is the whole text always counts; as a part of a longer text it must stand between words and
    say enough.
    """
    return _mapped(value, lambda text: _named_text(text, values))


def named_selector(selector: str, name: Callable[[str], str]) -> str:
    """A selector whose quoted words have gone through `name`; elsewhere a value may look like grammar."""

    def inside(found: re.Match[str]) -> str:
        quote, body = found.groups()
        plain = _ESCAPED.sub(r"\1", body)
        told = name(plain)
        return found[0] if told == plain else quote + _escaped(told, quote) + quote

    return _QUOTED.sub(inside, selector)


def _named_text(text: str, values: Mapping[str, str]) -> str:
    for name, value in sorted(values.items(), key=lambda item: -len(item[1])):
        if not value:
            continue
        if text == value:
            return reference(name)
        if len(value) >= PART_FROM:
            text = re.sub(rf"(?<![\w{{])(?:{re.escape(value)})(?![\w}}])", reference(name), text)
    return text


def _filled_field(field: str, data: Any, values: Mapping[str, str]) -> Any:
    if field in _SELECTORS:
        return _mapped(data, lambda text: filled_selector(text, values))
    if field == "expect" and isinstance(data, Mapping) and isinstance(data.get("selector"), str):
        rest = {key: item for key, item in data.items() if key != "selector"}
        return filled(rest, values) | {"selector": filled_selector(data["selector"], values)}
    return filled(data, values)


def _filled_text(text: str, values: Mapping[str, str], strict: bool) -> str:
    def value(found: re.Match[str]) -> str:
        return _value(found[1], values) if strict else values.get(found[1], found[0])

    return REFERENCE.sub(value, text)


def _value(name: str, values: Mapping[str, str]) -> str:
    if name in values:
        return values[name]
    raise UsageError(
        f"The parameter {name} has no value.",
        remedy=f"Give it with --param {name}=VALUE, or in the environment if it is a secret.",
        parameter=name,
    )


def _escaped(text: str, quote: str) -> str:
    return text.replace("\\", "\\\\").replace(quote, f"\\{quote}")


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    """Plain data with every string changed; keys stay."""
    match value:
        case str():
            return change(value)
        case Mapping():
            return {key: _mapped(item, change) for key, item in value.items()}
        case list() | tuple():
            return [_mapped(item, change) for item in value]
        case _:
            return value


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

"""Texts with parameters in them, `{{NAME}}` here and a constant there."""

from __future__ import annotations

from collections.abc import Mapping

from runner.contract.references import REFERENCE
from runner.exchange.playwright.program import Name, Text


def with_names(value: str, constants: Mapping[str, str]) -> Text:
    """A string of a config as code says it: each reference becomes the parameter's constant."""
    parts: list[str | Name] = []
    at = 0
    for found in REFERENCE.finditer(value):
        if found.start() > at:
            parts.append(value[at : found.start()])
        parts.append(Name(constants.get(found[1], found[1])))
        at = found.end()
    if at < len(value) or not parts:
        parts.append(value[at:])
    return Text(tuple(parts))


def constants_for(names: list[str]) -> dict[str, str]:
    """The constant that each parameter becomes: upper case, where two do not become the same."""
    upper = [name.upper() for name in names]
    return {name: big if upper.count(big) == 1 else name for name, big in zip(names, upper, strict=True)}

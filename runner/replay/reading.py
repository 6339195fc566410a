"""Reading a flow that is to be run: a valid TestConfig whose selectors can be understood, too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from runner.contract.config import TestConfig
from runner.contract.problem import Problem
from runner.contract.validation import Source, read_config
from runner.page.selector import SelectorSyntaxError, parse


def read_flow(source: Source) -> tuple[TestConfig, list[Problem]]:
    """The config and warnings about it; raises ConfigError with all problems, those of selectors included."""
    return read_config(source, _misread)


def _misread(step: Mapping[str, Any], place: str) -> Iterator[Problem]:
    expect, candidates = step.get("expect"), step.get("candidates")
    named = {
        "selector": step.get("selector"),
        "target": step.get("target"),
        "expect.selector": expect.get("selector") if isinstance(expect, dict) else None,
        **{
            f"candidates[{at}]": text
            for at, text in enumerate(candidates if isinstance(candidates, list) else [])
        },
    }
    for field, text in named.items():
        if text and isinstance(text, str):
            yield from _syntax(text, f"{place}.{field}")


def _list(data: Any) -> list[Any]:
    return data if isinstance(data, list) else []


def _syntax(text: str, place: str) -> Iterator[Problem]:
    try:
        parse(text)
    except SelectorSyntaxError as error:
        yield Problem(
            place, error.message.rstrip(".") + (f". {error.remedy.rstrip('.')}" if error.remedy else "")
        )

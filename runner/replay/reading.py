"""Reading a flow that is to be run: a valid TestConfig whose selectors can be understood, too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from runner.contract.config import Step, TestConfig
from runner.contract.problem import Problem
from runner.contract.validation import Source, broken, read_config
from runner.page.selector import SelectorSyntaxError, parse


def read_flow(source: Source) -> tuple[TestConfig, list[Problem]]:
    """The config and warnings about it; raises ConfigError with all problems, those of selectors included."""
    config, warnings = read_config(source)
    problems = [
        problem for index, step in enumerate(config.steps) for problem in _misread(step, f"$.steps[{index}]")
    ]
    if problems:
        raise broken(str(source) if isinstance(source, Path) else "the TestConfig", problems)
    return config, warnings


def _misread(step: Step, place: str) -> Iterator[Problem]:
    named = {
        "selector": step.selector,
        "target": step.target if isinstance(step.target, str) else None,
        "expect.selector": step.expect.selector if step.expect else None,
        **{f"candidates[{index}]": text for index, text in enumerate(step.candidates or [])},
    }
    for field, text in named.items():
        if text:
            yield from _syntax(text, f"{place}.{field}")


def _syntax(text: str, place: str) -> Iterator[Problem]:
    try:
        parse(text)
    except SelectorSyntaxError as error:
        yield Problem(
            place, error.message.rstrip(".") + (f". {error.remedy.rstrip('.')}" if error.remedy else "")
        )

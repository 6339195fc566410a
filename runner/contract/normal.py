"""The normal form of a TestConfig: what a reader would fill in is filled in. Pure."""

from __future__ import annotations

from runner.contract.config import Step, TestConfig
from runner.contract.references import names_used


def normalized(config: TestConfig) -> TestConfig:
    """The config with every step complete; ids, ordinals and defaults are there since it was read."""
    return config.model_copy(update={"steps": [_complete(step) for step in config.steps]})


def _complete(step: Step) -> Step:
    names = list(dict.fromkeys([*step.parameter_refs, *names_used(step.model_dump())]))
    changes: dict[str, object] = {"parameter_refs": names}
    if step.action == "expect" and not step.selector and step.expect and step.expect.selector:
        changes["selector"] = step.expect.selector
    return step.model_copy(update=changes)

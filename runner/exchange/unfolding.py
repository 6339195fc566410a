"""Steps one thing at a time: what a step waits for or asserts besides is a step of its own in other tools."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from runner.contract.config import Step


def unfolded(steps: Iterable[Step]) -> Iterator[Step]:
    """Each step, and after it what it waits for and asserts besides."""
    for step in steps:
        yield step
        if step.wait_for and step.action != "wait":
            yield Step(
                id=step.id,
                ordinal=step.ordinal,
                action="wait",
                wait_for=step.wait_for,
                timeout_ms=step.timeout_ms,
            )
        if step.expect is not None and step.action != "expect":
            yield _asserting(step)


def _asserting(step: Step) -> Step:
    """It is about the page, unless it names an element itself or asks whether its own is there."""
    bare = Step(
        id=step.id, ordinal=step.ordinal, action="expect", expect=step.expect, timeout_ms=step.timeout_ms
    )
    if step.expect is None or step.expect.type != "visible" or step.expect.selector:
        return bare
    return bare.model_copy(
        update={
            "selector": step.sought,
            "candidates": step.candidates,
            "fingerprint": step.fingerprint,
        }
    )

"""Counting on over the pages of a list: "the 8th result" of a list shown three at a time."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from typing import Final

from runner.record.plan import Decision
from runner.record.prompt.grounding.comparing import alike
from runner.record.prompt.language.intent import Intent, Target
from runner.record.prompt.serving.moment import Moment
from runner.record.prompt.serving.seeking import turning
from runner.record.prompt.serving.service import click

TURNS: Final = 30


def paged(
    now: Moment, target: Target, intent: Intent
) -> Generator[Decision, Moment, tuple[Target, Moment, int | None]]:
    """ "The 8th result" of a list shown three at a time: turn pages, counting on."""
    for _ in range(TURNS):
        here = alike(now.seen, target.name)
        ordinal = target.ordinal or 0
        onward = turning(now.seen) if here and len(here) < ordinal else None
        if onward is None:
            break
        before = now.seen.text
        now = yield from click(now, onward, intent)
        if now.seen.text == before:
            break
        target = replace(target, ordinal=ordinal - len(here))
    return target, now, None

"""Counting on over the pages of a list: "the 8th result" of a list shown three at a time."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from typing import Final

from runner.page.observe import Observation
from runner.record.plan import Decision
from runner.record.prompt.grounding.comparing import alike
from runner.record.prompt.grounding.matching import actable
from runner.record.prompt.language.intent import Intent, Target
from runner.record.prompt.serving.moment import Moment
from runner.record.prompt.serving.seeking import turning
from runner.record.prompt.serving.service import click

TURNS: Final = 30


def paged(
    now: Moment, target: Target, intent: Intent
) -> Generator[Decision, Moment, tuple[Target, Moment, int | None]]:
    """ "The 8th result" of a list shown three at a time: turn pages, counting on."""
    looks: tuple[str, str, int] | None = None
    for _ in range(TURNS):
        here = _looking_like(now.seen, looks) if looks is not None else _listed(now.seen, target.name)
        looks = looks or (_looks(now.seen, here[0]) if here else None)
        ordinal = target.ordinal or 0
        onward = turning(now.seen) if here and len(here) < ordinal else None
        if onward is None:
            break
        before = now.seen.text
        now = yield from click(now, onward, intent)
        if now.seen.text == before:
            break
        target = replace(target, ordinal=ordinal - len(here))
        rest = _looking_like(now.seen, looks) if looks is not None else []
        if len(rest) >= (target.ordinal or 0) > 0:
            index = actable(now.seen, rest[(target.ordinal or 1) - 1])
            return target, now, index
    return target, now, None


def _listed(seen: Observation, name: str) -> list[int]:
    """The things of a list: those that its page control belongs to, else those that are told alike."""
    pager = turning(seen)
    for holder in list(seen.ancestors(pager))[:4] if pager is not None else []:
        below = [
            at for at in seen.descendants(holder) if seen.nodes[at].role in ("listitem", "row", "article")
        ]
        if len(below) > 1:
            return [at for at in below if seen.nodes[at].depth == seen.nodes[below[0]].depth]
    return alike(seen, name)


def _looks(seen: Observation, index: int) -> tuple[str, str, int]:
    """What the members of a list have in common, page after page: role, tag and depth."""
    node = seen.nodes[index]
    return node.role, node.tag, node.depth


def _looking_like(seen: Observation, looks: tuple[str, str, int]) -> list[int]:
    return [index for index in range(len(seen.nodes)) if _looks(seen, index) == looks and seen.text_of(index)]

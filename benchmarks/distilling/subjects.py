"""What is recorded: a sentence, where it starts, how to begin anew, and who judges what came of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from benchmarks.wordings import renewable_site
from runner.record.plan import Goal
from runner.site import Check, Site, bundled_prompts, unmet_at_last


@dataclass(frozen=True, slots=True)
class Subject:
    """One sentence to record. `renew` puts what it changes back; `wrong` says what is amiss afterwards."""

    name: str
    goal: Goal
    renew: Callable[[], None]
    wrong: Callable[[], Awaitable[str]]


@asynccontextmanager
async def app_subjects(only: str) -> AsyncIterator[list[Subject]]:
    """The bundled app's prompts, judged by its database."""
    async with renewable_site() as (site, renew):
        yield [
            Subject(
                prompt.name,
                Goal(prompt.prompt, site.url + prompt.path, prompt.parameters, prompt.secrets),
                renew,
                _judge(site, prompt.oracle),
            )
            for prompt in bundled_prompts()
            if prompt.fails is None and only in prompt.name
        ]


def _judge(site: Site, oracle: Sequence[Check]) -> Callable[[], Awaitable[str]]:
    async def wrong() -> str:
        return "; ".join(await unmet_at_last(site.database, oracle))

    return wrong

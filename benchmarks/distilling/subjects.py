"""What is recorded: a sentence, where it starts, how to begin anew, and who judges what came of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from benchmarks.wordings import renewable_site
from runner.record.plan import Goal
from runner.site import BundledPrompt, Check, Site, bundled_prompts, unmet_at_last


@dataclass(frozen=True, slots=True)
class Subject:
    """One sentence to record. `renew` puts what it changes back; `wrong` says what is amiss afterwards."""

    name: str
    goal: Goal
    renew: Callable[[], None]
    wrong: Callable[[], Awaitable[str]]


class Stage(Protocol):
    """Where subjects of one kind are played, one at a time."""

    async def subject(self, name: str) -> Subject:
        """The subject of that name, played here."""
        ...


def app_names() -> list[str]:
    """The bundled app's prompts that can be carried out."""
    return list(_prompts())


@asynccontextmanager
async def app_stage() -> AsyncIterator[Stage]:
    """The bundled app, its prompts judged by its database."""
    async with renewable_site() as (site, renew):
        yield _AppStage(site, renew)


@dataclass(frozen=True, slots=True)
class _AppStage:
    site: Site
    renew: Callable[[], None]

    async def subject(self, name: str) -> Subject:
        prompt = _prompts()[name]
        goal = Goal(prompt.prompt, self.site.url + prompt.path, prompt.parameters, prompt.secrets)
        return Subject(name, goal, self.renew, _judge(self.site, prompt.oracle))


def _prompts() -> dict[str, BundledPrompt]:
    return {prompt.name: prompt for prompt in bundled_prompts() if prompt.fails is None}


def _judge(site: Site, oracle: Sequence[Check]) -> Callable[[], Awaitable[str]]:
    async def wrong() -> str:
        return "; ".join(await unmet_at_last(site.database, oracle))

    return wrong

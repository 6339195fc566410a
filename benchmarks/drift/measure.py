"""Runs every contender over the same cases and keeps what came of each."""

from __future__ import annotations

import asyncio
import math
import random
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

from benchmarks.drift.cases import Plan, Split, plans, split_of
from benchmarks.drift.contenders import Answer, Contender, Recorded
from benchmarks.drift.entrants import CONTENDERS
from benchmarks.drift.saved import SavedPage
from benchmarks.drift.stage import Drift, Left, Stage, Target, open_stage
from runner.contract.errors import FlowError
from runner.page.browser import launch
from runner.page.describe import survey

Outcome = Literal["right", "wrong", "refused"]
_CHUNK = 2


@dataclass(frozen=True, slots=True)
class Size:
    """How many cases: at most `targets` elements of a page, `per_target` cases for each."""

    targets: int
    per_target: int
    seed: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one contender made of one case.

    `would_be_right`: whether the element it named is the right one, acted on or not; None when it named none.
    """

    contender: str
    page: SavedPage
    case: int
    kinds: tuple[str, ...]
    split: Split
    gone: bool
    outcome: Outcome
    confidence: float
    would_be_right: bool | None
    ms: float
    story: str = ""
    identity_ms: float | None = None
    repair_ms: float | None = None
    left: Left | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """What a part of the pages came to; `dropped` counts the cases that were left out, by reason."""

    verdicts: tuple[Verdict, ...]
    dropped: tuple[str, ...]
    unrecorded: int
    pages: int


def run(
    pages: Sequence[SavedPage],
    size: Size,
    jobs: int,
    wanted: Split | None,
    names: Sequence[str],
    minutes: float = math.inf,
) -> Iterator[Tally]:
    """Measure `pages` in `jobs` processes, each with a browser of its own; gives results as they come.

    No page is begun after `minutes`. The pages are taken in an order drawn from the seed, so that those
    measured by then are a fair part of all.
    """
    drawn = random.Random(size.seed).sample(pages, len(pages))
    chunks = [drawn[start : start + _CHUNK] for start in range(0, len(drawn), _CHUNK)]
    until = time.monotonic() + 60 * minutes
    with ProcessPoolExecutor(max_workers=jobs) as pool:
        under_way = [pool.submit(_in_process, chunk, size, wanted, names) for chunk in chunks]
        for done in as_completed(under_way):
            if not done.cancelled():
                yield done.result()
            if time.monotonic() > until:
                for waiting in under_way:
                    waiting.cancel()


def _in_process(pages: Sequence[SavedPage], size: Size, wanted: Split | None, names: Sequence[str]) -> Tally:
    return asyncio.run(_measure(pages, size, wanted, names))


async def _measure(
    pages: Sequence[SavedPage], size: Size, wanted: Split | None, names: Sequence[str]
) -> Tally:
    contenders = [contender for contender in CONTENDERS if contender.name in names]
    verdicts: list[Verdict] = []
    dropped: list[str] = []
    unrecorded = 0
    async with launch() as browser, open_stage(browser) as stage:
        for page in pages:
            targets = await stage.load(page)
            planned = plans(page, targets, size.seed, size.targets, size.per_target)
            for target, mine in groupby(planned, key=lambda plan: plan.target):
                memories = await _remembered(stage, target, contenders)
                if memories is None:
                    unrecorded += 1
                    continue
                fresh, left_out = await _drifted(stage, mine, memories, wanted, len(verdicts))
                verdicts += fresh
                dropped += left_out
    return Tally(tuple(verdicts), tuple(dropped), unrecorded, len(pages))


async def _remembered(
    stage: Stage, target: Target, contenders: Sequence[Contender]
) -> list[tuple[Contender, Any]] | None:
    """What each contender keeps of the target; None when it cannot be recorded at all."""
    await stage.restore()
    located = await stage.locate(target)
    if located is None:
        return None
    locator, element = located
    try:
        recorded = Recorded(target, await survey(stage.session, locator, target.purpose), locator, element)
    except FlowError:
        return None
    return [(contender, await contender.remember(stage, recorded)) for contender in contenders]


async def _drifted(
    stage: Stage,
    planned: Iterable[Plan],
    memories: Sequence[tuple[Contender, Any]],
    wanted: Split | None,
    number: int,
) -> tuple[list[Verdict], list[str]]:
    verdicts: list[Verdict] = []
    dropped: list[str] = []
    for plan in planned:
        drift = await stage.drift(plan.target, plan.kinds, plan.count, plan.seed)
        if drift.dropped:
            dropped.append(drift.dropped)
            continue
        split = split_of(plan.page, drift.kinds)
        if wanted not in (None, split):
            continue
        for contender, memory in memories:
            verdicts.append(await _tried(stage, contender, memory, plan, drift, split))
    return verdicts, dropped


async def _tried(
    stage: Stage, contender: Contender, memory: Any, plan: Plan, drift: Drift, split: Split
) -> Verdict:
    began = time.perf_counter()
    answer = await contender.find(stage, memory) if memory is not None else Answer(None, acts=False)
    ms = (time.perf_counter() - began) * 1000 if answer.took_ms is None else answer.took_ms
    right = await stage.judge(answer.element) if answer.element else None
    acted = answer.acts and answer.element is not None
    outcome: Outcome = "refused" if not acted else "right" if right else "wrong"
    story = ""
    if outcome == "wrong" or (outcome == "refused" and not drift.gone):
        story = await _story(stage, answer, plan, drift)
    return Verdict(
        contender.name,
        plan.page,
        plan.seed,
        drift.kinds,
        split,
        drift.gone,
        outcome,
        answer.confidence,
        right,
        ms,
        story,
        answer.identity_ms,
        answer.repair_ms,
        drift.left,
    )


async def _story(stage: Stage, answer: Answer, plan: Plan, drift: Drift) -> str:
    truth, picked = await stage.tell(answer.element)
    target = plan.target
    was = f"{target.tag} “{target.name}”" + (f" in “{target.row}”" if target.row else "")
    return f"was {was}; {'; '.join(drift.notes)}; right: {truth}; picked: {picked}. {answer.why}".strip()

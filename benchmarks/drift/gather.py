"""`python -m benchmarks.drift.gather FILE`: keep what repair sees of each case, to judge without a browser.

One JSON object a line: the case, the recorded fingerprint, what the recorded selectors lead to, the census of
the drifted page, and which of all that is right. `rescore` and `fit` read it; seconds instead of minutes.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import asdict, replace
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from benchmarks.drift.cases import Plan, Split, plans, split_of
from benchmarks.drift.contenders import Recorded
from benchmarks.drift.measure import Size
from benchmarks.drift.saved import SavedPage, manifest
from benchmarks.drift.stage import Drift, Stage, Target, open_stage
from runner.contract.config import ActionKind, Fingerprint
from runner.contract.errors import FlowError, LookupFailed
from runner.page.browser import launch
from runner.page.census import Census, census
from runner.page.describe import describe, survey
from runner.page.resolve import resolve
from runner.replay.search import sought

Case = dict[str, Any]

_DESCRIBED: Final = 16
_COMPANY: Final = 5


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.drift.gather", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--split", choices=("dev", "held", "all"), default="dev")
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--targets", type=int, default=6)
    parser.add_argument("--cases", type=int, default=4)
    parser.add_argument("--jobs", type=int, choices=(1, 2), default=1)
    parser.add_argument("--pages", default="")
    parser.add_argument("--also", default="", help="a kind of drift that each case has, besides its own")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the cases of one run, of pages that the file has none of; the seed is not the one reported."""
    options: Any = _arguments(arguments)
    wanted: Split | None = None if options.split == "all" else options.split
    size = Size(options.targets, options.cases, options.seed)
    known = {case["page"] for case in read(options.file)} if options.file.exists() else set()
    pages = [page for page in manifest() if options.pages in page.label and page.label not in known]
    with options.file.open("a", encoding="utf-8") as file, ProcessPoolExecutor(options.jobs) as pool:
        for done in as_completed(
            [pool.submit(_in_process, page, size, wanted, options.also) for page in pages]
        ):
            file.writelines(json.dumps(case, ensure_ascii=False) + "\n" for case in done.result())
            file.flush()


def read(file: Path) -> Iterator[Case]:
    """The cases that a run has kept."""
    with file.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines)


def _in_process(page: SavedPage, size: Size, wanted: Split | None, also: str) -> list[Case]:
    return asyncio.run(_gathered(page, size, wanted, also))


async def _gathered(page: SavedPage, size: Size, wanted: Split | None, also: str) -> list[Case]:
    cases: list[Case] = []
    async with launch() as browser, open_stage(browser) as stage:
        targets = await stage.load(page)
        known = await _described(stage, targets)
        planned = plans(page, targets, size.seed, size.targets, size.per_target)
        for target, mine in groupby(planned, key=lambda plan: plan.target):
            recorded = await _recorded(stage, target)
            if recorded is None or not recorded.survey.selectors:
                continue
            for plan in (_with(also, plan) if also else plan for plan in mine):
                if case := await _case(stage, recorded, plan, wanted):
                    cases.append(case | {"company": _company(recorded, known)})
    return cases


def _with(kind: str, plan: Plan) -> Plan:
    """The plan with one more kind of drift, right after the one that leads it."""
    lead, *others = (each for each in plan.kinds if each != kind)
    return replace(plan, kinds=(lead, kind, *others), count=plan.count + 1)


async def _described(stage: Stage, targets: Sequence[Target]) -> dict[tuple[Any, ...], Fingerprint]:
    """What the fields of the undrifted page are: a flow that fills in a form knows more than one of them."""
    known = {}
    for target in [each for each in targets if each.kind in ("field", "tick")][:_DESCRIBED]:
        if located := await stage.locate(target):
            with suppress(FlowError):
                known[target.path] = await describe(located[0], stage.page.main_frame)
    return known


def _company(recorded: Recorded, known: dict[tuple[Any, ...], Fingerprint]) -> list[Case]:
    """The other fields of the same form, those that a flow might fill in besides."""
    form = recorded.survey.fingerprint.form
    others = [each for path, each in known.items() if path != recorded.target.path and each.form == form]
    return [each.model_dump(mode="json", exclude_none=True) for each in others[:_COMPANY]] if form else []


async def _recorded(stage: Stage, target: Target) -> Recorded | None:
    await stage.restore()
    located = await stage.locate(target)
    if located is None:
        return None
    try:
        return Recorded(target, await survey(stage.session, located[0], target.purpose), *located)
    except FlowError:
        return None


async def _case(stage: Stage, recorded: Recorded, plan: Plan, wanted: Split | None) -> Case | None:
    drift = await stage.drift(plan.target, plan.kinds, plan.count, plan.seed)
    split = split_of(plan.page, drift.kinds)
    if drift.dropped or wanted not in (None, split):
        return None
    action: ActionKind = "fill" if recorded.target.purpose == "fill" else "click"
    seen = await census(stage.session, sought(recorded.survey.fingerprint, action))
    try:
        told = _told(plan, drift, split, recorded, action)
        told["found"] = await _found(stage, recorded, seen)
        told |= await _page(stage, seen)
    finally:
        await seen.dispose()
    told["truth"] = (await stage.tell(None))[0]
    return told


def _told(plan: Plan, drift: Drift, split: Split, recorded: Recorded, action: ActionKind) -> Case:
    return {
        "page": plan.page.label,
        "app": plan.page.app,
        "split": split,
        "seed": plan.seed,
        **asdict(drift),
        "action": action,
        "target": asdict(plan.target),
        "selectors": recorded.survey.selectors,
        "old": recorded.survey.fingerprint.model_dump(mode="json", exclude_none=True),
    }


async def _found(stage: Stage, recorded: Recorded, seen: Census) -> Case | None:
    """Where the selectors lead, if anywhere; `at` is its place in the census, -1 when it is not in it."""
    try:
        found = await resolve(
            stage.session,
            recorded.survey.selectors,
            timeout_ms=1,
            purpose=recorded.target.purpose,
            fingerprint=recorded.survey.fingerprint,
        )
    except LookupFailed:
        return None
    element = await found.locator.element_handle(timeout=1000)
    handle = seen.handles[0] if seen.handles else None
    inside = await handle.evaluate("(all, one) => all.elements.indexOf(one)", element) if handle else -1
    places = [sighting.at for sighting in seen.sightings]
    return {
        "selector": found.selector,
        "rank": found.rank,
        "facts": {name: value for name, value in found.facts.items() if value is not None},
        "right": await stage.judge(element),
        "at": places.index(inside) if inside in places else -1,
    }


async def _page(stage: Stage, seen: Census) -> Case:
    right = await stage.judge_all(seen.handles[0]) if seen.handles else []
    return {
        "population": seen.population,
        "seen": [
            {
                "fingerprint": each.fingerprint.model_dump(mode="json", exclude_none=True),
                "disabled": each.disabled,
                "right": right[each.at],
            }
            for each in seen.sightings
        ],
    }


if __name__ == "__main__":
    main()

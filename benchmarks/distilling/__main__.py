"""`python -m benchmarks.distilling`: what recordings of the bundled app's prompts and of MiniWoB are worth.

Figures: raw actions to steps; the share of steps whose first selector is semantic (a name or a test id, no
place in the markup); the share of recordings that replays right on the first try N times in a row, each in
a fresh context; and the share that notices when its effect is prevented, by leaving out its last action and,
where it sends one, by keeping its last changing request from the server. MiniWoB counts where it is
installed; most of its pages show nothing when the last thing is done, so nothing can be asserted of it.

--rounds N   replays of each recording (20)
--jobs N     recordings under test at a time (2)
--only TEXT  only prompts or tasks whose name contains TEXT
--source S   app, miniwob or both (both)
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack

from benchmarks.distilling.measure import Worth, worth
from benchmarks.distilling.miniwob import task_subjects
from benchmarks.distilling.subjects import Subject, app_subjects
from runner.page.browser import BrowserOptions, launch


async def _job(source: str, only: str, rounds: int, taken: set[tuple[str, str]]) -> list[tuple[str, Worth]]:
    """One worker with a browser and sites of its own; takes what no other has taken."""
    done: list[tuple[str, Worth]] = []
    async with AsyncExitStack() as stack:
        browser = await stack.enter_async_context(launch(BrowserOptions()))
        subjects: list[tuple[str, Subject]] = []
        if source in ("app", "both"):
            subjects += [("app", each) for each in await stack.enter_async_context(app_subjects(only))]
        if source in ("miniwob", "both"):
            tasks = await stack.enter_async_context(task_subjects(browser, only))
            subjects += [("miniwob", each) for each in tasks]
        for kind, subject in subjects:
            if (kind, subject.name) in taken:
                continue
            taken.add((kind, subject.name))
            found = await worth(subject, browser, rounds)
            done.append((kind, found))
            _say(kind, found)
    return done


def _say(kind: str, found: Worth) -> None:
    why = " (the page shows nothing of it)" if found.silent else ""
    for each in filter(None, (found.unrecorded, found.unsteady)):
        print(f"  {kind} {found.name}: {each}", flush=True)
    for each in filter(None, (found.skipped, found.blocked)):
        print(f"  {kind} {found.name}: {each}{why}", flush=True)


def _report(title: str, found: Sequence[Worth]) -> None:
    recorded = [each for each in found if not each.unrecorded]
    doing = [each for each in recorded if each.skipped is not None]
    showing = [each for each in doing if not each.silent]
    sending = [each for each in recorded if each.blocked is not None]
    actions, steps = sum(each.actions for each in recorded), sum(each.steps for each in recorded)
    steady = sum(each.steady == each.rounds for each in recorded)
    print(f"{title}: {len(recorded)} of {len(found)} recorded right")
    print(f"  raw actions to steps            {actions} -> {steps}")
    print(
        f"  first selector is semantic      "
        f"{_share(sum(e.named for e in recorded), sum(e.targeted for e in recorded))}"
    )
    print(f"  replays right every time        {_share(steady, len(recorded))}")
    print(f"  notices its last action missing {_share(sum(not e.skipped for e in doing), len(doing))}")
    print(f"  notices its last request lost   {_share(sum(not e.blocked for e in sending), len(sending))}")
    print(f"  notices a prevented effect      {_share(sum(e.notices for e in doing), len(doing))}")
    print(f"  ... where the page shows it     {_share(sum(e.notices for e in showing), len(showing))}")


def _share(part: int, whole: int) -> str:
    return f"{part}/{whole} ({100 * part / whole:.1f}%)" if whole else "0/0"


async def _run(options: argparse.Namespace) -> list[tuple[str, Worth]]:
    taken: set[tuple[str, str]] = set()
    async with asyncio.TaskGroup() as group:
        jobs = [
            group.create_task(_job(options.source, options.only, options.rounds, taken))
            for _ in range(options.jobs)
        ]
    return [each for job in jobs for each in job.result()]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the figures and each failure; 1 where a recording is not steady or notices nothing."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.distilling",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", default="")
    parser.add_argument("--source", choices=("app", "miniwob", "both"), default="both")
    options = parser.parse_args(arguments)
    found = asyncio.run(_run(options))
    for kind, title in (("app", "The bundled app"), ("miniwob", "MiniWoB")):
        if mine := [each for source, each in found if source == kind]:
            _report(title, mine)
    good = all(not e.unrecorded and e.steady == e.rounds and (e.notices or e.silent) for _, e in found)
    return 0 if found and good else 1


if __name__ == "__main__":
    raise SystemExit(main())

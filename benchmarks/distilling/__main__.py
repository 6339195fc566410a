"""`python -m benchmarks.distilling`: what recordings of the bundled app's prompts and of MiniWoB are worth.

Figures: raw actions to steps; the share of steps whose first selector is semantic (a name or a test id, no
place in the markup); the share of recordings that replays right on the first try N times in a row, each in
a fresh context and with repairs switched off; and the share that notices when its effect is prevented, by
leaving out its last action and, where it sends one, by keeping its last changing request from the server.
MiniWoB counts where it is installed; most of its pages show nothing when the last thing is done, so nothing
can be asserted of it. Failures are listed by cause; when the run is interrupted, the figures so far are told.

--rounds N      replays of each recording (20)
--jobs N        recordings under test at a time (6); they mostly wait
--only TEXT     only prompts or tasks whose name contains TEXT
--source S      app, miniwob or both (both)
--results FILE  keep what is measured there, and leave out what is in it: an interrupted run goes on
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks.distilling.ledger import Ledger, Which
from benchmarks.distilling.miniwob import task_names
from benchmarks.distilling.report import causes, figures
from benchmarks.distilling.subjects import app_names
from benchmarks.distilling.workers import measure

_TITLES: Final = {"app": "The bundled app", "miniwob": "MiniWoB"}


def _asked_for(source: str, only: str) -> list[Which]:
    every = [*(("app", name) for name in app_names()), *(("miniwob", name) for name in task_names())]
    return [(kind, name) for kind, name in every if source in (kind, "both") and only in name]


async def _run(ledger: Ledger, missing: Sequence[Which], options: argparse.Namespace) -> bool:
    """Measure what is missing; False where that was interrupted."""
    measuring = asyncio.create_task(measure(missing, options.rounds, options.jobs, ledger))
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, measuring.cancel)
    done, _ = await asyncio.wait([measuring])
    if measuring.cancelled():
        return False
    for task in done:
        task.result()
    return True


def _report(ledger: Ledger) -> None:
    for kind, title in _TITLES.items():
        if mine := [each for each in ledger.found if each.kind == kind]:
            print(title, *figures(mine), sep="\n")
    if listed := list(causes(ledger.found)):
        print("Failures by cause", *(f"  {each}" for each in listed), sep="\n")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.distilling",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--jobs", type=int, default=6)
    parser.add_argument("--only", default="")
    parser.add_argument("--source", choices=(*_TITLES, "both"), default="both")
    parser.add_argument("--results", type=Path)
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the figures and each failure; 1 where a recording is not steady or notices nothing."""
    options, began = _options(arguments), time.monotonic()
    wanted = _asked_for(options.source, options.only)
    ledger = Ledger(options.results, wanted, lambda text: print(text, flush=True))
    missing = [each for each in wanted if ledger.lacks(each, options.rounds)]
    finished = asyncio.run(_run(ledger, missing, options))
    _report(ledger)
    minutes = (time.monotonic() - began) / 60
    print(f"{len(ledger.found)} of {len(wanted)}{'' if finished else ', interrupted'}, {minutes:.1f} min")
    return 0 if finished and wanted and all(each.good for each in ledger.found) else 1


if __name__ == "__main__":
    raise SystemExit(main())

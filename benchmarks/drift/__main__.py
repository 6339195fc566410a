"""`python -m benchmarks.drift`: drift real pages, look for the elements, print how often each way finds them.

--split dev|held|all   which cases (default all); tune on dev only
--seed N               what the cases are drawn from; the usual one is the reported one: develop on others
--targets N, --cases N how many elements of a page, how many cases for each
--minutes N            begin no page after that long (default 9); report on those measured
--pages TEXT           only pages whose label contains TEXT
--stories CONTENDER    print every wrong or refused case of one contender
--data FILE            the figures and curves as JSON; --picture FILE the curve as SVG
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.drift import report
from benchmarks.drift.curve import curve, drawn
from benchmarks.drift.entrants import CONTENDERS
from benchmarks.drift.measure import Size, Verdict, run
from benchmarks.drift.saved import manifest

# Nothing was tuned, tried or looked at on the cases of this one; whoever does so takes another one for it.
REPORTED = 72


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.drift",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--split", choices=("dev", "held", "all"), default="all")
    parser.add_argument("--seed", type=int, default=REPORTED)
    parser.add_argument("--targets", type=int, default=4)
    parser.add_argument("--cases", type=int, default=4)
    parser.add_argument("--jobs", type=int, choices=(1, 2), default=2)
    parser.add_argument("--minutes", type=float, default=9.0)
    parser.add_argument("--pages", default="")
    parser.add_argument("--only", action="append", metavar="CONTENDER")
    parser.add_argument("--stories", metavar="CONTENDER")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--picture", type=Path)
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and report."""
    options: Any = _arguments(arguments)
    pages = [page for page in manifest() if options.pages in page.label]
    names = options.only or [contender.name for contender in CONTENDERS]
    size = Size(options.targets, options.cases, options.seed)
    verdicts: list[Verdict] = []
    dropped: Counter[str] = Counter()
    unrecorded = 0
    began = time.monotonic()
    wanted = None if options.split == "all" else options.split
    measured = 0
    for tally in run(pages, size, options.jobs, wanted, names, options.minutes):
        measured += tally.pages
        verdicts += tally.verdicts
        dropped.update(tally.dropped)
        unrecorded += tally.unrecorded
        print(f"\r{len(verdicts) // len(names)} cases", end="", file=sys.stderr, flush=True)
    verdicts.sort(key=lambda each: (each.page, each.case, names.index(each.contender)))
    took, cases = time.monotonic() - began, len(verdicts) // len(names)
    print(f"\n{measured} of {len(pages)} pages, {cases} cases, {took:.0f} s, seed {size.seed}")
    if options.stories:
        _tell(verdicts, options.stories)
    print(report.text(verdicts, dropped, unrecorded))
    _write(options, verdicts, names)


def _tell(verdicts: Sequence[Verdict], name: str) -> None:
    for verdict in verdicts:
        if verdict.contender == name and verdict.story:
            fate = verdict.outcome + (" (it was removed)" if verdict.gone else "")
            kinds = "+".join(verdict.kinds)
            print(f"[{verdict.split}] {fate} {verdict.confidence:.2f} {verdict.page.label} {kinds}")
            print(f"    {verdict.story}")


def _write(options: Any, verdicts: Sequence[Verdict], names: Sequence[str]) -> None:
    if options.data:
        curves = {
            split: {
                name: [
                    asdict(point)
                    for point in curve(
                        [each for each in verdicts if (each.contender, each.split) == (name, split)]
                    )
                ]
                for name in names
            }
            for split in ("dev", "held")
        }
        options.data.parent.mkdir(parents=True, exist_ok=True)
        options.data.write_text(
            json.dumps({"figures": report.data(verdicts), "curves": curves}, indent=1), encoding="utf-8"
        )
    if options.picture:
        shown = {name: curve([each for each in verdicts if each.contender == name]) for name in names}
        options.picture.parent.mkdir(parents=True, exist_ok=True)
        options.picture.write_text(
            drawn(shown, "Wrong heals against coverage, real pages drifted"), encoding="utf-8"
        )


if __name__ == "__main__":
    main()
